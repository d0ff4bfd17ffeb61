"""Everything that is wrong with a port is told at once."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from border_sim.spec.port_check import check_port, harmless_port, port_problems, tables_of, written
from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.vocabulary import LaneClass, Mode

Told = Callable[[Any], dict[str, str]]


@pytest.fixture
def bridge(made_up_catalogue: Catalogue) -> dict[str, Any]:
    return written(made_up_catalogue.ports["big-bridge"])


@pytest.fixture
def told(made_up_catalogue: Catalogue) -> Told:
    """Gives the messages of all mistakes by path below the mode, if they are in one."""

    def messages(data: Any) -> dict[str, str]:
        with pytest.raises(SpecError) as caught:
            check_port(data, tables_of(made_up_catalogue))
        texts = [str(problem).removeprefix("modes.commercial.") for problem in caught.value.problems]
        return {path: rest for path, _, rest in (text.partition(": ") for text in texts)}

    return messages


def test_a_right_port_comes_back(made_up_catalogue: Catalogue, bridge: dict[str, Any]) -> None:
    assert check_port(bridge, tables_of(made_up_catalogue)) == made_up_catalogue.ports["big-bridge"]
    assert list(port_problems(made_up_catalogue.ports["big-bridge"], tables_of(made_up_catalogue))) == []


def test_the_catalogues_figures_are_written_as_a_file_gives_them(bridge: dict[str, Any]) -> None:
    assert "demand_factor" not in bridge["modes"]["commercial"]
    assert bridge["modes"]["commercial"]["hours"]["weekly"] == {"mon-fri": ["06:00-22:00"], "sat": ["06:00-14:00"]}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ("demand: {volumes: {2024: -5}}", "demand.volumes.2024", "-5: must be 0 or more"),
        ("demand: {volume_year: 2030}", "demand.volume_year", "2030: a year without a volume; there are 2019, 2024"),
        ("demand: {profile: dy}", "demand.profile", "'dy': unknown profile; did you mean 'day'?"),
        ("demand: {seasonality: flt}", "demand.seasonality", "'flt': unknown seasonality; did you mean 'flat'?"),
        ("demand: {day_of_week: evn}", "demand.day_of_week", "'evn': unknown day of week; did you mean 'even'?"),
        ("inspection: truck", "inspection", "'truck': unknown inspection; did you mean 'trucks'?"),
        ("inspection: people", "inspection", "'people': no service time for fast, which a pool serves"),
        ("bays: {secondary: {}}", "bays.secondary.nii", "is missing; give the number of bays of each kind: nii"),
        ("bays: {state: null}", "bays.state", "is missing; give the number of bays of state inspection"),
        ("installed: {booths: 5}", "pools[0].max_open", "6: more than the 5 installed booths"),
        (
            "programmes: {share: {none: 0.9}}",
            "programmes.share",
            "{'ctpat': 0.2, 'none': 0.9}: the programme shares sum to 1.1",
        ),
        (
            "programmes: {share: {none: 0.4, sentri: 0.4}}",
            "programmes.share.sentri",
            "'sentri': no commercial programme",
        ),
        (
            "hours: {weekly: {sun: '10:00-09:00'}}",
            "hours.weekly.sun",
            "'10:00-09:00': '10:00-09:00' ends before it starts",
        ),
        ("hours: {weekly: {tue: '10:00-12:00'}}", "hours.weekly.tue", "'tue': names a day that another line names"),
        (
            "hours: {weekly: {sat: ['06:00-09:00', '08:00-10:00']}}",
            "hours.weekly.sat",
            "'06:00-09:00, 08:00-10:00': these",
        ),
        ("hours: {weekly: {moon: closed}}", "hours.weekly.moon", "'': 'moon' is not a day"),
        (
            "staffing: {booths: {general: 1}}",
            "staffing.booths.general",
            "'general': no commercial group; valid are fast",
        ),
        ("staffing: {kind: schedule, pools: {fast: [{booths: 3}]}}", "staffing.pools.fast", "3: more booths than"),
        ("staffing: {kind: schedule, pools: {fats: [{booths: 1}]}}", "staffing.pools.fats", "'fats': no such pool"),
        ("demand_factor: true", "demand_factor", "true: must be a number"),
    ],
)
def test_one_mistake_is_told_where_it_is(
    bridge: dict[str, Any], told: Told, change: str, path: str, message: str
) -> None:
    part = bridge["modes"]["commercial"]
    for key, value in yaml.safe_load(change).items():
        same_kind = isinstance(value, dict) and "kind" not in value and isinstance(part[key], dict)
        part[key] = _laid(part[key], value) if same_kind else value
    found = told(bridge)
    assert list(found) == [path]
    assert found[path].startswith(message)


def _laid(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict) or not change:
        return change
    return {**base, **{str(key): _laid(base.get(str(key)), value) for key, value in change.items()}}


def test_a_pool_of_another_mode_and_a_member_without_a_lane(bridge: dict[str, Any], told: Told) -> None:
    part = bridge["modes"]["passenger"]
    part["pools"] = [
        {"name": "a", "serves": [["fast"]], "max_open": 1},
        {"name": "b", "serves": [["sentri"]], "max_open": 1},
    ]
    found = told(bridge)
    assert found["modes.passenger.pools[0].serves"].startswith("'fast': no passenger lane class; valid are sentri")
    assert found["modes.passenger.pools"].startswith(
        "'none': a share of this programme but no pool for it; one must serve"
    )


def test_mistakes_of_every_sort_in_one_mode_are_told_at_once(bridge: dict[str, Any], told: Told) -> None:
    part = bridge["modes"]["commercial"]
    part["clossing"] = "hold"
    part["demand"] = {**part["demand"], "volumes": {2024: -5}, "profile": "dy"}
    part["hours"] = {"weekly": {"daily": "22:00-06:00"}}
    part["pools"][0] = {"name": "standard", "serves": [["standrd"]], "max_open": 6}
    part["pools"][1]["max_open"] = 9
    part["programmes"] = {"share": {"sentri": 1}}
    part["inspection"] = "truck"
    assert set(told(bridge)) == {
        "demand.volumes.2024",
        "demand.profile",
        "clossing",
        "hours.weekly.daily",
        "pools[0].serves[0][0]",
        "pools[1].max_open",
        "programmes.share.sentri",
        "inspection",
    }


def test_a_mode_without_its_bays_is_told_beside_other_mistakes(bridge: dict[str, Any], told: Told) -> None:
    part = bridge["modes"]["commercial"]
    del part["bays"], part["demand"], part["staffing"]
    part["demand_factor"] = -1
    assert list(told(bridge)) == ["demand", "demand_factor", "staffing", "bays.secondary.nii", "bays.state"]


def test_a_wrong_value_brings_no_mistakes_that_only_follow_from_it(bridge: dict[str, Any], told: Told) -> None:
    part = bridge["modes"]["commercial"]
    part["bays"] = {"secondary": {"nii": "two"}, "state": 1}
    part["installed"] = {"booths": -3}
    part["programmes"] = {"share": {"none": 2}}
    assert list(told(bridge)) == ["installed.booths", "programmes.share.none", "bays.secondary.nii"]


@pytest.mark.parametrize(
    "data", [None, 3, [], {}, {"modes": 3}, {"modes": {"commercial": 3}}, {"modes": {3: {"pools": 3}}}]
)
def test_what_is_no_port_at_all_is_refused(told: Told, data: Any) -> None:
    assert told(data)


def test_what_stands_in_for_a_wrong_port_is_right(made_up_catalogue: Catalogue) -> None:
    port = check_port(harmless_port(), tables_of(made_up_catalogue))
    assert list(port.modes) == list(Mode)


def test_it_keeps_modes_and_state(made_up_catalogue: Catalogue, bridge: dict[str, Any]) -> None:
    port = check_port(harmless_port(bridge), tables_of(made_up_catalogue))
    assert (list(port.modes), port.state) == ([Mode.COMMERCIAL, Mode.PASSENGER], "TX")


def test_served_lane_classes_are_in_the_order_of_the_vocabulary(made_up_catalogue: Catalogue) -> None:
    assert made_up_catalogue.ports["big-bridge"].modes[Mode.COMMERCIAL].served() == (LaneClass.STANDARD, LaneClass.FAST)


def test_a_port_with_more_pools_than_the_engine_can_hold_is_refused_with_their_number(
    bridge: dict[str, Any], made_up_catalogue: Catalogue
) -> None:
    service = {"kind": "deterministic", "mean_s": 60}
    kinds = [f"kind-{number}" for number in range(50)]
    inspection = {
        "service": dict.fromkeys(("fast", "standard"), service),
        "referral": {"share": {"none": 0.1}},
        "secondary": {kind: {"share": 1 / len(kinds), "service": service} for kind in kinds},
    }
    beside = sum(len(part["pools"]) for part in bridge["modes"].values())
    cars = made_up_catalogue.inspections[bridge["modes"]["passenger"]["inspection"]].pools()
    trucks = bridge["modes"]["commercial"] | {"inspection": inspection, "bays": {"secondary": dict.fromkeys(kinds, 1)}}
    modes = bridge["modes"] | {"commercial": trucks}
    more = {"name": "more", "serves": [["standard"]], "max_open": 1}
    free = 63 - 50 - beside - len(cars)
    most = modes | {
        "commercial": trucks | {"pools": [*trucks["pools"], *({**more, "name": f"m{place}"} for place in range(free))]}
    }
    check_port(bridge | {"modes": most}, tables_of(made_up_catalogue))
    one_more = most["commercial"] | {"pools": [*most["commercial"]["pools"], more]}

    with pytest.raises(SpecError, match="all modes together have 64 pools of booths and bays; a port has at most 63"):
        check_port(bridge | {"modes": most | {"commercial": one_more}}, tables_of(made_up_catalogue))
