"""What figures of a mode have no effect beside its other figures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from border_sim.spec.calendar import QUARTERS_PER_DAY
from border_sim.spec.demand import Listed, Rate
from border_sim.spec.inspection import Inspection
from border_sim.spec.notice import Notice
from border_sim.spec.port import PortMode
from border_sim.spec.staffing import Planned, Schedule, Threshold, group_of
from border_sim.spec.words import counted
from border_sim.vocabulary import Mode, programmes

HOUR_S = 3600


class Frame(NamedTuple):
    """When a run is, on a port's clock."""

    start: date
    days: int
    time_zone: str

    def seconds(self) -> float:
        """From the first measured midnight to the last; a day with a change of the clock has 23 or 25 hours."""
        begins = datetime.combine(self.start, datetime.min.time(), ZoneInfo(self.time_zone))
        ends = datetime.combine(self.start + timedelta(self.days), datetime.min.time(), ZoneInfo(self.time_zone))
        return ends.timestamp() - begins.timestamp()


def notices_of_mode(mode: Mode, part: PortMode, frame: Frame) -> Iterator[Notice]:
    """A notice for every figure without effect, by path below the mode."""
    yield from _of_demand(part, frame)
    yield from _of_booths(part)
    yield from _of_staffing(mode, part)
    yield from _of_inspection(mode, part)


def _of_demand(part: PortMode, frame: Frame) -> Iterator[Notice]:
    demand, seconds = part.demand, frame.seconds()
    if isinstance(demand, Listed):
        late = [place for place, arrival in enumerate(demand.arrivals) if arrival.at_s >= seconds]
        if late:
            count = f"{len(late):,} of {len(demand.arrivals):,} arrivals" if len(late) > 1 else "this arrival"
            message = f"{count} would come when the run is over, after {seconds:,.0f} s"
            yield Notice(("demand", "arrivals", late[0], "at_s"), f"{demand.arrivals[late[0]].at_s:g}", message)
        if part.demand_factor != 1:
            yield Notice(("demand_factor",), f"{part.demand_factor:g}", "listed arrivals come as listed")
    if isinstance(demand, Rate) and demand.hours_from_start and len(demand.hours_from_start) * HOUR_S > seconds:
        hours, beyond = seconds / HOUR_S, len(demand.hours_from_start)
        if any(demand.hours_from_start[int(-(-hours // 1)) :]):
            message = f"the run is over after {hours:g} hours"
            yield Notice(("demand", "hours_from_start"), f"{beyond} hours", message)
    if part.closing == "hold" and part.hours.weekly.weekly_hours() == 7 * QUARTERS_PER_DAY / 4:
        yield Notice(("closing",), part.closing, "the gate is never closed")


def _of_booths(part: PortMode) -> Iterator[Notice]:
    installed, open_at_most = part.installed.booths, sum(pool.max_open for pool in part.pools)
    if open_at_most < installed:
        message = f"the pools open {open_at_most} at most; raise their max_open too"
        yield Notice(("installed", "booths"), str(installed), message)
    most = min(installed, open_at_most)
    officers = max(part.officers.values()) if part.officers else 0
    if officers > most:
        yield Notice(
            ("officers",), str(officers), f"above the {counted(most, 'booth')} that can be open; the rest has none"
        )
    if part.lane_choice == "own" and len(part.served()) == 1:
        yield Notice(("lane_choice",), part.lane_choice, f"there is one lane class, {part.served()[0]}")


def _of_staffing(mode: Mode, part: PortMode) -> Iterator[Notice]:
    staffing = part.staffing
    if isinstance(staffing, Schedule):
        yield from _of_schedule(staffing, part)
    if isinstance(staffing, Threshold) and min(part.installed.booths, sum(pool.max_open for pool in part.pools)) <= 1:
        message = "there is one booth, which is open while the gate is"
        yield Notice(("staffing", "open_above_min"), f"{staffing.open_above_min:g}", message)
    if isinstance(staffing, Planned):
        groups = {group_of(mode, lane) for lane in part.served()}
        for group, booths in staffing.booths.items():
            if group not in groups:
                yield Notice(("staffing", "booths", group), str(booths), f"no pool serves the lanes of {group}")


def _of_schedule(staffing: Schedule, part: PortMode) -> Iterator[Notice]:
    for place, pool in enumerate(part.pools):
        booths = staffing.pools.get(pool.name)
        if booths is None:
            yield Notice(("pools", place, "name"), pool.name, "stays closed: staffing.pools does not name it")
        elif not any(booths.values()):
            yield Notice(("staffing", "pools", pool.name), "0", "the pool stays closed: no hour has a booth")
    wanted = [[schedule.by_quarter(day) for schedule in staffing.pools.values()] for day in range(7)]
    most = max((sum(quarter) for day in wanted for quarter in zip(*day, strict=True)), default=0)
    if most > part.installed.booths:
        message = f"above the {part.installed.booths} installed: cut over the pools in file order"
        yield Notice(("staffing", "pools"), f"{most} booths at once", message)


def _of_inspection(mode: Mode, part: PortMode) -> Iterator[Notice]:
    inspection = part.inspection
    assert isinstance(inspection, Inspection)
    if part.loaded is not None and mode is not Mode.COMMERCIAL:
        yield Notice(("loaded", "share"), f"{part.loaded.share:g}", "only trucks are loaded")
    for programme, share in inspection.referral.share.items() if inspection.referral else ():
        if programme not in programmes(mode):
            message = f"no {mode} programme; valid are {', '.join(programmes(mode))}"
            yield Notice(("inspection", "referral", "share", programme.value), f"{share:g}", message)
    for kind, bays in part.bays.secondary.items():
        if kind not in inspection.secondary:
            kinds = ", ".join(inspection.secondary) or "none"
            yield Notice(("bays", "secondary", kind), str(bays), f"the inspection has no such kind; it has {kinds}")
    if part.bays.state is not None and inspection.state is None:
        yield Notice(("bays", "state"), str(part.bays.state), "the inspection has no state inspection")
