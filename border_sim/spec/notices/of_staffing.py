"""What a mode's staffing says without effect; of a roster's booths see `border_sim.inputs.roster_notices`."""

from collections.abc import Iterator

from border_sim.spec.notice import Notice
from border_sim.spec.notices.closed_pools import notices_of_closed_pools
from border_sim.spec.port import PortMode
from border_sim.spec.staffing import Answers, Planned, Roster, Schedule, Threshold, group_of
from border_sim.vocabulary import Mode

_ONE_BOOTH = "there is one booth, which is open while the gate is"


def notices_of_staffing(mode: Mode, part: PortMode) -> Iterator[Notice]:
    """A notice for every figure of the staffing without effect, by path below the mode."""
    match part.staffing:
        case Schedule():
            yield from _of_schedule(mode, part.staffing, part)
        case Roster(answers=Answers() as answers) if _most_open(part) <= 1:
            yield Notice(("staffing", "answers", "open_above_min"), f"{answers.open_above_min:g}", _ONE_BOOTH)
        case Threshold() if _most_open(part) <= 1:
            yield Notice(("staffing", "open_above_min"), f"{part.staffing.open_above_min:g}", _ONE_BOOTH)
        case Planned():
            groups = {group_of(mode, lane) for lane in part.served()}
            for group, booths in part.staffing.booths.items():
                if group not in groups:
                    yield Notice(("staffing", "booths", group), str(booths), f"no pool serves the lanes of {group}")


def _most_open(part: PortMode) -> int:
    return min(part.installed.booths, sum(pool.max_open for pool in part.pools))


def _of_schedule(mode: Mode, staffing: Schedule, part: PortMode) -> Iterator[Notice]:
    opened = {name for name, booths in staffing.pools.items() if any(booths.values())}
    closed = {pool.name for pool in part.pools} - opened
    yield from notices_of_closed_pools(mode, part, staffing, closed)
    wanted = [[schedule.by_quarter(day) for schedule in staffing.pools.values()] for day in range(7)]
    most = max((sum(quarter) for day in wanted for quarter in zip(*day, strict=True)), default=0)
    if most > part.installed.booths:
        message = f"above the {part.installed.booths} installed: cut over the pools in file order"
        yield Notice(("staffing", "pools"), f"{most} booths at once", message)
