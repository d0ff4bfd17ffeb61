"""Booths that a scenario gives and that its plan or roster never opens, and rosters that are cut: what only the arrays
of the run can tell.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from math import floor
from typing import NamedTuple

import numpy as np

from border_sim.inputs.local_time import local_day
from border_sim.inputs.planned_booths import plan_booths, planned_mode, pool_group
from border_sim.inputs.roster_notices import closed_pools, cut_rosters, idle_answers, why_never_rostered
from border_sim.records import Array
from border_sim.spec.changed_ports import with_ports
from border_sim.spec.layers import layers_of, scenario_path
from border_sim.spec.notice import Notice
from border_sim.spec.port import PortMode
from border_sim.spec.port_check import written
from border_sim.spec.problem import KeyPath
from border_sim.spec.scenario import Catalogue, Resolved, ResolvedPort, Scenario
from border_sim.spec.staffing import Planned, Roster
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
    staffing never opens in the run, or a roster ever; and for each roster that installed booths or officers cut.
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
            if isinstance(part.staffing, Roster):
                below = None if is_own else _below(changed, each.slug)
                for notice in _of_roster(mode, part, part.staffing, below, is_capped=_is_capped(each, mode, resolved)):
                    yield each.slug, notice._replace(path=_in_scenario(notice.path, each, scenario, catalogue))
            if not isinstance(part.staffing, Planned) or not isinstance(baseline.staffing, Planned):
                continue
            for notice in _of_staffing(mode, part, part.staffing, resolved):
                if is_own or _is_in(changed, each.slug, *notice.path):
                    yield each.slug, notice._replace(path=_in_scenario(notice.path, each, scenario, catalogue))
            given = [one for one in _given(mode, part) if is_own or _is_in(changed, each.slug, *one.named)]
            opened = _most_open(each, mode, resolved) if given else None
            for one in given:
                assert opened is not None
                if message := _why_closed(one, mode, opened, each, resolved):
                    yield each.slug, Notice(_in_scenario(one.path, each, scenario, catalogue), str(one.booths), message)


def _of_staffing(mode: Mode, part: PortMode, staffing: Planned, resolved: Resolved) -> Iterator[Notice]:
    """Booths to plan with above what the pools of their group may open."""
    limits = [pool.max_open for pool in part.pools]
    for group, booths in staffing.booths.items():
        most = [pool.max_open for pool in part.pools if pool_group(mode, pool, staffing) == group]
        if most and floor(resolved.planning.share_of_booths[group] * booths) > sum(most):
            too_few = part.installed.booths < booths + sum(limits) - sum(most)
            raised = "max_open and installed" if too_few else "max_open"
            message = f"the pools of {group} open {sum(most)} at most; raise their {raised}"
            yield Notice(("modes", mode.value, "staffing", "booths", group), str(booths), message)


def _of_roster(
    mode: Mode, part: PortMode, roster: Roster, changed: Collection[KeyPath] | None, *, is_capped: bool
) -> Iterator[Notice]:
    """Booths that a roster never opens, what cuts it, and answers without a booth, so far as it is `changed` (`None`:
    all is the scenario's); `is_capped`: a disruption leaves it fewer booths at times.
    """

    def is_given(key: str) -> bool:
        path = ("modes", mode.value, key)
        return changed is None or _is_in(changed, *path) or any(each[:3] == path for each in changed)

    for one in _given(mode, part):
        is_new = changed is None or _is_in(changed, *one.named)
        if is_new and (message := why_never_rostered(part, roster, one.booths, one.pool)):
            yield Notice(one.path, str(one.booths), message)
    for notice in closed_pools(mode, part, roster) if is_given("staffing") else ():
        yield notice._replace(path=("modes", mode.value, *notice.path))
    for notice in idle_answers(part, roster) if is_given("staffing") and not is_capped else ():
        yield notice._replace(path=("modes", mode.value, *notice.path))
    for limit, how in cut_rosters(part, roster):
        if key := next((key for key in ("staffing", limit) if is_given(key)), None):
            yield Notice(("modes", mode.value, key), "", how)


def _is_capped(each: ResolvedPort, mode: Mode, resolved: Resolved) -> bool:
    """Whether a disruption caps the booths of a mode, so that its pools may lend each other what is left."""
    mine = [
        disruption for disruption in resolved.disruptions if (disruption.port, disruption.mode) == (each.slug, mode)
    ]
    return any(disruption.booths_cap is not None for disruption in mine)


def _below(changed: Collection[KeyPath], slug: str) -> set[KeyPath]:
    """What is changed of a port, by its own key paths."""
    return {path[1:] for path in changed if path[:1] == (slug,)}


def _is_in(changed: Collection[KeyPath], *path: str | int) -> bool:
    """Whether a figure is changed, or stands in something that is new as a whole."""
    return any(path[:length] in changed for length in range(1, 1 + len(path)))


def _given(mode: Mode, part: PortMode) -> Iterator[_Given]:
    path: KeyPath = ("modes", mode.value, "installed", "booths")
    yield _Given(path, path, part.installed.booths, None)
    for place, pool in enumerate(part.pools):
        at: list[KeyPath] = [("modes", mode.value, "pools", each, "max_open") for each in (place, pool.name)]
        yield _Given(at[0], at[1], pool.max_open, place)


def _why_closed(one: _Given, mode: Mode, opened: Array, each: ResolvedPort, resolved: Resolved) -> str | None:
    """Why some of these booths are never open, of what is not said of `max_open` elsewhere; `None`: they all are."""
    part, baseline = each.port.modes[mode], each.baseline.modes[mode]
    assert isinstance(part.staffing, Planned)
    most = int(opened[-1 if one.pool is None else one.pool])
    if one.booths <= most or (one.pool is None and most >= sum(pool.max_open for pool in part.pools)):
        return None
    if baseline is not part:
        return f"the baseline's plan never opens more than {most}; restate staffing, with booths to plan with"
    groups = [pool_group(mode, pool, part.staffing) for pool in part.pools]
    those = [group for group in dict.fromkeys(groups) if group and (one.pool is None or group == groups[one.pool])]
    planned = sum(floor(resolved.planning.share_of_booths[group] * part.staffing.booths[group]) for group in those)
    open_together = sum(int(booths) for group, booths in zip(groups, opened[:-1], strict=True) if group in those)
    if open_together >= planned:
        return f"staffing.booths gives {', '.join(those)} {planned} to plan with, all of which open; raise it too"
    return f"the plan of this run never opens more than {most}: nobody is expected who would need more"


def _most_open(each: ResolvedPort, mode: Mode, resolved: Resolved) -> Array:
    """The most booths of each pool, and of all together, that are open at once by the plan: int64 (pools + 1,). The
    mode's limit is cut over the pools in file order.
    """
    zone, part = each.port.time_zone, each.port.modes[mode]
    first = resolved.start - timedelta(resolved.warm_up_days)
    days = [local_day(zone, first + timedelta(day)) for day in range(resolved.warm_up_days + resolved.days)]
    start_us = local_day(zone, resolved.start).begins_us
    planned = planned_mode(mode, part, each.baseline.modes[mode], resolved, start_us)
    wanted = np.minimum(plan_booths(planned, zone, days), [pool.max_open for pool in part.pools])
    together = np.minimum(wanted.cumsum(axis=1), part.installed.booths)
    most: Array = np.append(np.diff(together, axis=1, prepend=0).max(axis=0), together[:, -1].max())
    return most


def _in_scenario(path: KeyPath, each: ResolvedPort, scenario: Scenario, catalogue: Catalogue) -> KeyPath:
    """The place of a port's figure in the scenario."""
    if each.slug in scenario.own_ports:
        return ("own_ports", each.slug, *path)
    layers = layers_of(each.slug, catalogue.ports[each.slug], scenario.changes, catalogue.ports)
    return scenario_path(path, layers, written(each.port))
