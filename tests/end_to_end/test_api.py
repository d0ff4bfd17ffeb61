"""The Python API and the command give the same run, to the last row."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import border_sim as api

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)

SCENARIO = """\
name: more cars at Columbus
ports: [columbus, sasabe, antelope-wells]
days: 2
changes: {columbus: {modes: {passenger: {demand_factor: 1.5}}}}
disruptions: [{port: sasabe, mode: passenger, from: 2024-04-09T10:00, until: 2024-04-09T12:00, gate: shut}]
"""
SHARED = ("metrics", "booths", "posted", "disruptions")


@pytest.fixture
def written(border_sim, tmp_path):
    """A run directory that the command wrote."""
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    done = border_sim("run", "scenario.yaml", "--seed", 5, "--replication", 2, "--out", "run")
    assert done.returncode == 0, done.stderr
    return tmp_path / "run"


def rows(table, slug):
    """The rows of a port as the files hold them."""
    table = table.filter(pc.equal(table["port"].cast(pa.string()), slug))
    return table.to_pylist()


def test_the_same_scenario_and_seed_give_the_same_tables_as_the_command(written, tmp_path):
    result = api.simulate(api.load_scenario(tmp_path / "scenario.yaml"), seed=5, replication=2)
    for slug in result.ports:
        in_file = pq.read_table(written / "crossings" / f"{slug}.parquet").to_pylist()
        assert result.crossings(slug, warm_up=True).drop_columns("port").to_pylist() == in_file
    whole = {"posted": result.posted(warm_up=True), "booths": result.booths(), "metrics": result.metrics()}
    whole["disruptions"] = result.disruptions()
    for name in SHARED:
        in_file = pq.read_table(written / f"{name}.parquet")
        assert in_file.num_rows == whole[name].num_rows > 0
        for slug in result.ports:
            assert rows(whole[name], slug) == rows(in_file, slug)


def test_a_directory_of_the_command_opens_as_the_same_result(written, tmp_path):
    opened = api.open_run(written)
    result = api.simulate(api.load_scenario(tmp_path / "scenario.yaml"), seed=5, replication=2)
    assert opened.manifest.model_dump(exclude={"run_info"}) == result.manifest.model_dump(exclude={"run_info"})
    for name in ("crossings", *SHARED):
        assert getattr(opened, name)().equals(getattr(result, name)())


def test_the_command_recomputes_a_directory_of_the_api(border_sim, tmp_path):
    api.simulate(ports=["columbus"], days=1, out=tmp_path / "mine")
    done = border_sim("metrics", "mine")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differ" in done.stdout


def test_a_change_in_python_and_in_yaml_are_the_same_run(tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    written = api.load_scenario(tmp_path / "scenario.yaml")
    changed = api.change(
        api.baseline(),
        {
            "name": written.name,
            "ports": ["columbus", "sasabe", "antelope-wells"],
            "days": 2,
            "changes.columbus.modes.passenger.demand_factor": 1.5,
            "disruptions": [
                {"port": "sasabe", "mode": "passenger", "from": "2024-04-09T10:00", "until": "2024-04-09T12:00"}
                | {"gate": "shut"}
            ],
        },
    )
    hashes = {api.simulate(each).manifest.configuration_hash for each in (written, changed)}
    assert len(hashes) == 1


@pytest.mark.parametrize("block", BLOCKS)
def test_the_python_of_the_readme_runs(block, tmp_path):
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    command = [sys.executable, "-W", "error", "-c", block]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
