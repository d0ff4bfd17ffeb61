"""A decimal comma in a mapping on one line, which YAML reads as a number and a key without a value."""

from typing import Any

import pytest
import yaml

from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.spec.scenario_check import check_scenario

OF_BOOTHS = "changes.big-bridge.modes.commercial.staffing.booths"


def mistakes(catalogue: Catalogue, text: str) -> list[str]:
    data: Any = yaml.safe_load(text)
    with pytest.raises(SpecError) as caught:
        check_scenario(data, catalogue)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "changes: {all: {modes: {commercial: {demand_factor: 2,5}}}}",
            "changes.all.modes.commercial.5: null: unknown key (a decimal comma? write 2.5)",
        ),
        (
            "changes: {big-bridge: {modes: {commercial: {staffing: {booths: {commercial: 2,5}}}}}}",
            f"{OF_BOOTHS}.5: null: unknown key (a decimal comma? write 2.5)",
        ),
        (
            "changes: {big-bridge: {modes: {commercial: {staffing: {booths: {fast: 1,250}}}}}}",
            f"{OF_BOOTHS}.250: null: unknown key (a decimal comma? write 1250 or 1.250)",
        ),
        ("response: {elasticity: 0,25}", "response.25: null: unknown key (a decimal comma? write 0.25)"),
    ],
)
def test_a_decimal_comma_is_told_with_the_number_that_was_meant(
    made_up_catalogue: Catalogue, text: str, mistake: str
) -> None:
    assert mistakes(made_up_catalogue, text) == [mistake]


def test_a_year_that_is_taken_away_after_another_is_no_decimal_comma(made_up_catalogue: Catalogue) -> None:
    volumes = "changes: {big-bridge: {modes: {commercial: {demand: {volumes: {2024: 100, 2019: null}}}}}}"
    changes = check_scenario(yaml.safe_load(volumes), made_up_catalogue).changes
    assert changes["big-bridge"]["modes"]["commercial"]["demand"] == {"volumes": {2024: 100, 2019: None}}
