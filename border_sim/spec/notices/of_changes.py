"""Keys of `changes` without effect: at a port that is not simulated, of a mode that it lacks, or as it was before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from border_sim.spec.change import merged, without_nulls
from border_sim.spec.changed_ports import Changed
from border_sim.spec.demand import Annual
from border_sim.spec.layers import Layer
from border_sim.spec.mode_pools import inspection_figures
from border_sim.spec.named_pools import altered_pools
from border_sim.spec.notice import Notice
from border_sim.spec.port import Port, PortMode
from border_sim.spec.port_check import written
from border_sim.spec.problem import KeyPath, shown
from border_sim.spec.scenario import Catalogue, Scenario
from border_sim.spec.selection import Rank, names_of, rank_of, selected, some
from border_sim.spec.staffing import group_of
from border_sim.vocabulary import ROUTE, LaneClass, Mode

_NOT_JUDGED: Final = {"source", "note", "kind", "staffing"}
"""Keys that tell of figures, and staffing: to restate it plans it anew."""
_MISSING: Final = object()
_ALL_WEEK: Final = {"days": "daily", "hours": "00:00-24:00"}
"""What a span says where it names no days or hours."""


class _Leaf(NamedTuple):
    """A value that an entry of `changes` gives."""

    path: KeyPath
    value: Any


def notices_of_changes(
    scenario: Scenario, catalogue: Catalogue, changed: Mapping[str, Changed], simulated: Sequence[str]
) -> Iterator[Notice]:
    """A notice for every entry, mode or value of `changes` that changes nothing at any port that is simulated."""
    for key, change in scenario.changes.items():
        path: KeyPath = ("changes", key)
        slugs = [slug for slug in changed if any(slug in selected(name, catalogue.ports) for name in names_of(key))]
        met = [slug for slug in slugs if slug in simulated]
        if not met:
            yield Notice(path, "", f"{_are(slugs, 'is', 'are')} not simulated; the run has {some(simulated)}")
            continue
        if rank_of(key) is Rank.SEVERAL and (absent := [n for n in names_of(key) if n in slugs and n not in met]):
            yield Notice(path, ", ".join(absent), f"{_are(absent, 'is', 'are')} not simulated; the run has {some(met)}")
        if not list(_leaves(change)):
            yield Notice(path, "", "changes nothing")
        yield from _missing_modes(key, change, {slug: catalogue.ports[slug] for slug in met})
        yield from _missing_pools(key, change, {slug: changed[slug] for slug in met})
        yield from _missing_stations(key, change, {slug: changed[slug].port for slug in met}, catalogue)
        yield from _idle_values(key, {slug: changed[slug] for slug in met}, catalogue)


def _are(slugs: Sequence[str], one: str, several: str) -> str:
    return one if len(slugs) == 1 else several


def _missing_modes(key: str, change: Mapping[str, Any], ports: Mapping[str, Port]) -> Iterator[Notice]:
    modes = change.get("modes")
    for mode in modes if isinstance(modes, dict) and rank_of(key) is not Rank.PORT else ():
        without = [slug for slug, port in ports.items() if mode not in port.modes]
        if len(without) == len(ports) or (without and rank_of(key) is Rank.SEVERAL):
            yield Notice(("changes", key, "modes", str(mode)), "", f"not at {some(without)}: no such mode there")


def _missing_pools(key: str, change: Mapping[str, Any], changed: Mapping[str, Changed]) -> Iterator[Notice]:
    """Pools that the entry alters and that ports with the mode lack, told as modes are."""
    for name in sorted(altered_pools(change)):
        slugs = [slug for slug, each in changed.items() if name.mode in each.port.modes]
        without = [
            slug for slug in slugs if all(name not in altered_pools(each.change) for each in changed[slug].layers)
        ]
        if without and (len(without) == len(slugs) or rank_of(key) is Rank.SEVERAL):
            path = ("changes", key, "modes", name.mode, "pools", name.pool)
            yield Notice(path, "", f"not at {some(without)}: no such pool there")


def _missing_stations(
    key: str, change: Mapping[str, Any], ports: Mapping[str, Port], catalogue: Catalogue
) -> Iterator[Notice]:
    """Stations whose room or pace the entry gives and that ports with the mode lack, told as modes are."""
    modes = change.get("modes")
    for mode, part in modes.items() if isinstance(modes, dict) and rank_of(key) is not Rank.PORT else ():
        there = {slug: port.modes[Mode(mode)] for slug, port in ports.items() if mode in port.modes}
        given = {name: part[name] for name in ("room", "pace") if isinstance(part, dict) and name in part}
        for name, station in ((name, each) for name, stations in given.items() for each in stations if each in ROUTE):
            without = [slug for slug, each in there.items() if not _has_station(each, station, catalogue)]
            if without and (len(without) == len(there) or rank_of(key) is Rank.SEVERAL):
                path = ("changes", key, "modes", str(mode), name, str(station))
                yield Notice(path, "", f"not at {some(without)}: no such station there")


def _has_station(part: PortMode, station: str, catalogue: Catalogue) -> bool:
    inspection = inspection_figures(part, catalogue)
    return inspection is not None and station in inspection.route()


def _idle_values(key: str, changed: Mapping[str, Changed], catalogue: Catalogue) -> Iterator[Notice]:
    """Values without effect at all ports that they meet, with the reason at the first."""
    reasons: dict[KeyPath, list[Notice | None]] = {}
    for slug, each in changed.items():
        for place, (layer, data, before) in enumerate(_befores(each.layers, catalogue.ports[slug], catalogue)):
            if layer.key == key:
                for leaf in _leaves(layer.change):
                    message = _why_idle(leaf.path, before, each, layer, catalogue)
                    message = message or _why_covered(leaf, each.layers[place + 1 :])
                    if leaf.value is None and _at(data, leaf.path) in (_MISSING, None):
                        message = "null takes away a key that is not there, which changes nothing"
                    notice = message and Notice(("changes", key, *leaf.path), _shown(leaf.value), message)
                    reasons.setdefault(leaf.path, []).append(notice or None)
    for notices in reasons.values():
        if notices[0] is not None and None not in notices:
            yield notices[0]


def _befores(
    layers: Sequence[Layer], port: Port, catalogue: Catalogue
) -> Iterator[tuple[Layer, dict[str, Any], dict[str, Any]]]:
    """Each layer and the port that it is laid over, as plain data: as written, and with defaults and profiles."""
    data = written(port)
    for layer in layers:
        full = _with_defaults(without_nulls(data))
        yield layer, _with_profiles(data, catalogue), _with_profiles(full, catalogue)
        data = merged(data, layer.change, inspections=catalogue.inspections)


def _with_defaults(port: dict[str, Any]) -> dict[str, Any]:
    """A port as plain data with its defaults; as it is, where it is right only with the layers over it."""
    try:
        return Port.model_validate(port).model_dump(mode="json", by_alias=True)
    except ValidationError:
        return port


def _with_profiles(port: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A port as plain data, the figures of its inspections in place of their names."""
    modes = {}
    for mode, part in port["modes"].items():
        name = part.get("inspection") if isinstance(part, dict) else None
        figures = catalogue.inspections[name].model_dump(mode="json", by_alias=True) if isinstance(name, str) else None
        modes[mode] = {**part, "inspection": figures} if figures else part
    return {**port, "modes": modes}


def _leaves(change: Any, path: KeyPath = ()) -> Iterator[_Leaf]:
    """The values that a change gives, but those that are not judged. Opening hours are one value, and so is an empty
    mapping.
    """
    if isinstance(change, dict) and path[-1:] != ("weekly",) and (change or len(path) <= 1):
        for key, value in change.items():
            if key == "staffing":
                yield _Leaf((*path, key), value)
            elif key not in _NOT_JUDGED:
                yield from _leaves(value, (*path, str(key)))
    else:
        yield _Leaf(path, change)


def _why_idle(
    path: KeyPath, before: Mapping[str, Any], changed: Changed, layer: Layer, catalogue: Catalogue
) -> str | None:
    if "staffing" in path:
        return None
    match path:
        case ("modes", mode, "demand", "volumes", year) if mode in changed.port.modes:
            demand = changed.port.modes[Mode(mode)].demand
            if isinstance(demand, Annual) and str(demand.volume_year) != year:
                return f"the run takes the volume of {demand.volume_year}; change volume_year too"
        case ("modes", mode, *below) if mode in changed.port.modes:
            part = changed.port.modes[Mode(mode)]
            if message := _no_lane(Mode(mode), part, tuple(below)) or _nobody_in_full(part, tuple(below), catalogue):
                return message
    after = merged(before, layer.change, inspections=catalogue.inspections)
    old, new = _at(before, path), _at(after, path)
    if _at(layer.change, path) == {} and isinstance(old, dict) and path[-1:] != ("weekly",):
        return "is empty, which changes nothing; null takes the key away"
    is_same = old is not _MISSING and _comparable(old) == _comparable(new)
    return "is so before the change, which changes nothing" if is_same else None


def _why_covered(leaf: _Leaf, later: Sequence[Layer]) -> str | None:
    """Why a value has no effect under those laid over it: one of them has another in its place."""
    for layer in later:
        value = _at(layer.change, leaf.path)
        replaces = not isinstance(value, dict) or leaf.path[-1:] == ("weekly",)
        if value is not _MISSING and replaces and _comparable(value) != _comparable(leaf.value):
            return f"{shown(layer.key)} says otherwise of every port of the run that it is for"
    return None


def _no_lane(mode: Mode, part: PortMode, below: KeyPath) -> str | None:
    """Why a figure of a lane class or group that no pool serves has no effect."""
    match below:
        case ("inspection", "service", lane, *_) if lane in list(LaneClass) and lane not in part.served():
            return f"no pool serves {lane}"
        case ("accustomed_wait", "minutes", group) if group not in {group_of(mode, lane) for lane in part.served()}:
            return f"no pool serves the lanes of {group}"
    return None


def _nobody_in_full(part: PortMode, below: KeyPath, catalogue: Catalogue) -> str | None:
    """Why a figure of full state inspection has no effect."""
    match below:
        case ("bays", "state", *_) | ("inspection", "state", "full", *_):
            inspection = inspection_figures(part, catalogue)
            if inspection is not None and inspection.state is not None and inspection.state.full_share == 0:
                return "nobody is inspected in full: inspection.state.full_share is 0"
    return None


def _at(data: Any, path: KeyPath) -> Any:
    for key in path:
        if isinstance(data, list) and all(isinstance(each, dict) and "name" in each for each in data):
            data = {each["name"]: each for each in data}
        if not isinstance(data, dict) or key not in data:
            return _MISSING
        data = data[str(key)]
    return data


def _comparable(value: Any) -> Any:
    """A value as it compares with what a model gives: one range of hours is a list of one, and a span
    has days and hours.
    """
    if isinstance(value, dict):
        return {str(key): [each] if isinstance(each, str) and "-" in each else each for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_ALL_WEEK | each if isinstance(each, dict) else each for each in value]
    return value


def _shown(value: Any) -> str:
    return shown(value) if not isinstance(value, str) else value
