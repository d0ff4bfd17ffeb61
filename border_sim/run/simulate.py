"""A run: all ports of a resolved scenario, side by side in threads, into a run directory or into memory."""

import json
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from border_sim.events.sink import EventSink
from border_sim.inputs.port_plan import port_plan
from border_sim.records import RunFacts
from border_sim.run import directory
from border_sim.run.manifest import manifest_of
from border_sim.run.port_log import Sink
from border_sim.run.port_run import PortResult, Settings, run_port
from border_sim.run.run_files import RunFiles
from border_sim.run.run_tables import RunTables
from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved

_SWITCH_INTERVAL_S: Final = 0.0005
"""How long a thread may hold the interpreter: short, since compiled calls give it up and want it back."""


class Run(NamedTuple):
    """A run that is over."""

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
    stream: EventSink | None = None,
) -> Run:
    """Run every port and write metrics, logs and the manifest into `folder`, which `directory.make_directory` made.

    `stream` takes in every event of every port, from the ports' threads, while the run goes on; the manifest says that
    the run is over when the stream has kept them all.

    `days_done` is called, from any thread, with the number of local days that a port has just finished. When `stop`
    is set every port stops at the end of the days it is in, what there is is written, and the status is
    `interrupted`. Raises `OSError` if the disk does not take it all; the manifest then says `failed`, or the folder is
    empty if it took not even that.
    """
    stop = stop or threading.Event()
    began = time.perf_counter()
    facts = _facts_before()
    results: list[PortResult] = []

    def tell(status: str) -> None:
        directory.write_manifest(folder, manifest_of(resolved, settings, status, results, facts))

    with directory.emptied_on_failure(folder):
        tell("running")
    try:
        with (
            RunFiles(folder, settings.logs) as files,
            closing(_in_order(resolved, settings, files, days_done, stop, stream)) as ended,  # before the files are
        ):
            for result in ended:
                files.take(result.slug)
                results.append(result)
        if stream is not None:
            stream.flush()
    except BaseException as error:
        with suppress(OSError):
            tell("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    is_complete = len(results) == len(resolved.ports) and all(result.is_complete for result in results)
    run = Run("complete" if is_complete else "interrupted", tuple(results), time.perf_counter() - began)
    facts |= _facts_after(run.seconds, settings)
    tell(run.status)
    return run


def simulate_in_memory(resolved: Resolved, settings: Settings) -> tuple[dict[str, Any], RunTables]:
    """Run every port; the manifest as it would be read from a run directory, and the tables.

    `settings.logs` tells which tables are kept, as in a run directory; events are not. An interrupt leaves nothing.
    """
    began, facts, kept = time.perf_counter(), _facts_before(), RunTables()
    with closing(_in_order(resolved, settings, kept, lambda _: None, threading.Event())) as ended:
        results = list(ended)
    facts |= _facts_after(time.perf_counter() - began, settings)
    return json.loads(json.dumps(manifest_of(resolved, settings, "complete", results, facts))), kept


def _facts_before() -> dict[str, Any]:
    return {"started": datetime.now(UTC).isoformat(), **directory.host()}


def _facts_after(seconds: float, settings: Settings) -> dict[str, Any]:
    return {
        "seconds": round(seconds, 3),
        "peak_memory_mib": directory.peak_memory_mib(),
        "workers": settings.workers,
    }


def _in_order(
    resolved: Resolved,
    settings: Settings,
    sink: Sink,
    days_done: Callable[[int], Any],
    stop: threading.Event,
    stream: EventSink | None = None,
) -> Generator[PortResult, None, None]:
    """The results of the ports, those with the most arrivals first, as soon as each is there."""
    plans = [port_plan(port, resolved, seed=settings.seed, replication=settings.replication) for port in resolved.ports]
    facts = RunFacts(settings.run_id, settings.replication, len(plans), settings.seed, configuration_hash(resolved))
    plans.sort(key=lambda plan: -plan.expected_arrivals())  # the longest first, so that workers end together
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    try:
        with ThreadPoolExecutor(settings.workers) as pool:
            futures = [
                pool.submit(run_port, plan, settings, sink, days_done, stop, facts=facts, stream=stream)
                for plan in plans
            ]
            try:
                for future in futures:
                    if (result := future.result()) is not None:
                        yield result
            finally:
                stop.set()
    finally:
        sys.setswitchinterval(interval)
