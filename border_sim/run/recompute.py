"""From a run directory back to its events and metrics: what was written is enough to compute them again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.engine.conductor import Period
from border_sim.events.digest import PortDigest, combine
from border_sim.metrics.window_columns import Windows
from border_sim.metrics.window_tables import METRICS_SCHEMA, differences, to_table, with_pool_keys
from border_sim.records import Disruptions, Events, PortInfo, PostedWaits, Records, StaffingChanges, concatenate, select
from border_sim.run import change_tables
from border_sim.run.crossings_reader import CrossingsLog
from border_sim.run.directory import DirectoryError, read_table
from border_sim.run.manifest import read_ended, require_parquet
from border_sim.run.manifest_model import Manifest, PortEntry
from border_sim.run.pipeline import digest_reader, port_events, read_all, window_reader
from border_sim.run.port_log import CHANGES
from border_sim.run.table_columns import LogError
from border_sim.vocabulary import DAY_US


class Comparison(NamedTuple):
    """Rows of metrics compared and rows that differ, ports whose event hash differs, and an example of a
    difference in words.
    """

    rows: int
    differing: int
    wrong_hashes: tuple[str, ...]
    example: str


def compare_with_log(folder: Path) -> Comparison:
    """Compute the metrics and event hashes of a run again from its log, and compare them with what it wrote.

    Raises `DirectoryError` if the folder is not a run or keeps no Parquet log.
    """
    manifest = read_ended(folder)
    require_parquet(folder, manifest)
    written = with_pool_keys(read_table(folder / "metrics.parquet", METRICS_SCHEMA))
    others = pc.invert(pc.is_in(written["port"].cast(pa.string()), pa.array(list(manifest.ports), pa.string())))
    rows = differing = pc.sum(others).as_py() or 0  # of ports that the manifest does not name
    wrong, hashes, example = [], {}, "rows of ports that the manifest does not name" if rows else ""
    for slug, entry in manifest.ports.items():
        windows, event_hash = _recompute(folder, entry, manifest)
        mine = written.filter(pc.equal(written["port"].cast(pa.string()), slug))
        difference = differences(windows, mine)
        rows += max(windows.num_rows, mine.num_rows)
        differing += difference.rows
        example = example or difference.example
        hashes[slug] = event_hash
        if event_hash != entry.event_hash:
            wrong.append(slug)
    if hashes and combine(hashes) != manifest.event_hash:
        wrong.append("all ports together")
    return Comparison(rows, differing, tuple(wrong), example)


def logged_events(folder: Path, entry: PortEntry) -> Iterator[Events]:
    """The events of a port of a run directory in order, a day at a time, read as far as the day needs.

    Raises `DirectoryError` where the log is not what a run writes.
    """
    return port_events(_periods(folder, entry))


def _recompute(folder: Path, entry: PortEntry, manifest: Manifest) -> tuple[pa.Table, str]:
    digest, windows = PortDigest(), list[Windows]()
    read_all(
        _periods(folder, entry),
        window_reader(entry.info, manifest.window_us, windows.append),
        digest_reader(digest),
    )
    return to_table(concatenate(windows), entry.info, manifest.replication), digest.hexdigest()


def _periods(folder: Path, entry: PortEntry) -> Iterator[Period]:
    """The periods of a port, each 24 hours long but the last."""
    info = entry.info
    try:
        crossings = CrossingsLog(folder / "crossings" / f"{info.slug}.parquet", info)
        changes = _changes(folder, info)
        for from_us in range(entry.from_us, entry.until_us, DAY_US):
            until_us = min(from_us + DAY_US, entry.until_us)
            yield Period(
                Records(from_us, until_us, crossings.between(from_us, until_us), *_between(changes, from_us, until_us)),
                is_first=from_us == entry.from_us,
                end=entry.end if until_us == entry.until_us else None,
                days=1,
            )
    except LogError as error:
        raise DirectoryError(f"{folder}: {info.slug}: {error}; the run was damaged") from error


def _changes(folder: Path, info: PortInfo) -> tuple[StaffingChanges, PostedWaits, Disruptions]:
    def mine(name: str) -> pa.Table:
        return read_table(folder / f"{name}.parquet", CHANGES[name], filters=[("port", "=", info.slug)])

    return (
        change_tables.staffing_of(mine("booths"), info),
        change_tables.posted_of(mine("posted")),
        change_tables.disruptions_of(mine("disruptions"), info),
    )


def _between(changes: tuple[Any, ...], from_us: int, until_us: int) -> Iterator[Any]:
    """The rows of each table of changes in [`from_us`, `until_us`)."""
    return (select(columns, (columns.t_us >= from_us) & (columns.t_us < until_us)) for columns in changes)
