"""`border-sim replay` on a real broker: the same events, and so the same metrics, at any speed and from any source."""

import json
import signal

import pytest
from click.testing import CliRunner

from border_sim.cli.main import group
from tests.patience import PATIENCE_S

PORTS = ("naco", "roma", "sasabe")
SCENARIO = f"ports: [{', '.join(PORTS)}]\ndays: 1\nwarm_up_days: 0\n"
"""A day without a warm-up: at four simulated hours a second it takes six seconds."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run."""
    folder = tmp_path_factory.mktemp("replay")
    (folder / "day.yaml").write_text(SCENARIO)
    arguments = ["run", folder / "day.yaml", "--run-id", "day", "--quiet", "--out", folder / "run"]
    result = CliRunner().invoke(group, list(map(str, arguments)))
    assert result.exit_code == 0, result.stderr
    return folder / "run"


@pytest.fixture
def event_hash(run):
    """What `replay` says of the run's event hash."""
    expected = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["event_hash"]
    return f"event hash of run day, replication 0: {expected}\n"


@pytest.fixture
def same_metrics(border_sim, kafka, run):
    """Consumes a stream to its end and compares its metrics with those of the run; what the comparison says."""

    def compare(prefix):
        consumed = border_sim("consume", "--kafka", kafka, "--topic-prefix", prefix, "--group", prefix, "--until-ended")
        assert consumed.returncode == 0, consumed.stderr
        compared = border_sim("metrics", "--from-kafka", kafka, "--topic-prefix", prefix, "--compare", run)
        assert compared.returncode == 0, compared.stdout + compared.stderr
        return compared.stdout

    return compare


def by_port(records):
    return {port: [record.value for record in records if record.key == port.encode()] for port in PORTS}


@pytest.mark.parametrize("speed", [0, 14_400])
def test_a_run_replayed_has_its_event_hash_and_its_metrics(
    border_sim, kafka, prefix, run, event_hash, same_metrics, speed
):
    result = border_sim("replay", run, "--to", kafka, "--topic-prefix", prefix, "--speed", speed)
    assert result.returncode == 0, result.stderr  # on a busy machine it says that it is behind the clock
    assert result.stdout.startswith(event_hash)
    assert f"events sent to {prefix}.events at {kafka}\n" in result.stdout
    same_metrics(prefix)


def test_a_topic_replayed_is_the_same_again(border_sim, kafka, prefix, stored, run, event_hash):
    assert border_sim("replay", run, "--to", kafka, "--topic-prefix", prefix).returncode == 0
    other = f"{prefix}-again"
    source = ("replay", "--from-kafka", kafka, "--from-topic-prefix", prefix)
    into_topic = border_sim(*source, "--to", kafka, "--topic-prefix", other)
    into_file = border_sim(*source, "--to", "events.ndjson")
    assert (into_topic.returncode, into_file.returncode) == (0, 0)
    assert into_topic.stdout.startswith(event_hash)
    assert into_file.stdout.startswith(event_hash)
    first, second = (by_port(stored(kafka, f"{name}.events")) for name in (prefix, other))
    assert first == second
    assert all(first.values())


def test_a_replay_that_was_interrupted_can_be_sent_again(
    border_sim, start_border_sim, kafka, prefix, stored, count_stored, until, run, same_metrics
):
    where = ("replay", run, "--to", kafka, "--topic-prefix", prefix)
    process = start_border_sim(*where, "--speed", 600)
    until(lambda: count_stored(kafka, f"{prefix}.events") > 100, "events are on the topic")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    said = process.stderr.read()
    sent = stored(kafka, f"{prefix}.events")
    assert "stopping: what was sent is being delivered" in said
    assert f": {len(sent):,} events sent to {prefix}.events at {kafka}\n" in said
    assert border_sim(*where).returncode == 0
    both = by_port(stored(kafka, f"{prefix}.events"))
    for port, lines in by_port(sent).items():
        assert both[port][: len(lines)] == lines == both[port][len(lines) : 2 * len(lines)]
    same_metrics(prefix)


def test_a_broker_that_is_not_there_is_told(border_sim, run):
    result = border_sim("replay", run, "--to", "127.0.0.1:1")
    assert result.returncode == 1
    assert "127.0.0.1:1" in result.stderr
    assert "Traceback" not in result.stderr
