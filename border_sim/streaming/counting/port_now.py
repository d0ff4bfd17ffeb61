"""A port as it stands, with all that has happened there: what a stream's state says to whoever looks at it."""

from typing import NamedTuple

from border_sim.events.decode import StreamKey
from border_sim.metrics.counters import REACHED, Counters, so_far
from border_sim.records import Array, PortInfo
from border_sim.streaming.counting.stream_state import StreamState


class PortNow(NamedTuple):
    """One port in one replication of a run; nothing changes it later."""

    key: StreamKey
    partition: int
    """Of its events"""
    info: PortInfo
    began_ms: int
    """When the broker wrote its `run_started`, milliseconds since 1970, UTC"""
    watermark_us: int
    """The last instant that was reached, also of a run that has ended"""
    is_ended: bool
    cells: Array | None
    """int64[CELLS, len(CELL)]: of the fold (`metrics.state`), queues for one; `None`: it has ended, or nothing is
    folded yet
    """
    pools: Array | None
    """int64[pools, len(POOL)]: as `cells`, open and serving booths for some"""
    counters: Counters | None
    """All that has happened, the open window with it (`metrics.counters.so_far`); `None`: nothing is folded yet"""


def port_now(key: StreamKey, partition: int, state: StreamState) -> PortNow | None:
    """The port of a stream; `None` if it has ended and its counters are not kept."""
    position, start, fold, counters = state
    if start is None:
        return None
    return PortNow(
        key,
        partition,
        start.info,
        position.began_ms,
        int(counters.clock[REACHED]) if counters else position.watermark_us,
        position.open is None,
        fold.cells.copy() if fold else None,
        fold.pools.copy() if fold else None,
        so_far(counters, fold) if counters else None,
    )
