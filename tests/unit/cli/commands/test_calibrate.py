"""`border-sim calibrate`, over a week of two small ports: the same seed gives the same figures, wherever it goes on."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from border_sim.calibration import fit, trial
from border_sim.cli.commands import calibrate
from border_sim.cli.main import group
from border_sim.loading import catalogue, observed

PAGE = "# The model\n<!-- calibration -->\nnothing yet\n<!-- /calibration -->\nThe end.\n"
SOURCES = "cbp_a: {statistic: by hand, source: by hand}\n"
LANES = (("passenger", "standard"), ("commercial", "standard"), ("pedestrian", "standard"))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with the two ports and waits observed at them, and calibrations of a week in one round."""
    tree = tmp_path / "tree"
    shutil.copytree(catalogue.catalogue_folder(), tree / "configs", ignore=shutil.ignore_patterns("ports", "observed"))
    for slug in ("columbus", "naco"):
        port = catalogue.catalogue_folder() / "ports" / f"{slug}.yaml"
        (tree / "configs" / "ports").mkdir(exist_ok=True)
        shutil.copy(port, tree / "configs" / "ports")
    write_observed(tree / "configs" / "observed")
    (tree / "docs").mkdir()
    (tree / "docs" / "model.md").write_text(PAGE)
    for module in (calibrate, catalogue, observed):
        monkeypatch.setattr(module, "catalogue_folder", lambda: tree / "configs")
    for name in ("WEEKS", "ROUNDS"):
        monkeypatch.setattr(fit, name, 1)
    monkeypatch.setattr(fit, "YEAR_DAYS", 7)
    monkeypatch.setattr(fit, "VOLUME_ROUNDS", 1)
    return tree


def write_observed(folder: Path) -> None:
    """Waits at Columbus, and half as long ones at Naco."""
    folder.mkdir()
    waits = [
        f"cbp_a,{port},{mode},{lane},{day},{hour},{minutes},1,,,"
        for port, minutes in (("columbus", 12), ("naco", 6))
        for mode, lane in LANES
        for day in range(7)
        for hour in range(9, 17)
    ]
    heads = "source,port,mode,lane_class"
    cells = "\n".join([f"{heads},day_of_week,hour,mean_wait_min,readings,lanes_open,from,until", *waits])
    readings = [
        f"cbp_a,{port},passenger,{lane},2024-03-04,9,8,"
        for port in ("columbus", "naco")
        for lane in ("sentri", "ready")
    ]
    (folder / "waits.csv").write_text(f"{cells}\n")
    (folder / "readings.csv").write_text("\n".join([f"{heads},date,hour,wait_min,lanes_open", *readings, ""]))
    (folder / "sources.yaml").write_text(SOURCES)


def said(work: Path, *options: str) -> Result:
    result = CliRunner().invoke(group, ["calibrate", "--work", str(work), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return result


def contents(tree: Path) -> dict[str, str]:
    return {str(path.relative_to(tree)): path.read_text(encoding="utf-8") for path in tree.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_whatever_the_workers_and_another_seed_does_not(
    tree: Path, tmp_path: Path
) -> None:
    first = said(tmp_path / "a", "--workers", "1").output

    assert said(tmp_path / "b", "--workers", "2").output == first
    assert said(tmp_path / "b", "--seed", "2").output != first


def test_without_write_no_file_changes(tree: Path, tmp_path: Path) -> None:
    before = contents(tree)
    output = said(tmp_path / "work").output

    assert contents(tree) == before
    assert "mean absolute error, minutes: fitted " in output
    assert "| passenger | standard | 112 |" in output
    assert "written" not in output


def test_figures_and_table_are_written_and_a_second_calibration_finds_the_same(tree: Path, tmp_path: Path) -> None:
    before = contents(tree)
    output = said(tmp_path / "work", "--write").output
    after = contents(tree)

    assert {name for name in after if after[name] != before[name]} == {
        "configs/demand/accustomed.yaml", "configs/ports/columbus.yaml", "configs/ports/naco.yaml", "docs/model.md",
    }  # fmt: skip
    assert output.endswith(f"written: 3 files in {tree}/configs, {tree}/docs/model.md\n")
    begin, end = output.index("| mode |"), output.index("written:")
    assert after["docs/model.md"] == PAGE.replace("nothing yet", output[begin:end].strip())
    assert "border-sim calibrate, seed 1; fitted to CBP's posted waits here" in after["configs/ports/columbus.yaml"]

    assert said(tmp_path / "again", "--write").output == output
    assert contents(tree) == after


def test_an_interrupted_calibration_goes_on_and_ends_as_a_whole_one(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = said(tmp_path / "whole").output
    count = len(list((tmp_path / "whole").iterdir()))
    simulate, made = trial._simulated, []

    def at_most(limit: int) -> None:
        def counted(resolved, seed):
            if len(made) == limit:
                raise KeyboardInterrupt
            made.append(resolved)
            return simulate(resolved, seed)

        monkeypatch.setattr(trial, "_simulated", counted)

    at_most(3)
    interrupted = CliRunner().invoke(group, ["calibrate", "--work", str(tmp_path / "work"), "--workers", "1"])
    assert interrupted.exit_code == 130
    at_most(1000)
    assert said(tmp_path / "work", "--workers", "1").output == whole
    assert len(made) == count
    said(tmp_path / "work")
    assert len(made) == count


def test_wrong_files_are_told(tree: Path, tmp_path: Path) -> None:
    (tree / "configs" / "observed" / "sources.yaml").write_text("cbp_b: {statistic: x, source: y}")
    result = CliRunner().invoke(group, ["calibrate", "--work", str(tmp_path / "work")])

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tree}/configs/observed/waits.csv:2: source: 'cbp_a': no such source")
    assert not (tmp_path / "work").exists()
