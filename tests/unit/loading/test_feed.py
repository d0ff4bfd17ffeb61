"""How CBP's feed lists ports, as the catalogue says it, and mistakes in a file of it."""

from pathlib import Path

import pytest

from border_sim.loading.feed import load_feed_entries
from border_sim.loading.file_problem import LoadError
from border_sim.loading.validation import validate
from border_sim.vocabulary import Mode

ENTRY = """\
"250602":
  port_name: Otay Mesa
  crossing_name: Commercial
  hours: "6 am-10 pm"
  automation: {commercial: RFID, passenger: Manual, pedestrian: Manual}
  modes: [commercial]
  source: a feed of 2025
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "entries.yaml").write_text(ENTRY)
    return tmp_path


def test_an_entry_is_read(folder: Path) -> None:
    (entry,) = load_feed_entries(folder).values()
    assert (entry.port_name, entry.crossing_name, entry.hours) == ("Otay Mesa", "Commercial", "6 am-10 pm")
    assert entry.modes == (Mode.COMMERCIAL,) and entry.automation[Mode.COMMERCIAL] == "RFID"
    assert not entry.has_notice


def test_the_catalogues_entries_name_their_sources_and_every_way_of_measuring() -> None:
    entries = load_feed_entries()
    assert all("CBP Border Wait Times, " in entry.source for entry in entries.values())
    assert all(set(entry.automation) == set(Mode) for entry in entries.values())
    measured = {way for entry in entries.values() for way in entry.automation.values()}
    assert measured == {"Manual", "RFID"}


def test_mistakes_are_told_with_their_lines_by_whoever_reads_the_file(folder: Path) -> None:
    path = folder / "feed" / "entries.yaml"
    path.write_text(ENTRY.replace("port_name", "portname").replace("[commercial]", "[bus]"))
    told = [str(problem) for problem in validate([path]).problems]
    with pytest.raises(LoadError) as caught:
        load_feed_entries(folder)
    assert told == [str(problem) for problem in caught.value.problems]
    assert any(line.startswith(f"{path}:2: ") and "portname" in line for line in told)
    assert any(line.startswith(f"{path}:6: ") and "bus" in line for line in told)
