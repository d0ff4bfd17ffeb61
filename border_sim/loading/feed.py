"""`configs/feed`: how CBP's border wait time feed lists ports."""

from pathlib import Path

from border_sim.loading.catalogue import FEED, FEED_ENTRIES, FEED_ENTRIES_FILE, catalogue_folder, check_table
from border_sim.loading.yaml_file import read_yaml
from border_sim.spec.feed import FeedEntry


def load_feed_entries(folder: Path | None = None) -> dict[str, FeedEntry]:
    """The entries of a catalogue (`None`: of the one that comes with border-sim) by CBP's number, in the order of the
    feed; `LoadError` with all problems.
    """
    entries: dict[str, FeedEntry] = check_table(
        read_yaml((folder or catalogue_folder()) / FEED / FEED_ENTRIES_FILE), FEED_ENTRIES
    )
    return entries
