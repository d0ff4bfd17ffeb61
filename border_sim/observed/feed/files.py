"""Files of the feed -> readings: JSON or XML, plain or gzip, one copy or many; what is wrong is gathered, and told."""

from collections.abc import Callable, Iterator
from pathlib import Path

from border_sim.loading.file_problem import FileProblem
from border_sim.observed.feed.json_snapshots import json_snapshots
from border_sim.observed.feed.readings import NumberedPorts, Reading, Tally, readings
from border_sim.observed.feed.snapshot import Snapshot
from border_sim.observed.feed.unpacking import Refuse, text_of
from border_sim.observed.feed.xml_snapshots import xml_snapshots
from border_sim.spec.problem import shown


def file_readings(
    path: Path, ports: NumberedPorts, problem: Callable[[FileProblem], None], tally: Tally
) -> Iterator[Reading]:
    """The readings of a file. `problem` is called with everything that cannot be read, a file that cannot be opened
    too; the rest is read. `tally` counts what is no reading and not wrong.
    """

    def refuse(line: int, place: str, value: str, message: str) -> None:
        problem(FileProblem(str(path), line, place, value, message))

    try:
        data = path.read_bytes()
    except OSError as error:
        refuse(0, "", "", f"cannot be read ({error.strerror or error})")
        return
    yield from readings(_snapshots(text_of(data, refuse), refuse), ports, refuse, tally)


def _snapshots(text: str, refuse: Refuse) -> Iterator[Snapshot]:
    begin = text.lstrip()[:40]
    if begin.startswith("<"):
        yield from xml_snapshots(text, refuse)
    elif begin.startswith(("[", "{")):
        yield from json_snapshots(text, refuse)
    elif begin:
        refuse(1, "", shown(begin), "is neither the feed's JSON, which begins with [, nor its XML, which begins with <")
