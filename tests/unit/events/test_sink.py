"""What is written to a sink is all there, in order, and can be read at any end."""

import io
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from border_sim.events.sink import NdjsonSink

EVENTS = [("naco", b'{"seq":0}'), ("sasabe", b'{"seq":0}'), ("naco", b'{"seq":1}')]
TEXT = b'{"seq":0}\n{"seq":0}\n{"seq":1}\n'


def read(path):
    with pa.input_stream(path) as file:
        return file.read()


@pytest.mark.parametrize(("name", "begins"), [("events.ndjson", b"{"), ("events.ndjson.zst", b"\x28\xb5\x2f\xfd")])
def test_a_file_is_compressed_if_its_name_says_so(tmp_path, name, begins):
    with NdjsonSink(tmp_path / name) as sink:
        sink.write(EVENTS[:2])
        sink.write(iter(EVENTS[2:]))
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert read(tmp_path / name) == TEXT


def test_flush_leaves_nothing_in_the_process(tmp_path):
    with NdjsonSink(tmp_path / "events.ndjson") as sink:
        sink.write(EVENTS)
        sink.flush()
        assert read(tmp_path / "events.ndjson") == TEXT


def test_a_stream_stays_open():
    stream = io.BytesIO()
    with NdjsonSink(stream) as sink:
        sink.write(EVENTS)
    assert stream.getvalue() == TEXT


def test_a_file_can_be_read_after_an_interrupt(tmp_path):
    def write():
        with NdjsonSink(tmp_path / "events.ndjson.zst") as sink:
            sink.write(EVENTS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert read(tmp_path / "events.ndjson.zst") == TEXT


@pytest.mark.parametrize("name", ["events.ndjson", "events.ndjson.zst"])
def test_a_file_that_cannot_be_made_is_an_error_that_names_it(tmp_path, name):
    with pytest.raises(OSError, match=name), NdjsonSink(tmp_path / "nowhere" / name):
        pass


@pytest.mark.parametrize("make", [lambda path: NdjsonSink(path / "events.ndjson"), lambda _: NdjsonSink(io.BytesIO())])
def test_no_events_leave_an_empty_file(tmp_path, make):
    with make(tmp_path) as sink:
        sink.write([])
    assert not sum(path.stat().st_size for path in tmp_path.iterdir())


def test_ports_may_write_side_by_side(tmp_path):
    slugs, count = [f"port-{number}" for number in range(8)], 500

    def write(slug):
        for first in range(0, count, 10):
            sink.write((slug, f"{slug} {seq}".encode()) for seq in range(first, first + 10))

    with NdjsonSink(tmp_path / "events.ndjson") as sink, ThreadPoolExecutor(4) as pool:
        list(pool.map(write, slugs))
    lines = read(tmp_path / "events.ndjson").decode().splitlines()
    assert len(lines) == len(slugs) * count
    for slug in slugs:
        assert [line for line in lines if line.startswith(f"{slug} ")] == [f"{slug} {seq}" for seq in range(count)]
