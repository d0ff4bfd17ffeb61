"""All that a process serves, over HTTP."""

import gzip
import json
from queue import Queue
from time import monotonic
from xml.etree import ElementTree as ET

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from border_sim.monitoring.address import Address
from border_sim.monitoring.clock_speed import ClockSpeed
from border_sim.monitoring.service import serve_border, serve_producer
from border_sim.streaming.counting.board import Board, ProducerFacts
from tests.patience import PATIENCE_S
from tests.web import ask

ANY = Address("127.0.0.1", 0)
POSTED = {"kind": "posted", "mode": "commercial", "lane_class": "standard", "posted_wait_min": None, "queue": 0}
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.fixture
def board(board_of):
    return board_of([(0, {"kind": "heartbeat"})])


@pytest.fixture
def said():
    return []


def test_metrics_as_the_client_wants_them(board, said):
    with serve_border(ANY, board, said.append) as address:
        status, headers, plain = ask(address.url, "/metrics")
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        assert b'border_sim_time_seconds{port="my-port"}' in plain
        assert b"process_resident_memory_bytes" in plain
        _, headers, packed = ask(address.url, "/metrics", Accept_Encoding="gzip")
        assert headers["Content-Encoding"] == "gzip"
        assert b"border_port_info" in gzip.decompress(packed)
        assert packed[8] == 4  # RFC 1952: the fastest; a better one would take as long as a quarter of the scrape
        _, headers, openly = ask(address.url, "/metrics", Accept=OPEN_METRICS)
        assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        families = {family.name for family in text_string_to_metric_families(openly.decode())}
        assert {"border_arrivals", "border_pipeline_events", "process_cpu_seconds"} <= families
    assert said == []


@pytest.mark.parametrize("version", ["1.0.x", "x.0", "", "1.0.0; escaping=x"])
def test_metrics_are_given_whatever_version_is_asked_for(board, said, version):
    with serve_border(ANY, board, said.append) as address:
        asked = ask(address.url, "/metrics", Accept=f"application/openmetrics-text; version={version}")
    assert asked.status == 200 and b"border_port_info{" in asked.body
    assert said == []


def test_head_of_metrics_has_no_body(board, said):
    with serve_border(ANY, board, said.append) as address:
        status, headers, body = ask(address.url, "/metrics", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1_000


def test_metrics_of_a_few_names_alone(board, said):
    with serve_border(ANY, board, said.append) as address:
        _, _, body = ask(address.url, "/metrics?name[]=border_sim_time_seconds")
    assert [line for line in body.decode().splitlines() if not line.startswith("#")] == [
        'border_sim_time_seconds{port="my-port"} 1.709568e+09'
    ]


def test_health_and_readiness(board, said):
    with serve_border(ANY, board, said.append) as address:
        assert ask(address.url, "/-/healthy")[::2] == (200, b"healthy\n")
        assert ask(address.url, "/-/ready")[::2] == (200, b"ready\n")
        board.pipeline = board.pipeline._replace(alive_s=board.pipeline.alive_s - 1_000)
        status, _, body = ask(address.url, "/-/healthy")
        assert status == 503
        assert body.startswith(b"the main loop has not turned for 1")
    with serve_border(ANY, Board(), said.append) as address:
        assert ask(address.url, "/-/ready")[::2] == (503, b"nothing has been read yet\n")


def test_index_names_the_run_and_every_page(board, said):
    with serve_border(ANY, board, said.append) as address:
        status, headers, body = ask(address.url, "/")
        text = body.decode()
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "run a-run-of-7, replication 0, at 2024-03-04T16:00:00Z of simulated time; 1 port" in text
        for path in ("/metrics", "/-/healthy", "/-/ready", "/api/bwtnew", "/api/bwt.xml"):
            assert f'href="{path}"' in text
            assert ask(address.url, path)[0] == 200


def test_index_where_the_run_is_not_there(board, said):
    with serve_border(ANY, board, said.append, run="<b>") as address:
        assert "run &lt;b&gt; is not there" in ask(address.url, "/")[2].decode()
    with serve_border(ANY, Board(), said.append) as address:
        assert "no run is shown" in ask(address.url, "/")[2].decode()


def test_feed_in_both_formats_of_all_ports_of_the_run(board_of, said):
    board = board_of([(0, POSTED)], port="laredo-wtb")
    board.disown([0])  # another process has its partition: metrics are there, the feed is of all
    with serve_border(ANY, board, said.append) as address:
        assert b"border_posted_wait_seconds{" not in ask(address.url, "/metrics")[2]
        status, headers, body = ask(address.url, "/api/bwtnew")
        assert (status, headers["Content-Type"]) == (200, "application/json")
        (entry,) = json.loads(body)
        assert (entry["port_name"], entry["crossing_name"]) == ("Laredo", "World Trade Bridge")
        assert entry["commercial_vehicle_lanes"]["standard_lanes"]["operational_status"] == "Lanes Closed"
        status, headers, body = ask(address.url, "/api/bwt.xml")
        assert (status, headers["Content-Type"]) == (200, "text/xml; charset=ISO-8859-1")
        assert ET.fromstring(body).findtext("port/port_number") == "230404"
        for path in ("/api/bwtnew", "/api/bwt.xml"):
            assert f'href="{path}"' in ask(address.url, "/")[2].decode()
            assert ask(address.url, path)[1]["Cache-Control"] == "no-cache"
    assert said == []


def test_feed_of_no_run_is_empty(said):
    with serve_border(ANY, Board(), said.append) as address:
        assert ask(address.url, "/api/bwtnew")[::2] == (200, b"[]")
        assert ET.fromstring(ask(address.url, "/api/bwt.xml")[2]).findtext("number_of_ports") == "0"


def test_producer_says_where_the_feed_is(said):
    board = Board()
    with serve_producer(ANY, board, said.append) as address:
        assert ask(address.url, "/-/ready")[0] == 503
        assert "nothing has been sent yet" in ask(address.url, "/")[2].decode()
        board.producer = ProducerFacts(1_000, 0, {"naco": 1_709_568_000_000_000}, frozenset(), alive_s=1e12)
        assert "1,000 events sent to Kafka, until 2024-03-04T16:00:00Z" in ask(address.url, "/")[2].decode()
        assert b"border_producer_events_total 1000.0" in ask(address.url, "/metrics")[2]
        for path in ("/api/bwtnew", "/api/bwt.xml"):
            status, _, body = ask(address.url, path)
            assert status == 404
            assert b"border-sim consume --serve HOST:PORT has it" in body
            assert path not in ask(address.url, "/").body.decode()


def test_speed_is_noted_while_nobody_scrapes(board, said, monkeypatch):
    monkeypatch.setattr("border_sim.monitoring.service._NOTE_EVERY_S", 0.01)
    with serve_border(ANY, board, said.append) as address:
        [port] = board.ports()
        deadline_s = monotonic() + PATIENCE_S
        while b"\nborder_sim_speed_ratio" not in ask(address.url, "/metrics").body:
            assert monotonic() < deadline_s
            port = port._replace(watermark_us=port.watermark_us + 1_000_000)
            board.show([port])


def test_port_whose_run_is_over_does_not_stand_in_the_speed(said, monkeypatch):
    noted, board = Queue(), Board()
    monkeypatch.setattr("border_sim.monitoring.service._NOTE_EVERY_S", 0.01)
    monkeypatch.setattr(ClockSpeed, "note", lambda _, __, reached_us: noted.put(reached_us))
    board.producer = ProducerFacts(9, 0, {"naco": 5, "sasabe": 9}, frozenset({"naco"}), alive_s=1e12)
    with serve_producer(ANY, board, said.append):
        assert noted.get(timeout=PATIENCE_S) == {"sasabe": 9}
