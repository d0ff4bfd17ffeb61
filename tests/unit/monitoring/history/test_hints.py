"""What people are told besides the samples."""

import threading
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

from border_sim.engine import conductor
from border_sim.monitoring.history.hints import grafana_link, notes, ways_on
from border_sim.monitoring.history.write import history_of
from border_sim.vocabulary import HOUR_US


def ms(*instant):
    return str(int(datetime(*instant, tzinfo=UTC).timestamp()) * 1000)


def test_the_link_leads_to_the_busiest_port_on_its_simulated_dates(two_ports):
    link = urlsplit(grafana_link(history_of(two_ports)))
    assert (link.scheme, link.netloc, link.path) == ("http", "127.0.0.1:3000", "/d/border-sim-port")
    assert {name: value for name, (value,) in parse_qs(link.query).items()} == {
        "var-datasource": "border-sim-history",
        "var-port": "laredo-wtb",
        "from": ms(2024, 3, 10, 6),  # midnight in Laredo
        "to": ms(2024, 3, 12, 5),  # midnight two days later: the clock has changed, and its drain is not shown
    }
    assert "var-port=columbus" in grafana_link(history_of(two_ports, ["columbus"]))


def test_commands_name_the_file_and_how_long_a_sample_stands(tiny_run):
    first, blocks, server, link = ways_on(history_of(tiny_run), "my runs/tiny.om")
    assert first == "a value each 15m, as each window ended: 2024-03-12T00:00 to 2024-03-13T00:15 UTC, simulated"
    assert blocks.endswith("openmetrics --max-block-duration=600d 'my runs/tiny.om' history")
    assert server.endswith("--storage.tsdb.path=history --query.lookback-delta=15m")
    assert link.startswith("Grafana: http://")
    assert ways_on(history_of(tiny_run), None) == [first, link]


def test_what_is_not_exact_is_told(run_into, two_ports, tmp_path):
    assert notes(history_of(two_ports)) == []
    keys = {"start": date(2024, 3, 12), "days": 1, "warm_up_days": 0}
    folder = run_into(tmp_path / "run", ["sasabe"], log=False, window_us=HOUR_US, **keys)
    without_log, other_windows = notes(history_of(folder))
    assert "no Parquet log" in without_log
    assert other_windows.endswith("set HISTORY_WINDOW=60m")
    assert "lookback-delta=60m" in ways_on(history_of(folder), "out.om")[2]


def test_a_run_that_was_interrupted_is_shown_until_shortly_before_its_end(run_into, tmp_path, monkeypatch):
    monkeypatch.setattr(conductor, "STRETCH_DAYS", 1)
    folder = run_into(
        tmp_path / "run", ["sasabe"], start=date(2024, 3, 4), days=20, warm_up_days=0, stop=threading.Event()
    )
    history = history_of(folder)
    shown = parse_qs(urlsplit(grafana_link(history)).query)
    assert int(shown["to"][0]) * 1000 == history.instants["sasabe"].us[-2]
