"""A finished run as OpenMetrics: exact figures of a tiny one, and laws that hold for every one."""

import threading
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from border_sim.engine import conductor
from border_sim.monitoring.families import FAMILIES
from border_sim.monitoring.history.write import HistoryError, history_of
from border_sim.run.manifest import read_manifest
from border_sim.vocabulary import HOUR_US, SECOND_US

MIDNIGHT = datetime(2024, 3, 12, tzinfo=UTC).timestamp()
LANE = {"port": "gate", "mode": "passenger", "lane_class": "standard"}


def at(values, *minutes):
    """The values at minutes after midnight; `None`: none."""
    return [values.get(MIDNIGHT + 60 * minute) for minute in minutes]


@pytest.fixture(scope="module")
def tiny(tiny_run, written):
    return written(tiny_run)


@pytest.fixture(scope="module")
def two(two_ports, written):
    return written(two_ports)


@pytest.fixture(scope="module")
def windows(two_ports):
    return pq.read_table(two_ports / "metrics.parquet").to_pylist()


def test_counters_grow_at_the_end_of_each_window(tiny):
    assert at(tiny.of("border_arrivals_total", port="gate", mode="passenger"), 0, 15, 30, 45) == [0, 3, 3, 3]
    assert at(tiny.of("border_released_total", **LANE), 0, 15, 30, 45) == [0, 1, 2, 3]
    assert at(tiny.of("border_referrals_total", **LANE), 0, 15, 30, 45) == [0, 0, 0, 0]


def test_waits_are_counted_exactly_and_an_edge_belongs_to_its_bucket(tiny):
    def buckets(name, minute):
        edges = [*(f"{edge / SECOND_US:.1f}" for edge in FAMILIES[name].edges_us), "+Inf"]
        return {edge: at(tiny.of(f"{name}_bucket", **LANE, le=edge), minute)[0] for edge in edges}

    assert buckets("border_wait_seconds", 15) | {"60.0": 1, "120.0": 1, "300.0": 2, "+Inf": 2} == buckets(
        "border_wait_seconds", 15
    )
    assert [buckets("border_wait_seconds", 30)[le] for le in ("60.0", "300.0", "600.0", "900.0", "+Inf")] == [
        1,
        2,
        2,
        3,
        3,
    ]
    assert at(tiny.of("border_wait_seconds_sum", **LANE), 0, 15, 30) == [0, 240, 240 + 780]
    assert at(tiny.of("border_wait_seconds_count", **LANE), 0, 15, 30) == [0, 2, 3]
    assert [buckets("border_time_in_system_seconds", minute)["300.0"] for minute in (0, 15, 30, 45)] == [0, 1, 1, 1]
    assert at(tiny.of("border_time_in_system_seconds_sum", **LANE), 15, 30, 45) == [300, 300 + 840, 300 + 840 + 1980]


def test_what_stands_is_that_of_the_instant(tiny):
    primary = {**LANE, "station": "primary"}
    assert at(tiny.of("border_queue_length", **primary), 0, 15, 30, 45) == [0, 1, 0, 0]
    assert at(tiny.of("border_booths_busy", pool="general"), 0, 15, 30, 45) == [0, 1, 1, 0]
    assert at(tiny.of("border_booths_open", pool="general"), 0, 15, 30, 45) == [1, 1, 1, 1]
    assert at(tiny.of("border_booths_installed"), 0, 15) == [2, 2]
    assert at(tiny.of("border_posted_wait_seconds", **LANE), 0, 15, 30) == [0, 60, 0]
    assert at(tiny.of("border_lane_open", **LANE), 0, 15, 30) == [1, 1, 1]
    assert at(tiny.of("border_sim_time_seconds"), 15) == [MIDNIGHT + 900]


def test_throughput_is_of_the_window_that_ended(tiny):
    for station in ("primary", "door_to_door"):
        assert at(tiny.of("border_throughput_per_hour", **LANE, station=station), 0, 15, 30, 45, 60) == [
            None,
            4,
            4,
            4,
            0,
        ]


def test_a_port_is_called_what_its_scenario_calls_it(tiny):
    assert tiny.labels("border_port_info") == [
        {"port": "gate", "name": 'The "Gate" \\ quay', "state": "", "time_zone": "UTC", "latitude": "", "longitude": ""}
    ]


def test_when_the_run_has_ended_only_what_was_counted_is_told(tiny):
    last = max(tiny.of("border_sim_time_seconds"))
    told = {name for (name, _), values in tiny.series.items() if last in values}
    gauges = {family.name for family in FAMILIES.values() if family.type == "gauge"}
    assert told & gauges == {"border_port_info", "border_sim_time_seconds", "border_booths_installed"}
    assert "border_wait_seconds_bucket" in told


def test_families_stand_together_in_their_order_and_are_declared(two):
    declared = {name.removesuffix("_total"): family for name, family in FAMILIES.items()}
    assert two.heads == [name for name in declared if name in two.heads]
    assert {family.type for family in two.families} == {"gauge", "counter", "histogram"}
    for family in two.families:
        assert (family.type, family.documentation) == (declared[family.name].type, declared[family.name].meaning)
        assert all(set(sample.labels) - {"le"} == set(declared[family.name].labels) for sample in family.samples)


def test_nothing_of_the_pipeline_or_the_wall_clock_is_told(two):
    assert not [name for name, _ in two.series if "pipeline" in name or "speed" in name or "build" in name]


def total(windows, measure, labels, station):
    return sum(
        row[measure]
        for row in windows
        if row["station"] == station and not row["pool"] and all(row[key] == value for key, value in labels.items())
    )


@pytest.mark.parametrize(
    ("name", "measure", "station"),
    [
        ("border_arrivals_total", "arrivals", "door_to_door"),
        ("border_released_total", "completions", "door_to_door"),
        ("border_deterred_total", "deterred", "door_to_door"),
        ("border_referrals_total", "referrals", "primary"),
        ("border_wait_seconds_count", "starts", "primary"),
        ("border_time_in_system_seconds_count", "completions", "door_to_door"),
    ],
)
def test_the_last_figure_of_a_counter_is_the_sum_over_all_windows(two, windows, name, measure, station):
    series = two.labels(name)
    assert len(series) >= 4
    for labels in series:
        values = two.of(name, **labels)
        assert values[max(values)] == total(windows, measure, labels, station)
        assert values[min(values)] == 0
    assert sum(total(windows, measure, labels, station) for labels in series) == total(windows, measure, {}, station)


def test_sums_of_waits_are_those_of_the_windows(two, windows):
    for name, station in (("border_wait_seconds", "primary"), ("border_time_in_system_seconds", "door_to_door")):
        for labels in two.labels(f"{name}_sum"):
            values = two.of(f"{name}_sum", **labels)
            assert round(values[max(values)] * SECOND_US) == total(windows, "wait_us", labels, station)


def test_counters_and_buckets_never_fall(two):
    for (name, labels), values in two.series.items():
        if name.endswith(("_total", "_bucket", "_count", "_sum")):
            ordered = [values[t] for t in sorted(values)]
            assert ordered == sorted(ordered), (name, labels)


def test_the_queue_is_the_one_that_was_posted_with(two, two_ports):
    posted = pq.read_table(two_ports / "posted.parquet").to_pylist()
    ends = two.of("border_sim_time_seconds", port="columbus"), two.of("border_sim_time_seconds", port="laredo-wtb")
    last = {"columbus": max(ends[0]), "laredo-wtb": max(ends[1])}
    compared = 0
    for row in posted:
        t = row["t_us"] / SECOND_US
        labels = {key: row[key] for key in ("port", "mode", "lane_class")}
        queue = two.of("border_queue_length", **labels, station="primary")
        if t < min(queue) or t >= last[row["port"]]:
            continue  # the warm-up
        wait_min = row["posted_wait_min"]
        assert queue[t] == row["queue"]
        assert two.of("border_posted_wait_seconds", **labels).get(t) == (None if wait_min is None else wait_min * 60)
        assert two.of("border_lane_open", **labels)[t] == (wait_min is not None)
        compared += row["queue"] > 0
    assert compared > 100


def test_throughput_adds_up_to_what_was_completed(two, windows):
    for labels in two.labels("border_throughput_per_hour"):
        rates = two.of("border_throughput_per_hour", **labels)
        keys = {key: labels[key] for key in ("port", "mode")} | {"lane_class": labels["lane_class"] or None}
        rows = [
            row
            for row in windows
            if row["station"] == labels["station"] and not row["pool"] and all(row[k] == v for k, v in keys.items())
        ]
        by_end = {row["window_us"] / SECOND_US + 900: row["completions"] * 4 for row in rows}
        for t, rate in rates.items():
            assert rate == by_end.get(t, 0), (labels, t)


def test_the_accustomed_wait_follows_the_local_clock_when_it_changes(two):
    waits = two.of("border_accustomed_wait_seconds", port="columbus", mode="passenger", lane_class="standard")
    hours = {t: datetime.fromtimestamp(t, ZoneInfo("America/Denver")).hour for t in waits}
    by_hour = {}
    for t, hour in hours.items():
        by_hour.setdefault(hour, set()).add(waits[t])
    assert set(by_hour) == set(range(24))
    assert all(len(values) == 1 for values in by_hour.values())
    assert len({min(values) for values in by_hour.values()}) > 12
    before, after = (datetime(2024, 3, 10, hour, tzinfo=UTC).timestamp() for hour in (8, 9))
    assert (hours[before], hours[after]) == (1, 3)
    assert (waits[before], waits[after]) == (min(by_hour[1]), min(by_hour[3]))


def test_ports_are_chosen(two_ports, written, tmp_path):
    told = written(two_ports, ["columbus"], tmp_path)
    assert {labels["port"] for labels in told.labels("border_port_info")} == {"columbus"}
    assert not list(tmp_path.iterdir())
    with pytest.raises(HistoryError, match="'columbos': unknown port; did you mean 'columbus'"):
        history_of(two_ports, ["columbos"])


def test_long_windows_begin_when_the_warm_up_ends(run_into, written, tmp_path):
    told = written(run_into(tmp_path / "run", ["columbus"], start=date(2024, 3, 12), days=1, window_us=4 * HOUR_US))
    begins, hour = datetime(2024, 3, 12, 6, tzinfo=UTC).timestamp(), HOUR_US / SECOND_US
    labels = {"mode": "passenger", "lane_class": "standard", "station": "primary"}
    rates, counts = told.of("border_throughput_per_hour", **labels), told.of("border_arrivals_total", mode="passenger")
    assert sorted(counts)[:3] == [begins, begins + 2 * hour, begins + 6 * hour]
    rows = pq.read_table(tmp_path / "run" / "metrics.parquet").to_pylist()
    served = [row["completions"] for row in rows if all(row[key] == value for key, value in labels.items())]
    assert rates[begins + 2 * hour] * 2 == pytest.approx(served[0])
    assert rates[begins + 6 * hour] * 4 == pytest.approx(served[1])


@pytest.fixture(scope="module")
def without_log(run_into, written, tmp_path_factory):
    """What is written of the same run without a log."""
    folder = tmp_path_factory.mktemp("without") / "run"
    return written(run_into(folder, ["columbus", "laredo-wtb"], start=date(2024, 3, 10), days=2, log=False))


def test_without_a_log_counters_are_the_same(two, without_log):
    for key, values in two.series.items():
        if key[0].endswith(("_total", "_count", "_sum")) or key[0] == "border_throughput_per_hour":
            assert without_log.series[key] == values, key
    assert {name for name, _ in without_log.series} == {name for name, _ in two.series}


def test_without_a_log_means_of_windows_stand_for_what_stood(without_log, windows):
    for row in windows:
        t = row["window_us"] / SECOND_US + 900
        if row["pool"]:
            mode, pool = row["pool"].split("/")
            busy = without_log.of("border_booths_busy", port=row["port"], mode=mode, pool=pool)
            if t in busy:
                assert busy[t] == pytest.approx(row["busy_us"] / 900e6)
        elif row["station"] == "primary":
            labels = {key: row[key] for key in ("port", "mode", "lane_class")}
            queue = without_log.of("border_queue_length", **labels, station="primary")
            posted = without_log.of("border_posted_wait_seconds", **labels)
            if t in queue and row["postings"]:
                assert queue[t] == pytest.approx(row["queue_us"] / 900e6)
                assert posted[t] == row["posted_min"] * 60


def test_without_a_log_buckets_are_right_at_an_edge_near_theirs(two_ports, without_log):
    near = 0.008
    crossings = pq.read_table(two_ports / "crossings" / "laredo-wtb.parquet")
    begins_us = read_manifest(two_ports).ports["laredo-wtb"].info.measured_from_us
    started_us = pc.add(pc.add(crossings["arrived_us"], crossings["export_us"]), crossings["queue_wait_us"])
    measured = crossings.filter(pc.and_(pc.greater_equal(started_us, begins_us), pc.is_valid(started_us)))
    fast = measured.filter(pc.equal(measured["lane_class"].cast("string"), "fast"))["queue_wait_us"].to_numpy()
    assert len(fast) > 1000
    for edge_us in FAMILIES["border_wait_seconds"].edges_us:
        values = without_log.of(
            "border_wait_seconds_bucket", port="laredo-wtb", lane_class="fast", le=str(edge_us / SECOND_US)
        )
        assert np.sum(fast <= edge_us * (1 - near)) <= values[max(values)] <= np.sum(fast <= edge_us * (1 + near))


def test_an_interrupted_run_is_told_as_far_as_it_came(run_into, written, tmp_path, monkeypatch):
    monkeypatch.setattr(conductor, "STRETCH_DAYS", 1)
    folder = run_into(
        tmp_path / "run", ["sasabe"], start=date(2024, 3, 4), days=20, warm_up_days=0, stop=threading.Event()
    )
    entry = read_manifest(folder).ports["sasabe"]
    assert read_manifest(folder).status == "interrupted"
    times = written(folder).of("border_sim_time_seconds")
    assert max(times) - 900 < entry.until_us / SECOND_US <= max(times) + 1


def test_a_run_that_was_interrupted_in_its_warm_up_has_nothing_to_tell(run_into, tmp_path):
    stop = threading.Event()
    stop.set()
    folder = run_into(tmp_path / "run", ["sasabe"], days=2, stop=stop)
    with pytest.raises(HistoryError, match="before the warm-up ended"):
        history_of(folder)
