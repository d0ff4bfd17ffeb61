"""What people are told of a history besides its samples: what is not exact or left out, and how to look at it."""

from datetime import UTC, datetime
from shlex import quote
from typing import Final
from urllib.parse import urlencode

from border_sim.inputs.local_time import horizon_us
from border_sim.monitoring.history.write import History
from border_sim.vocabulary import MINUTE_US, QUARTER_US, SECOND_US

GRAFANA: Final = "http://127.0.0.1:3000"
"""Where the compose file has it by default"""
DASHBOARD: Final = "border-sim-port"
DATASOURCE: Final = "border-sim-history"
BLOCKS: Final = "promtool tsdb create-blocks-from openmetrics --max-block-duration=600d"
"""promtool reads the whole text again for each block: one for a year, where two hours are its default"""
SERVER: Final = "prometheus --config.file=dashboards/prometheus/history.yml --storage.tsdb.retention.time=100y"
"""By default Prometheus deletes what is 15 days older than the newest sample"""
_FOLDER: Final = "history"
_MS_US: Final = 1_000


def notes(history: History) -> list[str]:
    """What is left out of a history or not exact in it, and what fits its windows alone; empty: nothing."""
    told = []
    if without := [slug for slug in history.chosen if slug not in history.instants]:
        told.append(f"left out, since the run was interrupted in their warm-up: {', '.join(without)}")
    if not history.has_log:
        told.append(
            "the run keeps no Parquet log: queues, booths and posted waits are means over the window that ended, and "
            "buckets hold the waits up to an edge within 0.8% of theirs"
        )
    if history.manifest.window_us != QUARTER_US:
        every = _every(history)
        told.append(f"the run has windows of {every}, not 15m: for docker compose, set HISTORY_WINDOW={every}")
    return told


def ways_on(history: History, file: str | None) -> list[str]:
    """What the samples are, and commands and a link that show them. `file`: where the text is (`None`: nowhere)."""
    first_us = min(instants.us[0] for instants in history.instants.values())
    last_us = max(instants.us[-1] for instants in history.instants.values())
    told = [f"a value each {_every(history)}, as each window ended: {_utc(first_us)} to {_utc(last_us)} UTC, simulated"]
    if file is not None:
        told += [
            f"blocks:  {BLOCKS} {quote(file)} {_FOLDER}",
            f"server:  {SERVER} --storage.tsdb.path={_FOLDER} --query.lookback-delta={_every(history)}",
        ]
    return [*told, f"Grafana: {grafana_link(history)}"]


def grafana_link(history: History) -> str:
    """The dashboard of the port with the most crossings, over the measured days."""
    ports = history.manifest.ports
    slug = max(history.instants, key=lambda each: ports[each].counts.arrived)
    from_us, to_us = _shown_us(history, slug)
    asked = {"var-datasource": DATASOURCE, "var-port": slug, "from": from_us // _MS_US, "to": to_us // _MS_US}
    return f"{GRAFANA}/d/{DASHBOARD}?{urlencode(asked)}"


def _shown_us(history: History, slug: str) -> tuple[int, int]:
    """From the first instant of a port to the one at which arrivals stop, or the last before its run ended: a dashboard
    says of its end what stands, and after the run nothing does.
    """
    configuration, instants = history.manifest.configuration, history.instants[slug]
    zone = history.manifest.ports[slug].info.time_zone
    ends_us = min(horizon_us(zone, configuration.start, configuration.days), int(instants.us[-2]))
    return instants.first_us, ends_us if ends_us > instants.first_us else int(instants.us[-1])


def _every(history: History) -> str:
    """The time from one sample of a series to the next, which is how long it stands, as Prometheus spells it."""
    return f"{history.manifest.window_us // MINUTE_US}m"


def _utc(t_us: int) -> str:
    return f"{datetime.fromtimestamp(t_us // SECOND_US, UTC):%Y-%m-%dT%H:%M}"
