"""The real Prometheus scrapes the real `consume --serve`, fed by the real broker: what it answers is what the windows
and logs of the run say.
"""

import json
import signal
from collections import Counter

import pytest

from border_sim.run.directory import read_table
from tests.patience import PATIENCE_S
from tests.prometheus import Prometheus, promtool, scraping
from tests.streams import SMALL_PORTS, record, send
from tests.web import ask, served_by

LANE = ("port", "mode", "lane_class")
SUMS = {
    "border_arrivals_total": ("arrivals", "door_to_door", LANE[:2], 1),
    "border_released_total": ("completions", "door_to_door", LANE, 1),
    "border_deterred_total": ("deterred", "door_to_door", LANE, 1),
    "border_referrals_total": ("referrals", "primary", LANE, 1),
    "border_wait_seconds_count": ("starts", "primary", LANE, 1),
    "border_wait_seconds_sum": ("wait_us", "primary", LANE, 1e6),
    'border_wait_seconds_bucket{le="+Inf"}': ("starts", "primary", LANE, 1),
    "border_time_in_system_seconds_sum": ("wait_us", "door_to_door", LANE, 1e6),
}
"""By query, what it is the sum of in the windows: measure, station, labels, and how many of its units make one."""


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "monday")


@pytest.fixture(scope="session")
def later_run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "later", "tuesday", seed=2)


@pytest.fixture
def consume(start_border_sim, kafka, prefix):
    """Starts a process of the group that serves; the process, and its URL."""

    def start(*arguments):
        options = ("--kafka", kafka, "--topic-prefix", prefix, "--session-timeout", 2, "--serve", 0)
        process = start_border_sim("consume", *options, *arguments)
        return process, served_by(process)

    return start


@pytest.fixture
def prometheus(tmp_path):
    """A Prometheus that scrapes processes at URLs."""

    def at(*urls):
        return Prometheus(tmp_path / "prometheus", scraping({"border-consumer": [url.split("//")[1] for url in urls]}))

    return at


def sums_of(run, measure, station, labels, scale):
    """What the windows of a run add up to; what is 0 is left out."""
    sums = Counter()
    for row in read_table(run.folder / "metrics.parquet").to_pylist():
        if row["station"] == station and row["pool"] is None:
            sums[tuple(row[label] for label in labels)] += row[measure]
    return {key: value / scale for key, value in sums.items() if value}


def by_labels(samples, labels):
    found = {tuple(sample.labels[label] for label in labels): sample.value for sample in samples if sample.value}
    assert len(found) == sum(sample.value != 0 for sample in samples)
    return found


def has_counted(server, run):
    """Wait until Prometheus has everything that happened in a run."""
    released = sum(sums_of(run, *SUMS["border_released_total"]).values())
    server.await_samples(f"sum(border_released_total) == {released}")
    server.await_samples(f"count(border_port_info) == {len(SMALL_PORTS)}")


def check_sums(server, run):
    for query, (measure, station, labels, scale) in SUMS.items():
        assert by_labels(server.query(query), labels) == sums_of(run, measure, station, labels, scale), query


def halves(run):
    """The events of the first half of a run, and the others."""
    times = [json.loads(line)["t_us"] for _, line in run.events]
    first = sum(t_us <= (times[0] + times[-1]) // 2 for t_us in times)
    return run.events[:first], run.events[first:]


def last_told(events, kind, field, *labels):
    """What events of a kind have told last, by labels."""
    told = [event for event in (json.loads(line) for _, line in events) if event["kind"] == kind]
    return {tuple(event[label] for label in labels): event[field] for event in told}


def test_prometheus_answers_what_the_logs_and_the_windows_say(consume, prometheus, kafka, prefix, run):
    process, url = consume()
    first, second = halves(run)
    with prometheus(url) as server:
        send(kafka, prefix, first)
        server.await_samples(f"sum(border_pipeline_events_total) == {len(first)}")
        server.await_samples("sum(border_pipeline_lag_records) == 0")
        # half way: what is posted and how many booths are open
        posted = last_told(first, "posted", "posted_wait_min", *LANE)
        waits = {key: 60 * minutes for key, minutes in posted.items() if minutes}
        assert waits
        server.await_samples("border_posted_wait_seconds", lambda found: by_labels(found, LANE) == waits)
        is_open = {key: 1 for key, minutes in posted.items() if minutes is not None}
        assert by_labels(server.query("border_lane_open"), LANE) == is_open
        booths = last_told(first, "staffing", "open_booths", "port", "pool")
        told = server.query('label_join(border_booths_open, "key", "/", "mode", "pool")')
        assert by_labels(told, ("port", "key")) == {key: count for key, count in booths.items() if count}
        # and at the end, of a process that begins where the first was killed
        process.kill()
        process.wait()
        send(kafka, prefix, second)
    _, url = consume()
    with prometheus(url) as server:
        has_counted(server, run)
        check_sums(server, run)
        assert server.value("sum(border_pipeline_events_total)") == len(second)
        assert server.value("count(border_pipeline_dead_letters_total == 0)") == 10
        assert server.value("count(border_booths_open or border_queue_length or vector(0))") == 1  # it has ended


def test_each_port_is_at_one_of_several_processes_and_sums_stay_right(consume, prometheus, kafka, prefix, run):
    (one, first_url), (_, second_url) = consume(), consume()
    with prometheus(first_url, second_url) as server:
        server.await_samples("border_pipeline_partitions > 0", lambda found: len(found) == 2)
        server.await_samples("sum(border_pipeline_partitions) == 6")
        send(kafka, prefix, run.events)
        has_counted(server, run)
        server.await_samples("count by (port) (border_port_info) > 1", lambda found: not found)
        check_sums(server, run)
        one.send_signal(signal.SIGKILL)
        server.await_samples("max(border_pipeline_partitions) == 6")
        server.await_samples("min(up) == 0")
        has_counted(server, run)
        check_sums(server, run)
        assert server.value("max(count by (port) (border_port_info))") == 1


def test_newest_run_is_shown_or_the_one_that_is_named(consume, prometheus, kafka, prefix, run, later_run, until):
    begun = halves(run)[0]
    send(kafka, prefix, begun)
    _, newest = consume()
    _, named = consume("--run", "monday", "--group", "another")
    _, unknown = consume("--run", "wednesday", "--group", "third")
    until(lambda: "run monday, replication 0" in ask(newest, "/").body.decode(), "the first run is shown")
    send(kafka, prefix, later_run.events)
    with prometheus(newest) as server:
        has_counted(server, later_run)
        check_sums(server, later_run)
    until(lambda: ask(named, "/-/ready").status == 200, "the run that is named is shown")
    assert "run monday, replication 0" in ask(named, "/").body.decode()
    until(lambda: "the newest is tuesday" in ask(unknown, "/-/ready").body.decode(), "the run is missed")
    assert ask(unknown, "/-/ready").status == 503
    assert "run wednesday is not there" in ask(unknown, "/").body.decode()


def test_it_stops_as_ever_and_serves_no_longer(consume, until):
    process, url = consume()
    assert ask(url, "/-/healthy").status == 200
    until(lambda: ask(url, "/-/ready").status == 200, "it has its partitions")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        ask(url, "/-/healthy")


def test_producer_tells_what_it_sends_and_where_the_feed_is(start_border_sim, kafka, prefix, until, count_stored):
    options = ("--ports", "naco,sasabe", "--start", "2024-03-04", "--speed", 3_600, "--quiet")
    live = start_border_sim("live", *options, "--kafka", kafka, "--topic-prefix", prefix, "--serve", 0)
    url = served_by(live)
    until(lambda: ask(url, "/-/ready").status == 200, "it sends")
    text = ask(url, "/metrics").body.decode()
    assert 'border_sim_time_seconds{port="naco"}' in text
    assert "border_producer_undelivered_events " in text
    assert "border_arrivals_total" not in text
    checked = promtool("check", "metrics", text=text)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "border-sim consume --serve" in ask(url, "/api/bwtnew").body.decode()
    until(lambda: "\nborder_sim_speed_ratio " in ask(url, "/metrics").body.decode(), "the speed is known")
    live.send_signal(signal.SIGINT)
    out, err = live.communicate(timeout=PATIENCE_S)
    assert live.returncode == 0, err
    assert f"{count_stored(kafka, f'{prefix}.events'):,} events sent to" in out
