"""One port simulated with figures to be tried, and what is compared with the real one. Trials are kept in a folder, so
that a calibration that was interrupted goes on where it was.
"""

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from border_sim.compiled import sources_hash
from border_sim.inputs.demand import demand_plan, expected_arrivals
from border_sim.inputs.local_time import local_day
from border_sim.observed.simulated import simulated_cells
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate_in_memory
from border_sim.spec.demand import Annual
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.vocabulary import HOUR_US, Mode, Station

FIRST_DAY: Final = date(2024, 1, 1)


class Trial(NamedTuple):
    """What came of a trial."""

    cells: pa.Table
    """Of `simulated_cells`"""
    simulated_over_counted: dict[Mode, float]
    """Crossings that arrived, over those that the volumes make one expect in the days simulated; without modes that
    have no volume.
    """


@dataclass(frozen=True)
class Trials:
    """Where trials are kept, and how they are made."""

    folder: Path
    seed: int
    workers: int

    def run(self, catalogue: Catalogue, ports: Iterable[str], days: int) -> dict[str, Trial]:
        """Simulate ports of a catalogue from 2024-01-01 on, each by itself; by port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(self.workers) as pool:
            slugs = list(ports)
            return dict(zip(slugs, pool.map(lambda slug: self._run(catalogue, slug, days), slugs), strict=True))

    def _run(self, catalogue: Catalogue, slug: str, days: int) -> Trial:
        resolved = resolve(Scenario(ports=(slug,)), catalogue, start=FIRST_DAY, days=days)
        words = f"{configuration_hash(resolved)} {self.seed} {sources_hash('**/*.py')}"
        path = self.folder / f"{slug}-{hashlib.sha256(words.encode()).hexdigest()[:16]}.parquet"
        if (stored := _stored(path)) is not None:
            return stored
        trial, fresh = _simulated(resolved, self.seed), path.with_suffix(".part")
        ratios = json.dumps(trial.simulated_over_counted)
        pq.write_table(trial.cells.replace_schema_metadata({"ratios": ratios}), fresh)
        fresh.replace(path)
        return trial


def _stored(path: Path) -> Trial | None:
    """A trial made before; `None` if there is none, or it cannot be read."""
    try:
        cells = pq.read_table(path)
        ratios = json.loads(cells.schema.metadata[b"ratios"])
    except (OSError, KeyError, TypeError, ValueError):  # Arrow's errors are among them
        return None
    return Trial(cells, {Mode(mode): ratio for mode, ratio in ratios.items()})


def _simulated(resolved: Resolved, seed: int) -> Trial:
    settings = RunSettings(run_id="trial", seed=seed, replication=0, window_us=HOUR_US)
    _, tables = simulate_in_memory(resolved, settings)
    (each,) = resolved.ports
    metrics = tables.table("metrics", each.slug)
    cells = simulated_cells(metrics, {each.slug: each.port.time_zone}, HOUR_US)
    doors = metrics.filter(pc.equal(metrics["station"], Station.DOOR_TO_DOOR.value))
    ratios = {}
    for mode in each.port.modes:
        arrived = pc.sum(doors.filter(pc.equal(doors["mode"], mode.value))["arrivals"]).as_py() or 0
        if counted := _counted(resolved, mode):
            ratios[mode] = arrived / counted
    return Trial(cells, ratios)


def _counted(resolved: Resolved, mode: Mode) -> float:
    """Crossings in the days of a run by the volume counted, whoever would have come besides; 0 without a volume."""
    (each,) = resolved.ports
    part = each.port.modes[mode]
    if not isinstance(part.demand, Annual):
        return 0.0
    plan = demand_plan(part, resolved, 0)
    days = (local_day(each.port.time_zone, resolved.start + timedelta(days=day)) for day in range(resolved.days))
    return float(sum(expected_arrivals(plan, day).sum() for day in days)) / part.demand.latent.factor
