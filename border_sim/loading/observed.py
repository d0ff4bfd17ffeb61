"""`configs/observed`: the waits that CBP reports, and where they come from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pydantic import TypeAdapter

from border_sim.loading.catalogue import catalogue_folder, check_table
from border_sim.loading.mistakes import LoadError, Mistake
from border_sim.loading.yaml_file import read_yaml, refusal
from border_sim.spec.observed import ObservedSource
from border_sim.spec.problem import shown
from border_sim.vocabulary import LaneClass, Mode

SOURCES: Final = TypeAdapter(dict[str, ObservedSource])
SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("source", "port", "mode", "lane_class")]
    + [
        ("day_of_week", pa.int8()),
        ("hour", pa.int8()),
        ("mean_wait_min", pa.float64()),
        ("readings", pa.int32()),
        ("lanes_open", pa.float64()),
        ("from", pa.date32()),
        ("until", pa.date32()),
    ]
)
_LIMITS: Final = {"day_of_week": (0, 6), "hour": (0, 23), "mean_wait_min": (0, 600), "lanes_open": (0, 100)}


class Observed(NamedTuple):
    """Observed waits."""

    cells: pa.Table
    """A row for each source, port, mode, lane class, day of the week (0 = Monday) and local hour, of `SCHEMA`:
    `mean_wait_min` over `readings`; `lanes_open` is the mean, null where no lane was reported; `from` and `until` are
    the dates of the first and last reading, null where the source has none.
    """
    sources: dict[str, ObservedSource]


def load_observed(folder: Path | None = None) -> Observed:
    """The observed waits of a catalogue (`None`: the one that comes with border-sim); `LoadError` with all mistakes."""
    folder = (catalogue_folder() if folder is None else folder) / "observed"
    sources = check_table(read_yaml(folder / "sources.yaml"), SOURCES)
    path = folder / "waits.csv"
    cells = _read(path)
    if mistakes := list(_mistakes(path, cells, sources)):
        raise LoadError(mistakes)
    return Observed(cells, sources)


def _read(path: Path) -> pa.Table:
    options = csv.ConvertOptions(column_types=SCHEMA, strings_can_be_null=False)
    try:
        cells = csv.read_csv(path, convert_options=options)
    except (OSError, pa.ArrowInvalid) as error:
        raise refusal(str(path), f"cannot be read ({error})") from None
    if cells.schema.names != SCHEMA.names:
        raise refusal(str(path), f"has columns {', '.join(cells.schema.names)}; they must be {', '.join(SCHEMA.names)}")
    return cells


def _mistakes(path: Path, cells: pa.Table, sources: dict[str, Any]) -> Iterator[Mistake]:
    """Rows with a word that is unknown or a figure that cannot be; the first row of the file is the header."""
    words = {"source": list(sources), "mode": list(Mode), "lane_class": list(LaneClass)}
    wrong = {name: pc.invert(pc.is_in(cells[name], pa.array(valid))) for name, valid in words.items()}
    valid = {name: f"no such {name}; valid are {', '.join(known)}" for name, known in words.items()}
    for name, (lowest, highest) in _LIMITS.items():
        wrong[name] = pc.or_(pc.less(cells[name], lowest), pc.greater(cells[name], highest))
        valid[name] = f"must be from {lowest} to {highest}"
    for name, rows in wrong.items():
        for row in pc.indices_nonzero(pc.fill_null(rows, False)).to_pylist():
            yield Mistake(str(path), row + 2, name, shown(cells[name][row].as_py()), valid[name])
