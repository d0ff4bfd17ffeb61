"""The baseline resembles the border: waits, queues and booths over 30 weeks of independent seeds, and a year's volumes.

The calibration draws from seed 1; the seeds here are others.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import PortPlan, port_plan
from border_sim.loading.observed import load_observed
from border_sim.observed.compare import compared, errors
from border_sim.observed.simulated import simulated_cells
from border_sim.records import Array, Crossings, PostedWaits, StaffingChanges, concatenate, select
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate_in_memory
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import Port, PortMode
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, ResolvedPort, Scenario
from border_sim.vocabulary import HOUR_US, MISSING, LaneClass, Mode, Outcome, Station, code

SEEDS = range(2, 32)
YEAR_SEED = 7
OFF = {("brownsville-bm", Mode.PASSENGER): 0.045}
"""How far a year's crossings are from those counted where that is more than 2%: latent demand was calibrated with the
rule of planned booths that forgot arrivals; with work due B&M opens more booths and serves more."""
HOUR_S = 3600
OBSERVED_SD_MIN, SMALLEST_AUTOCORRELATION = 14.0, 0.5
"""Of hourly posted waits less the hour's mean at Ysleta's general lanes. In CBP's historical days (El Paso, Dec 2024 -
Dec 2025) the autocorrelation from one hour to the next is .78."""


def settings(seed: int) -> RunSettings:
    return RunSettings(run_id="plausible", seed=seed, replication=0, window_us=HOUR_US)


def every(function: Any, jobs: Any) -> list[Any]:
    """What a function gives for each job, made side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, jobs))


# Posted waits at the ports with observed cells.


@pytest.fixture(scope="module")
def observed_weeks(catalogue: Catalogue) -> tuple[pa.Table, dict[str, str]]:
    """The hourly windows at primary of a week of each seed (column `seed`), and the zones of the ports."""
    slugs = sorted(pc.unique(load_observed().cells["port"]).to_pylist())
    resolved = resolve(Scenario(ports=tuple(slugs)), catalogue, days=7)

    def week(seed: int) -> pa.Table:
        tables = simulate_in_memory(resolved, settings(seed))[1]
        windows = pa.concat_tables(tables.table("metrics", slug) for slug in slugs)
        windows = windows.filter(pc.equal(windows["station"], Station.PRIMARY.value))
        return windows.append_column("seed", pa.array(np.full(len(windows), seed)))

    zones = {port.slug: port.port.time_zone for port in resolved.ports}
    return pa.concat_tables(every(week, SEEDS)).unify_dictionaries(), zones


def test_mean_posted_waits_are_between_half_and_twice_those_observed(observed_weeks):
    windows, zones = observed_weeks
    cells = compared(load_observed().cells, simulated_cells(windows, zones, HOUR_US))
    means = errors(cells, ["mode", "lane_class"]).to_pylist()

    assert {(row["mode"], row["lane_class"]) for row in means} == {
        *(("passenger", lane) for lane in ("standard", "ready", "sentri")),
        *(("commercial", lane) for lane in ("standard", "fast")),
        ("pedestrian", "standard"),
    }
    ratios = {(row["mode"], row["lane_class"]): row["simulated_min"] / row["observed_min"] for row in means}
    assert {lane: ratio for lane, ratio in ratios.items() if not 0.5 <= ratio <= 2} == {}


@pytest.mark.parametrize("lane_class", [LaneClass.STANDARD, LaneClass.READY])
def test_waits_at_ysletas_general_lanes_vary_and_last_as_observed(observed_weeks, lane_class):
    deviations = hourly_deviations(observed_weeks[0], observed_weeks[1], lane_class)
    pairs = np.array(
        [
            (minutes, deviations[day, hour + 1])
            for (day, hour), minutes in deviations.items()
            if (day, hour + 1) in deviations
        ]
    )

    assert len(deviations) > 0.8 * len(SEEDS) * 7 * 24  # Ready is closed in some nights
    assert np.std(list(deviations.values())) == pytest.approx(OBSERVED_SD_MIN, rel=1 / 3)
    assert np.corrcoef(pairs.T)[0, 1] >= SMALLEST_AUTOCORRELATION


def hourly_deviations(windows: pa.Table, zones: dict[str, str], lane_class: LaneClass) -> dict[tuple[Any, int], float]:
    """By day of a seed and local hour, the posted wait less the mean of that hour, minutes."""
    ours = windows.filter(
        pc.and_(pc.equal(windows["port"], "ysleta-zaragoza"), pc.equal(windows["lane_class"], lane_class))
    )
    ours = ours.filter(pc.and_(pc.equal(ours["mode"], Mode.PASSENGER), pc.greater(ours["postings"], 0)))
    local = pc.cast(ours["window_us"], pa.timestamp("us", zones["ysleta-zaragoza"]))
    hours = pc.hour(local).to_numpy()
    minutes = ours["posted_min"].to_numpy() / ours["postings"].to_numpy()
    means = np.bincount(hours, minutes) / np.bincount(hours)
    days = zip(ours["seed"].to_pylist(), pc.day(local).to_pylist(), strict=True)
    return dict(zip(zip(days, hours.tolist(), strict=True), (minutes - means[hours]).tolist(), strict=True))


# Queues and booths at all ports.


class Week(NamedTuple):
    """What is looked at of a week at a port."""

    slug: str
    seed: int
    port: Port
    served: set[Mode]
    queues: dict[tuple[Mode, LaneClass], int]
    """Waiting for primary at the end"""
    most_open: dict[Mode, int]
    """The most booths open at any instant"""


@pytest.fixture(scope="module")
def weeks(catalogue: Catalogue) -> list[Week]:
    """A week of every port and seed."""
    resolved = resolve(Scenario(), catalogue, days=7)
    return every(lambda job: week_of(resolved, *job), [(seed, port) for seed in SEEDS for port in resolved.ports])


def week_of(resolved: Resolved, seed: int, each: ResolvedPort) -> Week:
    plan = port_plan(each, resolved, seed=seed)
    periods = [period.records for period in conduct(plan, Kernel(plan))]
    posted = concatenate([records.posted for records in periods])
    staffing = concatenate([records.staffing for records in periods])
    served = set().union(*(served_modes(records.crossings) for records in periods))
    return Week(each.slug, seed, each.port, served, queues_at_the_end(plan, posted), most_open(plan, staffing))


def served_modes(crossings: Crossings) -> set[Mode]:
    return {list(Mode)[place] for place in np.unique(crossings.mode[crossings.started_us != MISSING])}


def queues_at_the_end(plan: PortPlan, posted: PostedWaits) -> dict[tuple[Mode, LaneClass], int]:
    """The queues when waits were posted at the horizon; none if the port was empty then, which ends the run."""
    last = select(posted, posted.t_us == plan.horizon_us)
    rows = zip(last.mode.tolist(), last.lane_class.tolist(), last.queue.tolist(), strict=True)
    return {(list(Mode)[mode], list(LaneClass)[lane]): queue for mode, lane, queue in rows}


def most_open(plan: PortPlan, staffing: StaffingChanges) -> dict[Mode, int]:
    """By mode, the most booths open together once all changes of an instant are made."""
    now, most = dict.fromkeys(range(len(plan.pools)), 0), dict.fromkeys(plan.modes, 0)
    begins = np.flatnonzero(np.diff(staffing.t_us, prepend=-1))
    for rows in np.split(np.arange(staffing.t_us.size), begins[1:]):
        now |= dict(zip(staffing.pool[rows].tolist(), staffing.open_booths[rows].tolist(), strict=True))
        for mode in most:
            together = sum(now[place] for place, pool in enumerate(plan.pools) if pool.info.mode is mode)
            most[mode] = max(most[mode], together)
    return most


def test_every_port_with_demand_in_a_mode_serves_it(weeks):
    assert len(weeks) == 47 * len(SEEDS)
    assert {(week.slug, mode) for week in weeks for mode in week.port.modes if mode not in week.served} == set()


def test_open_booths_are_never_above_those_installed(weeks):
    above = {
        (week.slug, mode): booths
        for week in weeks
        for mode, booths in week.most_open.items()
        if booths > week.port.modes[mode].installed.booths
    }

    assert all(sum(week.most_open.values()) > 0 for week in weeks)
    assert above == {}


def test_no_queue_at_the_end_of_a_week_is_above_an_hours_capacity_of_its_booths(weeks):
    long = {
        (week.slug, mode, lane, week.seed): queue
        for week in weeks
        for (mode, lane), queue in week.queues.items()
        if queue > hourly_capacity(week.port.modes[mode], lane)
    }
    much = {
        (week.slug, mode, week.seed): work_s
        for week in weeks
        for mode, part in week.port.modes.items()
        if (work_s := work_waiting_s(week, mode)) > HOUR_S * part.installed.booths
    }

    assert all(set(week.queues) in (set(), set(lanes_of(week.port))) for week in weeks)
    assert long == {}
    assert much == {}


def lanes_of(port: Port) -> Iterator[tuple[Mode, LaneClass]]:
    return ((mode, lane) for mode, part in port.modes.items() for lane in part.served())


def hourly_capacity(part: PortMode, lane: LaneClass) -> float:
    """Crossings of a lane class that all booths of the pools that serve it pass in an hour."""
    booths = sum(pool.max_open for pool in part.pools if any(lane in rank for rank in pool.serves))
    return booths * HOUR_S / mean_s(part, lane)


def work_waiting_s(week: Week, mode: Mode) -> float:
    """Booth-seconds that a mode's queues will take."""
    part = week.port.modes[mode]
    return sum(queue * mean_s(part, lane) for (of, lane), queue in week.queues.items() if of is mode)


def mean_s(part: PortMode, lane: LaneClass) -> float:
    """Mean service time at primary."""
    assert isinstance(part.inspection, Inspection)
    return part.inspection.service[lane].mean_s


# A year's volumes.


def test_a_years_crossings_are_those_counted(catalogue: Catalogue):
    resolved = resolve(Scenario(), catalogue, start=date(2024, 1, 1), days=366)
    plans = [port_plan(port, resolved, seed=YEAR_SEED) for port in resolved.ports]
    plans.sort(key=lambda plan: -plan.expected_arrivals())
    crossings = dict(zip((plan.slug for plan in plans), every(crossings_of, plans), strict=True))
    far_off = {
        (slug, mode): (came, counted)
        for slug, mode, counted in volumes(resolved)
        if abs((came := crossings[slug][mode]) - counted) > OFF.get((slug, mode), 0.02) * counted + 4 * sqrt(counted)
    }

    assert sum(map(len, crossings.values())) == sum(1 for _ in volumes(resolved))
    assert far_off == {}


def volumes(resolved: Resolved) -> Iterator[tuple[str, Mode, int]]:
    """By port and mode, the crossings counted in the year of its volume."""
    for each in resolved.ports:
        for mode, part in each.port.modes.items():
            yield each.slug, mode, part.demand.volumes[part.demand.volume_year]


def crossings_of(plan: PortPlan) -> dict[Mode, int]:
    """By mode, the crossings that arrived after the warm-up."""
    counts = np.zeros(len(Mode), np.int64)
    for period in conduct(plan, Kernel(plan)):
        came = arrived(period.records.crossings, max(period.records.from_us, plan.measured_from_us))
        counts += np.bincount(period.records.crossings.mode[came], minlength=len(Mode))
    return {mode: int(counts[code(mode)]) for mode in plan.modes}


def arrived(crossings: Crossings, from_us: int) -> Array:
    """Which candidates came, from an instant on."""
    return (crossings.arrived_us >= from_us) & (crossings.outcome <= code(Outcome.RELEASED))
