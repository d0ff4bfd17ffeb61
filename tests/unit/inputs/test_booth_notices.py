"""Booths that a scenario adds and that no plan opens are told."""

from typing import Any

import numpy as np
import pytest

from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.booth_notices import with_booth_notices
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.port_check import written
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario

TRUCKS = "changes.calexico-east.modes.commercial"
POOLS = "changes.calexico-east.modes.commercial.pools"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def resolved(catalogue: Catalogue, **keys: Any) -> Resolved:
    scenario = Scenario.model_validate({"days": 7, **keys})
    return with_booth_notices(resolve(scenario, catalogue), scenario, catalogue)


def notices(catalogue: Catalogue, key: str = "calexico-east", **of_trucks: Any) -> list[str]:
    changes = {key: {"modes": {"commercial": of_trucks}}}
    return [str(notice) for notice in resolved(catalogue, ports=["calexico-east"], changes=changes).notices]


def more(booths: int, *, staffed: bool = True) -> dict[str, Any]:
    """So many standard booths, and one for FAST, at a port that has two and one."""
    staffing = {"staffing": {"booths": {"commercial": booths}}} if staffed else {}
    return {"installed": {"booths": booths + 1}, "pools": {"standard": {"max_open": booths}}, **staffing}


def test_a_booth_that_the_plan_opens_is_no_notice_and_one_more_is(catalogue: Catalogue) -> None:
    assert notices(catalogue, **more(3)) == []
    never = "never opens more than"
    found = notices(catalogue, **more(4))
    assert [text.split(": nobody")[0] for text in found] == [
        f"{TRUCKS}.installed.booths: 5: the plan of this run {never} 4",
        f"{POOLS}.standard.max_open: 4: the plan of this run {never} 3",
    ]


def test_a_booth_without_staffing_to_plan_with(catalogue: Catalogue) -> None:
    found = notices(catalogue, "CA", **more(3, staffed=False))
    assert {text.split("; ")[1] for text in found} == {"restate staffing, with booths to plan with (at calexico-east)"}
    assert [text.split("; ")[0] for text in found] == [
        "changes.CA.modes.commercial.installed.booths: 4: the baseline's plan never opens more than 3",
        "changes.CA.modes.commercial.pools.standard.max_open: 3: the baseline's plan never opens more than 2",
    ]


def test_booths_to_plan_with_above_what_the_pools_open(catalogue: Catalogue) -> None:
    nine = {"staffing": {"booths": {"commercial": 9}}}
    message = "the pools of commercial open 2 at most; raise their max_open and installed"
    assert notices(catalogue, **nine) == [f"{TRUCKS}.staffing.booths.commercial: 9: {message}"]
    (of_state,) = notices(catalogue, "CA", **nine)
    assert of_state == f"changes.CA.modes.commercial.staffing.booths.commercial: 9: {message} (at calexico-east)"


def test_a_booth_that_max_open_closes_is_not_said_to_be_needed_by_nobody(catalogue: Catalogue) -> None:
    assert notices(catalogue, installed={"booths": 4}, staffing={"booths": {"commercial": 3}}) == [
        f"{TRUCKS}.installed.booths: 4: the pools open 3 at most; raise their max_open too",
        f"{TRUCKS}.staffing.booths.commercial: 3: the pools of commercial open 2 at most; raise their max_open",
    ]


def test_a_booth_that_staffing_does_not_plan_with(catalogue: Catalogue) -> None:
    figures = {**more(3), "staffing": {"booths": {"commercial": 2}}}
    message = "staffing.booths gives commercial 2 to plan with, all of which open; raise it too"
    assert notices(catalogue, **figures)[-1] == f"{POOLS}.standard.max_open: 3: {message}"


def test_a_new_pool_that_no_plan_opens(catalogue: Catalogue) -> None:
    extra = {"extra": {"serves": [["standard"]], "max_open": 1}}
    assert [text.split(": 1: ")[0] for text in notices(catalogue, pools=extra)] == [f"{POOLS}.extra.max_open"]


def roster(standard: float, fast: float | None = 0.5, **keys: Any) -> dict[str, Any]:
    """A roster of the trucks' two pools with the same mean all week."""
    means = {"standard": standard} if fast is None else {"standard": standard, "fast": fast}
    return {"kind": "roster", "pools": {name: [mean] * 168 for name, mean in means.items()}, **keys}


def test_a_booth_that_a_roster_never_opens(catalogue: Catalogue) -> None:
    more_booths = more(4, staffed=False)
    assert notices(catalogue, staffing=roster(3.25, 0.75), **more_booths) == [
        f"{TRUCKS}.installed.booths: 5: the roster never opens more than 4; raise its means too"
    ]
    assert notices(catalogue, staffing=roster(2.25, 0.5), **more_booths) == [
        f"{TRUCKS}.installed.booths: 5: the roster never opens more than 3; raise its means too",
        f"{POOLS}.standard.max_open: 4: the roster never opens more than 3; raise its means too",
    ]
    assert notices(catalogue, staffing=roster(4.0, 1.0), **more_booths) == []
    answers = {"answers": {"open_above_min": 40, "close_below_min": 10}}
    assert notices(catalogue, staffing=roster(1.0, 0.5, **answers), **more_booths) == []


def test_a_pool_that_a_roster_keeps_closed(catalogue: Catalogue) -> None:
    assert notices(catalogue, staffing=roster(1.5, None)) == [
        f"{POOLS}[1].name: fast: stays closed: staffing.pools does not name it"
    ]
    assert notices(catalogue, staffing=roster(1.5, 0.0)) == [
        f"{TRUCKS}.staffing.pools.fast: 0: the pool stays closed: no hour has a booth"
    ]


def test_a_pool_that_opens_only_to_answer_the_queue(catalogue: Catalogue) -> None:
    answers = {"answers": {"open_above_min": 40, "close_below_min": 10}}
    assert notices(catalogue, staffing=roster(1.5, None, **answers)) == [
        f"{POOLS}[1].name: fast: opens only to answer the queue: staffing.pools does not name it"
    ]


@pytest.mark.parametrize(
    ("standard", "fast", "keys", "opens"),
    [
        (0.125, 0.25, {}, "0.375, so that no booth is kept open: one opens for 0.375 of the time at most"),
        (0.25, 0.249999, {}, "0.499, so that no booth is kept open: one opens for 0.499 of the time at most"),
        (0.0, 0.0, {}, "0, so that no booth is kept open: none ever opens"),
        (
            0.25,
            0.0,
            {"answers": {"open_above_min": 40, "close_below_min": 10}},
            "0.25, so that no booth is kept open: one opens for 0.25 of the time at most, or to answer the queue",
        ),
        (
            0.0,
            0.0,
            {"answers": {"open_above_min": 40, "close_below_min": 10}},
            "0, so that no booth is kept open: none ever opens, but to answer the queue",
        ),
    ],
)
def test_a_roster_that_keeps_no_booth_open(
    catalogue: Catalogue, standard: float, fast: float, keys: dict[str, Any], opens: str
) -> None:
    (told,) = [text for text in notices(catalogue, staffing=roster(standard, fast, **keys)) if "together" in text]
    assert told == (
        f"{TRUCKS}.staffing.pools: the means of all pools together never reach 0.5, but {opens}; with none open who "
        "waits is served one at a time, by the first pool of the lane; write 0.5 or more together in the hours in "
        "which one is to be open"
    )


def test_a_roster_of_half_a_booth_keeps_one(catalogue: Catalogue) -> None:
    assert notices(catalogue, staffing=roster(0.25, 0.25)) == []


def test_a_roster_that_installed_booths_or_officers_cut(catalogue: Catalogue) -> None:
    fits = roster(1.5, 0.5)
    officers = [{"booths": 3}, {"days": "tue", "hours": "08:15-10:00", "booths": 1}]
    assert notices(catalogue, staffing=fits) == []
    assert notices(catalogue, staffing=fits, officers=officers) == [
        (
            f"{TRUCKS}.staffing: in 1.75 hours of the week, first Tue 08:00, the roster may have more booths (2) than "
            "officers on duty (1): cut over the pools in file order"
        )
    ]
    assert notices(catalogue, staffing=roster(1.5, 0.75), installed={"booths": 2}) == [
        (
            f"{TRUCKS}.staffing: in 168 hours of the week, first Mon 00:00, the roster may have more booths (3) than "
            "are installed (2): cut over the pools in file order"
        )
    ]


def test_answers_of_a_roster_that_has_every_booth(catalogue: Catalogue) -> None:
    answers = {"answers": {"open_above_min": 20, "close_below_min": 5}}
    message = "the roster has every booth that its pools may open, in all hours: none is left to answer with"
    full = roster(2.0, 1.0, **answers)
    assert notices(catalogue, staffing=full) == [f"{TRUCKS}.staffing.answers.open_above_min: 20: {message}"]
    nearly = {**full, "pools": {"standard": [2.0] * 167 + [1.9], "fast": [1.0] * 168}}
    for other in (nearly, roster(2.0, None, **answers), roster(2.0, 1.0)):
        assert message not in " ".join(notices(catalogue, staffing=other))
    cut = " ".join(notices(catalogue, staffing=full, officers=[{"booths": 3}, {"days": "sun", "booths": 2}]))
    assert "officers on duty (2)" in cut
    assert message not in cut
    changes = {"calexico-east": {"modes": {"commercial": {"staffing": full}}}}
    cap = {"port": "calexico-east", "mode": "commercial", "from": "2024-04-09T06:00", "until": "2024-04-09T18:00"}
    capped = resolved(catalogue, ports=["calexico-east"], changes=changes, disruptions=[{**cap, "booths_cap": 2}])
    assert capped.notices == ()


def test_a_port_of_ones_own_is_told_of_its_roster_whole(catalogue: Catalogue) -> None:
    port = written(catalogue.ports["calexico-east"])
    port["modes"]["commercial"]["staffing"] = roster(1.5, None)
    found = resolved(catalogue, ports=["mine"], own_ports={"mine": port}).notices

    assert [str(notice) for notice in found if "commercial" in notice.path] == [
        "own_ports.mine.modes.commercial.installed.booths: 3: the roster never opens more than 2; raise its means too",
        "own_ports.mine.modes.commercial.pools[1].max_open: 1: the roster never opens more than 0; raise its means too",
        "own_ports.mine.modes.commercial.pools[1].name: fast: stays closed: staffing.pools does not name it",
    ]


def test_only_what_the_scenario_gives_is_looked_at(catalogue: Catalogue) -> None:
    assert resolved(catalogue).notices == ()
    assert notices(catalogue, demand_factor=0.1) == []


def test_every_booth_of_an_own_port_is_looked_at(catalogue: Catalogue) -> None:
    port = written(catalogue.ports["columbus"])
    port["modes"] = {"passenger": port["modes"]["passenger"]}
    port["modes"]["passenger"]["demand"] = {"kind": "rate", "per_hour": 1}
    found = [str(notice) for notice in resolved(catalogue, own_ports={"mine": port}).notices]
    assert [text.split(": the plan")[0].removeprefix("own_ports.mine.modes.passenger.") for text in found] == [
        "installed.booths: 3",
        "pools[0].max_open: 3",
        "pools[1].max_open: 3",
    ]


@pytest.mark.parametrize("booths", [3, 4])
def test_what_is_told_is_what_the_engine_opens(catalogue: Catalogue, booths: int) -> None:
    """A booth is told exactly if no run ever has it open."""
    trucks = more(booths)
    changes = {"calexico-east": {"modes": {"commercial": trucks}}}
    frame = resolved(catalogue, ports=["calexico-east"], changes=changes)
    plan = port_plan(frame.ports[0], frame, seed=1)
    pool = [each.info.name for each in plan.pools].index("standard")
    staffing = [period.records.staffing for period in conduct(plan, Kernel(plan))]
    opened = max(int(np.max(each.open_booths[each.pool == pool], initial=0)) for each in staffing)
    told = [notice for notice in frame.notices if notice.path[-1] == "max_open"]
    assert bool(told) == (opened < booths)
