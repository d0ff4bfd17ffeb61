"""Closed standard streams are as good as /dev/null: the same work, the same exit code, nothing in a data file."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from border_sim.cli.standard_streams import is_redrawn

MODULE = [sys.executable, "-m", "border_sim.cli.main"]
SCRIPT = [str(Path(sys.executable).with_name("border-sim"))]
NOTHING_OPEN = "<&- >&- 2>&-"
CLOSED = ("<&-", ">&-", "2>&-", ">&- 2>&-", NOTHING_OPEN)
"""As a shell writes it."""
AWAY = {"<&-": "</dev/null", ">&-": ">/dev/null", "2>&-": "2>/dev/null"}

Finished = subprocess.CompletedProcess[str]


def shell(folder: Path, redirections: str, *arguments: object, called: list[str] = MODULE) -> Finished:
    """Call the command from a shell with its streams redirected."""
    line = ["sh", "-c", f'exec "$@" {redirections}', "sh", *called, *map(str, arguments)]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def away(closed: str) -> str:
    """The same with /dev/null in place of what is closed."""
    return " ".join(AWAY[part] for part in closed.split())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a small port that no stream was missing to."""
    folder = tmp_path_factory.mktemp("runs")
    arguments = ("run", "--ports", "sasabe", "--days", 1, "--log", "both", "--out", "run")
    assert shell(folder, "", *arguments).returncode == 0
    return folder / "run"


def check_same(arguments: list[str], closed: str, folder: Path) -> None:
    """The command does with closed streams what it does with /dev/null."""
    wanted, done = shell(folder, away(closed), *arguments), shell(folder, closed, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (wanted.returncode, wanted.stdout, wanted.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", CLOSED)
def test_a_command_says_on_what_is_open_what_it_would_say_anyway(closed: str, tmp_path: Path) -> None:
    check_same(["ports"], closed, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "closed"),
    [
        (["--help"], ">&-"),
        (["--version"], ">&-"),
        (["show", "sasabe"], ">&-"),
        (["show", "nowhere"], "2>&-"),
        (["ports", "--nothing"], "2>&-"),
        (["nothing"], "2>&-"),
        (["validate", "missing.yaml"], ">&- 2>&-"),
    ],
)
def test_help_and_mistakes_do_not_need_a_reader(arguments: list[str], closed: str, tmp_path: Path) -> None:
    check_same(arguments, closed, tmp_path)


@pytest.mark.parametrize(
    ("closed", "called"), [(">&-", SCRIPT), ("2>&-", MODULE), (NOTHING_OPEN, SCRIPT), (NOTHING_OPEN, MODULE)]
)
def test_a_run_is_whole_whatever_is_closed(closed: str, called: list[str], run: Path, tmp_path: Path) -> None:
    arguments = ("run", "--ports", "sasabe", "--days", 1, "--log", "both", "--out", "run")
    done = shell(tmp_path, closed, *arguments, called=called)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("report: run/report.html\n" if closed == "2>&-" else "")
    folder = tmp_path / "run"
    assert sorted(path.name for path in folder.rglob("*")) == sorted(path.name for path in run.rglob("*"))
    for sound in run.rglob("*.parquet"):
        assert pq.read_table(folder / sound.relative_to(run)).equals(pq.read_table(sound))
    manifest, sound_manifest = (
        json.loads((each / "manifest.json").read_text(encoding="utf-8")) for each in (folder, run)
    )
    assert manifest["status"] == "complete"
    assert manifest["event_hash"] == sound_manifest["event_hash"]
    assert (folder / "events.ndjson.zst").read_bytes() == (run / "events.ndjson.zst").read_bytes()


@pytest.mark.parametrize("quiet", [False, True])
def test_a_run_whose_table_cannot_be_printed_is_whole_with_its_page_and_says_so(*, quiet: bool, tmp_path: Path) -> None:
    arguments = ("run", "--ports", "sasabe", "--days", 1, "--out", "run", *["--quiet"] * quiet)
    done = shell(tmp_path, ">/dev/full", *arguments)
    told = "run: the run is whole\nstandard output: cannot be written (No space left on device)\n"
    assert (done.returncode, done.stderr) == ((0, "") if quiet else (1, told))
    assert (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "files"),
    [
        (["metrics", "RUN"], 0, []),
        (["replay", "RUN", "--to", "-"], 0, []),
        (["replay", "RUN", "--to", "again.ndjson"], 0, ["again.ndjson"]),
        (["report", "RUN"], 0, []),
        (["verify", "--ports", "sasabe", "--days", "1"], 0, []),
        (["live", "--ports", "sasabe", "--start", "2024-03-04", "--days", "1", "--speed", "0"], 0, []),
        (["topics", "--kafka", "127.0.0.1:1"], 1, []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_commands_that_nobody_hears_do_their_work(
    arguments: list[str], code: int, files: list[str], run: Path, tmp_path: Path
) -> None:
    named = [str(run) if argument == "RUN" else argument for argument in arguments]
    assert shell(tmp_path, NOTHING_OPEN, *named).returncode == code
    assert [path.name for path in tmp_path.iterdir()] == files
    for path in tmp_path.iterdir():
        assert {json.loads(line)["port"] for line in path.read_text(encoding="utf-8").splitlines()} == {"sasabe"}


def test_a_file_that_is_opened_after_it_does_not_stand_in_for_a_closed_stream(tmp_path: Path) -> None:
    script = (
        "from border_sim.cli.standard_streams import open_standard_streams\n"
        "import os, sys\n"
        "open_standard_streams()\n"
        "data = open('data', 'w')\n"
        "assert data.fileno() > 2, data.fileno()\n"
        "os.write(1, b'a library speaks'); print('we speak'); os.system('echo so does a program')\n"
    )
    done = shell(tmp_path, NOTHING_OPEN, called=[sys.executable, "-c", script])
    assert done.returncode == 0
    assert (tmp_path / "data").read_text(encoding="utf-8") == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "term", "redrawn"),
    [
        (Terminal(), "xterm", True),
        (Terminal(), None, True),
        (Terminal(), "dumb", False),
        (Terminal(), "unknown", False),
        (io.StringIO(), "xterm", False),
    ],
)
def test_a_terminal_that_moves_its_cursor_is_redrawn(
    *, stream: io.StringIO, term: str | None, redrawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM", raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    assert is_redrawn(stream) is redrawn
