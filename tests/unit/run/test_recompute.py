"""`metrics` passes nothing that is not whole."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.run.directory import DirectoryError
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.recompute import compare_with_log
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US


@pytest.fixture
def folder(tmp_path):
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe", "antelope-wells"], days=1)
    make_directory(tmp_path / "run", force=False)
    simulate(frame, RunSettings("test", 1, 0, HOUR_US, logs=frozenset({"parquet"})), tmp_path / "run")
    return tmp_path / "run"


def edit(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_a_whole_run_is_the_same_again(folder):
    assert compare_with_log(folder)[1:] == (0, (), "")


def test_a_port_that_the_manifest_lost_is_noticed(folder):
    def lose(manifest):
        del manifest["ports"]["sasabe"]
        manifest.update(status="interrupted", counts=manifest["ports"]["antelope-wells"]["counts"])

    edit(folder, lose)
    comparison = compare_with_log(folder)
    assert comparison.differing > 0
    assert comparison.wrong_hashes == ("all ports together",)


def test_another_hash_is_noticed(folder):
    edit(folder, lambda manifest: manifest.update(event_hash="0" * 64))
    assert compare_with_log(folder).wrong_hashes == ("all ports together",)


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_run_that_never_ended_is_refused(folder, status):
    edit(folder, lambda manifest: manifest.update(status=status))
    with pytest.raises(DirectoryError, match=status):
        compare_with_log(folder)


def test_a_manifest_with_holes_is_refused(folder):
    edit(folder, lambda manifest: manifest.pop("logs"))
    with pytest.raises(DirectoryError, match="logs"):
        compare_with_log(folder)


def pools_of(manifest):
    return manifest["ports"]["sasabe"]["info"]["pools"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda manifest: pools_of(manifest).clear(), r"ports\.sasabe \(.*it has no pools"),
        (lambda manifest: [pool.update(name="x") for pool in pools_of(manifest)], "its log names '.+', which is none"),
        (lambda manifest: pools_of(manifest)[0].update(station="state"), "sasabe: its log names the pool '.+'"),
        (lambda manifest: pools_of(manifest)[0].update(mode="pedestrian"), "its log names '.+', which is none"),
    ],
)
def test_a_pool_that_the_manifest_does_not_know_is_refused(folder, change, says):
    edit(folder, change)
    with pytest.raises(DirectoryError, match=f"{says}.*; the run was damaged"):
        compare_with_log(folder)


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("crossings/sasabe", "mode", None),
        ("crossings/sasabe", "programme", "platinum"),
        ("crossings/sasabe", "pool", "nowhere"),
        ("crossings/sasabe", "queue_wait_us", -(10**6)),
        ("crossings/sasabe", "primary_us", 2**62),
        ("booths", "pool", None),
        ("booths", "mode", "rail"),
        ("posted", "lane_class", "slow"),
        ("disruptions", "mode", None),
    ],
)
def test_what_no_run_can_tell_is_refused(folder, file, column, value):
    path = folder / f"{file}.parquet"
    table = pq.read_table(path)
    table = table if table.num_rows else disruption(table.schema)
    place, field = table.column_names.index(column), table.schema.field(column)
    column = pa.array([value] * table.num_rows, pa.string() if pa.types.is_dictionary(field.type) else field.type)
    pq.write_table(table.set_column(place, field.name, column), path)
    with pytest.raises(DirectoryError, match=r"its log .*; the run was damaged"):
        compare_with_log(folder)


def disruption(schema):
    row = {"port": "sasabe", "t_us": 0, "mode": "passenger", "gate_shut": False, "booths_cap": 1}
    return pa.Table.from_pylist([row], schema)


@pytest.mark.parametrize(
    ("key", "value"), [("logs", None), ("counts", None), ("ports", []), ("run", 5), ("window_us", "15m")]
)
def test_a_manifest_of_another_shape_is_refused(folder, key, value):
    edit(folder, lambda manifest: manifest.update({key: value}))
    with pytest.raises(DirectoryError, match=rf"has no valid {key} \(.*; the run was damaged"):
        compare_with_log(folder)
