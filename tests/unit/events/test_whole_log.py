"""The stream holds all that the tables hold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.encode import encode_events
from border_sim.events.order import events_of
from border_sim.records import RunFacts
from border_sim.vocabulary import MISSING, Outcome, code
from tests.whole_log import decode_events, reached, records_of


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_tables_come_back_from_the_lines(port_runs, data):
    info, records = data.draw(port_runs)
    events = events_of(records, starts=True, ends=True)
    ((_, told),) = decode_events(encode_events(events, info, RunFacts("a", 0, 1), 0)).values()
    rebuilt = records_of(told)
    assert (rebuilt.from_us, rebuilt.until_us) == (records.from_us, records.until_us)
    assert same(rebuilt.crossings, reached(records.crossings))
    for mine, theirs in zip(rebuilt[3:], records[3:], strict=True):
        assert {tuple(row) for row in zip(*mine, strict=True)} == {tuple(row) for row in zip(*theirs, strict=True)}
    assert same(events_of(rebuilt, starts=True, ends=True), events)


def test_pools_of_stations_not_reached_are_not_told(made_records):
    waiting = {"crossing": 0, "export_pool": 3, "secondary_pool": 4, "state_pool": 6, "arrived_us": 1}
    gone = {"crossing": 1, "secondary_pool": 4, "arrived_us": 2, "outcome": code(Outcome.DETERRED_WAIT)}
    crossings = reached(made_records(0, 9, [waiting, gone]).crossings)
    assert crossings.export_pool.tolist() == [3, MISSING]
    assert crossings.secondary_pool.tolist() == crossings.state_pool.tolist() == [MISSING, MISSING]
