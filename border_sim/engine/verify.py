"""Do the two engines agree? Run both on the same plan and compare every row that they record."""

from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.reference import Reference
from border_sim.inputs.port_plan import PortPlan
from border_sim.records import Array, Records


class Agreement(NamedTuple):
    """Rows compared (crossings, staffing, posted waits, disruptions), and rows in which any column differs."""

    rows: int
    differing: int


def verify(plan: PortPlan) -> Agreement:
    """Run the reference and the compiled engine on a port and compare what they record of each period."""
    rows = differing = 0
    compiled, reference = conduct(plan, Kernel(plan)), conduct(plan, Reference(plan))
    for ours, theirs in zip_longest(compiled, reference):
        agreement = compare(ours.records, theirs.records) if ours and theirs else Agreement(1, 1)
        rows, differing = rows + agreement.rows, differing + agreement.differing
    return Agreement(rows, differing)


def compare(ours: Records, theirs: Records) -> Agreement:
    """Compare two records of the same period; a period that ends elsewhere is one row that differs."""
    rows, differing = 1, int((ours.from_us, ours.until_us) != (theirs.from_us, theirs.until_us))
    for mine, other in zip(ours[2:], theirs[2:], strict=True):
        rows += max(mine[0].size, other[0].size)
        differing += _rows_that_differ(mine, other)
    return Agreement(rows, differing)


def _rows_that_differ(mine: tuple[Array, ...], other: tuple[Array, ...]) -> int:
    """Rows with a difference in any column; of tables of unequal length, the surplus counts."""
    common = min(mine[0].size, other[0].size)
    differs = np.zeros(common, dtype=bool)
    for column, same in zip(mine, other, strict=True):
        differs |= column[:common] != same[:common]
    return int(differs.sum()) + abs(mine[0].size - other[0].size)
