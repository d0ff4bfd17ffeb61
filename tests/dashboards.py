"""The dashboards as their files say, and what Grafana would ask Prometheus for them."""

import json
import re
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

FOLDER: Final = Path(__file__).parents[1] / "dashboards" / "grafana"
LOOKED_AT: Final = {"border-sim-port": ["calexico-east", "san-ysidro"]}
"""The ports that are chosen, one after the other: with FAST, SENTRI, Ready and people on foot. Else it is all."""
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|([A-Za-z_]\w*))")
_LABEL_VALUES: Final = re.compile(r"label_values\((?:(?P<series>.+), )?(?P<label>\w+)\)")
Board = dict[str, Any]


class Question(NamedTuple):
    """A query of a panel or of the annotations."""

    asked_by: str
    """The dashboard's uid, the panel's title and the query's letter"""
    expression: str
    is_range: bool
    """Over the time shown, else at its end"""


class LabelValues(NamedTuple):
    """A variable's query: the values of a label among series."""

    variable: str
    series: str
    label: str


def boards() -> dict[str, Board]:
    """All dashboards by uid."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {board["uid"]: board for board in found}


def panels(board: Board) -> list[dict[str, Any]]:
    """The panels that show something: not the headings."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def questions(board: Board) -> Iterator[Question]:
    """What is asked, variables as they are."""
    for annotation in board["annotations"]["list"]:
        yield Question(f"{board['uid']} annotation {annotation['name']}", annotation["expr"], is_range=True)
    for panel in panels(board):
        for target in panel["targets"]:
            asked_by = f"{board['uid']} {panel['title']} {target['refId']}"
            yield Question(asked_by, target["expr"], is_range=target["range"])


def variables(board: Board) -> list[LabelValues]:
    """The variables that are asked for, in the order of their dependence, variables within them as they are."""
    asked = [each for each in board["templating"]["list"] if each["type"] == "query"]
    matches = {each["name"]: _LABEL_VALUES.fullmatch(each["query"]["query"]) for each in asked}
    return [LabelValues(name, match["series"], match["label"]) for name, match in matches.items() if match]


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with variables replaced, `$name`, `${name}` or `${name:format}`; `KeyError` for one without a value."""
    return _VARIABLE.sub(lambda match: values[match[1] or match[2]], text)


class Shown(NamedTuple):
    """The time that a dashboard shows."""

    begins_s: float
    """Seconds since 1970"""
    ends_s: float
    interval_s: int
    """What the datasource says of how often samples come"""

    @property
    def variables(self) -> dict[str, str]:
        """What Grafana makes of it for queries."""
        whole_s = round(self.ends_s - self.begins_s)
        return {"__range": f"{whole_s}s", "__rate_interval": f"{4 * self.interval_s}s"}


class Asker(Protocol):
    """Prometheus' HTTP API, straight or through Grafana: `data` of `/api/v1/PATH`; raises what it refuses."""

    def __call__(self, path: str, **parameters: object) -> Any: ...


def offered(variable: LabelValues, ask: Asker, shown: Shown, chosen: Mapping[str, str]) -> list[str]:
    """The values that a viewer may choose from, where variables stand as `chosen`."""
    time = {"start": shown.begins_s, "end": shown.ends_s}
    return ask(f"label/{variable.label}/values", **{"match[]": filled_in(variable.series, chosen)}, **time)


def is_answered(question: Question, ask: Asker, shown: Shown, chosen: Mapping[str, str]) -> bool:
    """Whether there is a number in the answer."""
    expression = filled_in(question.expression, {**chosen, **shown.variables})
    if question.is_range:
        time = {"start": shown.begins_s, "end": shown.ends_s, "step": shown.interval_s}
        found = [
            value for series in ask("query_range", query=expression, **time)["result"] for value in series["values"]
        ]
    else:
        found = [series["value"] for series in ask("query", query=expression, time=shown.ends_s)["result"]]
    return any(isfinite(float(value)) for _, value in found)


def unanswered(board: Board, ask: Asker, shown: Shown, port: str) -> list[str]:
    """What a viewer who looks at a port asks for in vain, with everything else chosen: variables, and queries. Where
    there is a choice of modes, panels are asked for each, as Grafana repeats them.
    """
    every = ".*"
    everything = {"port": port, "mode": every, "lane_class": every}
    values = {each.variable: offered(each, ask, shown, everything) for each in variables(board)}
    empty = [f"{board['uid']} variable {name}" for name, found in values.items() if not found]
    for mode in values.get("mode", [every]):
        those = everything | {"mode": mode}
        asked = [each for each in questions(board) if not is_answered(each, ask, shown, those)]
        empty += [f"{question.asked_by} of {mode}" if mode != every else question.asked_by for question in asked]
    return empty


def asked_in_vain(found: Mapping[str, Board], ask: Asker, shown: Shown) -> list[str]:
    """What all dashboards ask for in vain of a run that has the ports `LOOKED_AT`; `found`: them by uid. At night, when
    lanes are closed, there is more of it than in the middle of a day.
    """
    chosen = [(uid, port) for uid in found for port in LOOKED_AT.get(uid, [".*"])]
    return [each for uid, port in chosen for each in unanswered(found[uid], ask, shown, port)]
