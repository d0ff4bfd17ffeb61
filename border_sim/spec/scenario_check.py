"""Everything that is wrong with a scenario, found at once: in itself, in its own ports, and over the catalogue."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from border_sim.spec.changed_ports import Changed, changed_ports
from border_sim.spec.checking import check
from border_sim.spec.decimal_comma import with_decimal_commas
from border_sim.spec.layers import layers_of
from border_sim.spec.mode_pools import effects_on_pools, inspection_figures, why_lacking
from border_sim.spec.port import Port
from border_sim.spec.port_check import SLUG, check_port, harmless_port, port_problems, tables_of
from border_sim.spec.port_names import unknown_port
from border_sim.spec.problem import KeyPath, Problem, SpecError, shown
from border_sim.spec.run_days import clock_problems
from border_sim.spec.scenario import Catalogue, Scenario
from border_sim.spec.selection import ALL, Selection, names_of, selected, valid_names

SCENARIO: Final = TypeAdapter(Scenario)

_HARMLESS_SPAN: Final = {"gate": "shut", "from": "2024-01-01T00:00", "until": "2024-01-02T00:00"}


def check_scenario(data: Any, catalogue: Catalogue) -> Scenario:
    """`data` (plain, as in a scenario's file) as a scenario that resolves over the catalogue.

    Raises `SpecError` with every mistake that can be told: what depends on several keys is looked at where these are
    right in themselves, whatever else is wrong.
    """
    try:
        scenario = check(SCENARIO, data)
    except SpecError as error:
        problems = [*error.problems, *_further(data, error.problems, catalogue)]
        raise SpecError(dict.fromkeys(with_decimal_commas(problems, data))) from None
    if problems := _over_catalogue(dict(scenario), catalogue):
        raise SpecError(dict.fromkeys(with_decimal_commas(problems, data)))
    return scenario


def ports_of(scenario: Scenario, catalogue: Catalogue) -> tuple[dict[str, Changed], dict[str, Port]]:
    """The ports of the catalogue that a valid scenario changes, and all that are to be simulated, by slug, sorted.

    Raises `SpecError` with all that is wrong over the catalogue.
    """
    changed, problems = changed_ports(scenario, catalogue)
    known = {**catalogue.ports, **{slug: each.port for slug, each in changed.items()}, **scenario.own_ports}
    chosen = _chosen(scenario, known)
    problems += (of_own := list(_catalogue_mistakes_of_own_ports(scenario, catalogue)))
    wrong = {str(problem.path[1]) for problem in of_own} | _wrongly_changed(scenario, changed, catalogue)
    right = {slug: port for slug, port in known.items() if slug not in wrong}
    problems += _disrupted_pools(scenario, right, catalogue)
    problems += _choice_problems(scenario, known)
    problems += _disruption_problems(scenario, known)
    problems += _catalogue_problems(chosen, catalogue)
    ports = {slug: known[slug] for slug in chosen}
    problems += clock_problems(scenario, changed, ports)
    if problems:
        raise SpecError(problems)
    return changed, ports


def _further(data: Any, known: Collection[Problem], catalogue: Catalogue) -> Iterator[Problem]:
    """What shows beside mistakes of single keys: in own ports, and in the sound part of the whole."""
    if not isinstance(data, dict):
        return
    yield from _own_port_problems(data, catalogue)
    wrong = {problem.path for problem in known}
    hiding = [path for path in wrong if path and path[:-1] != ("disruptions",)]  # one that is wrong keeps its place
    for problem in _over_catalogue(_sound_part(data, wrong, catalogue), catalogue):
        if not any(problem.path[: len(path)] == path for path in hiding):
            yield problem


def _over_catalogue(data: dict[Any, Any], catalogue: Catalogue) -> list[Problem]:
    try:
        ports_of(check(SCENARIO, data), catalogue)
    except SpecError as error:
        return list(error.problems)
    return []


def _own_port_problems(data: dict[Any, Any], catalogue: Catalogue) -> Iterator[Problem]:
    own = data.get("own_ports")
    for slug, port in own.items() if isinstance(own, dict) else ():
        try:
            check_port(port, tables_of(catalogue))
        except SpecError as error:
            yield from (problem.below("own_ports", str(slug)) for problem in error.problems)


def _sound_part(data: dict[Any, Any], wrong: Collection[KeyPath], catalogue: Catalogue) -> dict[Any, Any]:
    """The scenario without its wrong keys. What others name or what is one of a list has something harmless in its
    place.
    """
    heads = {path[0] for path in wrong if path}
    sound = {key: value for key, value in data.items() if str(key) not in heads}
    ports, disruptions, own, changes = map(data.get, ("ports", "disruptions", "own_ports", "changes"))
    if isinstance(ports, list) and ("ports",) not in wrong:
        known = next(iter(catalogue.ports))
        sound["ports"] = [known if ("ports", place) in wrong else item for place, item in enumerate(ports)]
    if isinstance(disruptions, list):
        if heads & {"changes", "own_ports"}:  # what they have at a station is not known
            disruptions = [_without_pools(item) for item in disruptions]
        items = enumerate(disruptions)
        sound["disruptions"] = [
            _sound_disruption(item, _below(wrong, "disruptions", at), catalogue) for at, item in items
        ]
    if isinstance(own, dict):
        named = {slug: port for slug, port in own.items() if ("own_ports", str(slug)) not in wrong or _is_slug(slug)}
        is_wrong = {slug: bool(_below(wrong, "own_ports", str(slug))) for slug in named}
        sound["own_ports"] = {slug: harmless_port(port) if is_wrong[slug] else port for slug, port in named.items()}
    if isinstance(changes, dict):
        sound["changes"] = {slug: change for slug, change in changes.items() if ("changes", str(slug)) not in wrong}
    return sound


def _below(wrong: Iterable[KeyPath], *place: str | int) -> set[KeyPath]:
    """The wrong paths at a place and below it, from there on."""
    return {path[len(place) :] for path in wrong if path[: len(place)] == place}


def _sound_disruption(item: Any, wrong: Collection[KeyPath], catalogue: Catalogue) -> Any:
    """A disruption of the same mode at the same ports as far as these are right."""
    if not wrong:
        return item
    keys = item if isinstance(item, dict) else {}
    sound = {key: keys[key] for key in ("port", "ports", "mode") if key in keys and (key,) not in wrong}
    pairs = [(slug, mode.value) for slug, port in catalogue.ports.items() for mode in port.modes]
    alike = [pair for pair in pairs if sound.get("port", pair[0]) == pair[0] and sound.get("mode", pair[1]) == pair[1]]
    slug, mode = (alike or pairs)[0]
    place = {} if "port" in sound or "ports" in sound else {"port": slug}
    return {"mode": mode, **sound, **place, **_HARMLESS_SPAN}


def _without_pools(item: Any) -> Any:
    """A disruption with its gate shut in place of what it does to bays and pace."""
    if not isinstance(item, dict) or not item.keys() & {"bays", "pace"}:
        return item
    return {**{key: value for key, value in item.items() if key not in ("bays", "pace")}, "gate": "shut"}


def _is_slug(name: Any) -> bool:
    try:
        check(SLUG, name)
    except SpecError:
        return False
    return True


def _chosen(scenario: Scenario, known: Mapping[str, Port]) -> list[str]:
    """The slugs to simulate, sorted; see `Scenario.ports`."""
    if scenario.ports is None:
        return sorted(scenario.own_ports or known)
    return sorted({slug for name in names_of(scenario.ports) for slug in selected(name, known)})


def _catalogue_mistakes_of_own_ports(scenario: Scenario, catalogue: Catalogue) -> Iterator[Problem]:
    for slug, port in scenario.own_ports.items():
        if slug in catalogue.ports:
            message = "is a port of the catalogue; choose another slug, or change the port under changes"
            yield Problem(("own_ports", slug), shown(slug), message)
        if slug == ALL:
            yield Problem(("own_ports", slug), shown(slug), "means every port; choose another slug")
        yield from (problem.below("own_ports", slug) for problem in port_problems(port, tables_of(catalogue)))


def _choice_problems(scenario: Scenario, known: Mapping[str, Port]) -> Iterator[Problem]:
    if scenario.ports == ():
        yield Problem(("ports",), "()", "names no port; name some, write all, or leave the key out")
    yield from _unknown_ports(("ports",), scenario.ports, known)


def _disruption_problems(scenario: Scenario, known: Mapping[str, Port]) -> Iterator[Problem]:
    for place, disruption in enumerate(scenario.disruptions):
        path, mode = ("disruptions", place), disruption.mode
        if disruption.port is not None and disruption.port not in known:
            yield Problem((*path, "port"), shown(disruption.port), _not_one_port(disruption.port, known))
        yield from _unknown_ports((*path, "ports"), disruption.ports, known)
        for slug in disruption.names():
            if slug in known and mode not in known[slug].modes:
                message = f"{slug} has no such mode; it has {', '.join(known[slug].modes)}"
                yield Problem((*path, "mode"), shown(mode.value), message)


def _wrongly_changed(scenario: Scenario, changed: Mapping[str, Changed], catalogue: Catalogue) -> set[str]:
    """The ports of the catalogue whose changes make no right port."""
    others = ((slug, port) for slug, port in catalogue.ports.items() if slug not in changed)
    return {slug for slug, port in others if layers_of(slug, port, scenario.changes, catalogue.ports)}


def _disrupted_pools(scenario: Scenario, known: Mapping[str, Port], catalogue: Catalogue) -> Iterator[Problem]:
    """Stations and pools that a disruption means and that a port, named for itself, lacks."""
    for place, disruption in enumerate(scenario.disruptions):
        for slug in (slug for slug in disruption.names() if slug in known):
            part = known[slug].modes.get(disruption.mode)
            inspection = inspection_figures(part, catalogue) if part else None
            if part is None or inspection is None:
                continue
            for effect in effects_on_pools(disruption):
                if message := why_lacking(effect, part, inspection):
                    yield Problem(("disruptions", place, *effect.path), f"{effect.figure:g}", f"{message} (at {slug})")


def _not_one_port(text: str, known: Mapping[str, Port]) -> str:
    if all(selected(name, known) for name in names_of(text)):
        return f"means several ports; write ports: {text}"
    return unknown_port(text, known, known)


def _unknown_ports(path: KeyPath, selection: Selection | None, known: Mapping[str, Port]) -> Iterator[Problem]:
    for place, name in enumerate(names_of(selection or ())):
        if not selected(name, known):
            at = path if isinstance(selection, str) else (*path, place)
            yield Problem(at, shown(name), unknown_port(name, known, valid_names(known)))


def _catalogue_problems(chosen: Iterable[str], catalogue: Catalogue) -> Iterator[Problem]:
    """For a catalogue that was not read by `load_catalogue`, which makes sure of this."""
    for slug in chosen:
        if slug in catalogue.ports:
            problems = port_problems(catalogue.ports[slug], tables_of(catalogue))
            yield from (problem.below("catalogue", slug) for problem in problems)
