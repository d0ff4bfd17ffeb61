"""`border-sim ports`: the catalogue as a table."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from border_sim.cli.commands.ports import command
from border_sim.loading import catalogue


def lines() -> list[str]:
    result = CliRunner().invoke(command)
    assert result.exit_code == 0
    return list(result.output.splitlines())


def test_every_port_of_border_sim_is_listed() -> None:
    assert len({line.split()[0] for line in lines()[1:]}) == 47


def test_each_mode_has_a_line_with_booths_and_entries(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "catalogue_folder", lambda: made_up)
    assert lines() == [
        "port        name        state  mode        booths  entries 2024",
        "big-bridge  Big Bridge  TX     commercial       8       100,000",
        "big-bridge  Big Bridge  TX     passenger       10       876,000",
        "small-gate  Small Gate  XX     pedestrian       2             -",
    ]


def test_a_wrong_catalogue_is_told_and_exits_with_2(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "catalogue_folder", lambda: made_up)
    (made_up / "demand" / "response.yaml").write_text("")
    result = CliRunner().invoke(command)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.endswith("response.yaml: is empty; write at least one key, or {} for none\n")
