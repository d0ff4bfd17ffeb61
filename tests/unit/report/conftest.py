"""Windows written down by hand, and run directories made of them."""

import json
from dataclasses import asdict

import numpy as np
import pyarrow.parquet as pq
import pytest

from border_sim.metrics.histogram import bucket_of
from border_sim.metrics.window_columns import MEASURES, Windows
from border_sim.metrics.window_tables import METRICS_SCHEMA, to_table
from border_sim.records import PoolInfo, PortInfo
from border_sim.vocabulary import HOUR_US, MINUTE_US, MISSING, LaneClass, Mode, Station, code

MIDNIGHT_US = 1_709_535_600_000_000
"""2024-03-04 00:00 in Denver."""


def windows_of(rows):
    """Windows of rows; `at` is their begin in hours from midnight, `waits` their waits in minutes."""
    columns = {name: [] for name in Windows._fields}
    for row in rows:
        waits = sorted(int(wait * MINUTE_US) for wait in row.get("waits", ()))
        known = dict.fromkeys(("mode", "lane_class", "pool"), MISSING) | dict.fromkeys(MEASURES, 0)
        known |= {"station": code(Station.PRIMARY), "window_us": MIDNIGHT_US + int(row.get("at", 0) * HOUR_US)}
        known |= {"wait_us": sum(waits), "starts": len(waits), "sizes": len(waits)}
        known |= {name: value for name, value in row.items() if name in columns}
        for name, value in known.items():
            columns[name].append(value)
        columns["buckets"] += [int(bucket_of(wait)) for wait in waits]
        columns["counts"] += [1] * len(waits)
    histograms = {"buckets": np.int16, "counts": np.int32}
    return Windows(**{name: np.array(column, histograms.get(name, np.int64)) for name, column in columns.items()})


def port_of(slug="tiny", **changes):
    """A port with three booths for cars and two for pedestrians."""
    known = {
        "time_zone": "America/Denver",
        "latitude": 31.5,
        "longitude": -106.0,
        "installed": {Mode.PASSENGER: 3, Mode.PEDESTRIAN: 2},
        "pools": (
            PoolInfo("general", Mode.PASSENGER, Station.PRIMARY),
            PoolInfo("walk", Mode.PEDESTRIAN, Station.PRIMARY),
        ),
        "measured_from_us": MIDNIGHT_US,
    }
    return PortInfo(slug, **(known | changes))


CAR = {"mode": code(Mode.PASSENGER), "lane_class": code(LaneClass.STANDARD)}


def manifest_of(ports, days=1, **changes):
    """A manifest of ports: {PortInfo: what the configuration says of it}."""
    entry = {"complete": True, "from_us": MIDNIGHT_US, "until_us": MIDNIGHT_US + 24 * HOUR_US * days}
    entry |= {"counts": {"present": 0}, "event_hash": None}
    configured = [{"slug": port.slug, "port": {"name": port.slug.title(), "modes": {}} | said} for port, said in ports]
    return {
        "manifest_version": 1,
        "status": "complete",
        "run": "by-hand",
        "seed": 1,
        "replication": 0,
        "engine": "compiled",
        "window_us": HOUR_US,
        "logs": [],
        "configuration_hash": "c0ffee",
        "event_hash": None,
        "counts": {"arrived": 0, "present": 0},
        "versions": {"border-sim": "0"},
        "ports": {port.slug: entry | {"info": asdict(port)} for port, _ in ports},
        "configuration": {
            "name": "by hand", "start": "2024-03-04", "days": days, "warm_up_days": 1, "ports": configured,
        },
        "run_info": {"started": "2026-01-01", "platform": "by hand", "command": "border-sim run", "python": "3"},
    } | changes  # fmt: skip


@pytest.fixture
def made_run(tmp_path):
    """Makes a run directory of [(PortInfo, what the configuration says of it, rows of windows)]; returns it."""

    def make(ports, **changes):
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        manifest = manifest_of([(port, said) for port, said, _ in ports], **changes)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        with pq.ParquetWriter(folder / "metrics.parquet", METRICS_SCHEMA) as file:
            for port, _, rows in ports:
                file.write_table(to_table(windows_of(rows), port, 0))
        return folder

    return make


@pytest.fixture(scope="session")
def by_hand():
    """`windows_of`."""
    return windows_of


@pytest.fixture
def port():
    """`port_of`."""
    return port_of


@pytest.fixture
def car():
    """The keys of a row of cars in the standard lane."""
    return dict(CAR)


@pytest.fixture
def midnight_us():
    """Where the measured time of the ports begins."""
    return MIDNIGHT_US
