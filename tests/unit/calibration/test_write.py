"""Fitted figures in files: they read back as meant, with how they were found, and nothing else changes."""

import shutil

import pyarrow as pa
import pytest

from border_sim.calibration.figures import latent_factors, with_factors, with_law, with_waits
from border_sim.calibration.fit import Fit
from border_sim.calibration.write import WIDTH, between, markdown, write_catalogue
from border_sim.loading.catalogue import catalogue_folder, load_catalogue
from border_sim.loading.validation import validate
from border_sim.spec.staffing import AccustomedLaw
from border_sim.vocabulary import Mode

HOW = "border-sim calibrate, seed 9"
CARS, TRUCKS = Mode.PASSENGER, Mode.COMMERCIAL
LAW = {
    "standard": (1.5, 0.125),
    "ready": (2.0, 1.0),
    "sentri": (-0.5, 0.0),
    "commercial": (4, 1),
    "pedestrian": (0.333, 2),
}
WRITTEN = {"latent", "accustomed_wait", "minutes", "source", "coefficients"}


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue."""
    return shutil.copytree(catalogue_folder(), tmp_path / "configs")


def waits_of(catalogue):
    return {
        (slug, mode, group): minutes
        for slug, port in catalogue.ports.items()
        for mode, part in port.modes.items()
        for group, minutes in part.accustomed_wait.minutes.items()
    }


@pytest.fixture(scope="module")
def fit():
    """Figures unlike those of the catalogue, each its own."""
    catalogue = load_catalogue()
    keys = list(waits_of(catalogue))
    waits = {key: round(0.3 * count, 1) for count, key in enumerate(keys)}
    factors = {key: round(0.5 + count / 128, 3) for count, key in enumerate(latent_factors(catalogue))}
    changed = with_factors(with_waits(catalogue, waits), factors)
    law = AccustomedLaw(coefficients=LAW, neighbour_km=catalogue.accustomed.neighbour_km, source="told apart")
    fitted = frozenset(key for key in keys if key[0] == "ysleta-zaragoza")
    readings = {key: 240 if key in fitted else 5 if key[0] == "donna" else 0 for key in keys}
    return Fit(with_law(changed, law), readings, fitted)


def texts_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


def test_figures_read_back_as_they_were_fitted(fit, folder):
    write_catalogue(fit, folder, HOW)
    read = load_catalogue(folder)

    assert waits_of(read) == waits_of(fit.catalogue)
    assert latent_factors(read) == latent_factors(fit.catalogue)
    assert read.accustomed.coefficients == LAW
    assert validate([folder]).problems == ()


def test_only_ports_and_the_law_are_written_and_of_them_only_the_lines_of_figures_and_sources(fit, folder):
    before = texts_of(folder)
    written = write_catalogue(fit, folder, HOW)
    after = texts_of(folder)

    names = [path.relative_to(folder).as_posix() for path in written]
    assert names == sorted(["demand/accustomed.yaml", *(f"ports/{slug}.yaml" for slug in fit.catalogue.ports)])
    assert {name for name in after if after[name] != before[name]} == set(names)
    for name in names:
        old, new = before[name].splitlines(), after[name].splitlines()
        mine = [line for line in new if line not in old]
        assert {line.strip().partition(":")[0] for line in mine if not is_told(line)} <= WRITTEN | set(LAW)
        others = iter(old)
        assert all(line in others for line in new if line not in mine), name
        assert max(map(len, new)) <= WIDTH


def is_told(line):
    """Whether a line goes on with how figures were found."""
    return any(word in line for word in ("derived", "law of volume", "posted waits here", "weighing", "least squares"))


def test_everything_but_figures_and_their_sources_is_as_it_was(fit, folder):
    def without(catalogue):
        data = catalogue.model_dump(exclude={"accustomed"})
        for port in data["ports"].values():
            for part in port["modes"].values():
                del part["accustomed_wait"], part["demand"]["latent"]
        return data

    write_catalogue(fit, folder, HOW)
    assert without(load_catalogue(folder)) == without(load_catalogue())


def test_writing_twice_is_writing_once(fit, folder):
    write_catalogue(fit, folder, HOW)
    once = texts_of(folder)
    write_catalogue(fit, folder, HOW)

    assert texts_of(folder) == once


def test_each_wait_says_how_it_was_found(fit, folder):
    write_catalogue(fit, folder, HOW)
    ports = load_catalogue(folder).ports

    def source(slug):
        return ports[slug].modes[CARS].accustomed_wait.source

    assert source("ysleta-zaragoza") == f"derived: {HOW}; fitted to CBP's posted waits here"
    assert source("donna") == f"derived: {HOW}; law of volume and 5 of CBP's posted waits here"
    assert source("sasabe") == f"derived: {HOW}; law of volume"
    assert ports["sasabe"].modes[CARS].demand.latent.source == f"derived: {HOW}"
    assert load_catalogue(folder).accustomed.source.startswith(f"derived: {HOW}; least squares")


def test_groups_of_other_origins_are_told_apart(fit, folder):
    sentri = ("ysleta-zaragoza", CARS, "sentri")
    write_catalogue(fit._replace(fitted=fit.fitted - {sentri}), folder, HOW)
    wait = load_catalogue(folder).ports["ysleta-zaragoza"].modes[CARS].accustomed_wait

    here = "CBP's posted waits here"
    assert wait.source == f"derived: {HOW}; general fitted to {here}; sentri law of volume and 240 of {here}"


# The table of the documentation.


def comparison(*rows):
    """A comparison of (mode, lane class, observed, simulated, naive), a cell each of Monday at noon."""
    names = ("mode", "lane_class", "mean_wait_min", "simulated_min", "naive_min")
    same = {"source": "cbp", "port": "here", "day_of_week": 0, "hour": 12, "lanes_open": 1.0, "booths_open": 1.0}
    return pa.Table.from_pylist([same | dict(zip(names, row, strict=True)) for row in rows])


def test_errors_of_both_fits_stand_beside_the_naive_guess():
    ready = ("passenger", "ready", 10.0)
    left_out = comparison(
        ("passenger", "standard", 10.0, 13.0, 30.0), ("commercial", "fast", 4.0, 2.0, 9.0), (*ready, 99.0, 9.0)
    )
    fitted = comparison(
        ("passenger", "standard", 10.0, 11.5, 30.0), ("commercial", "fast", 4.0, 4.0, 9.0), (*ready, None, 9.0)
    )

    lines = markdown(left_out, fitted).splitlines()
    assert lines[2:5] == [
        "| commercial | fast | 1 | 4.0 | 4.0 | 0.0 | 2.0 | 2.0 | 5.0 |",
        "| passenger | standard | 1 | 10.0 | 11.5 | 1.5 | 13.0 | 3.0 | 20.0 |",
        "| all |  | 2 | 7.0 | 7.8 | 0.8 | 7.5 | 2.5 | 12.5 |",
    ]
    assert lines[8] == "| here | 2 | 7.0 | 7.8 | 0.8 | 7.5 | 2.5 | 12.5 |"
    assert lines[-1].startswith("2 of 3 observed cells")


def test_a_table_takes_the_place_of_the_one_between_the_markers():
    page = "Before.\n<!-- calibration -->\nold\nolder\n<!-- /calibration -->\nAfter.\n"
    new = between(page, "calibration", "| a |")

    assert new == "Before.\n<!-- calibration -->\n| a |\n<!-- /calibration -->\nAfter.\n"
    assert between(new, "calibration", "old\nolder") == page


@pytest.mark.parametrize("page", ["", "<!-- calibration -->\n", "<!-- /calibration -->\n"])
def test_a_page_without_markers_is_refused(page):
    with pytest.raises(ValueError, match="substring not found"):
        between(page, "calibration", "x")
