"""`make bench` in little: all contenders at work on few ports, their work proved; no figure of speed counts here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broker import missing_programs

ROOT = Path(__file__).parents[2]
README = "# border-sim\n\n<!-- bench -->\nan old table\n<!-- /bench -->\n\nmore\n"


@pytest.fixture
def python(tmp_path):
    """Run Python in an empty folder, with the project on its path."""

    def run(*arguments, **variables):
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_all_contenders_do_the_same_work_and_the_readme_gets_their_table(python, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    done = python("-m", "tests.benchmarks", "--proofs-only", "--update-readme")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n| plain port: ") == 5
    assert done.stdout.count("`json` of Python") == 2
    streamed = [line for line in done.stdout.splitlines() if "Kafka sink" in line or "rows of metrics" in line]
    assert len(streamed) == 2 or f"| not measured: {missing_programs()} |" in done.stdout
    before, after = README.split("an old table\n")
    assert readme.read_text(encoding="utf-8") == before + done.stdout + after


def test_a_peer_that_lets_a_crossing_wait_a_microsecond_longer_is_found_out(python):
    code = """
from tests.benchmarks import contenders, peers_simpy
from tests.benchmarks.workloads import load_settings, new_world

def late(port):
    (crossing, wait_us, secondary_wait_us), *others = peers_simpy.callbacks(port)
    return [(crossing, wait_us + 1, secondary_wait_us), *others]

contenders._simpy(late, new_world(load_settings(["tecate"]), 0).plain)
"""
    done = python("-c", code)
    assert done.returncode == 1
    assert "DifferentWorkError: SimPy late: " in done.stderr
    assert "; 1 waits differ" in done.stderr


SMALL_RUN = """
from pathlib import Path
from types import SimpleNamespace

from border_sim.streaming.counting.partition import Partition
from border_sim.streaming.counting.window_records import encode_windows
from tests.benchmarks.delays import _closing_events
from tests.benchmarks.stage import prove_same_records, prove_same_windows
from tests.benchmarks.traffic import WINDOW_US, new_traffic

traffic = new_traffic(["boquillas"], 0, Path("run"))
headers = [("schema", b"3")]
sent = [
    SimpleNamespace(partition=0, offset=offset, key=port.encode(), value=line, headers=headers, timestamp=0)
    for offset, (port, line) in enumerate(traffic.events)
]
partition, windows, closed_by = Partition(0, WINDOW_US), [], {}
for record in sent:
    for closed in partition.count([record]).closed:
        closed_by |= {("boquillas", begins_us): record.offset for begins_us in closed.windows.window_us.tolist()}
        windows += [SimpleNamespace(key=key, value=value) for key, value in encode_windows(*closed, WINDOW_US)]
prove_same_records("all", sent, traffic.events, 1)
assert len(windows) == 96 and prove_same_windows("all", windows, Path("run")) >= 96
"""


def test_the_delay_of_a_window_begins_with_the_event_that_closes_it(python):
    done = python("-c", f"{SMALL_RUN}\nassert _closing_events(traffic) == closed_by")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("prove_same_records('short', sent[:-1], traffic.events, 1)", "short: 1 of "),
        ("prove_same_records('doubled', [*sent, sent[-1]], traffic.events, 1)", "doubled: sent b'boquillas'"),
        ("prove_same_records('turned', sent[::-1], traffic.events, 1)", "turned: sent b'boquillas'"),
        ("prove_same_windows('short', windows[1:], Path('run'))", "rows of metrics differ"),
        ("prove_same_windows('doubled', [*windows, windows[0]], Path('run'))", "doubled: 1 records more than the 96"),
    ],
)
def test_a_producer_or_a_consumer_that_does_other_work_is_found_out(python, wrong, told):
    done = python("-c", f"{SMALL_RUN}\n{wrong}")
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert "DifferentWorkError: " in error and told in error


def test_without_a_broker_the_table_says_so(python):
    code = """
from tests.benchmarks.stream_rounds import Ports, measure_streams
from tests.benchmarks.stream_rows import stream_rows

results = measure_streams(Ports(["boquillas"], ["boquillas"]), 1, None, print)
print(list(stream_rows(results, "no Java"))[-1].result)
"""
    done = python("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\nnot measured: no Java\n")


def test_a_required_broker_that_cannot_be_had_is_exit_code_1_before_any_work(python):
    done = python("-m", "tests.benchmarks", PATH="", BORDER_SIM_REQUIRE_KAFKA="1")
    assert done.returncode == 1
    assert done.stderr == "Apache Kafka needs Java 17 and Maven; not found: java, mvn\n"


def test_a_missed_bar_is_told_and_is_exit_code_1(python):
    code = """
import sys
from tests.benchmarks.__main__ import _verdict
from tests.benchmarks.table import Bar, Row

quick = Row("quick", "9 M/s", bar=Bar(">= 8 M/s", is_met=True))
slow = Row("slow", "7 M/s", bar=Bar(">= 8 M/s", is_met=False))
sys.exit(_verdict([quick, slow]))
"""
    done = python("-c", code)
    assert done.returncode == 1
    assert done.stderr == "missed >= 8 M/s: slow: 7 M/s\n"


@pytest.mark.parametrize("text", [None, "no markers", "<!-- /bench --> <!-- bench -->", README + README])
def test_a_readme_without_a_place_for_the_table_is_refused_before_any_work(python, tmp_path, text):
    if text is not None:
        (tmp_path / "README.md").write_text(text, encoding="utf-8")
    done = python("-m", "tests.benchmarks", "--update-readme")
    assert done.returncode == 2
    assert done.stderr.startswith("README.md: ")
    assert not done.stdout
    assert "round" not in done.stderr
