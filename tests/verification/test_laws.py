"""Laws that hold in every run of the compiled engine, whatever the port, on random small scenarios."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.verify import verify
from border_sim.events.order import events_of
from border_sim.inputs.port_plan import port_plan
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.records import concatenate, select
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
    kind = draw(st.sampled_from(["schedule", "planned", "threshold"]))
    if kind == "schedule":
        booths = {pool["name"]: spans(pool["max_open"]) for pool in mode_pools}
        return {"kind": kind, "pools": draw(st.fixed_dictionaries({}, optional=booths))}
    if kind == "planned":
        booths = dict.fromkeys(GROUPS[mode], st.integers(0, 4))
        return {"kind": kind, "booths": draw(st.fixed_dictionaries({}, optional=booths))}
    low, high = sorted(draw(st.tuples(st.integers(0, 10), st.integers(0, 20))))
    return {"kind": kind, "open_above_min": high, "close_below_min": low}


@st.composite
def inspections(draw, mode):
    """The inspection, and the bays it needs."""
    inspection = {"service": {lane: draw(durations) for lane in lane_classes(mode)}}
    bays = {}
    if draw(st.booleans()):
        kinds = KINDS[: draw(st.integers(1, 3))]
        inspection["referral"] = {"share": {each: draw(st.sampled_from([0, 0.3, 1])) for each in programmes(mode)}}
        inspection["secondary"] = {kind: {"share": 1 / len(kinds), "service": draw(durations)} for kind in kinds}
        bays["secondary"] = {kind: draw(st.integers(1, 3)) for kind in kinds}
    if mode is Mode.COMMERCIAL and draw(st.booleans()):
        inspection["export"] = {"delay": draw(durations), "red_share": 0.2, "red_delay": draw(durations)}
    if mode is Mode.COMMERCIAL and draw(st.booleans()):
        inspection["state"] = {"full_share": 0.3, "full": draw(durations), "passing": draw(durations)}
        bays["state"] = draw(st.integers(1, 3))
    return {"inspection": inspection, "bays": bays}


@st.composite
def port_modes(draw, mode):
    mode_pools = draw(pools(mode))
    weights = {each: draw(st.integers(0, 4)) for each in programmes(mode)} | {Programme.NONE: 3}
    fixed = {
        "demand": rated | listed,
        "demand_factor": st.sampled_from([1, 0.8, 1.3]),
        "closing": st.sampled_from(["drain", "hold"]),
        "installed": st.integers(3, 6).map(lambda booths: {"booths": booths}),
        "lane_choice": st.sampled_from(["shortest", "own"]),
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
    change = draw(st.just({"gate": "shut"}) | st.integers(0, 3).map(lambda booths: {"booths_cap": booths}))
    return {"port": "here", "mode": draw(st.sampled_from(modes)), "from": begins, "until": until, **change}


@st.composite
def scenarios(draw):
    """A port of one to three modes, for a day or two, with or without a warm-up."""
    modes = draw(st.lists(st.sampled_from(list(Mode)), min_size=1, unique=True))
    start = draw(st.sampled_from([date(2024, 3, 4), date(2024, 3, 10), date(2024, 11, 3)]))
    zone = draw(st.sampled_from(["UTC", "America/Denver"]))
    return {
        "start": start,
        "days": draw(st.integers(1, 2)),
        "warm_up_days": draw(st.integers(0, 1)),
        "response": draw(st.sampled_from([STEADY, SPREAD])),
        "own_ports": {
            "here": {"name": "here", "time_zone": zone, "modes": {mode: draw(port_modes(mode)) for mode in modes}}
        },
        "disruptions": draw(st.lists(disruptions(modes, start), max_size=3)),
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


def visits(crossings):
    """By station: who joins it, when each joins and when each starts there; `MISSING` where that never happens."""
    referred = crossings.secondary_pool != MISSING
    inspected = np.where(referred, crossings.secondary_ended_us, crossings.ended_us)
    return {
        Station.PRIMARY: (crossings.joined_us, crossings.started_us),
        Station.SECONDARY: (np.where(referred, crossings.ended_us, MISSING), crossings.secondary_started_us),
        Station.STATE: (np.where(crossings.state_pool != MISSING, inspected, MISSING), crossings.state_started_us),
    }


def check_conservation(plan, events, crossings):
    candidates = sum(day.candidates.arrived_us.size for day in plan.days())
    told = {kind: int((events.kind == code(kind)).sum()) for kind in EventKind}
    present = int((crossings.outcome == code(Outcome.PRESENT)).sum())
    assert candidates == crossings.crossing.size == told[EventKind.ARRIVED] + told[EventKind.DETERRED]
    assert told[EventKind.ARRIVED] == told[EventKind.RELEASED] + present


def check_waits(crossings):
    """No wait is negative, every service takes time, and whoever was released went all the way."""
    assert crossings.crossing.tolist() == list(range(crossings.crossing.size))
    is_released = crossings.outcome == code(Outcome.RELEASED)
    for joined_us, started_us in visits(crossings).values():
        assert (started_us >= joined_us)[started_us != MISSING].all()
        assert (started_us != MISSING)[is_released & (joined_us != MISSING)].all()
    assert (crossings.joined_us >= crossings.arrived_us)[crossings.joined_us != MISSING].all()
    assert (crossings.ended_us > crossings.started_us)[crossings.ended_us != MISSING].all()
    assert (crossings.released_us >= crossings.ended_us)[is_released].all()


def check_first_come_first_served(crossings):
    """In a lane class at primary, and in a pool elsewhere, whoever joined first starts first."""
    lines = {
        Station.PRIMARY: crossings.mode * 10 + crossings.lane_class,
        Station.SECONDARY: crossings.secondary_pool,
        Station.STATE: crossings.state_pool,
    }
    for station, (joined_us, started_us) in visits(crossings).items():
        has_joined = np.flatnonzero(joined_us != MISSING)
        for line in np.unique(lines[station][has_joined]):
            rows = has_joined[lines[station][has_joined] == line]
            in_order = rows[np.lexsort((rows, joined_us[rows]))]
            starts = np.where(started_us[in_order] == MISSING, NEVER_US, started_us[in_order])
            assert (np.diff(starts) >= 0).all(), (station, line)


def check_littles_law(plan, periods, events, crossings):
    """The integral of a queue is the time spent in it, by those still waiting at the end too, to the microsecond."""
    windows = fold(new_state(plan.info, HOUR_US), events)
    begins_us, ends_us = plan.measured_from_us, periods[-1].records.until_us - 1
    for station, (joined_us, started_us) in visits(crossings).items():
        left_us = np.where(started_us == MISSING, ends_us, started_us)
        waited_us = np.maximum(0, left_us - np.maximum(joined_us, begins_us))[joined_us != MISSING]
        assert windows.queue_us[windows.station == code(station)].sum() == waited_us.sum(), station


def check_laws(plan):
    periods, events, crossings = run(plan)
    check_conservation(plan, events, crossings)
    check_waits(crossings)
    check_first_come_first_served(crossings)
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
