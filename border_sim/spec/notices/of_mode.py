"""What figures of a mode have no effect beside its other figures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from border_sim.spec.calendar import QUARTERS_PER_DAY
from border_sim.spec.demand import Listed, Rate
from border_sim.spec.inspection import Inspection
from border_sim.spec.notice import Notice
from border_sim.spec.notices.of_staffing import notices_of_staffing
from border_sim.spec.notices.of_stations import notices_of_stations
from border_sim.spec.port import LeaveFor, PortMode
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
    yield from notices_of_staffing(mode, part)
    yield from _of_inspection(mode, part)
    yield from notices_of_stations(part)


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
    if part.lane_choice != "shortest" and len(part.served()) == 1:
        message = f"there is one lane class, {part.served()[0]}"
        if isinstance(part.lane_choice, LeaveFor):
            yield Notice(("lane_choice", "leave_for_min"), str(part.lane_choice.leave_for_min), message)
        else:
            yield Notice(("lane_choice",), part.lane_choice, message)


def _of_inspection(mode: Mode, part: PortMode) -> Iterator[Notice]:
    inspection = part.inspection
    assert isinstance(inspection, Inspection)
    if part.loaded is not None and mode is not Mode.COMMERCIAL:
        yield Notice(("loaded", "share"), f"{part.loaded.share:g}", "only trucks are loaded")
    for programme, share in inspection.referral.share.items() if inspection.referral else ():
        if programme not in programmes(mode):
            message = f"no {mode} programme; valid are {', '.join(programmes(mode))}"
            yield Notice(("inspection", "referral", "share", programme.value), f"{share:g}", message)
