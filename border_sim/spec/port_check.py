"""Everything that is wrong with a port, found at once: in itself, and against the tables of the catalogue."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from border_sim.spec.checking import check
from border_sim.spec.inspection import Inspection
from border_sim.spec.mode_pools import at_lacking_stations
from border_sim.spec.port import Port, PortMode
from border_sim.spec.problem import KeyPath, Problem, SpecError, shown
from border_sim.spec.scenario import Catalogue, SlugText
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import ENTITLED, MOST_POOLS, LaneClass, Mode, lane_classes, programmes

PORT: Final = TypeAdapter(Port)
SLUG: Final = TypeAdapter(SlugText)
_SECOND: Final = {"kind": "deterministic", "mean_s": 1}
_DELAYS: Final = {"export": "delay", "scan": "service"}
"""Stations that need one duration, and its key."""
_NAMED_BY_DEMAND = ("profile", "seasonality", "day_of_week")


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

    Raises `SpecError` with every mistake that can be told: what depends on several keys is looked at where these are
    right in themselves, whatever else is wrong. A schedule is not looked at while names or limits of pools are wrong.
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
    while (part := _sound_part(data, wrong := [problem.path for problem in (*known, *further)]))["modes"]:
        try:
            return [*further, *_incomplete(check(PORT, part), inspections, wrong)]
        except SpecError as error:
            new = [problem for problem in error.problems if problem not in known and problem not in further]
        if not new:
            break
        further += new
    return further


def _sound_part(data: Any, wrong: Collection[KeyPath]) -> dict[str, Any]:
    """The port's modes with harmless values for their keys that are wrong or missing."""
    modes = data.get("modes") if isinstance(data, dict) else None
    sound = {}
    for name, part in modes.items() if isinstance(modes, dict) else ():
        if name in list(Mode) and isinstance(part, dict):
            in_mode = {path[2:] for path in wrong if path[:2] == ("modes", name)}
            if () not in in_mode:
                sound[name] = _sound_mode(Mode(name), part, in_mode)
    return {"name": "-", "modes": sound}


def _sound_mode(mode: Mode, part: dict[str, Any], wrong: Collection[KeyPath]) -> dict[str, Any]:
    heads = {path[0] for path in wrong}
    right = {key: value for key, value in part.items() if str(key) not in heads}
    if any(path[0] == "pools" and path[2:3] != ("serves",) for path in wrong):
        right.pop("staffing", None)  # a schedule is judged by the names and limits of all pools
    sound = {**_sound_pools(mode, part, wrong), **_sound_bays(part, wrong), **_sound_inspection(mode, part, wrong)}
    return {**_harmless_mode(mode), **sound, **_sound_stations(part, wrong), **right}


def _sound_pools(mode: Mode, part: dict[str, Any], wrong: Collection[KeyPath]) -> dict[str, Any]:
    """The mode's pools, harmless values in place of what is wrong in them; nothing if they are no list."""
    in_pools = {path[1:] for path in wrong if path[0] == "pools"}
    if not in_pools or not isinstance(part.get("pools"), list | tuple):
        return {}
    pools = []
    for place, pool in enumerate(part["pools"]):
        heads = {path[1:2] for path in in_pools if path[:1] == (place,)}
        keys = pool if isinstance(pool, dict) and () not in heads else {}
        sound = {key: value for key, value in keys.items() if (str(key),) not in heads}
        pools.append({**_harmless_pool(mode, place), **sound} if heads else pool)
    return {"pools": pools}


def _sound_bays(part: dict[str, Any], wrong: Collection[KeyPath]) -> dict[str, Any]:
    """The mode's bays, one in place of a number that is wrong; nothing if they are no mapping."""
    in_bays = {path[1:] for path in wrong if path[0] == "bays"}
    bays = part.get("bays")
    if not in_bays or not isinstance(bays, dict):
        return {}
    secondary = bays.get("secondary")
    kinds = secondary if isinstance(secondary, dict) else {}
    sound = {
        kind: 1 if any(path[:2] == ("secondary", str(kind)) for path in in_bays) else number
        for kind, number in kinds.items()
    }
    others = {key: 1 if any(path[0] == key for path in in_bays) else bays.get(key) for key in ("scan", "state")}
    return {"bays": {"secondary": sound, **others}}


def _sound_stations(part: dict[str, Any], wrong: Collection[KeyPath]) -> dict[str, Any]:
    """The mode's room and pace without the stations that are wrong; nothing if they are no mappings."""
    return {
        key: {station: each for station, each in part[key].items() if (key, str(station)) not in {p[:2] for p in wrong}}
        for key in ("room", "pace")
        if isinstance(part.get(key), dict)
    }


def _sound_inspection(mode: Mode, part: dict[str, Any], wrong: Collection[KeyPath]) -> dict[str, Any]:
    """Harmless figures for the lane classes, kinds of secondary and other stations that a wrong one names."""
    inspection = part.get("inspection")
    if not isinstance(inspection, dict) or not any(path[0] == "inspection" for path in wrong):
        return {}
    service, secondary = (inspection.get(key) for key in ("service", "secondary"))
    lanes = [lane for lane in LaneClass if isinstance(service, dict) and lane in service] or lane_classes(mode)
    kinds = list(map(str, secondary)) if isinstance(secondary, dict) else []
    sound: dict[str, Any] = {"service": {lane.value: _SECOND for lane in lanes}}
    if kinds:
        shares = {kind: {"share": 1 / len(kinds), "service": _SECOND} for kind in kinds}
        sound |= {"referral": {"share": {}}, "secondary": shares}
    if isinstance(inspection.get("state"), dict):
        sound["state"] = {"full_share": 0, "full": _SECOND, "passing": _SECOND}
    sound |= {key: {name: _SECOND} for key, name in _DELAYS.items() if isinstance(inspection.get(key), dict)}
    return {"inspection": sound}


def harmless_port(port: Any = None) -> dict[str, Any]:
    """A port that stands in for one whose figures are wrong, with its modes (else with all) and state."""
    keys = port if isinstance(port, dict) else {}
    named = keys["modes"] if isinstance(keys.get("modes"), dict) else {}
    modes = [mode for mode in Mode if mode in named] or list(Mode)
    state = {"state": keys["state"]} if re.fullmatch("[A-Z]{2}", str(keys.get("state"))) else {}
    return {"name": "-", **state, "modes": {mode.value: _harmless_mode(mode) for mode in modes}}


def _harmless_mode(mode: Mode) -> dict[str, Any]:
    member = max(programmes(mode), key=lambda programme: len(ENTITLED[mode, programme]))
    return {
        "pools": [_harmless_pool(mode, 0)],
        "demand": {"kind": "list", "arrivals": []},
        "installed": {"booths": 200},
        "staffing": {"kind": "threshold", "open_above_min": 0, "close_below_min": 0},
        "programmes": {"share": {member.value: 1}},
        "inspection": {"service": {lane.value: _SECOND for lane in lane_classes(mode)}},
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


def _incomplete(
    port: Port, inspections: Mapping[str, Inspection], wrong: Collection[KeyPath] = ()
) -> Iterator[Problem]:
    """Lane classes without a service time, inspections without bays, pools that are too many; an unknown inspection is
    passed over, and so are the lane classes and bays of which one is wrong.
    """
    pools = 0
    for mode, part in port.modes.items():
        name = part.inspection
        inspection = inspections.get(name) if isinstance(name, str) else name
        pools += len(part.pools)
        if inspection is not None:
            pools += len(inspection.pools())
            in_mode = {path[2:] for path in wrong if path[:2] == ("modes", mode.value)}
            problems = _lacking(part, inspection, in_mode)
            yield from (problem.below("modes", mode.value) for problem in problems)
    if pools > MOST_POOLS:
        message = f"all modes together have {pools} pools of booths and bays; a port has at most {MOST_POOLS}"
        yield Problem(("modes",), "", message)


def _lacking(part: PortMode, inspection: Inspection, wrong: Collection[KeyPath]) -> Iterator[Problem]:
    unknown_places = {path[1] for path in wrong if path[0] == "pools" and path[2:3] in ((), ("serves",)) and path[1:]}
    pools = [pool for place, pool in enumerate(part.pools) if ("pools",) not in wrong and place not in unknown_places]
    served = {lane for pool in pools for rank in pool.serves for lane in rank}
    for lane in (lane for lane in LaneClass if lane in served and lane not in inspection.service):
        message = f"no service time for {lane}, which a pool serves; there are {', '.join(inspection.service)}"
        yield Problem(("inspection",), shown(part.inspection) if isinstance(part.inspection, str) else "", message)
    names = inspection.pools()
    for place, pool in enumerate(part.pools):
        if pool.name in names:
            what = "a kind of secondary inspection" if pool.name in inspection.secondary else "a pool"
            message = f"is also {what} of {part.inspection if isinstance(part.inspection, str) else 'the inspection'}"
            yield Problem(("pools", place, "name"), pool.name, f"{message}; choose another name")
    yield from _of_lacking_stations(part, inspection, wrong)
    if ("bays",) not in wrong:
        yield from _lacking_bays(part, inspection, wrong)


def _of_lacking_stations(part: PortMode, inspection: Inspection, wrong: Collection[KeyPath]) -> Iterator[Problem]:
    for path, value, message in at_lacking_stations(part, inspection):
        if not {("inspection",), ("inspection", path[1])}.intersection(wrong):
            yield Problem(path, str(value), message)


def _lacking_bays(part: PortMode, inspection: Inspection, wrong: Collection[KeyPath]) -> Iterator[Problem]:
    for kind in inspection.secondary if ("bays", "secondary") not in wrong else ():
        if kind not in part.bays.secondary:
            kinds = ", ".join(inspection.secondary)
            yield Problem(("bays", "secondary", kind), "", f"is missing; give the number of bays of each kind: {kinds}")
    if inspection.scan is not None and part.bays.scan is None:
        yield Problem(("bays", "scan"), "", "is missing; give the number of bays of the scan")
    if inspection.state is not None and part.bays.state is None:
        yield Problem(("bays", "state"), "", "is missing; give the number of bays of state inspection")
