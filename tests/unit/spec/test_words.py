"""Numbers with their nouns."""

import pytest

from border_sim.spec.words import counted


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 crossings"), (1, "1 crossing"), (2, "2 crossings"), (2_000, "2,000 crossings")]
)
def test_one_has_no_plural(count, text):
    assert counted(count, "crossing") == text
