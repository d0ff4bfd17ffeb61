"""A replay is what was asked for, and changes nothing else."""

from datetime import date
from threading import Event

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from border_sim.events.decode import StreamKey
from border_sim.events.digest import PortDigest, combine
from border_sim.events.order import events_of
from border_sim.loading.catalogue import load_catalogue
from border_sim.metrics.window_tables import differences, to_table
from border_sim.records import concatenate
from border_sim.run.new_directory import make_directory
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.streaming.counting.embedded import Bus
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import play
from border_sim.streaming.playback.selection import ReplayError, Selection, event_hashes, replay_of, utc
from border_sim.streaming.playback.sources import opened
from border_sim.vocabulary import DAY_US, HOUR_US, MINUTE_US, QUARTER_US, EventKind, code
from tests.memory_sink import MemorySink
from tests.whole_log import decode_events

BEGINS_US = 1_709_510_400_000_000


@pytest.fixture
def streams(made_records, tiny_port, stream_from):
    """Two ports in two runs, each for three hours; the west an hour later, the second run in two replications."""

    def stream(run, replication, slug):
        from_us = BEGINS_US + HOUR_US * (slug == "west")
        pieces = [events_of(made_records(from_us, from_us + 3 * HOUR_US), starts=True, ends=True)]
        return stream_from(tiny_port, pieces, slug, run, replication=replication, ports=99)

    keys = [(run, rep, slug) for run, rep in (("a", 0), ("b", 0), ("b", 1)) for slug in ("west", "east")]
    return {StreamKey(*key): stream(*key) for key in keys}


def keys(replay):
    return [(start.facts.run, start.facts.replication, start.info.slug) for start, *_ in replay.streams]


def events(replay):
    return [concatenate(list(stream.pieces)) for stream in replay.streams]


def played(streams, **choice):
    """What arrives of a replay, by stream."""
    sink = MemorySink()
    play(replay_of(streams, Selection(**choice)).streams, sink, Pacer(0, 0, [].append), Event())
    return decode_events([line for _, line in sink.events])


def test_all_of_it_is_in_the_order_of_port_run_and_replication(streams):
    replay = replay_of(streams, Selection())
    assert keys(replay) == sorted(streams, key=lambda key: (key.port, key.run, key.replication))
    assert replay.paced_from_us == BEGINS_US


def test_a_run_is_chosen_and_named(streams):
    replay = replay_of(streams, Selection(run="b", run_id="c"))
    assert keys(replay) == [("c", 0, "east"), ("c", 1, "east"), ("c", 0, "west"), ("c", 1, "west")]


def test_ports_are_chosen_and_counted(streams):
    assert {start.facts.ports for start, *_ in replay_of(streams, Selection()).streams} == {99}  # as the source says
    replay = replay_of(streams, Selection(ports=("west",)))
    assert keys(replay) == [("a", 0, "west"), ("b", 0, "west"), ("b", 1, "west")]
    assert {start.facts.ports for start, *_ in replay.streams} == {1}
    assert replay.paced_from_us == BEGINS_US + HOUR_US


def test_a_part_of_the_time_is_a_run_that_is_measured_in_it(streams):
    from_us, until_us = BEGINS_US + 2 * HOUR_US, BEGINS_US + 2 * HOUR_US + 2 * MINUTE_US
    told = played(streams, run="a", from_us=from_us, until_us=until_us)
    assert {start.info.measured_from_us for start, _ in told.values()} == {from_us}
    beats = [from_us, from_us + MINUTE_US, until_us - 1]
    begins = {"east": BEGINS_US, "west": BEGINS_US + HOUR_US}
    assert {key.port: part.t_us.tolist() for key, (_, part) in told.items()} == {
        port: [begins_us, *beats] for port, begins_us in begins.items()
    }
    assert replay_of(streams, Selection(from_us=from_us)).paced_from_us == from_us


def test_a_port_that_begins_after_the_end_is_not_there(streams):
    told = played(streams, run="a", until_us=BEGINS_US + HOUR_US)
    assert [(key.port, start.facts.ports) for key, (start, _) in told.items()] == [("east", 1)]


def test_a_time_before_the_warm_up_is_over_measures_no_warm_up(streams):
    replay = replay_of(streams, Selection(from_us=BEGINS_US - DAY_US))
    expected = [streams[StreamKey(*key)].start.info.measured_from_us for key in keys(replay)]
    assert [start.info.measured_from_us for start, *_ in replay.streams] == expected
    assert replay.paced_from_us == BEGINS_US


@pytest.mark.parametrize("from_us", [None, BEGINS_US + HOUR_US + 17])
def test_all_times_move_together_to_now_by_whole_quarters_of_an_hour(streams, from_us):
    now_us = 1_800_000_000_123_456
    still, moved = (replay_of(streams, Selection(run="a", from_us=from_us, now_us=now)) for now in (None, now_us))
    shift_us = moved.paced_from_us - still.paced_from_us
    assert shift_us % QUARTER_US == 0
    assert 0 <= now_us - moved.paced_from_us < QUARTER_US
    for (start, begins_us, ends_us, _), (other, *instants, _) in zip(still.streams, moved.streams, strict=True):
        assert other.info.measured_from_us == start.info.measured_from_us + shift_us
        assert instants == [begins_us + shift_us, ends_us + shift_us]
    for one, other in zip(events(still), events(moved), strict=True):
        assert (one.t_us + shift_us).tolist() == other.t_us.tolist()
        assert all(x.tolist() == y.tolist() for x, y in zip(one[1:], other[1:], strict=True))


def test_the_event_hash_is_that_of_the_run_whatever_it_is_called(run_folder):
    with opened(run_folder) as source:
        expected = {}
        for key, stream in source.streams.items():
            digest = PortDigest()
            for piece in stream.pieces:
                digest.update(piece)
            expected[key.port] = digest.hexdigest()
    with opened(run_folder) as source:
        replay = replay_of(source.streams, Selection(run_id="other"))
        play(replay.streams, MemorySink(), Pacer(0, 0, [].append), Event())
    assert event_hashes(replay) == {("other", 0): combine(expected)}


def test_each_run_and_replication_has_its_event_hash(streams):
    replay = replay_of(streams, Selection())
    play(replay.streams, MemorySink(), Pacer(0, 0, [].append), Event())
    assert event_hashes(replay).keys() == {("a", 0), ("b", 0), ("b", 1)}
    assert len(set(event_hashes(replay).values())) == 1


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"run": "c"}, "there is no run 'c'; there is a, b"),
        ({"run_id": "c"}, "--run-id names one run, and there are 2: choose by --run one of a, b"),
        ({"ports": ("east", "vest")}, "'vest': unknown port; did you mean 'west' or 'east'?"),
        ({"from_us": BEGINS_US + DAY_US}, "the events are from 2024-03-04T00:00:00Z to 2024-03-04T03:59:59Z"),
        ({"until_us": BEGINS_US}, "the events are from 2024-03-04T00:00:00Z to 2024-03-04T03:59:59Z"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(streams, choice, message):
    with pytest.raises(ReplayError, match=message):
        replay_of(streams, Selection(**choice))


def test_many_are_not_told_at_length(streams):
    stream = streams["a", 0, "east"]
    many = {StreamKey(f"run-{number}", 0, "east"): stream for number in range(12)}
    with pytest.raises(ReplayError, match=r"there is run-.*run-.* and 4 more$"):
        replay_of(many, Selection(run="run-x"))


def test_a_consumer_takes_a_late_part_of_a_long_run_and_gives_its_windows(tmp_path):
    frame = resolve(Scenario(), load_catalogue(), ports=["naco", "sasabe"], start=date(2024, 3, 4), days=12)
    make_directory(tmp_path / "run", force=False)
    simulate(frame, RunSettings("long", 1, 0, QUARTER_US, logs=frozenset({"parquet"})), tmp_path / "run")
    from_us, until_us = BEGINS_US + 10 * DAY_US + 17 * HOUR_US, BEGINS_US + 11 * DAY_US
    results, tables = [], []
    with opened(tmp_path / "run") as source:
        replay = replay_of(source.streams, Selection(from_us=from_us, until_us=until_us))
        play(replay.streams, Bus(QUARTER_US, results.append), Pacer(0, 0, [].append), Event())
    assert [letter.reason for result in results for letter in result.dead] == []
    tables = [to_table(windows, info, 0) for result in results for _, info, windows in result.closed]
    part = pa.concat_tables(tables)
    last_us = until_us - QUARTER_US  # the run of the part ends just before it does
    whole, part = (
        table.filter((pc.field("window_us") >= from_us) & (pc.field("window_us") < last_us))
        for table in (pq.read_table(tmp_path / "run" / "metrics.parquet"), part)
    )
    assert part.num_rows > 50
    assert differences(whole, part) == (0, "")


def test_a_run_that_was_cut_short_stays_open(made_records, tiny_port, stream_from):
    pieces = [events_of(made_records(BEGINS_US, BEGINS_US + HOUR_US), starts=True)]
    ((_, told),) = played({StreamKey("r", 0, "tiny-port"): stream_from(tiny_port, pieces)}).values()
    assert code(EventKind.RUN_ENDED) not in told.kind


def test_instants_are_told_to_the_second():
    assert utc(BEGINS_US + 61_999_999) == "2024-03-04T00:01:01Z"
    assert utc(2**61) == f"{2**61} us after 1970"
