"""What the columns of every table and the keys of the manifest mean: the one place that says so. (Of the fields of
events their models tell, `events.models`.)

`documents.data_dictionary` writes `docs/data-dictionary.md` from it; a test holds it to the schemas.
"""

from typing import Final, NamedTuple

from border_sim.events.models import RunStarted
from border_sim.events.wire import UNIT
from border_sim.metrics.window_columns import MEASURES


class Meaning(NamedTuple):
    """Of one column, field or key."""

    text: str
    unit: str = ""
    null: str = ""
    """What a missing value means; empty: there is none"""


INSTANT: Final = "µs since 1970, UTC"
STAY: Final = "µs"
_NOT_REACHED: Final = "not reached: deterred, or still on the way when the run ended"
_NOT_VISITED: Final = "not on its route, or not reached"
_NOT_BLOCKED: Final = "not blocked there: it went on at once, or it never got so far"
_PORT: Final = Meaning("slug of the port")
_MODE: Final = Meaning("`commercial`, `passenger` or `pedestrian`")
_REPLICATION: Final = Meaning("which replication of the seed, from 0")


def _blocked(where: str) -> Meaning:
    return Meaning(f"blocked {where} after its service, in its booth or bay, by a full station", STAY, _NOT_BLOCKED)


CROSSINGS: Final = {
    "crossing": Meaning("identifier: rank by arrival among all candidates of the port's run, from 0"),
    "mode": _MODE,
    "programme": Meaning("membership: `none`, `ctpat`, `sentri` or `ready`"),
    "loaded": Meaning("a truck with load; false for cars and pedestrians"),
    "lane_class": Meaning(
        "the lane joined before primary, or that a deterred candidate would have joined",
        null="still on the export side when the run ended",
    ),
    "outcome": Meaning(
        "`released`; `deterred_wait`: turned away at the posted wait; `deterred_gate`: found the gate shut; "
        "`present`: still inside when the run ended"
    ),
    "export_pool": Meaning("`mode/name` of the pool of the export side, in Mexico", null=_NOT_VISITED),
    "scan_pool": Meaning("`mode/name` of the pool of the scan before primary", null=_NOT_VISITED),
    "pool": Meaning("`mode/name` of the pool of primary that served it", null=_NOT_REACHED),
    "secondary_pool": Meaning(
        "`mode/name` of the pool of secondary, by kind of inspection", null="not referred, or not reached"
    ),
    "state_pool": Meaning("`mode/name` of the pool of state inspection, by kind", null=_NOT_VISITED),
    "arrived_us": Meaning("when it came to the gate", INSTANT),
    "export_us": Meaning("service on the export side", STAY, _NOT_VISITED),
    "scan_wait_us": Meaning("wait for a bay of the scan before primary", STAY, _NOT_VISITED),
    "scan_us": Meaning("service at the scan before primary", STAY, _NOT_VISITED),
    "scan_blocked_us": _blocked("at the scan before primary"),
    "queue_wait_us": Meaning("queue wait before primary (Wq): what CBP posts", STAY, _NOT_REACHED),
    "primary_us": Meaning("service at primary", STAY, _NOT_REACHED),
    "primary_blocked_us": _blocked("at primary"),
    "secondary_wait_us": Meaning("wait for a bay of secondary", STAY, "not referred, or not reached"),
    "secondary_us": Meaning("service at secondary", STAY, "not referred, or not reached"),
    "secondary_blocked_us": _blocked("at secondary"),
    "state_wait_us": Meaning("wait for a bay of state inspection", STAY, _NOT_VISITED),
    "state_us": Meaning("service at state inspection", STAY, _NOT_VISITED),
}
"""A row a candidate. Stays follow one another from `arrived_us`; what a station does not take is null."""

INSTANTS: Final = {
    "export_ended_us": Meaning(
        "service on the export side ended, and it joined the next station", INSTANT, _NOT_VISITED
    ),
    "scan_joined_us": Meaning("joined the queue for the scan before primary", INSTANT, _NOT_VISITED),
    "scan_started_us": Meaning("the scan before primary began", INSTANT, _NOT_VISITED),
    "scan_ended_us": Meaning("the scan before primary ended", INSTANT, _NOT_VISITED),
    "joined_us": Meaning("joined the queue before primary", INSTANT, _NOT_REACHED),
    "started_us": Meaning("service at primary began", INSTANT, _NOT_REACHED),
    "ended_us": Meaning("service at primary ended", INSTANT, _NOT_REACHED),
    "secondary_joined_us": Meaning("joined the queue for secondary", INSTANT, "not referred, or not reached"),
    "secondary_started_us": Meaning("service at secondary began", INSTANT, "not referred, or not reached"),
    "secondary_ended_us": Meaning("service at secondary ended", INSTANT, "not referred, or not reached"),
    "state_joined_us": Meaning("joined the queue for state inspection", INSTANT, _NOT_VISITED),
    "state_started_us": Meaning("state inspection began", INSTANT, _NOT_VISITED),
    "released_us": Meaning("left the port", INSTANT, _NOT_REACHED),
    "time_in_system_us": Meaning("door to door (W): from `arrived_us` to `released_us`", STAY, _NOT_REACHED),
}
"""What Python adds to crossings when asked for instants: running sums of the stays."""

BOOTHS: Final = {
    "port": _PORT,
    "t_us": Meaning("when the number of open booths changed; before its first change a pool is closed", INSTANT),
    "mode": _MODE,
    "pool": Meaning("`mode/name` of the pool; of bays only where they may change, or be blocked"),
    "open_booths": Meaning("booths, or bays, open from then on", "booths"),
}
POSTED: Final = {
    "port": _PORT,
    "t_us": Meaning("when it was posted: each quarter of an hour, and as the run begins", INSTANT),
    "mode": _MODE,
    "lane_class": Meaning("the lane class"),
    "posted_wait_min": Meaning(
        "the wait posted, rounded as CBP rounds", "min", "closed: no pool that serves it is open"
    ),
    "queue": Meaning("crossings waiting for primary then", "crossings"),
}
DISRUPTIONS: Final = {
    "port": _PORT,
    "t_us": Meaning("from when on this holds", INSTANT),
    "mode": _MODE,
    "gate_shut": Meaning("whether the gate is shut to arrivals; false: as planned"),
    "booths_cap": Meaning("the most booths that may be open in the mode", "booths", "no cap"),
    "pool": Meaning("`mode/name` of the pool that the row tells of", null="it tells of the mode alone"),
    "bays_cap": Meaning("the most bays of the pool that may be open", "bays", "no cap, or no pool"),
    "pace_permille": Meaning(
        "factor on the time of each service that the pool begins: 1000 as usual, 2000 takes twice as long",
        "thousandths",
        "no pool",
    ),
}
METRICS: Final = {
    "replication": _REPLICATION,
    "port": _PORT,
    "mode": _MODE,
    "lane_class": Meaning(
        "the lane class", null="not chosen yet (export, scan, arrivals at `door_to_door`), or a row of a pool"
    ),
    "station": Meaning("`export`, `scan`, `primary`, `secondary`, `state`, or `door_to_door`: the whole way"),
    "pool": Meaning("`mode/name` of the pool whose time of booths or bays the row holds", null="a row of crossings"),
    "window_us": Meaning("where the window begins; windows are aligned to 1970, UTC", INSTANT),
    **{name: Meaning(measure.meaning, measure.unit) for name, measure in MEASURES.items()},
    "buckets": Meaning("histogram of the waits of `wait_us`: the buckets that are not empty, ascending"),
    "counts": Meaning("waits in each of these buckets", "crossings"),
}
"""A row a window of a lane class at a station, or of a pool, where there is anything to say; warm-up left out."""

STATIONS: Final = {
    "port": _PORT,
    "mode": _MODE,
    "station": Meaning("as in metrics, in the order of the route; `door_to_door` comes last"),
    "arrivals": Meaning("crossings that joined the station", "crossings"),
    "starts": Meaning("services begun: waits that are known", "crossings"),
    "completions": Meaning("services ended; at `door_to_door` releases", "crossings"),
    "mean_wait_min": Meaning("mean wait; at `door_to_door` time in the system", "min", "no wait is known"),
    "p90_wait_min": Meaning("90th percentile of the same, within 0.8%", "min", "no wait is known"),
    "served_per_hour": Meaning(
        "completions from the end of the warm-up until arrivals stop, over these hours; the drain is in neither",
        "crossings/h",
    ),
    "utilisation": Meaning(
        "share of the time of open booths or bays in which they serve or are blocked",
        null="their number is not told, or none was open",
    ),
    "blocked": Meaning(
        "share of the same time in which they are blocked: their crossing finds no place at the next station",
        null="as `utilisation`",
    ),
}
"""What Python sums up by port, mode and station."""

TABLES: Final = {
    "crossings": CROSSINGS,
    "booths": BOOTHS,
    "posted": POSTED,
    "disruptions": DISRUPTIONS,
    "metrics": METRICS,
}


def _of_start(name: str) -> Meaning:
    """What the event that starts a port says of the same field."""
    field = RunStarted.model_fields[name]
    units = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Meaning(field.description or "", str(units.get(UNIT, "")))


MANIFEST: Final = {
    "manifest_version": Meaning("version of this file's layout; 1, which said `complete` of a port, is read too"),
    "status": Meaning(
        "`running`, `complete`, `interrupted` (all ports ended, and their files are whole) or `failed` (a file may end "
        "anywhere)"
    ),
    "run": Meaning("identifier of the run: by default from the configuration's hash and the seed"),
    "seed": Meaning("key of every draw"),
    "replication": _REPLICATION,
    "engine": Meaning("`compiled` or `reference`; both give the same"),
    "window_us": Meaning("length of a window of metrics", STAY),
    "logs": Meaning("`parquet` (crossings, booths, posted, disruptions), `ndjson` (events), both or none"),
    "configuration_hash": Meaning("SHA-256 of `configuration` as canonical JSON"),
    "event_hash": Meaning(
        "SHA-256 over the events of all ports", null="nothing was logged or streamed, or no port has ended"
    ),
    "counts": Meaning("the `counts` of all ports, summed"),
    "versions": Meaning("of border-sim and of the libraries that can change a result"),
    "ports": Meaning("by slug, what follows"),
    "ports.*.end": Meaning(
        "why the port's run is over: `complete`, or `interrupted`",
        null="its run was cut short, without `run_ended`, by a version of border-sim that wrote `manifest_version` 1",
    ),
    "ports.*.from_us": Meaning("when the port's run began, with the warm-up", INSTANT),
    "ports.*.until_us": Meaning(
        "one past its last instant, in the drain after the last day or where it was interrupted", INSTANT
    ),
    "ports.*.counts": Meaning("candidates by what became of them, warm-up and drain included", "crossings"),
    "ports.*.counts.candidates": Meaning("`arrived` + `deterred_wait` + `deterred_gate`", "crossings"),
    "ports.*.counts.arrived": Meaning("`released` + `present`", "crossings"),
    "ports.*.counts.deterred_wait": Meaning("turned away at the posted wait", "crossings"),
    "ports.*.counts.deterred_gate": Meaning("found the gate shut", "crossings"),
    "ports.*.counts.released": Meaning("left the port", "crossings"),
    "ports.*.counts.present": Meaning("still inside when the run ended", "crossings"),
    "ports.*.event_hash": Meaning("SHA-256 over the port's events", null="nothing was logged or streamed"),
    "ports.*.info": Meaning("what a reader of the port's tables needs to know"),
    "ports.*.info.slug": _PORT,
    "ports.*.info.time_zone": _of_start("time_zone"),
    "ports.*.info.latitude": _of_start("latitude"),
    "ports.*.info.longitude": _of_start("longitude"),
    "ports.*.info.installed": _of_start("installed"),
    "ports.*.info.pools": _of_start("pools"),
    "ports.*.info.measured_from_us": _of_start("measured_from_us"),
    "description": Meaning("what the scenario says of itself; empty: nothing"),
    "notices": Meaning("what the scenario says that has no effect, each with `place`, `value` and `message`"),
    "changes": Meaning("values that the scenario changes of the baseline, each with `place`, `old` and `new`"),
    "configuration": Meaning("the whole resolved scenario, every figure with its source: enough to run it again"),
    "run_info": Meaning("facts of the wall clock and the machine, which change no result"),
    "run_info.started": Meaning("when the run was started, ISO 8601, UTC"),
    "run_info.python": Meaning("version of Python"),
    "run_info.platform": Meaning("operating system and processor"),
    "run_info.command": Meaning("the command that was given"),
    "run_info.workers": Meaning("ports simulated side by side"),
    "run_info.seconds": Meaning("how long the run took", "s", "the run is not over"),
    "run_info.peak_memory_mib": Meaning("the most memory that the process has held", "MiB", "the run is not over"),
}
"""By key; `*` stands for a port's slug. `counts` at the top has the keys of each port's."""
