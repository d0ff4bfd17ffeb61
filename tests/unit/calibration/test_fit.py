"""Fits over a week of small ports: they move waits and volumes to what was observed, and see no port left out."""

import pyarrow as pa
import pytest

from border_sim.calibration import trial
from border_sim.calibration.figures import latent_factors, with_factors, with_waits
from border_sim.calibration.fit import (
    DAMPING,
    FARTHEST,
    _corrected,
    fit_levels,
    fit_posted,
    fit_volumes,
    leave_one_out,
    mean_error,
    observed_ports,
    posted_cells,
)
from border_sim.calibration.law import blended_wait
from border_sim.calibration.levels import levels
from border_sim.calibration.trial import Trials
from border_sim.vocabulary import Mode

CARS, TRUCKS, FEET = Mode.PASSENGER, Mode.COMMERCIAL, Mode.PEDESTRIAN
PORTS = ["columbus", "naco"]


@pytest.fixture
def trials(tmp_path):
    return Trials(tmp_path, seed=3, workers=2)


def silent(_line):
    """Tell nobody."""


def waits_of(catalogue, *slugs):
    return {
        (slug, mode): dict(part.accustomed_wait.minutes)
        for slug in slugs or catalogue.ports
        for mode, part in catalogue.ports[slug].modes.items()
    }


# Levels.


def test_observed_ports_are_those_with_cells(two_ports):
    assert observed_ports(two_ports()) == PORTS


def test_every_group_of_every_port_has_the_wait_of_the_law_and_its_level(catalogue, two_ports):
    observed = two_ports()
    fit = fit_levels(catalogue, observed, source="made up")
    found = levels(observed, catalogue.planning.hour_shape)

    assert fit.catalogue.accustomed.source == "made up"
    assert set(fit.readings) == {
        (slug, mode, group) for (slug, mode), waits in waits_of(catalogue).items() for group in waits
    }
    assert not fit.fitted
    for (slug, mode, group), readings in fit.readings.items():
        minutes, expected = blended_wait(slug, group, found, fit.catalogue)
        assert fit.catalogue.ports[slug].modes[mode].accustomed_wait.minutes[group] == round(minutes, 1)
        assert readings == expected
    assert fit.readings["columbus", CARS, "general"] == 70 and fit.readings["sasabe", FEET, "pedestrian"] == 0


def test_levels_say_nothing_of_latent_demand(catalogue, two_ports):
    factors = {("naco", CARS): 1.5}

    fit = fit_levels(with_factors(catalogue, factors), two_ports())
    assert latent_factors(fit.catalogue) == latent_factors(catalogue) | factors
    assert fit.catalogue.accustomed.source == catalogue.accustomed.source


def test_a_port_left_out_says_nothing_of_its_own_wait(catalogue, two_ports):
    fits = [fit_levels(catalogue, two_ports(columbus=wait), without="columbus") for wait in (1, 100)]

    assert fits[0] == fits[1]
    assert fits[0].readings["columbus", CARS, "general"] == 0
    known = [fit_levels(catalogue, two_ports(columbus=wait)).catalogue for wait in (1, 100)]
    assert waits_of(known[0], "columbus") != waits_of(known[1], "columbus")


# Posted waits.


def comparison(*rows):
    """A comparison of (port, mode, lane class, cells, observed, simulated)."""
    columns = ("port", "mode", "lane_class", "mean_wait_min", "simulated_min")
    rows = [
        dict(zip(columns, (port, mode, lane, observed, simulated), strict=True))
        for port, mode, lane, cells, observed, simulated in rows
        for _ in range(cells)
    ]
    table = pa.Table.from_pylist(rows)
    for name in ("naive_min", "lanes_open", "booths_open"):
        table = table.append_column(name, pa.array([0.0] * len(table)))
    return table


def at_eight(catalogue):
    """The catalogue with all waits at 8 minutes."""
    return with_waits(
        catalogue,
        {(slug, mode, group): 8.0 for (slug, mode), waits in waits_of(catalogue).items() for group in waits},
    )


def test_a_wait_is_corrected_by_a_part_of_the_ratio_of_means_and_within_bounds(catalogue):
    cells = comparison(
        ("columbus", "passenger", "standard", 30, 30, 20),
        ("columbus", "passenger", "ready", 10, 10, 20),
        ("columbus", "pedestrian", "standard", 20, 90, 1),
        ("naco", "pedestrian", "standard", 20, 0, 1),
    )
    waits = _corrected(at_eight(catalogue), cells)

    assert waits == pytest.approx(
        {
            ("columbus", CARS, "general"): 8 * (1000 / 800) ** DAMPING,
            ("columbus", FEET, "pedestrian"): 8 * FARTHEST**DAMPING,
            ("naco", FEET, "pedestrian"): 8 * FARTHEST**-DAMPING,
        },
        abs=0.05,
    )


def test_a_group_of_few_cells_or_without_a_curve_keeps_its_wait(catalogue):
    cells = comparison(
        ("columbus", "passenger", "standard", 19, 30, 20), ("columbus", "commercial", "fast", 99, 30, 20)
    )

    assert _corrected(at_eight(catalogue), cells) == {}


def test_a_wait_of_nothing_can_grow(catalogue):
    none = with_waits(catalogue, {("naco", FEET, "pedestrian"): 0.0})
    waits = _corrected(none, comparison(("naco", "pedestrian", "standard", 20, 9, 0)))

    assert waits["naco", FEET, "pedestrian"] > 0


@pytest.mark.usefixtures("short")
def test_posted_waits_move_to_those_observed_at_observed_ports_alone(catalogue, two_ports, trials):
    observed, lines = two_ports(columbus=40), []
    start = fit_levels(catalogue, observed)
    fit = fit_posted(start, observed, trials, lines.append)

    assert fit.fitted == {
        (slug, mode, group) for (slug, mode), waits in waits_of(catalogue, *PORTS).items() for group in waits
    }
    assert fit.readings == start.readings
    assert waits_of(fit.catalogue, "sasabe") == waits_of(start.catalogue, "sasabe")
    assert fit.catalogue.accustomed == start.catalogue.accustomed
    assert [line.partition(":")[0] for line in lines] == ["posted waits, round 1 of 1"]
    before, after = (mean_error(posted_cells(each.catalogue, observed, trials, PORTS)) for each in (start, fit))
    assert after < before


# Volumes.


def test_factors_bring_crossings_to_those_counted_at_the_ports_named_alone(catalogue, trials):
    lines = []
    far_off = with_factors(catalogue, dict.fromkeys(latent_factors(catalogue), 1.6))
    found = fit_volumes(far_off, ["naco"], trials, rounds=2, days=28, tell=lines.append)

    assert {slug for (slug, _), factor in latent_factors(found).items() if factor != 1.6} == {"naco"}
    before, after = (trials.run(each, ["naco"], 28)["naco"].simulated_over_counted for each in (far_off, found))
    assert all(abs(after[mode] - 1) < abs(before[mode] - 1) / 4 for mode in after)
    assert [line.partition(":")[0] for line in lines] == ["volumes, round 1 of 2", "volumes, round 2 of 2"]
    farthest = [float(line.split()[-4].rstrip("%")) for line in lines]
    assert farthest[1] < farthest[0] / 4


# Left out.


@pytest.mark.usefixtures("short")
def test_what_was_observed_at_a_port_changes_nothing_in_its_left_out_prediction(catalogue, two_ports, trials):
    low, high = (leave_one_out(catalogue, two_ports(columbus=wait), trials, silent) for wait in (2, 90))

    def mine(table, *names):
        return [tuple(row[name] for name in names) for row in table.to_pylist() if row["port"] == "columbus"]

    names = ("simulated_min", "booths_open", "naive_min", "mode", "lane_class", "day_of_week", "hour")
    assert mine(low, *names) == mine(high, *names)
    assert set(mine(low, "mean_wait_min")) == {(2,)} and set(mine(high, "mean_wait_min")) == {(90,)}
    others = [[row["simulated_min"] for row in table.to_pylist() if row["port"] == "naco"] for table in (low, high)]
    assert others[0] != others[1]


@pytest.mark.usefixtures("short")
def test_each_observed_port_is_left_out_once(catalogue, two_ports, trials):
    observed, lines = two_ports(), []
    cells = leave_one_out(catalogue, observed, trials, lines.append)

    assert cells["port"].to_pylist() == sorted(observed.cells["port"].to_pylist())
    assert [line.partition(":")[0] for line in lines] == ["without columbus", "without naco"]


@pytest.mark.usefixtures("short")
def test_an_interrupted_calibration_goes_on_where_it_was_and_ends_alike(catalogue, two_ports, tmp_path, monkeypatch):
    simulate, made = trial._simulated, []

    def until_the_third(resolved, seed):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(resolved)
        return simulate(resolved, seed)

    def calibrated(folder):
        return fit_posted(start, two_ports(), Trials(folder, seed=3, workers=1), silent)

    start = fit_levels(catalogue, two_ports())
    with monkeypatch.context() as patched:
        patched.setattr(trial, "_simulated", until_the_third)
        with pytest.raises(KeyboardInterrupt):
            calibrated(tmp_path / "a")
    whole = calibrated(tmp_path / "b")
    kept = set((tmp_path / "a").glob("*.parquet"))
    again = []
    monkeypatch.setattr(trial, "_simulated", lambda resolved, seed: again.append(1) or simulate(resolved, seed))

    assert calibrated(tmp_path / "a") == whole
    assert len(kept) == 2
    assert len(again) == len(list((tmp_path / "b").glob("*.parquet"))) - len(kept)
