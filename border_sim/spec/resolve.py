"""Scenario and catalogue -> `Resolved`: everything a run needs, in one validated object. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from pydantic import TypeAdapter

from border_sim.spec.accustomed import accustomed_wait
from border_sim.spec.change import changed_port
from border_sim.spec.checking import check
from border_sim.spec.demand import Annual, Response
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import AccustomedWait, Port, PortMode
from border_sim.spec.port_check import port_problems, tables_of
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.scenario import Catalogue, Resolved, ResolvedPort, Scenario
from border_sim.spec.staffing import Planned
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import Mode

DEFAULT_START: Final = date(2024, 4, 8)
DEFAULT_DAYS: Final = 7
DEFAULT_WARM_UP_DAYS: Final = 1
SCENARIO: Final = TypeAdapter(Scenario)


def resolve(
    scenario: Scenario,
    catalogue: Catalogue,
    *,
    ports: Sequence[str] | Literal["all"] | None = None,
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
    changed, problems = _changed_ports(scenario, catalogue)
    known = {**catalogue.ports, **changed, **scenario.own_ports}
    chosen = _chosen(scenario, catalogue)
    problems += _own_port_problems(scenario, catalogue)
    problems += _unstaffed_problems(scenario, catalogue, changed)
    problems += _choice_problems(scenario, known)
    problems += _disruption_problems(scenario, known)
    problems += _catalogue_problems(chosen, catalogue)
    if problems:
        raise SpecError(problems)
    return _resolved(scenario, catalogue, [_resolved_port(slug, known[slug], scenario, catalogue) for slug in chosen])


def configuration_hash(resolved: Resolved) -> str:
    """SHA-256 (hexadecimal) of canonical JSON: keys sorted, no white space, defaults written out."""
    text = json.dumps(resolved.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _chosen(scenario: Scenario, catalogue: Catalogue) -> list[str]:
    """The slugs to simulate, sorted; see `Scenario.ports`."""
    if scenario.ports is None:
        return sorted(scenario.own_ports or catalogue.ports)
    return sorted({*catalogue.ports, *scenario.own_ports} if scenario.ports == "all" else set(scenario.ports))


def _changed_ports(scenario: Scenario, catalogue: Catalogue) -> tuple[dict[str, Port], list[Problem]]:
    changed: dict[str, Port] = {}
    problems: list[Problem] = []
    for slug, change in scenario.changes.items():
        if slug in catalogue.ports:
            try:
                changed[slug] = changed_port(catalogue.ports[slug], change, tables_of(catalogue))
            except SpecError as error:
                problems += [problem.below("changes", slug) for problem in error.problems]
        elif slug in scenario.own_ports:
            problems.append(Problem(("changes", slug), shown(slug), "is one of own_ports; write its figures there"))
        else:
            problems.append(Problem(("changes", slug), shown(slug), unknown("port", slug, catalogue.ports)))
    return changed, problems


def _unstaffed_problems(scenario: Scenario, catalogue: Catalogue, changed: Mapping[str, Port]) -> Iterator[Problem]:
    """Hours added to a port whose planned booths stay those of the hours before: nobody would serve them."""
    for slug, port in changed.items():
        for mode, part in port.modes.items():
            before = catalogue.ports[slug].modes.get(mode)
            kept = "staffing" not in scenario.changes[slug].get("modes", {}).get(mode.value, {})
            if before is None or not kept or not isinstance(part.staffing, Planned):
                continue
            days = range(7)
            if any(part.hours.weekly.open_quarters(day) - before.hours.weekly.open_quarters(day) for day in days):
                message = "hours are added, but booths stay planned for those before; add staffing: {kind: planned}"
                yield Problem(("changes", slug, "modes", mode.value, "hours"), "", message)


def _own_port_problems(scenario: Scenario, catalogue: Catalogue) -> Iterator[Problem]:
    for slug, port in scenario.own_ports.items():
        if slug in catalogue.ports:
            message = "is a port of the catalogue; choose another slug, or change the port under changes"
            yield Problem(("own_ports", slug), shown(slug), message)
        yield from (problem.below("own_ports", slug) for problem in port_problems(port, tables_of(catalogue)))


def _choice_problems(scenario: Scenario, known: Mapping[str, Port]) -> Iterator[Problem]:
    if scenario.ports == ():
        yield Problem(("ports",), "()", "names no port; name some, write all, or leave the key out")
    for place, slug in enumerate(scenario.ports if isinstance(scenario.ports, tuple) else ()):
        if slug not in known:
            yield Problem(("ports", place), shown(slug), unknown("port", slug, known))


def _disruption_problems(scenario: Scenario, known: Mapping[str, Port]) -> Iterator[Problem]:
    for place, disruption in enumerate(scenario.disruptions):
        slug, mode = disruption.port, disruption.mode
        if slug not in known:
            yield Problem(("disruptions", place, "port"), shown(slug), unknown("port", slug, known))
        elif mode not in known[slug].modes:
            message = f"{slug} has no such mode; it has {', '.join(known[slug].modes)}"
            yield Problem(("disruptions", place, "mode"), shown(mode.value), message)


def _catalogue_problems(chosen: Iterable[str], catalogue: Catalogue) -> Iterator[Problem]:
    """For a catalogue that was not read by `load_catalogue`, which makes sure of this."""
    for slug in chosen:
        if slug in catalogue.ports:
            problems = port_problems(catalogue.ports[slug], tables_of(catalogue))
            yield from (problem.below("catalogue", slug) for problem in problems)


def _resolved_port(slug: str, port: Port, scenario: Scenario, catalogue: Catalogue) -> ResolvedPort:
    filled = _filled(slug, port, catalogue)
    change = scenario.changes.get(slug)
    if change is None:
        return ResolvedPort(slug=slug, port=filled, baseline=filled)
    before = _filled(slug, catalogue.ports[slug], catalogue)
    restaffed = {mode for mode, part in change.get("modes", {}).items() if "staffing" in (part or {})}
    modes = {
        mode: part if mode in restaffed or mode not in before.modes else _completed(before.modes[mode], part)
        for mode, part in filled.modes.items()
    }
    return ResolvedPort(slug=slug, port=filled, baseline=_with_modes(before, modes))


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
    slugs = {each.slug for each in ports}
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
        disruptions=tuple(each for each in scenario.disruptions if each.port in slugs),
    )
