"""Instants: the end of the warm-up and the ends of windows, which are aligned to 1970."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.monitoring.history.instants import Instants, instants_of
from border_sim.run.manifest import read_manifest
from border_sim.vocabulary import DAY_US, HOUR_US, MINUTE_US

HOUR = 60
"""In minutes, as all figures below."""


def instants(first, width, number):
    return Instants(first * MINUTE_US, width * MINUTE_US, number)


def minutes(values):
    return [int(value) / MINUTE_US for value in values]


def test_windows_that_begin_with_the_measured_time():
    assert minutes(instants(600, 15, 4).us) == [600, 615, 630, 645]


def test_a_first_window_that_is_shorter():
    assert minutes(instants(7 * HOUR, 6 * HOUR, 3).us) == [7 * HOUR, 12 * HOUR, 18 * HOUR]
    assert minutes(instants(7 * HOUR, 6 * HOUR, 3).lengths_us(14 * HOUR * MINUTE_US + 1)) == [0, 5 * HOUR, 2 * HOUR]


def test_the_first_instant_after_a_time_is_the_first_that_knows_of_it():
    times = np.array([599, 600, 614.9, 615, 644.9]) * MINUTE_US
    assert instants(600, 15, 4).after(times.astype(np.int64)).tolist() == [0, 1, 1, 2, 3]


@settings(derandomize=True, deadline=None)
@given(
    first=st.integers(0, DAY_US),
    width=st.sampled_from([1, 5, 15, 60, 6 * HOUR]),
    beyond=st.integers(0, 10 * HOUR_US),
    share=st.floats(0, 1),
)
def test_whatever_happens_is_known_at_the_next_instant(first, width, beyond, share):
    width_us = width * MINUTE_US
    windows = (first + beyond) // width_us - first // width_us + 1
    all_of_them = Instants(first, width_us, windows + 1)
    assert len(all_of_them.us) == all_of_them.number
    assert all(np.diff(all_of_them.us) > 0)
    assert all_of_them.us[-2] <= first + beyond < all_of_them.us[-1]
    t_us = first + int(share * beyond)
    place = int(all_of_them.after(np.array([t_us]))[0])
    assert all_of_them.us[place - 1] <= t_us < all_of_them.us[place]
    assert all_of_them.ends_of(np.array([t_us // width_us * width_us])).tolist() == [place]
    assert all_of_them.lengths_us(first + beyond + 1).sum() == beyond


@pytest.mark.parametrize(("measured", "number"), [(0, 4), (14, 4), (15, 3), (29, 3), (30, 2)])
def test_the_last_window_is_the_one_that_the_run_ended_in(tiny_run, measured, number):
    entry = read_manifest(tiny_run).ports["gate"]
    info = replace(entry.info, measured_from_us=measured * MINUTE_US)
    entry = entry.model_copy(update={"info": info, "until_us": 30 * MINUTE_US + 1})  # it ended at minute 30
    assert instants_of(entry, 15 * MINUTE_US).number == number


def test_there_are_none_of_a_port_that_was_not_measured(tiny_run):
    entry = read_manifest(tiny_run).ports["gate"]
    assert instants_of(entry.model_copy(update={"until_us": entry.info.measured_from_us}), HOUR_US).number == 0
