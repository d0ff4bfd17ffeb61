"""The stack as it comes, from a clean clone without .env: all 47 ports, as Prometheus and any viewer see them."""

import json
from urllib.request import urlopen

import pytest
import yaml

from tests.patience import PATIENCE_S
from tests.stack import Stack


@pytest.fixture(scope="module")
def stack(clone, image):
    assert not (clone / ".env").exists()
    with Stack(clone) as stack:
        stack.up()
        yield stack


@pytest.fixture(scope="module")
def shown(stack):
    """The stack once the border's figures have reached Prometheus."""
    stack.prometheus.await_samples("count(border_port_info)", lambda found: found and found[0].value == 47)
    return stack


def fetched(stack, service, path):
    with urlopen(f"http://127.0.0.1:{stack.ports[service]}{path}", timeout=PATIENCE_S) as answer:
        return json.load(answer)


def test_every_service_is_healthy_and_what_is_done_once_is_done(stack):
    states = {}
    for service in stack.done("ps", "--all", "--services").split():
        state = stack.container(service)["State"]
        states[service] = state["Health"]["Status"] if "Health" in state else state["ExitCode"]
    assert states == {
        "topics": 0,
        "scenario": 0,
        **dict.fromkeys(("kafka", "simulator", "consumer", "feed", "prometheus", "alertmanager", "grafana"), "healthy"),
    }


def test_nobody_runs_as_root_or_gains_rights(stack):
    for service in ("kafka", "simulator", "consumer", "feed", "prometheus", "alertmanager", "grafana"):
        assert stack.done("exec", "--no-TTY", service, "id", "-u").strip() != "0", service
        status = stack.done("exec", "--no-TTY", service, "grep", "-E", "CapEff|NoNewPrivs", "/proc/1/status").split()
        assert status == ["CapEff:", "0" * 16, "NoNewPrivs:", "1"], service
        assert bool(stack.container(service)["HostConfig"]["ReadonlyRootfs"]) == (service != "kafka"), service


def test_prometheus_finds_each_process_and_all_are_up(stack):
    targets = stack.prometheus.await_samples(
        "count by (job) (up == 1)", lambda found: sum(each.value for each in found) == 5
    )
    assert {each.labels["job"]: each.value for each in targets} == {
        "border-consumer": 2, "border-simulator": 1, "prometheus": 1, "alertmanager": 1,
    }  # fmt: skip
    assert [each["health"] for each in stack.prometheus.api("targets")["activeTargets"]] == ["up"] * 5
    assert len(stack.prometheus.api("alertmanagers")["activeAlertmanagers"]) == 1


def test_every_rule_is_loaded_and_evaluated_without_an_error(shown, until):
    files = (shown.folder / "dashboards" / "prometheus" / "rules").glob("*.yml")
    written = [
        rule for path in files for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]
    ]

    def loaded():
        return [rule for group in shown.prometheus.api("rules")["groups"] for rule in group["rules"]]

    assert written
    until(lambda: all(rule["health"] != "unknown" for rule in loaded()), "every rule was evaluated")
    assert sorted(rule["name"] for rule in loaded()) == sorted(rule.get("alert") or rule["record"] for rule in written)
    assert [rule["lastError"] for rule in loaded() if rule["health"] != "ok"] == []


def test_an_anonymous_viewer_sees_each_dashboard_and_the_live_border_behind_it(shown):
    found = fetched(shown, "GRAFANA_PORT", "/api/search")
    uids = {f"border-sim-{name}" for name in ("border", "port", "programmes", "pipeline")}
    assert {each["uid"] for each in found} == uids
    for uid in uids:
        assert fetched(shown, "GRAFANA_PORT", f"/api/dashboards/uid/{uid}")["dashboard"]["uid"] == uid
    query = "/api/datasources/proxy/uid/border-sim-live/api/v1/query?query=count(border_port_info)"
    assert fetched(shown, "GRAFANA_PORT", query)["data"]["result"][0]["value"][1] == "47"


def test_grafana_reaches_prometheus_and_no_other_container(stack):
    def asks(url):
        wget = ("timeout", "5", "wget", "-q", "-O", "/dev/null", url)  # which may try again for long
        return stack.compose("exec", "--no-TTY", "grafana", *wget).returncode

    assert asks("http://prometheus:9090/-/healthy") == 0
    for service, port in (("simulator", 9464), ("alertmanager", 9093)):
        addresses = [each["IPAddress"] for each in stack.container(service)["NetworkSettings"]["Networks"].values()]
        for host in (service, *addresses):
            assert asks(f"http://{host}:{port}/-/healthy") != 0, host


def test_the_feed_tells_the_waits_of_the_simulated_border(shown, until):
    posted = until(lambda: fetched(shown, "FEED_PORT", "/api/bwtnew"), "the feed has ports")
    assert {each["border"] for each in posted} == {"Mexican Border"}
    assert len({each["port_number"] for each in posted}) > 40
