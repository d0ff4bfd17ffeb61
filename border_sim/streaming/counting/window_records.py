"""Closed windows as records: one for each port and window, with a row for each of its lanes, stations and pools."""

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import Annotated, Any, Final, Self, get_args

import msgspec
import pyarrow as pa
from pydantic import Field, create_model, model_validator

from border_sim.errors import BorderSimError
from border_sim.events.decode import StreamKey
from border_sim.events.structs import struct_of
from border_sim.events.wire import UNIT, Count, Instant, Number, Wire, in_unit
from border_sim.metrics.histogram import BUCKETS
from border_sim.metrics.window_columns import MEASURES, Measure, Windows
from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.records import PortInfo
from border_sim.vocabulary import MISSING, NEVER_US, LaneClass, Mode, Station

SCHEMA_VERSION: Final = 3
"""The version of these models."""
_OLDEST: Final = 1
"""The first version that is read: it spells a pool by its name alone."""
_SINCE_3: Final = "blocked_us"
"""The measure that versions 1 and 2 do not tell: nothing could be blocked."""


class _RowKeys(Wire):
    """What a row is of."""

    mode: Mode
    """what crosses"""
    lane_class: LaneClass | None
    """the lane class; null where none is chosen yet, and in rows of a pool"""
    station: Station
    """the step of the route"""
    pool: str | None
    """`mode/name` of the pool, in rows that hold the time of its booths or bays; else null"""


def _field(measure: Measure) -> Any:
    """A measure's field: a number, its unit and meaning."""
    unit: dict[str, Any] | None = {UNIT: measure.unit} if measure.unit else None
    return Annotated[Number, Field(description=measure.meaning, json_schema_extra=unit)], ...


_RowMeasures: Final[Any] = create_model(
    "_RowMeasures", __base__=_RowKeys, **{name: _field(measure) for name, measure in MEASURES.items()}
)


class Row(_RowMeasures):
    """One lane class at one station, or one pool, with anything to say in the window."""

    buckets: tuple[Annotated[int, Field(ge=0, lt=BUCKETS)], ...]
    """the buckets of the histogram of waits that are not empty, ascending: bucket 64 (e + 1) + m holds the durations
    from (64 + m) 2**e µs up to those of the next; the first 64 hold one microsecond each
    """
    counts: tuple[Annotated[int, Field(ge=1, lt=2**31)], ...]
    """the waits in each"""

    @model_validator(mode="after")
    def _has_histogram(self) -> Self:
        _require_histogram(self)
        return self


class Window(Wire):
    """What happened at one port in one window."""

    version: Annotated[int, Field(alias="schema", ge=SCHEMA_VERSION, le=SCHEMA_VERSION)]
    """version of this model"""
    run: str
    """identifier of the run"""
    replication: Count
    """which replication of the seed, from 0"""
    port: str
    """slug of the port"""
    begins_us: Instant
    """when the window begins"""
    width_us: Annotated[int, Field(ge=1, lt=NEVER_US), in_unit("µs")]
    """how long windows are; the last of a run may be shorter"""
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]


class WindowError(BorderSimError, ValueError):
    """A record that is not a window of this project; the text tells why."""


_WINDOW: Final[Any] = struct_of(Window)
_ROW: Final[Any] = get_args(_WINDOW.__annotations__["rows"])[0]


def _as_before(struct: Any, **types: Any) -> Any:
    """A struct as versions 1 and 2 have it: without what version 3 added, fields in `types` of another type."""
    told = [each for each in msgspec.structs.fields(struct) if each.name != _SINCE_3]
    fields = [(each.name, types.get(each.name, each.type)) for each in told]
    return msgspec.defstruct(struct.__name__, fields, gc=False, forbid_unknown_fields=True)


_OLD_VERSION: Final[Any] = Annotated[int, msgspec.Meta(ge=_OLDEST, lt=SCHEMA_VERSION)]
_WINDOW_BEFORE: Final[Any] = _as_before(_WINDOW, schema=_OLD_VERSION, rows=tuple[_as_before(_ROW), ...])  # type: ignore[misc]
_DECODER: Final = msgspec.json.Decoder(_WINDOW)
_DECODER_BEFORE: Final = msgspec.json.Decoder(_WINDOW_BEFORE)
_MODES, _LANE_CLASSES, _STATIONS = tuple(Mode), (*LaneClass, None), tuple(Station)


def encode_windows(stream: StreamKey, info: PortInfo, windows: Windows, width_us: int) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a stream's windows, in order."""
    rows = zip(windows.window_us.tolist(), _rows(windows, info), strict=True)
    for begins_us, of_window in groupby(rows, itemgetter(0)):
        key = f"{stream.run}/{stream.replication}/{stream.port}/{width_us}/{begins_us}"
        window = _WINDOW(SCHEMA_VERSION, *stream, begins_us, width_us, [row for _, row in of_window])
        yield key.encode(), msgspec.json.encode(window)


def _rows(windows: Windows, info: PortInfo) -> Iterator[Any]:
    """The rows of windows; those of a pool have its mode and key."""
    ends = pairwise(accumulate(windows.sizes.tolist(), initial=0))
    buckets, counts = windows.buckets.tolist(), windows.counts.tolist()
    places = (getattr(windows, name).tolist() for name in ("mode", "lane_class", "station", "pool"))
    figures = zip(*(getattr(windows, name).tolist() for name in MEASURES), strict=True)
    for mode, lane, station, pool, row, (first, end) in zip(*places, figures, ends, strict=True):
        of_pool = info.pools[pool] if pool != MISSING else None
        keys = (
            (of_pool.mode, None, _STATIONS[station], of_pool.key)
            if of_pool
            else (_MODES[mode], _LANE_CLASSES[lane], _STATIONS[station], None)
        )
        yield _ROW(*keys, *row, buckets[first:end], counts[first:end])


def decode_window(value: bytes) -> Any:
    """The window of a record's value, with the fields of `Window`, as this version writes it; raises `WindowError`."""
    try:
        window = _decoded(value)
        _require_rows(window)
    except (msgspec.DecodeError, ValueError) as error:
        raise WindowError(f"not a window of border-sim: {error}") from error
    return window


def _decoded(value: bytes) -> Any:
    """A window of any version that is read, made one of this; raises `msgspec.DecodeError` as this version finds it."""
    try:
        return _DECODER.decode(value)
    except msgspec.DecodeError as error:
        try:
            window = _DECODER_BEFORE.decode(value)
        except msgspec.DecodeError:
            raise error from None
    rows = tuple(_row_of_now(row, window.schema) for row in window.rows)
    return _WINDOW(SCHEMA_VERSION, *msgspec.structs.astuple(window)[1:-1], rows)


def _row_of_now(row: Any, version: int) -> Any:
    told = msgspec.structs.asdict(row) | {_SINCE_3: 0}
    if version == _OLDEST:
        told["pool"] = row.pool and f"{row.mode}/{row.pool}"
    return _ROW(**told)


def _require_rows(window: Any) -> None:
    """Raise `ValueError` where a window's rows are not what `Row` says beyond the types of its fields."""
    if not window.rows:
        raise ValueError("it has no rows")
    for row in window.rows:
        _require_histogram(row)


def _require_histogram(row: Any) -> None:
    """Raise `ValueError` unless the buckets of a row ascend, and each has its count."""
    if len(row.buckets) != len(row.counts):
        raise ValueError(f"{len(row.buckets)} buckets have {len(row.counts)} counts; each has one")
    for bucket, following in pairwise(row.buckets):
        if following <= bucket:
            raise ValueError(f"bucket {following} comes after {bucket}; buckets ascend")


def to_table(windows: Iterable[Any]) -> pa.Table:
    """Decoded windows, of any runs and widths, as a table such as a run directory holds."""
    rows = [(window, row) for window in windows for row in window.rows]
    of_window = {"replication": "replication", "port": "port", "window_us": "begins_us"}
    columns = {name: [getattr(window, field) for window, _ in rows] for name, field in of_window.items()}
    columns |= {name: [getattr(row, name) for _, row in rows] for name in METRICS_SCHEMA.names if name not in columns}
    arrays = {field.name: pa.array(columns[field.name], field.type) for field in METRICS_SCHEMA}
    return pa.table(arrays, schema=METRICS_SCHEMA)
