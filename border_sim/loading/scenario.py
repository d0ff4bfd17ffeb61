"""A scenario's file -> `Scenario`, checked against the catalogue."""

from pathlib import Path

from border_sim.loading.yaml_file import Document, read_yaml
from border_sim.spec.scenario import Catalogue, Scenario
from border_sim.spec.scenario_check import check_scenario


def load_scenario(path: Path, catalogue: Catalogue) -> Scenario:
    """The scenario in a file; `LoadError` with every problem that can be told, also those over the catalogue."""
    return check_scenario_file(read_yaml(path), catalogue)


def check_scenario_file(document: Document, catalogue: Catalogue) -> Scenario:
    """A document as a scenario that resolves over the catalogue; `LoadError` with every problem that can be told."""
    return document.checked(lambda data: check_scenario(data, catalogue))
