"""Makes `report.html` from what a run directory holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from border_sim.report.data import RunFigures, run_figures, sources
from border_sim.report.disruptions import disruption_lines
from border_sim.report.names import STATIONS
from border_sim.report.observed import observed_figures
from border_sim.report.opening import opening
from border_sim.report.overview import clock_changes, crossings_by_mode, on_one_clock
from border_sim.report.page import packed_plotly, page
from border_sim.run.blockage import blockage_in_words, rooms_of_manifest, wanting_room
from border_sim.run.directory import DirectoryError
from border_sim.run.manifest import read_ended
from border_sim.run.manifest_model import Manifest
from border_sim.run.summary import LONGEST_QUEUE_HOURS, LONGEST_WAIT_MIN, SummaryRow, overload_in_words
from border_sim.run.tables_by_port import METRICS
from border_sim.spec.words import counted

REPORT: Final = "report.html"
SHOWN_CHANGES: Final = 20
"""Values that a scenario changes, before the page folds away the others"""
SHOWN_STATIONS: Final = 12
"""Stations, likewise"""


def write_report(folder: Path) -> Path:
    """Write the page of a run that has ended as `write_page` does. Raises `DirectoryError` too if the folder is not one
    or is being written.
    """
    return write_page(folder, read_ended(folder))


def write_page(folder: Path, manifest: Manifest) -> Path:
    """Write the page of a run into its directory, from its manifest and metrics alone; its path.

    A page that was there is replaced in one step. Raises `DirectoryError` if the metrics cannot be read or if the page
    cannot be written, and `page.ReportError`.
    """
    with ThreadPoolExecutor(1) as pool:
        plotly = pool.submit(packed_plotly)  # zlib leaves the interpreter to what follows
        figures = run_figures(folder, manifest)
        data = _data(folder, manifest, figures)
    html = page(_words(manifest, figures), data, plotly.result())
    fresh, path = folder / f"{REPORT}.part", folder / REPORT
    try:
        fresh.write_text(html, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise DirectoryError(f"{path}: cannot be written ({error.strerror})") from error
    return path


def _words(manifest: Manifest, figures: RunFigures) -> dict[str, Any]:
    """What the template says in words."""
    return {
        "manifest": manifest,
        "start": manifest.configuration.start,
        "days": manifest.configuration.days,
        "clock_changes": clock_changes(figures.axes),
        "shown_changes": SHOWN_CHANGES,
        "disruptions": disruption_lines(manifest.configuration),
        "shown_stations": SHOWN_STATIONS,
        "ports": figures.ports,
        "lanes": figures.lanes,
        "overloaded": figures.overloaded,
        "overload_in_words": overload_in_words,
        "blocked": figures.blocked,
        "blockage_in_words": _blockage_in_words(manifest),
        "cut_short": [port for port in figures.ports if not port["complete"]],
        "names": {port["slug"]: port["name"] for port in figures.ports},
        "longest_wait": counted(LONGEST_WAIT_MIN, "minute"),
        "longest_queue": counted(LONGEST_QUEUE_HOURS, "hour"),
        "crossings": crossings_by_mode(figures.lanes),
        "overview": figures.overview,
        "bin": next((axis["bin"] for axis in figures.axes.values()), "hour"),
    }


def _blockage_in_words(manifest: Manifest) -> Callable[[SummaryRow], str]:
    """What is said of a station that was blocked."""
    rooms = rooms_of_manifest(manifest)
    return lambda row: blockage_in_words(row, [STATIONS[station] for station in wanting_room(row, rooms)])


def _data(folder: Path, manifest: Manifest, figures: RunFigures) -> dict[str, Any]:
    """What the scripts draw."""
    labels = {zone: axis["labels"] for zone, axis in figures.axes.items()}
    until = min((port["until"] for port in figures.ports if not port["complete"]), default=None)
    return {
        "ports": figures.ports,
        "axes": figures.axes,
        "days": manifest.configuration.days,
        "opening": opening(manifest, figures.ports),
        "all_ports": on_one_clock(figures.overview.queueing, labels, until),
        "all_ports_until": until,
        "sources": sources(manifest),
        "observed": observed_figures(folder / METRICS, manifest),
    }
