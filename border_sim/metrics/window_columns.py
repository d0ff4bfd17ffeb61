"""The columns of windows of metrics: the one place that says which there are, and what each of them measures.

A column is an entry of `Windows`. From it come its place in the state of a fold (`metrics.state`), the Arrow schema
(`metrics.window_tables`), the wire record (`streaming.counting.window_records`) and the data dictionary; to add one,
declare it here and count it in `metrics.fold`.
"""

from typing import Annotated, Final, Literal, NamedTuple, get_type_hints

from border_sim.records import Array


class Measure(NamedTuple):
    """What a column of windows measures; its figures are int64, 0 where a row has none of them."""

    rows: Literal["lane", "pool"]
    """Rows that have it: of a mode, lane class and station, or of a pool"""
    unit: str
    """Empty: a plain count"""
    meaning: str
    """For the data dictionary and the JSON Schema"""
    is_largest: bool = False
    """Whether rows combine to the largest of their figures, not to the sum"""


class Windows(NamedTuple):
    """Closed windows: a row for each mode, lane class and station, and each pool, with anything to say.

    A pool's places are booths at primary. Bays have rows where their number is told: at a port and mode where it may
    change, or where they may be blocked.

    At `door_to_door` arrivals are of lane class `MISSING`, completions are releases, waits are times in the system, and
    there is no queue. Rows with a pool hold the time of its places alone; their mode is `MISSING`: the pool tells it.
    All are integers, so that sums do not depend on their order; `records.concatenate` puts windows one after the other.
    """

    window_us: Array
    """int64: where the window begins"""
    mode: Array
    """int64: code of the mode; `MISSING` in rows of a pool"""
    lane_class: Array
    """int64: code of the lane class; `MISSING` where none is chosen yet, and in rows of a pool"""
    station: Array
    """int64: code of the station"""
    pool: Array
    """int64: place in `PortInfo.pools`; `MISSING` in rows of crossings"""
    arrivals: Annotated[
        Array,
        Measure("lane", "crossings", "crossings that joined the station; at `door_to_door` that came to the gate"),
    ]
    starts: Annotated[Array, Measure("lane", "crossings", "services begun: waits that ended in the window")]
    completions: Annotated[Array, Measure("lane", "crossings", "services ended; at `door_to_door` releases")]
    referrals: Annotated[
        Array, Measure("lane", "crossings", "at primary, crossings sent on to secondary, when they join it")
    ]
    deterred: Annotated[
        Array,
        Measure(
            "lane", "crossings", "at `door_to_door`, candidates that stayed away, by the lane they would have joined"
        ),
    ]
    wait_us: Annotated[
        Array,
        Measure("lane", "µs", "sum of the waits that ended in the window; at `door_to_door` of times in the system"),
    ]
    queue_us: Annotated[
        Array,
        Measure("lane", "crossings x µs", "integral of the queue; divided by the window's length, the mean queue"),
    ]
    largest_queue: Annotated[
        Array, Measure("lane", "crossings", "the longest queue of the window that time passed with", is_largest=True)
    ]
    posted_min: Annotated[Array, Measure("lane", "min", "at primary, sum of the waits posted while not closed")]
    postings: Annotated[
        Array,
        Measure("lane", "", "at primary, waits posted while not closed; their mean is `posted_min` / `postings`"),
    ]
    closed_postings: Annotated[Array, Measure("lane", "", "at primary, quarters of an hour posted as closed")]
    open_us: Annotated[
        Array,
        Measure(
            "pool",
            "places x µs",
            "in rows of a pool, integral of the booths or bays open or, if more, serving and blocked together",
        ),
    ]
    busy_us: Annotated[
        Array, Measure("pool", "places x µs", "in rows of a pool, integral of the booths or bays serving")
    ]
    blocked_us: Annotated[
        Array,
        Measure(
            "pool",
            "places x µs",
            "in rows of a pool, integral of the booths or bays blocked: their crossing is served and finds no place at "
            "the next station",
        ),
    ]
    sizes: Array
    """int64: length of the row's histogram in `buckets` and `counts`"""
    buckets: Array
    """int16: the buckets of the waits that are not empty, ascending, row after row"""
    counts: Array
    """int32: the waits in each of these buckets"""


def _measures() -> dict[str, Measure]:
    hints = get_type_hints(Windows, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


MEASURES: Final = _measures()
"""By the name of its column, in the order of the columns."""
LANE_MEASURES: Final = tuple(name for name, measure in MEASURES.items() if measure.rows == "lane")
POOL_MEASURES: Final = tuple(name for name, measure in MEASURES.items() if measure.rows == "pool")
