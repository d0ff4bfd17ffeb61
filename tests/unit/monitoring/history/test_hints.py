"""What people are told besides the samples."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

from border_sim.monitoring.history.hints import grafana_link, notes, ways_on
from border_sim.monitoring.history.write import history_of
from border_sim.vocabulary import HOUR_US


def ms(*instant):
    return str(int(datetime(*instant, tzinfo=UTC).timestamp()) * 1000)


def test_the_link_leads_to_the_busiest_port_on_its_simulated_dates(two_ports):
    link = urlsplit(grafana_link(history_of(two_ports)))
    assert (link.scheme, link.netloc, link.path) == ("http", "127.0.0.1:3000", "/d/border-sim-port")
    asked = {name: value for name, (value,) in parse_qs(link.query).items()}
    assert asked.pop("to") >= ms(2024, 3, 12, 6)  # midnight in Columbus, and the drain
    assert asked == {
        "var-datasource": "border-sim-history",
        "var-port": "laredo-wtb",
        "from": ms(2024, 3, 10, 6),  # midnight in Laredo
    }
    assert "var-port=columbus" in grafana_link(history_of(two_ports, ["columbus"]))


def test_commands_name_the_file_and_how_long_a_sample_stands(tiny_run):
    first, blocks, server, link = ways_on(history_of(tiny_run), "my runs/tiny.om")
    assert first.startswith("a value each 15m, from 2024-03-12T00:00 to 2024-03-13T00:15 UTC")
    assert blocks.endswith("openmetrics --max-block-duration=31d 'my runs/tiny.om' history")
    assert server.endswith("--storage.tsdb.path=history --query.lookback-delta=15m")
    assert link.startswith("Grafana: http://")
    assert ways_on(history_of(tiny_run), None) == [first, link]


def test_what_is_not_exact_is_told(run_into, two_ports, tmp_path):
    assert notes(history_of(two_ports)) == []
    keys = {"start": date(2024, 3, 12), "days": 1, "warm_up_days": 0}
    folder = run_into(tmp_path / "run", ["sasabe"], log=False, window_us=HOUR_US, **keys)
    (note,) = notes(history_of(folder))
    assert "no Parquet log" in note
    assert "lookback-delta=60m" in ways_on(history_of(folder), "out.om")[2]
