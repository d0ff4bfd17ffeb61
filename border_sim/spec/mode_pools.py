"""The pools of a mode, station by station, as a disruption names them; and figures of stations that a mode lacks."""

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import NamedTuple

from border_sim.spec.base import Mistake
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import PortMode
from border_sim.spec.problem import KeyPath
from border_sim.spec.scenario import Catalogue, Disruption
from border_sim.vocabulary import Station


def inspection_figures(part: PortMode, catalogue: Catalogue) -> Inspection | None:
    """The figures of a mode's inspection, those of its profile where it names one; `None` for an unknown name."""
    return catalogue.inspections.get(part.inspection) if isinstance(part.inspection, str) else part.inspection


class PoolEffect(NamedTuple):
    """What a disruption does to the pools of a station."""

    path: KeyPath
    """Where the disruption says it"""
    station: Station
    pool: str | None
    """`None`: all pools of the station"""
    figure: float
    """The most bays, or a pace"""


def effects_on_pools(disruption: Disruption) -> Iterator[PoolEffect]:
    """Every number of bays and every pace that a disruption gives."""
    for station, kind, most in disruption.bays.caps() if disruption.bays else ():
        path: KeyPath = ("bays", station.value) if kind is None else ("bays", station.value, kind)
        yield PoolEffect(path, station, kind, most)
    for place, pace in (disruption.pace or {}).items():
        at: KeyPath = ("pace", place.value)
        if isinstance(pace, dict):
            yield from (PoolEffect((*at, pool), place, pool, factor) for pool, factor in pace.items())
        else:
            yield PoolEffect(at, place, None, pace)


def why_lacking(effect: PoolEffect, part: PortMode, inspection: Inspection) -> str | None:
    """Why a mode has nothing that a disruption could act on so; `None`: it has."""
    if effect.station not in inspection.route():
        return no_station(effect.station, inspection)
    pools = pools_at(effect.station, part, inspection)
    if effect.pool is not None and effect.pool not in pools:
        what = "kind of secondary" if effect.station is Station.SECONDARY else f"pool at {effect.station}"
        return f"no such {what}; there {'is' if len(pools) == 1 else 'are'} {', '.join(pools)}"
    return None


def pools_at(station: Station, part: PortMode, inspection: Inspection) -> tuple[str, ...]:
    """The names of a mode's pools at a station, in their order."""
    return tuple(pool.name for pool in part.pools) if station is Station.PRIMARY else inspection.pools_at(station)


def no_station(station: Station, inspection: Inspection) -> str:
    """That a mode lacks a station, and which it has."""
    return f"the mode has no {station}; its stations are {', '.join(inspection.route())}"


def met(disruption: Disruption, part: PortMode) -> Disruption | None:
    """A disruption without the stations and pools that a resolved mode lacks; `None` if nothing is left of it."""
    inspection = part.inspection
    assert isinstance(inspection, Inspection)
    lacking = {each.path for each in effects_on_pools(disruption) if why_lacking(each, part, inspection)}
    if not lacking:
        return disruption
    data = disruption.model_dump(mode="json", by_alias=True)
    for path in lacking:
        *holders, name = map(str, path)
        del reduce(getitem, holders, data)[name]
    for key in ("bays", "pace"):
        data[key] = {name: each for name, each in (data[key] or {}).items() if each not in ({}, None)} or None
    return Disruption.model_validate(data) if data["bays"] or data["pace"] else None


def at_lacking_stations(part: PortMode, inspection: Inspection) -> Iterator[Mistake]:
    """Room and pace of stations that a mode lacks."""
    for station, places in part.room.by_station().items():
        if station not in inspection.route():
            yield ("room", station.value), places, no_station(station, inspection)
    for station in part.pace:
        if station not in inspection.route():
            yield ("pace", station.value), "", no_station(station, inspection)
