"""Scenario and catalogue -> `Resolved`: everything a run needs, in one validated object. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from border_sim.spec.accustomed import accustomed_wait
from border_sim.spec.base import Spec
from border_sim.spec.checking import check
from border_sim.spec.demand import Annual, Response
from border_sim.spec.inspection import Inspection
from border_sim.spec.layers import Layer, says
from border_sim.spec.mode_pools import met
from border_sim.spec.notices.of_scenario import notices_of_scenario
from border_sim.spec.port import AccustomedWait, Port, PortMode
from border_sim.spec.scenario import (
    DEFAULT_DAYS,
    DEFAULT_START,
    DEFAULT_WARM_UP_DAYS,
    Catalogue,
    PortDisruption,
    Resolved,
    ResolvedPort,
    Scenario,
)
from border_sim.spec.scenario_check import SCENARIO, ports_of
from border_sim.spec.selection import selected
from border_sim.spec.staffing import Planned
from border_sim.spec.value_change import ValueChange, value_changes
from border_sim.vocabulary import Mode


def resolve(
    scenario: Scenario,
    catalogue: Catalogue,
    *,
    ports: Sequence[str] | str | None = None,
    start: date | None = None,
    days: int | None = None,
    warm_up_days: int | None = None,
) -> Resolved:
    """The scenario over the catalogue, ready to run.

    Keywords that are not `None` win over the scenario's keys, which win over the defaults: a week from Monday
    2024-04-08, after a day of warm-up. Raises `SpecError` with every mistake, by key path of the scenario.
    """
    keywords = {"ports": ports, "start": start, "days": days, "warm_up_days": warm_up_days}
    given = {key: value for key, value in keywords.items() if value is not None}
    scenario = check(SCENARIO, {**dict(scenario), **given})
    changed, chosen = ports_of(scenario, catalogue)
    before = {slug: _filled(slug, catalogue.ports[slug], catalogue) for slug in chosen if slug in changed}
    resolved_ports = []
    for slug, port in chosen.items():
        filled = _filled(slug, port, catalogue)
        baseline = _baseline(before[slug], filled, changed[slug].layers) if slug in changed else filled
        resolved_ports.append(ResolvedPort(slug=slug, port=filled, baseline=baseline))
    resolved = _resolved(scenario, catalogue, resolved_ports)
    notices = notices_of_scenario(scenario, catalogue, changed, before, resolved)
    changes = tuple(_value_changes(resolved, catalogue, before))
    return resolved.model_copy(update={"description": scenario.description, "notices": notices, "changes": changes})


def configuration_hash(resolved: Resolved) -> str:
    """SHA-256 (hexadecimal) of canonical JSON: keys sorted, no white space, defaults written out."""
    text = json.dumps(resolved.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _baseline(before: Port, after: Port, layers: Sequence[Layer]) -> Port:
    """What planned staffing of a changed port follows: the modes as they were before, as they are after the changes
    where these restate the staffing.
    """
    modes = {
        mode: part
        if mode not in before.modes or says(layers, mode, "staffing")
        else _completed(before.modes[mode], part)
        for mode, part in after.modes.items()
    }
    return _with_modes(before, modes)


def _completed(before: PortMode, after: PortMode) -> PortMode:
    """The baseline's mode, with the changed mode's figures for lane classes and groups that the baseline lacks."""
    assert isinstance(before.inspection, Inspection)
    assert isinstance(after.inspection, Inspection)
    assert before.accustomed_wait is not None
    assert after.accustomed_wait is not None
    service = {**after.inspection.service, **before.inspection.service}
    minutes = {**after.accustomed_wait.minutes, **before.accustomed_wait.minutes}
    inspection = Inspection.model_validate({**dict(before.inspection), "service": service})
    wait = AccustomedWait(minutes=minutes, source=before.accustomed_wait.source)
    return PortMode.model_validate({**dict(before), "inspection": inspection, "accustomed_wait": wait})


def _filled(slug: str, port: Port, catalogue: Catalogue) -> Port:
    """The port with its inspections and accustomed waits in place."""
    modes = {}
    for mode, part in port.modes.items():
        name = part.inspection
        inspection = catalogue.inspections[name] if isinstance(name, str) else name
        wait = accustomed_wait(slug, mode, port, catalogue)
        modes[mode] = PortMode.model_validate({**dict(part), "inspection": inspection, "accustomed_wait": wait})
    return _with_modes(port, modes)


def _with_modes(port: Port, modes: Mapping[Mode, PortMode]) -> Port:
    return Port.model_validate({**dict(port), "modes": modes})


def _resolved(scenario: Scenario, catalogue: Catalogue, ports: Sequence[ResolvedPort]) -> Resolved:
    both = [port for each in ports for port in (each.port, each.baseline)]
    demands = [part.demand for port in both for part in port.modes.values() if isinstance(part.demand, Annual)]
    response = {**dict(catalogue.response), **scenario.response.model_dump(exclude_none=True)}
    return Resolved(
        name=scenario.name,
        start=scenario.start or DEFAULT_START,
        days=DEFAULT_DAYS if scenario.days is None else scenario.days,
        warm_up_days=DEFAULT_WARM_UP_DAYS if scenario.warm_up_days is None else scenario.warm_up_days,
        response=Response.model_validate(response),
        ports=tuple(ports),
        profiles={demand.profile: catalogue.profiles[demand.profile] for demand in demands},
        seasonality={demand.seasonality: catalogue.seasonality[demand.seasonality] for demand in demands},
        days_of_week={demand.day_of_week: catalogue.days_of_week[demand.day_of_week] for demand in demands},
        planning=catalogue.planning,
        disruptions=tuple(_disruptions(scenario, {each.slug: each.port for each in ports})),
    )


def _value_changes(resolved: Resolved, catalogue: Catalogue, before: Mapping[str, Port]) -> Iterator[ValueChange]:
    """Every value that a scenario changes of the baseline: of the response, then of each port of the catalogue."""
    yield from value_changes(_plain(catalogue.response), _plain(resolved.response), ("response",))
    for each in resolved.ports:
        if was := before.get(each.slug):
            yield from value_changes(_plain(was), _plain(each.port), (each.slug,))
            yield from _new_plans(each, was)


def _new_plans(each: ResolvedPort, before: Port) -> Iterator[ValueChange]:
    """Planned staffing that a scenario restates: it is planned for the changed figures."""
    for mode, part in each.port.modes.items():
        was = before.modes.get(mode)
        restated = was is not None and isinstance(was.staffing, Planned) and isinstance(part.staffing, Planned)
        if restated and each.baseline.modes[mode] is part:
            path = (each.slug, "modes", mode.value, "staffing", "planned_for")
            yield ValueChange(path, "the baseline", "this scenario")


def _plain(figures: Spec) -> dict[str, Any]:
    return figures.model_dump(mode="json", by_alias=True)


def _disruptions(scenario: Scenario, ports: Mapping[str, Port]) -> Iterator[PortDisruption]:
    """The disruptions of the ports that are simulated, one for each port that has the mode and what is meant
    of it.
    """
    for disruption in scenario.disruptions:
        for slug in dict.fromkeys(slug for name in disruption.names() for slug in selected(name, ports)):
            part = ports[slug].modes.get(disruption.mode)
            if part is not None and (there := met(disruption, part)) is not None:
                data = there.model_dump(by_alias=True, exclude={"ports"})
                yield PortDisruption.model_validate({**data, "port": slug})
