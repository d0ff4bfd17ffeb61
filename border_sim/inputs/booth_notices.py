"""Booths that a scenario gives and that its plan never opens: what only the plan of the run can tell."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from border_sim.inputs.local_time import local_day
from border_sim.inputs.staffing_calendar import staffing_plan, wanted_booths
from border_sim.records import Array
from border_sim.spec.changed_ports import with_ports
from border_sim.spec.layers import layers_of, scenario_path
from border_sim.spec.notice import Notice
from border_sim.spec.port import PortMode
from border_sim.spec.port_check import written
from border_sim.spec.problem import KeyPath
from border_sim.spec.scenario import Catalogue, Resolved, ResolvedPort, Scenario
from border_sim.spec.staffing import Planned
from border_sim.vocabulary import Mode


class _Given(NamedTuple):
    """A number of booths that a mode has."""

    path: KeyPath
    """Where the port says it"""
    named: KeyPath
    """The same, the pool by its name"""
    booths: int
    pool: int | None
    """The place of the pool whose booths they are; `None`: the whole mode's"""


def with_booth_notices(resolved: Resolved, scenario: Scenario, catalogue: Catalogue) -> Resolved:
    """The resolved scenario with a notice for each booth that it adds, or has at a port of its own, and that planned
    staffing never opens in the run.
    """
    notices = tuple(with_ports(_notices(resolved, scenario, catalogue)))
    return resolved.model_copy(update={"notices": (*resolved.notices, *notices)}) if notices else resolved


def _notices(resolved: Resolved, scenario: Scenario, catalogue: Catalogue) -> Iterator[tuple[str, Notice]]:
    """With the slug of the port of each."""
    changed = {change.path for change in resolved.changes}
    for each in resolved.ports:
        is_own = each.slug in scenario.own_ports
        for mode, part in each.port.modes.items():
            baseline = each.baseline.modes[mode]
            given = [one for one in _given(mode, part) if is_own or _is_in(changed, each.slug, *one.named)]
            if not given or not isinstance(part.staffing, Planned) or not isinstance(baseline.staffing, Planned):
                continue
            opened = _most_open(each, mode, resolved)
            for one in given:
                most = int(opened[-1 if one.pool is None else one.pool])
                if one.booths > most:
                    place = _in_scenario(one.path, each, scenario, catalogue)
                    yield each.slug, Notice(place, str(one.booths), _message(most, is_new=baseline is part))


def _is_in(changed: Collection[KeyPath], *path: str | int) -> bool:
    """Whether a figure is changed, or stands in something that is new as a whole."""
    return any(path[:length] in changed for length in range(1, 1 + len(path)))


def _given(mode: Mode, part: PortMode) -> Iterator[_Given]:
    path: KeyPath = ("modes", mode.value, "installed", "booths")
    yield _Given(path, path, part.installed.booths, None)
    for place, pool in enumerate(part.pools):
        at: list[KeyPath] = [("modes", mode.value, "pools", each, "max_open") for each in (place, pool.name)]
        yield _Given(at[0], at[1], pool.max_open, place)


def _message(opened: int, *, is_new: bool) -> str:
    if is_new:
        return f"the plan of this run never opens more than {opened}: nobody is expected who would need more"
    return f"the baseline's plan never opens more than {opened}; restate staffing, with booths to plan with"


def _most_open(each: ResolvedPort, mode: Mode, resolved: Resolved) -> Array:
    """The most booths of each pool, and of all together, that are open at once by the plan: int64 (pools + 1,). The
    mode's limit is cut over the pools in file order.
    """
    zone, part = each.port.time_zone, each.port.modes[mode]
    first = resolved.start - timedelta(resolved.warm_up_days)
    days = [local_day(zone, first + timedelta(day)) for day in range(-1, resolved.warm_up_days + resolved.days)]
    start_us = local_day(zone, resolved.start).begins_us
    plan = staffing_plan(mode, part, each.baseline.modes[mode], resolved, start_us)
    wanted = np.minimum(wanted_booths(plan, days), [pool.max_open for pool in part.pools])
    together = np.minimum(wanted.cumsum(axis=1), part.installed.booths)
    most: Array = np.append(np.diff(together, axis=1, prepend=0).max(axis=0), together[:, -1].max())
    return most


def _in_scenario(path: KeyPath, each: ResolvedPort, scenario: Scenario, catalogue: Catalogue) -> KeyPath:
    """The place of a port's figure in the scenario."""
    if each.slug in scenario.own_ports:
        return ("own_ports", each.slug, *path)
    layers = layers_of(each.slug, catalogue.ports[each.slug], scenario.changes, catalogue.ports)
    return scenario_path(path, layers, written(each.port))
