"""What a consumer says of itself while it works."""

import sys

import pytest

from border_sim.cli import consume_status
from border_sim.cli.consume_status import in_words, run_in_words, status_line
from border_sim.streaming.broker.consume import Status
from border_sim.streaming.broker.until_ended import RunProgress, Waiting
from border_sim.streaming.counting.record_counts import RecordCounts

COUNTS = RecordCounts(1_000_000, 1_234, 5, dead={"late": 2, "gap": 1})


def test_figures_of_this_process():
    told = in_words(Status(6, 2_000, COUNTS, None), 98_765.4)
    assert told == "98,765 records/s, 2,000 to go, 1,234 windows, 5 duplicates, 3 dead letters, 6 partitions"
    assert in_words(Status(1, 0, RecordCounts(), None), 0).endswith("0 dead letters, 1 partition")


def waiting_for(*runs, records=0, has_begun=True):
    told = in_words(Status(6, 0, RecordCounts(), Waiting(records, runs, has_begun)), 0)
    return told.partition("; waiting for ")[2]


def test_what_it_waits_for():
    ports = tuple(f"port-{number}" for number in range(7))
    assert waiting_for(has_begun=False) == "the first run"
    assert waiting_for(RunProgress("a", 2, 3, 1, ("naco",))) == (
        "run a, replication 2 (1 of 3 ports have ended; not yet naco; 1 not begun)"
    )
    assert "not yet port-0, port-1, port-2, port-3, port-4 and 2 more)" in waiting_for(RunProgress("a", 0, 9, 2, ports))
    assert "(1 of 2 ports have ended; not yet naco)" in waiting_for(RunProgress("a", 0, None, 1, ("naco",)))
    assert waiting_for(*[RunProgress(str(run), 0, 1, 0, ("naco",)) for run in range(9)]).endswith(" and 4 more")
    assert waiting_for(records=1_500) == "1,500 records to be committed"
    assert waiting_for() == ""


def test_names_that_somebody_else_chose_do_not_move_the_cursor():
    assert "\x1b" not in waiting_for(RunProgress("\x1b[2J", 0, 1, 0, ("\x1b[2J",)))


@pytest.mark.parametrize(("is_terminal", "term"), [(False, "xterm"), (True, "dumb")])
def test_where_no_line_can_be_redrawn_only_news_is_shown(capsys, monkeypatch, is_terminal, term):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(consume_status, "PIPE_EVERY_S", 0)
    with status_line(quiet=False) as (_, update):
        for dead in (1, 1, 1, 2):
            update(Status(6, 0, RecordCounts(dead={"late": dead}), None))
    assert [line.split(", ")[4] for line in capsys.readouterr().err.splitlines()] == [
        "1 dead letter",
        "2 dead letters",
    ]


def test_of_a_run_that_is_not_waited_for_a_port_may_be_forgotten():
    text = run_in_words(RunProgress("a", 2, 3, 1, ()), "not begun, or forgotten")
    assert text == "run a, replication 2 (1 of 3 ports have ended; 2 not begun, or forgotten)"
