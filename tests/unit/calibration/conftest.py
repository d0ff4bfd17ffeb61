"""Three small ports of the catalogue, and waits observed at them, written by hand."""

import pyarrow as pa
import pytest

from border_sim.calibration import fit
from border_sim.calibration.figures import uncalibrated
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.observed import CELLS, READINGS, Observed
from border_sim.spec.observed import ObservedSource
from border_sim.spec.scenario import Catalogue

PORTS = ("columbus", "naco", "sasabe")
LANES = (("passenger", "standard"), ("commercial", "standard"), ("pedestrian", "standard"))


@pytest.fixture(scope="session")
def catalogue():
    """The catalogue with three small ports alone, before a calibration."""
    whole = load_catalogue()
    ports = {slug: whole.ports[slug] for slug in PORTS}
    return uncalibrated(Catalogue.model_validate({**dict(whole), "ports": ports}))


def observed_of(cells, readings=()):
    """Observed waits of rows; what is not given is cars in the standard lane of Columbus, Mondays from 8 to 9."""
    usual = {"source": "cbp_a", "port": "columbus", "mode": "passenger", "lane_class": "standard", "hour": 8}
    cell = usual | {"day_of_week": 0, "mean_wait_min": 10.0, "readings": 1}
    reading = usual | {"source": "cbp_b", "wait_min": 10.0}
    return Observed(
        pa.Table.from_pylist([cell | row for row in cells], CELLS),
        pa.Table.from_pylist([reading | row for row in readings], READINGS),
        {name: ObservedSource(statistic="by hand") for name in ("cbp_a", "cbp_b")},
    )


@pytest.fixture(scope="session")
def made_observed():
    """`observed_of`."""
    return observed_of


@pytest.fixture(scope="session")
def two_ports():
    """Waits observed at two ports, and single readings that say something of every curve; `waits` by port."""

    def make(**waits):
        waits = {"columbus": 12, "naco": 6} | waits
        cells = [
            {"port": port, "mode": mode, "lane_class": lane, "day_of_week": day, "hour": hour, "mean_wait_min": wait}
            for port, wait in waits.items()
            for mode, lane in LANES
            for day in range(7)
            for hour in range(8, 18)
        ]
        readings = [{"port": "sasabe", "lane_class": lane, "wait_min": 3} for lane in ("sentri", "ready", "standard")]
        return observed_of(cells, readings)

    return make


@pytest.fixture
def short(monkeypatch):
    """Fits over a week, in one round."""
    for name in ("WEEKS", "ROUNDS"):
        monkeypatch.setattr(fit, name, 1)
