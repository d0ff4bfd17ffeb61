"""The tables of a run: whole, in one shape, from memory and from a run directory alike."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from border_sim.api.result import open_run
from border_sim.api.scenarios import load_scenario
from border_sim.api.simulation import simulate
from border_sim.run.directory import DirectoryError
from border_sim.run.meanings import INSTANTS, STATIONS, TABLES
from border_sim.spec.problem import SpecError
from border_sim.vocabulary import HOUR_US, MINUTE_US, ROUTE
from tests.full_port import FULL_PORT

PORTS = ["sasabe", "columbus", "nogales-morley"]
ZONES = {"columbus": {7, 6}, "sasabe": {7}}
"""Hours behind UTC over the weekend of 10 March 2024: New Mexico changed its clocks, Arizona did not."""
EVERY_TABLE = sorted(TABLES)
STAYS = [name for name in TABLES["crossings"] if name.endswith("_us") and name != "arrived_us"]


@pytest.fixture(scope="module")
def result():
    return simulate(ports=PORTS, days=1)


@pytest.fixture(scope="module")
def full_port(tmp_path_factory):
    """A day of a port whose stations fill up."""
    file = tmp_path_factory.mktemp("full") / "full.yaml"
    file.write_text(FULL_PORT)
    return simulate(load_scenario(file))


@pytest.fixture
def folder(tmp_path):
    simulate(ports=PORTS, days=1, out=tmp_path / "run")
    return tmp_path / "run"


def edit(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_every_table_has_the_columns_of_the_dictionary(result, name):
    columns = getattr(result, name)().column_names
    assert [column for column in columns if column != "port"] == [name for name in TABLES[name] if name != "port"]
    assert "port" in columns


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_a_run_directory_gives_the_same_tables_and_manifest(result, folder, name):
    opened = open_run(folder)
    assert getattr(opened, name)().equals(getattr(result, name)())
    assert getattr(opened, name)("sasabe").equals(getattr(result, name)("sasabe"))
    assert opened.manifest.model_copy(update={"run_info": result.manifest.run_info}) == result.manifest


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_ports_come_in_the_order_of_their_slugs_and_only_those_asked_for(result, name):
    table = getattr(result, name)
    parts = [table(slug) for slug in sorted(PORTS)]
    assert table().to_pylist() == [row for part in parts for row in part.to_pylist()]
    assert table("sasabe", "columbus", "sasabe").num_rows == parts[0].num_rows + parts[2].num_rows


def test_words_of_all_ports_can_be_grouped_and_filtered(result):
    crossings = result.crossings()
    sums = crossings.group_by(["port", "mode", "pool"]).aggregate([("crossing", "count")])
    assert sum(sums["crossing_count"].to_pylist()) == crossings.num_rows
    assert crossings.filter(pc.field("port") == "sasabe").to_pylist() == result.crossings("sasabe").to_pylist()
    for name in ("mode", "pool", "secondary_pool"):
        words = crossings[name].chunk(0).dictionary.to_pylist()
        assert len(words) == len(set(words))


def test_every_candidate_is_a_row_once_and_the_warm_up_is_left_out(result):
    assert result.crossings(warm_up=True).num_rows == result.manifest.counts.candidates
    for slug in result.ports:
        begins_us = result.manifest.ports[slug].info.measured_from_us
        everybody = result.crossings(slug, warm_up=True)
        measured = everybody.filter(pc.field("arrived_us") >= begins_us)
        assert 0 < measured.num_rows < everybody.num_rows
        assert result.crossings(slug).equals(measured)
        assert pc.min(result.posted(slug)["t_us"]).as_py() == begins_us
        assert pc.min(result.posted(slug, warm_up=True)["t_us"]).as_py() < begins_us


def test_stays_follow_one_another_from_arrival_to_release(result):
    table = result.crossings(instants=True)
    columns = {name: np.asarray(table[name].cast(pa.int64()).fill_null(0)) for name in (*STAYS, *INSTANTS)}
    is_out = np.asarray(pc.equal(table["outcome"], "released"))
    stays = sum(columns[name] for name in STAYS)
    arrived = np.asarray(table["arrived_us"])
    np.testing.assert_array_equal(columns["released_us"][is_out], (arrived + stays)[is_out])
    np.testing.assert_array_equal(columns["time_in_system_us"][is_out], stays[is_out])
    np.testing.assert_array_equal(columns["started_us"] - columns["joined_us"], columns["queue_wait_us"])
    assert is_out.any()


def test_who_was_deterred_reached_nothing():
    table = simulate(ports=["calexico-east"], days=1).crossings(instants=True)
    deterred = table.filter(pc.equal(table["outcome"], "deterred_wait"))
    assert deterred.num_rows > 0
    assert all(deterred[name].null_count == deterred.num_rows for name in (*STAYS, *INSTANTS))


def test_metrics_count_what_crossings_say(result):
    metrics, crossings = result.metrics("columbus"), result.crossings("columbus", instants=True)
    at_primary = metrics.filter((pc.field("station") == "primary") & (pc.field("mode") == "passenger"))
    begins_us = result.manifest.ports["columbus"].info.measured_from_us
    everybody = result.crossings("columbus", instants=True, warm_up=True)
    cars = everybody.filter((pc.field("mode") == "passenger") & (pc.field("started_us") >= begins_us))
    assert pc.sum(at_primary["starts"]).as_py() == cars.num_rows > 0
    assert pc.sum(at_primary["wait_us"]).as_py() == pc.sum(cars["queue_wait_us"]).as_py()
    assert crossings.num_rows > cars.num_rows


def test_stations_are_summed_up_by_themselves_and_door_to_door(result):
    table, metrics = result.stations("columbus"), result.metrics("columbus").to_pylist()
    assert table.column_names == list(STATIONS)
    begins_us = result.manifest.ports["columbus"].info.measured_from_us
    rows = {(row["mode"], row["station"]): row for row in table.to_pylist()}
    trucks = [station for mode, station in rows if mode == "commercial"]
    assert trucks == [station for station in (*ROUTE, "door_to_door") if station in trucks]
    assert {"export", "primary", "door_to_door"} <= {*trucks}
    for (mode, station), row in rows.items():
        mine = [each for each in metrics if (each["mode"], each["station"]) == (mode, station)]
        lanes = [each for each in mine if each["pool"] is None]
        for name in ("arrivals", "starts", "completions"):
            assert row[name] == sum(each[name] for each in lanes)
        waits = row["completions"] if station == "door_to_door" else row["starts"]
        assert row["mean_wait_min"] == pytest.approx(sum(each["wait_us"] for each in lanes) / waits / MINUTE_US)
        served = sum(each["completions"] for each in lanes if each["window_us"] < begins_us + 24 * HOUR_US)
        assert row["served_per_hour"] == served / 24
        opened, busy = (sum(each[name] for each in mine) for name in ("open_us", "busy_us"))
        assert (row["utilisation"], row["blocked"]) == ((busy / opened, 0) if opened else (None, None))
    assert set(result.stations()["port"].to_pylist()) == set(PORTS)


def test_blocked_time_of_booths_and_bays_is_that_of_the_crossings(full_port):
    crossings = full_port.crossings(warm_up=True)
    metrics = full_port.metrics().to_pylist()
    for station in ("scan", "primary", "secondary"):
        rows = [row for row in metrics if row["pool"] and row["station"] == station]
        opened, busy, blocked = (sum(row[name] for row in rows) for name in ("open_us", "busy_us", "blocked_us"))
        assert blocked == pc.sum(crossings[f"{station}_blocked_us"]).as_py() > 0
        assert busy == pc.sum(crossings[f"{station}_us"]).as_py()
        (row,) = (row for row in full_port.stations().to_pylist() if row["station"] == station)
        assert row["utilisation"] == (busy + blocked) / opened <= 1
        assert row["blocked"] == blocked / opened


def test_local_times_are_the_clock_of_each_port_through_the_change_of_clocks():
    result = simulate(ports=["columbus", "sasabe"], days=2, start="2024-03-09")
    posted = result.local_times(result.posted())
    behind_us = pc.subtract(posted["t_us"], posted["t_local"].cast(pa.int64()))
    hours = {
        slug: {us / HOUR_US for us in behind_us.filter(pc.equal(posted["port"], slug)).to_pylist()} for slug in ZONES
    }
    assert hours == ZONES


def test_a_port_that_was_not_simulated_is_refused(result):
    with pytest.raises(SpecError, match="ports: 'sasab': unknown port"):
        result.metrics("sasab")


@pytest.mark.parametrize("port", [5, None, ["sasabe"]])
def test_what_is_no_slug_is_told(result, port):
    with pytest.raises(SpecError, match=r"ports: .+: must be the slug of a port"):
        result.crossings(port)


@pytest.mark.parametrize("folder", [None, 5, b"run"])
def test_what_is_no_folder_is_told(folder):
    with pytest.raises(SpecError, match=r"folder: .+: must be a path"):
        open_run(folder)


def test_what_is_no_table_is_told(result):
    with pytest.raises(SpecError, match=r"table: .+: must be a pyarrow\.Table"):
        result.local_times(result.posted().to_pylist())


def test_a_run_without_a_log_still_gives_its_metrics(folder):
    edit(folder, lambda manifest: manifest.update(logs=[]))
    result = open_run(folder)
    assert result.metrics().num_rows > 0
    with pytest.raises(DirectoryError, match="--log parquet"):
        result.crossings()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda manifest: manifest.update(status="running"), "its status is running"),
        (lambda manifest: manifest.update(status="interrupted", ports={}, counts={}), "before any port"),
        (lambda manifest: manifest.pop("counts"), "has no valid counts"),
        (lambda manifest: manifest.update(logs=None), "has no valid logs"),
        (
            lambda manifest: manifest["ports"]["sasabe"].pop("info"),
            r"no valid ports\.sasabe\.info \(Field",
        ),
        (lambda manifest: manifest["ports"].update({"../x": manifest["ports"]["sasabe"]}), r"\.\./x"),
    ],
)
def test_a_directory_that_is_not_whole_is_refused(folder, change, says):
    edit(folder, change)
    with pytest.raises(DirectoryError, match=says):
        open_run(folder)


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(DirectoryError, match="cannot be read"):
        open_run(tmp_path / "nothing")


def test_a_table_that_is_gone_is_told(folder):
    (folder / "crossings" / "sasabe.parquet").unlink()
    with pytest.raises(DirectoryError, match=r"sasabe\.parquet: cannot be read"):
        open_run(folder).crossings()


def test_it_shows_itself_in_one_line(result):
    arrived = result.manifest.counts.arrived
    assert repr(result) == f"<Result {result.manifest.run}: {arrived:,} crossings, warm-up included, at 3 ports>"
