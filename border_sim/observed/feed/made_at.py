"""When a copy of the feed was made: as it tells for all ports or for each, else as most of its waits were posted."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from border_sim.observed.feed.posting_time import clock, month_day_year, time_of_day, year_month_day
from border_sim.observed.feed.snapshot import Entry, Snapshot, field
from border_sim.observed.feed.unpacking import Refuse
from border_sim.observed.feed.words import FEED_ZONE, GROUPS, LANES
from border_sim.spec.local_clock import instant_us
from border_sim.spec.problem import shown

UPDATED_DATE: Final = "last_updated_date"
UPDATED_TIME: Final = "last_updated_time"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class EntryTime(NamedTuple):
    """When an entry of the feed was made."""

    day: date
    """By the port's clock"""
    made_us: int | None
    """Microseconds since 1970, UTC; `None`: not known"""


def zoned_time(zone: str, t_us: int) -> datetime:
    """An instant by the clock of a zone."""
    return (_EPOCH + timedelta(microseconds=t_us)).astimezone(ZoneInfo(zone))


def local_time(zone: str, t_us: int) -> datetime:
    """The same without the zone."""
    return zoned_time(zone, t_us).replace(tzinfo=None)


def snapshot_us(snapshot: Snapshot, refuse: Refuse) -> int | None:
    """When a copy says that it was made; `None`: it does not, or not in its words, which is told."""
    day, time = field(snapshot.header, UPDATED_DATE), field(snapshot.header, UPDATED_TIME)
    if not (day or time):
        return None
    try:
        return instant_us(FEED_ZONE, datetime.combine(year_month_day(day), time_of_day(time)))
    except ValueError as error:
        refuse(snapshot.line, f"{UPDATED_DATE}, {UPDATED_TIME}", shown(f"{day} {time}".strip()), str(error))
        return None


def most_posted_us(entries: Iterable[tuple[Entry, str]]) -> int | None:
    """The instant at which most waits of a copy were posted, by the dates of its entries; of two the later. `None`:
    none was. `entries`: with the time zone of each.
    """
    counts = Counter(each for entry, zone in entries for each in _posted_us(entry, zone))
    return max(counts, key=lambda t_us: (counts[t_us], t_us), default=None)


def _posted_us(entry: Entry, zone: str) -> Iterable[int]:
    """When the waits of an entry were posted if that was on its date; what cannot be read is not told here."""
    for mode, lanes in LANES.items():
        for tag in lanes.values():
            group = entry.fields.get(GROUPS[mode])
            lane = group.get(tag) if isinstance(group, dict) else None
            try:
                time = clock(field(lane, "update_time")).time
                day = month_day_year(field(entry.fields, "date"))
            except ValueError:
                continue
            yield instant_us(zone, datetime.combine(day, time))


def entry_time(entry: Entry, zone: str, made_us: int | None, refuse: Refuse) -> EntryTime | None:
    """When an entry was made, with its date; `None`: that cannot be, which is told. `made_us`: of its copy.

    `/api/bwtnew` tells a `time` beside the `date` of each port, by the port's clock.
    """
    text, of_feed = field(entry.fields, "date"), None if made_us is None else local_time(zone, made_us).date()
    try:
        day = month_day_year(text)
    except ValueError as error:
        refuse(entry.line, f"{entry.number}.date", shown(text), str(error))
        return None
    if of_feed is not None and abs(day - of_feed) > timedelta(days=1):
        right = f"is not the date of the feed, {of_feed.month}/{of_feed.day}/{of_feed.year}"
        refuse(entry.line, f"{entry.number}.date", shown(text), right)
        return None
    if text := field(entry.fields, "time"):
        try:
            return EntryTime(day, instant_us(zone, datetime.combine(day, time_of_day(text))))
        except ValueError as error:
            refuse(entry.line, f"{entry.number}.time", shown(text), str(error))
    return EntryTime(day, made_us)
