"""Disruptions without effect: at another time, at another place, or no limit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from border_sim.spec.calendar import QUARTERS_PER_DAY
from border_sim.spec.inspection import Inspection
from border_sim.spec.local_clock import skipped_until
from border_sim.spec.mode_pools import PoolEffect, effects_on_pools, why_lacking
from border_sim.spec.notice import Notice
from border_sim.spec.port import Port
from border_sim.spec.problem import KeyPath, shown
from border_sim.spec.scenario import Disruption, Resolved, Scenario
from border_sim.spec.selection import selected, some
from border_sim.spec.words import counted
from border_sim.vocabulary import Mode

_QUARTER: Final = timedelta(minutes=15)
_WEEK: Final = timedelta(weeks=1)


def notices_of_disruptions(scenario: Scenario, resolved: Resolved) -> Iterator[Notice]:
    """A notice for every disruption that no crossing can meet."""
    ports = {each.slug: each.port for each in resolved.ports}
    begins = datetime.combine(resolved.start - timedelta(resolved.warm_up_days), datetime.min.time())
    ends = datetime.combine(resolved.start + timedelta(resolved.days), datetime.min.time())
    for place, disruption in enumerate(scenario.disruptions):
        path: KeyPath = ("disruptions", place)
        yield from _elsewhere(disruption, path, ports)
        met = {slug: ports[slug] for name in disruption.names() for slug in selected(name, ports)}
        if disruption in scenario.disruptions[:place]:
            yield Notice(path, "", f"says again what disruptions[{scenario.disruptions.index(disruption)}] says")
        elif disruption.until <= begins:
            message = f"is over before the run begins, warm-up included, at {begins:%Y-%m-%d %H:%M}"
            yield Notice((*path, "until"), _text(disruption.until), message)
        elif disruption.begins >= ends:
            message = f"begins after the run's last day, {ends.date() - timedelta(1)}"
            yield Notice((*path, "from"), _text(disruption.begins), message)
        elif met:
            within = disruption.model_copy(
                update={"begins": max(disruption.begins, begins), "until": min(disruption.until, ends)}
            )
            there = [each for each in met.values() if disruption.mode in each.modes]
            yield from _idle(within, path, there)
            yield from _idle_at_pools(disruption, path, there)


def _elsewhere(disruption: Disruption, path: KeyPath, ports: Mapping[str, Port]) -> Iterator[Notice]:
    """Ports that are not simulated, or none of which has the mode."""
    for number, name in enumerate(disruption.names()):
        slugs = selected(name, ports)
        at = (*path, "port") if disruption.port else (*path, "ports")
        if not slugs:
            at = (*at, number) if isinstance(disruption.ports, tuple) else at
            yield Notice(at, shown(name), f"is not simulated; the run has {some(list(ports))}")
        elif not any(disruption.mode in ports[slug].modes for slug in slugs):
            yield Notice((*path, "mode"), disruption.mode.value, f"no port of {name} that is simulated has it")


def _idle(disruption: Disruption, path: KeyPath, ports: Sequence[Port]) -> Iterator[Notice]:
    """Without effect at every one of these ports, for the reason at the first; of the disruption what is in the run."""
    notices = [_idle_at(disruption, path, port) for port in ports]
    if notices and notices[0] is not None and None not in notices:
        yield notices[0]


def _idle_at(disruption: Disruption, path: KeyPath, port: Port) -> Notice | None:
    part = port.modes[disruption.mode]
    gap_ends = skipped_until(port.time_zone, disruption.begins)
    if gap_ends is not None and disruption.until <= gap_ends:
        message = f"the clock of {port.name} skips all of it, going on at {_text(gap_ends)}"
        return Notice((*path, "from"), _text(disruption.begins), message)
    if disruption.booths_cap is not None and disruption.booths_cap >= part.installed.booths:
        message = f"no fewer than the {counted(part.installed.booths, 'booth')} installed at {port.name}"
        return Notice((*path, "booths_cap"), str(disruption.booths_cap), message)
    if disruption.gate == "shut" and not _is_ever_open(port, disruption):
        return Notice((*path, "gate"), "shut", f"the gate of {port.name} is closed then by its hours")
    return None


def _idle_at_pools(disruption: Disruption, path: KeyPath, ports: Sequence[Port]) -> Iterator[Notice]:
    """What a disruption does to bays and pace, without effect at every one of these ports, and why at the first."""
    for effect in effects_on_pools(disruption):
        messages = [_why_idle(effect, port, disruption.mode) for port in ports]
        if messages and messages[0] is not None and None not in messages:
            yield Notice((*path, *effect.path), f"{effect.figure:g}", messages[0])


def _why_idle(effect: PoolEffect, port: Port, mode: Mode) -> str | None:
    part = port.modes[mode]
    assert isinstance(part.inspection, Inspection)
    if lacking := why_lacking(effect, part, part.inspection):
        return f"{lacking} (at {port.name})"
    if effect.path[0] == "pace":
        return "is as usual, which changes nothing" if effect.figure == 1 else None
    most = part.bays.most(effect.station, effect.pool)
    return f"no fewer than the {counted(most, 'bay')} there at {port.name}" if effect.figure >= most else None


def _is_ever_open(port: Port, disruption: Disruption) -> bool:
    weekly = port.modes[disruption.mode].hours.weekly
    quarter = datetime.combine(disruption.begins.date(), datetime.min.time())
    quarter += (disruption.begins - quarter) // _QUARTER * _QUARTER
    while quarter < min(disruption.until, disruption.begins + _WEEK):
        if weekly.week[quarter.weekday()][(quarter.hour * 4 + quarter.minute // 15) % QUARTERS_PER_DAY]:
            return True
        quarter += _QUARTER
    return False


def _text(local: datetime) -> str:
    return local.isoformat(timespec="minutes")
