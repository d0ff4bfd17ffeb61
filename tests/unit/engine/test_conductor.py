"""SimPy conducts: disruptions and a user's own processes act on a port at any instant, and the run ends when it should.

Times are minutes.
"""

import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.events.order import events_of
from border_sim.vocabulary import MINUTE_US, MISSING, EventKind, LaneClass, Mode, Outcome, code

STANDARD, CARS = LaneClass.STANDARD, Mode.PASSENGER


def _at(*minutes, **keys):
    return [{"at": minute, **keys} for minute in minutes]


def _came(*minutes, serve=60):
    """Demand as a list: arrivals at these minutes, `serve` seconds each."""
    return {"kind": "list", "arrivals": [{"at_s": minute * 60, "service_s": serve} for minute in minutes]}


def _disruption(begins, until, port="tiny", mode="passenger", **what):
    return {"port": port, "mode": mode, "from": f"2024-03-{begins}", "until": f"2024-03-{until}", **what}


@pytest.fixture(scope="module")
def two_booths(part):
    def make(**keys):
        return part(staffing={"kind": "schedule", "pools": {"a": [{"booths": 2}]}}, **keys)

    return make


def _gates(result):
    return [(minute, shut, cap) for minute, _, shut, cap in result.disruptions]


# Disruptions of a scenario.


def test_a_shut_gate_turns_arrivals_away_at_odd_instants_and_lets_those_inside_go_on(part, run_script):
    shut = _disruption("04T00:07:13", "04T00:21:40", gate="shut")
    before, after = 7 + 13 / 60, 21 + 40 / 60
    result = run_script(part(), _at(0, 7, before, 20, after, serve=5), disruptions=[shut])
    gone, here = Outcome.DETERRED_GATE, Outcome.RELEASED

    assert result.words("outcome", Outcome) == [here, here, gone, gone, here]
    assert result.minutes("released_us") == [5, 12, None, None, after + 5]
    assert _gates(result) == [(before, 1, MISSING), (after, 0, MISSING)]


def test_a_cap_closes_booths_which_finish_their_crossings_and_lifting_it_opens_them_at_once(two_booths, run_script):
    cap = _disruption("04T00:03", "04T00:33:30", booths_cap=1)
    result = run_script(two_booths(), _at(*[0] * 6, serve=10), disruptions=[cap])

    assert result.minutes("started_us") == [0, 0, 10, 20, 30, 33.5]
    assert result.staffing == [(0, "a", 2), (3, "a", 1), (33.5, "a", 2)]
    assert _gates(result) == [(3, 0, 1), (33.5, 0, MISSING)]


def test_of_overlapping_caps_the_lowest_counts(two_booths, run_script):
    caps = [
        _disruption("04T00:01", "04T00:41", booths_cap=1),
        _disruption("04T00:11", "04T00:21", booths_cap=0),
        _disruption("04T00:05", "04T00:50", booths_cap=1),
    ]
    result = run_script(two_booths(), _at(*[0] * 6, serve=4), disruptions=caps)

    assert [(minute, booths) for minute, _, booths in result.staffing] == [(0, 2), (1, 1), (11, 0), (21, 1), (50, 2)]
    assert result.minutes("started_us") == [0, 0, 4, 8, 21, 25]
    assert [cap for _, _, cap in _gates(result)] == [1, 1, 0, 1, 1, MISSING]


def test_overlapping_closures_keep_the_gate_shut_until_the_last_ends(part, run_script):
    closures = [_disruption("04T00:01", "04T00:10", gate="shut"), _disruption("04T00:05", "04T00:20", gate="shut")]
    result = run_script(part(), _at(0, 3, 12, 20), disruptions=closures)

    assert [minute for minute in result.minutes("released_us") if minute] == [1, 21]
    assert [shut for _, shut, _ in _gates(result)] == [1, 1, 1, 0]


def test_a_lane_that_a_disruption_reopens_counts_no_wait_until_the_next_posting(part, run_script):
    cap = _disruption("04T00:14", "04T00:16", booths_cap=0)
    rows = [*_at(*[0] * 9, serve=100), {"at": 15, "accepts": 0}, {"at": 16, "accepts": 0}, {"at": 30, "accepts": 0}]
    result = run_script(part(), rows, disruptions=[cap])

    assert [result.posted(STANDARD)[minute][0] for minute in (0, 15, 30)] == [0, MISSING, 10]
    assert result.words("outcome", Outcome)[-3:] == [Outcome.RELEASED, Outcome.RELEASED, Outcome.DETERRED_WAIT]


def test_a_disruption_that_caps_at_no_booth_keeps_closed_lanes_from_being_served(part, run_script):
    cap = _disruption("04T00:05", "04T00:25", booths_cap=0)
    closed = part(staffing={"kind": "schedule", "pools": {}})
    result = run_script(closed, _at(0, 6, 7, serve=2), disruptions=[cap])

    assert result.minutes("started_us") == [0, 25, 27]


def test_disruptions_of_other_ports_and_modes_leave_a_port_alone(part, run_script):
    elsewhere = [
        _disruption("04T00:05", "04T10:00", port="other", gate="shut"),
        _disruption("04T00:05", "04T10:00", mode="pedestrian", gate="shut"),
    ]
    modes = {"passenger": part(), "pedestrian": part()}
    result = run_script(modes, _at(6) + _at(6, mode="pedestrian"), disruptions=elsewhere)

    assert result.words("outcome", Outcome) == [Outcome.RELEASED, Outcome.DETERRED_GATE]


def test_times_of_disruptions_are_local(part, run_script):
    shut = _disruption("04T06:00", "04T07:00", gate="shut")
    result = run_script(part(), _at(359, 360, 419, 420), disruptions=[shut], zone="America/Denver")

    assert result.words("outcome", Outcome)[1:3] == [Outcome.DETERRED_GATE] * 2
    assert [minute for minute, *_ in _gates(result)] == [360, 420]


def test_a_disruption_that_began_before_the_run_holds_from_its_first_instant(part, run_script):
    disruptions = [
        _disruption("01T00:00", "04T00:30", gate="shut"),
        _disruption("01T00:00", "03T12:00", booths_cap=0),
        _disruption("06T00:00", "07T00:00", booths_cap=0),
    ]
    result = run_script(part(), _at(0, 29, 30), disruptions=disruptions)

    assert _gates(result) == [(0, 1, MISSING), (30, 0, MISSING)]
    assert result.minutes("joined_us") == [None, None, 30]


@pytest.mark.parametrize("order", [1, -1])
def test_the_last_event_of_an_instant_tells_the_gate_as_it_is_from_then_on(part, run_script, order):
    slow = _disruption("04T00:05", "04T00:20", pace={"primary": 2})
    shut = _disruption("04T00:05", "04T00:30", gate="shut")
    result = run_script(part(), _at(0), disruptions=[slow, shut][::order])
    told = events_of(result.periods[0].records)
    disrupted = told.kind == code(EventKind.DISRUPTION)
    gates = dict(zip(told.t_us[disrupted] // MINUTE_US % 60, told.gate_shut[disrupted].tolist(), strict=True))

    assert gates == {5: 1, 20: 1, 30: 0}  # of each instant the last


SPRING = {"start": "2024-03-10", "zone": "America/Denver"}
"""The clock goes from 02:00 to 03:00, 120 minutes after the run's start."""


@pytest.mark.parametrize(
    ("begins", "until", "shut"),
    [("02:30", "03:30", (120, 150)), ("02:30", "03:15", (120, 135)), ("01:30", "02:30", (90, 120))],
)
def test_a_time_that_the_clock_skips_is_the_first_instant_after_the_gap(part, plan, run, begins, until, shut):
    closure = _disruption(f"10T{begins}", f"10T{until}", gate="shut")
    demand = {"kind": "rate", "per_hour": 60, "spacing": "even"}
    result = run(plan(part(demand=demand), disruptions=[closure], **SPRING))

    assert [(minute, gate) for minute, gate, _ in _gates(result)] == [(shut[0], 1), (shut[1], 0)]
    assert result.words("outcome", Outcome).count(Outcome.DETERRED_GATE) == shut[1] - shut[0]


def test_a_disruption_within_the_hour_that_the_clock_leaves_out_has_no_effect(part, run_script):
    within = _disruption("10T02:05", "10T03:00", gate="shut")
    result = run_script(part(), _at(100, 120, 200), disruptions=[within], **SPRING)

    assert _gates(result) == []
    assert result.words("outcome", Outcome) == [Outcome.RELEASED] * 3


# A user's own process.


def test_a_process_reads_what_is_posted_and_queued_and_acts_on_it(two_booths, plan, run):
    seen = []

    def officer(env, port):
        while True:
            yield env.timeout(16 * MINUTE_US)
            seen.append((env.now, port.posted_wait_min(CARS, STANDARD), port.queue(CARS, STANDARD)))
            if len(seen) == 1:
                port.cap_booths(CARS, 0)
                port.shut_gate(CARS)
            elif len(seen) == 2:
                port.lift_cap(CARS, 0)
                port.open_gate(CARS)

    cars = two_booths(demand=_came(*range(12), 20, 33, serve=600))
    planned = plan(cars)
    result = run(planned, officer)
    read = [((now - planned.begins_us) // MINUTE_US, *rest) for now, *rest in seen]

    # A minute each is posted: at 15 eight wait for two booths, at 30 the lane is closed, at 45 five wait.
    assert read[:3] == [(16, 4, 8), (32, None, 8), (48, 3, 5)]
    assert result.minutes("started_us") == [0, 1, 10, 11, 32, 32, 42, 42, 52, 52, 62, 62, None, 72]
    assert result.words("outcome", Outcome)[12] is Outcome.DETERRED_GATE
    assert _gates(result) == [(16, 0, 0), (16, 1, 0), (32, 1, MISSING), (32, 0, MISSING)]


def test_processes_and_disruptions_add_up(two_booths, run, plan):
    def closes(env, port):
        yield env.timeout(10 * MINUTE_US)
        port.cap_booths(CARS, 0)
        yield env.timeout(10 * MINUTE_US)
        port.lift_cap(CARS, 0)

    cap = _disruption("04T00:05", "04T00:15", booths_cap=1)
    result = run(plan(two_booths(demand=_came(25)), disruptions=[cap]), closes)

    assert [(minute, booths) for minute, _, booths in result.staffing] == [(0, 2), (5, 1), (10, 0), (20, 2)]


def test_a_process_knows_its_modes_and_is_told_of_lanes_that_are_not_there(part, run, plan):
    seen = []

    def asks(env, port):
        seen.append(port.modes)
        with pytest.raises(KeyError, match="tiny has no passenger lane sentri"):
            port.queue(CARS, LaneClass.SENTRI)
        with pytest.raises(KeyError, match="tiny has no commercial lane standard"):
            port.posted_wait_min(Mode.COMMERCIAL, STANDARD)
        yield env.timeout(1)

    run(plan({"passenger": part(), "pedestrian": part()}), asks)

    assert seen == [(Mode.PASSENGER, Mode.PEDESTRIAN)]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda port: port.open_gate(CARS), "the passenger gate of tiny is not shut"),
        (lambda port: port.cap_booths(CARS, -1), "a cap of -1 booths; it must be 0 or more"),
        (lambda port: port.lift_cap(CARS, 2), r"no cap of 2 passenger booths at tiny; the caps are \[1\]"),
    ],
)
def test_a_process_cannot_take_back_what_nobody_did(part, run, plan, act, message):
    def mistaken(env, port):
        port.cap_booths(CARS, 1)
        with pytest.raises(ValueError, match=message):
            act(port)
        yield env.timeout(1)

    result = run(plan(part()), mistaken)

    assert _gates(result) == [(0, 0, 1)]


def test_a_process_must_wait_whole_microseconds(part, run, plan):
    def impatient(env, port):
        yield env.timeout(1.5)

    with pytest.raises(ValueError, match=r"a process waits until .*\.5; times are whole microseconds"):
        run(plan(part()), impatient)


def test_a_process_may_act_often_and_at_once(two_booths, plan, run):
    def flickers(env, port):
        for _ in range(300):
            yield env.timeout(MINUTE_US // 2)
            port.cap_booths(CARS, 1)
            yield env.timeout(0)
            port.lift_cap(CARS, 1)

    result = run(plan(two_booths(demand=_came(*range(60), serve=200))), flickers)

    assert len(result.disruptions) == 600
    assert len(result.staffing) == 1  # a cap that is lifted at its own instant changes nothing
    assert max(result.minutes("released_us")) == 101


def test_a_period_may_be_asked_to_have_one_day_at_most(plan, part):
    planned = plan(part(demand=_came(0, 30)), days=3)

    assert [period.days for period in conduct(planned, Kernel(planned), stretch_days=1)] == [1, 1, 1, 0]
    assert [period.days for period in conduct(planned, Kernel(planned))] == [3, 0]
