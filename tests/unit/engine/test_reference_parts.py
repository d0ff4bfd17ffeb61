"""The reference engine keeps the order of an instant by the priorities of its events."""

import simpy

from border_sim.engine.reference_parts import ARRIVAL, COMPLETION, QUARTER, RECORD, START, OrderedEvent


def test_events_of_an_instant_take_their_turns_whatever_the_order_in_which_they_were_made():
    env = simpy.Environment(100)
    result = []

    def waits(name, at_us, priority):
        yield OrderedEvent(env, at_us, priority)
        result.append((env.now, name))

    turns = [
        ("start", 107, START),
        ("arrival 2", 107, ARRIVAL + 2),
        ("arrival 1", 107, ARRIVAL + 1),
        ("completion 9", 107, COMPLETION + 9),
        ("completion 3", 107, COMPLETION + 3),
        ("record", 107, RECORD),
        ("quarter", 107, QUARTER),
        ("earlier start", 106, START),
    ]
    for turn in turns:
        env.process(waits(*turn))
    env.run()

    assert result == [
        (106, "earlier start"),
        (107, "quarter"),
        (107, "record"),
        (107, "completion 3"),
        (107, "completion 9"),
        (107, "arrival 1"),
        (107, "arrival 2"),
        (107, "start"),
    ]


def test_a_process_woken_at_an_instant_goes_on_before_the_next_turn():
    env = simpy.Environment()
    result = []

    def sleeper(wake):
        yield wake
        result.append("woken")

    def waker(wake):
        yield OrderedEvent(env, 5, COMPLETION)
        wake.succeed()
        result.append("completion")
        yield OrderedEvent(env, 5, START)
        result.append("start")

    wake = env.event()
    env.process(sleeper(wake))
    env.process(waker(wake))
    env.run()

    assert result == ["completion", "woken", "start"]
