"""The manifest: what was run, with what, and what came of it; wall-clock and host facts stand apart under
`run_info`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from border_sim.events.digest import combine
from border_sim.records import PoolInfo, PortInfo
from border_sim.run.directory import MANIFEST, MANIFEST_VERSION, DirectoryError, versions
from border_sim.run.port_run import PortResult, Settings
from border_sim.spec.resolve import configuration_hash
from border_sim.spec.scenario import Resolved
from border_sim.vocabulary import DAY_US, Mode, Station

LONGEST_RUN_US: Final = 4_100 * DAY_US
"""3,660 days, a year of warm-up and the drain."""


def manifest_of(
    resolved: Resolved, settings: Settings, status: str, ports: Sequence[PortResult], run_info: dict[str, Any]
) -> dict[str, Any]:
    """The manifest of a run; `status` is `running`, `complete`, `interrupted` or `failed`."""
    counts: Counter[str] = Counter()
    for port in ports:
        counts.update(port.counts)
    hashes = {port.slug: port.event_hash for port in ports if port.event_hash}
    return {
        "manifest_version": MANIFEST_VERSION,
        "status": status,
        "run": settings.run_id,
        "seed": settings.seed,
        "replication": settings.replication,
        "engine": settings.engine,
        "window_us": settings.window_us,
        "logs": sorted(settings.logs),
        "configuration_hash": configuration_hash(resolved),
        "event_hash": combine(hashes) if ports and len(hashes) == len(ports) else None,
        "counts": dict(counts),
        "versions": versions(),
        "ports": {port.slug: _port(port) for port in sorted(ports)},
        "configuration": resolved.model_dump(mode="json", by_alias=True),
        "run_info": run_info,
    }


def _port(port: PortResult) -> dict[str, Any]:
    return {
        "complete": port.is_complete,
        "from_us": port.from_us,
        "until_us": port.until_us,
        "counts": port.counts,
        "event_hash": port.event_hash,
        "info": asdict(port.info),
    }


def infos_of(manifest: dict[str, Any]) -> dict[str, PortInfo]:
    """What the manifest says of its ports, by slug. Raises `DirectoryError` where it is not whole."""
    infos = {}
    for slug, entry in manifest["ports"].items():
        try:
            infos[slug] = info_of(entry)
            _require_span(entry)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise DirectoryError(
                f"{MANIFEST}: does not say what port {slug!r} is ({type(error).__name__}: {error}); the run was damaged"
            ) from error
        if slug != infos[slug].slug or not re.fullmatch(r"[a-z0-9-]+", slug):
            raise DirectoryError(f"{MANIFEST}: calls a port {slug!r} and {infos[slug].slug!r}; the run was damaged")
    return infos


def _require_span(entry: dict[str, Any]) -> None:
    """Raise `ValueError` unless a port's entry tells from when to when it was run, as no longer than a run may be."""
    from_us, until_us = entry["from_us"], entry["until_us"]
    measured_from_us = entry["info"]["measured_from_us"]
    if not all(type(each) is int for each in (from_us, until_us, measured_from_us)):
        raise TypeError(f"it runs from {from_us!r} to {until_us!r}, measured from {measured_from_us!r}; not whole us")
    if not 0 <= from_us <= until_us <= from_us + LONGEST_RUN_US or (entry["complete"] and from_us == until_us):
        raise ValueError(f"its run is from {from_us} to {until_us} us")
    if not from_us <= measured_from_us <= from_us + LONGEST_RUN_US:
        raise ValueError(f"its run is from {from_us} us and measured from {measured_from_us} us")


def info_of(entry: dict[str, Any]) -> PortInfo:
    """What the manifest's entry of a port says for the readers of its columns."""
    info = entry["info"]
    pools = tuple(PoolInfo(p["name"], Mode(p["mode"]), Station(p["station"])) for p in info["pools"])
    if not pools:
        raise ValueError("it has no pools")
    installed = {Mode(mode): booths for mode, booths in info["installed"].items()}
    return PortInfo(**(info | {"pools": pools, "installed": installed}))
