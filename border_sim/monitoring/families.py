"""The metric families that Prometheus is given: the one place that says which there are, and what each of them means.

From it come the families that a collector fills and the table in `docs/metrics.md`. Dashboards and alerts are written
against these names and labels: they do not change.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from border_sim.metrics.counters import TIME_IN_SYSTEM_EDGES_US, WAIT_EDGES_US
from border_sim.vocabulary import SECOND_US

PORT: Final = ("port",)
MODE: Final = ("port", "mode")
LANE: Final = ("port", "mode", "lane_class")
STATION: Final = ("port", "mode", "lane_class", "station")
POOL: Final = ("port", "mode", "pool")
Clock = Literal["simulated", "wall", ""]


class Family(NamedTuple):
    """A metric family."""

    name: str
    """As it stands in queries: with the `_total` of a counter, without the `_bucket` of a histogram"""
    type: Literal["gauge", "counter", "histogram"]
    labels: tuple[str, ...]
    """Of its samples, in this order"""
    unit: str
    """In words; empty: a plain number"""
    clock: Clock
    """The time that its seconds, hours and instants are of; empty: it has none"""
    meaning: str
    edges_us: tuple[int, ...] = ()
    """Of a histogram: the longest duration of each bucket but the last, microseconds"""

    @property
    def edges(self) -> list[str]:
        """Of a histogram: the `le` of its buckets, seconds as Prometheus spells them."""
        return [*(str(edge_us / SECOND_US) for edge_us in self.edges_us), "+Inf"]


_BORDER: Final = (
    Family("border_port_info", "gauge", (*PORT, "name", "state", "time_zone", "latitude", "longitude"), "", "",
           "Always 1: what is known of a port. Name and state are the catalogue's: the slug and nothing for a port of "
           "your own. Latitude and longitude are empty where none are known."),
    Family("border_queue_length", "gauge", STATION, "crossings", "",
           "Crossings that wait at a station; at export and scan, where no lane is chosen yet, lane_class is empty."),
    Family("border_booths_open", "gauge", POOL, "booths", "", "Booths of primary that are open."),
    Family("border_booths_busy", "gauge", POOL, "booths", "",
           "Booths of primary that are serving, those among them that finish their last crossing after they closed."),
    Family("border_booths_blocked", "gauge", POOL, "booths", "",
           "Booths of primary whose crossing was inspected and stays, since the next station has no place for it."),
    Family("border_booths_installed", "gauge", MODE, "booths", "", "Booths of primary that are built."),
    Family("border_lane_open", "gauge", LANE, "", "", "1 if a lane class was posted last with a wait, 0 if as closed."),
    Family("border_posted_wait_seconds", "gauge", LANE, "seconds", "simulated",
           "The wait that was posted last, as travellers see it; absent while the lane class is posted as closed."),
    Family("border_accustomed_wait_seconds", "gauge", LANE, "seconds", "simulated",
           "The wait that the catalogue's port is known for at this simulated local hour; absent where none is known, "
           "as for a port of your own."),
    Family("border_arrivals_total", "counter", MODE, "crossings", "", "Crossings that came to the gate."),
    Family("border_released_total", "counter", LANE, "crossings", "", "Crossings that left the port."),
    Family("border_deterred_total", "counter", LANE, "candidates", "",
           "Candidates that the posted wait or a shut gate kept away, by the lane they would have joined."),
    Family("border_referrals_total", "counter", LANE, "crossings", "",
           "Crossings that were sent on from primary to secondary."),
    Family("border_wait_seconds", "histogram", LANE, "seconds", "simulated",
           "Waits of those whose service at primary began: from joining the queue to the start, what CBP posts.",
           tuple(WAIT_EDGES_US.tolist())),
    Family("border_time_in_system_seconds", "histogram", LANE, "seconds", "simulated",
           "Door to door, of those who were released: from the gate until they left the port.",
           tuple(TIME_IN_SYSTEM_EDGES_US.tolist())),
    Family("border_throughput_per_hour", "gauge", STATION, "crossings per hour", "simulated",
           "Services that ended in the last closed window, by simulated hour; at the station door_to_door, releases. "
           "Absent until a window has closed."),
)  # fmt: skip
_CLOCK: Final = (
    Family("border_sim_time_seconds", "gauge", PORT, "seconds since 1970", "simulated",
           "The simulated instant that a port has reached."),
    Family("border_sim_speed_ratio", "gauge", (), "simulated seconds per second", "wall",
           "How fast simulated time goes at the slowest port whose run goes on, over the last half minute or so; 0 if "
           "it stands; absent in the first seconds, and where no run goes on."),
)  # fmt: skip
_PIPELINE: Final = (
    Family("border_pipeline_events_total", "counter", (), "events", "", "Events that this process has counted."),
    Family("border_pipeline_late_events_total", "counter", (), "events", "",
           "Events that were earlier than the one before them; they are dead letters too."),
    Family("border_pipeline_duplicates_total", "counter", (), "events", "",
           "Events left out because they were counted before."),
    Family("border_pipeline_windows_total", "counter", (), "windows", "", "Windows that were closed."),
    Family("border_pipeline_abandoned_streams_total", "counter", (), "streams", "",
           "Streams (one port of one replication of one run) that were forgotten before they ended."),
    Family("border_pipeline_transactions_total", "counter", (), "transactions", "", "Transactions committed."),
    Family("border_pipeline_dead_letters_total", "counter", ("reason",), "records", "",
           "Records refused, by reason; each reason stands from the start, at 0."),
    Family("border_pipeline_lag_records", "gauge", (), "records", "",
           "Records on this process's partitions that are not committed yet."),
    Family("border_pipeline_lag_seconds", "gauge", (), "seconds", "wall",
           "How long ago the broker was given the last record committed, if there are any later ones; else 0."),
    Family("border_pipeline_event_lag_seconds", "gauge", (), "seconds", "simulated",
           "From what is committed to the newest event that was read."),
    Family("border_pipeline_state_bytes", "gauge", (), "bytes", "", "The stored state of this process's partitions."),
    Family("border_pipeline_streams", "gauge", (), "streams", "",
           "Streams that are remembered on this process's partitions."),
    Family("border_pipeline_partitions", "gauge", (), "partitions", "", "Partitions that this process has."),
)  # fmt: skip
_PRODUCER: Final = (
    Family("border_producer_events_total", "counter", (), "events", "", "Events that were sent to Kafka."),
    Family("border_producer_undelivered_events", "gauge", (), "events", "",
           "Of these, events that the broker has not acknowledged yet."),
)  # fmt: skip
_BUILD: Final = (
    Family("border_build_info", "gauge", ("version", "event_schema", "python"), "", "",
           "Always 1: the versions of border-sim, of the events' models and of Python."),
)  # fmt: skip

GROUPS: Final[Mapping[str, tuple[Family, ...]]] = {
    "The border": _BORDER,
    "The simulated clock": _CLOCK,
    "The pipeline": _PIPELINE,
    "The producer": _PRODUCER,
    "The process": _BUILD,
}
"""By what they are about."""
FAMILIES: Final[Mapping[str, Family]] = {family.name: family for families in GROUPS.values() for family in families}
"""By name."""
