"""One port of a run: its pipeline, from the conductor to its log, its windows and what it leaves behind."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from border_sim.codes import DETERRED_GATE, DETERRED_WAIT, PRESENT
from border_sim.engine.conductor import End, conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.protocol import Engine
from border_sim.engine.reference import Reference
from border_sim.events.digest import PortDigest
from border_sim.events.sink import EventSink
from border_sim.inputs.port_plan import PortPlan
from border_sim.records import PortInfo, Records, RunFacts
from border_sim.run.pipeline import Reader, digest_reader, read_all, window_reader
from border_sim.run.port_log import PortLog, Sink
from border_sim.run.summary import PortTotals, SummaryRow, summary_rows

EngineName = Literal["compiled", "reference"]
ENGINES: Final[dict[EngineName, Callable[[PortPlan], Engine]]] = {"compiled": Kernel, "reference": Reference}


@dataclass(frozen=True)
class RunSettings:
    """How a run is made. Nothing here but `seed` and `replication` changes what happens at a port."""

    run_id: str
    seed: int
    replication: int
    window_us: int
    engine: EngineName = "compiled"
    logs: frozenset[str] = frozenset()
    """`parquet`, `ndjson`, both or none"""
    workers: int = 1


class PortResult(NamedTuple):
    """What a port leaves behind."""

    slug: str
    info: PortInfo
    from_us: int
    until_us: int
    """One past the last instant, where the port's run ended or was interrupted."""
    measured_us: int
    """From the end of the warm-up until arrivals stop, or until the run was interrupted; 0: that was in the warm-up"""
    end: End | None
    """Why it is over"""
    counts: dict[str, int]
    """Candidates by what became of them, warm-up and drain included"""
    event_hash: str | None
    """`None` without a log and a stream"""
    lanes: list[SummaryRow]
    """Of the measured time, a row for each mode and lane class"""
    stations: list[SummaryRow]
    """Of the measured time, a row for each mode and station"""


def run_port(
    plan: PortPlan,
    settings: RunSettings,
    sink: Sink,
    days_done: Callable[[int], Any],
    stop: threading.Event,
    *,
    facts: RunFacts,
    stream: EventSink | None = None,
) -> PortResult:
    """Run a port to its end, or to the end of the local days in which `stop` is set; set before the first, to its first
    instant. Events say `facts` of the run, and go to `stream` too.
    """
    counts, totals = Counter[str](), PortTotals(plan.slug, plan.horizon_us)
    digest = PortDigest() if settings.logs or stream is not None else None
    with PortLog(sink, plan.info, settings.logs, facts, stream) as log:
        readers: list[Reader] = [
            lambda stretch: counts.update(_counts(stretch.records, is_over=stretch.end is not None)),
            window_reader(
                plan.info, settings.window_us, lambda windows: totals.add(windows, plan.info.pools), log.add_windows
            ),
            log.add,
            lambda stretch: days_done(stretch.days),
        ]
        if digest is not None:
            readers.append(digest_reader(digest))
        port_end = read_all(conduct(plan, ENGINES[settings.engine](plan), is_stopped=stop.is_set), *readers)
    totals.end(plan.measured_from_us, port_end.until_us, settings.window_us)
    return PortResult(
        plan.slug,
        plan.info,
        plan.begins_us,
        port_end.until_us,
        max(0, min(port_end.until_us, plan.horizon_us) - plan.measured_from_us),
        port_end.end,
        dict(counts),
        digest.hexdigest() if digest else None,
        summary_rows([totals], ("port", "mode", "lane")),
        summary_rows([totals], ("port", "mode", "station")),
    )


def _counts(records: Records, *, is_over: bool) -> dict[str, int]:
    """Candidates that came in the period, releases in it, and who is left when the port's run is over."""
    crossings, from_us = records.crossings, records.from_us
    came = crossings.arrived_us >= from_us
    deterred_wait = int((came & (crossings.outcome == DETERRED_WAIT)).sum())
    deterred_gate = int((came & (crossings.outcome == DETERRED_GATE)).sum())
    return {
        "candidates": int(came.sum()),
        "arrived": int(came.sum()) - deterred_wait - deterred_gate,
        "deterred_wait": deterred_wait,
        "deterred_gate": deterred_gate,
        "released": int((crossings.released_us >= from_us).sum()),
        "present": int((crossings.outcome == PRESENT).sum()) if is_over else 0,
    }
