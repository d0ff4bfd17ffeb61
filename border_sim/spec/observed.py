"""Observed waits: where they come from."""

from border_sim.spec.base import Sourced


class ObservedSource(Sourced):
    """One publication of observed waits, an entry of `configs/observed/sources.yaml`. Sources are never mixed in one
    error figure without being shown apart.
    """

    statistic: str
    """What a figure of `waits.csv` is the mean over."""
