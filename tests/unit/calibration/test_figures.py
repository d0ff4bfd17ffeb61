"""Figures that are fitted, read from a catalogue and laid over it."""

import pytest

from border_sim.calibration.figures import (
    followed,
    latent_factors,
    uncalibrated,
    with_factors,
    with_law,
    with_waits,
)
from border_sim.calibration.trial import Trial
from border_sim.metrics.window_tables import METRICS_SCHEMA
from border_sim.observed.simulated import simulated_cells
from border_sim.spec.staffing import AccustomedLaw
from border_sim.vocabulary import Mode

CARS, TRUCKS, FEET = Mode.PASSENGER, Mode.COMMERCIAL, Mode.PEDESTRIAN


def _waits(catalogue):
    return {
        (slug, mode, group): minutes
        for slug, port in catalogue.ports.items()
        for mode, part in port.modes.items()
        for group, minutes in (part.accustomed_wait.minutes if part.accustomed_wait else {}).items()
    }


def test_factors_are_those_laid_over_and_the_others_stay(catalogue):
    before = latent_factors(catalogue)
    changed = with_factors(catalogue, {("naco", CARS): 1.5, ("sasabe", FEET): 0.5})

    assert set(before.values()) == {1.0}
    assert latent_factors(changed) == before | {("naco", CARS): 1.5, ("sasabe", FEET): 0.5}
    assert changed.ports["columbus"] == catalogue.ports["columbus"]
    assert _waits(changed) == _waits(catalogue)


def test_a_mode_without_a_volume_has_no_factor(made_up_catalogue):
    assert latent_factors(made_up_catalogue) == {("big-bridge", TRUCKS): 1, ("big-bridge", CARS): 1}


def test_a_calibration_begins_without_factors(catalogue):
    changed = with_factors(catalogue, {("naco", CARS): 1.5})

    assert latent_factors(uncalibrated(changed)) == latent_factors(catalogue)
    assert _waits(uncalibrated(changed)) == _waits(catalogue)


def test_waits_are_those_laid_over_and_the_others_stay(catalogue, made_up_catalogue):
    new = {("naco", CARS, "general"): 7.5, ("naco", FEET, "pedestrian"): 0.0}
    changed = with_waits(catalogue, new)

    assert _waits(changed) == _waits(catalogue) | new
    assert latent_factors(changed) == latent_factors(catalogue)
    both = with_waits(made_up_catalogue, {("big-bridge", CARS, "general"): 30.0})
    assert _waits(both) == {("big-bridge", CARS, "general"): 30, ("big-bridge", CARS, "sentri"): 4}


def test_a_law_is_laid_over_and_nothing_else(catalogue):
    law = AccustomedLaw(coefficients=dict.fromkeys(catalogue.accustomed.coefficients, (1.0, 2.0)), neighbour_km=3.0)
    changed = with_law(catalogue, law)

    assert changed.accustomed == law
    assert with_law(changed, catalogue.accustomed) == catalogue


def test_a_factor_falls_as_much_as_more_came_than_were_counted():
    cells = simulated_cells(METRICS_SCHEMA.empty_table(), {}, 1)
    trials = {"naco": Trial(cells, {CARS: 1.25, TRUCKS: 0.5}), "sasabe": Trial(cells, {})}
    factors = {("naco", CARS): 1.0, ("naco", TRUCKS): 2.0, ("sasabe", CARS): 1.5, ("columbus", CARS): 9.0}

    assert followed(factors, trials) == pytest.approx({("naco", CARS): 0.8, ("naco", TRUCKS): 4, ("sasabe", CARS): 1.5})
