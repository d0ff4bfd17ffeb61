"""The event hash depends on the events, not on how they come."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events import digest as digesting
from border_sim.events.digest import PortDigest, combine
from border_sim.events.order import events_of
from border_sim.records import Events, select
from border_sim.vocabulary import MISSING


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


DISRUPTED = {"mode": (5, 0, 0, MISSING), "pool": (6, 0, 0, MISSING, 4, MISSING, 1500), "bays": (7, 0, 1, 2, 4, 1, 500)}


@pytest.mark.parametrize(("last", "columns"), [("mode", 16), ("pool", 17), ("bays", 18)])
def test_bays_and_pace_count_from_the_first_that_is_told(made_records, monkeypatch, last, columns):
    """Without any the hash is what it was before events had these columns."""
    monkeypatch.setattr(digesting, "_AT_ONCE", 2)
    told = events_of(made_records(0, 10, [], [(1, 0, 2)], [], list(DISRUPTED.values())), starts=True)
    events = select(told, slice(0, 4 + list(DISRUPTED).index(last)))
    names = [*Events._fields[:16], *(n for n in ("bays_cap", "pace_permille") if (getattr(events, n) != MISSING).any())]
    assert len(names) == columns
    parts = [hashlib.sha256(np.asarray(getattr(events, name), "<i8").tobytes()).digest() for name in names]
    for batches in ([events], [select(events, slice(at, at + 1)) for at in range(len(events.kind))]):
        assert digest(*batches) == hashlib.sha256(b"".join(parts)).hexdigest()


def test_ports_are_combined_in_the_order_of_their_slugs():
    assert combine({"a": "1", "b": "2"}) == combine({"b": "2", "a": "1"})
    assert len({combine({"a": "1", "b": "2"}), combine({"a": "2", "b": "1"}), combine({"a": "1"})}) == 3
