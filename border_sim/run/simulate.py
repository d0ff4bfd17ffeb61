"""A run: all ports of a resolved scenario, side by side in threads, into a run directory or into memory."""

import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from border_sim.engine.conductor import End
from border_sim.events.sink import EventSink
from border_sim.inputs.port_plan import port_plan
from border_sim.records import RunFacts
from border_sim.run import host
from border_sim.run.in_memory import RunTables
from border_sim.run.manifest import manifest_of, mark_failed, write_manifest
from border_sim.run.manifest_model import Manifest, RunInfo, Status
from border_sim.run.new_directory import emptied_on_failure
from border_sim.run.port_log import Sink
from border_sim.run.port_run import PortResult, RunSettings, run_port
from border_sim.run.run_files import RunFiles
from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved

_SWITCH_INTERVAL_S: Final = 0.0005
"""How long a thread may hold the interpreter: short, since compiled calls give it up and want it back."""

_LOOK_EVERY_S: Final = 0.2
"""How soon a signal is answered that came just as the main thread began to wait."""


class Run(NamedTuple):
    """A run that is over."""

    status: Literal["complete", "interrupted"]
    ports: tuple[PortResult, ...]
    seconds: float


def simulate(
    resolved: Resolved,
    settings: RunSettings,
    folder: Path,
    *,
    days_done: Callable[[int], Any] = lambda _: None,
    stop: threading.Event | None = None,
    stream: EventSink | None = None,
) -> Run:
    """Run every port and write metrics, logs and the manifest into `folder`, which `new_directory.make_directory` made.

    `stream` takes in every event of every port, from the ports' threads, while the run goes on; the manifest says that
    the run is over when the stream has kept them all.

    `days_done` is called, from any thread, with the number of local days that a port has just finished. When `stop`
    is set every port stops at the end of the days it is in, one that has not begun at its first instant. There its run
    ends for all readers, what there is is written, and the status is `interrupted`. Raises `OSError` if the disk does
    not take it all. Whatever is raised, a `KeyboardInterrupt` too, the manifest then says `failed`, since a file may
    end anywhere; the folder is empty if the disk took not even that.
    """
    stop = stop or threading.Event()
    began = time.perf_counter()
    info = _info_before(settings)
    results: list[PortResult] = []

    def write(status: Status, info: RunInfo) -> None:
        write_manifest(folder, manifest_of(resolved, settings, status, results, info))

    with emptied_on_failure(folder):
        write("running", info)
    try:
        with (
            RunFiles(folder, settings.logs) as files,
            closing(_in_order(resolved, settings, files, days_done, stop, stream)) as ended,  # before the files are
        ):
            for result in ended:
                files.add_port(result.slug)
                results.append(result)
        if stream is not None:
            stream.flush()
        is_complete = all(result.end is End.COMPLETE for result in results)
        run = Run("complete" if is_complete else "interrupted", tuple(results), time.perf_counter() - began)
        write(run.status, _info_after(info, run.seconds))
    except BaseException:
        mark_failed(folder)  # the disk may be full
        with suppress(OSError):
            write("failed", info)
        raise
    return run


def simulate_in_memory(resolved: Resolved, settings: RunSettings) -> tuple[Manifest, RunTables]:
    """Run every port; its manifest and tables.

    `settings.logs` tells which tables are kept, as in a run directory; events are not. An interrupt leaves nothing.
    """
    began, info, tables = time.perf_counter(), _info_before(settings), RunTables()
    with closing(_in_order(resolved, settings, tables, lambda _: None, threading.Event())) as ended:
        results = list(ended)
    info = _info_after(info, time.perf_counter() - began)
    return manifest_of(resolved, settings, "complete", results, info), tables


def _info_before(settings: RunSettings) -> RunInfo:
    return RunInfo(started=datetime.now(UTC).isoformat(), workers=settings.workers, **host.host())


def _info_after(info: RunInfo, seconds: float) -> RunInfo:
    return info.model_copy(update={"seconds": round(seconds, 3), "peak_memory_mib": host.peak_memory_mib()})


def _in_order(
    resolved: Resolved,
    settings: RunSettings,
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
                    yield _awaited(future)
            finally:
                stop.set()
                for future in futures:  # left over by a failure
                    future.cancel()
    finally:
        sys.setswitchinterval(interval)


def _awaited(future: Future[PortResult]) -> PortResult:
    """What a future gives. A wait without end would miss a signal that comes between the interpreter's last look for
    one and the wait itself; on a busy machine a second Ctrl-C often does.
    """
    while not wait([future], _LOOK_EVERY_S).done:
        pass
    return future.result()
