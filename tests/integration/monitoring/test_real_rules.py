"""A real Prometheus with the rules of the stack, on a real run: every rule is evaluated, and what should be told is."""

import json
import re
import shutil

import pytest
import yaml

from tests.alert_rules import PROMETHEUS, RULES, alerts, records, rules
from tests.loopback import free_ports
from tests.prometheus import Prometheus

OVERLOAD = """
name: one booth for the cars of Otay Mesa
ports: [otay-mesa, sasabe]
response: {elasticity: 0}
disruptions:
  - {port: otay-mesa, mode: passenger, from: 2024-03-05T00:00, until: 2024-03-25T00:00, booths_cap: 1}
"""
"""One booth of many, and nobody stays away: the queue grows for as long as the run lasts"""


def configuration(targets):
    """The configuration for one process without Docker, with other addresses and in less of a hurry for none."""
    config = yaml.safe_load((PROMETHEUS / "without-docker.yml").read_text(encoding="utf-8"))
    for job in config["scrape_configs"]:
        job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
    config["global"] = dict.fromkeys(("scrape_interval", "scrape_timeout", "evaluation_interval"), "1s")
    return json.dumps(config)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(PROMETHEUS / "rules", folder / "rules")
    return folder


@pytest.fixture
def prometheus(folder, start_border_sim, tmp_path):
    """It scrapes a run with an overload, and itself."""
    border = f"127.0.0.1:{free_ports(1)[0]}"
    scenario = tmp_path / "overload.yaml"
    scenario.write_text(OVERLOAD, encoding="utf-8")
    start_border_sim(
        "live", scenario, "--start", "2024-03-05", "--days", 20, "--speed", 900, "--serve", border, "--quiet"
    )
    server = Prometheus(folder, "{}")
    (folder / "prometheus.yml").write_text(configuration({"border-consumer": border, "prometheus": server.address}))
    with server:
        yield server


def test_rules_and_an_overload(prometheus):
    overloaded = {
        "BorderSimWaitAboveAccustomed",
        "BorderSimBoothsClosedWhileWaitLong",
        "BorderSimLaneClosedWithQueue",  # the one booth is that of the first pool in file order
    }
    told = 'count by (alertname, port) (ALERTS{component="border"})'
    prometheus.await_samples(told, lambda found: overloaded <= {each.labels["alertname"] for each in found})
    # while it goes on: nothing is told of the other port, and nothing is wrong with the platform
    found = {(each.labels["alertname"], each.labels["port"]) for each in prometheus.query(told)}
    assert found == {(name, "otay-mesa") for name in overloaded}
    assert prometheus.query('ALERTS{component!="border"}') == []

    for rule in records():
        prometheus.await_samples(rule["record"])
    prometheus.await_samples("prometheus_rule_group_iterations_total > 0", lambda found: len(found) == len(RULES))
    loaded = [rule for group in prometheus.api("rules")["groups"] for rule in group["rules"]]
    assert sorted(rule["name"] for rule in loaded) == sorted(rule.get("alert") or rule["record"] for rule in rules())
    assert [(rule["name"], rule["lastError"]) for rule in loaded if rule["health"] != "ok"] == []


def test_the_series_that_rules_take_from_prometheus_are_there(prometheus):
    expressions = " ".join(alert["expr"] for alert in alerts())
    for name in sorted(set(re.findall(r"\bprometheus_\w+", expressions)) - {"prometheus_notifications_errors_total"}):
        prometheus.await_samples(name)
    by_group = prometheus.await_samples("prometheus_rule_evaluation_failures_total")
    assert all("rule_group" in each.labels for each in by_group)
