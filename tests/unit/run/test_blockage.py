"""A station that is blocked, and for want of which room."""

import pytest

from border_sim.run.blockage import blockage_in_words, wanting_room
from border_sim.run.summary import SummaryRow
from border_sim.vocabulary import Mode, Station

ROOMS = {
    ("a", Mode.COMMERCIAL): (Station.PRIMARY, Station.STATE),
    ("a", Mode.PASSENGER): (Station.SECONDARY, Station.STATE),
}


def row_of(station, mode=Mode.COMMERCIAL, port="a", blocked=0.0):
    known = dict.fromkeys(SummaryRow._fields)
    return SummaryRow(**known | {"port": port, "mode": mode, "station": station, "blocked": blocked})


@pytest.mark.parametrize(
    ("row", "stations"),
    [
        (row_of(Station.SCAN), [Station.PRIMARY]),  # state, which has room too, is not reached from there
        (row_of(Station.PRIMARY), [Station.STATE]),
        (row_of(Station.PRIMARY, Mode.PASSENGER), [Station.SECONDARY, Station.STATE]),
        (row_of(Station.SECONDARY, Mode.PASSENGER), [Station.STATE]),
        (row_of(Station.STATE), []),
        (row_of(Station.PRIMARY, port="b"), []),
    ],
)
def test_the_room_that_was_wanting_is_further_on_where_crossings_may_go(row, stations):
    assert wanting_room(row, ROOMS) == stations


@pytest.mark.parametrize(
    ("station", "blocked", "wanting", "words"),
    [
        (Station.PRIMARY, 0.364, ["state"], "36% of the time of open booths, for want of room at state"),
        (Station.SCAN, 0.01, ["primary"], "1% of the time of open bays, for want of room at primary"),
        (
            Station.PRIMARY,
            1,
            ["secondary", "state"],
            "100% of the time of open booths, for want of room at secondary or state",
        ),
        (Station.SECONDARY, 0.0099, [], "less than 1% of the time of open bays, for want of room further on"),
    ],
)
def test_a_blocked_station_in_words(station, blocked, wanting, words):
    assert blockage_in_words(row_of(station, blocked=blocked), wanting) == words
