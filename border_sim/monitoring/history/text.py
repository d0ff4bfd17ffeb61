"""Series as OpenMetrics text, a whole series at a time: Arrow joins names, figures and times."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from border_sim.monitoring.families import Family
from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.series import Series
from border_sim.records import Array
from border_sim.vocabulary import SECOND_US

END: Final = b"# EOF\n"


def _scalar(text: str) -> Any:
    """Text for Arrow's functions: to infer its type would take longer than to join a series."""
    return pa.array([text], pa.string())[0]


_SPACE, _LINE_END, _NOTHING = map(_scalar, (" ", "\n", ""))
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def head_text(family: Family) -> bytes:
    """What stands above the samples of a family."""
    name = family.name.removesuffix("_total") if family.type == "counter" else family.name
    meaning = family.meaning.translate(_ESCAPES)
    return f"# HELP {name} {meaning}\n# TYPE {name} {family.type}\n".encode()


def series_text(family: Family, series: Series, instants: Instants) -> bytes:
    """The samples of a series, a line each, in the order of their times; those that are absent are left out."""
    labels = ",".join(f'{n}="{v.translate(_ESCAPES)}"' for n, v in zip(family.labels, series.labels, strict=True))
    stamps = pc.binary_join_element_wise(pa.array(instants.us // SECOND_US).cast(pa.string()), _LINE_END, _NOTHING)
    if family.type != "histogram":
        return _joined([_lines(f"{family.name}{{{labels}}}", series.values, stamps)])
    names = [f'{family.name}_bucket{{{labels},le="{edge}"}}' for edge in family.edges]
    columns = [_lines(name, counts, stamps) for name, counts in zip(names, series.values.T, strict=False)]
    total = _lines(f"{family.name}_count{{{labels}}}", series.values[:, -2], stamps)
    sums = _lines(f"{family.name}_sum{{{labels}}}", series.values[:, -1] / SECOND_US, stamps)
    return _joined([*columns, total, sums])


def samples_in(text: bytes) -> int:
    """The number of samples of a series' text."""
    return text.count(b"\n")


def _lines(name: str, values: Array, stamps: Any) -> Any:
    """A line for each value, null where it is NaN."""
    figures = pa.array(values, mask=np.isnan(values)).cast(pa.string())
    return pc.binary_join_element_wise(_scalar(name), figures, stamps, _SPACE)


def _joined(columns: list[Any]) -> bytes:
    """The lines of each instant one after the other."""
    rows = pc.drop_null(pc.binary_join_element_wise(*columns, _NOTHING))
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows), _NOTHING)
    return bytes(whole[0].as_buffer())
