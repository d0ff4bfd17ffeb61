"""From a run directory back to its events and metrics: what was written is enough to compute them again."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.events.digest import PortDigest, combine
from border_sim.events.order import events_of
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.metrics.windows import SCHEMA, differences, to_table
from border_sim.records import Events, Records, concatenate, select
from border_sim.run import tables
from border_sim.run.crossings_log import CrossingsLog
from border_sim.run.directory import DirectoryError, read_table
from border_sim.run.manifest import read_ended, require_parquet
from border_sim.run.manifest_model import Manifest, PortEntry
from border_sim.run.port_log import CHANGES
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
    written = read_table(folder / "metrics.parquet", SCHEMA)
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


def port_events(folder: Path, entry: PortEntry) -> Iterator[Events]:
    """The events of a port of a run directory in order, a day at a time, read as far as the day needs.

    Raises `DirectoryError` where the log is not what a run writes.
    """
    try:
        for records in _days(folder, entry):
            ends = entry.end is not None and records.until_us == entry.until_us
            events = events_of(records, starts=records.from_us == entry.from_us, ends=ends)
            del records  # or they stay in memory for as long as the events are looked at
            yield events
    except ValueError as error:
        raise DirectoryError(f"{folder}: {entry.info.slug}: {error}; the run was damaged") from error


def _recompute(folder: Path, entry: PortEntry, manifest: Manifest) -> tuple[pa.Table, str]:
    state, digest, windows = new_state(entry.info, manifest.window_us), PortDigest(), []
    for events in port_events(folder, entry):
        digest.update(events)
        windows.append(fold(state, events))
    return to_table(concatenate(windows), entry.info, manifest.replication), digest.hexdigest()


def _days(folder: Path, entry: PortEntry) -> Iterator[Records]:
    """The records of a port, a day at a time."""
    info = entry.info

    def mine(name: str) -> pa.Table:
        return read_table(folder / f"{name}.parquet", CHANGES[name], filters=[("port", "=", info.slug)])

    crossings = CrossingsLog(folder / "crossings" / f"{info.slug}.parquet", info)
    changes = (
        tables.staffing_of(mine("booths"), info),
        tables.posted_of(mine("posted")),
        tables.disruptions_of(mine("disruptions")),
    )
    for from_us in range(entry.from_us, entry.until_us, DAY_US):
        until_us = min(from_us + DAY_US, entry.until_us)
        told = (select(columns, (columns.t_us >= from_us) & (columns.t_us < until_us)) for columns in changes)
        yield Records(from_us, until_us, crossings.between(from_us, until_us), *told)
