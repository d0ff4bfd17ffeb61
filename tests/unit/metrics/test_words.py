"""Columns of words: the same rows are the same bytes in a file."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.metrics.window_tables import word_column
from border_sim.vocabulary import MISSING

WORDS = st.lists(st.sampled_from(["standard", "ready", "a", "nii"]), min_size=1, max_size=8)


@settings(derandomize=True, deadline=None)
@given(words=WORDS, data=st.data())
def test_words_stand_at_their_places_and_once_in_the_dictionary(words, data):
    places = data.draw(st.lists(st.integers(MISSING, len(words) - 1), max_size=20))
    column = word_column(np.array(places, np.int64), words, np.int8)

    assert column.to_pylist() == [None if place == MISSING else words[place] for place in places]
    assert sorted(column.dictionary.to_pylist()) == sorted(set(words))


def test_a_file_of_repeated_words_holds_nothing_but_them(tmp_path):
    """Arrow wrote memory of the process behind a dictionary with repeated words."""
    words = ["export", "standard", "standard", "ready", "standard", "nii"]
    column = word_column(np.arange(6).repeat(50), words, np.int8)
    contents = set()
    for place in range(40):
        noise = [bytes([place]) * size for size in range(64, 4096, 64)]
        path = tmp_path / f"{place}.parquet"
        pq.write_table(pa.table({"pool": column}), path, compression="none")
        contents.add(path.read_bytes())
        del noise
    assert len(contents) == 1
