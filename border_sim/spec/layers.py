"""The entries of a scenario's `changes`, as they are laid over one port: all < state < several < one port."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, NamedTuple

from border_sim.spec.change import merged, without_nulls
from border_sim.spec.lacking_stations import figures_of_lacking_stations
from border_sim.spec.named_pools import PoolName, lacking_pools, new_pools, pool_names, without_pools
from border_sim.spec.port import Port
from border_sim.spec.port_check import Tables, check_port, written
from border_sim.spec.problem import KeyPath, Problem, SpecError, is_missing, shown
from border_sim.spec.selection import Rank, names_of, rank_of, selected
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import Mode


class Layer(NamedTuple):
    """One entry of `changes`, as it meets one port."""

    key: str
    """The ports that the entry is for, as written."""
    rank: Rank
    change: dict[str, Any]
    """Without the modes and pools that the port lacks, unless the entry is for this port alone."""


def layers_of(slug: str, port: Port, changes: Mapping[str, dict[str, Any]], ports: Mapping[str, Port]) -> list[Layer]:
    """What is laid over a port, in this order: later layers win."""
    entries = [
        (rank_of(key), key, change)
        for key, change in changes.items()
        if any(slug in selected(name, ports) for name in names_of(key))
    ]
    layers = []
    known = pool_names(port)
    for rank, key, change in sorted(entries, key=lambda entry: entry[0]):
        known |= new_pools(change)
        part = change if rank is Rank.PORT else _for_pools(key, _for_modes(port, change), port, known, ports)
        layers.append(Layer(key, rank, part))
    return layers


def layered_port(port: Port, layers: Sequence[Layer], tables: Tables) -> Port:
    """The port with its layers laid over it. Raises `SpecError` with every mistake, at its place in the scenario."""
    if problems := list(_conflicts(port, layers, tables)):
        raise SpecError(problems)
    data, known = written(port), pool_names(port)
    unknown_pools: list[Problem] = []
    for layer in layers:
        known |= new_pools(layer.change)
        lacking = lacking_pools(layer.change, port, known)
        unknown_pools += [_unknown_pool(layer, name, known) for name in sorted(lacking)]
        data = merged(data, without_pools(layer.change, lacking), inspections=tables.inspections)
    data = without_nulls(_without_lacking_stations(data, layers, tables))
    try:
        changed = check_port(data, tables)
    except SpecError as error:
        problems = [_of_fewer_booths(problem, layers, data) for problem in _with_new_modes(error.problems, port)]
        problems = [problem._replace(path=scenario_path(problem.path, layers, data)) for problem in problems]
        raise SpecError([*unknown_pools, *problems]) from None
    if unknown_pools:
        raise SpecError(unknown_pools)
    return changed


def _without_lacking_stations(data: dict[str, Any], layers: Sequence[Layer], tables: Tables) -> dict[str, Any]:
    """Without room and pace of stations that a mode lacks, unless an entry for this port alone gives them."""
    own = [layer for layer in layers if layer.rank is Rank.PORT]
    modes = data["modes"] if isinstance(data["modes"], dict) else {}
    lacking = [
        path
        for mode, part in modes.items()
        for path in figures_of_lacking_stations(part, tables.inspections, ("modes", mode))
        if not _is_given(path, own, data)
    ]
    return reduce(_without, lacking, data)


def _without(data: Any, path: KeyPath) -> Any:
    """Nested mappings without the key at a path."""
    key, *below = path
    if not below:
        return {name: value for name, value in data.items() if name != key}
    return {**data, key: _without(data[key], tuple(below))}


def _of_fewer_booths(problem: Problem, layers: Sequence[Layer], data: Any) -> Problem:
    """That a pool has a `max_open` above the installed booths is a mistake of these, if only they are changed."""
    match problem.path:
        case ("modes", str(mode), "pools", int(place), "max_open") if not is_missing(problem):
            path: KeyPath = ("modes", mode, "installed", "booths")
            installed, pool = data["modes"][mode].get("installed"), data["modes"][mode]["pools"][place]
            if _is_given(path, layers, data) and not _is_given(problem.path, layers, data):
                message = f"pool {pool['name']} has max_open {pool['max_open']}; lower that too"
                return Problem(path, shown(installed["booths"]), message)
    return problem


def _is_given(path: KeyPath, layers: Sequence[Layer], data: Any) -> bool:
    return any(_named(path, layer.change, data)[0] == len(path) for layer in layers)


def _unknown_pool(layer: Layer, name: PoolName, known: Collection[PoolName]) -> Problem:
    message = unknown("pool", name.pool, [each.pool for each in known if each.mode == name.mode])
    path = ("changes", layer.key, "modes", name.mode, "pools", name.pool)
    return Problem(path, shown(name.pool), f"{message}; a new pool needs serves")


def _with_new_modes(problems: Sequence[Problem], port: Port) -> list[Problem]:
    """With one mistake for a mode that the port does not have, in place of one for each key that it lacks; that a mode
    is unknown says enough.
    """
    lacking: dict[str, list[str]] = {}
    for problem in problems:
        match problem.path:
            case ("modes", str(mode), str(key)) if mode not in port.modes and is_missing(problem):
                lacking.setdefault(mode, []).append(key)
    for mode, keys in lacking.items():
        problems = [each for each in problems if each.path[:2] != ("modes", mode) or not is_missing(each)]
        if mode not in list(Mode):
            continue
        message = f"{port.name} has no such mode; it has {', '.join(port.modes)}"
        whole = f"{message}. A new mode is written whole; missing are {', '.join(keys)}"
        problems = [Problem(("modes", mode), "", whole), *problems]
    return list(problems)


def scenario_path(path: KeyPath, layers: Sequence[Layer], data: Any = None) -> KeyPath:
    """Where a scenario says what stands at `path` of a port: in the layer that says most of it, the closest of equals.

    `data` is the port as plain data, by which pools that are changed by name are found.
    """
    layer = max(layers, key=lambda each: (_named(path, each.change, data)[0], each.rank))
    return ("changes", layer.key, *_named(path, layer.change, data)[1])


def says(layers: Sequence[Layer], mode: Mode, key: str) -> bool:
    """Whether a layer gives this key of a mode."""
    return any(key in (layer.change.get("modes", {}).get(mode.value) or {}) for layer in layers)


def _for_modes(port: Port, change: dict[str, Any]) -> dict[str, Any]:
    modes = change.get("modes")
    if not isinstance(modes, dict):
        return change
    return {
        **change,
        "modes": {mode: part for mode, part in modes.items() if mode in port.modes or mode not in list(Mode)},
    }


def _for_pools(
    key: str, change: dict[str, Any], port: Port, known: Collection[PoolName], ports: Mapping[str, Port]
) -> dict[str, Any]:
    """Without the pools that the port lacks and others of the entry have."""
    lacking = lacking_pools(change, port, known)
    if not lacking:
        return change
    slugs = {slug for name in names_of(key) for slug in selected(name, ports)}
    return without_pools(change, {name for name in lacking if any(name in pool_names(ports[slug]) for slug in slugs)})


def _named(path: KeyPath, change: Any, data: Any) -> tuple[int, KeyPath]:
    """How many steps of a path a change has, and the path with pools by name where the change has them so."""
    depth, at = 0, []
    for step in path:
        below = data[step] if _has(data, step) else None
        name: str | int = step
        if isinstance(step, int) and isinstance(change, dict) and isinstance(below, dict):
            name = str(below.get("name", step))
        if _has(change, name):
            change, depth = change[name], depth + 1
        else:
            change = None
        at.append(name)
        data = below
    return depth, tuple(at)


def _has(data: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(data, list | tuple) and step < len(data)
    return isinstance(data, dict) and step in data


def _conflicts(port: Port, layers: Sequence[Layer], tables: Tables) -> Iterator[Problem]:
    """Lists of ports that say something else of the same port: neither is closer."""
    several = [layer for layer in layers if layer.rank is Rank.SEVERAL]
    for first, second in combinations(several, 2):
        base = written(port)
        one, other = (
            merged(merged(base, a.change, inspections=tables.inspections), b.change, inspections=tables.inspections)
            for a, b in ((first, second), (second, first))
        )
        for path, value in _differences(one, other):
            message = f"{first.key!r} says otherwise of the same port; say it of this port alone"
            yield Problem(scenario_path(path, [second], base), shown(value), message)


def _differences(one: Any, other: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Where two values differ, and what the first has there."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from _differences(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differences(a, b, (*path, place))
    elif one != other:
        yield path, one
