"""Every query of the dashboards on a real Prometheus that has scraped a real run: none is refused, none in vain."""

import json
import time
from contextlib import contextmanager

import pytest

from tests.dashboards import Question, Shown, asked_in_vain, boards, is_answered
from tests.loopback import free_ports
from tests.prometheus import Prometheus, PrometheusError, scraping

RUN = ("--ports", "san-ysidro,otay-mesa,calexico-east", "--start", "2024-03-05", "--speed", "3600", "--quiet")
"""FAST, SENTRI, Ready, people on foot, and between them all stations; an hour of a day a second."""
INTERVAL_S = 1
SCRAPES = 30
"""A day and more."""
ALWAYS = {
    "groups": [
        {
            "name": "always",
            "rules": [
                {
                    "alert": "BorderSimAnyPostedWait",
                    "expr": "max by (port, mode, lane_class) (border_posted_wait_seconds) >= 0",
                    "labels": {"severity": "warning"},
                }
            ],
        }
    ]
}
"""An alert that fires, so that there is one to show."""


def configuration(folder, targets):
    """Scrapes the targets and marks an alert, in `folder`."""
    folder.mkdir()
    (folder / "always.yml").write_text(json.dumps(ALWAYS))
    return json.dumps({**json.loads(scraping(targets, f"{INTERVAL_S}s")), "rule_files": ["always.yml"]})


def watch(server, jobs):
    """Wait for the middle of a day of which enough is known; what is shown then."""
    holds = (
        f"count(up == 1) == {jobs}",
        f"min(count_over_time((up == 1)[1h:{INTERVAL_S}s])) > {SCRAPES}",
        "min(sum by (port) (border_released_total)) > 1000",
        "hour(min(border_sim_time_seconds)) >= 18",  # 10 to 16 on the Pacific: every lane is open
        'count(ALERTS{alertstate="firing"}) > 0',
    )
    server.await_samples(" and on () ".join(f"({each})" for each in holds))
    now_s = time.time()
    return Shown(now_s - SCRAPES * INTERVAL_S, now_s, INTERVAL_S)


@contextmanager
def watched(folder, targets):
    """A Prometheus that watches the targets, by job, and what is shown once they have told enough."""
    with Prometheus(folder, configuration(folder, {job: [address] for job, address in targets.items()})) as server:
        yield server, watch(server, len(targets))


def test_a_run_without_a_broker_answers_all_but_what_its_simulator_sends(tmp_path, start_border_sim):
    address = f"127.0.0.1:{free_ports(1)[0]}"
    start_border_sim("live", *RUN, "--serve", address)
    with watched(tmp_path / "prometheus", {"border-consumer": address}) as (server, shown):
        assert asked_in_vain(boards(), server.api, shown) == [
            "border-sim-pipeline Not yet acknowledged by the broker A",  # there is none
            "border-sim-pipeline Produced a second A",
        ]
        assert not is_answered(Question("nobody", "border_no_such_thing", is_range=True), server.api, shown, {})
        with pytest.raises(PrometheusError, match="parse error"):
            is_answered(Question("nobody", "border_port_info{", is_range=False), server.api, shown, {})


def test_a_simulator_and_a_consumer_with_a_broker_between_them_answer_all(tmp_path, start_border_sim, kafka, prefix):
    simulator, consumer = (f"127.0.0.1:{port}" for port in free_ports(2))
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    start_border_sim("live", *RUN, *where, "--serve", simulator)
    start_border_sim("consume", *where, "--group", prefix, "--serve", consumer, "--quiet")
    targets = {"border-simulator": simulator, "border-consumer": consumer}
    with watched(tmp_path / "prometheus", targets) as (server, shown):
        assert asked_in_vain(boards(), server.api, shown) == []
