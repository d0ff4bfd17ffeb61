"""A value where a mapping or list belongs is told with the mapping or list that it was to be in."""

from typing import Any

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.problem import SpecError
from border_sim.spec.scenario import Catalogue
from border_sim.spec.scenario_check import check_scenario

KEYS_OF_STAFFING = "answers, booths, close_below_min, kind, open_above_min, pools, source"
MAPPING = "must be a mapping (key: value)"
LIST = "must be a list ([a, b], or lines that start with a dash)"
KEYS = "cv, high_s, kind, low_s, mean_s, phases, values_s"
MODE = "changes.laredo-wtb.modes.commercial"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def mistake(catalogue: Catalogue, data: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        check_scenario(data, catalogue)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"installed": 4}, f"installed: 4: {MAPPING}; write installed: {{booths: 4}}"),
        (
            {"hours": "06:00-22:00"},
            f"hours: '06:00-22:00': {MAPPING}; write hours: {{weekly: {{daily: ['06:00-22:00']}}}}",
        ),
        (
            {"hours": {"weekly": "06:00-24:00"}},
            f"hours.weekly: '06:00-24:00': {MAPPING}; write weekly: {{daily: ['06:00-24:00']}}",
        ),
        ({"officers": 10}, f"officers: 10: {LIST}; write officers: [{{booths: 10}}]"),
        (
            {"inspection": {"service": {"standard": 95}}},
            f"inspection.service.standard: 95: {MAPPING}; write standard: {{mean_s: 95}}",
        ),
        (
            {"inspection": {"service": {"standard": "1.5min"}}},
            f"inspection.service.standard: '1.5min': {MAPPING}; valid keys are {KEYS}",
        ),
        ({"installed": True}, f"installed: true: {MAPPING}; valid keys are booths, source"),
        ({"pools": 3}, f"pools: 3: {LIST}; the keys of an entry are max_open, name, serves"),
        (
            {"officers": {"days": "mon-fri", "booths": 2}},
            f"officers: {{'days': 'mon-fri', 'booths': 2}}: {LIST}; write officers: [{{days: 'mon-fri', booths: 2}}]",
        ),
        (
            {"bays": {"state": {"bays": 2, "hours": "06:00-22:00"}}},
            (
                "bays.state: {'bays': 2, 'hours': '06:00-22:00'}: must be a whole number, or "
                f"{LIST}; write state: [{{bays: 2, hours: '06:00-22:00'}}]"
            ),
        ),
        (
            {"bays": {"secondary": {"nii": {"mon-fri": 2}}}},
            (
                f"bays.secondary.nii: {{'mon-fri': 2}}: must be a whole number, or {LIST}; "
                "the keys of an entry are bays, days, hours"
            ),
        ),
        (
            {"pace": {"primary": {"pace": 2}}},
            f"pace.primary: {{'pace': 2}}: {LIST}; write primary: [{{pace: 2}}]",
        ),
        (
            {"staffing": {"kind": "roster", "pools": {"fast": 3}}},
            f"staffing.pools.fast: 3: {LIST} of 168 entries",
        ),
        (
            {"programmes": {"share": {"none": "most"}}},
            f"programmes.share.none: 'most': must be a number, or {LIST} of 168 entries",
        ),
        (
            {"staffing": 9},
            f"staffing: 9: {MAPPING}; valid keys are {KEYS_OF_STAFFING}",
        ),
    ],
)
def test_a_figure_in_place_of_its_mapping(catalogue: Catalogue, change: dict[str, Any], said: str) -> None:
    data = {"changes": {"laredo-wtb": {"modes": {"commercial": change}}}}
    assert mistake(catalogue, data) == f"{MODE}.{said}"


def test_a_figure_in_place_of_one_of_several_keys(catalogue: Catalogue) -> None:
    keys = "day_cv, elasticity, hour_rho, hour_sd"
    assert mistake(catalogue, {"response": 0.2}) == f"response: 0.2: {MAPPING}; valid keys are {keys}"


def test_a_key_of_another_kind_is_told_with_that_kind(catalogue: Catalogue) -> None:
    staffing = {"pools": {"standard": [{"booths": 9}]}}
    data = {"changes": {"laredo-wtb": {"modes": {"commercial": {"staffing": staffing}}}}}
    assert mistake(catalogue, data) == (
        f"{MODE}.staffing.pools: {{'standard': [{{'booths': 9}}]}}: unknown key of this kind; it belongs to "
        "kind: roster or kind: schedule; write that kind beside it"
    )
    staffing["kind"] = "schedule"
    check_scenario(data, catalogue)
