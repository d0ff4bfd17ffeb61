"""A target is a broker, a file or the output, and nobody has to guess which."""

import pytest

from border_sim.cli.targets import is_kafka, target


@pytest.mark.parametrize("to", ["localhost:9092", "10.0.0.1:9092,10.0.0.2:9092", "[::1]:9092"])
def test_an_address_is_a_broker(to):
    assert is_kafka(to)


@pytest.mark.parametrize("to", ["-", "events.ndjson", "./odd:9", "/data/odd:9092", "localhost", "a b:1"])
def test_all_else_is_a_file(to):
    assert not is_kafka(to)


def test_the_output_is_flushed_with_every_write(capsysbinary):
    with target("-", "border", None) as (sink, place, _):
        sink.write([("naco", b"one"), ("roma", b"two")])
        assert capsysbinary.readouterr().out == b"one\ntwo\n"
    assert place == "standard output"


@pytest.mark.parametrize("name", ["events.ndjson", "events.ndjson.zst"])
def test_a_file_takes_lines(tmp_path, name):
    path = tmp_path / name
    with target(str(path), "border", None) as (sink, place, give_up):
        sink.write([("naco", b"one")])
        give_up()
    assert place == str(path)
    assert path.stat().st_size > 0
