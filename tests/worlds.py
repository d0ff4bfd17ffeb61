"""Small worlds for the engine's tests, with figures from which every instant can be worked out by hand.

Test modules do not import each other, so the fixtures give functions. Times are minutes after the run's start.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from border_sim.engine import conductor
from border_sim.engine.conductor import Period, Process, conduct
from border_sim.engine.kernel import Kernel
from border_sim.engine.lane_choice import choose_lane
from border_sim.engine.open_booths import open_within_limits
from border_sim.engine.port_state import new_control
from border_sim.engine.posted_wait import post_wait
from border_sim.engine.reference import Reference
from border_sim.engine.threshold_staffing import review
from border_sim.inputs.candidate_streams import CandidateStream
from border_sim.inputs.candidates import MOST_LANES, Candidates, blank_candidates
from border_sim.inputs.local_time import LocalDay
from border_sim.inputs.port_plan import PortPlan, port_plan
from border_sim.records import Crossings, concatenate, select
from border_sim.spec.port import Port, PortMode
from border_sim.spec.scenario import Resolved, ResolvedPort
from border_sim.vocabulary import MINUTE_US, MISSING, LaneClass, Mode, Programme, code

__all__ = ["_frame", "_part", "_plan", "_scripted", "_simulate", "booths", "day_by_day", "engine", "run", "run_script"]
"""The fixtures, for a conftest to take in."""

MONDAY = date(2024, 3, 4)
GROUPS = ("general", "sentri", "commercial", "fast", "pedestrian")


def part(**keys: Any) -> PortMode:
    """A mode that nobody comes to: a pool `a` of up to four booths, one open, a minute for each; `keys` replace.

    Pools may be written as in `_pool`.
    """
    minute = {"kind": "deterministic", "mean_s": 60}
    usual = {
        "demand": {"kind": "list", "arrivals": []},
        "installed": {"booths": 4},
        "pools": [("a", "standard")],
        "staffing": {"kind": "schedule", "pools": {"a": [{"booths": 1}]}},
        "programmes": {"share": {"none": 1}},
        "inspection": {"service": dict.fromkeys(LaneClass, minute)},
        "accustomed_wait": {"minutes": dict.fromkeys(GROUPS, 20)},
    }
    given = {**usual, **keys}
    pools = [_pool(*pool) if isinstance(pool, tuple) else pool for pool in given["pools"]]
    return PortMode.model_validate({**given, "pools": pools})


def _pool(name: str, ranks: str, most: int = 4) -> dict[str, Any]:
    """A pool that serves ranks such as "sentri, ready standard"."""
    return {"name": name, "serves": [rank.split() for rank in ranks.split(",")], "max_open": most}


def frame(ports: tuple[ResolvedPort, ...] = (), **keys: Any) -> Resolved:
    """A run of a day from Monday, without warm-up, response or spread; planning without margins; `keys` replace."""
    usual = {
        "name": "tiny",
        "start": MONDAY,
        "days": 1,
        "warm_up_days": 0,
        "response": {"elasticity": 0, "always": 0.2, "day_cv": 0, "hour_sd": 0, "hour_rho": 0},
        "ports": ports,
        "profiles": {},
        "seasonality": {},
        "days_of_week": {},
        "planning": {
            "target_utilisation": dict.fromkeys(GROUPS, 1),
            "share_of_booths": dict.fromkeys(GROUPS, 1),
            "hour_shape": dict.fromkeys(GROUPS, (1,) * 24),
            "fast_over_commercial": 0.65,
        },
    }
    return Resolved.model_validate({**usual, **keys})


def plan(
    modes: dict[str, PortMode] | PortMode, *, zone: str = "UTC", seed: int = 1, replication: int = 0, **keys: Any
) -> PortPlan:
    """The plan of port `tiny` with these modes (or cars alone); `keys` go to the frame."""
    parts = {"passenger": modes} if isinstance(modes, PortMode) else modes
    port = Port(name="Tiny", time_zone=zone, modes={Mode(mode): each for mode, each in parts.items()})
    resolved = ResolvedPort(slug="tiny", port=port, baseline=port)
    return port_plan(resolved, frame((resolved,), **keys), seed=seed, replication=replication)


@dataclass(frozen=True)
class Scripted(PortPlan):
    """A plan whose candidates are written by hand."""

    script: tuple[dict[str, Any], ...] = ()

    def _candidates(self, days: list[LocalDay], streams: list[CandidateStream]) -> Candidates:  # noqa: ARG002 - it has its own
        instants = days[0].begins_us, min(days[-1].ends_us, self.horizon_us)
        begins, ends = ((instant - self.measured_from_us) / MINUTE_US for instant in instants)
        today = [row for row in self.script if begins <= row["at"] < ends]
        rows = blank_candidates(len(today), len(self.route))
        for place, row in enumerate(today):
            self._write(rows, place, row)
        return rows

    def _write(self, rows: Candidates, place: int, row: dict[str, Any]) -> None:
        mode, lanes = self.mode(row), self.entitled(row)
        rows.arrived_us[place] = self.measured_from_us + round(row["at"] * MINUTE_US)
        rows.mode[place] = code(mode)
        rows.programme[place] = code(Programme.NONE)
        rows.entitled[place] = self.layout.entitled.tolist().index(lanes)
        rows.service_us[place, : MOST_LANES - lanes.count(MISSING)] = np.array(row.get("serve", 1)) * MINUTE_US
        rows.tolerance_min[place] = row.get("accepts", rows.tolerance_min[place])
        for step, station in enumerate(self.route):
            if station in row:
                name, minutes = row[station]
                rows.pool[place, step], rows.stay_us[place, step] = self.pool(mode, name), round(minutes * MINUTE_US)

    def mode(self, row: dict[str, Any]) -> Mode:
        """The mode of a row."""
        return Mode(row.get("mode", self.modes[0]))

    def entitled(self, row: dict[str, Any]) -> list[int]:
        """The places of the lanes of a row, then `MISSING`."""
        lanes = [self.lane(self.mode(row), LaneClass(word)) for word in row.get("lanes", "standard").split()]
        return lanes + [MISSING] * (MOST_LANES - len(lanes))

    def lane(self, mode: Mode, lane_class: LaneClass) -> int:
        """The place of a lane."""
        return [(self.modes[lane.mode], lane.lane_class) for lane in self.lanes].index((mode, lane_class))

    def pool(self, mode: Mode, name: str) -> int:
        """The place of a pool."""
        return [(pool.info.mode, pool.info.name) for pool in self.pools].index((mode, name))


def scripted(planned: PortPlan, rows: Iterable[dict[str, Any]]) -> Scripted:
    """The plan with these candidates, in the order of `at` (minutes), instead of its own.

    Keys of a row: `at`; `lanes` ("standard"), best first; `serve` (1), one figure or one for each lane; `accepts`, the
    longest posted wait; `export`, `scan`, `secondary`, `state`: (pool, minutes); `mode`.
    """
    made = Scripted(**{each.name: getattr(planned, each.name) for each in fields(PortPlan)}, script=tuple(rows))
    entitled = sorted({tuple(made.entitled(row)) for row in made.script})
    return replace(made, layout=made.layout._replace(entitled=np.array(entitled, np.int64).reshape(-1, MOST_LANES)))


class RunResult:
    """What an engine recorded of a run, in minutes after its start."""

    def __init__(self, planned: PortPlan, periods: Sequence[Period]) -> None:
        self.plan, self.periods = planned, periods
        every = concatenate([period.records.crossings for period in periods])
        _, last = np.unique(every.crossing[::-1], return_index=True)
        self.crossings: Crossings = select(every, every.crossing.size - 1 - last)

    def minutes(self, column: str) -> list[float | None]:
        """An instant of every crossing by id; `None` where there is none."""
        return [None if t == MISSING else self._minute(t) for t in getattr(self.crossings, column).tolist()]

    def words(self, column: str, kind: type) -> list[Any]:
        """A word of every crossing by id."""
        return [None if place == MISSING else list(kind)[place] for place in getattr(self.crossings, column).tolist()]

    def pools(self, column: str = "pool") -> list[str | None]:
        """The name of the pool that served every crossing."""
        return [
            None if place == MISSING else self.plan.pools[place].info.name
            for place in getattr(self.crossings, column).tolist()
        ]

    @property
    def staffing(self) -> list[tuple[float, str, int]]:
        """Instant, pool and open booths of every change."""
        rows = [row for period in self.periods for row in zip(*period.records.staffing, strict=True)]
        return [(self._minute(t), self.plan.pools[pool].info.name, int(booths)) for t, pool, booths in rows]

    @property
    def disruptions(self) -> list[tuple[float, str, int, int]]:
        """Instant, mode, gate shut and cap of every change from outside."""
        rows = [row for period in self.periods for row in zip(*period.records.disruptions, strict=True)]
        return [(self._minute(t), list(Mode)[mode], int(shut), int(cap)) for t, mode, shut, cap, *_ in rows]

    def posted(self, lane_class: LaneClass) -> dict[float, tuple[int, int]]:
        """Posted wait and queue of a lane class by instant."""
        rows = [row for period in self.periods for row in zip(*period.records.posted, strict=True)]
        return {
            self._minute(t): (int(wait), int(queue)) for t, _, lane, wait, queue in rows if lane == code(lane_class)
        }

    @property
    def end(self) -> float:
        """The instant at which the run ended."""
        return self._minute(self.periods[-1].records.until_us - 1)

    def _minute(self, t_us: int) -> float:
        return (int(t_us) - self.plan.measured_from_us) / MINUTE_US


Run = Callable[..., RunResult]


@pytest.fixture(name="part", scope="session")
def _part() -> Callable[..., PortMode]:
    return part


@pytest.fixture(name="frame", scope="session")
def _frame() -> Callable[..., Resolved]:
    return frame


@pytest.fixture(name="plan", scope="session")
def _plan() -> Callable[..., PortPlan]:
    return plan


@pytest.fixture(name="scripted", scope="session")
def _scripted() -> Callable[..., Scripted]:
    return scripted


@pytest.fixture(params=[Kernel, Reference], ids=["kernel", "reference"], scope="session")
def engine(request: pytest.FixtureRequest) -> Any:
    """Each of the two engines in turn."""
    return request.param


def simulate(planned: PortPlan, engine_of: Callable[[PortPlan], Any], *processes: Process) -> RunResult:
    """Run a plan to its end on an engine, with processes of a user."""
    return RunResult(planned, list(conduct(planned, engine_of(planned), processes)))


@pytest.fixture(name="simulate", scope="session")
def _simulate() -> Callable[..., RunResult]:
    return simulate


@pytest.fixture
def day_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """No days are joined: every local day is a period of its own."""
    monkeypatch.setattr(conductor, "STRETCH_DAYS", 1)


@pytest.fixture
def run(engine: Any) -> Run:
    """Run a plan to its end on each engine, with processes of a user."""
    return lambda planned, *processes: simulate(planned, engine, *processes)


@pytest.fixture
def run_script(run: Run) -> Run:
    """Run hand-written candidates through a mode (or modes) on the engine; see `scripted`."""

    def script(modes: Any, rows: Iterable[dict[str, Any]], **keys: Any) -> RunResult:
        return run(scripted(plan(modes, **keys), rows))

    return script


class Booths:
    """A mode's pools under rules, everything open to traffic, with no limit that binds."""

    def __init__(self, planned):
        self.layout = planned.layout
        self.control = new_control(self.layout)
        self.control.gate_open[:] = 1
        self.control.booths_limit[:] = 100

    def want(self, *booths):
        self.control.booths_wanted[:] = booths
        return self.cut()

    def cut(self):
        open_within_limits(self.layout, self.control, 0)
        return self.open

    @property
    def open(self):
        return self.control.booths_open.tolist()

    @property
    def spare(self):
        return self.control.serves_stranded.tolist()

    def post(self, *waiting):
        self.control.queue[: len(waiting)] = waiting
        for lane in range(self.layout.lane_mode.size):
            post_wait(self.layout, self.control, lane)
        return self.control.posted_wait_min.tolist()

    def choose(self, *lanes):
        return choose_lane(self.layout, self.control, [*lanes, *[MISSING] * (3 - len(lanes))])

    def review(self, *posted, waiting=()):
        self.control.posted_wait_min[:] = posted
        self.control.queue[: len(waiting)] = waiting
        review(self.layout, self.control, 0)
        return self.open


@pytest.fixture(scope="session")
def booths(plan, part):
    """Booths of pools, opened as wanted; `keys` go to the mode."""

    def make(*pools, want=None, **keys):
        usual = {"pools": pools, "installed": {"booths": 99}, "staffing": {"kind": "schedule", "pools": {}}}
        made = Booths(plan(part(**{**usual, **keys})))
        made.want(*(want or [0] * len(pools)))
        return made

    return make
