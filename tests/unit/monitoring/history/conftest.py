"""Runs that have ended, and what is written of them, read by the parser of Prometheus' own client."""

import io
from collections import defaultdict
from datetime import date
from itertools import groupby

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.monitoring.history.write import history_of, write_history
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import QUARTER_US
from tests.full_port import FULL_PORT

TINY = r"""
name: tiny
start: 2024-03-12
days: 1
warm_up_days: 0
ports: [gate]
response: {elasticity: 0}
own_ports:
  gate:
    name: 'The "Gate" \ quay'
    modes:
      passenger:
        demand:
          kind: list
          arrivals: [{at_s: 120, service_s: 300}, {at_s: 180, service_s: 600}, {at_s: 240, service_s: 1200}]
        installed: {booths: 2}
        pools: [{name: general, serves: [[standard]], max_open: 2}]
        staffing: {kind: schedule, pools: {general: [{booths: 1}]}}
        programmes: {share: {none: 1}}
        inspection: {service: {standard: {kind: deterministic, mean_s: 60}}}
"""


def parsed(text):
    """The families of a text, read by the client's parser, which refuses families that are torn apart and times that go
    back. It takes the second instant of a histogram for a repetition of the first, so it is given those one by one.
    """
    *parts, end = text.split("# HELP ")
    assert not parts or not parts.pop(0)
    parts.append(end.removesuffix("# EOF\n"))
    for part in parts:
        told, kind, *lines = part.splitlines()
        instants = groupby(lines, _time) if kind.endswith(" histogram") else [("", lines)]
        for _, some in instants:
            yield from text_string_to_metric_families("\n".join(["# HELP " + told, kind, *some, "# EOF\n"]))


def _time(line):
    return line.rsplit(" ", 1)[1]


class Told:
    """The samples of a text by name and labels, each value by its time, seconds since 1970."""

    def __init__(self, text):
        assert text.endswith("\n# EOF\n")
        self.heads = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")]
        self.families = list(parsed(text))
        self.series = defaultdict(dict)
        for family in self.families:
            for sample in family.samples:
                key = sample.name, tuple(sorted(sample.labels.items()))
                t = float(sample.timestamp)
                assert t > max(self.series[key], default=0), key
                self.series[key][t] = sample.value

    def of(self, name, **labels):
        """The values of the one series that has these labels, and maybe others."""
        found = [
            values
            for (other, theirs), values in self.series.items()
            if other == name and labels.items() <= dict(theirs).items()
        ]
        assert len(found) == 1, (name, labels, len(found))
        return found[0]

    def labels(self, name):
        """The labels of all series of a name."""
        return [dict(labels) for other, labels in self.series if other == name]


def written(folder, ports=None, aside=None):
    """What is written of a run."""
    out = io.BytesIO()
    count = write_history(history_of(folder, ports), out, aside or folder)
    told = Told(out.getvalue().decode())
    assert count == sum(map(len, told.series.values()))
    return told


@pytest.fixture(name="written", scope="session")
def _written():
    return written


@pytest.fixture(scope="session")
def run_into():
    """Run ports of the catalogue, or the scenario in a file, into a folder."""

    def make(folder, ports=None, *, scenario=None, window_us=QUARTER_US, log=True, stop=None, **keys):
        catalogue = load_catalogue()
        described = load_scenario(scenario, catalogue) if scenario else Scenario()
        make_directory(folder, force=False)
        logs = frozenset({"parquet"} if log else ())
        resolved = resolve(described, catalogue, ports=ports, **keys)
        settings = RunSettings("test", 1, 0, window_us, logs=logs)
        days_done = (lambda _: stop.set()) if stop else (lambda _: None)
        simulate(resolved, settings, folder, days_done=days_done, stop=stop)
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_run(run_into, tmp_path_factory):
    """Three cars at a port with one open booth: they come after 2, 3 and 4 minutes and are served for 5, 10 and 20."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return run_into(folder / "run", scenario=folder / "tiny.yaml")


@pytest.fixture(scope="session")
def two_ports(run_into, tmp_path_factory):
    """Two days at a port with all modes and one with trucks alone, across a change of the clock."""
    folder = tmp_path_factory.mktemp("two") / "run"
    return run_into(folder, ["columbus", "laredo-wtb"], start=date(2024, 3, 10), days=2)


@pytest.fixture(scope="session")
def full_port(run_into, tmp_path_factory):
    """A day at a port whose stations fill up."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "full.yaml").write_text(FULL_PORT, encoding="utf-8")
    return run_into(folder / "run", scenario=folder / "full.yaml")
