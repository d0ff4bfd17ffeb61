"""A catalogue is read as a whole, and so are its mistakes."""

import shutil
from pathlib import Path

import pytest

from border_sim.loading import catalogue as module
from border_sim.loading.catalogue import catalogue_folder, is_folder, load_catalogue
from border_sim.loading.file_problem import LoadError
from border_sim.spec.resolve import configuration_hash, resolve
from border_sim.spec.scenario import Scenario


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(LoadError) as caught:
        load_catalogue(folder)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.problems]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_catalogue_of_border_sim_holds_the_47_ports() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.ports) == 47
    assert len(resolve(Scenario(), catalogue).ports) == 47


def test_what_a_folder_holds(made_up: Path) -> None:
    catalogue = load_catalogue(made_up)
    assert set(catalogue.ports) == {"big-bridge", "small-gate"}
    assert set(catalogue.inspections) == {"people", "trucks"}
    assert set(catalogue.seasonality) == {"flat", "spare"}


def test_the_folder_it_is_read_from_leaves_no_trace(made_up: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(made_up, tmp_path / "elsewhere" / "deep")
    hashes = {configuration_hash(resolve(Scenario(), load_catalogue(folder))) for folder in (made_up, elsewhere)}
    assert len(hashes) == 1


def test_the_installed_package_brings_its_own_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "border_sim"
    package.mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(package / "loading" / "catalogue.py"))
    assert catalogue_folder() == tmp_path / "site" / "configs"
    (package / "configs").mkdir()
    assert catalogue_folder() == package / "configs"


def test_all_mistakes_of_all_files_are_told_at_once(made_up: Path) -> None:
    bridge = made_up / "ports" / "big-bridge.yaml"
    edit(bridge, "2024: 100000", "2024: -1")
    edit(bridge, "inspection: people", "inspection: peple")
    edit(made_up / "ports" / "small-gate.yaml", "rate, per_hour: 60", "rate, per_huor: 60")
    edit(made_up / "inspection" / "trucks.yaml", "cv: 0.7", "cv: -0.7")
    (made_up / "demand" / "response.yaml").unlink()
    found = mistakes(made_up)
    assert [text.rpartition(";")[0] or text for text in found] == [
        "demand/response.yaml: cannot be read: No such file or directory",
        "inspection/trucks.yaml:1: service.fast.cv: -0.7: must be above 0",
        "inspection/trucks.yaml:1: service.standard.cv: -0.7: must be above 0",
        "ports/big-bridge.yaml:9: modes.commercial.demand.volumes.2024: -1: must be 0 or more",
        "ports/big-bridge.yaml:33: modes.passenger.inspection: 'peple': unknown inspection",
        "ports/small-gate.yaml:4: modes.pedestrian.demand.per_huor: 60: unknown key",
    ]


def test_a_wrong_table_does_not_make_its_names_unknown(made_up: Path) -> None:
    edit(made_up / "demand" / "profiles.yaml", "saturday", "saterday")
    edit(made_up / "inspection" / "people.yaml", "mean_s: 50", "mean_s: 0")
    assert [text.split(":")[0] for text in mistakes(made_up)] == ["demand/profiles.yaml", "inspection/people.yaml"]


def test_flaws_of_the_text_are_mistakes_too(made_up: Path) -> None:
    edit(made_up / "ports" / "small-gate.yaml", "name: Small Gate", "name: Small Gate\nname: Again")
    edit(made_up / "staffing" / "planning.yaml", "fast_over_commercial: 0.5", "fast_over_commercial: 0.5\n<<: 1")
    assert [text.split(": ", 1)[0] for text in mistakes(made_up)] == [
        "ports/small-gate.yaml:2",
        "staffing/planning.yaml:10",
    ]


@pytest.mark.parametrize("name", ["Big Port.yaml", "big_port.yaml", "-a.yaml"])
def test_a_ports_file_is_named_by_its_slug(made_up: Path, name: str) -> None:
    (made_up / "ports" / "small-gate.yaml").rename(made_up / "ports" / name)
    (mistake,) = mistakes(made_up)
    assert mistake.startswith(f"ports/{name}: '{name.removesuffix('.yaml')}': the file's name must be a slug")


def test_a_file_that_would_be_passed_over_is_told(made_up: Path) -> None:
    shutil.copy(made_up / "ports" / "small-gate.yaml", made_up / "ports" / "small-gate.yml")
    assert mistakes(made_up) == ["ports/small-gate.yml: the file's name must end in .yaml"]


def test_a_folder_that_is_no_catalogue(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none")[0].endswith("none: is not a catalogue; it has no folders ports and demand")


def test_a_folder_that_may_not_be_looked_at_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(module.Path, "is_dir", denied)
    assert not is_folder(Path("x"))
