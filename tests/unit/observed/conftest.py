"""Windows of a run and observed cells, written by hand."""

import pyarrow as pa
import pytest

from border_sim.loading.observed import CELLS
from border_sim.metrics.window_columns import MEASURES
from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.vocabulary import Station


@pytest.fixture(scope="session")
def windows():
    """Windows at primary of a run, from rows; what is not given is cars in the standard lane of `here`, and 0."""

    def make(*rows):
        usual = {"replication": 0, "port": "here", "mode": "passenger", "lane_class": "standard", "pool": None}
        usual |= {"station": Station.PRIMARY.value, **dict.fromkeys(MEASURES, 0), "buckets": [], "counts": []}
        table = pa.Table.from_pylist([usual | row for row in rows], METRICS_SCHEMA)
        return table.unify_dictionaries()

    return make


@pytest.fixture(scope="session")
def cells():
    """Observed cells, from rows; what is not given is cars in the standard lane of `here`, Mondays from 8 to 9."""

    def make(*rows):
        usual = {"source": "cbp_a", "port": "here", "mode": "passenger", "lane_class": "standard"}
        usual |= {"day_of_week": 0, "hour": 8, "mean_wait_min": 10.0, "readings": 1}
        return pa.Table.from_pylist([usual | row for row in rows], CELLS)

    return make
