"""From a run directory to all that its page tells."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from border_sim.engine.conductor import End
from border_sim.metrics.window_columns import Windows
from border_sim.metrics.window_tables import from_table
from border_sim.report.clock import Clock, clock_of, local_moment
from border_sim.report.disruptions import port_disruptions
from border_sim.report.overview import NOTHING, Overview, with_port
from border_sim.report.port_figures import Figures, PortTally, port_figures
from border_sim.report.sources import port_sources, shared_sources
from border_sim.run.manifest import horizon_of, measured_us
from border_sim.run.manifest_model import Described, Manifest, PortEntry
from border_sim.run.summary import PortTotals, SummaryRow, is_overloaded, summary_rows
from border_sim.run.tables_by_port import METRICS, windows_by_port


class RunFigures(NamedTuple):
    """All figures of a run."""

    ports: list[Figures]
    """A dictionary for each port, the busiest first; `modes` is that of `port_figures`, as JSON: numbers are many"""
    axes: dict[str, Figures]
    """By time zone: the local time at which each bin begins, where arrivals stop, and when the clock changes"""
    lanes: list[SummaryRow]
    """Of all ports together"""
    overloaded: list[SummaryRow]
    """Stations whose wait, or queue at the end of the measured time, is out of hand"""
    blocked: list[SummaryRow]
    """Stations whose booths or bays were blocked at times"""
    overview: Overview


def run_figures(folder: Path, manifest: Manifest) -> RunFigures:
    """The figures of a run that has ended. Raises `DirectoryError` if its metrics cannot be read."""
    clocks, overview = _clocks(manifest), NOTHING
    totals, ports = list[PortTotals](), list[Figures]()
    described = {port.slug: port.port for port in manifest.configuration.ports}
    measured = [slug for slug in manifest.ports if measured_us(manifest, slug)]
    for slug, tables in windows_by_port(folder / METRICS, measured):
        entry = manifest.ports[slug]
        windows = (from_table(table, entry.info) for table in tables)
        totals.append(PortTotals(slug, horizon_of(manifest, slug)))
        figures = _figures(windows, entry, clocks[entry.info.time_zone], totals[-1])
        totals[-1].end(entry.info.measured_from_us, entry.until_us, manifest.window_us)
        port = _port(entry, described[slug], figures)
        port["disruptions"] = port_disruptions(manifest.configuration, slug)
        overview = with_port(overview, port)
        ports.append(port | {"modes": msgspec.Raw(msgspec.json.encode(port["modes"]))})
    ports.sort(key=lambda port: (-port["arrivals"], port["slug"]))
    lanes = [lane for lane in summary_rows(totals, ("mode", "lane")) if lane.arrivals]
    stations = summary_rows(totals, ("port", "mode", "station"))
    overloaded, blocked = [row for row in stations if is_overloaded(row)], [row for row in stations if row.blocked]
    axes = {zone: _axis(clock) for zone, clock in clocks.items()}
    return RunFigures(ports, axes, lanes, overloaded, blocked, overview)


def _figures(windows: Iterable[Windows], entry: PortEntry, clock: Clock, totals: PortTotals) -> dict[str, Figures]:
    """The figures of a port, whose windows are added to `totals` too."""
    tally = PortTally(entry.info, clock, entry.until_us)
    for part in windows:
        totals.add(part, entry.info.pools)
        tally.add(part)
    return port_figures(tally)


def sources(manifest: Manifest) -> Figures:
    """The sources of the configuration, each text once: `texts`, and rows (where, value, place of the text, whether it
    is an assumption) of what all ports share and of each port.
    """
    configuration, texts = manifest.configuration.model_dump(mode="json"), dict[str, int]()
    rows = {port["slug"]: port_sources(port) for port in configuration["ports"]}

    def row(sourced: Any) -> list[Any]:
        place = texts.setdefault(sourced.source, len(texts))
        return [sourced.where, sourced.value, place, int(sourced.is_assumption)]

    shared = [row(sourced) for sourced in shared_sources(configuration)]
    ports = {slug: [row(sourced) for sourced in mine] for slug, mine in rows.items()}
    return {"texts": list(texts), "shared": shared, "ports": ports}


def _clocks(manifest: Manifest) -> dict[str, Clock]:
    """The clock of each time zone; all go on until the last port's drain ends."""
    start, days = manifest.configuration.start, manifest.configuration.days
    until_us = max((entry.until_us for entry in manifest.ports.values()), default=0)
    zones = sorted({entry.info.time_zone for entry in manifest.ports.values()})
    return {zone: clock_of(zone, start, days, until_us, manifest.window_us) for zone in zones}


def _axis(clock: Clock) -> Figures:
    changes = [change._asdict() for change in clock.changes]
    return {
        "labels": clock.labels, "arrivals_end": clock.arrivals_end, "bin": clock.bin_in_words, "clock_changes": changes,
    }  # fmt: skip


def _port(entry: PortEntry, described: Described, modes: dict[str, Figures]) -> Figures:
    info = entry.info
    joined = {mode: sum(lane["joined"] for lane in each["lanes"].values()) for mode, each in modes.items()}
    return {
        "slug": info.slug,
        "name": described.name,
        "state": described.state,
        "city": described.mexico.city if described.mexico else None,
        "note": described.note,
        "zone": info.time_zone,
        "latitude": info.latitude,
        "longitude": info.longitude,
        "present": entry.counts.present,
        "complete": entry.end is End.COMPLETE,
        "until": f"{local_moment(info.time_zone, entry.until_us):%Y-%m-%d %H:%M}",
        "arrivals": sum(joined.values()),
        "joined": joined,
        "modes": modes,
    }
