"""What people see of a live run."""

import io

import numpy as np
import pytest
from rich.console import Console

from border_sim.cli import live_table
from border_sim.cli.live_table import watching
from border_sim.loading.catalogue import load_catalogue
from border_sim.streaming.counting.lanes_now import Lane, LaneNow
from border_sim.streaming.playback.play import Reached
from border_sim.vocabulary import MINUTE_US, EventKind, LaneClass, Mode

BEGINS_US = 1_709_510_400_000_000
STANDARD = LaneClass.STANDARD
HEADING = "2024-03-0"


def now(port, mode=Mode.PASSENGER, lane=STANDARD, posted=5, queue=1, per_hour=10.0, wait=2.25, blocked=0):
    return LaneNow(Lane(port, mode, lane), posted, queue, 3, blocked, per_hour, wait)


def reached(minutes, events=1_234):
    kinds = np.zeros(len(EventKind), np.int64)
    return Reached(BEGINS_US + minutes * MINUTE_US, np.array([events, 1]), np.zeros(2, bool), kinds)


def phase(t_us):
    return "warm-up" if t_us < BEGINS_US else ""


@pytest.fixture
def shown(monkeypatch):
    """What a terminal of some lines shows of lanes at instants: the last drawing, and how many there were."""

    def show(lanes, instants=(0,), height=40, width=80, **options):
        out = io.StringIO()
        terminal = Console(
            file=out, width=width, height=height, force_terminal=True, color_system=None, _environ={"TERM": "xterm"}
        )
        monkeypatch.setattr(live_table, "is_redrawn", lambda _: True)
        monkeypatch.setattr(live_table, "Console", lambda: terminal)
        with watching(phase, lambda: lanes, **options) as show_reached:
            for minutes in instants:
                show_reached(reached(minutes))
        drawings = out.getvalue().split(HEADING)
        return HEADING + drawings[-1], len(drawings) - 1

    return show


def test_a_terminal_shows_the_lanes_with_their_figures(shown):
    lanes = [now("naco", queue=1_200, per_hour=310.4), now("roma", lane=LaneClass.READY, posted=None, wait=None)]
    text, _ = shown(lanes)
    assert "2024-03-04T00:00:00Z: 1,235 events, 1,201 waiting" in text
    rows = [line.split() for line in text.splitlines() if line.strip().startswith(("naco", "roma"))]
    assert rows == [
        ["naco", "passenger", "standard", "5", "1,200", "3", "310", "2.2"],
        ["roma", "passenger", "ready", "closed", "1", "3", "10", "-"],
    ]


def test_blocked_booths_have_a_column_while_there_are_any(shown):
    text, _ = shown([now("naco", Mode.COMMERCIAL, blocked=2), now("roma")])
    rows = [line.split() for line in text.splitlines() if line.strip().startswith(("naco", "roma"))]
    assert rows == [
        ["naco", "commercial", "standard", "5", "1", "3", "2", "10", "2.2"],
        ["roma", "passenger", "standard", "5", "1", "3", "0", "10", "2.2"],
    ]
    assert "open blocked arrivals" in " ".join(text.split())
    assert "blocked" not in shown([now("naco")])[0]


def test_no_port_is_cut_on_80_columns_nor_a_figure(shown):
    longest = max(load_catalogue().ports, key=len)
    text, _ = shown([now(longest, Mode.PEDESTRIAN, posted=None, queue=12_345, per_hour=12_345.0, wait=1_234.5)])
    row = next(line.split() for line in text.splitlines() if longest in line)
    assert row == [longest, "pedestrian", "standard", "closed", "12,345", "3", "12,345", "1234.5"]
    assert all(len(line) <= 80 for line in text.splitlines()[1:])


@pytest.mark.parametrize(("minutes", "words"), [(15, "15 min"), (60, "1 h"), (360, "6 h")])
def test_the_heads_tell_what_is_now_and_what_was_in_the_last_window(shown, minutes, words):
    text, _ = shown([now("naco")], width_us=minutes * MINUTE_US)
    heads = [" ".join(line.split()) for line in text.splitlines()[1:5]]
    first, second, *_ = heads
    assert first == "last last"
    assert second == f"now now now {words} {words}"
    assert heads[2:] == ["posted open arrivals mean", "port mode lane min queue booths per hour wait min"]


def test_it_is_told_when_nothing_is_measured_yet(shown):
    text, _ = shown([now("naco", per_hour=None, wait=None)], instants=(-15,))
    assert text.startswith("2024-03-03T23:45:00Z (warm-up): 1,235 events, 1 waiting")
    assert "naco passenger standard 5 1 3 - -" in " ".join(text.split())


def test_the_busiest_ports_are_shown_whole_as_many_as_there_is_room_for(shown):
    lanes = [now(f"port-{n}", mode, per_hour=float(n)) for n in range(1, 10) for mode in Mode]
    text, _ = shown(lanes, height=live_table._FRAME + 7)
    assert [line.split()[0] for line in text.splitlines() if "port-" in line] == ["port-9"] * 3 + ["port-8"] * 3


def test_a_terminal_is_not_drawn_for_every_event(shown):
    _, drawings = shown([now("naco")], instants=range(1_000))
    assert drawings < 100


def test_without_lanes_a_terminal_shows_how_far_it_is(shown):
    text, _ = shown([])
    assert "2024-03-04T00:00:00Z: 1,235 events" in text
    assert "waiting" not in text
    assert "posted" not in text


@pytest.mark.parametrize(("is_terminal", "term"), [(False, "xterm"), (True, "dumb")])
def test_where_no_table_can_be_redrawn_each_simulated_hour_has_a_line(capsys, monkeypatch, is_terminal, term):
    monkeypatch.setattr(live_table.sys.stdout, "isatty", lambda: is_terminal)
    monkeypatch.setenv("TERM", term)
    lanes = [now("naco", posted=None), now("roma", posted=45), now("roma", Mode.COMMERCIAL, posted=0)]
    with watching(phase, lambda: lanes) as show:
        for minutes in (0, 10, 59, 60, 61, 185):
            show(reached(minutes))
    lines = capsys.readouterr().out.splitlines()
    assert [line[:17] for line in lines] == ["2024-03-04T00:00:", "2024-03-04T01:00:", "2024-03-04T03:05:"]
    end = ": 1,235 events, 3 waiting, longest posted wait 45 min (roma passenger standard)"
    assert all(line.endswith(end) for line in lines)


def test_lanes_that_are_all_closed_post_nothing(capsys):
    with watching(phase, lambda: [now("naco", posted=None)]) as show:
        show(reached(0))
    assert capsys.readouterr().out == "2024-03-04T00:00:00Z: 1,235 events, 1 waiting\n"
