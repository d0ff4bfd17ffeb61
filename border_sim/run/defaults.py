"""What a run is given where nobody says otherwise, and the seeds that there are."""

from typing import Final

from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved
from border_sim.vocabulary import DAY_US, HOUR_US, QUARTER_US

MAX_SEED: Final = 2**32 - 1
"""Seed and replication are the two 32-bit words of the key of every draw."""
MAX_REPLICATION: Final = 2**31 - 1
"""The column that tells it in metrics has a sign."""
LONG_RUN_DAYS: Final = 31


def default_run_id(resolved: Resolved, seed: int) -> str:
    """The identifier of a run: the beginning of its configuration's hash, and its seed."""
    return f"{configuration_hash(resolved)[:12]}-{seed}"


def is_window(window_us: int) -> bool:
    """Whether windows of metrics may be so long: an hour is a whole number of them, or they are whole hours of which a
    day is one. Other windows would lie across hours, by which they are read.
    """
    return HOUR_US % window_us == 0 or (window_us % HOUR_US == 0 and DAY_US % window_us == 0)


def default_window_us(days: int) -> int:
    """The length of a window of metrics: a quarter of an hour, an hour in a run beyond 31 days."""
    return HOUR_US if days > LONG_RUN_DAYS else QUARTER_US
