"""Ctrl-C and SIGTERM: the run stops at the end of a day, and what it leaves is readable and says so."""

import json
import os
import signal

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import border_sim.cli.commands.run as cli_run
from border_sim.cli.main import group
from border_sim.engine import conductor
from border_sim.report.page import ReportError
from border_sim.run import run_files
from border_sim.run import simulate as simulate_module
from border_sim.run.recompute import compare_with_log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_readable_and_says_so(monkeypatch, tmp_path, number):
    real = simulate_module.simulate
    days = []

    def interrupted(resolved, settings, folder, *, days_done, stop, stream):
        def first_days(count):
            days_done(count)
            days.append(count)
            if len(days) == 1:
                os.kill(os.getpid(), number)
                stop.wait()

        return real(resolved, settings, folder, days_done=first_days, stop=stop, stream=stream)

    monkeypatch.setattr(cli_run, "simulate", interrupted)
    monkeypatch.setattr(conductor, "STRETCH_DAYS", 1)
    folder = tmp_path / "run"
    arguments = [
        "run",
        "--ports",
        "columbus,naco,sasabe",
        "--days",
        "40",
        "--log",
        "both",
        "--workers",
        "1",
        "--out",
        str(folder),
    ]
    result = CliRunner().invoke(group, arguments)
    assert result.exit_code == 130
    assert "from 2024-04-08 on, until the run was interrupted (24.0 hours at most) at 1 of 3 ports\n" in result.stdout
    assert "interrupted before 2 ports had come to the measured days\n" in result.stdout
    told = CliRunner().invoke(group, ["summary", str(folder)]).stdout.splitlines()[-1]
    assert told == "interrupted: 1 of 3 ports came to the measured days, for 24.0 hours; figures end there"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "interrupted"
    assert [manifest["ports"][port]["counts"]["candidates"] > 0 for port in ("columbus", "naco", "sasabe")] == [
        True,
        False,
        False,
    ]
    assert {entry["end"] for entry in manifest["ports"].values()} == {"interrupted"}
    counts = manifest["counts"]
    assert counts["arrived"] == counts["released"] + counts["present"] > 0
    assert pq.read_metadata(folder / "crossings" / "columbus.parquet").num_rows == counts["candidates"]
    comparison = compare_with_log(folder)
    assert (comparison.differing, comparison.wrong_hashes) == (0, ())
    assert not list(folder.glob("*.part*"))


@pytest.mark.parametrize("taken_in", [0, 1])
def test_a_run_interrupted_twice_has_failed_for_every_reader(monkeypatch, tmp_path, taken_in):
    copied = []

    def half(source, target):
        if len(copied) == taken_in:
            target.write(source.read(1000))
            raise KeyboardInterrupt
        copied.append(target.write(source.read()))

    monkeypatch.setattr(run_files, "copyfileobj", half)
    folder = tmp_path / "run"
    wanted = ["run", "--ports", "naco,sasabe", "--days", "1", "--log", "both", "--workers", "1", "--out", str(folder)]
    result = CliRunner().invoke(group, wanted)
    assert result.exit_code == 130
    assert result.stderr == f"{folder}: interrupted twice; the run is not complete and cannot be read; make it again\n"
    for reader in (["metrics"], ["summary"], ["report"], ["replay", "--to", str(tmp_path / "log.ndjson")]):
        done = CliRunner().invoke(group, [*reader, str(folder)])
        told = f"{folder}: its status is failed; only a run that has ended can be read\n"
        assert (done.exit_code, done.stderr) == (2, told), reader


def test_a_run_whose_page_cannot_be_made_prints_its_table_and_why(monkeypatch, tmp_path):
    def refuse(*_):
        raise ReportError("the report needs the package plotly, which is not installed; pip install plotly")

    monkeypatch.setattr(cli_run, "write_page", refuse)
    folder = tmp_path / "run"
    result = CliRunner().invoke(group, ["run", "--ports", "sasabe", "--days", "1", "--out", str(folder)])
    assert result.exit_code == 1
    assert "sasabe" in result.stdout
    assert result.stderr == (
        f"{folder}: the run is whole, but its report was not written: the report needs the package plotly, which is "
        "not installed; pip install plotly\n"
    )
    assert compare_with_log(folder).differing == 0


def test_a_run_interrupted_while_its_report_is_written_is_whole_and_says_so(monkeypatch, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_run, "write_page", interrupted)
    folder = tmp_path / "run"
    result = CliRunner().invoke(group, ["run", "--ports", "sasabe", "--days", "1", "--out", str(folder)])
    assert result.exit_code == 130
    assert result.stderr == f"{folder}: interrupted; the run is whole: make its page with border-sim report {folder}\n"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["status"] == "complete"
    assert compare_with_log(folder).differing == 0
    again = CliRunner().invoke(group, ["report", str(folder)])
    assert again.output == f"{folder / 'report.html'}\n"
