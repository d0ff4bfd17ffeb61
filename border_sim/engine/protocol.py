"""What the conductor asks of an engine; `reference.Reference` and `kernel.Kernel` answer it with the same bits."""

from typing import Protocol

from border_sim.engine.port_state import Control
from border_sim.inputs.port_plan import Day
from border_sim.records import Records
from border_sim.vocabulary import Mode


class Engine(Protocol):
    """One port under simulation. Days are fed in order, each when the one before has been advanced to its end."""

    @property
    def control(self) -> Control:
        """Staffing, gate and posted waits as the last instant left them; to be read only."""

    def feed(self, day: Day) -> None:
        """Take the candidates and the calendar of the next local day or days; rows of crossings that have left are
        forgotten.
        """

    def advance(self, until_us: int, *, stop_when_empty: bool = False) -> int:
        """Handle every instant before `until_us`; with `stop_when_empty` none after the one at which the last
        crossing left.

        Returns the instant up to which all is handled: `until_us`, or that of the last crossing's release.
        """

    def disrupt(self, at_us: int, mode: Mode, *, gate_shut: bool, booths_cap: int | None) -> None:
        """Change the gate and the cap on booths of a mode at `at_us`, before anything else at that instant.

        Every instant before `at_us` must have been handled, none at or after it.
        """

    def disrupt_pool(self, at_us: int, pool: int, *, bays_cap: int | None, pace_permille: int) -> None:
        """Change the cap on a pool's bays and its pace at `at_us`, as `disrupt`."""

    def is_empty(self) -> bool:
        """Whether nobody is inside and no candidate that was fed is still to come."""

    def records(self, from_us: int, until_us: int) -> Records:
        """What happened in [from_us, until_us), which must lie in the day that was fed last; each record is
        given once.
        """
