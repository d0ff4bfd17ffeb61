"""What Prometheus is given is what happened: in a world written by hand, and against the windows of a run."""

import platform
from collections import Counter

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import DuplicateTimeseries

from border_sim.metrics.counters import TIME_IN_SYSTEM_EDGES_US, WAIT_EDGES_US
from border_sim.monitoring.clock_speed import ClockSpeed
from border_sim.monitoring.collector import BoardCollector
from border_sim.monitoring.families import FAMILIES
from border_sim.streaming.counting.board import Board, PipelineFacts, ProducerFacts
from border_sim.streaming.counting.dead_letters import Reason
from border_sim.streaming.counting.record_counts import RecordCounts
from border_sim.version import __version__
from border_sim.vocabulary import SECOND_US

RUN = "a-run-of-7"
MEASURED_S = 1_709_568_000

TRUCKS = {"port": "my-port", "mode": "commercial"}
STANDARD, FAST = TRUCKS | {"lane_class": "standard"}, TRUCKS | {"lane_class": "fast"}
TRUCK = {"mode": "commercial", "programme": "none", "loaded": True, "crossing": 0}
IN_STANDARD = TRUCK | {"lane_class": "standard"}
EDGES_S = {
    "border_wait_seconds": [60, 120, 300, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800],
    "border_time_in_system_seconds": [
        *(300, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 21_600, 43_200)
    ],
}


def staffed(pool, booths):
    return {"kind": "staffing", "pool": f"commercial/{pool}", "open_booths": booths}


def posted(lane_class, minutes, mode="commercial"):
    lane = {"mode": mode, "lane_class": lane_class}
    return {"kind": "posted", **lane, "posted_wait_min": minutes, "queue": 0}


def at_export(kind, truck=TRUCK, **fields):
    return {"kind": kind, **truck, "station": "export", "pool": "commercial/export", **fields}


def at_primary(kind, truck=IN_STANDARD, **fields):
    return {"kind": kind, **truck, "station": "primary", **fields}


def passed(wait_s, time_in_system_s, crossing=0):
    """All that a truck does, in one second; how long it took is what it says."""
    truck, booth = IN_STANDARD | {"crossing": crossing}, {"pool": "commercial/standard"}
    no_lane = TRUCK | {"crossing": crossing}
    released = {"outcome": "released", "time_in_system_us": round(time_in_system_s * SECOND_US)}
    events = [
        {"kind": "arrived", **no_lane},
        at_export("joined", no_lane),
        at_export("started", no_lane, queue_wait_us=0),
        at_export("ended", no_lane),
        at_primary("joined", truck),
        at_primary("started", truck, **booth, queue_wait_us=round(wait_s * SECOND_US)),
        at_primary("ended", truck, **booth),
        {"kind": "released", **truck, **released},
    ]
    return [(crossing, event) for event in events]


def samples(registry):
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in registry.collect() for sample in family.samples}  # fmt: skip


def family_names(registry):
    return {family.name for family in registry.collect()}


def test_nothing_is_known_but_the_build_before_anything_has_been_read(registry_of):
    registry = registry_of(Board())
    labels = {"version": __version__, "event_schema": "3", "python": platform.python_version()}
    assert registry.get_sample_value("border_build_info", labels) == 1
    assert family_names(registry) == {"border_build_info"}


def test_port_that_has_begun(registry_of, board_of):
    registry = registry_of(board_of([(-3_600, staffed("fast", 1))]))
    info = TRUCKS | {"name": "my-port", "state": "", "time_zone": "America/Chicago"}
    del info["mode"]
    place = {"latitude": "31.5", "longitude": "-106.25"}
    assert registry.get_sample_value("border_port_info", info | place) == 1
    assert registry.get_sample_value("border_booths_installed", TRUCKS) == 3
    assert registry.get_sample_value("border_sim_time_seconds", {"port": "my-port"}) == MEASURED_S - 3_600
    assert registry.get_sample_value("border_arrivals_total", TRUCKS) == 0


def test_port_whose_place_nobody_knows(registry_of, board_of):
    board = board_of([(0, staffed("fast", 1))], latitude=None, longitude=None)
    [info] = [key for key in samples(registry_of(board)) if key[0] == "border_port_info"]
    assert {("latitude", ""), ("longitude", "")} <= set(info[1:])


def test_booths_by_pool(registry_of, board_of):
    events = [(0, staffed("standard", 2)), (0, staffed("fast", 1)), *passed(0, 0)[:-2], (1, staffed("standard", 0))]
    registry = registry_of(board_of(events))
    found = {name: registry.get_sample_value(f"border_booths_{name}", TRUCKS | {"pool": "standard"})
             for name in ("open", "busy", "blocked")}  # fmt: skip
    assert found == {"open": 0, "busy": 1, "blocked": 0}  # it closed, and finishes
    assert registry.get_sample_value("border_booths_open", TRUCKS | {"pool": "fast"}) == 1
    pools = {dict(key[1:])["pool"] for key in samples(registry) if key[0] == "border_booths_open"}
    assert pools == {"standard", "fast"}  # no bays, no export side


def test_a_booth_is_blocked_until_its_truck_joins_secondary(registry_of, board_of):
    name = TRUCKS | {"pool": "standard"}
    events = [(0, staffed("standard", 2)), *passed(0, 0)[:-1]]
    at_secondary = {"kind": "joined", **IN_STANDARD, "station": "secondary", "pool": "commercial/nii"}
    assert registry_of(board_of(events)).get_sample_value("border_booths_blocked", name) == 1
    joined = registry_of(board_of([*events, (1, at_secondary)]))
    assert joined.get_sample_value("border_booths_blocked", name) == 0
    assert joined.get_sample_value("border_booths_busy", name) == 0


def test_who_waits_for_the_scan_has_no_lane_class(registry_of, board_of):
    stations = {"scan": "scan", "standard": "primary", "nii": "secondary"}
    pools = [{"name": name, "mode": "commercial", "station": station} for name, station in stations.items()]
    at_scan = {"kind": "joined", **TRUCK, "station": "scan", "pool": "commercial/scan"}
    registry = registry_of(board_of([(0, posted("standard", 0)), (0, at_scan)], pools=pools))
    waiting = {key[1:]: value for key, value in samples(registry).items() if key[0] == "border_queue_length" and value}
    assert [dict(labels) for labels in waiting] == [TRUCKS | {"lane_class": "", "station": "scan"}]
    assert list(waiting.values()) == [1]


def test_queues_by_station(registry_of, board_of):
    waiting = [passed(0, 0, crossing)[:4] for crossing in range(3)] + [passed(0, 0, 3)[:2]]
    events = [(0, posted("standard", 0)), (0, posted("fast", None)), *(event for truck in waiting for event in truck)]
    at_the_end = [(4, at_primary("joined", IN_STANDARD | {"crossing": crossing})) for crossing in range(2)]
    registry = registry_of(board_of([*events, *at_the_end]))
    queues = {
        tuple(dict(key[1:])[name] for name in ("lane_class", "station")): value
        for key, value in samples(registry).items()
        if key[0] == "border_queue_length"
    }
    assert queues == {
        ("", "export"): 1,
        ("standard", "primary"): 2, ("standard", "secondary"): 0,
        ("fast", "primary"): 0, ("fast", "secondary"): 0,
    }  # fmt: skip


def test_lane_that_is_posted_and_one_that_is_closed(registry_of, board_of):
    registry = registry_of(board_of([(-900, posted("standard", 20)), (-900, posted("fast", None))]))
    assert registry.get_sample_value("border_posted_wait_seconds", STANDARD) == 1_200
    assert registry.get_sample_value("border_posted_wait_seconds", FAST) is None
    assert registry.get_sample_value("border_lane_open", STANDARD) == 1
    assert registry.get_sample_value("border_lane_open", FAST) == 0
    assert registry.get_sample_value("border_wait_seconds_count", FAST) == 0  # it is there from the start


def test_what_was_posted_last_stands(registry_of, board_of):
    registry = registry_of(board_of([(0, posted("fast", 20)), (900, posted("fast", None)), (1_800, posted("fast", 0))]))
    assert registry.get_sample_value("border_posted_wait_seconds", FAST) == 0
    assert registry.get_sample_value("border_lane_open", FAST) == 1


@pytest.mark.parametrize(("family", "edges_s"), EDGES_S.items())
def test_histograms_count_exactly_at_their_edges(registry_of, board_of, family, edges_s):
    durations_s = [duration_s for edge_s in edges_s for duration_s in (edge_s, edge_s + 1e-6)]
    trucks = [passed(duration_s, duration_s, crossing) for crossing, duration_s in enumerate(durations_s)]
    registry = registry_of(board_of([event for truck in trucks for event in truck]))
    for edge_s in edges_s:
        expected = sum(duration_s <= edge_s for duration_s in durations_s)
        assert registry.get_sample_value(f"{family}_bucket", STANDARD | {"le": f"{edge_s}.0"}) == expected
    assert registry.get_sample_value(f"{family}_bucket", STANDARD | {"le": "+Inf"}) == len(durations_s)
    assert registry.get_sample_value(f"{family}_count", STANDARD) == len(durations_s)
    assert registry.get_sample_value(f"{family}_sum", STANDARD) == pytest.approx(2 * sum(edges_s) + len(edges_s) * 1e-6)


def test_edges_are_those_that_are_counted_at():
    for family, edges_us in zip(EDGES_S, (WAIT_EDGES_US, TIME_IN_SYSTEM_EDGES_US), strict=True):
        assert list(FAMILIES[family].edges_us) == edges_us.tolist() == [s * SECOND_US for s in EDGES_S[family]]


def test_nothing_of_the_warm_up_is_counted(registry_of, board_of):
    events = [(at_s - 1_000, event) for at_s, event in passed(100, 1_000)]
    registry = registry_of(board_of([(-1_100, posted("standard", 5)), *events]))
    counted = {key: value for key, value in samples(registry).items()
               if FAMILIES[key[0].removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")].type != "gauge"
               and key[0].startswith("border_") and "pipeline" not in key[0]}  # fmt: skip
    assert set(counted.values()) == {0}
    assert registry.get_sample_value("border_posted_wait_seconds", STANDARD) == 300


def test_candidates_that_stay_away_count_where_they_would_have_gone(registry_of, board_of):
    away = {"kind": "deterred", **IN_STANDARD}
    events = [(0, away | {"outcome": "deterred_wait"}), (1, away | {"crossing": 1, "outcome": "deterred_gate"})]
    registry = registry_of(board_of(events))
    assert registry.get_sample_value("border_deterred_total", STANDARD) == 2
    assert registry.get_sample_value("border_arrivals_total", TRUCKS) == 0


def test_throughput_is_of_the_last_window_by_simulated_hour(registry_of, board_of):
    trucks = [event for crossing in range(5) for event in passed(0, 0, crossing)]
    first = [*trucks, (10, posted("standard", 0))]
    place = STANDARD | {"station": "primary"}
    whole = STANDARD | {"station": "door_to_door"}
    export = TRUCKS | {"lane_class": "", "station": "export"}
    open_window = registry_of(board_of(first))
    assert open_window.get_sample_value("border_throughput_per_hour", place) is None
    closed = registry_of(board_of([*first, (901, {"kind": "heartbeat"})]))
    assert [closed.get_sample_value("border_throughput_per_hour", labels) for labels in (place, whole, export)] == [
        20
    ] * 3
    idle = registry_of(board_of([*first, (1_801, {"kind": "heartbeat"})]))
    assert idle.get_sample_value("border_throughput_per_hour", place) == 0


def test_of_a_run_that_has_ended_the_counters_are_left(registry_of, board_of):
    events = [(0, posted("standard", 5)), (0, staffed("standard", 1)), *passed(60, 90)]
    going_on, ended = board_of(events), board_of([*events, (1_000, {"kind": "run_ended"})])
    before, after = samples(registry_of(going_on)), samples(registry_of(ended))
    counters = {key for key in before if "_total" in key[0] or "_seconds_" in key[0]}
    assert {key: before[key] for key in counters if "pipeline" not in key[0]} == {
        key: after[key] for key in counters if "pipeline" not in key[0]
    }
    assert {key[0] for key in before.keys() - after.keys()} == {
        "border_queue_length", "border_booths_open", "border_booths_busy", "border_booths_blocked", "border_lane_open",
        "border_posted_wait_seconds",
    }  # fmt: skip
    assert registry_of(ended).get_sample_value("border_sim_time_seconds", {"port": "my-port"}) == MEASURED_S + 1_000


def test_accustomed_wait_is_that_of_the_local_hour(registry_of, board_of, known):
    lane = {"port": "otay-mesa", "mode": "passenger", "lane_class": "ready"}
    by_hour = known["otay-mesa"].accustomed_wait_s["passenger", "ready"]
    assert len(set(by_hour)) > 12
    for hours in range(24):
        events = [(3_600 * hours, posted("ready", 5, "passenger"))]
        registry = registry_of(board_of(events, "otay-mesa", time_zone="America/Los_Angeles"))
        assert registry.get_sample_value("border_accustomed_wait_seconds", lane) == by_hour[(8 + hours) % 24]


def test_accustomed_wait_that_nobody_knows_is_absent(registry_of, board_of):
    own = board_of([(0, posted("fast", 5))])
    without_fast = board_of([(0, posted("fast", 5))], "naco")
    no_such_zone = board_of([(0, posted("fast", 5))], "otay-mesa", time_zone="Mexico/Nowhere")
    for board in (own, without_fast, no_such_zone):
        names = family_names(registry_of(board))
        assert "border_accustomed_wait_seconds" not in names
        assert "border_posted_wait_seconds" in names


def test_ports_of_the_catalogue_have_their_names(registry_of, board_of):
    [info] = [key for key in samples(registry_of(board_of([(0, staffed("fast", 1))], "laredo-wtb")))
              if key[0] == "border_port_info"]  # fmt: skip
    assert {("name", "Laredo - World Trade Bridge"), ("state", "TX")} <= set(info[1:])


def test_ports_of_lost_partitions_are_dropped_at_once(registry_of, board_of):
    board = board_of([(0, posted("standard", 5))])
    registry = registry_of(board)
    assert "border_port_info" in family_names(registry)
    board.disown([0])
    assert not any("port" in dict(key[1:]) for key in samples(registry))


def test_only_the_run_that_is_asked_for_is_shown(registry_of, board_of):
    board = board_of([(0, posted("standard", 5))])
    assert "border_port_info" in family_names(registry_of(board, run=RUN))
    assert "border_port_info" not in family_names(registry_of(board, run="another"))


FACTS = PipelineFacts(
    committed=RecordCounts(events=10, windows=2, duplicates=3, abandoned=4, dead={"late": 5, "gap": 6}),
    transactions=7, lag_records=8, oldest_ms=100_000, event_lag_us=90_500_000, state_bytes=11, streams=12,
    partitions=13, is_settled=True, alive_s=0.0,
)  # fmt: skip


def test_pipeline(registry_of):
    board = Board()
    board.pipeline = FACTS
    registry = registry_of(board, now_s=lambda: 102.5)
    found = {name: registry.get_sample_value(f"border_pipeline_{name}") for name in (
        "events_total", "late_events_total", "duplicates_total", "windows_total", "abandoned_streams_total",
        "transactions_total", "lag_records", "lag_seconds", "event_lag_seconds", "state_bytes", "streams", "partitions",
    )}  # fmt: skip
    assert list(found.values()) == [10, 5, 3, 2, 4, 7, 8, 2.5, 90.5, 11, 12, 13]
    letters = {reason: registry.get_sample_value("border_pipeline_dead_letters_total", {"reason": str(reason)})
               for reason in Reason}  # fmt: skip
    assert letters == dict.fromkeys(Reason, 0) | {Reason.LATE: 5, Reason.GAP: 6}


@pytest.mark.parametrize("oldest_ms", [None, 103_000])
def test_lag_is_none_where_nothing_is_left_or_the_brokers_clock_is_ahead(registry_of, oldest_ms):
    board = Board()
    board.pipeline = FACTS._replace(oldest_ms=oldest_ms)
    assert registry_of(board, now_s=lambda: 102.5).get_sample_value("border_pipeline_lag_seconds") == 0


def test_producer(registry_of):
    board = Board()
    reached_us = {"naco": 5_500_000}
    board.producer = ProducerFacts(sent=100, undelivered=3, reached_us=reached_us, ended=frozenset(), alive_s=0.0)
    registry = registry_of(board, known={})
    assert registry.get_sample_value("border_producer_events_total") == 100
    assert registry.get_sample_value("border_producer_undelivered_events") == 3
    assert registry.get_sample_value("border_sim_time_seconds", {"port": "naco"}) == 5.5


def test_speed(registry_of, monkeypatch):
    speed = ClockSpeed()
    speed.note(0.0, {"naco": 0})
    speed.note(1.0, {"naco": 60 * SECOND_US})
    monkeypatch.setattr("border_sim.monitoring.collector.monotonic", lambda: 2.0)
    assert registry_of(Board(), speed=speed).get_sample_value("border_sim_speed_ratio") == 60


def test_nothing_else_may_have_these_names(registry_of):
    with pytest.raises(DuplicateTimeseries):
        registry_of(Board()).register(BoardCollector(Board(), {}))


def test_samples_have_the_labels_that_are_declared_and_no_others(simulated, registry_of):
    found = set()
    for family in registry_of(simulated.board).collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        declared = FAMILIES[name]
        assert (family.type, family.documentation) == (declared.type, declared.meaning)
        for sample in family.samples:
            bucket = {"le"} if sample.name.endswith("_bucket") else set()
            assert set(sample.labels) == set(declared.labels) | bucket
        found.add(name)
    assert {name for name, family in FAMILIES.items() if family.type != "gauge"} - found == {
        "border_producer_events_total"
    }


def test_labels_never_hold_a_run_a_crossing_or_a_time(simulated, registry_of):
    allowed = {"port", "mode", "lane_class", "station", "pool", "reason", "le"}
    info = {"name", "state", "time_zone", "latitude", "longitude", "version", "event_schema", "python"}
    for key in samples(registry_of(simulated.board)):
        labels = dict(key[1:])
        assert set(labels) <= allowed | (info if key[0].endswith("_info") else set())
        assert RUN not in labels.values()


def test_every_series_is_there_once(simulated, registry_of):
    series = Counter((sample.name, *sorted(sample.labels.items()))
                     for family in registry_of(simulated.board).collect() for sample in family.samples)  # fmt: skip
    assert set(series.values()) == {1}


def summed(rows, measure, *names, **fields):
    """The sum of a measure over windows, by the values of columns."""
    sums = Counter()
    for row in rows:
        if row["pool"] is None and all(row[name] == value for name, value in fields.items()):
            sums[tuple(row[name] for name in names)] += row[measure]
    return {key: value for key, value in sums.items() if value}


LANE = ("port", "mode", "lane_class")


@pytest.mark.parametrize(
    ("metric", "measure", "station", "labels", "scale"),
    [
        ("border_arrivals_total", "arrivals", "door_to_door", LANE[:2], 1),
        ("border_released_total", "completions", "door_to_door", LANE, 1),
        ("border_deterred_total", "deterred", "door_to_door", LANE, 1),
        ("border_referrals_total", "referrals", "primary", LANE, 1),
        ("border_wait_seconds_count", "starts", "primary", LANE, 1),
        ("border_wait_seconds_sum", "wait_us", "primary", LANE, 1e6),
        ("border_time_in_system_seconds_count", "completions", "door_to_door", LANE, 1),
        ("border_time_in_system_seconds_sum", "wait_us", "door_to_door", LANE, 1e6),
    ],
)
def test_at_the_end_counters_are_the_sums_over_the_windows(
    simulated, registry_of, metric, measure, station, labels, scale
):
    found = {
        tuple(dict(key[1:])[label] for label in labels): value
        for key, value in samples(registry_of(simulated.board)).items()
        if key[0] == metric and value
    }
    expected = summed(simulated.rows, measure, *labels, station=station)
    assert found == {key: value / scale for key, value in expected.items()}
    assert len(found) > 5 or metric == "border_deterred_total"


def test_prometheus_text_says_the_same(simulated, registry_of):
    registry = registry_of(simulated.board)
    parsed = text_string_to_metric_families(generate_latest(registry).decode())
    told = {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in parsed for sample in family.samples
    }
    assert told == samples(registry)
