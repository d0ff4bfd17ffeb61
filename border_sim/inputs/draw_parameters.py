"""The parameters by which a port's candidates are drawn: shares as thresholds on marks, durations as tables."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from border_sim.inputs.candidates import MOST_LANES
from border_sim.inputs.duration_tables import Tables, duration_table, pack
from border_sim.inputs.layout import entitled_lanes
from border_sim.inputs.planned_booths import first_lane
from border_sim.inputs.random_marks import WORD
from border_sim.inputs.stations import LanePlan, PoolPlan, inspection_of, pool_steps, route_of
from border_sim.records import Array
from border_sim.spec.calendar import DAYS
from border_sim.spec.distribution import Distribution
from border_sim.spec.hour_of_week import HOURS_PER_WEEK
from border_sim.spec.port import Port, PortMode
from border_sim.spec.scenario import Resolved
from border_sim.spec.staffing import group_of
from border_sim.vocabulary import ENTITLED, MISSING, Mode, Programme, Station, code, programmes


class DrawParameters(NamedTuple):
    """Arrays by mode (M), place in the order of the mode's programmes (3), lane (L), kind of secondary inspection (K).

    A cut is a threshold on a mark: a share times 2^32. Tables and pools are places; `MISSING` where there is none.
    """

    tables: Tables
    steps: int
    """Of the port's route"""
    pool_step: Array
    """int64 (P,): the step of each pool of the port"""
    programme_cut: Array
    """int64 (M, 168, 3): by local hour of the week, cumulative"""
    programme: Array
    """int64 (M, 3): codes"""
    lanes: Array
    """int64 (M, 3, 3): the lanes that the programme may use, best first, then `MISSING`"""
    service_table: Array
    """int64 (L,)"""
    loaded_cut: Array
    """int64 (M,)"""
    referral_cut: Array
    """int64 (M, 3, 2): empty and loaded"""
    secondary_cut: Array
    """int64 (M, K), cumulative"""
    secondary_pool: Array
    """int64 (M, K)"""
    secondary_table: Array
    """int64 (M, K)"""
    export_pool: Array
    """int64 (M,)"""
    export_table: Array
    """int64 (M,)"""
    red_cut: Array
    """int64 (M,): below it a red light"""
    red_table: Array
    """int64 (M,)"""
    scan_pool: Array
    """int64 (M,)"""
    scan_cut: Array
    """int64 (M,): below it a scan before primary"""
    scan_table: Array
    """int64 (M,)"""
    state_cut: Array
    """int64 (M,): below it a full inspection"""
    state_pool: Array
    """int64 (M, 2): passing and full"""
    state_table: Array
    """int64 (M, 2)"""
    accustomed_wait_min: Array
    """float64 (M, 3, 168): by local hour of the week, at least a minute"""
    elasticity: float
    """See `Response`"""
    always: float
    """See `Response`"""


class _Route(NamedTuple):
    """Where a mode's crossings go beside primary: rows of `DrawParameters`' arrays of the same names."""

    export_pool: int
    export_table: int
    red_cut: int
    red_table: int
    referral_cut: list[tuple[int, int]]
    secondary_cut: list[int]
    secondary_pool: list[int]
    secondary_table: list[int]
    scan_pool: int
    scan_cut: int
    scan_table: int
    state_cut: int
    state_pool: tuple[int, int]
    state_table: tuple[int, int]


def draw_parameters(
    port: Port, frame: Resolved, modes: tuple[Mode, ...], lanes: tuple[LanePlan, ...], pools: tuple[PoolPlan, ...]
) -> DrawParameters:
    """The parameters of a resolved port."""
    tables: list[Distribution] = []
    parts = [(place, mode, port.modes[mode]) for place, mode in enumerate(modes)]
    service = [inspection_of(port.modes[modes[lane.mode]]).service[lane.lane_class] for lane in lanes]
    service_table = _array([_table(tables, distribution) for distribution in service])
    kinds = max(len(inspection_of(part).secondary) for _, _, part in parts)
    routes = [_route(place, mode, part, pools, tables, max(1, kinds)) for place, mode, part in parts]
    by_route = {name: _array([getattr(route, name) for route in routes]) for name in _Route._fields}
    return DrawParameters(
        tables=pack([duration_table(distribution) for distribution in tables]),
        steps=len(route_of(pools)),
        pool_step=_array(pool_steps(pools)),
        programme_cut=_array([_programme_cut(mode, part) for _, mode, part in parts]),
        programme=_array([[code(p) for p in _order(mode)] for _, mode, _ in parts]),
        lanes=_array(
            [[entitled_lanes(place, ENTITLED[mode, p], lanes) for p in _order(mode)] for place, mode, _ in parts]
        ),
        service_table=service_table,
        loaded_cut=_array([_loaded_cut(mode, part) for _, mode, part in parts]),
        accustomed_wait_min=np.array(
            [[_accustomed_wait(mode, part, p, frame) for p in _order(mode)] for _, mode, part in parts]
        ),
        elasticity=float(frame.response.elasticity),
        always=float(frame.response.always),
        **by_route,
    )


def _array(rows: object) -> Array:
    return np.array(rows, dtype=np.int64)


def _table(tables: list[Distribution], distribution: Distribution | None) -> int:
    """The place of a distribution's table among those asked for so far, each kept once."""
    if distribution is None:
        return MISSING
    if distribution not in tables:
        tables.append(distribution)
    return tables.index(distribution)


def _cuts(shares: Sequence[float]) -> list[int]:
    """Cumulative thresholds on a mark; the last share that is not 0 takes what rounding leaves."""
    totals = list(accumulate(shares))
    return [WORD if total == totals[-1] else round(total * WORD) for total in totals]


def _programme_cut(mode: Mode, part: PortMode) -> list[list[int]]:
    """The cuts of each hour of the week."""
    by_hour = part.programmes.by_hour()
    shares = [by_hour.get(programme, (0.0,) * HOURS_PER_WEEK) for programme in _order(mode)]
    cuts: dict[tuple[float, ...], list[int]] = {}
    return [cuts.get(hour) or cuts.setdefault(hour, _cuts(hour)) for hour in zip(*shares, strict=True)]


def _order(mode: Mode) -> list[Programme]:
    """The mode's programmes in the order of the cut, the last one repeated where there are fewer than three."""
    order = list(programmes(mode))
    return order + [order[-1]] * (MOST_LANES - len(order))


def _loaded_cut(mode: Mode, part: PortMode) -> int:
    if mode is not Mode.COMMERCIAL:
        return 0
    return WORD if part.loaded is None else round(part.loaded.share * WORD)


def _accustomed_wait(mode: Mode, part: PortMode, programme: Programme, frame: Resolved) -> Array:
    """Accustomed wait of a programme's group by local hour of the week, minutes, at least one: float64 (168,)."""
    lane = first_lane(mode, programme, part.pools)
    if part.accustomed_wait is None or lane is None:
        return np.ones(HOURS_PER_WEEK)
    group = group_of(mode, lane)
    shape = np.tile(frame.planning.hour_shape[group], len(DAYS))
    return np.maximum(1.0, part.accustomed_wait.minutes[group] * shape)


def _route(
    place: int, mode: Mode, part: PortMode, pools: tuple[PoolPlan, ...], tables: list[Distribution], most_kinds: int
) -> _Route:
    inspection = inspection_of(part)
    at = {(pool.info.station, pool.info.name): p for p, pool in enumerate(pools) if pool.mode == place}
    export, scan, referral, state = inspection.export, inspection.scan, inspection.referral, inspection.state
    kinds = list(inspection.secondary.items())
    rest = [MISSING] * (most_kinds - len(kinds))
    referred = [_referral(part, programme) for programme in _order(mode)] if referral else [(0, 0)] * MOST_LANES
    return _Route(
        export_pool=at[Station.EXPORT, "export"] if export else MISSING,
        export_table=_table(tables, export.delay if export else None),
        red_cut=round(export.red_share * WORD) if export else 0,
        red_table=_table(tables, export.red_delay if export else None),
        referral_cut=referred,
        secondary_cut=(_cuts([kind.share for _, kind in kinds]) if kinds else []) + [WORD] * len(rest),
        secondary_pool=[at[Station.SECONDARY, name] for name, _ in kinds] + rest,
        secondary_table=[_table(tables, kind.service) for _, kind in kinds] + rest,
        scan_pool=at[Station.SCAN, "scan"] if scan else MISSING,
        scan_cut=round(scan.share * WORD) if scan else 0,
        scan_table=_table(tables, scan.service if scan else None),
        state_cut=round(state.full_share * WORD) if state else 0,
        state_pool=(at[Station.STATE, "passing"], at[Station.STATE, "full"]) if state else (MISSING, MISSING),
        state_table=(_table(tables, state.passing), _table(tables, state.full)) if state else (MISSING, MISSING),
    )


def _referral(part: PortMode, programme: Programme) -> tuple[int, int]:
    """Thresholds of referral of an empty and of a loaded crossing."""
    referral = inspection_of(part).referral
    assert referral is not None
    loaded = referral.share.get(programme, 0.0)
    empty = loaded if referral.empty is None or part.loaded is None else referral.empty
    return round(empty * WORD), round(loaded * WORD)
