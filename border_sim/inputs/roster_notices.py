"""Rosters that are cut, and booths that none opens."""

from collections.abc import Iterator

import numpy as np

from border_sim.inputs.local_time import QUARTERS_PER_HOUR
from border_sim.inputs.roster import most_rostered, roster_plan
from border_sim.records import Array
from border_sim.spec.calendar import DAYS
from border_sim.spec.hour_of_week import hour_of_week
from border_sim.spec.notice import Notice
from border_sim.spec.port import PortMode
from border_sim.spec.staffing import Roster


def cut_rosters(part: PortMode, roster: Roster) -> Iterator[tuple[str, str]]:
    """What cuts the roster, `installed` or `officers`, and how, in words."""
    booths = most_rostered(roster_plan(roster, part.pools))[:, -1]
    if how := _cut(booths, np.full(booths.size, part.installed.booths), "are installed"):
        yield "installed", how
    if part.officers is not None:
        officers = np.concatenate([part.officers.by_quarter(day) for day in range(len(DAYS))])
        if how := _cut(np.minimum(booths, part.installed.booths), officers, "officers on duty"):
            yield "officers", how


def _cut(booths: Array, limit: Array, what: str) -> str | None:
    """How booths are cut to a limit, both by quarters of the week; `None`: they are not."""
    quarters = np.flatnonzero(booths > limit)
    if not quarters.size:
        return None
    first = quarters[0]
    hours = f"{quarters.size / QUARTERS_PER_HOUR:g} hours of the week, first {hour_of_week(first // QUARTERS_PER_HOUR)}"
    more = f"the roster may have more booths ({booths[first]}) than {what} ({limit[first]})"
    return f"in {hours}, {more}: cut over the pools in file order"


def closed_pools(part: PortMode, roster: Roster) -> Iterator[Notice]:
    """The pools that the roster never opens as a whole."""
    for place, pool in enumerate(part.pools):
        if pool.name not in roster.pools:
            yield Notice(("pools", place, "name"), pool.name, "stays closed: staffing.pools does not name it")
        elif not any(roster.pools[pool.name]):
            yield Notice(("staffing", "pools", pool.name), "0", "the pool stays closed: no hour has a booth")


def why_never_rostered(part: PortMode, roster: Roster, booths: int, pool: int | None) -> str | None:
    """Why so many booths of a pool, by its place, or of the whole mode (`None`), never open; `None`: they do, or the
    roster may open them to answer the queue, or the pools cannot hold them, which is told elsewhere.
    """
    most = int(most_rostered(roster_plan(roster, part.pools))[:, -1 if pool is None else pool].max())
    held = sum(each.max_open for each in part.pools)
    if roster.answers or booths <= most or (pool is None and most >= held):
        return None
    return f"the roster never opens more than {most}; raise its means too"
