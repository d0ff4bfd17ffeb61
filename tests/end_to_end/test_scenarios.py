"""The scenarios of `configs/scenarios` say what their names promise."""

import json

import pyarrow.parquet as pq
import pytest

from border_sim.vocabulary import HOUR_US


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", [1, 2])
def test_one_more_booth_lets_more_trucks_through(border_sim, root, tmp_path, seed):
    scenario = root / "configs" / "scenarios" / "one-more-booth.yaml"
    for name, what in {"base": ("--ports", "calexico-east"), "build": (scenario,)}.items():
        done = border_sim("run", *what, "--days", 5, "--seed", seed, "--out", name)
        assert done.returncode == 0, done.stderr
    base, build = (manifest_of(tmp_path / name)["counts"] for name in ("base", "build"))
    assert base["candidates"] == build["candidates"]
    assert base["arrived"] < build["arrived"]


def test_a_shut_gate_turns_trucks_away(border_sim, root, tmp_path):
    done = border_sim("run", root / "configs" / "scenarios" / "gate-shut.yaml", "--days", 3, "--out", "shut")
    assert done.returncode == 0, done.stderr
    assert manifest_of(tmp_path / "shut")["counts"]["deterred_gate"] > 1000


def trucks_of(folder):
    """The trucks that went through the Bridge of the Americas, warm-up included."""
    crossings = pq.read_table(folder / "crossings" / "el-paso-bota.parquet").to_pylist()
    return [row for row in crossings if row["mode"] == "commercial" and row["outcome"] == "released"]


def test_longer_hours_bring_trucks_in_the_evening_and_shorter_waits(border_sim, root, tmp_path):
    scenario = root / "configs" / "scenarios" / "longer-hours.yaml"
    for name, what in {"base": ("--ports", "el-paso-bota"), "longer": (scenario,)}.items():
        done = border_sim("run", *what, "--days", 5, "--out", name)
        assert done.returncode == 0, done.stderr
    base, longer = (trucks_of(tmp_path / name) for name in ("base", "longer"))
    last_hours = [max((row["arrived_us"] // HOUR_US - 6) % 24 for row in rows) for rows in (base, longer)]  # UTC-6
    waits = [sum(row["queue_wait_us"] for row in rows) / len(rows) for rows in (base, longer)]
    assert last_hours == [13, 21]
    assert waits[1] < waits[0]


def test_at_a_port_of_ones_own_everybody_comes_whom_the_rates_expect(border_sim, root, tmp_path):
    done = border_sim("run", root / "configs" / "scenarios" / "own-port.yaml", "--days", 5, "--out", "own")
    assert done.returncode == 0, done.stderr
    counts = manifest_of(tmp_path / "own")["counts"]
    trucks, cars = 5 * 890, 6 * 2870  # the day of warm-up is a Sunday
    assert counts["arrived"] == counts["candidates"] == pytest.approx(trucks + cars, rel=0.1)


def test_an_inspection_of_every_truck_fills_the_road_before_primary(border_sim, root, tmp_path):
    """Hours before CBP's booths, which stand blocked, for members of FAST and for the others."""
    scenario = root / "configs" / "scenarios" / "every-truck-inspected.yaml"
    for name, what in {"base": ("--ports", "ysleta-zaragoza", "--start", "2024-04-27"), "all": (scenario,)}.items():
        done = border_sim("run", *what, "--days", 4, "--out", name)
        assert done.returncode == 0, done.stderr
    minutes = {}
    for name in ("base", "all"):
        done = border_sim("summary", name, "--by", "mode,lane", "--format", "json")
        assert done.returncode == 0, done.stderr
        rows = [row for row in json.loads(done.stdout) if row["mode"] == "commercial"]
        minutes[name] = {row["lane"]: row["mean_wait_min"] for row in rows}
    assert all(minutes["base"][lane] < 60 for lane in ("standard", "fast")), minutes
    assert all(minutes["all"][lane] > 120 for lane in ("standard", "fast")), minutes
