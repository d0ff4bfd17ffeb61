"""A scenario's file -> `Scenario`, checked against the catalogue."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from border_sim.loading.mistakes import LoadError
from border_sim.loading.yaml_file import Document, read_yaml
from border_sim.spec.checking import check
from border_sim.spec.port_check import SLUG, check_port, harmless_port, tables_of
from border_sim.spec.problem import Problem, SpecError
from border_sim.spec.resolve import SCENARIO, resolve
from border_sim.spec.scenario import Catalogue, Scenario


def load_scenario(path: Path, catalogue: Catalogue) -> Scenario:
    """The scenario in a file; `LoadError` with every mistake, also those that show only over the catalogue."""
    return check_scenario(read_yaml(path), catalogue)


def check_scenario(document: Document, catalogue: Catalogue) -> Scenario:
    """A document as a scenario that resolves over the catalogue; `LoadError` with every mistake."""
    problems = _problems(document.data, catalogue)
    if problems or document.flaws:
        raise LoadError(sorted([*document.flaws, *map(document.mistake, dict.fromkeys(problems))]))
    return check(SCENARIO, document.data)


def _problems(data: dict[Any, Any], catalogue: Catalogue) -> list[Problem]:
    try:
        scenario = check(SCENARIO, data)
    except SpecError as error:
        further = _over_catalogue(_sound_part(data, error.problems), catalogue)
        return [*error.problems, *_own_port_problems(data, catalogue), *_not_made_up(further, error.problems)]
    return _over_catalogue(dict(scenario), catalogue)


def _over_catalogue(data: dict[Any, Any], catalogue: Catalogue) -> list[Problem]:
    try:
        resolve(check(SCENARIO, data), catalogue)
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


def _sound_part(data: dict[Any, Any], problems: Iterable[Problem]) -> dict[Any, Any]:
    """The scenario without its wrong keys and changes.

    A harmless port stands for a wrong one, so that its name is known; a right item of a list for a wrong one, so that
    the others keep their places.
    """
    wrong = {problem.path[:length] for problem in problems for length in (1, 2)}
    sound = {key: value for key, value in data.items() if (str(key),) not in wrong}
    for key in ("ports", "disruptions"):
        items = data[key] if isinstance(data.get(key), list) else []
        right = [item for place, item in enumerate(items) if (key, place) not in wrong]
        if right:
            sound[key] = [right[0] if (key, place) in wrong else item for place, item in enumerate(items)]
    own, changes = data.get("own_ports"), data.get("changes")
    if isinstance(own, dict):
        named = {slug: port for slug, port in own.items() if _is_slug(slug)}
        sound["own_ports"] = {s: harmless_port() if ("own_ports", s) in wrong else port for s, port in named.items()}
    if isinstance(changes, dict):
        sound["changes"] = {slug: change for slug, change in changes.items() if ("changes", str(slug)) not in wrong}
    return sound


def _not_made_up(found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
    """Without those of what stands in for something wrong."""
    replaced = {problem.path[:2] for problem in known}
    return [problem for problem in found if problem.path[:2] not in replaced]


def _is_slug(name: Any) -> bool:
    try:
        check(SLUG, name)
    except SpecError:
        return False
    return True
