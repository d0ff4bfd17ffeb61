"""Laws that hold in every run of the compiled engine, whatever the port, on random small scenarios."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.verify import verify
from border_sim.events.order import events_of
from border_sim.inputs.port_plan import port_plan
from border_sim.inputs.stations import UNLIMITED
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.records import VISITS, concatenate, select
from border_sim.spec.checking import check
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario_check import SCENARIO
from border_sim.vocabulary import (
    HOUR_US,
    MISSING,
    NEVER_US,
    EventKind,
    Mode,
    Outcome,
    Programme,
    Station,
    code,
    lane_classes,
    programmes,
)

STEADY = {"elasticity": 0, "day_cv": 0, "hour_sd": 0}
SPREAD = {"elasticity": 0.4, "day_cv": 0.1, "hour_sd": 0.2, "hour_rho": 0.5}
GROUPS = {
    Mode.COMMERCIAL: ("commercial", "fast"),
    Mode.PASSENGER: ("general", "sentri"),
    Mode.PEDESTRIAN: ("pedestrian",),
}
KINDS = ("nii", "document", "intensive")

durations = st.one_of(
    st.sampled_from([1e-6, 30, 60, 90, 300]).map(lambda mean_s: {"kind": "deterministic", "mean_s": mean_s}),
    st.sampled_from([60, 300, 3600]).map(lambda mean_s: {"kind": "exponential", "mean_s": mean_s}),
    st.just({"kind": "empirical", "values_s": [60, 60, 120, 300]}),
)
arrivals = st.tuples(st.integers(0, 3000), st.integers(0, 9)).map(
    lambda minutes: {"at_s": 60 * minutes[0], **({"service_s": 60 * minutes[1]} if minutes[1] else {})}
)
listed = st.lists(arrivals, min_size=1, max_size=80).map(lambda rows: {"kind": "list", "arrivals": rows})
rated = st.fixed_dictionaries(
    {
        "kind": st.just("rate"),
        "per_hour": st.sampled_from([20, 60]) | st.lists(st.sampled_from([0, 20, 90]), min_size=24, max_size=24),
        "spacing": st.sampled_from(["even", "poisson"]),
    },
    optional={"hours_from_start": st.lists(st.sampled_from([0, 30, 90]), max_size=30)},
)
ranges = st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True).map(
    lambda quarters: "-".join(f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in sorted(quarters))
)


def spans(most):
    return st.lists(st.fixed_dictionaries({"hours": ranges, "booths": st.integers(0, most)}), min_size=1, max_size=4)


def weekly(word, values):
    return st.lists(st.fixed_dictionaries({"hours": ranges, word: values}), min_size=1, max_size=3)


some_bays = st.integers(1, 3) | weekly("bays", st.integers(1, 3))
paces = st.sampled_from([0.001, 0.333, 0.5, 1.5, 2])


@st.composite
def pools(draw, mode):
    """One to three pools, each with some lane classes cut into ranks; the last serves everybody."""
    lanes = lane_classes(mode)
    made = []
    for place in range(draw(st.integers(1, 3))):
        some = st.lists(st.sampled_from(lanes), min_size=1, unique=True)
        served = draw(some if place else st.permutations(lanes))
        cut = draw(st.integers(1, len(served)))
        ranks = [rank for rank in (served[:cut], served[cut:]) if rank]
        made.append({"name": f"pool-{place}", "serves": ranks, "max_open": draw(st.integers(1, 3))})
    return made[::-1]


@st.composite
def staffings(draw, mode, mode_pools):
    kind = draw(st.sampled_from(["schedule", "planned", "threshold", "roster"]))
    if kind == "schedule":
        booths = {pool["name"]: spans(pool["max_open"]) for pool in mode_pools}
        return {"kind": kind, "pools": draw(st.fixed_dictionaries({}, optional=booths))}
    if kind == "planned":
        booths = dict.fromkeys(GROUPS[mode], st.integers(0, 4))
        return {"kind": kind, "booths": draw(st.fixed_dictionaries({}, optional=booths))}
    low, high = sorted(draw(st.tuples(st.integers(0, 10), st.integers(0, 20))))
    bounds = {"open_above_min": high, "close_below_min": low}
    if kind == "roster":
        means = {pool["name"]: [draw(st.sampled_from([0, 0.4, 1]))] * 60 + [0.7] * 108 for pool in mode_pools}
        return {"kind": kind, "pools": means, **draw(st.sampled_from([{}, {"answers": bounds}]))}
    return {"kind": kind, **bounds}


@st.composite
def inspections(draw, mode):
    """The inspection, and the bays it needs."""
    inspection = {"service": {lane: draw(durations) for lane in lane_classes(mode)}}
    bays = {}
    if draw(st.booleans()):
        kinds = KINDS[: draw(st.integers(1, len(KINDS)))]
        inspection["referral"] = {"share": {each: draw(st.sampled_from([0, 0.3, 1])) for each in programmes(mode)}}
        inspection["secondary"] = {kind: {"share": 1 / len(kinds), "service": draw(durations)} for kind in kinds}
        bays["secondary"] = {kind: draw(some_bays) for kind in kinds}
    if mode is Mode.COMMERCIAL and draw(st.booleans()):
        inspection["export"] = {"delay": draw(durations), "red_share": 0.2, "red_delay": draw(durations)}
    if mode is Mode.COMMERCIAL and draw(st.booleans()):
        inspection["state"] = {"full_share": 0.3, "full": draw(durations), "passing": draw(durations)}
        bays["state"] = draw(some_bays)
    if draw(st.booleans()):
        inspection["scan"] = {"share": draw(st.sampled_from([0.5, 1])), "service": draw(durations)}
        bays["scan"] = draw(some_bays)
    stations = ("primary", *bays)
    changes = {
        "room": draw(st.fixed_dictionaries({}, optional=dict.fromkeys(stations, st.integers(0, 3)))),
        "pace": draw(st.fixed_dictionaries({}, optional=dict.fromkeys(stations, weekly("pace", paces)))),
    }
    return {"inspection": inspection, "bays": bays, **changes}


@st.composite
def port_modes(draw, mode):
    mode_pools = draw(pools(mode))
    weights = {each: draw(st.integers(0, 4)) for each in programmes(mode)} | {Programme.NONE: 3}
    fixed = {
        "demand": rated | listed,
        "demand_factor": st.sampled_from([1, 0.8, 1.3]),
        "closing": st.sampled_from(["drain", "hold"]),
        "installed": st.integers(3, 6).map(lambda booths: {"booths": booths}),
        "lane_choice": st.sampled_from(["shortest", "own", {"leave_for_min": 1}, {"leave_for_min": 5}]),
        "staffing": staffings(mode, mode_pools),
    }
    optional = {
        "hours": st.dictionaries(st.sampled_from(["daily", "mon", "sun"]), ranges, min_size=1, max_size=1).map(
            lambda hours: {"weekly": hours}
        ),
        "officers": spans(3),
        "accustomed_wait": st.integers(0, 20).map(lambda wait: {"minutes": dict.fromkeys(GROUPS[mode], wait)}),
    }
    share = {each: weight / sum(weights.values()) for each, weight in weights.items()}
    drawn = draw(st.fixed_dictionaries(fixed, optional=optional))
    return {"pools": mode_pools, "programmes": {"share": share}, **draw(inspections(mode)), **drawn}


@st.composite
def disruptions(draw, modes, start):
    instant = datetime.combine(start, datetime.min.time()) + draw(st.integers(-96, 192)) * timedelta(minutes=15)
    begins = instant + timedelta(seconds=draw(st.sampled_from([0, 1, 437])))
    until = begins + timedelta(seconds=draw(st.sampled_from([1, 900, 20_000, 123_456])))
    mode = draw(st.sampled_from(list(modes)))
    bays = modes[mode]["bays"]
    caps = [{station: dict.fromkeys(n, 0) if station == "secondary" else 1} for station, n in bays.items()]
    change = draw(
        st.just({"gate": "shut"})
        | st.integers(0, 3).map(lambda booths: {"booths_cap": booths})
        | paces.flatmap(lambda pace: st.sampled_from(["primary", *bays]).map(lambda station: {"pace": {station: pace}}))
        | st.sampled_from([{"bays": cap} for cap in caps] or [{"gate": "shut"}])
    )
    return {"port": "here", "mode": mode, "from": begins, "until": until, **change}


@st.composite
def scenarios(draw):
    """A port of one to three modes, for a day or two, with or without a warm-up."""
    modes = draw(st.lists(st.sampled_from(list(Mode)), min_size=1, unique=True))
    start = draw(st.sampled_from([date(2024, 3, 4), date(2024, 3, 10), date(2024, 11, 3)]))
    zone = draw(st.sampled_from(["UTC", "America/Denver"]))
    parts = {mode: draw(port_modes(mode)) for mode in modes}
    return {
        "start": start,
        "days": draw(st.integers(1, 2)),
        "warm_up_days": draw(st.integers(0, 1)),
        "response": draw(st.sampled_from([STEADY, SPREAD])),
        "own_ports": {"here": {"name": "here", "time_zone": zone, "modes": parts}},
        "disruptions": draw(st.lists(disruptions(parts, start), max_size=4)),
    }


@pytest.fixture(scope="session")
def plan_for(catalogue):
    """The plan of the first port of a scenario written as plain data."""

    def plan(data, seed=1):
        frame = resolve(check(SCENARIO, data), catalogue)
        return port_plan(frame.ports[0], frame, seed=seed)

    return plan


def run(plan):
    """The records of a run, its events, and what became of each candidate by its end, in the order of ids."""
    periods = list(conduct(plan, Kernel(plan)))
    events = concatenate([events_of(each.records, starts=each.is_first, ends=each.is_last) for each in periods])
    rows = concatenate([each.records.crossings for each in periods])
    last = np.unique(rows.crossing[::-1], return_index=True)[1]
    return periods, events, select(rows, rows.crossing.size - 1 - last)


def visits(plan, crossings):
    """By station with a queue: the pool that serves there, when each left the station before, joins, starts and ends
    there, and leaves it (the end itself where nobody is blocked); `MISSING` where that never happens.
    """
    before_us = np.full(crossings.crossing.size, MISSING, np.int64)
    leaving_us, made = crossings.released_us, {}
    for station in reversed(plan.route):
        pool, joined_us, started_us, ended_us = (getattr(crossings, column) for column in VISITS[station])
        if station is not Station.EXPORT:
            made[station] = [pool, before_us, joined_us, started_us, ended_us, leaving_us]
        leaving_us = np.where(joined_us != MISSING, joined_us, leaving_us)
    for station in plan.route:
        columns = VISITS[station]
        if station in made:
            made[station][1] = before_us
        before_us = np.maximum(before_us, getattr(crossings, columns.ended_us) * (station is not Station.STATE))
    return {station: Visited(*made[station]) for station in plan.route if station in made}


class Visited(NamedTuple):
    """A station as everybody passes it, see `visits`."""

    pool: np.ndarray
    before_us: np.ndarray
    joined_us: np.ndarray
    started_us: np.ndarray
    ended_us: np.ndarray
    left_us: np.ndarray


def room_of(plan, crossings, station):
    """The places to wait there for the mode of each crossing."""
    rooms = np.zeros(len(Mode), np.int64)
    rooms[[code(mode) for mode in plan.modes]] = plan.layout.room[:, plan.route.index(station)]
    return rooms[crossings.mode]


def check_conservation(plan, events, crossings):
    candidates = sum(day.candidates.arrived_us.size for day in plan.days())
    told = {kind: int((events.kind == code(kind)).sum()) for kind in EventKind}
    present = int((crossings.outcome == code(Outcome.PRESENT)).sum())
    assert candidates == crossings.crossing.size == told[EventKind.ARRIVED] + told[EventKind.DETERRED]
    assert told[EventKind.ARRIVED] == told[EventKind.RELEASED] + present


def check_waits(plan, crossings):
    """No wait is negative, every service takes time, nobody is held on the export side after it, and whoever was
    released went all the way.
    """
    assert crossings.crossing.tolist() == list(range(crossings.crossing.size))
    is_released = crossings.outcome == code(Outcome.RELEASED)
    for visit in visits(plan, crossings).values():
        assert (visit.started_us >= visit.joined_us)[visit.started_us != MISSING].all()
        assert (visit.started_us != MISSING)[is_released & (visit.joined_us != MISSING)].all()
        assert (visit.ended_us > visit.started_us)[visit.ended_us != MISSING].all()
        assert (visit.left_us >= visit.ended_us)[visit.left_us != MISSING].all()
        assert (visit.joined_us >= visit.before_us)[visit.joined_us != MISSING].all()
    assert (crossings.joined_us >= crossings.arrived_us)[crossings.joined_us != MISSING].all()
    went_on_us = np.where(crossings.scan_joined_us == MISSING, crossings.joined_us, crossings.scan_joined_us)
    assert (went_on_us == crossings.export_ended_us)[crossings.export_ended_us != MISSING].all()


def check_first_come_first_served(plan, crossings):
    """In a lane class at primary, and in a pool elsewhere, whoever joined first starts first; of those that joined at
    once where room is finite, whoever came from the road, then whoever was blocked longest.
    """
    for station, visit in visits(plan, crossings).items():
        line = crossings.mode * 10 + crossings.lane_class if station is Station.PRIMARY else visit.pool
        blocked_since_us = np.where(room_of(plan, crossings, station) < UNLIMITED, visit.before_us, 0)
        has_joined = np.flatnonzero(visit.joined_us != MISSING)
        for each in np.unique(line[has_joined]):
            rows = has_joined[line[has_joined] == each]
            in_order = rows[np.lexsort((rows, blocked_since_us[rows], visit.joined_us[rows]))]
            assert (np.diff(or_never(visit.started_us[in_order])) >= 0).all(), (station, each)
            if station is not Station.PRIMARY:
                longest = rows[np.lexsort((rows, visit.before_us[rows]))]
                assert (np.diff(visit.joined_us[longest]) >= 0).all(), (station, each)


def or_never(instants):
    return np.where(instants == MISSING, NEVER_US, instants)


def how_many(begins, ends, instants):
    """How many of some that begin and end are there right after each instant."""
    began = np.searchsorted(np.sort(begins), instants, "right")
    return began - np.searchsorted(np.sort(ends), instants, "right")


def check_room(plan, crossings):
    """Nobody is blocked beside a free place, and nobody who comes from a booth or bay waits beyond the places."""
    for station, visit in visits(plan, crossings).items():
        for mode, places in zip(plan.modes, plan.layout.room[:, plan.route.index(station)], strict=True):
            joins = (crossings.mode == code(mode)) & (visit.joined_us != MISSING)
            joined_us, started_us, before_us = (
                or_never(each[joins]) for each in (visit.joined_us, visit.started_us, visit.before_us)
            )
            comes_on = visit.before_us[joins] != MISSING
            if places == UNLIMITED:
                assert (joined_us == before_us)[comes_on].all(), station
                continue
            instants = np.unique(np.concatenate([joined_us, started_us[started_us != NEVER_US], before_us[comes_on]]))
            waiting = how_many(joined_us, started_us, instants)
            blocked = how_many(before_us[comes_on], joined_us[comes_on], instants)
            assert (waiting >= places)[blocked > 0].all(), station
            into_room = np.unique(joined_us[comes_on & (started_us > joined_us)])
            assert (how_many(joined_us, started_us, into_room) <= places).all(), station


def check_places(plan, periods, crossings):
    """Whenever a booth or bay starts somebody, those that serve and those that are blocked are no more than are open;
    a closed pool serves one stranded crossing at a time.
    """
    changes = concatenate([each.records.staffing for each in periods])
    for station, visit in visits(plan, crossings).items():
        for place, pool in enumerate(plan.pools):
            rows = (visit.pool == place) & (visit.started_us != MISSING)
            if pool.info.station is not station or not rows.any():
                continue
            started_us, left_us = visit.started_us[rows], or_never(visit.left_us[rows])
            told = changes.pool == place
            before = 0 if plan.layout.is_told[place] else pool.limit
            at = np.searchsorted(changes.t_us[told], started_us, "right")
            is_open = np.concatenate([[before], changes.open_booths[told]])[at]
            assert (how_many(started_us, left_us, started_us) <= np.maximum(is_open, pool.is_primary)).all(), pool


def check_littles_law(plan, periods, events, crossings):
    """The integrals of who waits, is served and is blocked are the times spent so, by those still there at the end too,
    to the microsecond.
    """
    windows = fold(new_state(plan.info, HOUR_US), events)
    begins_us, ends_us = plan.measured_from_us, periods[-1].records.until_us - 1

    def spent_us(from_us, until_us):
        until_us = np.where(until_us == MISSING, ends_us, until_us)
        return np.maximum(0, until_us - np.maximum(from_us, begins_us))[from_us != MISSING].sum()

    for station, visit in visits(plan, crossings).items():
        here = windows.station == code(station)
        assert windows.queue_us[here].sum() == spent_us(visit.joined_us, visit.started_us), station
        for place in range(len(plan.pools)):
            rows, served = windows.pool == place, visit.pool == place
            if plan.layout.is_told[place] and plan.pools[place].info.station is station:
                started_us, ended_us, left_us = (
                    each[served] for each in (visit.started_us, visit.ended_us, visit.left_us)
                )
                assert windows.busy_us[rows].sum() == spent_us(started_us, ended_us), station
                assert windows.blocked_us[rows].sum() == spent_us(ended_us, left_us), station


def check_laws(plan):
    periods, events, crossings = run(plan)
    check_conservation(plan, events, crossings)
    check_waits(plan, crossings)
    check_first_come_first_served(plan, crossings)
    check_room(plan, crossings)
    check_places(plan, periods, crossings)
    check_littles_law(plan, periods, events, crossings)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(data=scenarios())
def test_every_run_keeps_the_laws(plan_for, data):
    check_laws(plan_for(data))


@pytest.mark.parametrize("slug", ["nogales-mariposa", "laredo-colombia"])
def test_ports_of_the_catalogue_keep_the_laws(plan_for, slug):
    check_laws(plan_for({"ports": [slug], "days": 1}))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(data=scenarios())
def test_both_engines_tell_every_run_alike(plan_for, data):
    assert verify(plan_for(data)).differing == 0


@settings(derandomize=True, deadline=None, max_examples=20)
@given(data=scenarios())
def test_room_enough_is_as_no_room(plan_for, data):
    parts = data["own_ports"]["here"]["modes"]
    for part in parts.values():
        if "scan" in part["inspection"]:  # where some come from the road, they join first of an instant if room is told
            part["inspection"]["scan"]["share"] = 1
    told = []
    for places in (None, 100_000):
        for part in parts.values():
            part["room"] = {} if places is None else dict.fromkeys(["primary", *part["bays"]], places)
        told.append([each.records for each in run(plan_for(data))[0]])
    for without, enough in zip(*told, strict=True):
        for ours, theirs in zip(
            (*without.crossings, *without.posted), (*enough.crossings, *enough.posted), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def chain(demand, services, rooms):
    """A portal, a booth and a bay of the state, one of each."""
    [portal, booth, bay] = services
    data = one_pool(demand, [{"booths": 1}], booth)
    part = data["own_ports"]["here"]["modes"].pop("pedestrian")
    part["inspection"] |= {"scan": {"service": portal}, "state": {"full_share": 1, "full": bay, "passing": bay}}
    part |= {"bays": {"scan": 1, "state": 1}, "room": dict(zip(("primary", "state"), rooms, strict=True))}
    data["own_ports"]["here"]["modes"] = {"commercial": part}
    return data


@settings(derandomize=True, deadline=None, max_examples=20)
@given(
    demand=rated | listed,
    services=st.tuples(durations, durations, durations),
    rooms=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    more=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_more_room_releases_nobody_later(plan_for, demand, services, rooms, more):
    """In a chain of single places, where nobody overtakes."""
    wider = tuple(places + added for places, added in zip(rooms, more, strict=True))
    *_, narrow = run(plan_for(chain(demand, services, rooms)))
    *_, wide = run(plan_for(chain(demand, services, wider)))
    assert (or_never(wide.released_us) <= or_never(narrow.released_us)).all()


def one_pool(demand, schedule, service):
    return {
        "days": 1,
        "warm_up_days": 0,
        "response": STEADY,
        "own_ports": {
            "here": {
                "name": "here",
                "modes": {
                    "pedestrian": {
                        "demand": demand,
                        "installed": {"booths": 9},
                        "pools": [{"name": "all", "serves": [["standard"]], "max_open": 9}],
                        "staffing": {"kind": "schedule", "pools": {"all": schedule}},
                        "programmes": {"share": {"none": 1}},
                        "inspection": {"service": {"standard": service}},
                    }
                },
            }
        },
    }


@settings(derandomize=True, deadline=None, max_examples=50)
@given(demand=rated | listed, schedule=spans(4), more=st.integers(1, 3), service=durations)
def test_more_booths_never_lengthen_a_wait(plan_for, demand, schedule, more, service):
    added = [{**span, "booths": span["booths"] + more} for span in schedule]
    *_, few = run(plan_for(one_pool(demand, schedule, service)))
    *_, many = run(plan_for(one_pool(demand, added, service)))
    assert (few.joined_us == many.joined_us).all()
    starts_few, starts_many = (np.where(each.started_us == MISSING, NEVER_US, each.started_us) for each in (few, many))
    assert (starts_many <= starts_few).all()
