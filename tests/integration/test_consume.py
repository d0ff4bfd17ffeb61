"""`border-sim consume` and `border-sim metrics --from-kafka`, as users type them, on a real broker."""

import signal
from contextlib import closing

import pytest
from kafka import TopicPartition

from border_sim.streaming.broker.clients import admin, producer
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.counting.window_records import decode_window
from tests.full_port import FULL_PORT
from tests.patience import PATIENCE_S
from tests.streams import check_exact, heard, record, send

PORTS = ("boquillas", "los-ebanos", "sasabe")


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    return record(tmp_path_factory.mktemp("runs") / "run", "run", ports=PORTS)


@pytest.fixture(scope="session")
def other_seed(tmp_path_factory):
    """The events of a run of the same name and another seed."""
    return record(tmp_path_factory.mktemp("runs") / "other", "run", ports=PORTS, seed=2).events


@pytest.fixture
def where(kafka, prefix):
    return ("--kafka", kafka, "--topic-prefix", prefix)


@pytest.fixture
def group(prefix):
    return ("--group", prefix, "--session-timeout", 2)


@pytest.fixture
def members(kafka, prefix):
    """How many processes a group has."""

    def count():
        with closing(admin(kafka_settings(kafka))) as client:
            return len(client.describe_groups([prefix])[prefix]["members"])

    return count


def test_a_run_streamed_consumed_and_compared_by_four_commands(border_sim, where, tmp_path):
    ran = border_sim("run", "--ports", ",".join(PORTS), "--days", 1, "--log", "none", *where, "--out", "run")
    assert ran.returncode == 0, ran.stderr
    consumed = border_sim("consume", *where, "--until-ended")
    assert consumed.returncode == 0, consumed.stderr
    assert "events counted" in consumed.stdout
    compared = border_sim("metrics", "--from-kafka", *where[1:], "--compare", "run")
    assert compared.returncode == 0, compared.stderr
    assert "windows of 15 minutes at 3 ports" in compared.stdout
    assert "los-ebanos" in compared.stdout
    assert "rows of metrics compared with those of the run: 0 differ\n" in compared.stdout
    assert border_sim("dead-letters", *where).stdout.endswith(" is empty: every record was counted\n")


def test_a_port_whose_stations_fill_up_is_counted_as_its_run_was(border_sim, where, tmp_path):
    (tmp_path / "full.yaml").write_text(FULL_PORT)
    ran = border_sim("run", tmp_path / "full.yaml", "--log", "none", *where, "--out", "run")
    assert ran.returncode == 0, ran.stderr
    assert "blocked: gate commercial primary" in ran.stdout
    consumed = border_sim("consume", *where, "--until-ended")
    assert consumed.returncode == 0, consumed.stderr
    compared = border_sim("metrics", "--from-kafka", *where[1:], "--compare", "run")
    assert compared.returncode == 0, compared.stderr
    assert "rows of metrics compared with those of the run: 0 differ\n" in compared.stdout
    assert border_sim("dead-letters", *where).stdout.endswith(" is empty: every record was counted\n")


def test_metrics_that_differ_from_a_run_are_told_with_exit_code_1(
    border_sim, kafka, prefix, where, group, run, tmp_path
):
    send(kafka, prefix, run.events)
    assert border_sim("consume", *where, *group, "--until-ended").returncode == 0
    other = record(tmp_path / "other", "run", 0, PORTS[1:])
    compared = border_sim("metrics", "--from-kafka", *where[1:], "--compare", other.folder)
    assert compared.returncode == 1
    assert "boquillas" in compared.stdout.splitlines()[-1]
    unheard_of = border_sim("metrics", "--from-kafka", *where[1:], "--run", "unheard-of")
    assert (unheard_of.returncode, unheard_of.stdout) == (1, "")
    told = f"{prefix}.metrics holds no windows of run unheard-of; there are those of run run (15 minutes)\n"
    assert unheard_of.stderr == told
    more = record(tmp_path / "more", "run", 0, (*PORTS, "lukeville"))
    compared = border_sim("metrics", "--from-kafka", *where[1:], "--compare", more.folder)
    assert compared.returncode == 1
    assert "the stream has no windows of lukeville\n" in compared.stdout


def test_windows_that_were_deleted_from_the_topic_differ(border_sim, kafka, prefix, where, group, run, stored):
    send(kafka, prefix, run.events)
    assert border_sim("consume", *where, *group, "--until-ended").returncode == 0
    metrics = f"{prefix}.metrics"
    windows = stored(kafka, metrics, isolation_level="read_committed")
    deleted = windows[::40][:3]
    rows = sum(len(decode_window(record.value).rows) for record in deleted)
    with closing(producer(kafka_settings(kafka))) as client:
        for record in deleted:
            client.send(metrics, None, record.key, None, record.partition)
        client.flush(60)
    compared = border_sim("metrics", "--from-kafka", *where[1:], "--compare", run.folder)
    assert compared.returncode == 1
    assert f"{len(windows) - 3:,} windows of 15 minutes" in compared.stdout
    assert "3 windows have been deleted\n" in compared.stdout
    assert f"rows of metrics compared with those of the run: {rows} differ\n" in compared.stdout


def test_it_goes_on_where_it_stopped_and_leaves_the_group_at_once(
    start_border_sim, kafka, prefix, where, group, run, stored, until, members
):
    most = len(run.events) * 3 // 4
    send(kafka, prefix, run.events[:most])
    first = start_border_sim("consume", *where, *group)
    until(lambda: stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), "windows are committed")
    first.send_signal(signal.SIGTERM)
    stdout, stderr = first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 0, stderr
    assert "stopping: what was read is being committed" in stderr
    assert members() == 0
    taken = int(stdout.split()[0].replace(",", ""))
    send(kafka, prefix, run.events[most:])
    second = start_border_sim("consume", *where, *group, "--until-ended")
    stdout, stderr = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0, stderr
    assert taken + int(stdout.split()[0].replace(",", "")) == len(run.events)
    check_exact(stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), [run])


def test_it_says_for_which_ports_it_waits_and_a_port_that_was_silent_for_long_may_still_come(
    start_border_sim, kafka, prefix, where, group, run, stored
):
    silent = [event for event in run.events if event[0] == "sasabe"]
    send(kafka, prefix, [event for event in run.events if event[0] != "sasabe"])
    consumer = start_border_sim("consume", *where, *group, "--until-ended")
    told = heard(consumer, "waiting for run run, replication 0")
    assert "(2 of 3 ports have ended; 1 not begun)" in told
    send(kafka, prefix, silent[:100])
    assert "(2 of 3 ports have ended; not yet sasabe)" in heard(consumer, "not yet")
    send(kafka, prefix, silent[100:])
    assert consumer.wait(PATIENCE_S) == 0
    check_exact(stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), [run])


def test_two_groups_make_windows_of_two_widths_side_by_side(border_sim, kafka, prefix, where, run, stored):
    send(kafka, prefix, run.events)
    quarters = ("--group", f"{prefix}-quarters", "--until-ended")
    assert border_sim("consume", *where, *quarters).returncode == 0
    assert (
        border_sim("consume", *where, "--group", f"{prefix}-hours", "--window", "1h", "--until-ended").returncode == 0
    )
    told = border_sim("metrics", "--from-kafka", *where[1:]).stdout
    assert "windows of 15 minutes at 3 ports" in told
    assert "windows of 60 minutes at 3 ports" in told
    assert "choose a length with --window to see the lanes\n" in told
    told = border_sim("metrics", "--from-kafka", *where[1:], "--window", "1h").stdout
    assert "windows of 15 minutes" not in told
    assert "los-ebanos" in told
    assert border_sim("metrics", "--from-kafka", *where[1:], "--compare", run.folder).returncode == 0
    refused = border_sim("consume", *where, *quarters, "--window", "1h")
    assert refused.returncode == 1, refused.stderr
    assert "makes windows of 15 minutes, not 60 minutes; each width needs its own group" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_asked_to_stop_before_every_run_has_ended_it_is_interrupted(start_border_sim, kafka, prefix, where, group, run):
    send(kafka, prefix, run.events[: len(run.events) // 2])
    consumer = start_border_sim("consume", *where, *group, "--until-ended")
    heard(consumer, "waiting for run run")
    consumer.send_signal(signal.SIGINT)
    stdout, _ = consumer.communicate(timeout=PATIENCE_S)
    assert consumer.returncode == 130
    assert "events counted" in stdout


def test_a_run_under_the_name_of_another_is_not_counted(
    border_sim, start_border_sim, kafka, prefix, where, group, run, other_seed, stored, until
):
    send(kafka, prefix, run.events[: len(run.events) * 6 // 10])
    send(kafka, prefix, other_seed)
    consumer = start_border_sim("consume", *where, *group, "--until-ended")
    letters = f"{prefix}.dead-letters"
    until(lambda: len(stored(kafka, letters, isolation_level="read_committed")) == len(other_seed), "all are dead")
    send(kafka, prefix, run.events)
    stdout, stderr = consumer.communicate(timeout=PATIENCE_S)
    assert consumer.returncode == 0, stderr
    assert f"{len(other_seed):,} dead letters, conflict: " in stdout
    check_exact(stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), [run])


def test_the_end_is_seen_behind_marks_of_foreign_transactions_and_deleted_records(
    border_sim, kafka, prefix, where, group, run, stored
):
    send(kafka, prefix, run.events)
    events = f"{prefix}.events"
    parts = [TopicPartition(events, number) for number in range(6)]
    with closing(producer(kafka_settings(kafka), transactional_id=prefix)) as client:
        client.init_transactions()
        client.begin_transaction()
        for part in parts:
            client.send(events, b"undone", b"key", None, part.partition)
        client.flush(60)
        client.abort_transaction()
    assert border_sim("consume", *where, *group, "--until-ended").returncode == 0
    check_exact(stored(kafka, f"{prefix}.metrics", isolation_level="read_committed"), [run])
    send(kafka, prefix, run.events[:1000])
    with closing(admin(kafka_settings(kafka))) as client:
        client.delete_records(dict.fromkeys(parts, -1))
    assert border_sim("consume", *where, *group, "--until-ended").returncode == 0


def test_a_topic_made_anew_under_a_group_that_knows_the_old_one_is_told(
    border_sim, start_border_sim, kafka, prefix, where, group, run
):
    send(kafka, prefix, run.events)
    assert border_sim("consume", *where, *group, "--until-ended").returncode == 0
    with closing(admin(kafka_settings(kafka))) as client:
        client.delete_topics([f"{prefix}.events"])
    send(kafka, prefix, run.events[:2000])
    consumer = start_border_sim("consume", *where, *group)
    assert "the topic was made anew; begin with another group" in heard(consumer, "it has gone back to")
    assert consumer.wait(PATIENCE_S) == 1


def test_what_cannot_be_is_one_line(border_sim, where, group):
    unreachable = border_sim("consume", "--kafka", "127.0.0.1:1", *where[2:])
    assert unreachable.returncode == 1
    assert "127.0.0.1:1: the broker cannot be reached (Connection refused)\n" in unreachable.stderr
    assert border_sim("consume", *where, "--group", "").returncode == 2
    assert border_sim("metrics", "--from-kafka", *where[1:], "--compare", "nowhere").returncode == 2
    assert border_sim("metrics").returncode == 2
    assert border_sim("metrics", "run", "--window", "1h").returncode == 2
    assert border_sim("metrics", "--from-kafka", *where[1:], "--compare", "run", "--window", "1h").returncode == 2
