"""What a scenario says that has no effect, all of it that shows without a plan of the run."""

from collections.abc import Iterator, Mapping

from border_sim.spec.changed_ports import Changed, with_ports
from border_sim.spec.layers import scenario_path
from border_sim.spec.notice import Notice
from border_sim.spec.notices.of_changes import notices_of_changes
from border_sim.spec.notices.of_disruptions import notices_of_disruptions
from border_sim.spec.notices.of_mode import Frame, notices_of_mode
from border_sim.spec.notices.of_paces import notices_of_paces
from border_sim.spec.port import Port
from border_sim.spec.port_check import written
from border_sim.spec.problem import shown
from border_sim.spec.run_days import notices_of_days
from border_sim.spec.scenario import Catalogue, Resolved, ResolvedPort, Scenario
from border_sim.spec.selection import names_of, some


def notices_of_scenario(
    scenario: Scenario,
    catalogue: Catalogue,
    changed: Mapping[str, Changed],
    before: Mapping[str, Port],
    resolved: Resolved,
) -> tuple[Notice, ...]:
    """A notice for each thing that the scenario says and that changes nothing, or is cut.

    `before` has the catalogue's ports that are changed and simulated, with their inspections and accustomed waits.
    """
    simulated = [each.slug for each in resolved.ports]
    of_changed = [
        (slug, notice) for each in resolved.ports for slug, notice in _of_changed_port(each, changed, before, resolved)
    ]
    notices = [
        *_of_ports(scenario),
        *_of_response(scenario, catalogue, resolved),
        *_of_own_ports(scenario, resolved),
        *notices_of_days(scenario, changed, {each.slug: each.port for each in resolved.ports}),
        *notices_of_changes(scenario, catalogue, changed, simulated),
        *with_ports(of_changed),
        *notices_of_disruptions(scenario, resolved),
        *notices_of_paces(scenario, resolved),
    ]
    return tuple(dict.fromkeys(notices))


def _of_ports(scenario: Scenario) -> Iterator[Notice]:
    names = names_of(scenario.ports or ())
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Notice(("ports", place), shown(name), "is named before")


def _of_response(scenario: Scenario, catalogue: Catalogue, resolved: Resolved) -> Iterator[Notice]:
    for key, value in scenario.response.model_dump(exclude_none=True).items():
        if key == "hour_rho" and resolved.response.hour_sd == 0:
            yield Notice(("response", key), f"{value:g}", "hour_sd is 0: hours do not spread")
        elif value == getattr(catalogue.response, key):
            yield Notice(("response", key), f"{value:g}", "is so before the change, which changes nothing")


def _of_own_ports(scenario: Scenario, resolved: Resolved) -> Iterator[Notice]:
    ports = {each.slug: each.port for each in resolved.ports}
    for slug, port in scenario.own_ports.items():
        if slug not in ports:
            yield Notice(("own_ports", slug), "", f"is not simulated; the run has {some(list(ports))}")
            continue
        if "time_zone" not in port.model_fields_set:
            message = "names no time zone: its hours and days are on the clock of UTC; write e.g. America/Denver"
            yield Notice(("own_ports", slug, "time_zone"), "", message)
        for path, value, message in _of_modes(ports[slug], resolved):
            yield Notice(("own_ports", slug, *path), value, message)


def _of_changed_port(
    each: ResolvedPort, changed: Mapping[str, Changed], before: Mapping[str, Port], resolved: Resolved
) -> Iterator[tuple[str, Notice]]:
    """What has no effect at a changed port and had, or was not there, before; where the scenario says it."""
    if each.slug in changed:
        known = set(_of_modes(before[each.slug], resolved))
        data = written(each.port)
        for notice in _of_modes(each.port, resolved):
            if notice not in known:
                path = scenario_path(notice.path, changed[each.slug].layers, data)
                yield each.slug, notice._replace(path=path)


def _of_modes(port: Port, resolved: Resolved) -> Iterator[Notice]:
    frame = Frame(resolved.start, resolved.days, port.time_zone)
    for mode, part in port.modes.items():
        for notice in notices_of_mode(mode, part, frame):
            yield notice._replace(path=("modes", mode.value, *notice.path))
