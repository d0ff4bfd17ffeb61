"""The dashboard *Programmes*: what members of C-TPAT, SENTRI and Ready save against standard lanes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards import expressions as of
from tools.dashboards.frame import Line, board, choice, simulated_clock
from tools.dashboards.links import to_port
from tools.dashboards.panels import Query, Words, number, over_time
from tools.dashboards.tables import Figure, Label, rows

PORTS: Final = 'port=~"$port"'
LANE: Final = "{{lane_class}}"
WHERE: Final = "at the chosen ports that have a programme's lane"


class Programme(NamedTuple):
    """A lane for members, held against the standard lane of its mode."""

    name: str
    mode: str
    lane_class: str


FAST: Final = Programme("FAST", "commercial", "fast")
SENTRI: Final = Programme("SENTRI", "passenger", "sentri")
READY: Final = Programme("Ready", "passenger", "ready")
ON_FOOT: Final = Programme("Ready on foot", "pedestrian", "ready")
PROGRAMMES: Final = (FAST, SENTRI, READY, ON_FOOT)


def programmes() -> models.Dashboard:
    """The dashboard."""
    return board(
        "Programmes",
        "border-sim-programmes",
        "FAST against standard lanes, SENTRI and Ready against standard: wait saved, throughput of a booth, use.",
        'ALERTS{alertstate="firing", port=~"$port|"}',
        [choice("port", "Ports", "label_values(border_port_info, port)")],
        [
            Line("", [simulated_clock(width=8), *(_saved_now(each) for each in PROGRAMMES)]),
            Line("Wait saved", [_saved(), _by_port()]),
            Line("FAST against standard", _comparison("commercial", [FAST])),
            Line("SENTRI and Ready against standard", _comparison("passenger", [SENTRI, READY])),
            Line("Ready against standard, on foot", _comparison("pedestrian", [ON_FOOT])),
        ],
    )


def _saved_now(programme: Programme) -> stat.Panel:
    words = Words(
        f"{programme.name} saves",
        f"How much less a crossing waited in the {programme.lane_class} lane than the mean of its port's standard "
        "lane, over the time shown, at the chosen ports that have both. Less than nothing: it waited longer.",
        "no port has both lanes, or nobody crossed",
    )
    query = Query(of.saved(programme.mode, programme.lane_class, PORTS, of.SHOWN))
    return number(words, [query], unit="s", width=4, thresholds={None: "red", 0: "green"})


def _saved() -> timeseries.Panel:
    words = Words(
        "Wait saved by a crossing",
        "How much less a crossing waited in its programme's lane than the mean of its port's standard lane, "
        f"{of.SPAN_IN_WORDS}; at the chosen ports that have both, each weighted by the programme's crossings.",
        "no port has both lanes, or nobody crossed",
    )
    queries = [Query(of.saved(each.mode, each.lane_class, PORTS, of.RECENTLY), each.name) for each in PROGRAMMES]
    return over_time(words, queries, unit="s", least=None)


def _by_port() -> table.Panel:
    words = Words(
        "Wait saved by port",
        "How much less a crossing waited in its programme's lane than the mean of its port's standard lane, over the "
        "time shown. A port's name leads to its page.",
        "no port is known",
    )
    labels = [Label("Port", "name", link=to_port("${__data.fields.port}")), Label("Slug", "port", 150)]
    figures = [
        Figure(each.name, of.saved(each.mode, each.lane_class, PORTS, of.SHOWN, "port"), "s") for each in PROGRAMMES
    ]
    base = f"max by (port, name) (border_port_info{{{PORTS}}})"
    return rows(words, base, labels, figures, sort_by="FAST", width=12, height=9)


def _comparison(mode: str, members: Sequence[Programme]) -> list[timeseries.Panel]:
    """A mode's lanes side by side, at the ports that have a programme's lane."""
    lanes = "|".join(each.lane_class for each in members)
    has_one = f'max by (port) (border_lane_open{{mode="{mode}", lane_class=~"{lanes}", {PORTS}}})'
    return [_waits(mode, has_one), _throughput_of_a_booth(mode, has_one), _use(mode, has_one)]


def _waits(mode: str, has_one: str) -> timeseries.Panel:
    words = Words(
        "Mean wait by lane class",
        f"The mean wait of those whose inspection began, {of.SPAN_IN_WORDS}; {WHERE}.",
        "nobody was inspected",
    )
    selector = _of(mode)
    waited, counted = (
        _by_lane(of.increase(f"border_wait_seconds_{part}", "port, lane_class", selector), has_one)
        for part in ("sum", "count")
    )
    return over_time(words, [Query(f"{waited} / ({counted} > 0)", LANE)], unit="s", width=8)


def _throughput_of_a_booth(mode: str, has_one: str) -> timeseries.Panel:
    words = Words(
        "Throughput per open booth and simulated hour",
        "Primary inspections of the last closed window, as crossings per simulated hour, by the booths open now. A "
        f"pool is taken to serve the lane class whose name it has, as all of the catalogue do; {WHERE}.",
        "no window has closed yet, or no booth is open",
    )
    served = of.throughput(f'{{mode="{mode}", station="primary", {PORTS}}}')
    opened = f'label_replace({of.booths("open", _of(mode))}, "lane_class", "$1", "pool", "(.+)")'
    each = f"{_by_lane(served, has_one)} / ({_by_lane(opened, has_one)} > 0)"
    return over_time(words, [Query(each, LANE)], unit="none", width=8)


def _use(mode: str, has_one: str) -> timeseries.Panel:
    words = Words(
        "Use of the lanes",
        f"Which share of the mode's releases came through which lane class, {of.SPAN_IN_WORDS}; {WHERE}.",
        "nobody was released",
    )
    released = _by_lane(of.increase("border_released_total", "port, lane_class", _of(mode)), has_one)
    share = f"{released} / on () group_left () (sum ({released}) > 0)"
    return over_time(words, [Query(share, LANE)], unit="percentunit", width=8).max(1)


def _of(mode: str) -> str:
    return f'{{mode="{mode}", {PORTS}}}'


def _by_lane(expression: str, has_one: str) -> str:
    return f"sum by (lane_class) ({expression} and on (port) {has_one})"
