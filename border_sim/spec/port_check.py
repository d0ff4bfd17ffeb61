"""Everything that is wrong with a port, found at once: in itself, and against the tables of the catalogue."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from border_sim.spec.checking import check
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Port, PortMode
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.scenario import Catalogue, SlugText
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import ENTITLED, MOST_POOLS, Mode, lane_classes, programmes

PORT: Final = TypeAdapter(Port)
SLUG: Final = TypeAdapter(SlugText)
_NAMED_BY_DEMAND = ("profile", "seasonality", "day_of_week")
_JUDGED_BY = (("staffing", "pools"), ("inspection", "pools"), ("inspection", "bays"))
"""Keys of a mode that can only be judged by others."""


class Tables(NamedTuple):
    """What a port may name. `names`: by key of the port's file (`profile`, `inspection`, ...), valid or not."""

    names: Mapping[str, Collection[str]]
    inspections: Mapping[str, Inspection]


def tables_of(catalogue: Catalogue) -> Tables:
    """The tables of a catalogue."""
    names: dict[str, Collection[str]] = {
        "profile": catalogue.profiles,
        "seasonality": catalogue.seasonality,
        "day_of_week": catalogue.days_of_week,
        "inspection": catalogue.inspections,
    }
    return Tables(names, catalogue.inspections)


def check_port(data: Any, tables: Tables) -> Port:
    """`data` (plain, as in a port's file) as a port whose names exist and whose modes have all that they need.

    Raises `SpecError` with every mistake: what depends on several keys is looked at where these are valid, whatever
    else is wrong.
    """
    try:
        port = check(PORT, data)
    except SpecError as error:
        known = [*error.problems, *_unknown_names(data, tables.names)]
        raise SpecError([*known, *_further(data, known, tables.inspections)]) from None
    if problems := [*_unknown_names(data, tables.names), *_incomplete(port, tables.inspections)]:
        raise SpecError(problems)
    return port


def port_problems(port: Port, tables: Tables) -> Iterator[Problem]:
    """What is wrong with a valid port: names that the tables do not have, and what its modes lack."""
    yield from _unknown_names(written(port), tables.names)
    yield from _incomplete(port, tables.inspections)


def written(port: Port) -> dict[str, Any]:
    """A port as plain data: the keys that its file gives."""
    data: dict[str, Any] = port.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return data


def _further(data: Any, known: Collection[Problem], inspections: Mapping[str, Inspection]) -> list[Problem]:
    """What shows in the sound part of a port: in rounds, since each may hide what depends on it."""
    further: list[Problem] = []
    while (part := _sound_part(data, [*known, *further]))["modes"]:
        try:
            return [*further, *_incomplete(check(PORT, part), inspections)]
        except SpecError as error:
            new = [problem for problem in error.problems if problem not in known and problem not in further]
        if not new:
            break
        further += new
    return further


def _sound_part(data: Any, problems: Collection[Problem]) -> dict[str, Any]:
    """The port's modes with harmless values for their keys that are wrong or missing."""
    wrong = {problem.path[1:3] for problem in problems if problem.path[:1] == ("modes",)}
    modes = data.get("modes") if isinstance(data, dict) else None
    sound = {}
    for name, part in modes.items() if isinstance(modes, dict) else ():
        if name in list(Mode) and isinstance(part, dict) and (name,) not in wrong:
            judged_by_wrong = {key for key, needed in _JUDGED_BY if (name, needed) in wrong}
            kept = {key: value for key, value in part.items() if (name, str(key)) not in wrong}
            kept = {key: value for key, value in kept.items() if key not in judged_by_wrong}
            sound[name] = {**_harmless_mode(Mode(name)), **_sound_pools(name, part, problems), **kept}
    return {"name": "-", "modes": sound}


def _sound_pools(mode: str, part: dict[str, Any], problems: Collection[Problem]) -> dict[str, Any]:
    """The mode's pools, harmless ones in place of those that are wrong; nothing if the list itself is wrong."""
    wrong = {problem.path[3:4] for problem in problems if problem.path[:3] == ("modes", mode, "pools")}
    if () in wrong or not wrong:
        return {}
    pools = enumerate(part["pools"])
    return {"pools": [_harmless_pool(Mode(mode), place) if (place,) in wrong else pool for place, pool in pools]}


def harmless_port() -> dict[str, Any]:
    """A port with all modes that stands in for one whose figures are wrong."""
    return {"name": "-", "modes": {mode.value: _harmless_mode(mode) for mode in Mode}}


def _harmless_mode(mode: Mode) -> dict[str, Any]:
    member = max(programmes(mode), key=lambda programme: len(ENTITLED[mode, programme]))
    return {
        "pools": [_harmless_pool(mode, 0)],
        "demand": {"kind": "list", "arrivals": []},
        "installed": {"booths": 200},
        "staffing": {"kind": "threshold", "open_above_min": 0, "close_below_min": 0},
        "programmes": {"share": {member.value: 1}},
        "inspection": "",
    }


def _harmless_pool(mode: Mode, place: int) -> dict[str, Any]:
    return {"name": f"stand-in-{place}", "serves": [lane_classes(mode)], "max_open": 0}


def _unknown_names(data: Any, names: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    modes = data.get("modes") if isinstance(data, dict) else None
    for mode, part in modes.items() if isinstance(modes, dict) else ():
        if not isinstance(part, dict):
            continue
        demand = part.get("demand")
        annual = demand if isinstance(demand, dict) and demand.get("kind") == "annual" else {}
        named: dict[tuple[str, ...], Any] = {("demand", key): annual.get(key) for key in _NAMED_BY_DEMAND}
        named[("inspection",)] = part.get("inspection")
        for path, name in named.items():
            if isinstance(name, str) and name not in names[path[-1]]:
                message = unknown(path[-1].replace("_", " "), name, names[path[-1]])
                yield Problem(("modes", str(mode), *path), shown(name), message)


def _incomplete(port: Port, inspections: Mapping[str, Inspection]) -> Iterator[Problem]:
    """Lane classes without a service time, inspections without bays, pools that are too many; an unknown inspection is
    passed over.
    """
    pools = 0
    for mode, part in port.modes.items():
        name = part.inspection
        inspection = inspections.get(name) if isinstance(name, str) else name
        pools += len(part.pools)
        if inspection is not None:
            pools += len(inspection.pools())
            yield from (problem.below("modes", mode.value) for problem in _lacking(part, inspection))
    if pools > MOST_POOLS:
        message = f"all modes together have {pools} pools of booths and bays; a port has at most {MOST_POOLS}"
        yield Problem(("modes",), "", message)


def _lacking(part: PortMode, inspection: Inspection) -> Iterator[Problem]:
    for lane in part.served():
        if lane not in inspection.service:
            known = ", ".join(inspection.service)
            message = f"no service time for {lane}, which a pool serves; there are {known}"
            yield Problem(("inspection",), shown(part.inspection) if isinstance(part.inspection, str) else "", message)
    taken = inspection.pools()
    for place, pool in enumerate(part.pools):
        if pool.name in taken:
            message = f"is also a pool of {part.inspection if isinstance(part.inspection, str) else 'the inspection'}"
            yield Problem(("pools", place, "name"), pool.name, f"{message}; choose another name")
    for kind in inspection.secondary:
        if kind not in part.bays.secondary:
            kinds = ", ".join(inspection.secondary)
            yield Problem(("bays", "secondary", kind), "", f"is missing; give the number of bays of each kind: {kinds}")
    if inspection.state is not None and part.bays.state is None:
        yield Problem(("bays", "state"), "", "is missing; give the number of bays of state inspection")
