"""Marks are Philox's, keyed by all that names a candidate."""

import pytest

from border_sim.inputs import random_marks
from border_sim.vocabulary import Mode

ALL_ONES = 2**32 - 1


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter, key, words):
    assert random_marks.philox(*counter, *key) == words


def test_every_word_of_counter_and_key_changes_the_marks():
    usual = (1, 738_000, 5, 0, 42, 0)
    others = [tuple(word + (place == changed) for place, word in enumerate(usual)) for changed in range(6)]

    assert random_marks.philox(*usual) == random_marks.philox(*usual)
    assert len({random_marks.philox(*words) for words in [usual, *others]}) == 7


def test_ports_and_modes_have_different_words():
    names = [(slug, mode) for slug in ("ysleta", "nogales", "san-ysidro") for mode in Mode]
    words = {random_marks.port_mode_word(*name) for name in names}

    assert len(words) == len(names)
    assert random_marks.port_mode_word("ysleta", Mode.PASSENGER) == 0xA87509B4  # SHA-256 of ysleta/passenger begins so
