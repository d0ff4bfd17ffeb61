"""Columns of words: each stands at its places."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.metrics.window_tables import word_column
from border_sim.vocabulary import MISSING

WORDS = st.lists(st.sampled_from(["standard", "ready", "a", "nii"]), min_size=1, unique=True)


@settings(derandomize=True, deadline=None)
@given(words=WORDS, data=st.data())
def test_words_stand_at_their_places(words, data):
    places = data.draw(st.lists(st.integers(MISSING, len(words) - 1), max_size=20))
    column = word_column(np.array(places, np.int64), words, np.int8)

    assert column.to_pylist() == [None if place == MISSING else words[place] for place in places]
