"""The dashboards as their files say, and what Grafana would ask Prometheus for them."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parents[1] / "dashboards" / "grafana"
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
