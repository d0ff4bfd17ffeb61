"""Shut gates and capped booths, as the page tells and marks them."""

from border_sim.report.port_figures import Figures
from border_sim.run.manifest_model import Configuration


def disruption_lines(configuration: Configuration) -> list[str]:
    """A sentence for each disruption, with the names of all ports that it is at."""
    names, ports = {each.slug: each.port.name for each in configuration.ports}, dict[str, list[str]]()
    for disruption in configuration.disruptions:
        ports.setdefault(disruption.in_words(), []).append(names.get(disruption.port, disruption.port))
    return [f"{', '.join(places)}: {words}" for words, places in ports.items()]


def port_disruptions(configuration: Configuration, slug: str) -> list[Figures]:
    """The disruptions at a port: mode, local time as the labels of an axis show it, and what happens, in words."""
    return [
        {
            "mode": each.mode.value,
            "begins": f"{each.begins:%Y-%m-%d %H:%M}",
            "until": f"{each.until:%Y-%m-%d %H:%M}",
            "effect": each.effect(),
            "words": each.in_words(),
        }
        for each in configuration.disruptions
        if each.port == slug
    ]
