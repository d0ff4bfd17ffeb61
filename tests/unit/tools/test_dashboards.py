"""The dashboards are what Grafana can load and an operator can read."""

import json
import re
from itertools import combinations

import pytest

from border_sim.monitoring.families import FAMILIES
from tests.dashboards import FOLDER, boards, panels, questions, variables

BOARDS = boards()
BESIDES = ("instance", "job", "le", "alertname", "alertstate", "rank", "where")
"""Labels of any sample, of a histogram's buckets, of alerts, and those that queries make."""
UIDS = {"border-sim-border", "border-sim-port", "border-sim-programmes", "border-sim-pipeline"}


@pytest.fixture(params=sorted(UIDS))
def board(request):
    return BOARDS[request.param]


def cells(panel):
    place = panel["gridPos"]
    columns = range(place["x"], place["x"] + place["w"])
    return {(column, row) for column in columns for row in range(place["y"], place["y"] + place["h"])}


def test_the_four_have_their_frozen_uids_and_titles():
    assert set(BOARDS) == UIDS
    assert {board["title"] for board in BOARDS.values()} == {"Border", "Port", "Programmes", "Pipeline"}


def test_panels_have_ids_of_their_own_and_do_not_overlap(board):
    numbers = [panel["id"] for panel in board["panels"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for panel in board["panels"]:
        assert panel["gridPos"]["x"] >= 0 and panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24, panel["title"]
    for one, other in combinations(board["panels"], 2):
        assert not cells(one) & cells(other), (one["title"], other["title"])


def test_every_panel_says_what_it_shows_in_which_unit_and_why_it_may_be_empty(board):
    for panel in panels(board):
        told = panel["title"], panel["description"], panel["fieldConfig"]["defaults"]
        assert all(told), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] and panel["fieldConfig"]["defaults"]["noValue"], panel["title"]


def test_every_query_goes_to_the_datasource_that_is_chosen(board):
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    variable = board["templating"]["list"][0]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    assert variable["current"]["value"] == "border-sim-live"
    assert "${DS_" not in json.dumps(board)  # which files never resolve
    for asking in (*panels(board), *board["annotations"]["list"], *board["templating"]["list"][1:]):
        assert asking["datasource"] == chosen
        letters = [target["refId"] for target in asking.get("targets", [])]
        assert len(letters) == len(set(letters))


def test_every_variable_that_is_used_is_there(board):
    there = {each["name"] for each in board["templating"]["list"]} | {"__rate_interval", "__range", "__url_time_range"}
    used = set(re.findall(r"\$\{?([a-zA-Z_]\w*)", json.dumps(board)))
    assert used <= there | {"__data", "__field", "__all"}  # what the row, the series and "All" are called
    asked = {each["name"] for each in board["templating"]["list"] if each["type"] == "query"}
    assert {each.variable for each in variables(board)} == asked


def test_links_lead_to_dashboards_that_are_there(board):
    assert [link["tags"] for link in board["links"]] == [["border-sim"]] and board["tags"] == ["border-sim"]
    assert all(link["keepTime"] and link["includeVars"] for link in board["links"])
    for uid in re.findall(r'"/d/([^?"]+)', json.dumps(board)):
        assert uid in UIDS


def test_every_row_of_the_ports_leads_to_its_port():
    table = next(panel for panel in panels(BOARDS["border-sim-border"]) if panel["title"] == "Ports by posted wait")
    links = {
        override["matcher"]["options"]: option["value"][0]["url"]
        for override in table["fieldConfig"]["overrides"]
        for option in override["properties"]
        if option["id"] == "links"
    }
    url = "/d/border-sim-port?${datasource:queryparam}&${__url_time_range}&var-port=${__data.fields.port}"
    assert links == {"name": url, "port": url}


def test_the_map_asks_no_tile_server():
    port_map = next(panel for panel in panels(BOARDS["border-sim-border"]) if panel["type"] == "geomap")
    layers = [port_map["options"]["basemap"], *port_map["options"]["layers"]]
    assert [layer["type"] for layer in layers] == ["geojson", "markers"]
    assert layers[0]["config"]["src"] == "public/maps/border-sim.geojson"
    assert "http" not in json.dumps(port_map)
    outline = json.loads((FOLDER / "maps" / "border-sim.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"]["name"] for feature in outline["features"]] == ["coast", "states", "border"]


def test_tables_show_what_they_ask_for_in_the_order_of_their_columns(board):
    for panel in panels(board):
        if panel["type"] == "table":
            shape = panel["transformations"][1]["options"]
            asked = {f"Value #{target['refId']}" for target in panel["targets"]}
            assert asked == set(shape["renameByName"]) | {"Value #A"}
            assert list(shape["indexByName"].values()) == list(range(len(shape["indexByName"])))
            shown = {*shape["renameByName"].values()} | {
                option["value"]
                for override in panel["fieldConfig"]["overrides"]
                for option in override["properties"]
                if option["id"] == "displayName"
            }
            assert panel["options"]["sortBy"][0]["displayName"] in shown
            assert all(
                not question.is_range for question in questions(board) if f" {panel['title']} " in question.asked_by
            )


def test_every_metric_is_one_of_ours_and_has_the_labels_that_are_asked_for(board):
    asked = [question.expression for question in questions(board)] + [each.series for each in variables(board)]
    assert all(each.label in FAMILIES[each.series.partition("{")[0]].labels for each in variables(board))
    of_any = {label for family in FAMILIES.values() for label in family.labels}
    for expression in asked:
        known = {*BESIDES} | (of_any if "ALERTS" in expression else set())  # an alert has those of what it is about
        for name, matchers in re.findall(r"\b(border_\w+)(?:\{([^}]*)\})?", expression):
            family = FAMILIES[name] if name in FAMILIES else FAMILIES[re.sub(r"_(bucket|sum|count)$", "", name)]
            assert (name in FAMILIES) == (family.type != "histogram"), name
            known |= {*family.labels}
            assert set(re.findall(r"(\w+)\s*[=!]~?", matchers)) <= {*family.labels}, (name, matchers)
        for labels in re.findall(r"\b(?:by|on|ignoring|group_left) \(([^)]*)\)", expression):
            assert set(re.findall(r"\w+", labels)) <= known, expression
