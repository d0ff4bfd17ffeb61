"""The words and their places, which are part of every log and of the event hash."""

from enum import StrEnum

import pytest

from border_sim.vocabulary import (
    DAY_US,
    ENTITLED,
    HOUR_US,
    MINUTE_US,
    MISSING,
    NEVER_US,
    QUARTER_US,
    SECOND_US,
    EventKind,
    LaneClass,
    Mode,
    Outcome,
    Programme,
    Station,
    code,
    lane_classes,
    programmes,
)

PLACES: dict[type[StrEnum], list[str]] = {
    Mode: ["commercial", "passenger", "pedestrian"],
    Programme: ["none", "ctpat", "sentri", "ready"],
    LaneClass: ["standard", "ready", "sentri", "fast"],
    Station: ["export", "primary", "secondary", "state", "door_to_door"],
    Outcome: ["present", "released", "deterred_wait", "deterred_gate"],
    EventKind: [
        *["run_started", "heartbeat", "disruption", "staffing", "posted", "ended", "released"],
        *["arrived", "deterred", "joined", "started", "run_ended"],
    ],
}
"""Words may be appended; a place that changes makes old logs unreadable."""


@pytest.mark.parametrize(("kind", "words"), PLACES.items())
def test_words_keep_their_places(kind, words):
    assert [word.value for word in kind][: len(words)] == words
    assert [code(word) for word in kind] == list(range(len(kind)))


def test_the_same_word_of_another_kind_has_its_own_place():
    assert (code(Programme.READY), code(LaneClass.READY)) == (3, 1)
    assert code(Outcome.RELEASED) != code(EventKind.RELEASED)


@pytest.mark.parametrize(
    ("mode", "lanes"),
    [
        (Mode.COMMERCIAL, [LaneClass.FAST, LaneClass.STANDARD]),
        (Mode.PASSENGER, [LaneClass.SENTRI, LaneClass.READY, LaneClass.STANDARD]),
        (Mode.PEDESTRIAN, [LaneClass.READY, LaneClass.STANDARD]),
    ],
)
def test_the_lane_classes_of_a_mode_best_first(mode, lanes):
    assert list(lane_classes(mode)) == lanes


@pytest.mark.parametrize(
    ("mode", "order"),
    [
        (Mode.COMMERCIAL, [Programme.CTPAT, Programme.NONE]),
        (Mode.PASSENGER, [Programme.SENTRI, Programme.NONE, Programme.READY]),
        (Mode.PEDESTRIAN, [Programme.NONE, Programme.READY]),
    ],
)
def test_programmes_are_cut_with_none_between_the_special_one_and_ready(mode, order):
    assert list(programmes(mode)) == order


def test_everybody_may_use_the_standard_lane_and_nobody_a_better_one_than_their_own():
    for (mode, _), lanes in ENTITLED.items():
        best_first = lane_classes(mode)
        assert lanes == best_first[-len(lanes) :]
        assert lanes[-1] is LaneClass.STANDARD


def test_units():
    assert (SECOND_US, MINUTE_US, QUARTER_US, HOUR_US, DAY_US) == (10**6, 6 * 10**7, 9 * 10**8, 36 * 10**8, 864 * 10**8)
    assert NEVER_US > 2200 * 366 * DAY_US
    assert MISSING < 0
