"""Without a broker the metrics are those of the run."""

from collections import defaultdict
from threading import Event

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from border_sim.metrics.counters import COUNT, COUNTED
from border_sim.metrics.state import POOL
from border_sim.metrics.window_tables import differences, to_table
from border_sim.run.summary import summary_rows
from border_sim.streaming.counting import embedded
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.embedded import Bus, BusRecord
from border_sim.streaming.counting.lanes_now import Lane, LanesNow
from border_sim.streaming.counting.partition import Partition
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import play
from border_sim.streaming.playback.simulated import Identity, live_streams
from border_sim.vocabulary import HOUR_US, QUARTER_US, LaneClass, Mode
from tests.memory_sink import MemorySink


def live(two_ports, on_batch, told=lambda _bus, _reached: None):
    bus = Bus(QUARTER_US, on_batch)
    streams = live_streams(two_ports, Identity("live", 1, 0))
    reached = play(streams, bus, Pacer(0, 0, [].append), Event(), lambda reached: told(bus, reached))
    return bus, reached


@pytest.fixture(params=["two_ports", "full_port"])
def run(request, two_ports, run_folder, full_port, full_folder):
    """Two quiet ports, and one whose stations fill up; each with its run directory."""
    return {"two_ports": (two_ports, run_folder), "full_port": (full_port, full_folder)}[request.param]


def test_the_windows_are_those_of_the_run(run):
    resolved, folder = run
    closed = defaultdict(list)

    def on_batch(result):
        assert result.dead == []
        for key, info, windows in result.closed:
            closed[key.port].append(to_table(windows, info, 0))

    live(resolved, on_batch)
    written = pq.read_table(folder / "metrics.parquet")
    assert closed.keys() == {port.slug for port in resolved.ports}
    for port, tables in closed.items():
        theirs = written.filter(pc.equal(written["port"].cast(pa.string()), port))
        assert differences(pa.concat_tables(tables), theirs).rows == 0


def test_a_port_whose_stations_fill_up_is_the_same_however_often_its_partition_is_restored(full_folder):
    with pa.input_stream(full_folder / "events.ndjson.zst") as log:
        lines = log.read().splitlines()
    records = [BusRecord(0, offset, b"gate", line) for offset, line in enumerate(lines)]
    partition, tables, blocked = Partition(0, QUARTER_US), [], 0
    for first in range(0, len(records), 97):
        result = partition.count(records[first : first + 97])
        assert result.dead == []
        tables += [to_table(windows, info, 0) for _, info, windows in result.closed]
        blocked = max(
            blocked, *(port.pools[:, POOL.blocked].sum() for port in partition.ports_now() if not port.is_ended), 0
        )
        stored = partition.state_records("group")
        partition = Partition(0, QUARTER_US)
        partition.restore("group", stored)
    written = pq.read_table(full_folder / "metrics.parquet")
    assert differences(pa.concat_tables(tables), written) == (0, "")
    assert blocked > 1


def test_no_window_has_more_booths_busy_and_blocked_than_open(full_folder):
    written = pq.read_table(
        full_folder / "metrics.parquet", columns=["pool", "station", "open_us", "busy_us", "blocked_us"]
    )
    rows = [row for row in written.to_pylist() if row["pool"]]
    assert {row["station"] for row in rows if row["blocked_us"]} == {"scan", "primary", "secondary"}
    assert all(row["open_us"] >= row["busy_us"] + row["blocked_us"] for row in rows)


def test_the_bus_gives_every_event_that_was_sent(two_ports):
    batches = []
    bus, reached = live(two_ports, batches.append)
    events = sum(stream.events.kind.size for result in batches for stream in result.events)
    assert events == sum(result.counts.events for result in batches) == reached.sent.sum() == bus.partition.offset


def test_a_sink_that_is_flushed_is_a_sink(two_ports):
    assert Bus(QUARTER_US, [].append).flush() is None


def test_what_the_board_shows_at_the_end_are_the_counters_of_the_run(two_ports, run_folder):
    board = Board()
    streams = live_streams(two_ports, Identity("live", 1, 0))
    play(streams, Bus(QUARTER_US, [].append, board), Pacer(0, 0, [].append), Event())
    rows = pq.read_table(run_folder / "metrics.parquet").to_pylist()
    shown = board.ports()
    assert [port.key for port in shown] == [("live", 0, "naco"), ("live", 0, "sasabe")]
    assert board.owned_ports() == shown
    for port in shown:
        mine = [row for row in rows if row["port"] == port.key.port and row["pool"] is None]
        assert port.is_ended
        for name in COUNTED:
            assert port.counters.totals[:, getattr(COUNT, name)].sum() == sum(row[name] for row in mine)
        starts = sum(row["starts"] for row in mine if row["station"] == "primary")
        released = sum(row["completions"] for row in mine if row["station"] == "door_to_door")
        assert port.counters.durations.sum() == starts + released > 0
    facts = board.pipeline
    assert (facts.streams, facts.partitions, facts.lag_records, facts.is_settled) == (2, 1, 0, True)
    assert facts.committed.events > 1_000


def test_what_came_just_after_the_board_was_shown_is_shown_while_nothing_more_comes(two_ports, monkeypatch):
    board, sink, now_s = Board(), MemorySink(), 100.0
    monkeypatch.setattr(embedded, "monotonic", lambda: now_s)
    play(live_streams(two_ports, Identity("live", 1, 0)), sink, Pacer(0, 0, [].append), Event())
    bus = Bus(QUARTER_US, [].append, board)
    bus.write(sink.events[:50])
    now_s += 0.1
    bus.write(sink.events[50:90])
    bus.show()
    assert (board.pipeline.committed.events, board.pipeline.alive_s) == (50, 100.0)
    now_s += 1
    bus.show()
    assert (board.pipeline.committed.events, board.pipeline.alive_s) == (90, now_s)


@pytest.fixture
def seen(two_ports, run_folder):
    """What the lanes_now showed at each hour, and the lanes_now."""
    lanes_now, looks = LanesNow(two_ports), {}

    def look(bus, reached):
        looks[reached.until_us // HOUR_US] = {now.lane: now for now in lanes_now.lanes(bus.partition)}

    live(two_ports, lanes_now.update, look)
    return lanes_now, looks


def posted_at(run_folder, lane, t_us):
    """What was posted last for a lane, and the queue then."""
    posted = pq.read_table(run_folder / "posted.parquet").to_pylist()
    mine = [row for row in posted if (row["port"], row["mode"], row["lane_class"]) == lane and row["t_us"] <= t_us]
    return max(mine, key=lambda row: row["t_us"])


def test_the_lanes_now_shows_what_is_posted_and_what_was_in_the_last_window(two_ports, run_folder, seen):
    _, looks = seen
    lane = Lane("naco", Mode.PASSENGER, LaneClass.STANDARD)
    rows = pq.read_table(run_folder / "metrics.parquet").to_pylist()
    compared = 0
    for hour, lanes in looks.items():
        if lane not in lanes:
            continue  # its run is over
        now, last_us = lanes[lane], (hour + 1) * HOUR_US
        assert now.posted_wait_min == posted_at(run_folder, lane, last_us - 1)["posted_wait_min"]
        closed_us = last_us - 2 * QUARTER_US
        window = [
            row
            for row in rows
            if (row["port"], row["mode"], row["lane_class"]) == lane
            and row["station"] == "primary" and row["window_us"] == closed_us
        ]  # fmt: skip
        arrivals, starts = (sum(row[name] for row in window) for name in ("arrivals", "starts"))
        wait_us = sum(row["wait_us"] for row in window)
        assert (now.per_hour or 0) == arrivals * 4
        assert (now.per_hour is None) == (closed_us < rows[0]["window_us"])
        assert now.mean_wait_min == (wait_us / starts / 60_000_000 if starts else None)
        compared += starts > 0
    assert compared > 5


def test_the_lanes_now_knows_every_lane_that_has_a_pool_and_its_open_booths(two_ports, seen):
    _, looks = seen
    lanes = looks[max(hour for hour, lanes in looks.items() if len({lane.port for lane in lanes}) == 2)]
    expected = {
        Lane(each.slug, mode, lane_class)
        for each in two_ports.ports
        for mode, part in each.port.modes.items()
        for lane_class in part.served()
    }
    assert lanes.keys() == expected
    booths = {each.slug: each.port.modes for each in two_ports.ports}
    for shown in looks.values():
        for lane, now in shown.items():
            assert 0 <= now.open_booths <= booths[lane.port][lane.mode].installed.booths
            assert now.queue >= 0
    assert any(now.open_booths for shown in looks.values() for now in shown.values())


def test_at_the_end_no_lane_is_left_and_the_sums_are_those_of_the_run(two_ports, run_folder, seen):
    lanes_now, looks = seen
    assert looks[max(looks)] == {}
    assert lanes_now.dead == 0
    rows = pq.read_table(run_folder / "metrics.parquet").to_pylist()
    for port, totals in lanes_now.totals.items():
        for lane in summary_rows([totals], ("mode", "lane")):
            mine = [
                row
                for row in rows
                if (row["port"], row["mode"], row["lane_class"], row["station"]) == (port, *lane[1:3], "primary")
            ]
            assert lane.arrivals == sum(row["arrivals"] for row in mine)
