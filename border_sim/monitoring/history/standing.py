"""What stands at a port at some instants, and how long waits were until then: from the log, or less exactly from
windows alone.
"""

from typing import Final, NamedTuple

import numpy as np

from border_sim.codes import DOOR_TO_DOOR, PRIMARY
from border_sim.metrics.counters import TIME_IN_SYSTEM_EDGES_US, WAIT_EDGES_US
from border_sim.metrics.state import LANES
from border_sim.records import Array
from border_sim.vocabulary import Mode

EDGES_US: Final = {PRIMARY: WAIT_EDGES_US, DOOR_TO_DOOR: TIME_IN_SYSTEM_EDGES_US}
"""By the code of the station whose waits have an exact histogram: the longest wait of each bucket but the last"""
MODE_LANES: Final = len(Mode) * LANES
"""Lane classes of all modes, with the one of each mode that is not chosen yet; the place of one is its cell divided by
the number of stations
"""


class Standing(NamedTuple):
    """At each of some instants; NaN: not known."""

    queue: Array
    """float64[instants, CELLS]: crossings that wait"""
    open_booths: Array
    """float64[instants, pools]"""
    busy_booths: Array
    """float64[instants, pools]: booths that serve"""
    blocked_booths: Array
    """float64[instants, pools]: booths whose crossing was served and has not moved on"""
    posted_min: Array
    """float64[instants, MODE_LANES]: the wait posted, minutes; NaN: closed too"""
    lane_open: Array
    """float64[instants, MODE_LANES]: 1 posted with a wait, 0 as closed"""
    durations: dict[int, Array]
    """By the code of a station of `EDGES_US`, int64[instants, MODE_LANES, buckets]: waits that had ended, by length"""


def no_durations(instants: int) -> dict[int, Array]:
    """Of no waits yet."""
    return {station: np.zeros((instants, MODE_LANES, len(edges) + 1), np.int64) for station, edges in EDGES_US.items()}
