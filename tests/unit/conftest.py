"""What unit tests share: a small made-up catalogue, and runs of a tiny port in which everything happens."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

from border_sim.loading.catalogue import load_catalogue
from border_sim.records import (
    CROSSING_DTYPES,
    DISRUPTION_DTYPES,
    Crossings,
    Disruptions,
    PoolInfo,
    PortInfo,
    PostedWaits,
    Records,
    StaffingChanges,
    select,
)
from border_sim.spec.scenario import Catalogue
from border_sim.vocabulary import MISSING, LaneClass, Mode, Outcome, Programme, Station, code

BIG_BRIDGE = """\
name: Big Bridge
state: TX
location: {latitude: 30.0, longitude: -100.0}
time_zone: America/Chicago
modes:
  commercial:
    demand:
      kind: annual
      volumes: {2019: 90000, 2024: 100000}
      profile: day
      seasonality: flat
      day_of_week: even
    hours:
      weekly: {mon-fri: "06:00-22:00", sat: "06:00-14:00"}
    installed: {booths: 8}
    pools:
      - {name: standard, serves: [[standard]], max_open: 6}
      - {name: fast, serves: [[fast], [standard]], max_open: 2}
    staffing:
      kind: planned
      booths: {commercial: 6, fast: 2}
    programmes: {share: {ctpat: 0.2, none: 0.8}}
    inspection: trucks
    bays: {secondary: {nii: 2}, state: 1}
  passenger:
    demand: {kind: annual, volumes: {2024: 876000}, profile: day, seasonality: flat, day_of_week: even}
    installed: {booths: 10}
    pools:
      - {name: general, serves: [[standard, ready]], max_open: 8}
      - {name: sentri, serves: [[sentri]], max_open: 2}
    staffing: {kind: threshold, open_above_min: 20, close_below_min: 5}
    programmes: {share: {sentri: 0.3, ready: 0.3, none: 0.4}}
    inspection: people
    accustomed_wait: {minutes: {sentri: 4}}
"""

SMALL_GATE = """\
name: Small Gate
modes:
  pedestrian:
    demand: {kind: rate, per_hour: 60}
    installed: {booths: 2}
    pools: [{name: walk, serves: [[ready, standard]], max_open: 2}]
    staffing: {kind: schedule, pools: {walk: [{booths: 1}, {days: mon-fri, hours: "08:00-18:00", booths: 2}]}}
    programmes: {share: {none: 1}}
    inspection: people
"""

FILES = {
    "ports/big-bridge.yaml": BIG_BRIDGE,
    "ports/small-gate.yaml": SMALL_GATE,
    "demand/profiles.yaml": f"day: {{weekday: {[1] * 24}, saturday: {[1] * 24}, sunday: {[0] * 24}}}\n",
    "demand/seasonality.yaml": f"flat: {{monthly: {[1] * 12}}}\nspare: {{monthly: {[1] * 12}}}\n",
    "demand/day_of_week.yaml": f"even: {{daily: {[1] * 7}}}\n",
    "demand/response.yaml": "{elasticity: 0.3, always: 0.2, day_cv: 0.05, hour_sd: 0.1, hour_rho: 0.5}\n",
    "demand/accustomed.yaml": """\
coefficients: {standard: [3, 2], ready: [4, 1], sentri: [1, 1], commercial: [4, 1], pedestrian: [2, 0.5]}
neighbour_km: 25
source: a made-up law
""",
    "inspection/people.yaml": """\
service:
  standard: {kind: exponential, mean_s: 50}
  ready: {kind: exponential, mean_s: 36}
  sentri: {kind: exponential, mean_s: 20}
""",
    "inspection/trucks.yaml": """\
service: {standard: {kind: lognormal, mean_s: 90, cv: 0.7}, fast: {kind: lognormal, mean_s: 60, cv: 0.7}}
referral: {share: {ctpat: 0.05, none: 0.2}}
secondary: {nii: {share: 1, service: {kind: gamma, mean_s: 240, cv: 0.5}}}
state: {full_share: 0.1, full: {kind: deterministic, mean_s: 1800}, passing: {kind: deterministic, mean_s: 60}}
""",
    "staffing/planning.yaml": f"""\
target_utilisation: {{general: 1, sentri: 1, commercial: 1, fast: 1, pedestrian: 1}}
share_of_booths: {{general: 1, sentri: 1, commercial: 1, fast: 1, pedestrian: 1}}
hour_shape:
  general: {[1] * 24}
  sentri: {[1] * 24}
  commercial: {[1] * 24}
  fast: {[1] * 24}
  pedestrian: {[1] * 24}
fast_over_commercial: 0.5
""",
}


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """The folder of the made-up catalogue, free to be changed."""
    folder = tmp_path / "configs"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def made_up_catalogue(made_up: Path) -> Catalogue:
    """The made-up catalogue, loaded."""
    return load_catalogue(made_up)


# A tiny port of two modes whose crossings go through every station; times of a few microseconds, so that ties abound.
PORT_BEGINS_US = 1_709_510_400_000_000 - 20
TINY_PORT = PortInfo(
    "tiny-port",
    "America/Denver",
    31.5,
    None,
    {Mode.COMMERCIAL: 3, Mode.PASSENGER: 2},
    (
        PoolInfo("standard", Mode.COMMERCIAL, Station.PRIMARY),
        PoolInfo("fast", Mode.COMMERCIAL, Station.PRIMARY),
        PoolInfo("standard", Mode.PASSENGER, Station.PRIMARY),
        PoolInfo("export", Mode.COMMERCIAL, Station.EXPORT),
        PoolInfo("nii", Mode.COMMERCIAL, Station.SECONDARY),
        PoolInfo("document", Mode.PASSENGER, Station.SECONDARY),
        PoolInfo("state", Mode.COMMERCIAL, Station.STATE),
        PoolInfo("scan", Mode.COMMERCIAL, Station.SCAN),
    ),
    PORT_BEGINS_US,
)
BOOTHS = (2, 1, 2, 99, 1, 1, 1, 1)
LANES = (
    (Mode.COMMERCIAL, Programme.NONE, LaneClass.STANDARD, 0),
    (Mode.COMMERCIAL, Programme.CTPAT, LaneClass.FAST, 1),
    (Mode.PASSENGER, Programme.NONE, LaneClass.STANDARD, 2),
    (Mode.PASSENGER, Programme.READY, LaneClass.READY, 2),
)
JOINED_POOLS = ("scan_pool", "secondary_pool", "state_pool")
"""They are known when a crossing joins."""
CHANGE_DTYPES: dict[Any, tuple[Any, ...]] = {
    StaffingChanges: (np.int64, np.int16, np.int32),
    PostedWaits: (np.int64, np.uint8, np.int8, np.int32, np.int32),
    Disruptions: DISRUPTION_DTYPES,
}
PRESENT, RELEASED = code(Outcome.PRESENT), code(Outcome.RELEASED)


class PortRun(NamedTuple):
    """A port and all that happened there."""

    info: PortInfo
    records: Records


class Candidate(NamedTuple):
    gap_us: int
    lane: int
    fate: int
    """0 to 4: deterred, by the wait or the gate; above: comes"""
    export_us: int
    scan_us: int
    """0: not scanned"""
    service_us: int
    secondary_us: int
    """0: not referred"""
    state_us: int
    blocked_us: tuple[int, ...]
    """After scan, primary and secondary, if there is a station to go to"""


def serve(joins: dict[int, int], durations: dict[int, int], blocked: dict[int, int], booths: int) -> dict[int, int]:
    """When each starts at a pool that serves in the order of joining; who is blocked keeps its booth."""
    free, starts = [0] * booths, {}
    for row in sorted(joins, key=lambda row: (joins[row], row)):
        free.sort()
        starts[row] = max(joins[row], free[0])
        free[0] = starts[row] + durations[row] + blocked[row]
    return starts


def flow(candidates: list[Candidate]) -> Crossings:
    """The crossings of candidates, to the end of their stories."""
    count = len(candidates)
    table = {name: np.full(count, MISSING, np.int64) for name in Crossings._fields}
    table["crossing"] = np.arange(count)
    table["arrived_us"] = PORT_BEGINS_US + np.cumsum([candidate.gap_us for candidate in candidates], dtype=np.int64)
    for row, candidate in enumerate(candidates):
        mode, programme, lane_class, _ = LANES[candidate.lane]
        table["mode"][row], table["programme"][row] = code(mode), code(programme)
        table["lane_class"][row], table["loaded"][row] = code(lane_class), row % 2
        table["outcome"][row] = {0: code(Outcome.DETERRED_WAIT), 1: code(Outcome.DETERRED_GATE)}.get(
            candidate.fate, RELEASED
        )
    rows = [row for row in range(count) if table["outcome"][row] == RELEASED]
    trucks = {row for row in rows if LANES[candidates[row].lane][0] is Mode.COMMERCIAL}
    referred = {row for row in rows if candidates[row].secondary_us}
    leaves = {row: int(table["arrived_us"][row]) for row in rows}

    def through(station: str, pool: int, mine: Iterable[int], after: int = 0, going_on: Collection[int] = ()) -> None:
        """Let some join a pool; those `going_on` may be blocked there."""
        joins = {row: leaves[row] for row in mine}
        durations = {row: getattr(candidates[row], f"{station or 'service_'}us") for row in joins}
        blocked = {row: candidates[row].blocked_us[after] if row in going_on else 0 for row in joins}
        for row, started_us in serve(joins, durations, blocked, BOOTHS[pool]).items():
            table[f"{station}pool"][row], ended_us = pool, started_us + durations[row]
            for verb, t_us in (("joined", joins[row]), ("started", started_us), ("ended", ended_us)):
                if f"{station}{verb}_us" in table:
                    table[f"{station}{verb}_us"][row] = t_us
            leaves[row] = ended_us + blocked[row]

    through("export_", 3, trucks)
    through("scan_", 7, (row for row in trucks if candidates[row].scan_us), 0, trucks)
    for pool in (0, 1, 2):
        through("", pool, (row for row in rows if LANES[candidates[row].lane][3] == pool), 1, trucks | referred)
    through("secondary_", 4, referred & trucks, 2, trucks)
    through("secondary_", 5, referred - trucks)
    through("state_", 6, trucks)
    for row in rows:
        table["released_us"][row] = leaves[row]
    return Crossings(**{name: table[name].astype(getattr(CROSSING_DTYPES, name)) for name in table})


def seen_until(crossings: Crossings, until_us: int) -> Crossings:
    """The crossings as they stand just before an instant."""
    crossings = select(crossings, crossings.arrived_us < until_us)
    instants = {name: getattr(crossings, name) for name in Crossings._fields if name.endswith("_us")}
    crossings = crossings._replace(
        **{name: np.where(column < until_us, column, MISSING) for name, column in instants.items()}
    )
    came = crossings.outcome <= RELEASED
    joined = {name: getattr(crossings, name.replace("pool", "joined_us")) for name in JOINED_POOLS}
    pools = {name: np.where(t_us == MISSING, MISSING, getattr(crossings, name)) for name, t_us in joined.items()}
    crossings = crossings._replace(**{name: column.astype(np.int16) for name, column in pools.items()})
    return crossings._replace(
        lane_class=np.where(came & (crossings.joined_us == MISSING), MISSING, crossings.lane_class).astype(np.int8),
        pool=np.where(crossings.started_us == MISSING, MISSING, crossings.pool).astype(np.int16),
        outcome=np.where(came & (crossings.released_us == MISSING), PRESENT, crossings.outcome).astype(np.uint8),
    )


def cut(records: Records, instants: list[int]) -> list[Records]:
    """A run in periods that end at the instants given, crossings carried over from one to the next."""
    edges = [records.from_us, *sorted(t for t in instants if records.from_us < t < records.until_us), records.until_us]
    periods = []
    for from_us, until_us in pairwise(edges):
        crossings = seen_until(records.crossings, until_us)
        last_us = np.where(crossings.outcome > RELEASED, crossings.arrived_us, crossings.released_us)
        inside = select(crossings, (last_us == MISSING) | (last_us >= from_us))
        tables = (select(table, (table.t_us >= from_us) & (table.t_us < until_us)) for table in records[3:])
        periods.append(Records(from_us, until_us, inside, *tables))
    return periods


def changes(table: Any, rows: Iterable[tuple[int, ...]]) -> Any:
    """A table of changes in the order of their instants; what a row does not give at its end is `MISSING`."""
    dtypes = CHANGE_DTYPES[table]
    ordered = sorted(rows, key=lambda row: row[0])
    whole = [(*row, *[MISSING] * (len(dtypes) - len(row))) for row in ordered]
    columns = zip(*whole, strict=True) if ordered else [()] * len(dtypes)
    return table._make(np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True))


def _never_blocked(row: dict[str, int]) -> dict[str, int]:
    """When a crossing by hand leaves the export side and joins secondary and state if it never has to stay."""
    ended_us = row.get("ended_us", MISSING)
    left_us = row.get("secondary_ended_us", MISSING) if "secondary_pool" in row else ended_us
    instants = {"export_ended_us": row.get("joined_us", MISSING), "secondary_joined_us": ended_us}
    pools = {"export_ended_us": "export_pool", "secondary_joined_us": "secondary_pool", "state_joined_us": "state_pool"}
    return {name: t_us for name, t_us in (instants | {"state_joined_us": left_us}).items() if pools[name] in row}


def by_hand(
    from_us: int,
    until_us: int,
    crossings: Sequence[dict[str, int]] = (),
    staffing: Sequence[tuple[int, ...]] = (),
    posted: Sequence[tuple[int, ...]] = (),
    disruptions: Sequence[tuple[int, ...]] = (),
) -> Records:
    """Records from rows; columns of crossings that are not given are 0 if they are always known, else `MISSING`.

    Instants of joining that are not given are those of who is never blocked.
    """
    crossings = [_never_blocked(row) | row for row in crossings]
    unset = {"mode": 0, "programme": 0, "loaded": 0, "outcome": PRESENT}
    columns = {
        name: np.array([row.get(name, unset.get(name, MISSING)) for row in crossings]).astype(dtype)
        for name, dtype in CROSSING_DTYPES._asdict().items()
    }
    tables = ((StaffingChanges, staffing), (PostedWaits, posted), (Disruptions, disruptions))
    return Records(from_us, until_us, Crossings(**columns), *(changes(table, rows) for table, rows in tables))


def _disruption(of_mode: tuple[int, ...], of_pool: tuple[int, ...] | None) -> tuple[int, ...]:
    """A row of a mode alone, or of one of its pools."""
    if of_pool is None:
        return of_mode
    mode = code(TINY_PORT.pools[of_pool[0]].mode)
    return (of_mode[0], mode, *of_mode[2:], *of_pool)


@st.composite
def _port_runs(draw: st.DrawFn) -> PortRun:
    small = st.integers(1, 6)
    candidates = draw(
        st.lists(
            st.builds(
                Candidate,
                gap_us=st.integers(0, 4),
                lane=st.integers(0, 3),
                fate=st.integers(0, 12),
                export_us=small,
                scan_us=st.sampled_from([0, 0, 1, 3]),
                service_us=small,
                secondary_us=st.sampled_from([0, 0, 1, 4]),
                state_us=small,
                blocked_us=st.tuples(*[st.sampled_from([0, 0, 0, 1, 5])] * 3),
            ),
            max_size=25,
        )
    )
    until_us = PORT_BEGINS_US + draw(st.integers(1, 120))
    at = st.integers(PORT_BEGINS_US, until_us - 1)
    lane = st.sampled_from([(code(mode), code(lane_class)) for mode, _, lane_class, _ in LANES])
    pools = st.integers(0, len(TINY_PORT.pools) - 1)
    staffing = draw(st.dictionaries(st.tuples(at, pools), st.tuples(st.integers(0, 3)), max_size=8))
    posted = draw(st.dictionaries(st.tuples(at, lane), st.tuples(st.integers(-1, 9), st.integers(0, 9)), max_size=8))
    of_mode = st.tuples(at, st.integers(0, 1), st.integers(0, 1), st.integers(-1, 9))
    of_pool = st.tuples(pools, st.integers(-1, 3), st.sampled_from([1, 999, 1000, 2500]))
    disruptions = draw(st.lists(st.builds(_disruption, of_mode, st.none() | of_pool), max_size=4))
    records = Records(
        PORT_BEGINS_US,
        until_us,
        seen_until(flow(candidates), until_us),
        changes(StaffingChanges, [key + value for key, value in staffing.items()]),
        changes(PostedWaits, [(t_us, *lane, *value) for (t_us, lane), value in posted.items()]),
        changes(Disruptions, disruptions),
    )
    measured_from_us = draw(st.sampled_from([PORT_BEGINS_US, draw(at)]))
    return PortRun(replace(TINY_PORT, measured_from_us=measured_from_us), records)


STOPS = (("scan_", 7), ("", 0), ("secondary_", 4), ("state_", 6))
"""The stations at which a truck may stay blocked, and the pool there."""


@st.composite
def _blocking_runs(draw: st.DrawFn) -> PortRun:
    small = st.integers(0, 3)
    until_us = PORT_BEGINS_US + draw(st.integers(1, 80))
    trucks = [_blocked_truck(draw, until_us) for _ in range(draw(st.integers(0, 12)))]
    trucks.sort(key=lambda truck: truck["arrived_us"])
    later = st.tuples(st.integers(PORT_BEGINS_US, until_us - 1), st.sampled_from([pool for _, pool in STOPS]))
    staffing = {(PORT_BEGINS_US, pool): 1 for _, pool in STOPS} | draw(st.dictionaries(later, small, max_size=6))
    records = by_hand(
        PORT_BEGINS_US,
        until_us,
        [truck | {"crossing": crossing} for crossing, truck in enumerate(trucks)],
        [(*key, value) for key, value in staffing.items()],
    )
    measured_from_us = draw(st.integers(PORT_BEGINS_US, until_us - 1))
    return PortRun(replace(TINY_PORT, measured_from_us=measured_from_us), records)


def _blocked_truck(draw: st.DrawFn, until_us: int) -> dict[str, int]:
    """A truck as it stands at the end of the run; it waits, is served and stays for any time at each station."""
    at = PORT_BEGINS_US + draw(st.integers(0, 40))
    truck = {"lane_class": MISSING, "arrived_us": min(at, until_us - 1)}
    for station, pool in STOPS:
        if at >= until_us:
            return truck
        if station == "secondary_" and not draw(st.booleans()):
            continue
        truck |= {f"{station}joined_us": at, f"{station}pool": pool}
        truck["lane_class"] = 0 if station == "" else truck["lane_class"]
        started_us = at + draw(st.integers(0, 6))
        ended_us = started_us + draw(st.integers(1, 6))
        ended = "released_us" if station == "state_" else f"{station}ended_us"
        truck |= {
            name: t_us for name, t_us in ((f"{station}started_us", started_us), (ended, ended_us)) if t_us < until_us
        }
        if station == "" and started_us >= until_us:
            truck["pool"] = MISSING
        at = ended_us + draw(st.integers(0, 6))
    return truck | ({"outcome": RELEASED} if "released_us" in truck else {})


@pytest.fixture(scope="session")
def port_runs() -> st.SearchStrategy[PortRun]:
    """Whole runs of the tiny port, as an engine may tell them."""
    return _port_runs()


@pytest.fixture(scope="session")
def blocking_runs() -> st.SearchStrategy[PortRun]:
    """Runs of trucks that stay blocked for any time at a scan, primary, secondary and the state, whose bays are told.

    Nothing says whether there are so many places.
    """
    return _blocking_runs()


@pytest.fixture(scope="session")
def in_periods() -> Callable[[Records, list[int]], list[Records]]:
    """Cut the records of a run into periods that end at the instants given."""
    return cut


@pytest.fixture(scope="session")
def tiny_port() -> PortInfo:
    """The tiny port, measured from its first instant on."""
    return TINY_PORT


@pytest.fixture(scope="session")
def made_records() -> Callable[..., Records]:
    """Build records from rows written by hand."""
    return by_hand
