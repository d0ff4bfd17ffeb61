"""Streams that come mixed come out one by one, as they were."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.events.decode import Start, StreamKey
from border_sim.events.order import events_of
from border_sim.events.parse_line import CodecError
from border_sim.records import RunFacts, concatenate, select
from border_sim.streaming.playback import spool
from border_sim.streaming.playback.slicing import one_event
from border_sim.streaming.playback.spool import SpoolError, spooled
from border_sim.vocabulary import EventKind

FACTS = RunFacts("r", 0, 1)


def same(a, b):
    return all(x.dtype == y.dtype and x.tolist() == y.tolist() for x, y in zip(a, b, strict=True))


@settings(derandomize=True, deadline=None)
@given(data=st.data(), rows=st.integers(1, 40))
def test_streams_come_back_as_they_were_however_they_were_mixed(port_runs, data, rows):
    whole, left = {}, {}
    for port in ("a", "b", "c"):
        info, records = data.draw(port_runs)
        key, events = StreamKey("r", 0, port), events_of(records, starts=True)
        cut = data.draw(st.integers(1, events.t_us.size))
        parts = [part for part in (select(events, slice(cut)), select(events, slice(cut, None))) if part.t_us.size]
        whole[key], left[key] = (info, events), parts
    batches = []
    while left := {key: parts for key, parts in left.items() if parts}:
        key = data.draw(st.sampled_from(sorted(left)))
        batches.append((key, Start(whole[key][0], FACTS), left[key].pop(0)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "ROWS", rows)
        with spooled(batches) as streams:
            assert streams.keys() == whole.keys()
            for key, stream in streams.items():
                info, events = whole[key]
                assert stream.start == Start(info, FACTS)
                assert (stream.begins_us, stream.ends_us) == (events.t_us[0], events.t_us[-1])
                assert same(concatenate(list(stream.pieces)), events)


def test_nothing_is_no_stream():
    with spooled([]) as streams:
        assert streams == {}


def test_time_that_goes_back_is_refused(tiny_port):
    key, start = StreamKey("r", 3, "naco"), Start(tiny_port, FACTS)
    batches = [(key, start, one_event(EventKind.HEARTBEAT, t_us)) for t_us in (5, 5, 4)]
    with pytest.raises(CodecError, match="run 'r', replication 3, port 'naco': its time goes back"), spooled(batches):
        pass


def test_a_full_temporary_folder_is_named(tmp_path, monkeypatch, tiny_port):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(spool, "_flush", full)
    batches = [(StreamKey("r", 0, "naco"), Start(tiny_port, FACTS), one_event(EventKind.HEARTBEAT, 5))]
    with pytest.raises(SpoolError) as caught, spooled(batches):
        pass
    assert str(caught.value).startswith(f"{tmp_path}: cannot hold the events while they are sorted (No space left")
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(SpoolError, match=r"temporary folder: .*TMPDIR"), spooled([]):
        pass


def test_nothing_of_it_stays(tmp_path, monkeypatch, tiny_port):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    batch = (StreamKey("r", 0, "a"), Start(tiny_port, FACTS), one_event(EventKind.RUN_STARTED, 1))
    with spooled([batch]):
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []
