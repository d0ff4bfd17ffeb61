"""One port of a run: conducted day by day, told to its log and folded into windows."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from border_sim.codes import DETERRED_GATE, DETERRED_WAIT, PRESENT
from border_sim.engine.conductor import End, Period, conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.protocol import Engine
from border_sim.engine.reference import Reference
from border_sim.events.digest import PortDigest
from border_sim.events.order import events_of
from border_sim.events.sink import EventSink
from border_sim.inputs.port_plan import PortPlan
from border_sim.metrics.fold import fold
from border_sim.metrics.state import FoldState, new_state
from border_sim.records import PortInfo, Records, RunFacts
from border_sim.run.port_log import PortLog, Sink
from border_sim.run.summary import LaneSummary, LaneTotals

EngineName = Literal["compiled", "reference"]
ENGINES: Final[dict[EngineName, Callable[[PortPlan], Engine]]] = {"compiled": Kernel, "reference": Reference}


@dataclass(frozen=True)
class Settings:
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
    end: End | None
    """Why it is over"""
    counts: dict[str, int]
    """Candidates by what became of them, warm-up and drain included"""
    event_hash: str | None
    """`None` without a log and a stream"""
    lanes: list[LaneSummary]
    deterred: int
    """Candidates that stayed away in the measured time, because of the posted wait or a closed gate"""


def run_port(
    plan: PortPlan,
    settings: Settings,
    sink: Sink,
    days_done: Callable[[int], Any],
    stop: threading.Event,
    *,
    facts: RunFacts,
    stream: EventSink | None = None,
) -> PortResult | None:
    """Run a port to its end, or to the end of the local days in which `stop` is set; `None` if it was set before
    the first. Events say `facts` of the run, and go to `stream` too.
    """
    if stop.is_set():
        return None
    outcomes, lanes, state = Counter[str](), LaneTotals(), new_state(plan.info, settings.window_us)
    digest = PortDigest() if settings.logs or stream is not None else None
    with PortLog(sink, plan.info, settings.logs, facts, stream) as log:
        for period in conduct(plan, ENGINES[settings.engine](plan)):
            until_us, end = period.records.until_us, period.end
            is_over = end is not None or stop.is_set()
            outcomes.update(_outcomes(period.records, is_over=is_over))
            _tell(period, state, lanes, digest, log, is_over=is_over)
            days_done(period.days)
            del period  # or its columns stay in memory while the next days are made
            if is_over:
                break
    return PortResult(
        plan.slug,
        plan.info,
        plan.begins_us,
        until_us,
        end,
        dict(outcomes),
        digest.hexdigest() if digest else None,
        lanes.summaries(),
        lanes.deterred,
    )


def _tell(
    period: Period, state: FoldState, lanes: LaneTotals, digest: PortDigest | None, log: PortLog, *, is_over: bool
) -> None:
    """Tell a period's events to the fold, the digest and the log."""
    events = events_of(period.records, starts=period.is_first, ends=period.is_last)
    windows = fold(state, events)
    lanes.add(windows)
    if digest:
        digest.update(events)
    log.write(period.records, events, windows, is_over=is_over)


def _outcomes(records: Records, *, is_over: bool) -> dict[str, int]:
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
