"""A real Alertmanager with the stack's configuration: which alerts it holds back while which others fire."""

import json
import subprocess
import time
from datetime import UTC, datetime
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

import pytest
import yaml

from tests.alert_rules import ROOT, alerts
from tests.loopback import free_ports
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.compose

CONFIG = ROOT / "dashboards" / "alertmanager" / "alertmanager.yml"
ask = build_opener(ProxyHandler({})).open
"""Loopback is not asked for through anybody's proxy."""


def docker(*arguments):
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout


@pytest.fixture
def alertmanager():
    """Where a server listens that nobody else tells of alerts."""
    image = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["alertmanager"][
        "image"
    ]
    name, port = f"border-sim-test-{uuid4().hex[:12]}", free_ports(1)[0]
    mount = f"{CONFIG}:/etc/alertmanager/alertmanager.yml:ro"
    docker("run", "--detach", "--pull", "never", "--name", name, "-p", f"127.0.0.1:{port}:9093", "-v", mount, image)
    try:
        address = f"127.0.0.1:{port}"
        await_(lambda: is_ready(address), lambda: f"Alertmanager is ready; it said: {docker('logs', name)}")
        yield address
    finally:
        docker("rm", "--force", "--volumes", name)


def is_ready(address):
    try:
        return ask(f"http://{address}/-/ready", timeout=PATIENCE_S).status == 200
    except (URLError, ConnectionError):
        return False


def await_(holds, what):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {what()}"
        time.sleep(0.05)


def fire(address, *names, **labels):
    """Tell Alertmanager of alerts of these names, with the labels that their rules give them."""
    by_name = {alert["alert"]: alert["labels"] for alert in alerts()}
    now = datetime.now(UTC).isoformat()
    told = [{"labels": {"alertname": name, **by_name[name], **labels}, "startsAt": now} for name in names]
    body = json.dumps(told).encode()
    ask(Request(f"http://{address}/api/v2/alerts", body, {"Content-Type": "application/json"}), timeout=PATIENCE_S)


def held_back(address):
    """The alerts that Alertmanager has, and whether it holds each back."""
    with ask(f"http://{address}/api/v2/alerts", timeout=PATIENCE_S) as answer:
        return {each["labels"]["alertname"]: each["status"]["state"] == "suppressed" for each in json.load(answer)}


def test_the_borders_alerts_are_held_back_while_the_platform_fails(alertmanager):
    border = [alert["alert"] for alert in alerts() if alert["labels"]["component"] == "border"]
    others = ["BorderSimRunEnded", "BorderSimAlertmanagerDown"]
    fire(alertmanager, *border, *others, port="naco")
    await_(lambda: held_back(alertmanager) == dict.fromkeys([*border, *others], False), lambda: "all are there")
    fire(alertmanager, "BorderSimDeadLettersGrowing", reason="late")
    expected = dict.fromkeys(border, True) | dict.fromkeys([*others, "BorderSimDeadLettersGrowing"], False)
    await_(
        lambda: held_back(alertmanager) == expected, lambda: f"the border's are held back: {held_back(alertmanager)}"
    )


def test_what_follows_from_another_alert_is_held_back(alertmanager):
    fire(alertmanager, "BorderSimTargetDown", "BorderSimClockStalled", "BorderSimEventsUndelivered")
    fire(alertmanager, "BorderSimLagGrowing", "BorderSimLagHigh", instance="a")
    expected = {
        "BorderSimTargetDown": False,
        "BorderSimClockStalled": True,
        "BorderSimEventsUndelivered": True,
        "BorderSimLagGrowing": False,
        "BorderSimLagHigh": True,
    }
    await_(lambda: held_back(alertmanager) == expected, lambda: f"what follows is: {held_back(alertmanager)}")


def test_the_series_that_rules_take_from_alertmanager_are_there(alertmanager):
    with ask(f"http://{alertmanager}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    assert any(line.startswith("alertmanager_config_last_reload_successful ") for line in lines)
    failed = [line for line in lines if line.startswith("alertmanager_notifications_failed_total{")]
    assert failed and all('integration="' in line and 'reason="' in line for line in failed)
