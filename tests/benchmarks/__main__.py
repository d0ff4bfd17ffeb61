"""`make bench`: time the engines, their peers, the commands and the stream, prove their work, and hold the bars."""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from subprocess import CalledProcessError
from typing import Final, Literal, NamedTuple

import click

from border_sim.run.host import give_back_memory
from border_sim.streaming.broker.clients import StreamingError
from tests.benchmarks.commands import long_run
from tests.benchmarks.machine import clients, machine
from tests.benchmarks.rounds import measure
from tests.benchmarks.rows import command_rows, engine_rows, scrape_row
from tests.benchmarks.scrapes import scrape
from tests.benchmarks.stream_rounds import Ports, measure_streams, own_broker
from tests.benchmarks.stream_rows import stream_rows
from tests.benchmarks.table import MarkersError, Row, StreamRow, markdown, put_between_markers, stream_markdown
from tests.benchmarks.traffic import QUIET_PORTS, texan_ports
from tests.benchmarks.work import DifferentWorkError
from tests.benchmarks.workloads import load_settings
from tests.broker import BrokerError, jars, missing_programs

README: Final = Path("README.md")


REQUIRED: Final = "BORDER_SIM_REQUIRE_KAFKA"
"""With this in the environment a machine that cannot run a broker fails; else its table says so."""


class Size(NamedTuple):
    """How much is simulated. `long_run`, `day`: options of `border-sim run`."""

    ports: Sequence[str] | Literal["all"]
    rounds: int
    long_run: str
    day: str
    streamed: Sequence[str] | Literal["texas"]
    paced: Sequence[str]
    stream_rounds: int
    holds_bars: bool


FULL: Final = Size("all", 7, "--start 2024-01-01 --days 366 --log none", "", "texas", QUIET_PORTS, 3, holds_bars=True)
FEW: Final = "--ports columbus,tecate"
SMALL: Final = Size(
    ("columbus", "tecate"),
    1,
    f"{FEW} --days 2 --log none",
    FEW,
    ("columbus", "tecate"),
    ("boquillas",),
    1,
    holds_bars=False,
)


@click.command()
@click.option("--proofs-only", is_flag=True, help="Prove the same work on few ports, in one round; hold no bar.")
@click.option("--update-readme", is_flag=True, help="Write the table between the markers of README.md in this folder.")
def main(*, proofs_only: bool, update_readme: bool) -> None:
    """Time the engines, their peers, the commands and the stream.

    Exit code 1 if a bar is missed or anybody did other work than the rest, 2 if there is no README to update.
    """
    if update_readme:
        _with_table("")  # before minutes of work
    missing = missing_programs()
    if missing and os.environ.get(REQUIRED):
        sys.exit(missing)
    size = SMALL if proofs_only else FULL
    give_back_memory()  # as the command does
    try:
        rows, streams = _rows(size), _stream_rows(size, missing)
    except (BrokerError, CalledProcessError, DifferentWorkError, StreamingError) as error:
        sys.exit(str(error))
    tables = f"{markdown(rows, _heading(size))}\n\n{stream_markdown(streams, _stream_heading(size, missing))}"
    click.echo(tables)
    if update_readme:
        README.write_text(_with_table(tables), encoding="utf-8")
    sys.exit(_verdict([*rows, *streams]))


def _with_table(table: str) -> str:
    """The README with this table; exits if it has no place for one."""
    try:
        return put_between_markers(README.read_text(encoding="utf-8"), table)
    except (OSError, MarkersError) as error:
        click.echo(f"{README}: {error}", err=True)
        sys.exit(2)


def _rows(size: Size) -> list[Row]:
    settings = load_settings(size.ports)
    results = measure(settings, size.rounds, _tell)
    _tell(f"border-sim run {size.long_run}")
    of_commands = command_rows(long_run(size.long_run), size.long_run, size.day)
    of_scrape = scrape_row(scrape(settings.catalogue))
    rows = [*engine_rows(results, len(settings.catalogue.ports)), *of_commands, of_scrape]
    return rows if size.holds_bars else [row._replace(bar=None) for row in rows]


def _stream_rows(size: Size, missing: str | None) -> list[StreamRow]:
    """`missing`: why there is no broker; `None`: there can be one."""
    ports = Ports(texan_ports() if size.streamed == "texas" else size.streamed, size.paced)
    with nullcontext() if missing else own_broker() as settings:
        results = measure_streams(ports, size.stream_rounds, settings, _tell)
    rows = stream_rows(results, missing)
    return [row if size.holds_bars else row._replace(bar=None) for row in rows]


def _tell(what: str) -> None:
    click.echo(what, err=True)


def _heading(size: Size) -> str:
    if not size.holds_bars:
        return f"Only a proof of the same work: these rates say nothing. {machine()}."
    return (
        f"{machine()}. Medians of {size.rounds} rounds in which all take turns, in crossings per second; one core but "
        "for `border-sim run`. At the plain port every wait in every model is equal to the microsecond; Ciw draws for "
        "itself and agrees in the mean."
    )


def _stream_heading(size: Size, missing: str | None) -> str:
    rounds = f" Medians of {size.stream_rounds} rounds, in events per second." if size.holds_bars else ""
    if missing:
        return f"The stream, without a broker; {clients()}.{rounds}"
    kafka = f"Apache Kafka {jars().name.removeprefix('kafka-')}, one node beside whoever is timed"
    return (
        f"The stream, through {kafka}; {clients()}.{rounds} What producers send is on the topic byte for byte, and the "
        "metrics of every consumer equal those of the batch."
    )


def _verdict(rows: Iterable[Row | StreamRow]) -> int:
    missed = [row for row in rows if row.bar and not row.bar.is_met]
    for row in missed:
        assert row.bar
        _tell(f"missed {row.bar.text}: {row.benchmark}: {row.result}")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
