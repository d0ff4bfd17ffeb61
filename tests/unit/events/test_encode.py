"""A line holds what its kind has, in words."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from border_sim.events.encode import encode_events
from border_sim.events.models import AnyEvent
from border_sim.events.order import events_of
from border_sim.records import PoolInfo, RunFacts
from border_sim.vocabulary import MISSING, Mode, Outcome, Station, code

STREAM = {"run": 'a "b" 100%', "replication": 3, "port": "tiny-port"}
FACTS = RunFacts("a", 0, 1)


@pytest.fixture
def written(made_records, tiny_port):
    """The lines of a period, as JSON objects."""

    def write(*tables, first_seq=0, **edges):
        events = events_of(made_records(0, 100, *tables), **edges)
        return [
            json.loads(line) for line in encode_events(events, tiny_port, RunFacts(STREAM["run"], 3, 47), first_seq)
        ]

    return write


def test_the_run_starts_with_all_that_a_reader_needs(written):
    start, heartbeat, end = written(starts=True, ends=True)
    pools = start.pop("pools")
    assert start == STREAM | {
        "seq": 0,
        "t_us": 0,
        "kind": "run_started",
        "schema": 3,
        "time_zone": "America/Denver",
        "latitude": 31.5,
        "longitude": None,
        "installed": {"commercial": 3, "passenger": 2},
        "measured_from_us": 1_709_510_399_999_980,
        "ports": 47,
        "seed": None,
        "configuration_hash": None,
    }
    assert pools[1] == {"name": "fast", "mode": "commercial", "station": "primary"}
    assert heartbeat == STREAM | {"seq": 1, "t_us": 0, "kind": "heartbeat"}
    assert end == STREAM | {"seq": 2, "t_us": 99, "kind": "run_ended"}


def test_changes_are_told_in_words(written):
    lines = written([], [(5, 2, 4)], [(6, 1, 1, 20, 7), (7, 1, 0, MISSING, 0)], [(8, 0, 1, MISSING), (9, 0, 0, 2)])
    told = [{name: value for name, value in line.items() if name not in ("seq", *STREAM)} for line in lines[1:]]
    posted = {"kind": "posted", "mode": "passenger"}
    gate = {"kind": "disruption", "mode": "commercial"}
    assert told == [
        {"t_us": 5, "kind": "staffing", "pool": "passenger/standard", "open_booths": 4},
        {"t_us": 6, "lane_class": "ready", "posted_wait_min": 20, "queue": 7} | posted,
        {"t_us": 7, "lane_class": "standard", "posted_wait_min": None, "queue": 0} | posted,
        {"t_us": 8, "gate_shut": True, "booths_cap": None} | gate,
        {"t_us": 9, "gate_shut": False, "booths_cap": 2} | gate,
    ]


def test_a_disruption_of_a_pool_tells_its_bays_and_pace(written):
    rows = [(5, 0, 0, 7, 4, MISSING, 1500), (6, 0, 1, MISSING, 4, 1, 1000), (7, 0, 1, MISSING)]
    told = [line for line in written([], [], [], rows) if line["kind"] == "disruption"]
    names = ("t_us", "gate_shut", "booths_cap", "pool", "bays_cap", "pace_permille")
    assert [[line.get(name, "left out") for name in names] for line in told] == [
        [5, False, 7, "commercial/nii", "left out", 1500],
        [6, True, None, "commercial/nii", 1, 1000],
        [7, True, None, "left out", "left out", "left out"],
    ]


def test_the_lane_is_not_known_at_the_scan_before_primary(written):
    truck = {"crossing": 4, "lane_class": 3, "scan_pool": 7, "arrived_us": 1, "scan_joined_us": 1, "scan_started_us": 4}
    truck |= {"scan_ended_us": 6, "joined_us": 9}
    told = [line for line in written([truck]) if "station" in line]
    assert [
        (line["t_us"], line["kind"], line["station"], line.get("lane_class"), line.get("pool")) for line in told
    ] == [
        (1, "joined", "scan", None, "commercial/scan"),
        (4, "started", "scan", None, "commercial/scan"),
        (6, "ended", "scan", None, "commercial/scan"),
        (9, "joined", "primary", "fast", None),
    ]
    assert [line["queue_wait_us"] for line in told if "queue_wait_us" in line] == [3]


def test_a_crossing_is_told_with_what_is_known_then(written):
    truck = {"crossing": 4, "programme": 1, "loaded": 1, "lane_class": 3, "export_pool": 3, "pool": 1}
    truck |= {"arrived_us": 1, "joined_us": 3, "started_us": 5, "ended_us": 9, "released_us": 9}
    lines = written([truck | {"outcome": code(Outcome.RELEASED)}])[1:]
    who = {"mode": "commercial", "programme": "ctpat", "loaded": True, "crossing": 4}
    export, primary = {"station": "export"}, {"station": "primary", "lane_class": "fast"}
    told = [
        {name: value for name, value in line.items() if name not in ("seq", "t_us", *STREAM, *who)}
        for line in lines
        if line | who == line
    ]
    assert told == [
        {"kind": "arrived"},
        {"kind": "joined", "pool": "commercial/export"} | export,
        {"kind": "started", "pool": "commercial/export", "queue_wait_us": 0} | export,
        {"kind": "ended", "pool": "commercial/export"} | export,
        {"kind": "joined"} | primary,
        {"kind": "started", "pool": "commercial/fast", "queue_wait_us": 2} | primary,
        {"kind": "ended", "pool": "commercial/fast"} | primary,
        {"kind": "released", "lane_class": "fast", "outcome": "released", "time_in_system_us": 8},
    ]


def test_who_is_deterred_is_told_with_the_reason(written):
    car = {"crossing": 0, "mode": 1, "arrived_us": 2, "lane_class": 0, "outcome": code(Outcome.DETERRED_GATE)}
    (line,) = written([car])[1:]
    assert line == STREAM | {
        "seq": 1,
        "t_us": 2,
        "kind": "deterred",
        "mode": "passenger",
        "programme": "none",
        "loaded": False,
        "crossing": 0,
        "outcome": "deterred_gate",
        "lane_class": "standard",
    }


def test_seq_counts_on(written):
    assert [line["seq"] for line in written(first_seq=41, starts=True, ends=True)] == [41, 42, 43]


def test_no_events_no_lines(made_records, tiny_port):
    assert encode_events(events_of(made_records(1, 2)), tiny_port, FACTS, 0) == []


@settings(derandomize=True, deadline=None)
@given(data=st.data())
def test_every_line_is_to_the_byte_what_its_model_writes(port_runs, data):
    info, records = data.draw(port_runs)
    for line in encode_events(events_of(records, starts=True, ends=True), info, FACTS, 0):
        event = TypeAdapter(AnyEvent).validate_json(line)
        assert event.model_dump_json(by_alias=True, exclude_unset=True).encode() == line


def test_a_start_that_does_not_tell_how_many_ports_there_are_is_refused(made_records, tiny_port):
    with pytest.raises(ValueError, match=r"how many ports the run has; for run 'old' nobody says it"):
        encode_events(events_of(made_records(0, 1), starts=True), tiny_port, RunFacts("old", 0, None), 0)
    assert len(encode_events(events_of(made_records(0, 1)), tiny_port, RunFacts("old", 0, None), 1)) == 1


def test_pools_of_the_same_mode_and_name_are_refused(made_records, tiny_port):
    twice = replace(
        tiny_port, pools=tuple(PoolInfo("nii", Mode.COMMERCIAL, s) for s in (Station.PRIMARY, Station.STATE))
    )
    with pytest.raises(ValueError, match="two pools are commercial/nii; the names of a mode's pools must differ"):
        encode_events(events_of(made_records(0, 1)), twice, FACTS, 0)
