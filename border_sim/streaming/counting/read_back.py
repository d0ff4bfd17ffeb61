"""The metrics of a topic read back: what is there, and whether it equals what a run wrote."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.metrics.windows import quantiles, total
from border_sim.run.summary import LaneSummary
from border_sim.streaming.counting import window_records
from border_sim.vocabulary import MINUTE_US, LaneClass, Mode, Station

_DIGITS: Final = 20
"""More than a number of a window has."""


class Made(NamedTuple):
    """Which windows: of which replication of which run, how wide."""

    run: str
    replication: int
    width_us: int


class ReadBack(NamedTuple):
    """What a topic of metrics holds."""

    windows: dict[Made, list[Any]]
    """Those that were asked for, decoded (`window_records.decode`), by port and beginning"""
    others: set[Made]
    """What else there is"""
    written_again: int
    """Windows asked for that were there already and came again the same: by another consumer group"""
    contradictory: int
    """Windows asked for that were there already and came again with other figures; the last one counts"""
    foreign: int
    """Records that are no windows"""


def read_back(records: Iterable[Any], run: str | None = None, width_us: int | None = None) -> ReadBack:
    """The windows that records hold, the last of each key; `run`: of this run alone, `width_us`: of this width alone.

    What is not asked for is not held in memory.
    """
    values: dict[bytes, bytes] = {}
    others: set[Made] = set()
    written_again = contradictory = foreign = 0
    for record in records:
        made = _made(record.key)
        if made is None or record.value is None:
            foreign += 1
            continue
        if run not in (None, made.run) or width_us not in (None, made.width_us):
            others.add(made)
            continue
        written_again += values.get(record.key) == record.value
        contradictory += values.get(record.key, record.value) != record.value
        values[record.key] = record.value
    found: dict[Made, list[Any]] = {}
    for key, value in values.items():
        try:
            window = window_records.decode(value)
        except window_records.WindowError:
            foreign += 1
            continue
        made = Made(window.run, window.replication, window.width_us)
        if made == _made(key):
            found.setdefault(made, []).append(window)
        else:
            foreign += 1
    for windows in found.values():
        windows.sort(key=lambda window: (window.port, window.begins_us))
    return ReadBack(dict(sorted(found.items())), others, written_again, contradictory, foreign)


def _made(key: bytes | None) -> Made | None:
    """What the key of a window tells (`window_records.encode`); `None` if it is none."""
    match (key or b"").decode(errors="replace").rsplit("/", 4):
        case [run, replication, _, width_us, _] if replication.isdecimal() and width_us.isdecimal():
            return Made(run, int(replication[:_DIGITS]), int(width_us[:_DIGITS]))
    return None


def lanes_of(table: pa.Table) -> dict[str, list[LaneSummary]]:
    """By port, its lanes at primary over all windows of a table, as `LaneTotals` sums them up."""
    at_primary = pc.and_(pc.equal(table["station"].cast(pa.string()), Station.PRIMARY), table["lane_class"].is_valid())
    sums = total(table.filter(at_primary), ("port", "mode", "lane_class"))
    columns = ("port", "mode", "lane_class", "arrivals", "starts", "completions", "wait_us")
    rows = zip(*(sums[name].to_pylist() for name in columns), quantiles(sums, 0.9), strict=True)
    lanes: dict[str, list[LaneSummary]] = {}
    for port, mode, lane, arrivals, starts, completions, wait_us, p90_us in rows:
        waits = wait_us / starts / MINUTE_US if starts else None, None if p90_us is None else p90_us / MINUTE_US
        lanes.setdefault(port, []).append(
            LaneSummary(Mode(mode), LaneClass(lane), arrivals, starts, completions, *waits)
        )
    return lanes
