"""`configs/observed`: the waits that CBP reports, and where they come from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from border_sim.loading.catalogue import (
    OBSERVED,
    OBSERVED_SOURCES,
    OBSERVED_SOURCES_FILE,
    OBSERVED_TABLES,
    catalogue_folder,
    check_table,
    entries,
)
from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.yaml_file import read_yaml, refusal
from border_sim.spec.observed import ObservedSource
from border_sim.spec.problem import shown
from border_sim.vocabulary import Mode, lane_classes

_LANE: Final = [(name, pa.string()) for name in ("source", "port", "mode", "lane_class")]
CELLS: Final = pa.schema(
    [
        *_LANE,
        ("day_of_week", pa.int8()),
        ("hour", pa.int8()),
        ("mean_wait_min", pa.float64()),
        ("readings", pa.int32()),
        ("lanes_open", pa.float64()),
        ("from", pa.date32()),
        ("until", pa.date32()),
    ]
)
READINGS: Final = pa.schema(
    [*_LANE, ("date", pa.date32()), ("hour", pa.int8()), ("wait_min", pa.float64()), ("lanes_open", pa.float64())]
)
SCHEMAS: Final = dict(zip(OBSERVED_TABLES, (CELLS, READINGS), strict=True))
MOST_SHOWN: Final = 10
_LIMITS: Final = {
    "day_of_week": (0, 6),
    "hour": (0, 23),
    "mean_wait_min": (0, 600),
    "wait_min": (0, 600),
    "readings": (1, 1_000_000),
    "lanes_open": (0, 100),
}


class Observed(NamedTuple):
    """Observed waits, all of them CBP's own."""

    cells: pa.Table
    """A row for each source, port, mode, lane class, day of the week (0 = Monday) and local hour, of `CELLS`:
    `mean_wait_min` over so many `readings`; `lanes_open` is the mean, null where no lane was reported; `from` and
    `until` are the dates of the first and last reading, null where the source has none.
    """
    readings: pa.Table
    """Single readings, of `READINGS`, at local `hour`: levels of more ports"""
    sources: dict[str, ObservedSource]


def load_observed(folder: Path | None = None) -> Observed:
    """The observed waits of a catalogue (`None`: the one that comes with border-sim); `LoadError` with all problems."""
    folder = (catalogue_folder() if folder is None else folder) / OBSERVED
    sources = check_table(read_yaml(folder / OBSERVED_SOURCES_FILE), OBSERVED_SOURCES)
    cells, readings = (read_waits(folder / name, sources) for name in OBSERVED_TABLES)
    return Observed(cells, readings, sources)


def read_waits(path: Path, sources: Mapping[str, ObservedSource] | None = None) -> pa.Table:
    """One of the files of `SCHEMAS`, beside a catalogue's ports; `LoadError` with every problem. `sources`: those that
    are known; `None`: any.
    """
    schema = SCHEMAS[path.name]
    options = csv.ConvertOptions(column_types=schema, strings_can_be_null=False)
    try:
        table = csv.read_csv(path, convert_options=options)
    except (OSError, pa.ArrowInvalid) as error:
        raise refusal(str(path), f"cannot be read ({error})") from None
    if table.schema.names != schema.names:
        raise refusal(str(path), f"has columns {', '.join(table.schema.names)}; valid are {', '.join(schema.names)}")
    words: dict[str, Sequence[str]] = {"mode": list(Mode)}
    if ports := [port.stem for port in entries(path.parents[1] / "ports")]:
        words["port"] = ports
    if sources is not None:
        words["source"] = list(sources)
    if problems := list(row_problems(path, table, words)):
        raise LoadError(problems)
    return table


def row_problems(
    path: Path, table: pa.Table, words: Mapping[str, Sequence[str]], optional: Collection[str] = ("lanes_open",)
) -> Iterator[FileProblem]:
    """Every row with an unknown word, a figure that cannot be or none where one is needed; the header is line 1.
    `words`: of columns, those that are known; `optional`: columns that may be null.
    """
    for name, wrong, message in _checks(table, words):
        for row in pc.indices_nonzero(pc.fill_null(wrong, name not in optional)).to_pylist():
            yield FileProblem(str(path), row + 2, name, shown(table[name][row].as_py()), message)


def _checks(table: pa.Table, words: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, pa.Array, str]]:
    """Columns, the rows in which they are wrong, and what would be right. `words`: of columns, those that are known."""
    for name, known in words.items():
        wrong = pc.invert(pc.is_in(table[name], pa.array(known, pa.string())))
        yield name, wrong, _unknown(name, known)
    for mode in Mode:
        lanes = list(lane_classes(mode))
        wrong = pc.invert(pc.is_in(table["lane_class"], pa.array(lanes)))
        yield "lane_class", pc.and_(pc.equal(table["mode"], mode), wrong), _unknown(f"{mode} lane class", lanes)
    for name, (lowest, highest) in _LIMITS.items():
        if name in table.schema.names:
            right = pc.and_(pc.greater_equal(table[name], lowest), pc.less_equal(table[name], highest))
            yield name, pc.invert(right), f"must be from {lowest} to {highest}"


def _unknown(name: str, known: Sequence[str]) -> str:
    """What is said of a word that is not known."""
    if len(known) > MOST_SHOWN:
        return f"no such {name}; there are {len(known)}, among them {', '.join(known[:MOST_SHOWN])}"
    return f"no such {name}; valid are {', '.join(known)}"
