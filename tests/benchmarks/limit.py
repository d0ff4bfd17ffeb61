"""The limit: the plain port without queues, calendars and rules. Draw every mark, write six instants."""

from typing import Any

import numpy as np

from border_sim.compiled import hot
from border_sim.inputs.arrival_times import GAP_UNIT, GAPS
from border_sim.inputs.duration_tables import NODES, draw, quantile
from border_sim.inputs.port_plan import PortPlan
from border_sim.inputs.random_marks import ARRIVAL_BLOCK, PRIMARY_BLOCK, TRUCK_BLOCK, philox, port_mode_word
from border_sim.records import Array
from border_sim.spec.demand import Rate
from border_sim.vocabulary import DAY_US, HOUR_US

ARRIVED, STARTED, ENDED, SECONDARY_STARTED, SECONDARY_ENDED, RELEASED = range(6)


def instants_without_waits(plan: PortPlan) -> Array:
    """Six instants of every crossing of the plain port's day, as if nobody ever waited: int64 (6, n)."""
    (mode,) = plan.modes
    demand = plan.resolved.port.modes[mode].demand
    assert isinstance(demand, Rate)
    assert isinstance(demand.per_hour, float)
    expected = demand.per_hour * DAY_US / HOUR_US
    words = (port_mode_word(plan.slug, mode), plan.first_day.toordinal(), plan.seed, plan.replication)
    columns = np.empty((6, int(expected + 8 * np.sqrt(expected))), np.int64)
    count = _draw_all(plan.parameters, words, round(expected * GAP_UNIT), plan.begins_us, GAPS, columns)
    return columns[:, :count]


@hot
def _draw_all(parameters: Any, words: Any, expected: Any, begins_us: Any, gaps: Any, columns: Any) -> Any:
    name, day, seed, replication = words
    row = 0
    reached = np.int64(0)
    while True:
        gap_mark, programme_mark, _, _ = philox(name, day, row, ARRIVAL_BLOCK, seed, replication)
        reached += quantile(gaps, 0, NODES, gap_mark)
        if reached > expected or row == columns.shape[1]:
            return row
        cut = 0
        while programme_mark >= parameters.programme_cut[0, 0, cut]:
            cut += 1
        marks = philox(name, day, row, PRIMARY_BLOCK, seed, replication)
        arrived_us = begins_us + np.int64(reached / expected * DAY_US)
        ended_us = arrived_us + draw(parameters.tables, parameters.service_table[parameters.lanes[0, cut, 0]], marks[0])
        released_us = ended_us
        if marks[1] < parameters.referral_cut[0, cut, 0]:
            _, _, _, kind_mark = philox(name, day, row, TRUCK_BLOCK, seed, replication)
            kind = 0
            while kind_mark >= parameters.secondary_cut[0, kind]:
                kind += 1
            released_us += draw(parameters.tables, parameters.secondary_table[0, kind], marks[2])
        columns[ARRIVED, row] = columns[STARTED, row] = arrived_us
        columns[ENDED, row] = columns[SECONDARY_STARTED, row] = ended_us
        columns[SECONDARY_ENDED, row] = columns[RELEASED, row] = released_us
        row += 1
