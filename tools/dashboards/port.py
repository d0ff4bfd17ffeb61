"""The dashboard *Port*: one port, its lanes, booths and stations."""

from typing import Final

from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards import expressions as of
from tools.dashboards.frame import Line, board, choice, simulated_clock
from tools.dashboards.panels import (
    ANY_IS_BAD,
    WAITS,
    Panel,
    Query,
    Words,
    number,
    over_time,
    properties,
    states_over_time,
)
from tools.dashboards.tables import Figure, Label, rows

PORT: Final = 'port="$port"'
MODE: Final = f'{{{PORT}, mode=~"$mode"}}'
LANES: Final = f'{{{PORT}, mode=~"$mode", lane_class=~"$lane_class"}}'
AT_PRIMARY: Final = f'{{{PORT}, mode=~"$mode", lane_class=~"$lane_class", station="primary"}}'
LEAVING: Final = f'{{{PORT}, mode=~"$mode", lane_class=~"$lane_class", station=~"primary|door_to_door"}}'
BEYOND_PRIMARY: Final = f'{{{PORT}, mode=~"$mode", station!~"primary|door_to_door"}}'
LANE: Final = "mode, lane_class"
DASHES: Final = {"custom.lineStyle": options.LineStyle(fill="dash", dash=[4, 6]), "custom.fillOpacity": 0}
QUANTILES: Final = {"p50": 0.5, "p90": 0.9}


def port() -> models.Dashboard:
    """The dashboard."""
    now: list[Panel] = [_name(), _posted_now(), _waiting_now(), _booths_now(), _alerts()]
    of_a_mode: list[Panel] = [_queue(), _posted_against_actual(), _quantiles(), _open(), _throughput(), _busy()]
    of_a_mode += [_time_in_system(), _stayed_away(), _referred(), _beyond_primary()]
    return board(
        "Port",
        "border-sim-port",
        "One port: queues, waits, booths, throughput and secondary inspection, by mode and lane class.",
        'ALERTS{alertstate="firing", port=~"$port|"}',
        [
            choice("port", "Port", "label_values(border_port_info, port)", several=False),
            choice("mode", "Mode", f"label_values(border_lane_open{{{PORT}}}, mode)"),
            choice("lane_class", "Lane class", f"label_values(border_lane_open{MODE}, lane_class)"),
        ],
        [
            Line("", [simulated_clock(f"{{{PORT}}}", 5), *now]),
            Line("$mode", of_a_mode, repeat="mode"),
            Line("Since the run is measured", [_since_the_beginning()]),
        ],
    )


def _name() -> stat.Panel:
    words = Words("Port", "The port's name and state; slugs of the other dashboards are told by the table of *Border*.")
    panel = number(
        words, [Query(f"max by (name, state) (border_port_info{{{PORT}}})", "{{name}} {{state}}")], unit="none", width=6
    )
    return panel.text_mode(options.BigValueTextMode.NAME)


def _posted_now() -> stat.Panel:
    words = Words("Longest posted wait", "The longest wait that a lane posts now.", "every lane is closed")
    return number(
        words, [Query(f"topk(1, {of.posted(LANES)})", "{{mode}} {{lane_class}}")], unit="s", width=4, thresholds=WAITS
    )


def _waiting_now() -> stat.Panel:
    words = Words("Waiting for primary", "How many vehicles or people wait for primary inspection now.")
    return number(words, [Query(f"sum by (mode) ({of.waiting(AT_PRIMARY)})", "{{mode}}")], unit="none", width=4)


def _booths_now() -> stat.Panel:
    words = Words("Open booths", "Primary booths that are open now, of those installed.")
    share = f"sum ({of.booths('open', MODE)}) / sum ({of.installed(MODE)})"
    return number(words, [Query(share)], unit="percentunit", width=3)


def _alerts() -> stat.Panel:
    words = Words("Alerts", "How many alerts fire for this port; *Border* says which. Finished runs have no alerts.")
    query = Query(f'count(ALERTS{{alertstate="firing", {PORT}}}) or vector(0)')
    return number(words, [query], unit="none", width=2, thresholds=ANY_IS_BAD)


def _queue() -> timeseries.Panel:
    words = Words("Queue before primary", "Who waits for primary inspection, by lane.")
    return over_time(words, [Query(f"max by ({LANE}) ({of.waiting(AT_PRIMARY)})", "{{lane_class}}")], unit="none")


def _posted_against_actual() -> timeseries.Panel:
    words = Words(
        "Posted, actual and accustomed wait",
        "posted: what the lane tells travellers, nothing while it is closed. actual: the mean wait of those whose "
        f"inspection began, {of.SPAN_IN_WORDS}; it looks back, since they joined earlier. accustomed (dashes): what "
        "the port is known for at this hour of the week, where that is known.",
        "no lane is open, nobody was inspected",
    )
    queries = [
        Query(of.posted(LANES), "posted {{lane_class}}"),
        Query(of.mean("border_wait_seconds", LANE, LANES), "actual {{lane_class}}"),
        Query(of.accustomed(LANES), "accustomed {{lane_class}}"),
    ]
    return over_time(words, queries, unit="s").override_by_regexp("/^accustomed/", properties(DASHES))


def _quantiles() -> timeseries.Panel:
    words = Words(
        "Wait by lane class: half and nine in ten",
        f"p50: half of those whose inspection began waited no longer; p90: nine in ten; {of.SPAN_IN_WORDS}. Straight "
        "between the histogram's edges (1, 2, 5, 10, 15, 20, 30, 45 min, 1, 1.5, 2, 3 h); beyond the last it is 3 h.",
        "nobody was inspected",
    )
    return over_time(words, _by_share("border_wait_seconds"), unit="s")


def _open() -> statetimeline.Panel:
    words = Words(
        "Open against installed booths",
        "How many primary booths of each pool are open, and how many the port has installed for the mode. A pool is a "
        "group of booths that serves the same lanes.",
    )
    queries = [Query(of.installed(MODE), "installed"), Query(of.booths("open", MODE), "{{pool}}: open")]
    return states_over_time(words, queries, unit="none")


def _throughput() -> timeseries.Panel:
    words = Words(
        "Throughput per simulated hour",
        "Completions in the last closed window (15 simulated minutes), as crossings per simulated hour. primary: "
        "inspected; door_to_door: left the port.",
        "no window has closed yet",
    )
    return over_time(words, [Query(of.throughput(LEAVING), "{{lane_class}} {{station}}")], unit="none")


def _busy() -> timeseries.Panel:
    words = Words(
        "Busy and blocked booths",
        "How many primary booths of each pool serve somebody now; those that finish their last crossing after they "
        "closed are among them. blocked (dashes): booths of any pool whose crossing was inspected and stays, since "
        "the next station has no place for it.",
    )
    blocked = Query(f"sum by (port, mode) ({of.booths('blocked', MODE)})", "blocked")
    queries = [Query(of.booths("busy", MODE), "{{pool}}"), blocked]
    return over_time(words, queries, unit="none").override_by_regexp("/^blocked$/", properties(DASHES))


def _time_in_system() -> timeseries.Panel:
    words = Words(
        "Door to door: half and nine in ten",
        f"The time from the gate to the release, of those released, {of.SPAN_IN_WORDS}: p50 and p90, straight between "
        "the histogram's edges.",
        "nobody was released",
    )
    return over_time(words, _by_share("border_time_in_system_seconds"), unit="s")


def _stayed_away() -> timeseries.Panel:
    words = Words(
        "Stayed away",
        "Of those who would have come, the share that stayed away because of the posted wait or a shut gate, "
        f"{of.SPAN_IN_WORDS}.",
        "nobody would have come",
    )
    away, came = (of.increase(f"border_{name}_total", "mode", MODE) for name in ("deterred", "arrivals"))
    return over_time(words, [Query(f"{away} / (({away} + {came}) > 0)", "{{mode}}")], unit="percentunit").max(1)


def _beyond_primary() -> timeseries.Panel:
    words = Words(
        "Waiting at other stations",
        "Who waits at the export side, for a scan before primary, at secondary inspection and at the state's safety "
        "inspection. A queue that has no more room blocks the station before it.",
        "the port has no other station",
    )
    query = Query(f"sum by (mode, station) ({of.waiting(BEYOND_PRIMARY)})", "{{station}}")
    return over_time(words, [query], unit="none")


def _referred() -> timeseries.Panel:
    words = Words(
        "Referred to secondary",
        f"Of those whose primary inspection began, the share that was sent on to secondary, {of.SPAN_IN_WORDS}.",
        "nobody was inspected",
    )
    referred = of.increase("border_referrals_total", LANE, LANES)
    inspected = of.increase("border_wait_seconds_count", LANE, LANES)
    return over_time(words, [Query(f"{referred} / ({inspected} > 0)", "{{lane_class}}")], unit="percentunit")


def _by_share(histogram: str) -> list[Query]:
    """The quantiles of a histogram by lane class."""
    return [
        Query(of.quantile(share, histogram, LANE, LANES), f"{name} {{{{lane_class}}}}")
        for name, share in QUANTILES.items()
    ]


def _since_the_beginning() -> table.Panel:
    words = Words(
        "By lane class",
        "What happened since the run's warm-up ended. Mean wait and mean time door to door are over all of it.",
        "the warm-up has not ended",
    )
    counted = {"Released": "released", "Stayed away": "deterred", "Referred": "referrals"}
    means = {"Mean wait": "wait", "Mean door to door": "time_in_system"}
    figures = [
        *(Figure(title, f"max by ({LANE}) (border_{name}_total{LANES})", "none") for title, name in counted.items()),
        *(Figure(title, _mean_of_all(f"border_{name}_seconds"), "s") for title, name in means.items()),
    ]
    labels = [Label("Mode", "mode"), Label("Lane class", "lane_class")]
    return rows(words, f"max by ({LANE}) (border_lane_open{LANES})", labels, figures, sort_by="Mode", height=9)


def _mean_of_all(histogram: str) -> str:
    """The mean of everything that a histogram has counted, by lane class."""
    total, count = (f"max by ({LANE}) ({histogram}_{part}{LANES})" for part in ("sum", "count"))
    return f"{total} / ({count} > 0)"
