"""A manifest that was changed by hand is told to be damaged, with the place and the value, by every reader."""

import json
import shutil

import pytest
from click.testing import CliRunner

from border_sim.cli.main import group
from border_sim.loading.catalogue import load_catalogue
from border_sim.run.directory import DirectoryError
from border_sim.run.manifest import read_ended
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US

READERS = (["summary"], ["metrics"], ["report"], ["replay", "--to", "-"], ["compare-observed"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that is complete."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    make_directory(folder, force=False)
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    simulate(frame, RunSettings("test", 1, 0, HOUR_US), folder)
    return folder


@pytest.fixture
def changed(whole, tmp_path):
    """Makes a copy of the run with other values in its manifest, each by its key path; returns its folder."""

    def make(**values):
        shutil.copytree(whole, tmp_path / "run")
        path = tmp_path / "run" / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for place, value in values.items():
            *keys, last = (int(key) if key.isdigit() else key for key in place.split("."))
            part = manifest
            for key in keys:
                part = part[key]
            part[last] = value
        path.write_text(json.dumps(manifest))
        return tmp_path / "run"

    return make


@pytest.mark.parametrize("zone", ["", "Nowhere/X", "America", "../../etc/passwd", "\0", "Factory"])
def test_a_time_zone_is_one_of_the_database(changed, zone):
    folder = changed(**{"ports.sasabe.info.time_zone": zone})
    with pytest.raises(DirectoryError) as raised:
        read_ended(folder)
    told = f"has no valid ports.sasabe.info.time_zone ({zone!r}: no name of the tz database); the run was damaged"
    assert str(raised.value) == f"{folder / 'manifest.json'}: {told}"


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("configuration.ports", [], "its configuration has no 'sasabe', which is one of its ports"),
        ("configuration.ports.0.slug", "naco", "its configuration has no 'sasabe', which is one of its ports"),
        ("configuration.ports.0.port.modes", 7, r"no valid configuration\.ports\.0\.port\.modes \('7': "),
        ("window_us", 7, r"has no valid window_us \('7': no hour is a whole number of such windows"),
        ("window_us", 7 * HOUR_US, "has no valid window_us"),
        ("counts.candidates", 7, r"has no valid counts \(.*candidates are 7, but arrived and deterred are \d+"),
        ("ports.sasabe.counts.arrived", -7, r"has no valid ports\.sasabe\.counts\.arrived \('-7'"),
        ("ports.sasabe.counts.present", 10**6, r"released and present are \d+ together"),
        ("counts.released", 7, r"released of the run is 7, of its ports \d+"),
    ],
)
def test_a_damaged_manifest_is_told_with_the_value(changed, place, value, says):
    with pytest.raises(DirectoryError, match=f"{says}.*; the run was damaged"):
        read_ended(changed(**{place: value}))


def test_a_run_that_names_no_ports_is_refused_by_every_reader_in_the_same_words(changed):
    folder = changed(ports={})
    told = f"{folder / 'manifest.json'}: names no ports; the run was damaged\n"
    for reader in READERS:
        done = CliRunner().invoke(group, [*reader, str(folder)])
        assert (done.exit_code, done.stderr) == (2, told), reader


def test_a_complete_run_has_all_ports_of_its_configuration(changed, whole):
    configured = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))["configuration"]["ports"]
    folder = changed(**{"configuration.ports": [*configured, configured[0] | {"slug": "naco"}]})
    with pytest.raises(DirectoryError, match="is complete without 'naco', a port of its configuration"):
        read_ended(folder)
