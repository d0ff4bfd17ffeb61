"""A run: all ports of a resolved scenario, side by side in threads, into a run directory."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from border_sim.engine.plan import PortPlan, port_plan
from border_sim.metrics.windows import SCHEMA as WINDOWS_SCHEMA
from border_sim.run import directory, tables
from border_sim.run.manifest import manifest_of
from border_sim.run.port_log import piece
from border_sim.run.port_run import PortResult, Settings, run_port
from border_sim.spec.scenario import Resolved

_SWITCH_INTERVAL_S: Final = 0.0005
"""How long a thread may hold the interpreter: short, since compiled calls give it up and want it back."""

TABLE_SCHEMAS: Final = {
    "booths": tables.STAFFING_SCHEMA,
    "posted": tables.POSTED_SCHEMA,
    "disruptions": tables.DISRUPTIONS_SCHEMA,
}


class Run(NamedTuple):
    """A run that is over; the tables of `ports` are written and gone."""

    status: str
    """`complete` or `interrupted`"""
    ports: tuple[PortResult, ...]
    seconds: float


def simulate(
    resolved: Resolved,
    settings: Settings,
    folder: Path,
    *,
    days_done: Callable[[int], Any] = lambda _: None,
    stop: threading.Event | None = None,
) -> Run:
    """Run every port and write metrics, logs and the manifest into `folder`, which `directory.make_directory` made.

    `days_done` is called, from any thread, when a port has finished a local day. When `stop` is set every port stops
    at the end of its day, what there is is written, and the run's status is `interrupted`. Raises `OSError` if the
    disk does not take it all; the manifest then says `failed`.
    """
    stop = stop or threading.Event()
    began, facts = time.perf_counter(), {"started": datetime.now(UTC).isoformat(), **directory.host()}
    results: list[PortResult] = []

    def tell(status: str) -> None:
        directory.write_manifest(folder, manifest_of(resolved, settings, status, results, facts))

    tell("running")
    plans = [port_plan(port, resolved, seed=settings.seed, replication=settings.replication) for port in resolved.ports]
    try:
        with _RunFiles(folder, settings.logs) as files:
            for result in _in_order(plans, settings, folder, days_done, stop):
                files.take(result)
                results.append(result._replace(tables={}))
    except OSError:
        with suppress(OSError):
            tell("failed")
        raise
    is_complete = len(results) == len(plans) and all(result.is_complete for result in results)
    run = Run("complete" if is_complete else "interrupted", tuple(results), time.perf_counter() - began)
    facts |= {
        "seconds": round(run.seconds, 3),
        "peak_memory_mib": directory.peak_memory_mib(),
        "workers": settings.workers,
    }
    tell(run.status)
    return run


def _in_order(
    plans: list[PortPlan], settings: Settings, folder: Path, days_done: Callable[[int], Any], stop: threading.Event
) -> Iterator[PortResult]:
    """The results of the ports in their order, as soon as each is there."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    try:
        with ThreadPoolExecutor(settings.workers) as pool:
            futures = deque(pool.submit(run_port, plan, settings, folder, days_done, stop) for plan in plans)
            try:
                while futures:  # each is let go when it has been taken, so that its tables are
                    if (result := futures.popleft().result()) is not None:
                        yield result
            finally:
                stop.set()
    finally:
        sys.setswitchinterval(interval)


class _RunFiles:
    """The files of a run that hold all ports, in slug order; closed on every way out."""

    def __init__(self, folder: Path, logs: frozenset[str]) -> None:
        self._folder, self._logs = folder, logs
        self._stack = ExitStack()

    def __enter__(self) -> "_RunFiles":
        schemas = {"metrics": WINDOWS_SCHEMA} | (TABLE_SCHEMAS if "parquet" in self._logs else {})
        self._writers = {
            name: self._stack.enter_context(
                pq.ParquetWriter(self._folder / f"{name}.parquet", schema, compression="zstd")
            )
            for name, schema in schemas.items()
        }
        self._events = (
            self._stack.enter_context((self._folder / directory.EVENTS).open("wb")) if "ndjson" in self._logs else None
        )
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()
        for left_over in self._folder.glob(piece(Path(), "*").name):
            left_over.unlink()

    def take(self, result: PortResult) -> None:
        """Add a port: its tables, and its piece of the events (zstd frames may stand one behind the other)."""
        for name, table in result.tables.items():
            self._writers[name].write_table(table.cast(self._writers[name].schema))
        if self._events:
            mine = piece(self._folder, result.slug)
            with mine.open("rb") as source:
                copyfileobj(source, self._events)
            mine.unlink()
