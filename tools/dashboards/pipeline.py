"""The dashboard *Pipeline*: whether the simulator, the broker and the consumers keep up, and what they lose."""

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards import expressions as of
from tools.dashboards.border import FIRING
from tools.dashboards.frame import Line, board, simulated_clock
from tools.dashboards.links import to_port
from tools.dashboards.panels import ANY_IS_BAD, PLAIN, Query, Thresholds, Words, number, over_time
from tools.dashboards.tables import Figure, Label, rows

INSTANCE: Final = "{{job}} {{instance}}"
LAGS: Final[Thresholds] = {None: "green", 2: "yellow", 30: "red"}
"""Of seconds."""
OURS: Final = "and on (instance, job) border_build_info"
"""Of what every process tells of itself: our processes' own."""
TIMES: Final = "suffix: x"
LIVE_ONLY: Final = "no process is scraped; a finished run has no pipeline"

NOT_SENT: Final = "no simulator that sends to a broker is scraped"


def pipeline() -> models.Dashboard:
    """The dashboard."""
    return board(
        "Pipeline",
        "border-sim-pipeline",
        "From the simulator through Kafka to the consumers: lag, rates, dead letters, state, clocks. Live only.",
        FIRING,
        [],
        [
            Line("", [simulated_clock(), *_now()]),
            Line("Lag", [*_lag()]),
            Line("Flow", [*_flow()]),
            Line("Clocks", [_speed(), _clocks()]),
            Line("Processes", [*_processes()]),
        ],
    )


def _now() -> list[stat.Panel]:
    lag_seconds, dead = "max(border_pipeline_lag_seconds)", "sum(border_pipeline_dead_letters_total)"
    return [
        _figure(
            "Lag",
            "Age of the oldest record that is not committed, wall clock; the worst of the processes.",
            lag_seconds,
            "s",
            3,
            LAGS,
        ),
        _figure(
            "Lag in records",
            "Records that are not committed yet, all processes together.",
            "sum(border_pipeline_lag_records)",
            "none",
            3,
        ),
        _figure(
            "Dead letters",
            "Records refused since the processes started. docs/streams.md says what each reason asks for.",
            dead,
            "none",
            3,
            ANY_IS_BAD,
        ),
        _figure(
            "Speed",
            "Simulated seconds per second of the wall clock, of the slowest port; 0 when it stands.",
            "min(border_sim_speed_ratio)",
            TIMES,
            3,
        ),
        _figure(
            "State stored",
            "The consumers' state on the broker.",
            "sum(border_pipeline_state_bytes)",
            "bytes",
            3,
        ),
        _figure("Processes", "Our processes that are scraped and answer.", "count(border_build_info)", "none", 3),
    ]


def _figure(
    title: str, description: str, expression: str, unit: str, width: int, thresholds: Thresholds = PLAIN
) -> stat.Panel:
    return number(
        Words(title, description, LIVE_ONLY), [Query(expression)], unit=unit, width=width, thresholds=thresholds
    )


def _graph(
    title: str, description: str, queries: Sequence[Query], unit: str, width: int = 8, absent: str = LIVE_ONLY
) -> timeseries.Panel:
    return over_time(Words(title, description, absent), queries, unit=unit, width=width)


def _lag() -> list[timeseries.Panel]:
    return [
        _graph(
            "Records not committed",
            "Of the partitions that each process owns.",
            [Query("border_pipeline_lag_records", INSTANCE)],
            "none",
            6,
        ),
        _graph(
            "Lag by the wall clock",
            "The age of the oldest record that is not committed, by process.",
            [Query("border_pipeline_lag_seconds", INSTANCE)],
            "s",
            6,
        ),
        _graph(
            "Lag by the simulated clock",
            "From what is committed to the newest event that was read, in simulated time, by process.",
            [Query("border_pipeline_event_lag_seconds", INSTANCE)],
            "s",
            6,
        ),
        _graph(
            "Not yet acknowledged by the broker",
            "Events that the simulator has sent and the broker has not acknowledged.",
            [Query("border_producer_undelivered_events", INSTANCE)],
            "none",
            6,
            NOT_SENT,
        ),
    ]


def _flow() -> list[timeseries.Panel]:
    per_second = {
        "events": "border_pipeline_events_total",
        "late": "border_pipeline_late_events_total",
        "duplicates": "border_pipeline_duplicates_total",
        "windows": "border_pipeline_windows_total",
    }
    dead = f"sum by (reason) (increase(border_pipeline_dead_letters_total[{of.RECENTLY}]))"
    return [
        _graph(
            "Consumed a second",
            "Events, late events, duplicates and closed windows that were committed, per second of the wall clock.",
            [Query(f"sum(rate({counter}[{of.RECENTLY}]))", name) for name, counter in per_second.items()],
            "cps",
        ),
        _graph(
            "Produced a second",
            "Events that the simulator sent, per second of the wall clock.",
            [Query(f"sum(rate(border_producer_events_total[{of.RECENTLY}]))", "events")],
            "cps",
            absent=NOT_SENT,
        ),
        _graph(
            "Transactions a second",
            "Kafka transactions that were committed, per second of the wall clock, by process.",
            [Query(f"rate(border_pipeline_transactions_total[{of.RECENTLY}])", INSTANCE)],
            "cps",
        ),
        _graph(
            "New dead letters",
            "Records refused in about a minute of the wall clock, by reason; docs/streams.md says what each asks for.",
            [Query(dead, "{{reason}}")],
            "none",
        ),
        _graph(
            "Streams remembered",
            "Streams (a port of a run) of which the consumers keep state, and streams abandoned unfinished.",
            [
                Query("sum(border_pipeline_streams)", "remembered"),
                Query("sum(border_pipeline_abandoned_streams_total)", "abandoned"),
            ],
            "none",
        ),
        _graph(
            "State stored",
            "The consumers' state on the broker, by process.",
            [Query("border_pipeline_state_bytes", INSTANCE)],
            "bytes",
        ),
    ]


def _speed() -> timeseries.Panel:
    description = (
        "Simulated seconds per second of the wall clock over the last half minute, of each process's slowest port; 0 "
        "when it stands."
    )
    return _graph("Speed", description, [Query("border_sim_speed_ratio", INSTANCE)], TIMES, 12)


def _clocks() -> table.Panel:
    words = Words(
        "Simulated clock by port",
        "How far each port has come, in UTC, how far that is behind what the simulator has sent of it, and behind the "
        "port furthest ahead, all by the simulation's clock. A port that stays behind has stopped, or its process has.",
        "no run is known",
    )
    clock = of.simulated_time()
    port = Label("Port", "port", link=to_port("${__data.fields.port}"))
    figures = [
        Figure("Simulated time", f"{clock} * 1000", "dateTimeAsIso"),
        Figure("Behind the simulator", f"max by (port) (border_sim_time_seconds) - {clock}", "s"),
        Figure("Behind the first", f"scalar(max({clock})) - {clock}", "s"),
    ]
    return rows(words, clock, [port], figures, sort_by="Behind the first", width=12, height=9)


def _processes() -> list[timeseries.Panel]:
    return [
        _graph(
            "Memory",
            "Resident memory of each of our processes.",
            [Query(f"process_resident_memory_bytes {OURS}", INSTANCE)],
            "bytes",
        ),
        _graph(
            "Processors",
            "Processors that each of our processes keeps busy.",
            [Query(f"rate(process_cpu_seconds_total[{of.RECENTLY}]) {OURS}", INSTANCE)],
            "none",
        ),
        _graph(
            "Partitions owned",
            "Partitions of the events that each consumer owns; together all there are.",
            [Query("border_pipeline_partitions", INSTANCE)],
            "none",
        ),
        _graph(
            "Targets that answer",
            "What Prometheus scrapes, by job: 1 when all of its targets answer.",
            [Query("min by (job) (up)", "{{job}}")],
            "none",
            12,
        ),
        _graph(
            "Time of a scrape",
            "How long each of our processes takes to answer a scrape, wall clock.",
            [Query(f"scrape_duration_seconds {OURS}", INSTANCE)],
            "s",
            12,
        ),
    ]
