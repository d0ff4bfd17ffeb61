"""Every problem in files and folders of any kind: ports, tables of a catalogue, scenarios."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from border_sim.loading.catalogue import (
    FEED,
    FEED_ENTRIES,
    FEED_ENTRIES_FILE,
    INSPECTION,
    OBSERVED,
    OBSERVED_SOURCES,
    OBSERVED_SOURCES_FILE,
    OBSERVED_TABLES,
    TABLES,
    YAML_SUFFIXES,
    Gathered,
    catalogue_folder,
    check_port_file,
    check_table,
    gather_catalogue,
    is_catalogue,
    is_folder,
    read_entry,
)
from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.scenario import check_scenario_file
from border_sim.loading.yaml_file import read_yaml, refusal
from border_sim.spec.problem import Problem
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Catalogue, Resolved, Scenario
from border_sim.spec.scenario_check import SCENARIO


class Report(NamedTuple):
    """What was found in files, in the order of paths, files and lines."""

    files: int
    """How many were looked at"""
    problems: tuple[FileProblem, ...]
    notices: tuple[FileProblem, ...]
    """What scenarios say without effect, with file and line"""


_TABLES: Final[dict[str, TypeAdapter[Any]]] = {
    **{file: adapter for file, (_, adapter) in TABLES.items()},
    f"{OBSERVED}/{OBSERVED_SOURCES_FILE}": OBSERVED_SOURCES,
    f"{FEED}/{FEED_ENTRIES_FILE}": FEED_ENTRIES,
}
"""Files that there are once, and their types."""
AddNotices = Callable[[Resolved, Scenario, Catalogue], Resolved]
"""What adds the notices that only a plan of the run can tell."""


def validate(paths: Iterable[Path], add_notices: AddNotices = lambda resolved, *_: resolved) -> Report:
    """Look at files, and in folders at every YAML file and the tables of `observed`.

    Place and contents tell a file's kind: in a folder `ports`, or with a top-level `modes`, it is a port; in
    `inspection`, `observed` or `feed`, or at the place of a catalogue's table, it is that; any other is a scenario.
    Names are looked up in the catalogue that the file is part of, else in the one that comes with border-sim.
    `add_notices` is called for each scenario without problems.
    """
    files: dict[Path, None] = {}
    problems: list[FileProblem] = []
    notices: list[FileProblem] = []
    for path in paths:
        of_path = _files(path) if is_folder(path) else [path]
        if not of_path:
            problems.append(FileProblem(str(path), 0, "", "", "has no YAML file; name a file, or a folder with some"))
        files.update(dict.fromkeys(of_path))
    gather = cache(gather_catalogue)
    for file in files:
        try:
            notices += _check(file, gather, add_notices)
        except LoadError as error:
            problems += error.problems
    return Report(len(files), tuple(problems), tuple(notices))


def _files(folder: Path) -> list[Path]:
    """The files below a folder that are read, and the tables that a catalogue must have even if they are missing."""
    there = {path for path in folder.rglob("*") if _is_read(path) and path.is_file()}
    return sorted(there | {folder / file for file in TABLES} if is_catalogue(folder) else there)


def _is_read(path: Path) -> bool:
    return path.suffix in YAML_SUFFIXES or (path.parent.name == OBSERVED and path.name in OBSERVED_TABLES)


def _check_waits(path: Path) -> None:
    from border_sim.loading.observed import read_waits  # noqa: PLC0415 - Arrow takes long to import

    read_waits(path)


def _check(path: Path, gather: Callable[[Path], Gathered], add_notices: AddNotices) -> list[FileProblem]:
    """The notices of a file; `LoadError` with its problems."""
    place = path.absolute()
    folder = place.parent.name
    if table := _TABLES.get(f"{folder}/{place.name}"):
        check_table(read_yaml(path), table)
        return []
    if folder == "inspection":
        check_table(read_entry(path), INSPECTION)
        return []
    if folder == OBSERVED and place.name in OBSERVED_TABLES:
        _check_waits(path)
        return []
    document = read_entry(path) if folder == "ports" else read_yaml(path)
    root = next((parent for parent in place.parents if is_catalogue(parent)), catalogue_folder())
    gathered = gather(root)
    if folder == "ports" or "modes" in document.data:
        check_port_file(document, gathered.tables)
        return []
    if gathered.catalogue is None:
        check_table(document, SCENARIO)
        raise refusal(str(path), f"cannot be resolved: the catalogue in {root} has mistakes; validate it first")
    scenario = check_scenario_file(document, gathered.catalogue)
    resolved = add_notices(resolve(scenario, gathered.catalogue), scenario, gathered.catalogue)
    return sorted(document.in_file(Problem(*notice)) for notice in resolved.notices)
