"""Which event comes next in its stream; any other is refused, with its reason."""

from typing import Any, Final

import numpy as np

from border_sim.codes import RUN_ENDED, RUN_STARTED
from border_sim.errors import BorderSimError
from border_sim.events.decode import CodecError, Start, started
from border_sim.events.lines import Line, kind_of
from border_sim.records import Array
from border_sim.streaming.counting.dead_letters import Reason
from border_sim.streaming.counting.stream_state import Open, StreamState, new_stream, origin_of
from border_sim.vocabulary import DAY_US, NEVER_US, EventKind

LONGEST_SILENCE_US: Final = 7 * DAY_US
"""An event that is later than this after the one before is not believed: each simulated minute has its heartbeat, and
every window up to the event would be closed.
"""
LARGEST_START_BYTES: Final = 65_536
"""Of a `run_started`, which has about 2,000; what it tells is kept with every state."""


class RefusedError(BorderSimError):
    """An event that is not taken, and why."""

    def __init__(self, reason: Reason, error: str) -> None:
        super().__init__(error)
        self.reason = reason


def begun(line: Line, size: int, width_us: int) -> StreamState:
    """The state of a stream before its first event, a line of `size` bytes; raises `RefusedError` if it cannot be the
    first.
    """
    if line.seq != 0 or kind_of(line) is not EventKind.RUN_STARTED:
        told = f"seq {line.seq}, {kind_of(line)}; a stream begins with seq 0, run_started"
        raise RefusedError(Reason.UNKNOWN_STREAM, told)
    if size > LARGEST_START_BYTES:
        raise RefusedError(Reason.MALFORMED, f"a run_started of {size} bytes; at most {LARGEST_START_BYTES}")
    start = _start_of(line)
    _require_soon(line.t_us, start.info.measured_from_us)
    return new_stream(start, line.t_us, width_us)


def follow(state: StreamState, kind: Array, t_us: Array, seq: Array, pools: Array) -> bool:
    """Whether events in the middle of a stream are all the next of it, one after the other, so that they need not be
    looked at one by one; most are.
    """
    if state.open is None or state.is_disputed or kind.max() == RUN_ENDED or kind.min() == RUN_STARTED:
        return False
    if seq[0] != state.next_seq or (np.diff(seq) != 1).any():
        return False
    gaps_us = np.diff(t_us, prepend=state.watermark_us)
    return bool(gaps_us.min() >= 0 and gaps_us.max() <= LONGEST_SILENCE_US) and state.open.pools.issuperset(
        pools.tolist()
    )


def require_own(state: StreamState, line: Line) -> None:
    """Raise `RefusedError` for the events of another run under the stream's name: a `run_started` that is not the one
    with which the stream began, and all that follow until that one comes again.
    """
    if line.seq < state.next_seq and kind_of(line) is EventKind.RUN_STARTED:
        state.is_disputed = origin_of(_start_of(line), line.t_us) != state.origin
    if state.is_disputed:
        told = f"seq {line.seq} after another run_started than its stream's; each run needs an identifier of its own"
        raise RefusedError(Reason.CONFLICT, told)


def require_next(state: StreamState, line: Line, pool: Any) -> None:
    """Raise `RefusedError` unless the event is the next of the stream; `pool`: `UNSET` if the line tells none.

    A refused event does not take the place of the next, which may still come.
    """
    if line.t_us < state.watermark_us or state.open is None:
        raise _too_late(state, line)
    if line.seq > state.next_seq:
        raise RefusedError(Reason.GAP, f"seq {line.seq}; the next is {state.next_seq}")
    if line.seq and kind_of(line) is EventKind.RUN_STARTED:
        raise RefusedError(Reason.CONFLICT, f"run_started with seq {line.seq}; a stream begins once, with seq 0")
    _require_soon(line.t_us, max(state.watermark_us, state.open.info.measured_from_us))
    if pool not in state.open.pools:
        raise _unknown_pool(state.open, pool)


def _start_of(line: Line) -> Start:
    try:
        return started(line)
    except CodecError as error:
        raise RefusedError(Reason.MALFORMED, str(error)) from error


def _require_soon(t_us: int, after_us: int) -> None:
    if t_us > after_us + LONGEST_SILENCE_US:
        days = LONGEST_SILENCE_US // DAY_US
        raise RefusedError(
            Reason.AHEAD, f"t_us {t_us}; more than {days} days after {after_us}, which its stream reached"
        )


def _too_late(state: StreamState, line: Line) -> RefusedError:
    if state.watermark_us == NEVER_US:
        return RefusedError(Reason.ENDED, f"seq {line.seq}; the stream ended with seq {state.next_seq - 1}")
    return RefusedError(Reason.LATE, f"t_us {line.t_us}; its stream has reached {state.watermark_us}")


def _unknown_pool(port: Open, pool: Any) -> RefusedError:
    known = ", ".join(sorted(f"{each.mode}/{each.name}" for each in port.info.pools))
    return RefusedError(Reason.UNKNOWN_POOL, f"no pool {str(pool)[:100]!r}; the port's pools are {known[:500]}")
