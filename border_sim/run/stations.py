"""Each station of each port and mode by itself, and door to door, as a table: what the windows of a run add up to."""

from typing import Final

import pyarrow as pa

from border_sim.run.manifest import horizon_of
from border_sim.run.manifest_model import Manifest
from border_sim.run.summary import SummaryRow, summary_rows, totals_by_port

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
STATIONS_SCHEMA: Final = pa.schema(
    [(name, _WORD) for name in ("port", "mode", "station")]
    + [(name, pa.int64()) for name in ("arrivals", "starts", "completions")]
    + [(name, pa.float64()) for name in ("mean_wait_min", "p90_wait_min", "served_per_hour", "utilisation", "blocked")]
)


def stations_table(metrics: pa.Table, manifest: Manifest) -> pa.Table:
    """A row a port, mode and station with anything to say, of `metrics` of the run of a manifest."""
    ports = totals_by_port(metrics, {slug: horizon_of(manifest, slug) for slug in manifest.ports})
    for port in ports:
        entry = manifest.ports[port.port]
        port.end(entry.info.measured_from_us, entry.until_us, manifest.window_us)
    rows = summary_rows(ports, ("port", "mode", "station"))
    columns = {field.name: [_value(row, field.name) for row in rows] for field in STATIONS_SCHEMA}
    return pa.table(columns, STATIONS_SCHEMA)


def _value(row: SummaryRow, name: str) -> str | int | float | None:
    value = getattr(row, name)
    return value if isinstance(value, int | float | None) else str(value)
