"""`make bench` in little: all contenders at work on few ports, their work proved; no figure of speed counts here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = "# border-sim\n\n<!-- bench -->\nan old table\n<!-- /bench -->\n\nmore\n"


@pytest.fixture
def python(tmp_path):
    """Run Python in an empty folder, with the project on its path."""

    def run(*arguments):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
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
