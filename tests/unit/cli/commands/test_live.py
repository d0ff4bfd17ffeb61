"""`live` without a broker: the same run, the same figures, and an end whenever it is wanted."""

import os
import re
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

import border_sim.cli.commands.live as cli_live
import border_sim.cli.serving as cli_serving
from border_sim.cli.main import group
from border_sim.streaming.counting import embedded
from border_sim.streaming.playback.play import play
from border_sim.vocabulary import HOUR_US
from tests.web import ask, url_in

DAY = ["--ports", "naco,sasabe", "--days", "1", "--seed", "2"]


def command(name, *arguments):
    return CliRunner().invoke(group, [name, *map(str, arguments)])


def test_its_closing_table_is_that_of_the_run(tmp_path):
    run = command("run", *DAY, "--start", "2024-03-04", "--out", tmp_path / "run")
    live = command("live", *DAY, "--start", "2024-03-04", "--speed", "0")
    assert live.exit_code == run.exit_code == 0
    table = [line for line in run.stdout.splitlines() if not re.match(r"report: |\d+\.\d s, ", line)]
    hours = [line for line in live.stdout.splitlines() if line.startswith("2024-")]
    assert live.stdout.splitlines()[len(hours) :] == table
    assert "2 ports, 1 day from 2024-03-04" in live.stderr


def test_off_a_terminal_it_tells_a_line_each_simulated_hour():
    live = command("live", *DAY, "--start", "2024-03-04", "--speed", "0", "--embedded")
    hours = [line[:13] for line in live.stdout.splitlines() if line.startswith("2024-")]
    assert len(hours) == len(set(hours)) >= 48
    assert hours == sorted(hours)
    assert any("waiting, longest posted wait" in line for line in live.stdout.splitlines())


def test_quiet_tells_the_end_alone():
    live = command("live", *DAY, "--start", "2024-03-04", "--speed", "0", "--quiet")
    assert live.stdout.startswith("mode ")


@pytest.fixture
def stopped(monkeypatch):
    """A live run that is stopped by a signal, so many hours after its measured time begins."""

    def stop_after(number, hours, *arguments):
        def interrupted(streams, sink, pacer, stop, told):
            def tell(reached):
                told(reached)
                if reached.until_us >= streams[0].start.info.measured_from_us + hours * 3_600_000_000:
                    os.kill(os.getpid(), number)
                    stop.wait()

            return play(streams, sink, pacer, stop, tell)

        monkeypatch.setattr(cli_live, "play", interrupted)
        return command("live", *DAY[:2], "--start", "2024-03-04", "--speed", "0", *arguments)

    return stop_after


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_and_tells_how_far_it_came(stopped, number):
    live = stopped(number, 6, "--quiet")
    assert live.exit_code == 0
    assert "stopping: the run is being ended at every port" in live.stderr
    assert "crossings from 2024-03-04 until 2024-03-04T13:" in live.stdout


def test_stopped_in_the_warm_up_it_says_that_nothing_was_measured(stopped):
    live = stopped(signal.SIGINT, -6)
    assert live.exit_code == 0
    *lines, last = live.stdout.splitlines()
    assert all("Z (warm-up, not measured yet): " in line for line in lines)
    assert last.startswith("stopped in the warm-up, at 2024-03-04T01:")
    assert last.endswith(": nothing was measured")


def test_without_a_start_it_is_today_and_endless():
    told = []

    def nothing(streams, _sink, pacer, _stop, _told):
        told.append((streams, pacer))
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli_live, "play", nothing)
        patch.setattr(cli_live.time, "time_ns", lambda: 1_800_000_000_000_000_000)  # 2027-01-15, 08:00 UTC
        live = command("live", "--ports", "naco")
    ((streams, _),) = told
    assert "1 port, 3,660 days from 2027-01-15" in live.stderr
    assert "catching up: simulating what lies before now\n" in live.stderr
    assert streams[0].start.facts.run.endswith("-1-20270115T080000Z")
    assert streams[0].start.info.measured_from_us <= 1_800_000_000_000_000


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("2027-01-15", ["disruptions[0]"]),
        ("2028-01-01", ["disruptions[0]", "disruptions[1]"]),
        (None, ["disruptions[0]"]),
    ],
)
def test_it_tells_notices_by_the_days_that_it_runs(monkeypatch, tmp_path, start, says):
    """Of two disruptions the second is on the day that is today, 2027-01-15."""
    scenario = tmp_path / "late.yaml"
    gate = "{port: naco, mode: passenger, gate: shut"
    scenario.write_text(
        f"ports: [naco]\ndisruptions:\n  - {gate}, from: 2024-04-08, until: 2024-04-09}}\n"
        f"  - {gate}, from: 2027-01-15T08:00, until: 2027-01-15T10:00}}\n"
    )

    def nothing(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_live, "play", nothing)
    monkeypatch.setattr(cli_live.time, "time_ns", lambda: 1_800_000_000_000_000_000)
    live = command("live", scenario, *(["--start", start] if start else []))
    notices = [line for line in live.stderr.splitlines() if line.startswith("notice: ")]
    assert [line.removeprefix("notice: ").split(".until: ")[0] for line in notices] == says


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kafka", "here:9092", "--embedded"], "with --kafka, consume makes them"),
        (["--kafka", "here:9092", "--window", "1h"], "with --kafka, consume makes them"),
        (["--ports", "nacho"], "nacho"),
        (["nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_mistakes_are_told(arguments, message):
    live = command("live", *arguments)
    assert live.exit_code == 2
    assert message in live.stderr


WITHOUT_A_BROKER = """
import sys
from border_sim.cli.main import group

try:
    group(["live", *sys.argv[1:]])
except SystemExit as end:
    assert not end.code, end.code
wrong = {name.partition(".")[0] for name in sys.modules} & {"kafka"}
wrong |= {name for name in sys.modules if name.startswith("border_sim.streaming.broker")}
assert not wrong, wrong
"""


def test_without_a_broker_nothing_of_kafka_is_imported():
    arguments = [*DAY, "--start", "2024-03-04", "--speed", "0", "--quiet"]
    command = [sys.executable, "-c", WITHOUT_A_BROKER, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mode ")


@pytest.fixture
def asked(monkeypatch):
    """What a live run serves at noon of its first measured day: the replies by path; and where."""
    said, replies = [], {}
    monkeypatch.setattr(cli_serving, "say", said.append)

    def ask_at_noon(streams, sink, pacer, stop, told):
        noon_us = streams[0].start.info.measured_from_us + 12 * HOUR_US

        def tell(reached):
            told(reached)
            if reached.until_us >= noon_us and said and not replies:
                sink.flush()
                url = url_in(said[0])
                replies.update({path: ask(url, path) for path in ("/metrics", "/-/healthy", "/-/ready", "/")})

        return play(streams, sink, pacer, stop, tell)

    monkeypatch.setattr(cli_live, "play", ask_at_noon)
    return said, replies


def test_served_while_it_goes_on_and_not_afterwards(asked):
    said, replies = asked
    arguments = [*DAY, "--start", "2024-03-04", "--speed", "0"]
    alone, served = command("live", *arguments), command("live", *arguments, "--serve", "0")
    assert served.exit_code == 0
    assert served.stdout == alone.stdout
    assert [reply.status for reply in replies.values()] == [200] * 4
    text = replies["/metrics"].body.decode()
    assert re.search(r'^border_arrivals_total{mode="passenger",port="naco"} [1-9]', text, re.MULTILINE)
    assert re.search(r'^border_posted_wait_seconds{.*port="sasabe"} ', text, re.MULTILINE)
    assert "border_producer" not in text
    with pytest.raises(ConnectionRefusedError):
        ask(url_in(said[0]), "/")


def test_while_it_waits_all_that_was_counted_is_served(monkeypatch):
    said, counted = [], []
    monkeypatch.setattr(cli_serving, "say", said.append)
    monkeypatch.setattr(embedded, "_SHOW_EVERY_S", 1e9)  # but for the first events

    def events():
        text = ask(url_in(said[0]), "/metrics").body.decode()
        return float(re.search(r"^border_pipeline_events_total (.*)$", text, re.MULTILINE)[1])

    def impatient(stop, sign):
        def wait(_):
            counted.append(events())
            monkeypatch.setattr(embedded, "_SHOW_EVERY_S", 0)
            sign()
            counted.append(events())
            stop.set()
            return True

        return wait

    monkeypatch.setattr(cli_live, "patient", impatient)
    done = command("live", *DAY, "--start", "2024-03-04", "--speed", "1", "--serve", "0")
    assert done.exit_code == 0
    assert counted[0] < counted[1]
