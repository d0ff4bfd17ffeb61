"""The instants at which a port of a finished run is told: the end of the warm-up, then the end of every window."""

from typing import NamedTuple

import numpy as np

from border_sim.records import Array
from border_sim.run.manifest_model import PortEntry


class Instants(NamedTuple):
    """Instants in order; windows are aligned to 1970, so that the first may be shorter."""

    first_us: int
    """The end of the warm-up"""
    width_us: int
    """The length of a window"""
    number: int

    @property
    def us(self) -> Array:
        """int64[number]: microseconds since 1970, UTC."""
        ends = (self.first_us // self.width_us + np.arange(1, self.number, dtype=np.int64)) * self.width_us
        return np.append(np.int64(self.first_us), ends)

    def after(self, t_us: Array) -> Array:
        """The place of the first instant that comes after each of some times: it is the first that knows of it."""
        places = t_us // self.width_us - self.first_us // self.width_us + 1
        return np.where(t_us < self.first_us, 0, places)

    def ends_of(self, window_us: Array) -> Array:
        """The places of the instants at which windows end, from where they begin."""
        return np.asarray(window_us // self.width_us - self.first_us // self.width_us + 1)

    def lengths_us(self, until_us: int) -> Array:
        """int64[number]: how long the window lasted that ends at each instant, the last one only to the run's last
        instant, one before `until_us`; 0 for the first instant, and where there is no such window.
        """
        return np.diff(np.minimum(self.us, until_us - 1), prepend=self.first_us)


def instants_of(entry: PortEntry, width_us: int) -> Instants:
    """The instants of a port; none if its run was interrupted before the warm-up ended."""
    first_us, last_us = entry.info.measured_from_us, entry.until_us - 1
    windows = last_us // width_us - first_us // width_us + 1
    return Instants(first_us, width_us, windows + 1 if last_us >= first_us else 0)
