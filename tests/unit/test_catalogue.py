"""The catalogue in `configs/`: complete, sourced and consistent."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from border_sim.loading.catalogue import catalogue_folder, load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.spec.base import Sourced
from border_sim.spec.demand import Annual
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import Group, Planned
from border_sim.vocabulary import LaneClass, Mode, Programme

BORDER_2024 = {Mode.COMMERCIAL: 7_617_207, Mode.PASSENGER: 76_884_570, Mode.PEDESTRIAN: 38_594_020}
"""BTS Border Crossing Entry Data, entries at the 47 ports in 2024; no port leaves out a mode used in that year."""
BORDER_2019 = {Mode.COMMERCIAL: 6_440_255, Mode.PASSENGER: 72_856_568, Mode.PEDESTRIAN: 47_555_265 - 68_531}
"""The same in 2019, less the pedestrians counted at the World Trade Bridge, which has no lane for them."""
SOURCED = re.compile(r"\b(19|20)\d\d\b|border-sim calibrate, seed \d+|assumption")
"""What is calibrated comes from data of the catalogue, by a command that anybody can give again."""
LANE_OF = {Programme.CTPAT: LaneClass.FAST, Programme.SENTRI: LaneClass.SENTRI, Programme.READY: LaneClass.READY}
GROUP_OF: dict[LaneClass, Group] = {LaneClass.SENTRI: "sentri", LaneClass.FAST: "fast"}
EVERYBODY: dict[Mode, Group] = {Mode.COMMERCIAL: "commercial", Mode.PASSENGER: "general", Mode.PEDESTRIAN: "pedestrian"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _modes(catalogue: Catalogue) -> Iterator[tuple[str, Mode, PortMode]]:
    for slug, port in catalogue.ports.items():
        for mode, part in port.modes.items():
            yield f"{slug}/{mode}", mode, part


def _annual(part: PortMode) -> Annual:
    assert isinstance(part.demand, Annual)
    return part.demand


def _sourced(value: Any, where: str) -> Iterator[tuple[str, Sourced]]:
    """Every group of figures inside `value` that has one, with its place."""
    if isinstance(value, Sourced) and any(figure is not None for name, figure in value if name != "source"):
        yield where, value
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _sourced(part, f"{where}.{key}")


def test_there_are_47_ports(catalogue: Catalogue) -> None:
    states = [port.state for port in catalogue.ports.values()]
    assert {state: states.count(state) for state in set(states)} == {"CA": 6, "AZ": 9, "NM": 3, "TX": 29}


def test_every_port_is_placed_and_named_on_both_sides(catalogue: Catalogue) -> None:
    for slug, port in catalogue.ports.items():
        assert port.mexico and port.location and port.codes, slug
        assert 25.8 < port.location.latitude < 32.8 and -117.2 < port.location.longitude < -97.3, slug
        assert port.time_zone != "UTC", slug


def test_every_group_of_figures_names_a_source_with_its_date_or_seed_or_the_word_assumption(
    catalogue: Catalogue,
) -> None:
    groups = list(_sourced(catalogue, "configs"))
    assert len(groups) > 7 * len(list(_modes(catalogue))), "the walk does not reach the modes"
    for where, group in groups:
        assert "source" in group.model_fields_set, f"{where} has no source"
        assert SOURCED.search(group.source), f"{where}: {group.source!r}"


def test_so_does_every_group_of_a_port_in_a_scenario_that_comes_with_the_catalogue(catalogue: Catalogue) -> None:
    files = sorted((catalogue_folder() / "scenarios").glob("*.yaml"))
    ports = {file.stem: load_scenario(file, catalogue).own_ports for file in files}
    groups = list(_sourced(ports, "scenarios"))
    assert groups
    for where, group in groups:
        assert SOURCED.search(group.source), f"{where}: {group.source!r}"


@pytest.mark.parametrize(("year", "border"), [(2024, BORDER_2024), (2019, BORDER_2019)])
def test_volumes_add_up_to_the_border(catalogue: Catalogue, year: int, border: dict[Mode, int]) -> None:
    totals = dict.fromkeys(Mode, 0)
    for _, mode, part in _modes(catalogue):
        totals[mode] += _annual(part).volumes[year]
    assert totals == border


def test_every_mode_that_is_listed_was_used_in_the_year_simulated(catalogue: Catalogue) -> None:
    for where, _, part in _modes(catalogue):
        assert _annual(part).volume_year == 2024 and _annual(part).volumes[2024] > 0, where


def test_shares_of_programmes_sum_to_one_exactly(catalogue: Catalogue) -> None:
    for where, _, part in _modes(catalogue):
        assert sum(part.programmes.share.values()) == pytest.approx(1, abs=1e-12), where
        assert all(part.programmes.share.values()), f"{where}: a share of 0 says nothing"


def test_every_name_used_exists_and_none_is_unused(catalogue: Catalogue) -> None:
    parts = [part for _, _, part in _modes(catalogue)]
    assert {_annual(part).profile for part in parts} == set(catalogue.profiles)
    assert {_annual(part).day_of_week for part in parts} == set(catalogue.days_of_week)
    assert {part.inspection for part in parts} == set(catalogue.inspections)
    border = {f"all-{mode}" for mode in Mode}  # for a planner's own ports
    assert {_annual(part).seasonality for part in parts} | border == set(catalogue.seasonality)


def test_tables_of_a_mode_are_used_by_that_mode_alone(catalogue: Catalogue) -> None:
    for where, mode, part in _modes(catalogue):
        assert isinstance(part.inspection, str)
        assert _annual(part).day_of_week == part.inspection.partition("-")[0] == mode, where
        assert _annual(part).seasonality.endswith(f"-{mode}"), where


def test_factors_multiply_an_average_day(catalogue: Catalogue) -> None:
    for name, season in catalogue.seasonality.items():
        assert sum(season.monthly) / 12 == pytest.approx(1, abs=0.03), name
    for name, week in catalogue.days_of_week.items():
        assert sum(week.daily) / 7 == pytest.approx(1, abs=1e-4), name


def test_every_open_day_has_arrivals(catalogue: Catalogue) -> None:
    for where, _, part in _modes(catalogue):
        profile = catalogue.profiles[_annual(part).profile]
        shapes = [profile.weekday] * 5 + [profile.saturday, profile.sunday]
        assert part.hours.weekly.weekly_hours() > 0, where
        for day, shape in enumerate(shapes):
            hours = {quarter // 4 for quarter in part.hours.weekly.open_quarters(day)}
            used = shape if sum(shape) else profile.weekday
            assert not hours or sum(used[hour] for hour in hours) > 0, f"{where}, day {day}"


def test_every_programme_has_its_lane_and_every_lane_its_programme(catalogue: Catalogue) -> None:
    for where, _, part in _modes(catalogue):
        lanes = {lane for pool in part.pools for rank in pool.serves for lane in rank} - {LaneClass.STANDARD}
        assert lanes == {LANE_OF[p] for p in part.programmes.share if p in LANE_OF}, where


def test_booths_of_the_groups_are_the_installed_ones_and_fill_their_pools(catalogue: Catalogue) -> None:
    for where, mode, part in _modes(catalogue):
        assert isinstance(part.staffing, Planned)
        booths = part.staffing.booths
        assert sum(booths.values()) == part.installed.booths > 0, where
        for pool in part.pools:
            group = GROUP_OF.get(LaneClass(pool.name), EVERYBODY[mode])
            assert pool.max_open == booths[group] <= part.installed.booths, f"{where}, {pool.name}"


def test_every_planned_group_has_its_accustomed_wait_and_its_rule(catalogue: Catalogue) -> None:
    rule = catalogue.planning
    for where, _, part in _modes(catalogue):
        assert isinstance(part.staffing, Planned)
        assert part.accustomed_wait
        groups = set(part.staffing.booths)
        assert set(part.accustomed_wait.minutes) == groups - {"fast"}, where  # that of FAST follows from the rule
        assert groups <= set(rule.target_utilisation) & set(rule.share_of_booths) & set(rule.hour_shape), where


def test_every_bay_that_inspection_needs_is_there(catalogue: Catalogue) -> None:
    for where, _, part in _modes(catalogue):
        assert isinstance(part.inspection, str)
        inspection = catalogue.inspections[part.inspection]
        assert set(part.bays.secondary) == set(inspection.secondary), where
        assert (part.bays.state is None) == (inspection.state is None), where
        assert inspection.referral and set(part.programmes.share) <= set(inspection.referral.share), where


def test_trucks_alone_are_loaded(catalogue: Catalogue) -> None:
    for where, mode, part in _modes(catalogue):
        assert (part.loaded is not None) == (mode is Mode.COMMERCIAL), where


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("eagle-pass-2", "4 booths are assumed"),
        ("calexico-east", "Doubtful: 3 commercial booths"),
        ("nogales-mariposa", "range 0.36-0.60"),
        ("laredo-wtb", "no pedestrian mode"),
        ("san-ysidro", "PedWest"),
        ("boquillas", "Wednesday to Sunday"),
    ],
)
def test_doubtful_figures_are_said_in_the_note(catalogue: Catalogue, slug: str, said: str) -> None:
    assert said in catalogue.ports[slug].note
