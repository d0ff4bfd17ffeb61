"""`border-sim run --kafka`: the topic of events holds what the run directory holds, whatever happens on the way."""

import json
import signal
from itertools import groupby

import pyarrow as pa
import pytest

from tests.patience import PATIENCE_S

PORTS = ("boquillas", "sasabe")
SMALL = ("run", "--ports", ",".join(PORTS), "--log", "ndjson", "--quiet")
ENOUGH_DAYS = 400
"""More than are simulated before a test interferes."""


def logged(folder):
    """By port, the lines of a run directory's log."""
    with pa.CompressedInputStream(str(folder / "events.ndjson.zst"), "zstd") as stream:
        lines = stream.read().splitlines()
    return {port: list(mine) for port, mine in groupby(lines, key=lambda line: json.loads(line)["port"])}


def streamed(records):
    """By port, the values on the topic."""
    return {port: [record.value for record in records if record.key == port.encode()] for port in PORTS}


def status(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"]


def heard(process, part):
    """Reads what a process says until it says something."""
    for line in process.stderr:
        if part in line:
            return line
    pytest.fail(f"the process ended without saying {part!r}")


def test_the_topic_holds_the_run_directorys_lines(border_sim, kafka, prefix, stored, tmp_path):
    where = ("--kafka", kafka, "--topic-prefix", prefix, "--out", "first")
    result = border_sim(*SMALL[:-1], "--days", 1, *where)
    assert result.returncode == 0, result.stderr
    records = stored(kafka, f"{prefix}.events")
    assert streamed(records) == logged(tmp_path / "first")
    assert {tuple(record.headers) for record in records} == {(("schema", b"3"),)}
    assert f"{len(records):,} events sent to {prefix}.events at {kafka}\n" in result.stdout


def test_an_interrupt_leaves_all_that_was_simulated_on_the_topic(
    border_sim, start_border_sim, kafka, prefix, stored, count_stored, until, tmp_path
):
    process = start_border_sim(
        *SMALL, "--days", ENOUGH_DAYS, "--kafka", kafka, "--topic-prefix", prefix, "--out", "cut"
    )
    until(lambda: count_stored(kafka, f"{prefix}.events"), "events are on the topic")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    assert status(tmp_path / "cut") == "interrupted"
    events = streamed(stored(kafka, f"{prefix}.events"))
    assert events == logged(tmp_path / "cut")
    assert [b"run_ended" in events[port][-1] for port in PORTS] == [True] * len(PORTS)
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    assert border_sim("consume", *where, "--window", "1h", "--until-ended").returncode == 0
    same = border_sim("metrics", "--from-kafka", kafka, "--topic-prefix", prefix, "--compare", "cut")
    assert (same.returncode, "of the run: 0 differ" in same.stdout) == (0, True), same.stdout


def test_a_run_waits_for_a_broker_that_is_killed_says_so_and_goes_on(
    start_border_sim, broker, prefix, stored, count_stored, until, tmp_path
):
    process = start_border_sim(
        *SMALL, "--days", 60, "--kafka", broker.address, "--topic-prefix", prefix, "--out", "gone"
    )
    until(lambda: count_stored(broker.address, f"{prefix}.events"), "events are on the topic")
    broker.kill()
    assert heard(process, "waiting: nothing is lost").startswith(f"broker {broker.address} has not answered for 10 s")
    broker.start()
    assert heard(process, "answers again").endswith("going on\n")
    assert process.wait(PATIENCE_S) == 0
    assert streamed(stored(broker.address, f"{prefix}.events")) == logged(tmp_path / "gone")


def test_a_second_interrupt_gives_up_a_broker_that_is_gone_and_counts_what_is_lost(
    start_border_sim, broker, prefix, count_stored, until, tmp_path
):
    process = start_border_sim(
        *SMALL, "--days", ENOUGH_DAYS, "--kafka", broker.address, "--topic-prefix", prefix, "--out", "lost"
    )
    until(lambda: count_stored(broker.address, f"{prefix}.events"), "events are on the topic")
    broker.kill()
    heard(process, "waiting: nothing is lost")
    process.send_signal(signal.SIGINT)
    heard(process, "stopping: ")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert status(tmp_path / "lost") == "failed"
    *_, last = said.splitlines()
    assert last.endswith(f"events were not delivered to {prefix}.events at {broker.address}")
    assert int(last.split()[0].replace(",", "")) > 0


def test_a_run_that_is_killed_and_run_again_doubles_events_and_changes_none(
    start_border_sim, border_sim, kafka, prefix, stored, count_stored, until, tmp_path
):
    where = ("--days", 40, "--kafka", kafka, "--topic-prefix", prefix, "--run-id", "again", "--out", "again")
    process = start_border_sim(*SMALL, *where)
    until(lambda: count_stored(kafka, f"{prefix}.events"), "events are on the topic")
    process.kill()
    process.wait()
    again = border_sim(*SMALL, *where, "--force")
    assert again.returncode == 0, again.stderr
    events = streamed(stored(kafka, f"{prefix}.events"))
    assert {port: list(dict.fromkeys(lines)) for port, lines in events.items()} == logged(tmp_path / "again")


def test_a_broker_that_is_not_there_is_told_before_anything_is_written(border_sim, tmp_path):
    result = border_sim(*SMALL, "--kafka", "127.0.0.1:1", "--out", "none")
    assert result.returncode == 1
    assert result.stderr == "127.0.0.1:1: the broker cannot be reached (Connection refused)\n"
    assert not (tmp_path / "none").exists()
