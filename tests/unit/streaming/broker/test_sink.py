import threading
import time

import pytest
from kafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError

from border_sim.streaming.broker import sink as kafka_sink
from border_sim.streaming.broker.clients import StreamingError
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.broker.topics import partition_of
from tests.patience import PATIENCE_S

SETTINGS = kafka_settings("kafka.example:9092", environment={})


class Answer:
    """What the client's `send` returns."""

    def __init__(self):
        self.known = threading.Event()
        self.exception = None

    @property
    def is_done(self):
        return self.known.is_set()

    def get(self, timeout):
        if not self.known.wait(timeout):
            raise KafkaTimeoutError

    def give(self, exception=None):
        self.exception = exception
        self.known.set()


class Client:
    """Takes in records; whoever tests answers."""

    def __init__(self, *, answers):
        self.answers = answers
        self.records = []
        self.is_closed = False

    def send(self, topic, value, key, headers, partition):
        answer = Answer()
        self.records.append((topic, value, key, headers, partition, answer))
        if self.answers:
            answer.give()
        return answer

    def answer_all(self):
        for record in list(self.records):
            record[-1].give()


@pytest.fixture
def connect(monkeypatch):
    """A sink whose client answers at once, or when it is told to, and what the user is told."""

    def make(*, answers=True, **options):
        client, said = Client(answers=answers), []
        monkeypatch.setattr(kafka_sink, "producer", lambda _: client)
        monkeypatch.setattr(kafka_sink, "drop", lambda given: setattr(given, "is_closed", True))
        monkeypatch.setattr(kafka_sink, "unreachable", lambda _: "the broker cannot be reached (test)")
        return KafkaSink(SETTINGS, "mine.events", 6, said.append, **options), client, said

    return make


def until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def events(count, port="sasabe"):
    return [(port, b"%d" % number) for number in range(count)]


def test_events_go_in_order_with_key_version_and_the_partition_of_their_port(connect):
    sink, client, _ = connect()
    mixed = [*events(3), *events(2, "naco"), *events(1)]
    with sink:
        sink.write(iter(mixed))
    assert client.records == [
        ("mine.events", line, port.encode(), [("schema", b"3")], partition_of(port, 6), record[-1])
        for (port, line), record in zip(mixed, client.records, strict=True)
    ]
    assert client.is_closed
    assert (sink.delivered, sink.undelivered) == (6, 0)


def test_a_writer_waits_while_as_many_as_may_be_are_on_their_way_and_nothing_is_dropped(connect):
    sink, client, _ = connect(answers=False, most_waiting=1000)
    with sink:
        writer = threading.Thread(target=sink.write, args=(events(5000),))
        writer.start()
        until(lambda: len(client.records) >= 1000)
        assert len(client.records) < 1000 + 2 * kafka_sink._CHUNK
        assert writer.is_alive()
        while writer.is_alive():
            assert len([record for record in client.records if not record[-1].is_done]) < 1000 + kafka_sink._CHUNK
            client.answer_all()
        until(lambda: len(client.records) == 5000)
        client.answer_all()
    assert [int(record[1]) for record in client.records] == list(range(5000))
    assert sink.delivered == 5000


def test_an_event_that_is_refused_ends_the_stream(connect):
    sink, client, _ = connect(answers=False)

    def write():
        with sink:
            sink.write(events(5))
            for place, error in enumerate((None, None, TopicAuthorizationFailedError("mine.events"), None, None)):
                client.records[place][-1].give(error)

    with pytest.raises(StreamingError, match=r"not allowed: .*; 3 events sent to mine.events were not delivered"):
        write()
    with pytest.raises(StreamingError, match="not allowed"):
        sink.write(events(1))
    assert len(client.records) == 5
    assert client.is_closed


def test_what_the_client_raises_at_once_ends_the_stream_too(connect, monkeypatch):
    sink, client, _ = connect()

    def refuse(*_):
        raise KafkaTimeoutError("no metadata")

    monkeypatch.setattr(client, "send", refuse)
    for _ in range(2):
        with pytest.raises(StreamingError, match="the broker cannot be reached"):
            with_all_written(sink)
    assert client.is_closed


def with_all_written(sink):
    with sink:
        sink.write(events(1))


def test_giving_up_ends_all_who_wait_and_counts_what_was_not_delivered(connect):
    sink, client, _ = connect(answers=False, most_waiting=10)
    told = []

    def write():
        with pytest.raises(StreamingError) as caught:
            sink.write(events(10))
        told.append(str(caught.value))

    def interrupted():
        with sink:
            writers = [threading.Thread(target=write) for _ in range(3)]
            for writer in writers:
                writer.start()
            until(lambda: len(client.records) == 10)
            sink.give_up()
            for writer in writers:
                writer.join()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    given_up = "broker kafka.example:9092 given up; 10 events sent to mine.events were not delivered"
    assert told == [given_up] * 3
    assert sink.undelivered == 10
    assert client.is_closed


def test_a_silent_broker_is_told_once_and_so_is_its_return(connect):
    sink, client, said = connect(answers=False, most_waiting=10, silent_s=0.01)
    gone = (
        "broker kafka.example:9092 has not answered for 0 s (the broker cannot be reached (test)); "
        "waiting: nothing is lost"
    )
    with sink:
        writer = threading.Thread(target=sink.write, args=(events(10),))
        writer.start()
        until(lambda: said)
        client.answer_all()
        writer.join()
        assert said == [gone, "broker kafka.example:9092 answers again; going on"]
        sink.write(events(1))
        until(lambda: sink.write([]) or said[2:])
        client.answer_all()
    assert said == [gone, "broker kafka.example:9092 answers again; going on"] * 2


def test_a_stream_without_events_for_long_is_not_silent(connect):
    sink, client, said = connect(answers=False, silent_s=5)
    with sink:
        sink._answered_s -= 1000
        sink.write(events(1))
        assert said == []
        client.answer_all()


def test_an_error_of_somebody_else_leaves_nothing_unsent(connect):
    sink, client, _ = connect(answers=False)

    def fail():
        with sink:
            sink.write(events(3))
            threading.Timer(0.01, client.answer_all).start()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sink.delivered == 3


def test_threads_write_side_by_side_and_each_port_stays_in_order(connect):
    sink, client, _ = connect()
    ports = ["naco", "sasabe", "tecate", "roma"]
    with sink:
        writers = [
            threading.Thread(target=lambda port=port: [sink.write([event]) for event in events(300, port)])
            for port in ports
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    for port in ports:
        assert [int(record[1]) for record in client.records if record[2] == port.encode()] == list(range(300))
