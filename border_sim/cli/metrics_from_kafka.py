"""What `border-sim metrics --from-kafka` prints: the metrics that a stream has given, beside those of a run."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click
import numpy as np
import pyarrow as pa

from border_sim.cli.closing_table import HEADS, busiest, lane_cells
from border_sim.cli.damaged_run import damaged_run_exits
from border_sim.cli.kafka_options import FAILED, stream_at, streaming_exits
from border_sim.cli.table import print_table
from border_sim.metrics.window_tables import KEYS, METRICS_SCHEMA, differences, with_pool_keys
from border_sim.run.directory import read_table
from border_sim.run.manifest import read_ended
from border_sim.run.manifest_model import Manifest
from border_sim.run.summary import summary_rows, totals_by_port
from border_sim.spec.words import counted, printable
from border_sim.streaming.broker.reading import read_records
from border_sim.streaming.broker.topics import existing
from border_sim.streaming.counting.read_back import ReadBack, WindowSet, read_back
from border_sim.streaming.counting.window_records import to_table
from border_sim.vocabulary import MINUTE_US

_MOST_NAMED: Final = 10


def print_metrics(
    kafka: str,
    topic_prefix: str,
    kafka_settings: Path | None,
    run: str | None,
    window_us: int | None,
    compare: Path | None,
) -> None:
    """Print what a stream's metrics hold; ends the command with exit code 1 if there are none that were asked for, or
    if they differ from the run in `compare` or contradict each other.
    """
    manifest, written = _run_in(compare) if compare else (None, METRICS_SCHEMA.empty_table())
    chosen, width_us = (run or manifest.run, manifest.window_us) if manifest else (run, window_us)
    settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
    with streaming_exits():
        partitions = existing(settings, topics, topics.metrics)
        read = read_back(read_records(settings, topics.metrics, partitions), chosen, width_us)
    if not read.windows:
        _exit_without_windows(read, topics.metrics, chosen, width_us)
    _print_sets(read)
    _print_busiest_of_one(read)
    if manifest:
        _compare(read, WindowSet(str(chosen), manifest.replication, manifest.window_us), written)
    if read.contradictory:
        click.echo(f"{counted(read.contradictory, 'window')} came again with other figures", err=True)
        raise SystemExit(FAILED)


def _run_in(folder: Path) -> tuple[Manifest, pa.Table]:
    with damaged_run_exits():
        return read_ended(folder), with_pool_keys(read_table(folder / "metrics.parquet", METRICS_SCHEMA))


def _exit_without_windows(read: ReadBack, topic: str, run: str | None, width_us: int | None) -> None:
    """Say that there is nothing of what was asked for, and what there is; exit code 1."""
    asked = f" of {_minutes(width_us)}" if width_us else ""
    asked += f" of run {printable(run)}" if run else ""
    others = sorted({f"run {printable(which.run)} ({_minutes(which.width_us)})" for which in read.others})
    more = f" and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
    there = f"; there are those of {', '.join(others[:_MOST_NAMED])}{more}" if others else ""
    click.echo(f"{topic} holds no windows{asked}{there}", err=True)
    raise SystemExit(FAILED)


def _print_sets(read: ReadBack) -> None:
    """Print, for each replication, how many windows there are, of how many ports and from when to when."""
    for which, windows in read.windows.items():
        ports = len({window.port for window in windows})
        begins = [window.begins_us for window in windows]
        span = f"{_minute(min(begins))} to {_minute(max(begins) + which.width_us)} UTC"
        extent = f"{counted(len(windows), 'window')} of {_minutes(which.width_us)} at {counted(ports, 'port')}"
        click.echo(f"run {printable(which.run)}, replication {which.replication}: {extent}, {span}")
    for count, what in (
        (read.written_again, "windows came more than once, the same each time: of several consumer groups"),
        (read.deleted, "windows have been deleted"),
        (read.foreign, "records are no windows"),
    ):
        if count:
            click.echo(f"{count:,} {what}")


def _minute(t_us: int) -> str:
    return str(np.datetime64(t_us, "us").astype("datetime64[m]")).replace("T", " ")


def _minutes(width_us: int) -> str:
    return f"{width_us / MINUTE_US:g} minutes"


def _print_busiest_of_one(read: ReadBack) -> None:
    """Print the busiest lanes of the run, or how to choose one of several."""
    if len({which.run for which in read.windows}) > 1:
        click.echo("choose one with --run to see its lanes")
    elif len({which.width_us for which in read.windows}) > 1:
        click.echo("choose a length with --window to see the lanes")
    else:
        _print_busiest(to_table(window for windows in read.windows.values() for window in windows))


def _print_busiest(table: pa.Table) -> None:
    """Print the lanes of the ports with the most arrivals, over all windows."""
    lanes = busiest(summary_rows(totals_by_port(table), ("port", "mode", "lane")))
    if rows := [[*lane_cells(lane), f"{lane.completions:,}"] for lane in lanes]:
        print_table((*HEADS[:-1], "served"), rows, right=3, fold=1, same=2)


def _compare(read: ReadBack, which: WindowSet, written: pa.Table) -> None:
    """Print how many rows differ between what a stream gave and what a run wrote; exit code 1 if any does."""
    table = to_table(read.windows.get(which, []))
    if missing := _ports(written) - _ports(table):
        click.echo(f"the stream has no windows of {', '.join(sorted(missing))}")
    difference = differences(table, written)
    rows = _count_rows([table, written])
    click.echo(f"{counted(rows, 'row')} of metrics compared with those of the run: {difference.rows:,} differ")
    if difference.rows:
        click.echo(f"(first: the stream's, second: the run's) {difference.example}")
        raise SystemExit(FAILED)


def _ports(table: pa.Table) -> set[str]:
    return set(table["port"].unique().to_pylist())


def _count_rows(tables: Iterable[pa.Table]) -> int:
    """How many rows there are in any of some tables; one that is in several counts once."""
    keys = pa.concat_tables([table.select(KEYS) for table in tables]).unify_dictionaries()
    return int(keys.group_by(list(KEYS)).aggregate([]).num_rows)
