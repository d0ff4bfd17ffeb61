"""The catalogue: the folder that holds the 47 ports and the tables they name, read and checked as a whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.loading.yaml_file import Document, read_yaml, refusal
from border_sim.spec.checking import check
from border_sim.spec.demand import DayOfWeek, Profile, Response, Seasonality
from border_sim.spec.feed import FeedEntry
from border_sim.spec.inspection import Inspection
from border_sim.spec.observed import ObservedSource
from border_sim.spec.port import Port
from border_sim.spec.port_check import SLUG, Tables, check_port
from border_sim.spec.problem import SpecError, shown
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import AccustomedLaw, PlanningRule

TABLES: Final[dict[str, tuple[str, TypeAdapter[Any]]]] = {
    "demand/profiles.yaml": ("profiles", TypeAdapter(dict[str, Profile])),
    "demand/seasonality.yaml": ("seasonality", TypeAdapter(dict[str, Seasonality])),
    "demand/day_of_week.yaml": ("days_of_week", TypeAdapter(dict[str, DayOfWeek])),
    "demand/response.yaml": ("response", TypeAdapter(Response)),
    "demand/accustomed.yaml": ("accustomed", TypeAdapter(AccustomedLaw)),
    "staffing/planning.yaml": ("planning", TypeAdapter(PlanningRule)),
}
"""Every file that a catalogue has once: the field of `Catalogue` that it fills, and its type."""

INSPECTION: Final = TypeAdapter(Inspection)
OBSERVED: Final = "observed"
"""The folder of observed waits (`border_sim.loading.observed`)."""
OBSERVED_SOURCES: Final = TypeAdapter(dict[str, ObservedSource])
OBSERVED_SOURCES_FILE: Final = "sources.yaml"
OBSERVED_TABLES: Final = ("waits.csv", "readings.csv")
FEED: Final = "feed"
"""The folder that says how CBP's feed lists ports (`border_sim.loading.feed`)."""
FEED_ENTRIES: Final = TypeAdapter(dict[str, FeedEntry])
FEED_ENTRIES_FILE: Final = "entries.yaml"
YAML_SUFFIXES: Final = (".yaml", ".yml")


class _Part(NamedTuple):
    """A file as far as it could be read: `value` is `None` if it has problems, `names` are its top-level keys."""

    value: Any
    names: tuple[str, ...] = ()
    problems: tuple[FileProblem, ...] = ()


class Gathered(NamedTuple):
    """What could be read of a catalogue: `catalogue` is `None` if there are problems; `tables` holds what is valid."""

    catalogue: Catalogue | None
    tables: Tables
    problems: tuple[FileProblem, ...]


def catalogue_folder() -> Path:
    """The catalogue that comes with border-sim: inside the installed package, else beside it (an editable install)."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def is_catalogue(folder: Path) -> bool:
    """Whether a folder is laid out as a catalogue."""
    return is_folder(folder / "ports") and is_folder(folder / "demand")


def is_folder(path: Path) -> bool:
    """Whether a path is a folder that can be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue in `folder` (`None`: the one that comes with border-sim); `LoadError` with every problem in it."""
    folder = catalogue_folder() if folder is None else folder
    if not is_catalogue(folder):
        raise LoadError([FileProblem(str(folder), 0, "", "", "is not a catalogue; it has no folders ports and demand")])
    gathered = gather_catalogue(folder)
    if gathered.catalogue is None:
        raise LoadError(gathered.problems)
    return gathered.catalogue


def gather_catalogue(folder: Path) -> Gathered:
    """Everything in a catalogue's folder, and every problem, in the order of files and lines."""
    once = {field: _table(folder / file, read_yaml, adapter) for file, (field, adapter) in TABLES.items()}
    inspections = {path: _table(path, read_entry, INSPECTION) for path in entries(folder / "inspection")}
    tables = _tables(once, inspections)
    ports = {path: _port(path, tables) for path in entries(folder / "ports")}
    parts = [*once.values(), *inspections.values(), *ports.values()]
    problems = sorted(problem for part in parts for problem in part.problems)
    if problems:
        return Gathered(None, tables, tuple(problems))
    fields = {field: part.value for field, part in once.items()}
    values = {path.stem: part.value for path, part in ports.items()}
    return Gathered(Catalogue(ports=values, inspections=dict(tables.inspections), **fields), tables, ())


def check_table(document: Document, adapter: TypeAdapter[Any]) -> Any:
    """A document as the adapter's type; `LoadError` with every problem."""
    return document.checked(lambda data: check(adapter, data))


def check_port_file(document: Document, tables: Tables) -> Port:
    """A document as a port; `LoadError` with every problem."""
    return document.checked(lambda data: check_port(data, tables))


def read_entry(path: Path) -> Document:
    """A file of `ports` or `inspection`, whose name is the entry's: `<slug>.yaml`; `LoadError`."""
    if path.suffix != ".yaml":
        raise refusal(str(path), "the file's name must end in .yaml")
    try:
        check(SLUG, path.stem)
    except SpecError as error:
        messages = (f"the file's name {problem.message}" for problem in error.problems)
        raise refusal(str(path), "; ".join(messages), value=shown(path.stem)) from None
    return read_yaml(path)


def entries(folder: Path) -> list[Path]:
    """The YAML files of a folder, sorted."""
    return sorted(path for path in folder.glob("*") if path.suffix in YAML_SUFFIXES)


def _table(path: Path, read: Callable[[Path], Document], adapter: TypeAdapter[Any]) -> _Part:
    names: tuple[str, ...] = ()
    try:
        document = read(path)
        names = tuple(map(str, document.data))
        return _Part(check_table(document, adapter), names)
    except LoadError as error:
        return _Part(None, names, error.problems)


def _port(path: Path, tables: Tables) -> _Part:
    try:
        return _Part(check_port_file(read_entry(path), tables))
    except LoadError as error:
        return _Part(None, problems=error.problems)


def _tables(once: dict[str, _Part], inspections: dict[Path, _Part]) -> Tables:
    names = {
        "profile": once["profiles"].names,
        "seasonality": once["seasonality"].names,
        "day_of_week": once["days_of_week"].names,
        "inspection": tuple(path.stem for path in inspections),
    }
    return Tables(names, {path.stem: part.value for path, part in inspections.items() if part.value is not None})
