"""Ports of the catalogue as they stand at an instant, made for tests of what tells of them."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from border_sim.events.decode import StreamKey
from border_sim.metrics.counters import LAST_POSTED, new_counters
from border_sim.metrics.state import CELL, CELLS, POOL, cell_of
from border_sim.records import PoolInfo, PortInfo
from border_sim.spec.port import Port
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import MISSING, QUARTER_US, LaneClass, Mode, Station, code

RUN: Final = "a-run"
Lane = tuple[Mode, LaneClass]


def port_now(
    slug: str,
    port: Port,
    watermark_us: int,
    posted: Mapping[Lane, int | None],
    booths: Mapping[tuple[Mode, str], int] | int = 1,
    *,
    is_ended: bool = False,
) -> PortNow:
    """A port of which waits were posted at the quarter of an hour before (`None`: closed; lanes that are left out: not
    yet), with open booths by mode and pool, or the same number in all.
    """
    pools = tuple(
        PoolInfo(pool.name, mode, Station.PRIMARY) for mode, part in port.modes.items() for pool in part.pools
    )
    installed = {mode: part.installed.booths for mode, part in port.modes.items()}
    info = PortInfo(slug, port.time_zone, None, None, installed, pools, 0)
    counters = new_counters()
    for (mode, lane_class), wait_min in posted.items():
        cell = cell_of(code(mode), code(lane_class), code(Station.PRIMARY))
        counters.posted_min[cell] = MISSING if wait_min is None else wait_min
        counters.clock[LAST_POSTED] = watermark_us // QUARTER_US * QUARTER_US
    figures = np.zeros((len(pools), len(POOL)), np.int64)
    figures[:, POOL.open] = [booths if isinstance(booths, int) else booths[pool.mode, pool.name] for pool in pools]
    cells = np.zeros((CELLS, len(CELL)), np.int64)
    return PortNow(StreamKey(RUN, 0, slug), 0, info, 0, watermark_us, is_ended, cells, figures, counters)


def lanes_of(port: Port) -> list[Lane]:
    """The lane classes that a port has."""
    return [(mode, lane_class) for mode, part in port.modes.items() for lane_class in part.served()]
