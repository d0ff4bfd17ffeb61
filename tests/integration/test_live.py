"""`border-sim live` on a real broker: the run of the same seed, and an end that readers know of."""

import json
import signal

import pytest

from tests.patience import PATIENCE_S

PORTS = ("naco", "sasabe")
DAY = ("--ports", ",".join(PORTS), "--days", "1", "--start", "2024-03-04", "--seed", "3", "--run-id", "live")


def consume(border_sim, kafka, prefix):
    result = border_sim("consume", "--kafka", kafka, "--topic-prefix", prefix, "--group", prefix, "--until-ended")
    assert result.returncode == 0, result.stderr


def kinds_by_port(records):
    told = [json.loads(record.value) for record in records]
    return {port: [event["kind"] for event in told if event["port"] == port] for port in PORTS}


def test_a_live_run_has_the_metrics_of_the_run(border_sim, kafka, prefix, tmp_path):
    assert border_sim("run", *DAY, "--quiet", "--out", "run").returncode == 0
    live = border_sim("live", *DAY, "--speed", "0", "--kafka", kafka, "--topic-prefix", prefix, "--quiet")
    assert live.returncode == 0, live.stderr
    assert f"events sent to {prefix}.events at {kafka}" in live.stdout
    consume(border_sim, kafka, prefix)
    compared = border_sim("metrics", "--from-kafka", kafka, "--topic-prefix", prefix, "--compare", tmp_path / "run")
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_an_endless_run_that_is_stopped_has_ended_at_every_port(
    border_sim, start_border_sim, kafka, prefix, stored, count_stored, until
):
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    process = start_border_sim("live", *DAY[:2], *DAY[4:], "--speed", "60", *where)
    until(lambda: count_stored(kafka, f"{prefix}.events") > 100, "events are on the topic")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0, process.stderr.read()
    for kinds in kinds_by_port(stored(kafka, f"{prefix}.events")).values():
        assert (kinds[0], kinds[-1]) == ("run_started", "run_ended")
        assert kinds.count("run_started") == kinds.count("run_ended") == 1
    consume(border_sim, kafka, prefix)


@pytest.mark.parametrize(("number", "gone"), [(signal.SIGINT, "kill"), (signal.SIGTERM, "freeze")])
def test_a_second_signal_ends_a_run_whose_broker_is_gone(
    broker, start_border_sim, prefix, count_stored, until, number, gone
):
    process = start_border_sim(
        "live", *DAY[:2], *DAY[4:], "--speed", "60", "--kafka", broker.address, "--topic-prefix", prefix
    )
    until(lambda: count_stored(broker.address, f"{prefix}.events") > 100, "events are on the topic")
    getattr(broker, gone)()
    process.send_signal(number)
    said = ""
    while "stopping" not in said:
        said = process.stderr.readline()
        assert said, "it ended without saying that it stops"
    process.send_signal(number)
    assert process.wait(PATIENCE_S) == 130
    said = process.stderr.read()
    assert f"events were not delivered to {prefix}.events at {broker.address}" in said
    assert "Traceback" not in said
