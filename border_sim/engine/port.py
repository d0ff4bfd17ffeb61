"""A port as a process sees it that acts on it from outside: what is posted and queued now, and what can be changed."""

from fractions import Fraction
from math import prod

import simpy

from border_sim.engine.open_booths import SLOWEST_PACE
from border_sim.engine.protocol import Engine
from border_sim.inputs.port_plan import PortPlan
from border_sim.inputs.stations import UNLIMITED
from border_sim.spec.pace import permille
from border_sim.vocabulary import USUAL_PACE, LaneClass, Mode, Station


class Port:
    """A port under simulation. Changes of several processes add up: the lowest cap counts, paces multiply."""

    def __init__(self, env: simpy.Environment, plan: PortPlan, engine: Engine) -> None:
        self._env, self._plan, self._engine = env, plan, engine
        self._shut: dict[Mode, int] = dict.fromkeys(plan.modes, 0)
        self._caps: dict[Mode, list[int]] = {mode: [] for mode in plan.modes}
        self._bays_caps: dict[int, list[int]] = {place: [] for place in range(len(plan.pools))}
        self._paces: dict[int, list[int]] = {place: [] for place in range(len(plan.pools))}

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes of the port."""
        return self._plan.modes

    def posted_wait_min(self, mode: Mode, lane_class: LaneClass) -> int | None:
        """The wait last posted for a lane class, whole minutes; `None` if it was closed. `KeyError` if the port
        has no such lane.
        """
        wait = int(self._engine.control.posted_wait_min[self._lane(mode, lane_class)])
        return wait if wait >= 0 else None

    def queue(self, mode: Mode, lane_class: LaneClass) -> int:
        """Crossings waiting for primary. `KeyError` if the port has no such lane."""
        return int(self._engine.control.queue[self._lane(mode, lane_class)])

    def shut_gate(self, mode: Mode) -> None:
        """Turn arrivals away from now on, until `open_gate` has been called as often."""
        self._shut[mode] += 1
        self._apply(mode)

    def open_gate(self, mode: Mode) -> None:
        """Take back one `shut_gate`; `ValueError` without one."""
        if self._shut[mode] == 0:
            raise ValueError(f"the {mode} gate of {self._plan.slug} is not shut")
        self._shut[mode] -= 1
        self._apply(mode)

    def cap_booths(self, mode: Mode, booths: int) -> None:
        """Let at most so many booths be open from now on; the lowest cap counts. `ValueError` for fewer than none."""
        if booths < 0:
            raise ValueError(f"a cap of {booths} booths; it must be 0 or more")
        self._caps[mode].append(booths)
        self._apply(mode)

    def lift_cap(self, mode: Mode, booths: int) -> None:
        """Take back one `cap_booths` of the same number; `ValueError` without one."""
        if booths not in self._caps[mode]:
            raise ValueError(f"no cap of {booths} {mode} booths at {self._plan.slug}; the caps are {self._caps[mode]}")
        self._caps[mode].remove(booths)
        self._apply(mode)

    def cap_bays(self, mode: Mode, station: Station, bays: int, kind: str | None = None) -> None:
        """Let at most so many bays of a station be open from now on, of one `kind` of secondary or (`None`) of each;
        the lowest cap counts. `ValueError` for fewer than none, `KeyError` if the port has no such bays.

        Where the scenario says nothing by which bays of the mode change or are blocked (room, a scan, pace, hours of
        bays, a disruption of bays or pace), their number is told from the first cap on: windows have no rows of the
        pool before, and its utilisation is that of the time since.
        """
        if bays < 0:
            raise ValueError(f"a cap of {bays} bays; it must be 0 or more")
        for pool in self._bays(mode, station, kind):
            self._bays_caps[pool].append(bays)
            self._apply_to_pool(pool)

    def lift_bays_cap(self, mode: Mode, station: Station, bays: int, kind: str | None = None) -> None:
        """Take back one `cap_bays` of the same bays and number; `ValueError` without one."""
        pools = self._bays(mode, station, kind)
        for pool in pools:
            if bays not in self._bays_caps[pool]:
                key, caps = self._plan.pools[pool].info.key, self._bays_caps[pool]
                raise ValueError(f"no cap of {bays} bays of {key} at {self._plan.slug}; the caps are {caps}")
        for pool in pools:
            self._bays_caps[pool].remove(bays)
            self._apply_to_pool(pool)

    def set_pace(self, mode: Mode, station: Station, pace: float, pool: str | None = None) -> None:
        """Multiply the time of each service that begins at a station from now on by `pace`, in the pool of that name or
        (`None`) in all of them. What several make together, those of the scenario too, is cut to 0.001 and to 1000;
        a notice of the run tells of that of its disruptions. `ValueError` for a pace below 0.001 or above 1000,
        `KeyError` if the port has no such pool.
        """
        if not 1 <= permille(pace) <= SLOWEST_PACE:
            raise ValueError(f"a pace of {pace:g}; it must be from 0.001 to 1000")
        for place in self._pools(mode, station, pool):
            self._paces[place].append(permille(pace))
            self._apply_to_pool(place)

    def reset_pace(self, mode: Mode, station: Station, pace: float, pool: str | None = None) -> None:
        """Take back one `set_pace` of the same pools and pace; `ValueError` without one."""
        places = self._pools(mode, station, pool)
        for place in places:
            if permille(pace) not in self._paces[place]:
                raise ValueError(f"no pace of {pace:g} in {self._plan.pools[place].info.key} at {self._plan.slug}")
        for place in places:
            self._paces[place].remove(permille(pace))
            self._apply_to_pool(place)

    def _lane(self, mode: Mode, lane_class: LaneClass) -> int:
        for place, lane in enumerate(self._plan.lanes):
            if self._plan.modes[lane.mode] is mode and lane.lane_class is lane_class:
                return place
        raise KeyError(f"{self._plan.slug} has no {mode} lane {lane_class}")

    def _pools(self, mode: Mode, station: Station, name: str | None) -> list[int]:
        pools = [(place, pool.info) for place, pool in enumerate(self._plan.pools)]
        places = [
            place
            for place, info in pools
            if info.mode is mode and info.station is station and (name is None or info.name == name)
        ]
        if not places:
            raise KeyError(f"{self._plan.slug} has no {mode} {station}{f' {name}' if name else ''}")
        return places

    def _bays(self, mode: Mode, station: Station, kind: str | None) -> list[int]:
        pools = [pool for pool in self._pools(mode, station, kind) if self._plan.pools[pool].limit != UNLIMITED]
        if not pools or station is Station.PRIMARY:
            raise KeyError(f"{station} of {mode} at {self._plan.slug} has no bays")
        return pools

    def _apply(self, mode: Mode) -> None:
        cap = min(self._caps[mode], default=None)
        self._engine.disrupt(int(self._env.now), mode, gate_shut=self._shut[mode] > 0, booths_cap=cap)

    def _apply_to_pool(self, pool: int) -> None:
        cap = min(self._bays_caps[pool], default=None)
        together = prod((Fraction(pace, USUAL_PACE) for pace in self._paces[pool]), start=Fraction(USUAL_PACE))
        pace = min(max(1, int(together + Fraction(1, 2))), SLOWEST_PACE)
        self._engine.disrupt_pool(int(self._env.now), pool, bays_cap=cap, pace_permille=pace)
