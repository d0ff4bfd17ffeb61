"""What a text of the feed gives."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.observed.feed.files import file_readings
from border_sim.observed.feed.readings import Reading, Tally, numbered_ports


class Read(NamedTuple):
    readings: list[Reading]
    problems: list[str]
    """Without the file's name"""
    tally: Tally


@pytest.fixture(scope="session")
def ports():
    return numbered_ports(load_catalogue().ports)


@pytest.fixture
def read(tmp_path: Path, ports) -> Callable[..., Read]:
    """The readings of text or bytes as a file of the feed."""

    def of(content: str | bytes | Path) -> Read:
        path = content if isinstance(content, Path) else tmp_path / "feed"
        if not isinstance(content, Path):
            path.write_bytes(content.encode("iso-8859-1") if isinstance(content, str) else content)
        problems, tally = [], Tally()
        found = list(file_readings(path, ports, lambda problem: problems.append(str(problem)), tally))
        return Read(found, [problem.removeprefix(f"{path}") for problem in problems], tally)

    return of
