"""The event hash depends on the events, not on how they come."""

import hashlib
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.digest import PortDigest, combine
from border_sim.events.order import events_of
from border_sim.records import select


def digest(*batches):
    port = PortDigest()
    for batch in batches:
        port.update(batch)
    return port.hexdigest()


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_batches_do_not_matter(port_runs, data):
    events = events_of(data.draw(port_runs).records, starts=True, ends=True)
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, len(events.kind))))), len(events.kind)]
    batches = [select(events, slice(first, last)) for first, last in pairwise(cuts)]
    assert digest(*batches) == digest(events)


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_any_change_changes_it(port_runs, data):
    events = events_of(data.draw(port_runs).records, starts=True)
    column = data.draw(st.sampled_from(events._fields))
    changed = getattr(events, column).copy()
    changed[data.draw(st.integers(0, len(changed) - 1))] += 1
    assert digest(events._replace(**{column: changed})) != digest(events)


def test_it_is_sha_256_over_columns_of_little_endian_int64(made_records):
    events = events_of(made_records(60_000_000, 60_000_001))
    columns = [hashlib.sha256(np.asarray(column, "<i8").tobytes()).digest() for column in events[:16]]
    assert digest(events) == hashlib.sha256(b"".join(columns)).hexdigest()


def test_ports_are_combined_in_the_order_of_their_slugs():
    assert combine({"a": "1", "b": "2"}) == combine({"b": "2", "a": "1"})
    assert len({combine({"a": "1", "b": "2"}), combine({"a": "2", "b": "1"}), combine({"a": "1"})}) == 3
