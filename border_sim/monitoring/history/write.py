"""A run directory as OpenMetrics text: the samples of each family together, and of each series in the order of time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa
from pydantic import ValidationError

from border_sim.codes import DOOR_TO_DOOR, PRIMARY
from border_sim.metrics.state import STATIONS
from border_sim.metrics.window_tables import from_table
from border_sim.monitoring.families import FAMILIES
from border_sim.monitoring.history.instants import Instants, instants_of
from border_sim.monitoring.history.known_then import known_then
from border_sim.monitoring.history.of_log import standing_of_log
from border_sim.monitoring.history.of_windows import Counted, counted, standing_of_windows
from border_sim.monitoring.history.series import PortHistory, port_series
from border_sim.monitoring.history.spool import SeriesSpool
from border_sim.monitoring.history.standing import Standing
from border_sim.monitoring.history.text import END, head_text, samples_in, series_text
from border_sim.monitoring.known_ports import KnownPort
from border_sim.run.directory import MANIFEST, DirectoryError
from border_sim.run.manifest import in_words, read_ended
from border_sim.run.manifest_model import Manifest
from border_sim.run.port_log import CHANGES
from border_sim.run.table_columns import LogError
from border_sim.run.tables_by_port import METRICS, tables_by_port, windows_by_port
from border_sim.spec.suggestion import unknown


class History(NamedTuple):
    """A finished run that is to be told."""

    folder: Path
    manifest: Manifest
    known: dict[str, KnownPort]
    """By slug"""
    chosen: tuple[str, ...]
    """The ports that are asked for"""
    instants: dict[str, Instants]
    """By slug, of those of them that were measured"""

    @property
    def has_log(self) -> bool:
        """Whether the run kept what tells exactly how long waits were and what stood at the ports."""
        return "parquet" in self.manifest.logs

    @property
    def steps(self) -> int:
        """How often `write_history` tells how it comes on."""
        return len(self.instants) + len(FAMILIES)


class HistoryError(DirectoryError):
    """A run of which there is nothing to tell; the message says why."""


def history_of(folder: Path, slugs: Sequence[str] | None = None) -> History:
    """The run in a folder, of some of its ports (`None`: all). Raises `DirectoryError`."""
    manifest = read_ended(folder)
    for slug in slugs or ():
        if slug not in manifest.ports:
            raise HistoryError(f"{folder}: {slug!r}: {unknown('port', slug, manifest.ports)}")
    try:
        known = known_then(manifest.configuration)
    except ValidationError as error:
        raise DirectoryError(f"{folder / MANIFEST}: {in_words(error)}") from error
    chosen = tuple(sorted(set(slugs or manifest.ports)))
    instants = {slug: instants_of(manifest.ports[slug], manifest.window_us) for slug in chosen}
    measured = {slug: each for slug, each in instants.items() if each.number}
    if not measured:
        raise HistoryError(f"{folder}: was interrupted before the warm-up ended: there is nothing to tell")
    return History(folder, manifest, known, chosen, measured)


def write_history(history: History, out: IO[bytes], aside: Path, on_step: Callable[[str], Any] = lambda _: None) -> int:
    """Write a finished run; the number of samples.

    `aside`: the folder in which figures are kept meanwhile, a tenth or so of the text. `on_step` is told what is done
    next. Raises `DirectoryError` if the run cannot be read, `OSError` if there is no room.
    """
    samples = 0
    with SeriesSpool(aside) as spool:
        for port in _ports(history):
            on_step(port.info.slug)
            for series in port_series(port):
                spool.add(series, port.instants)
        for name, family in FAMILIES.items():
            on_step(name)
            for place, (series, instants) in enumerate(spool.of_family(name)):
                text = series_text(family, series, instants)
                out.write(text if place else head_text(family) + text)
                samples += samples_in(text)
    out.write(END)
    return samples


def _ports(history: History) -> Iterator[PortHistory]:
    folder, slugs = history.folder, list(history.instants)
    windows = windows_by_port(folder / METRICS, slugs)
    if not history.has_log:
        yield from (_port(history, slug, tables) for slug, tables in windows)
        return
    booths, posted = (tables_by_port(folder / f"{name}.parquet", CHANGES[name], slugs) for name in ("booths", "posted"))
    for (slug, tables), (_, mine), (_, shown) in zip(windows, booths, posted, strict=True):
        yield _port(history, slug, tables, (mine, shown))


def _port(
    history: History,
    slug: str,
    windows: Iterable[pa.Table],
    log: tuple[Iterable[pa.Table], Iterable[pa.Table]] | None = None,
) -> PortHistory:
    """A port, from its windows and from what its `log` says of booths and posted waits (`None`: it has none)."""
    entry, instants = history.manifest.ports[slug], history.instants[slug]
    lengths_us = instants.lengths_us(entry.until_us)
    try:
        counts = counted((from_table(table, entry.info) for table in windows), instants, len(entry.info.pools))
    except LogError as error:
        raise DirectoryError(f"{history.folder / METRICS}: {slug}: {error}; the run was damaged") from error
    standing = (
        standing_of_log(history.folder, entry.info, instants, *log) if log else standing_of_windows(counts, lengths_us)
    )
    if log:
        _require_same_waits(history.folder, slug, counts, standing)
    return PortHistory(entry.info, history.known[slug], instants, lengths_us, counts, standing)


def _require_same_waits(folder: Path, slug: str, counts: Counted, standing: Standing) -> None:
    """Raise `DirectoryError` where the log of crossings and the windows are not of one run: buckets and sums of the
    same histogram come from both.
    """
    for station, measure in ((PRIMARY, "starts"), (DOOR_TO_DOOR, "completions")):
        counted_until = counts.of_lanes[measure][:, station::STATIONS].cumsum(axis=0)
        if (standing.durations[station].sum(axis=2) != counted_until).any():
            raise DirectoryError(
                f"{folder}: {slug}: the crossings are not those of {METRICS}; the run was damaged: "
                "border-sim metrics tells where they differ"
            )
