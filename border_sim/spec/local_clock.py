"""From the local time of a zone to the instant that is meant, where clocks change too."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from border_sim.vocabulary import SECOND_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant_us(zone: str, local: datetime) -> int:
    """The instant of a local time (no zone in itself), microseconds since the epoch.

    Of a time that the clock passes twice, the first; of one that it skips, the first instant after the gap.
    """
    info = ZoneInfo(zone)
    by_clock_before, by_clock_after = (
        (local.replace(tzinfo=info, fold=fold) - _EPOCH) // _MICROSECOND for fold in (0, 1)
    )
    if by_clock_after >= by_clock_before:
        return by_clock_before
    return _change_us(info, by_clock_after // SECOND_US, by_clock_before // SECOND_US + 1)


def skipped_until(zone: str, local: datetime) -> datetime | None:
    """The local time at which the clock goes on, if it skips a local time; `None`: it does not."""
    there = (_EPOCH + instant_us(zone, local) * _MICROSECOND).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return None if there == local else there


def _change_us(info: tzinfo, earlier_s: int, later_s: int) -> int:
    """The instant between two others (whole seconds since the epoch) from which the later one's clock holds."""
    after = datetime.fromtimestamp(later_s, info).utcoffset()
    seconds = range(earlier_s, later_s)
    place = bisect_left(seconds, True, key=lambda second: datetime.fromtimestamp(second, info).utcoffset() == after)
    return (earlier_s + place) * SECOND_US
