"""Rosters that are cut, and booths that none opens."""

from collections.abc import Iterator

import numpy as np

from border_sim.inputs.local_time import QUARTERS_PER_HOUR
from border_sim.inputs.random_marks import WORD
from border_sim.inputs.roster import most_rostered, roster_plan
from border_sim.records import Array
from border_sim.spec.calendar import DAYS
from border_sim.spec.hour_of_week import hour_of_week
from border_sim.spec.notice import Notice
from border_sim.spec.notices.closed_pools import notices_of_closed_pools
from border_sim.spec.port import PortMode
from border_sim.spec.staffing import Roster
from border_sim.vocabulary import MISSING, Mode


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


def closed_pools(mode: Mode, part: PortMode, roster: Roster) -> Iterator[Notice]:
    """The pools that the roster never opens, and a mode of which it always keeps none open."""
    plan = roster_plan(roster, part.pools)
    most = most_rostered(plan).max(axis=0)
    closed = {pool.name for place, pool in enumerate(part.pools) if not most[place]}
    if (plan.keeps_one == MISSING).all():
        yield Notice(("staffing", "pools"), "", _why_none_is_kept(roster, plan.together[:, -1].max() / WORD))
    if most[-1]:
        yield from notices_of_closed_pools(mode, part, roster, closed)


def _why_none_is_kept(roster: Roster, most: float) -> str:
    """What comes of means that are together below .5 in every hour; `most`: the most that they are."""
    shown = f"{min(most, 0.499):.3g}"
    opens = f"one opens for {shown} of the time at most" if most else "none ever opens"
    answers = f", {'or' if most else 'but'} to answer the queue" if roster.answers else ""
    return (
        f"the means of all pools together never reach 0.5, but {shown}, so that no booth is kept open: "
        f"{opens}{answers}; with none open who waits is served one at a time, by the first pool of the lane; "
        "write 0.5 or more together in the hours in which one is to be open"
    )


def idle_answers(part: PortMode, roster: Roster) -> Iterator[Notice]:
    """Answers of a roster that has every booth of its pools in all hours, and is not cut."""
    is_full = all(mean >= pool.max_open for pool in part.pools for mean in roster.pools.get(pool.name, (0.0,)))
    if roster.answers is not None and is_full and not any(cut_rosters(part, roster)):
        message = "the roster has every booth that its pools may open, in all hours: none is left to answer with"
        yield Notice(("staffing", "answers", "open_above_min"), f"{roster.answers.open_above_min:g}", message)


def why_never_rostered(part: PortMode, roster: Roster, booths: int, pool: int | None) -> str | None:
    """Why so many booths of a pool, by its place, or of the whole mode (`None`), never open; `None`: they do, or the
    roster may open them to answer the queue, or the pools cannot hold them, which is told elsewhere.
    """
    most = int(most_rostered(roster_plan(roster, part.pools))[:, -1 if pool is None else pool].max())
    held = sum(each.max_open for each in part.pools)
    if roster.answers or booths <= most or (pool is None and most >= held):
        return None
    return f"the roster never opens more than {most}; raise its means too"
