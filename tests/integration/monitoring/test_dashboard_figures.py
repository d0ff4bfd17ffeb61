"""What panels make of known series, computed by promtool: the figures that are more than a sum."""

import json

import pytest

from tests.dashboards import boards, filled_in, panels
from tests.prometheus import promtool

CHOSEN = {"port": ".*", "mode": ".*", "lane_class": ".*", "__rate_interval": "4m", "__range": "4m"}


def asked(uid, title, letter="A", **chosen):
    panel = next(panel for panel in panels(boards()[uid]) if panel["title"] == title)
    return filled_in(next(each["expr"] for each in panel["targets"] if each["refId"] == letter), CHOSEN | chosen)


def series(metric, values, /, **labels):
    """A series as promtool takes it, of a consumer unless it says otherwise."""
    labels = {"instance": "1", "job": "border-consumer"} | labels
    matchers = ", ".join(f'{key}="{value}"' for key, value in labels.items())
    return {"series": f"{metric}{{{matchers}}}", "values": values}


def waits(mode, lane_class, port, crossings, seconds):
    """So many crossings a minute, each of which waits so long."""
    lane = {"port": port, "mode": mode, "lane_class": lane_class}
    counted = series("border_wait_seconds_count", f"0+{crossings}x5", **lane)
    return [counted, series("border_wait_seconds_sum", f"0+{crossings * seconds}x5", **lane)]


def check(tmp_path, given, expression, expected):
    """After five minutes of the series, a sample a minute, the expression gives exactly these samples."""
    samples = [{"labels": labels, "value": value} for labels, value in expected.items()]
    query = {"expr": expression, "eval_time": "5m", "exp_samples": samples}
    group = {"interval": "1m", "input_series": given, "promql_expr_test": [query]}
    file = tmp_path / "figures.yml"
    file.write_text(json.dumps({"fuzzy_compare": True, "tests": [group]}))  # JSON is YAML
    done = promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


FAST = [
    *waits("commercial", "fast", "a", 2, 10), *waits("commercial", "standard", "a", 4, 40),
    *waits("commercial", "fast", "b", 6, 50), *waits("commercial", "standard", "b", 1, 70),
    *waits("commercial", "fast", "no-standard", 100, 1), *waits("commercial", "standard", "no-fast", 100, 1),
    *waits("passenger", "standard", "a", 100, 1),
]  # fmt: skip


def test_a_wait_saved_is_weighted_by_those_who_saved_it_where_there_are_both_lanes(tmp_path):
    saved = (2 * (40 - 10) + 6 * (70 - 50)) / (2 + 6)
    check(tmp_path, FAST, asked("border-sim-programmes", "Wait saved by a crossing"), {"{}": saved})
    check(tmp_path, FAST, asked("border-sim-programmes", "FAST saves"), {"{}": saved})


def test_a_wait_saved_by_port(tmp_path):
    expected = {'{port="a"}': 30, '{port="b"}': 20}
    check(tmp_path, FAST, asked("border-sim-programmes", "Wait saved by port", "B"), expected)


def test_lanes_are_compared_at_ports_that_have_a_programmes_lane(tmp_path):
    opened = [
        series("border_lane_open", "1x5", port=port, mode="commercial", lane_class=lane)
        for port, lane in (("a", "fast"), ("a", "standard"), ("b", "fast"), ("no-fast", "standard"))
    ]
    means = {'{lane_class="fast"}': (2 * 10 + 6 * 50) / 8, '{lane_class="standard"}': (4 * 40 + 70) / 5}
    check(tmp_path, FAST + opened, asked("border-sim-programmes", "Mean wait by lane class"), means)


def test_a_port_of_which_every_lane_is_closed_stays_on_the_map(tmp_path):
    places = {"time_zone": "America/Denver", "latitude": "31.5", "longitude": "-106.5"}
    given = [
        series("border_port_info", "1x5", port="a", name="A", state="TX", **places),
        series("border_port_info", "1x5", port="shut", name="Shut", state="", **places),
        series("border_posted_wait_seconds", "60x5", port="a", mode="commercial", lane_class="fast"),
        series("border_posted_wait_seconds", "90x5", port="a", mode="commercial", lane_class="standard"),
    ]
    where = 'latitude="31.5", longitude="-106.5"'
    expected = {
        f'{{port="a", name="A", state="TX", {where}}}': 90,
        f'{{port="shut", name="Shut", {where}}}': -1,
    }
    check(tmp_path, given, asked("border-sim-border", "Longest posted wait by port"), expected)


def test_the_clock_is_that_of_the_figures_and_not_of_a_simulator_that_is_ahead(tmp_path):
    ahead = {"instance": "2", "job": "border-simulator"}
    given = [
        series("border_port_info", "1x5", port="a"),
        series("border_port_info", "1x5", port="b"),
        series("border_sim_time_seconds", "100x5", port="a"),
        series("border_sim_time_seconds", "90x5", port="b"),
        series("border_sim_time_seconds", "130x5", port="a", **ahead),
        series("border_sim_time_seconds", "95x5", port="b", **ahead),
    ]
    clock = "Simulated time (UTC), not the wall's"
    for uid in ("border-sim-border", "border-sim-programmes", "border-sim-pipeline"):
        check(tmp_path, given, asked(uid, clock), {"{}": 90_000})
    check(tmp_path, given, asked("border-sim-port", clock, port="a"), {"{}": 100_000})
    behind = {'{port="a"}': 30, '{port="b"}': 5}
    check(tmp_path, given, asked("border-sim-pipeline", "Simulated clock by port", "C"), behind)


@pytest.mark.parametrize(("lane_open", "waiting", "found"), [(0, 3, 1), (0, 0, 0), (1, 3, 0)])
def test_a_closed_lane_with_a_queue(tmp_path, lane_open, waiting, found):
    lane = {"port": "a", "mode": "passenger", "lane_class": "sentri"}
    given = [
        series("border_lane_open", f"{lane_open}x5", **lane),
        series("border_queue_length", f"{waiting}x5", station="primary", **lane),
        series("border_queue_length", "9x5", station="secondary", **lane),
    ]
    check(tmp_path, given, asked("border-sim-border", "Closed with a queue"), {"{}": found})


def test_alerts_are_ranked_and_say_where_and_since_when(tmp_path):
    firing = {"alertstate": "firing", "alertname": "Late", "port": "a", "mode": "passenger", "lane_class": "ready"}
    active = {key: value for key, value in firing.items() if key != "alertstate"}
    none = {"instance": "", "job": ""}
    given = [
        series("ALERTS", "_ _ _ 1 1 1", severity="warning", **firing, **none),
        series("ALERTS_FOR_STATE", "_ _ 120 120 120 120", severity="warning", **active, **none),
        series("ALERTS", "1x5", severity="critical", alertstate="firing", alertname="Down"),
        series("ALERTS", "1x5", severity="critical", alertstate="pending", alertname="Waiting"),
        series("ALERTS_FOR_STATE", "60x5", severity="critical", alertname="Down"),
    ]
    late = '{rank="2", alertname="Late", port="a", where="passenger ready     "}'
    down = '{rank="1", alertname="Down", where="     border-consumer 1"}'
    check(tmp_path, given, asked("border-sim-border", "What is wrong now"), {late: 1, down: 1})
    check(tmp_path, given, asked("border-sim-border", "What is wrong now", "B"), {late: 180, down: 240})
    check(tmp_path, given, asked("border-sim-border", "Alerts firing", "B"), {"{}": 1})
