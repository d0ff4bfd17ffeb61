"""The lines of the table, each with its bar."""

from collections.abc import Iterator
from typing import Final

from tests.benchmarks.commands import LongRun, day_seconds, help_seconds, loading_seconds
from tests.benchmarks.contenders import (
    Contender,
    all_ports,
    ciw_nodes,
    compiled,
    events_and_windows,
    limit,
    reference,
    simpy_callbacks,
    simpy_processes,
)
from tests.benchmarks.rounds import Results
from tests.benchmarks.scrapes import Scrape
from tests.benchmarks.table import Bar, Row

RATE_BAR: Final = 8e6
RATIO_BAR: Final = 70
SECONDS_BAR: Final = 40
MEMORY_BAR_MIB: Final = 400
DAY_BAR_S: Final = 1.5
SCRAPE_BAR_S: Final = 0.1

PLAIN_PORT: Final[dict[Contender, str]] = {
    reference: "plain port: reference engine (SimPy), draws included",
    simpy_processes: "plain port: SimPy, a process per crossing, drawn beforehand",
    simpy_callbacks: "plain port: SimPy, callbacks, drawn beforehand",
    ciw_nodes: "plain port: Ciw, its own draws",
    limit: "the limit: the plain port's draws and six columns, no queue",
}


def engine_rows(results: Results, ports: int) -> Iterator[Row]:
    """The engines and their peers."""
    catalogue, engine, peer = results[all_ports], results[compiled], results[simpy_processes]
    name = f"{ports} ports, a week after a day of warm-up: compiled engine, draws and calendars included, one core"
    bar = Bar(f"≥ {RATE_BAR / 1e6:.0f} M/s", is_met=catalogue.rate >= RATE_BAR)
    yield Row(name, _rate(catalogue.rate), catalogue.crossings, catalogue.mean_wait_s, bar=bar)
    ratio = engine.against(peer)
    name, bar = "plain port: compiled engine, draws included", Bar(f"≥ {RATIO_BAR} x", is_met=ratio >= RATIO_BAR)
    yield Row(name, _rate(engine.rate), engine.crossings, engine.mean_wait_s, ratio, bar)
    for contender, name in PLAIN_PORT.items():
        mine = results[contender]
        yield Row(name, _rate(mine.rate), mine.crossings, mine.mean_wait_s, mine.against(peer))
    told = results[events_and_windows]
    name = f"{ports} ports: events and metrics windows from the records, one core"
    yield Row(name, f"{1e9 / told.rate:.0f} ns a crossing", told.crossings)


def command_rows(run: LongRun, options: str, day_options: str) -> Iterator[Row]:
    """The long run, a day with its report, and how quickly the command starts."""
    name = f"`border-sim run {options}`, {run.ports} ports"
    bar = Bar(f"≤ {SECONDS_BAR} s", is_met=run.seconds <= SECONDS_BAR)
    result = f"{run.seconds:.1f} s, {_rate(run.crossings / run.seconds)}"
    yield Row(name, result, run.crossings, run.mean_wait_s, bar=bar)
    bar = Bar(f"≤ {MEMORY_BAR_MIB} MiB", is_met=run.peak_memory_mib <= MEMORY_BAR_MIB)
    yield Row("the same: peak memory", f"{run.peak_memory_mib} MiB", bar=bar)
    seconds = day_seconds(day_options)
    name = f"`border-sim run {f'{day_options} ' if day_options else ''}--days 1` and its report, the whole command"
    bar = Bar(f"≤ {DAY_BAR_S} s", is_met=seconds <= DAY_BAR_S)
    yield Row(f"{name}, {run.ports} ports", f"{seconds:.2f} s", bar=bar)
    yield Row("`border-sim --help`", f"{help_seconds():.2f} s")
    ports, seconds = loading_seconds()
    yield Row(f"reading and checking the catalogue, {ports} ports", f"{seconds:.3f} s")


def scrape_row(scraped: Scrape) -> Row:
    """A scrape of a live run."""
    bar = Bar(f"< {SCRAPE_BAR_S * 1_000:.0f} ms", is_met=scraped.seconds < SCRAPE_BAR_S)
    name = f"a scrape of {scraped.ports} ports, {scraped.series:,} series, compressed"
    return Row(name, f"{scraped.seconds * 1_000:.0f} ms, {scraped.size / 1e3:.0f} kB before", bar=bar)


def _rate(per_second: float) -> str:
    return f"{per_second / 1e6:,.3g} M/s"
