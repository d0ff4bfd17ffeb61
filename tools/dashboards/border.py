"""The dashboard *Border*: what is wrong now, a map, all ports by posted wait, totals by mode."""

from typing import Final

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards import expressions as of
from tools.dashboards.frame import Line, board, simulated_clock
from tools.dashboards.links import to_port
from tools.dashboards.panels import ANY_IS_BAD, WAITS, Query, Words, number, over_time, steps
from tools.dashboards.port_map import port_map
from tools.dashboards.tables import Figure, Label, rows

FIRING: Final = 'ALERTS{alertstate="firing"}'
SEVERITIES: Final = {"critical": "red", "warning": "orange", "info": "blue"}
"""From the worst on, with the colour of each."""


MODES: Final = ("commercial", "passenger", "pedestrian")
EXCESSES: Final = {None: "green", 15 * 60: "yellow", 30 * 60: "orange", 60 * 60: "red"}
"""Of seconds more than accustomed."""


def border() -> models.Dashboard:
    """The dashboard."""
    return board(
        "Border",
        "border-sim-border",
        "All ports: what is wrong now, the waits posted, the map, totals by mode. A port's row leads to its own page.",
        FIRING,
        [],
        [
            Line("", [simulated_clock(width=5), _firing(), _worst_posted(), _longest_queue(), _closed_with_a_queue()]),
            Line("", [_alerts(), port_map()]),
            Line("", [_ports()]),
            Line("Totals by mode", [*_totals()]),
        ],
    )


def _firing() -> stat.Panel:
    words = Words(
        "Alerts firing",
        "How many alerts fire, by severity. critical: the platform itself; warning and info: the simulated border. "
        "Finished runs have no alerts.",
    )
    queries = [
        Query(f'count(ALERTS{{alertstate="firing", severity="{each}"}}) or vector(0)', each) for each in SEVERITIES
    ]
    panel = number(words, queries, unit="none", width=5)
    for severity, colour in SEVERITIES.items():
        limits = steps({None: "green", 1: colour}).build()
        panel = panel.override_by_name(severity, [models.DynamicConfigValue(id_val="thresholds", value=limits)])
    return panel


def _worst_posted() -> stat.Panel:
    words = Words(
        "Longest posted wait",
        "The longest wait that any lane posts now, and where. It is what travellers are told, not what they will wait.",
        "no lane posts a wait",
    )
    query = Query(f"topk(1, {of.posted()})", "{{port}} {{mode}} {{lane_class}}")
    return number(words, [query], unit="s", width=5, thresholds=WAITS).data_links([to_port("${__field.labels.port}")])


def _longest_queue() -> stat.Panel:
    words = Words(
        "Longest queue",
        "Where most vehicles or people of one mode wait for primary inspection now.",
        "no queue is known",
    )
    query = Query(f"topk(1, sum by (port, mode) ({of.waiting()}))", "{{port}} {{mode}}")
    return number(words, [query], unit="none", width=5).data_links([to_port("${__field.labels.port}")])


def _closed_with_a_queue() -> stat.Panel:
    words = Words(
        "Closed with a queue",
        "Lanes that are posted as closed while somebody still waits in them.",
    )
    closed = f"max by ({of.LANE}) (border_lane_open) == 0"
    query = Query(f"count(({closed}) and on ({of.LANE}) ({of.waiting()} > 0)) or vector(0)")
    return number(words, [query], unit="none", width=4, thresholds=ANY_IS_BAD)


def _alerts() -> table.Panel:
    words = Words(
        "What is wrong now",
        "The alerts that fire, the worst first, and how long (wall clock) their condition has held. docs/runbook.md "
        "has a section for each: what it means, what to look at, what to do. A port leads to its page.",
        "no alert is firing",
    )
    labels = "rank, alertname, port, where"
    held = f"(time() - ALERTS_FOR_STATE) and ignoring (alertstate) {FIRING}"
    ranks = {str(rank): (severity, colour) for rank, (severity, colour) in enumerate(SEVERITIES.items(), 1)}
    labels_shown = [
        Label("Severity", "rank", 80, ranks),
        Label("Alert", "alertname"),
        Label("Port", "port", link=to_port("${__data.fields.port}")),
        Label("Where", "where"),
    ]
    held_for = Figure("For", f"max by ({labels}) ({_described(held)})", "s")
    base = f"max by ({labels}) ({_described(FIRING)})"
    return rows(words, base, labels_shown, [held_for], sort_by="Severity", width=11, height=9)


def _described(alerts: str) -> str:
    """Alerts with two labels more: `rank`, by which they are sorted, and `where`, what else is known of the place."""
    for rank, severity in enumerate(SEVERITIES, 1):
        alerts = f'label_replace({alerts}, "rank", "{rank}", "severity", "{severity}")'
    return f'label_join({alerts}, "where", " ", "mode", "lane_class", "station", "pool", "reason", "job", "instance")'


def _ports() -> table.Panel:
    words = Words(
        "Ports by posted wait",
        "Every port, the longest wait first: the longest that its lanes post, by mode; by how much a lane exceeds "
        "what the port is known for at this hour of the week; who waits for primary; open and installed booths; "
        "alerts. No wait: every lane is closed. A port's name leads to its page.",
        "no port is known",
    )
    link = to_port("${__data.fields.port}")
    labels = [Label("Port", "name", 300, link=link), Label("Slug", "port", 170, link=link), Label("State", "state", 60)]
    figures = [
        Figure("Longest posted", f"max by (port) ({of.posted()})", "s", WAITS),
        *(Figure(mode.capitalize(), f"max by (port) ({of.posted(_of(mode))})", "s", WAITS) for mode in MODES),
        Figure("Over accustomed", f"max by (port) ({of.posted()} - {of.accustomed()})", "s", EXCESSES),
        Figure("Waiting", f"sum by (port) ({of.waiting()})", "none"),
        Figure("Booths open", f"sum by (port) ({of.booths('open')})", "none"),
        Figure("Installed", f"sum by (port) ({of.installed()})", "none"),
        Figure("Alerts", 'count by (port) (ALERTS{alertstate="firing", port!=""})', "none", ANY_IS_BAD),
    ]
    return rows(words, "max by (port, name, state) (border_port_info)", labels, figures, sort_by="Longest posted")


def _of(mode: str) -> str:
    return f'{{mode="{mode}"}}'


def _totals() -> list[timeseries.Panel | table.Panel]:
    return [_waiting_by_mode(), _released_by_mode(), _waits_by_mode(), _booths_by_mode(), _since_the_beginning()]


def _waiting_by_mode() -> timeseries.Panel:
    words = Words("Waiting for primary", "Vehicles and people that wait for primary inspection, all ports together.")
    return over_time(words, [Query(f"sum by (mode) ({of.waiting()})", "{{mode}}")], unit="none")


def _released_by_mode() -> timeseries.Panel:
    words = Words(
        "Released per simulated hour",
        "Who left the ports in the last closed window (15 simulated minutes), as crossings per simulated hour.",
        "no window has closed yet",
    )
    released = of.throughput('{station="door_to_door"}')
    return over_time(words, [Query(f"sum by (mode) ({released})", "{{mode}}")], unit="none")


def _waits_by_mode() -> timeseries.Panel:
    words = Words(
        "Mean wait",
        f"The mean wait of those whose primary inspection began, {of.SPAN_IN_WORDS}. It is not the posted wait.",
        "nobody was inspected",
    )
    return over_time(words, [Query(of.mean("border_wait_seconds", "mode"), "{{mode}}")], unit="s")


def _booths_by_mode() -> timeseries.Panel:
    words = Words("Open booths", "Which share of the installed primary booths of all ports is open.")
    share = f"sum by (mode) ({of.booths('open')}) / sum by (mode) ({of.installed()})"
    return over_time(words, [Query(share, "{{mode}}")], unit="percentunit").max(1)


def _since_the_beginning() -> table.Panel:
    words = Words(
        "Since the run is measured",
        "What happened since the run's warm-up ended: who came to the gates, who left the ports, who stayed away "
        "because of the posted wait or a shut gate, who was sent on to secondary inspection.",
        "the warm-up has not ended",
    )
    counted = {
        "Arrived": f"max by ({of.MODE}) (border_arrivals_total)",
        "Released": f"max by ({of.LANE}) (border_released_total)",
        "Stayed away": f"max by ({of.LANE}) (border_deterred_total)",
        "Referred": f"max by ({of.LANE}) (border_referrals_total)",
    }
    figures = [Figure(title, f"sum by (mode) ({count})", "none") for title, count in counted.items()]
    return rows(words, "group by (mode) (border_lane_open)", [Label("Mode", "mode")], figures, sort_by="Mode", height=5)
