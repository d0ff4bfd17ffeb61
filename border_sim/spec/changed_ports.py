"""The ports that a scenario changes, each with what is laid over it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from border_sim.spec.layers import Layer, layered_port, layers_of, says, scenario_path
from border_sim.spec.notice import Notice
from border_sim.spec.port import Port
from border_sim.spec.port_check import tables_of
from border_sim.spec.port_names import unknown_port
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.scenario import Catalogue, Scenario
from border_sim.spec.selection import Rank, names_of, rank_of, selected, some, valid_names
from border_sim.spec.staffing import Planned

Said = TypeVar("Said", Problem, Notice)


class Changed(NamedTuple):
    """A port of the catalogue that a scenario changes."""

    port: Port
    layers: Sequence[Layer]
    """What is laid over the catalogue's port, later layers over earlier ones."""


def changed_ports(scenario: Scenario, catalogue: Catalogue) -> tuple[dict[str, Changed], list[Problem]]:
    """The changed ports by slug, and every mistake in `changes`, in the order of its keys."""
    changed: dict[str, Changed] = {}
    of_ports: list[tuple[str, Problem]] = []
    for slug, port in catalogue.ports.items():
        layers = layers_of(slug, port, scenario.changes, catalogue.ports)
        if not layers:
            continue
        try:
            changed[slug] = Changed(layered_port(port, layers, tables_of(catalogue)), layers)
            problems: Sequence[Problem] = list(_unstaffed(port, changed[slug]))
        except SpecError as error:
            problems = error.problems
        of_ports += [(slug, problem) for problem in problems]
    mistakes = [*_unknown_ports(scenario, catalogue), *with_ports(of_ports)]
    places = {key: place for place, key in enumerate(scenario.changes)}
    return changed, sorted(mistakes, key=lambda problem: places[str(problem.path[1])])


def _unknown_ports(scenario: Scenario, catalogue: Catalogue) -> Iterator[Problem]:
    for key in scenario.changes:
        for name in names_of(key):
            if name in scenario.own_ports:
                yield Problem(("changes", key), shown(name), "is one of own_ports; write its figures there")
            elif not selected(name, catalogue.ports):
                yield Problem(
                    ("changes", key), shown(name), unknown_port(name, catalogue.ports, valid_names(catalogue.ports))
                )


def _unstaffed(before: Port, changed: Changed) -> Iterator[Problem]:
    """Hours added to a port whose planned booths stay those of the hours before: nobody would serve them."""
    for mode, part in changed.port.modes.items():
        if mode not in before.modes or says(changed.layers, mode, "staffing") or not isinstance(part.staffing, Planned):
            continue
        weeks = part.hours.weekly, before.modes[mode].hours.weekly
        if weeks[0] != weeks[1] and any(weeks[0].open_quarters(day) - weeks[1].open_quarters(day) for day in range(7)):
            message = "hours are added, but booths stay planned for those before; add staffing: {kind: planned}"
            yield Problem(scenario_path(("modes", mode.value, "hours"), changed.layers), "", message)


def with_ports(said: Iterable[tuple[str, Said]]) -> Iterator[Said]:
    """What is said of ports, by slug, each once; of an entry for several ports with those at which it holds."""
    slugs: dict[Said, list[str]] = {}
    for slug, each in said:
        slugs.setdefault(each, []).append(slug)
    for each, those in slugs.items():
        is_of_one = rank_of(str(each.path[1])) is Rank.PORT
        yield each if is_of_one else each._replace(message=f"{each.message} (at {some(those)})")
