"""The metrics of a topic read back: what is there, and whether it equals what a run wrote."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from border_sim.streaming.counting import window_records

_DIGITS: Final = 20
"""More than a number of a window has."""


class WindowSet(NamedTuple):
    """Which windows: of which replication of which run, how wide."""

    run: str
    replication: int
    width_us: int


class ReadBack(NamedTuple):
    """What a topic of metrics holds."""

    windows: dict[WindowSet, list[Any]]
    """Those that were asked for, decoded (`window_records.decode_window`), by port and beginning"""
    others: set[WindowSet]
    """What else there is"""
    written_again: int
    """Windows asked for that were there already and came again the same: by another consumer group"""
    contradictory: int
    """Windows asked for that were there already and came again with other figures; the last one counts"""
    deleted: int
    """Windows asked for whose last record has no value, which deletes them"""
    foreign: int
    """Records that are no windows"""


def read_back(records: Iterable[Any], run: str | None = None, width_us: int | None = None) -> ReadBack:
    """The windows that records hold, the last of each key, also where that deletes it; `run`: of this run alone,
    `width_us`: of this width alone.

    Of what is not asked for keys alone are held in memory.
    """
    values: dict[bytes, bytes | None] = {}
    others: dict[bytes, WindowSet] = {}
    written_again = contradictory = foreign = 0
    for record in records:
        which = _key_of(record.key)
        if which is None:
            foreign += 1
        elif run not in (None, which.run) or width_us not in (None, which.width_us):
            if record.value is None:
                others.pop(record.key, None)
            else:
                others[record.key] = which
        else:
            before = values.get(record.key)
            if before is not None and record.value is not None:
                is_same = record.value == before or _say_the_same(record.value, before)
                written_again += is_same
                contradictory += not is_same
            values[record.key] = record.value
    present = {key: value for key, value in values.items() if value is not None}
    windows, more_foreign = _decoded(present)
    deleted = len(values) - len(present)
    return ReadBack(windows, {*others.values()}, written_again, contradictory, deleted, foreign + more_foreign)


def _say_the_same(value: bytes, other: bytes) -> bool:
    """Whether two values are the same window, written by two versions."""
    try:
        return bool(window_records.decode_window(value) == window_records.decode_window(other))
    except window_records.WindowError:
        return False


def _decoded(values: Mapping[bytes, bytes]) -> tuple[dict[WindowSet, list[Any]], int]:
    """The windows of values, by port and beginning, and how many are none or stand under another window's key."""
    sets: dict[WindowSet, list[Any]] = {}
    foreign = 0
    for key, value in values.items():
        try:
            window = window_records.decode_window(value)
        except window_records.WindowError:
            foreign += 1
            continue
        which = WindowSet(window.run, window.replication, window.width_us)
        if which == _key_of(key):
            sets.setdefault(which, []).append(window)
        else:
            foreign += 1
    for windows in sets.values():
        windows.sort(key=lambda window: (window.port, window.begins_us))
    return dict(sorted(sets.items())), foreign


def _key_of(key: bytes | None) -> WindowSet | None:
    """What the key of a window says (`window_records.encode_windows`); `None` if it is none."""
    match (key or b"").decode(errors="replace").rsplit("/", 4):
        case [run, replication, _, width_us, _] if replication.isdecimal() and width_us.isdecimal():
            return WindowSet(run, int(replication[:_DIGITS]), int(width_us[:_DIGITS]))
    return None
