"""Columns that pass between layers: their types, and how rows are taken and put together."""

import numpy as np
import pytest

from border_sim.records import (
    CROSSING_DTYPES,
    EVENT_DTYPES,
    Crossings,
    Disruptions,
    Events,
    StaffingChanges,
    concatenate,
    select,
)


@pytest.fixture
def changes():
    return StaffingChanges(np.array([10, 20, 30]), np.array([0, 1, 0], np.int16), np.array([1, 2, 3], np.int32))


@pytest.mark.parametrize(
    ("rows", "instants"),
    [(slice(1, None), [20, 30]), (np.array([True, False, True]), [10, 30]), (np.array([2, 0]), [30, 10])],
)
def test_rows_are_taken_by_slice_mask_or_places(changes, rows, instants):
    taken = select(changes, rows)

    assert isinstance(taken, StaffingChanges)
    assert taken.t_us.tolist() == instants
    assert [column.dtype for column in taken] == [column.dtype for column in changes]


def test_tables_are_put_one_after_the_other(changes):
    nothing = select(changes, slice(0, 0))
    whole = concatenate([changes, nothing, select(changes, slice(0, 1))])

    assert isinstance(whole, StaffingChanges)
    assert whole.t_us.tolist() == [10, 20, 30, 10]
    assert whole.pool.dtype == np.int16


def test_columns_of_unequal_tables_do_not_mix(changes):
    disruptions = Disruptions(*(np.zeros(1, np.int64) for _ in range(len(Disruptions._fields))))

    with pytest.raises(ValueError, match="zip"):
        concatenate([changes, disruptions])


@pytest.mark.parametrize("dtypes", [EVENT_DTYPES, CROSSING_DTYPES])
def test_instants_and_ids_are_64_bits_and_every_column_is_whole_numbers(dtypes):
    types = {name: np.dtype(kind) for name, kind in dtypes._asdict().items()}

    assert {types[name] for name in types if name.endswith("_us") or name == "crossing"} == {np.dtype(np.int64)}
    assert all(kind.kind in "iu" for kind in types.values())


def test_what_may_be_missing_has_a_sign():
    optional = {"lane_class", "export_pool", "pool", "secondary_pool", "state_pool", "joined_us", "released_us"}

    assert all(np.dtype(getattr(CROSSING_DTYPES, name)).kind == "i" for name in optional)
    assert all(np.dtype(kind).kind == "i" for kind in EVENT_DTYPES)


def test_events_tell_all_that_crossings_hold():
    told = {"mode", "lane_class", "programme", "loaded", "outcome", "pool", "crossing"}

    assert told < set(Events._fields)
    assert told < set(Crossings._fields)
