"""Latent demand: a positive factor, 1 unless a port's file says otherwise."""

from typing import Any

import pytest
from pydantic import ValidationError

from border_sim.spec.demand import Annual

NAMES = {"profile": "day", "seasonality": "year", "day_of_week": "week"}


def annual(**keys: Any) -> Annual:
    return Annual.model_validate({"kind": "annual", "volumes": {2024: 1000}, **NAMES, **keys})


def test_without_a_factor_as_many_would_come_as_were_counted() -> None:
    assert annual().latent.factor == 1


def test_a_factor_has_its_own_source() -> None:
    latent = annual(latent={"factor": 1.1, "source": "made up"}).latent
    assert (latent.factor, latent.source) == (1.1, "made up")


@pytest.mark.parametrize("factor", [0, -0.5, 21, float("inf"), "1.1", True])
def test_a_factor_that_cannot_be_is_refused(factor: Any) -> None:
    with pytest.raises(ValidationError, match=r"latent\.factor"):
        annual(latent={"factor": factor})
