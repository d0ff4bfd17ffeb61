"""Words of the page."""

import json

import pytest

from border_sim.report.names import LANES, MODES, STATIONS, names_script, part_name
from border_sim.vocabulary import LaneClass, Mode, Station


def test_every_word_of_the_vocabulary_has_a_name():
    assert (MODES.keys(), LANES.keys(), STATIONS.keys()) == ({*Mode}, {*LaneClass}, {*Station})


def test_scripts_are_given_the_same_names():
    names = json.loads(names_script().removeprefix("const NAMES = ").removesuffix(";"))
    assert names["lanes"] == {"fast": "FAST", "sentri": "SENTRI", "ready": "Ready", "standard": "standard"}
    assert names["modes"]["pedestrian"] == "Pedestrian"


@pytest.mark.parametrize(
    ("key", "words"), [("ctpat", "C-TPAT"), ("sentri", "SENTRI"), ("fast", "FAST"), ("opening_hours", "opening hours")]
)
def test_programmes_and_lanes_keep_their_spelling(key, words):
    assert part_name(key) == words
