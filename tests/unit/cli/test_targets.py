"""A target is a broker, a file or the output, and nobody has to guess which."""

import click
import pytest

from border_sim.cli.targets import is_kafka, refuse_wrong, target


@pytest.mark.parametrize("to", ["localhost:9092", "10.0.0.1:9092,10.0.0.2:9092", "[::1]:9092"])
def test_an_address_is_a_broker(to):
    assert is_kafka(to)


@pytest.mark.parametrize("to", ["-", "events.ndjson", "./odd:9", "/data/odd:9092", "localhost", "a b:1"])
def test_all_else_is_none(to):
    assert not is_kafka(to)


@pytest.mark.parametrize("to", ["localhost", "./odd:9", "events.json", "events.zst", "", "localhost:"])
def test_what_is_no_target_is_refused(to):
    wanted = "name a broker's HOST:PORT, a file whose name ends in .ndjson or .ndjson.zst, or - for standard output"
    for force in (False, True):
        with pytest.raises(click.BadParameter) as caught:
            refuse_wrong(to, force=force)
        assert caught.value.message == f"{to!r}; {wanted}"


def test_a_password_in_what_is_refused_is_not_shown():
    with pytest.raises(click.BadParameter) as caught:
        refuse_wrong("me:hunter2@kafka.example", force=False)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("to", ["-", "localhost:9092", "events.ndjson", "/data/a.ndjson.zst"])
def test_a_target_that_can_be_had_is_not_refused(to):
    refuse_wrong(to, force=False)


def test_the_output_is_flushed_with_every_write(capsysbinary):
    with target("-", "border", None) as sent_to:
        sent_to.sink.write([("naco", b"one"), ("roma", b"two")])
        assert capsysbinary.readouterr().out == b"one\ntwo\n"
    assert sent_to.fate == "written to standard output"


@pytest.mark.parametrize("name", ["events.ndjson", "events.ndjson.zst"])
def test_a_file_takes_lines(tmp_path, name):
    path = tmp_path / name
    with target(str(path), "border", None) as sent_to:
        sent_to.sink.write([("naco", b"one")])
        sent_to.give_up()
        assert sent_to.undelivered() == 0
    assert sent_to.fate == f"written to {path}"
    assert path.stat().st_size > 0
