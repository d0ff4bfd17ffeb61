"""Trials: what is compared, kept in a folder and not made twice."""

import pytest

from border_sim.calibration import trial
from border_sim.calibration.figures import with_factors, with_waits
from border_sim.calibration.trial import Trials
from border_sim.spec.scenario import Catalogue
from border_sim.vocabulary import Mode

CARS = Mode.PASSENGER


@pytest.fixture
def trials(tmp_path):
    return Trials(tmp_path / "work", seed=5, workers=2)


@pytest.fixture
def simulated(monkeypatch):
    """The ports that are simulated from now on."""
    slugs, simulate = [], trial._simulated

    def counted(resolved, seed):
        slugs.extend(port.slug for port in resolved.ports)
        return simulate(resolved, seed)

    monkeypatch.setattr(trial, "_simulated", counted)
    return slugs


def _same(one, other):
    return {slug: (each.cells.to_pylist(), each.simulated_over_counted) for slug, each in one.items()} == {
        slug: (each.cells.to_pylist(), each.simulated_over_counted) for slug, each in other.items()
    }


def test_each_port_is_simulated_by_itself_from_monday_2024_01_01(catalogue, trials):
    found = trials.run(catalogue, ["sasabe", "naco"], 1)

    assert list(found) == ["sasabe", "naco"]
    for slug, each in found.items():
        rows = each.cells.to_pylist()
        assert {(row["port"], row["day_of_week"]) for row in rows} == {(slug, 0)}
        assert {row["mode"] for row in rows} == {mode.value for mode in catalogue.ports[slug].modes}
    assert _same({"naco": trials.run(catalogue, ["naco"], 1)["naco"]}, {"naco": found["naco"]})


def test_crossings_are_told_over_those_counted_in_the_days_simulated(catalogue, trials):
    days = 7
    ratios = trials.run(catalogue, ["naco"], days)["naco"].simulated_over_counted
    demand = catalogue.ports["naco"].modes[CARS].demand
    season = catalogue.seasonality[demand.seasonality].monthly
    january = season[0] / (sum(season) / 12)  # nearly: months are not of one length
    counted = demand.volumes[2024] / 366 * days * january

    assert set(ratios) == set(catalogue.ports["naco"].modes)
    assert abs(ratios[CARS] - 1) < 0.3
    assert ratios[CARS] * counted == pytest.approx(round(ratios[CARS] * counted), rel=0.03)


def test_latent_demand_counts_as_more_crossings_and_not_as_more_that_were_counted(catalogue, trials):
    doubled = with_factors(catalogue, {("sasabe", CARS): 2.0})
    once, twice = (
        trials.run(each, ["sasabe"], 14)["sasabe"].simulated_over_counted[CARS] for each in (catalogue, doubled)
    )

    assert 1.5 < twice / once < 2.5


def test_a_mode_without_a_volume_has_no_ratio(made_up_catalogue, trials):
    assert trials.run(made_up_catalogue, ["small-gate"], 1)["small-gate"].simulated_over_counted == {}


def test_a_trial_that_was_made_is_not_made_again(catalogue, trials, simulated):
    first = trials.run(catalogue, ["sasabe", "naco"], 1)
    assert sorted(simulated) == ["naco", "sasabe"]
    assert _same(trials.run(catalogue, ["sasabe", "naco"], 1), first)
    assert len(simulated) == 2


def test_other_figures_days_or_seeds_make_another_trial_and_other_ports_do_not(catalogue, trials, simulated):
    trials.run(catalogue, ["sasabe"], 1)
    changed = with_waits(catalogue, {("sasabe", CARS, "general"): 50.0})
    for each in (changed, with_factors(catalogue, {("sasabe", CARS): 1.1})):
        trials.run(each, ["sasabe"], 1)
    trials.run(catalogue, ["sasabe"], 2)
    Trials(trials.folder, seed=6, workers=1).run(catalogue, ["sasabe"], 1)
    assert len(simulated) == 5

    others = Catalogue.model_validate({**dict(catalogue), "ports": {"sasabe": catalogue.ports["sasabe"]}})
    trials.run(others, ["sasabe"], 1)
    trials.run(with_factors(catalogue, {("naco", CARS): 3.0}), ["sasabe"], 1)
    assert len(simulated) == 5


def test_the_same_seed_gives_the_same_whatever_the_folder_and_the_workers(catalogue, trials, tmp_path):
    ports = ["sasabe", "naco"]
    again = Trials(tmp_path / "other", seed=5, workers=1).run(catalogue, ports, 1)

    assert _same(trials.run(catalogue, ports, 1), again)
    assert not _same(Trials(tmp_path / "other", seed=6, workers=1).run(catalogue, ports, 1), again)


def test_a_trial_cut_short_leaves_nothing_that_counts(catalogue, trials, simulated, monkeypatch):
    def fails(_table, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trial.pq, "write_table", fails)
        with pytest.raises(KeyboardInterrupt):
            trials.run(catalogue, ["sasabe"], 1)
    assert not list(trials.folder.glob("*.parquet"))

    assert trials.run(catalogue, ["sasabe"], 1)["sasabe"].cells.num_rows > 0
    assert simulated == ["sasabe", "sasabe"]
