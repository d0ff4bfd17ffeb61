"""What a run gives: its manifest, and its tables as Arrow tables, whether they are in memory or in a run directory."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.api.arguments import path_of, require
from border_sim.api.local_times import with_local_times
from border_sim.run.arrow_tables import CROSSINGS_SCHEMA, instants_of
from border_sim.run.directory import read_table
from border_sim.run.manifest import read_ended, require_parquet
from border_sim.run.manifest_model import Manifest
from border_sim.run.meanings import INSTANTS
from border_sim.run.port_log import shared_tables
from border_sim.run.stations import stations_table
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.suggestion import unknown
from border_sim.vocabulary import MISSING

Read = Callable[[str, Sequence[str]], pa.Table]
"""Gives a table (`crossings`, `booths`, `posted`, `disruptions`, `metrics`) of some ports, in their order."""


class Result:
    """A run that is over.

    Its tables hold the ports asked for (none named: all) in the order of their slugs, with a column `port` first or, in
    metrics, second. `docs/data-dictionary.md` says what each column means: `_us` is whole microseconds, an instant
    (since 1970, UTC) or a length of time. Words are dictionary-encoded text. `table.to_pandas()` needs pandas, which is
    not installed with border-sim. All raise `SpecError` for a port that is not in the run, and `DirectoryError` if a
    run directory cannot be read or keeps no Parquet log.
    """

    def __init__(self, manifest: Manifest, read: Read) -> None:
        self.manifest: Final = manifest
        """What was run, with what, and what came of it: configuration, seed, versions, counts, hashes; frozen, see
        `border_sim.run.manifest_model`. `manifest.model_dump()` gives dictionaries.
        """
        self._infos = manifest.infos
        self._read = read

    def __repr__(self) -> str:
        arrived = self.manifest.counts.arrived
        ports = "1 port" if len(self.ports) == 1 else f"{len(self.ports)} ports"
        what = f"{arrived:,} crossings, warm-up included, at {ports}"
        return f"<Result {self.manifest.run}: {what}>"

    @property
    def ports(self) -> tuple[str, ...]:
        """The slugs of the ports that were simulated, sorted."""
        return tuple(sorted(self._infos))

    def crossings(self, *ports: str, instants: bool = False, warm_up: bool = False) -> pa.Table:
        """A row a candidate: who it was, its lane class and pools, what became of it, and the length of each stay.

        Stays (`queue_wait_us`, `primary_us`, ...) follow one another from the instant `arrived_us`, and are null where
        the candidate did not go. `instants` adds the instants between them and `time_in_system_us`. Candidates who
        turned away are rows too: `outcome` tells them. Those who came in the warm-up are left out unless `warm_up`.
        """
        table = self._table("crossings", ports)
        table = table if warm_up else self._measured(table, "arrived_us")
        return _with_instants(table) if instants else table

    def booths(self, *ports: str) -> pa.Table:
        """A row a change: the open booths of a pool from `t_us` on, in the warm-up too."""
        return self._table("booths", ports)

    def posted(self, *ports: str, warm_up: bool = False) -> pa.Table:
        """A row a lane class and quarter of an hour: the wait posted, minutes (null: closed), and the queue then."""
        table = self._table("posted", ports)
        return table if warm_up else self._measured(table, "t_us")

    def disruptions(self, *ports: str) -> pa.Table:
        """A row a change from outside: the gate, and the most open booths (null: no cap), from `t_us` on."""
        return self._table("disruptions", ports)

    def metrics(self, *ports: str) -> pa.Table:
        """A row a lane class, station and window, and a row a pool and window: counts, sums, integrals, histograms.

        All are integers: a mean wait is the sum of `wait_us` over that of `starts`, a mean queue `queue_us` over the
        length of time. Rows of a pool hold the time of its booths, or of bays whose number is told: open, busy and
        blocked; the utilisation is (`busy_us` + `blocked_us`) over `open_us`. The warm-up is not in it.
        """
        return self._table("metrics", ports)

    def stations(self, *ports: str) -> pa.Table:
        """A row a port, mode and station: each station by itself, and door to door, summed over the measured time and
        the drain, with the utilisation of its booths or bays and the share of their time in which they are blocked.
        What is served per hour is of the measured time alone.
        """
        return _plain(stations_table(self.metrics(*ports), self.manifest))

    def local_times(self, table: pa.Table) -> pa.Table:
        """A table of this run with, after its other columns, each instant `X_us` as the clock of the port shows it:
        `X_local`, timestamp[us] without a zone. Raises `SpecError` without a column `port` or for other ports.
        """
        return with_local_times(table, {slug: info.time_zone for slug, info in self._infos.items()})

    def _table(self, name: str, ports: Sequence[str]) -> pa.Table:
        for slug in ports:
            require("ports", slug, str, 'the slug of a port, several with commas between, e.g. "sasabe", "columbus"')
            if slug not in self._infos:
                raise SpecError([Problem(("ports",), shown(slug), unknown("port", slug, self._infos))])
        return _plain(self._read(name, sorted(set(ports or self.ports))))

    def _measured(self, table: pa.Table, name: str) -> pa.Table:
        """The rows from the end of the warm-up of their port on."""
        place = pc.index_in(table["port"].cast(pa.string()), pa.array(self.ports, pa.string()))
        begins = pa.array([self._infos[slug].measured_from_us for slug in self.ports], pa.int64()).take(place)
        return table.filter(pc.greater_equal(table[name], begins))


def port_by_port(read: Callable[[str, str], pa.Table]) -> Read:
    """Gives tables that are kept port by port; `read` gives one of them by its name and port."""
    return lambda name, slugs: pa.concat_tables([_with_port(read(name, slug), slug) for slug in slugs])


def open_run(folder: str | Path) -> Result:
    """The run in a directory that `border-sim run` or `simulate(..., out=...)` wrote. Tables are read when asked for.

    Raises `DirectoryError` if the folder is not a run that has ended, `SpecError` if it is no path.
    """
    folder = path_of("folder", folder)
    manifest = read_ended(folder)
    schemas = shared_tables(frozenset(manifest.logs))

    def crossings(_: str, slug: str) -> pa.Table:
        return read_table(folder / "crossings" / f"{slug}.parquet", CROSSINGS_SCHEMA)

    def read(name: str, slugs: Sequence[str]) -> pa.Table:
        if name != "metrics":
            require_parquet(folder, manifest)
        if name == "crossings":
            return port_by_port(crossings)(name, slugs)
        table = read_table(folder / f"{name}.parquet", schemas[name], filters=[("port", "in", slugs)])
        return table.take(pc.sort_indices(table["port"].cast(pa.string())))  # stable

    return Result(manifest, read)


def _with_port(table: pa.Table, slug: str) -> pa.Table:
    if "port" in table.column_names:
        return table
    ports = pa.DictionaryArray.from_arrays(np.zeros(len(table), np.int32), pa.array([slug]))
    return table.add_column(0, "port", ports)


def _plain(table: pa.Table) -> pa.Table:
    """One chunk, and dictionaries in the order of the rows, so that memory and files give the same."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[place].cast(pa.string()).dictionary_encode())
    return table.combine_chunks()


def _with_instants(table: pa.Table) -> pa.Table:
    instants = instants_of(table)
    is_out = instants["released_us"] != MISSING
    instants["time_in_system_us"] = np.where(is_out, instants["released_us"] - instants["arrived_us"], MISSING)
    for name in INSTANTS:
        table = table.append_column(name, pa.array(instants[name], mask=instants[name] == MISSING))
    return table
