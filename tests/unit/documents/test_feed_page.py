"""What docs/feed.md says of the feed is so."""

import re
from pathlib import Path

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.feed import load_feed_entries
from border_sim.monitoring import pages
from border_sim.monitoring.feed import LEAST_DELAY_MIN, listed_ports


@pytest.fixture(scope="module")
def page():
    return (Path(__file__).parents[3] / "docs" / "feed.md").read_text(encoding="utf-8")


def test_paths_and_content_types_are_those_that_are_served(page):
    rows = dict(re.findall(r"^\| `(/api/[\w.]+)` \| `([^`]+)` \|", page, re.MULTILINE))
    assert rows == pages.CONTENT_TYPES


def test_ports_and_entries_are_counted_and_those_left_out_are_named(page):
    catalogue = load_catalogue()
    listed = listed_ports(catalogue, load_feed_entries())
    ports = {each.slug for each in listed}
    assert f"the {len(ports)} that CBP lists, in {len(listed)} entries" in page
    for slug in catalogue.ports.keys() - ports:
        assert catalogue.ports[slug].name in page


def test_from_when_on_a_wait_is_a_delay(page):
    assert f"From {LEAST_DELAY_MIN} minutes on" in " ".join(page.split())
