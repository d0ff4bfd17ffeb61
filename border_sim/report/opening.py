"""Where the page opens: at what the scenario is about."""

from collections.abc import Sequence
from typing import NamedTuple

from border_sim.report.port_figures import Figures
from border_sim.run.manifest_model import Manifest
from border_sim.vocabulary import Mode


class Opening(NamedTuple):
    """The port and the mode that are shown first."""

    port: str
    mode: str


def opening(manifest: Manifest, ports: Sequence[Figures]) -> Opening | None:
    """The mode of a port that most joined, of those with a disruption, or else of those with a changed value; `None`:
    the scenario singles out none that anybody joined.

    `ports`: those of `RunFigures`, whose `joined` are crossings by mode.
    """
    joined = {(port["slug"], mode): count for port in ports for mode, count in port["joined"].items() if count}
    disrupted = {(each.port, each.mode.value) for each in manifest.configuration.disruptions}
    for singled_out in (disrupted, _changed(manifest)):
        here = [place for place in joined if place in singled_out]
        if here and len(here) < len(joined):
            return Opening(*max(here, key=lambda place: joined[place]))
    return None


def _changed(manifest: Manifest) -> set[tuple[str, str]]:
    """The ports and modes with a changed value; a value of a whole port changes all its modes."""
    places = set[tuple[str, str]]()
    for change in manifest.changes:
        port, *keys = change.place.split(".")
        modes = keys[1:2] if keys[:1] == ["modes"] else [mode.value for mode in Mode]
        places |= {(port, mode) for mode in modes}
    return places
