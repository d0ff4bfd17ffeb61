"""Finished runs in the real Prometheus, by the commands that `openmetrics` tells: what it answers at simulated times is
what the run directory says.
"""

import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from border_sim.cli.main import group
from tests.dashboards import FOLDER, Shown, boards, unanswered
from tests.patience import PATIENCE_S
from tests.prometheus import Prometheus, program

QUARTER_S = 900
DATASOURCES = FOLDER / "provisioning" / "datasources" / "border-sim.yml"
PORTS = ("columbus", "laredo-wtb", "san-ysidro")
BEGINS = datetime(2024, 3, 8, tzinfo=UTC)
"""A Friday; on Sunday clocks in Columbus, Laredo and San Ysidro change."""


def border_sim(*arguments):
    done = CliRunner().invoke(group, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def simulated(folder, ports, begins, days, *options):
    """A run of these days from a date on."""
    border_sim(
        *("run", "--ports", ",".join(ports), "--start", f"{begins:%Y-%m-%d}", "--days", days, "--quiet"),
        *("--out", folder / "run", *options),
    )
    return folder / "run"


def served(folder, run):
    """A server of the blocks that are made of a run."""
    told = dict(line.split(":", 1) for line in border_sim("openmetrics", run, "--out", folder / "run.om")[1:])
    tool, *arguments = shlex.split(told["blocks"])
    subprocess.run([program(tool), *arguments], cwd=folder, check=True, timeout=PATIENCE_S)
    _, configuration, *flags = shlex.split(told["server"])
    (data,) = [flag.partition("=")[2] for flag in flags if flag.startswith("--storage.tsdb.path=")]
    others = [flag for flag in flags if not flag.startswith("--storage.tsdb.path=")]
    config = Path(configuration.partition("=")[2]).read_text(encoding="utf-8")
    return Prometheus(folder / "prometheus", config, data=folder / data, flags=others)


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    return simulated(tmp_path_factory.mktemp("week"), PORTS, BEGINS, 7)


@pytest.fixture(scope="module")
def server(week, tmp_path_factory):
    with served(tmp_path_factory.mktemp("server"), week) as server:
        yield server


@pytest.fixture(scope="module")
def windows(week):
    """The rows of `metrics.parquet` but for those of pools, by port, mode, lane class, station and the window's end."""
    rows = pq.read_table(week / "metrics.parquet").to_pylist()
    return {
        (
            *(row[key] or "" for key in ("port", "mode", "lane_class", "station")),
            row["window_us"] // 10**6 + QUARTER_S,
        ): row
        for row in rows
        if row["pool"] is None
    }


def at(day, hour, minute=0):
    return (BEGINS + timedelta(days=day, hours=hour, minutes=minute)).timestamp()


def over(server, expression, begins_s, ends_s):
    """The answer each quarter of an hour: by labels, values by time."""
    asked = {"query": expression, "start": begins_s, "end": ends_s, "step": QUARTER_S}
    return {
        tuple(series["metric"].get(name, "") for name in ("port", "mode", "lane_class", "station")): {
            float(t): float(value) for t, value in series["values"]
        }
        for series in server.api("query_range", **asked)["result"]
    }


def test_throughput_of_a_week_is_that_of_the_windows(server, windows):
    answers = over(server, "border_throughput_per_hour", at(1, 8), at(7, 0))
    assert {key[0] for key in answers} == set(PORTS)
    expected = {
        key: {t: 4.0 * (windows[*key, t]["completions"] if (*key, t) in windows else 0) for t in values}
        for key, values in answers.items()
    }
    assert answers == expected
    assert len(answers["san-ysidro", "passenger", "sentri", "primary"]) == (5 * 24 + 16) * 4 + 1


@pytest.mark.parametrize(
    ("counter", "measure", "station"),
    [
        ("border_released_total", "completions", "door_to_door"),
        ("border_deterred_total", "deterred", "door_to_door"),
        ("border_wait_seconds_count", "starts", "primary"),
        ("border_time_in_system_seconds_sum", "wait_us", "door_to_door"),
    ],
)
def test_a_counter_grows_by_what_each_window_counted(server, windows, counter, measure, station):
    unit = 1e6 if measure == "wait_us" else 1
    for key, values in over(server, counter, at(0, 5), at(7, 6)).items():
        times = sorted(values)
        for before, t in pairwise(times):
            row = windows.get((*key[:3], station, t), {measure: 0})
            assert values[t] - values[before] == pytest.approx(row[measure] / unit), (key, t)
        assert values[times[0]] == 0


def test_the_mean_wait_of_the_dashboard_is_that_of_the_windows_of_its_hour(server, windows):
    waited, began = (f"sum by (mode, lane_class) (increase(border_wait_seconds_{part}" for part in ("sum", "count"))
    within = '{port="san-ysidro"}[1h]))'
    for hour in range(9, 24):
        answers = server.query(f"{waited}{within} / ({began}{within} > 0)", at(3, hour))
        found = {(each.labels["mode"], each.labels["lane_class"]): each.value for each in answers}
        assert len(found) == 5
        for lane, value in found.items():
            # samples of the last hour, of which the first is left out, hold three windows between them
            rows = [windows.get(("san-ysidro", *lane, "primary", at(3, hour, -minutes))) for minutes in (0, 15, 30)]
            wait_us, starts = (sum(row[name] for row in rows if row) for name in ("wait_us", "starts"))
            assert value == pytest.approx(wait_us / starts / 1e6)


def test_posted_waits_and_queues_are_those_posted_and_stand_until_the_next(server, week):
    midday = at(4, 20)
    posted = pq.read_table(week / "posted.parquet", filters=[("t_us", "==", int(midday * 10**6))]).to_pylist()
    assert len(posted) > 8
    for moment in (midday, midday + QUARTER_S - 0.001):
        waits, queues = (
            {tuple(each.labels[name] for name in ("port", "mode", "lane_class")): each.value for each in answers}
            for answers in (
                server.query("border_posted_wait_seconds", moment),
                server.query('border_queue_length{station="primary"}', moment),
            )
        )
        keys = {(row["port"], row["mode"], row["lane_class"]): row for row in posted}
        assert waits == {
            key: row["posted_wait_min"] * 60 for key, row in keys.items() if row["posted_wait_min"] is not None
        }
        assert queues == {key: row["queue"] for key, row in keys.items()}


def test_a_lane_that_closes_posts_no_wait_from_that_quarter_on(server, week):
    trucks = [("port", "==", "laredo-wtb"), ("lane_class", "==", "fast")]
    posted = pq.read_table(week / "posted.parquet", filters=trucks).sort_by("t_us").to_pylist()
    closings = [
        after["t_us"] / 10**6
        for before, after in pairwise(posted)
        if before["posted_wait_min"] is not None and after["posted_wait_min"] is None
    ]
    lane = '{port="laredo-wtb",lane_class="fast"}'
    closes = next(t for t in closings if t > at(3, 8))
    assert server.query(f"border_posted_wait_seconds{lane}", closes - 0.001)
    assert not server.query(f"border_posted_wait_seconds{lane}", closes)
    assert server.value(f"border_lane_open{lane}", closes) == 0


def test_dashboards_find_all_but_alerts(server):
    shown = Shown(at(0, 8), at(5, 20), QUARTER_S)
    looked_at = ("border", ""), ("port", "laredo-wtb"), ("port", "san-ysidro"), ("programmes", ".*")
    boards_of = boards()
    empty = [
        each
        for name, port in looked_at
        for each in unanswered(boards_of[f"border-sim-{name}"], server.api, shown, port)
    ]
    asks_for_alerts = ("annotation Alerts", "What is wrong now A", "What is wrong now B", "Ports by posted wait J")
    assert [each for each in empty if not each.partition(" ")[2].startswith(asks_for_alerts)] == []


def test_windows_of_an_hour_are_shown_too_if_all_are_told(tmp_path):
    run = simulated(tmp_path, ["san-ysidro"], BEGINS, 1, "--window", "1h", "--log", "none")
    sources = yaml.safe_load(DATASOURCES.read_text(encoding="utf-8"))["datasources"]
    (interval,) = [each["jsonData"]["timeInterval"] for each in sources if each["uid"] == "border-sim-history"]
    assert interval == "$HISTORY_WINDOW"  # of which `openmetrics` says: 60m
    with served(tmp_path, run) as server:
        empty = unanswered(
            boards()["border-sim-port"], server.api, Shown(at(0, 8), at(1, 4), 4 * QUARTER_S), "san-ysidro"
        )
    assert [each for each in empty if "annotation" not in each] == []


def test_before_and_after_the_measured_time_there_is_nothing(server):
    assert not server.query("border_arrivals_total", at(0, 4))
    assert not server.query("border_arrivals_total", at(9, 0))


@pytest.mark.parametrize(
    ("begins", "hours"),
    [
        (datetime(1999, 12, 31, tzinfo=UTC), 24),
        (datetime(2024, 11, 3, tzinfo=UTC), 25),
        (datetime(2041, 3, 10, tzinfo=UTC), 23),
    ],
    ids=["long ago", "an hour twice", "in the future"],
)
def test_a_day_of_any_year_is_answered(tmp_path, begins, hours):
    run = simulated(tmp_path, ["columbus"], begins, 1)
    rows = pq.read_table(run / "metrics.parquet").to_pylist()
    midnight = (begins + timedelta(hours=7)).timestamp()  # in Columbus, an hour later in summer
    midnight -= 3600 * (hours == 25)
    ends = midnight + 3600 * hours
    with served(tmp_path, run) as server:
        arrived = server.value('border_arrivals_total{mode="passenger"}', ends)
        counted = [
            row["arrivals"]
            for row in rows
            if (row["mode"], row["station"]) == ("passenger", "door_to_door") and row["window_us"] < ends * 10**6
        ]
        assert arrived == sum(counted) > 100
        assert server.value(f"count_over_time(border_sim_time_seconds[{hours}h])", ends) == 4 * hours
        assert server.value("border_sim_time_seconds", midnight) == midnight
