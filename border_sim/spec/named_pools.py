"""Pools that a change gives by name, e.g. `pools: {fast: {max_open: 2}}`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from border_sim.spec.port import Port


class PoolName(NamedTuple):
    """A pool of a mode."""

    mode: str
    pool: str


def pool_names(port: Port) -> set[PoolName]:
    """The pools that a port has."""
    return {PoolName(mode.value, pool.name) for mode, part in port.modes.items() for pool in part.pools}


def new_pools(change: Mapping[str, Any]) -> set[PoolName]:
    """The pools that a change gives whole: with what they serve."""
    return {name for name, figures in _named(change) if isinstance(figures, dict) and "serves" in figures}


def altered_pools(change: Mapping[str, Any]) -> set[PoolName]:
    """The pools that a change alters or takes away."""
    return {
        name
        for name, figures in _named(change)
        if figures is None or (isinstance(figures, dict) and "serves" not in figures)
    }


def lacking_pools(change: Mapping[str, Any], port: Port, known: Collection[PoolName]) -> set[PoolName]:
    """Pools that a change alters or takes away in modes of a port where none of `known` has the name."""
    return {name for name in altered_pools(change) if name not in known and name.mode in port.modes}


def without_pools(change: dict[str, Any], pools: Collection[PoolName]) -> dict[str, Any]:
    """The change without these pools."""
    modes = dict(change["modes"]) if pools else {}
    for mode in {name.mode for name in pools}:
        left = {name: figures for name, figures in modes[mode]["pools"].items() if (mode, name) not in pools}
        part = {key: value for key, value in modes[mode].items() if key != "pools"} | ({"pools": left} if left else {})
        modes = {key: value for key, value in modes.items() if key != mode} | ({mode: part} if part else {})
    return {**change, "modes": modes} if pools else change


def _named(change: Mapping[str, Any]) -> Iterator[tuple[PoolName, Any]]:
    """Each pool that is given by name, with its figures."""
    modes = change.get("modes")
    for mode, part in modes.items() if isinstance(modes, dict) else ():
        pools = part.get("pools") if isinstance(part, dict) else None
        for name, figures in pools.items() if isinstance(pools, dict) else ():
            yield PoolName(str(mode), str(name)), figures
