"""The metrics of a live run without a broker, as promtool and the real Prometheus see them."""

import re
import signal

import pytest

from border_sim.loading.catalogue import load_catalogue
from tests.patience import PATIENCE_S
from tests.prometheus import Prometheus, promtool, scraping
from tests.web import ask, served_by

MEGABYTE = 1_000_000
START = ("--start", "2024-03-04", "--quiet")


def reached(url):
    """The simulated instant that has been reached, by the index; empty: none."""
    found = re.search(r"at (\S+Z) of simulated time", ask(url, "/").body.decode())
    return found[1] if found else ""


def ended(process):
    """Stop a live run as Ctrl-C does; what it says."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    return out


def test_scrape_of_all_ports_is_clean_and_small(start_border_sim, until):
    live = start_border_sim("live", *START, "--warm-up", 0, "--speed", 20_000, "--serve", 0)
    url = served_by(live)

    until(lambda: reached(url) >= "2024-03-04T17", "all ports have a morning behind them")
    text = ask(url, "/metrics").body.decode()
    ended(live)
    slugs = set(re.findall(r'^border_port_info{.*port="([\w-]+)"', text, re.MULTILINE))
    assert slugs == set(load_catalogue().ports)
    checked = promtool("check", "metrics", text=text)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    assert len(text.encode()) < MEGABYTE


def test_prometheus_scrapes_it_while_it_goes_on(start_border_sim, until, tmp_path):
    live = start_border_sim("live", *START, "--ports", "naco,sasabe", "--speed", 3_600, "--serve", 0)
    url = served_by(live)
    with Prometheus(tmp_path / "prometheus", scraping({"border-simulator": [url.removeprefix("http://")]})) as server:
        ports = server.await_samples("border_released_total > 0", lambda found: len(found) > 1)
        assert {sample.labels["port"] for sample in ports} <= {"naco", "sasabe"}
        server.await_samples("border_sim_speed_ratio > 0")
        mean_wait = "sum(border_wait_seconds_sum) / sum(border_wait_seconds_count)"
        assert server.value(mean_wait) >= 0
        p90 = "histogram_quantile(0.9, sum by (le) (border_wait_seconds_bucket))"
        assert 0 <= server.value(p90) <= 10_800
        assert server.value("count(border_port_info)") == 2
    assert "2 ports" in ended(live)
    with pytest.raises(ConnectionRefusedError):
        ask(url, "/metrics")


def test_second_server_on_the_same_port_is_told_before_anything_is_simulated(start_border_sim, border_sim):
    live = start_border_sim("live", *START, "--ports", "naco", "--serve", 0)
    url = served_by(live)
    second = border_sim("live", *START, "--ports", "naco", "--serve", url.removeprefix("http://"))
    assert second.returncode == 2
    assert "Address already in use" in second.stderr
    assert second.stdout == ""
    ended(live)


def test_run_that_ends_by_itself_stops_serving(border_sim):
    done = border_sim("live", *START, "--ports", "naco", "--days", 1, "--speed", 0, "--serve", ":0")
    assert done.returncode == 0
    assert "serving http://127.0.0.1:" in done.stderr
    assert "naco" in done.stdout
