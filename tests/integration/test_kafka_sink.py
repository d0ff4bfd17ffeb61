"""Events into a real broker that stalls, stops, is killed and comes back: none lost, none doubled, all in order."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from itertools import count

import pytest

from border_sim.streaming.broker.clients import StreamingError
from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import partition_of, require

PORTS = ("naco", "sasabe", "tecate", "san-ysidro")
AT_ONCE = 100
LINE = b'{"port":"%s","seq":%d,"filling":"' + b"x" * 200 + b'"}'


class Writers:
    """A thread for each port that writes without end until `enough`; they are stopped in the middle of nothing."""

    def __init__(self, sink):
        self.enough = threading.Event()
        self.written = dict.fromkeys(PORTS, 0)
        self.errors = []
        self._threads = [threading.Thread(target=self._write, args=(sink, port)) for port in PORTS]
        for thread in self._threads:
            thread.start()

    def _write(self, sink, port):
        try:
            for first in count(0, AT_ONCE):
                if self.enough.is_set():
                    return
                sink.write([(port, LINE % (port.encode(), first + each)) for each in range(AT_ONCE)])
                self.written[port] += AT_ONCE
        except StreamingError as error:
            self.errors.append(str(error))

    def join(self):
        self.enough.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def writing(sink):
    writers = Writers(sink)
    try:
        yield writers
    finally:
        writers.join()


def open_sink(address, prefix, said, **options):
    settings, topics = kafka_settings(address), topic_names(prefix)
    return KafkaSink(settings, topics.events, require(settings, topics), said.append, **options)


def check_all_is_there(records, written):
    """Every event of every port, in order and once, with key and version, in the partition of its port."""
    for port, events in written.items():
        mine = [record for record in records if record.key == port.encode()]
        assert [record.value for record in mine] == [LINE % (port.encode(), number) for number in range(events)]
        assert {record.partition for record in mine} <= {partition_of(port, 6)}
    assert {tuple(record.headers) for record in records} == {(("schema", b"3"),)}
    assert len(records) == sum(written.values())


def test_what_is_written_is_there_when_the_sink_is_closed(kafka, prefix, stored, until):
    with open_sink(kafka, prefix, []) as sink, writing(sink) as writers:
        until(lambda: sink.delivered > 20_000, "events are delivered")
    check_all_is_there(stored(kafka, f"{prefix}.events"), writers.written)
    assert (sink.delivered, sink.undelivered) == (sum(writers.written.values()), 0)


@pytest.mark.parametrize(("end", "silent_s"), [("stop", 3), ("kill", 20)])
def test_a_broker_that_is_gone_for_a_while_loses_and_doubles_nothing(broker, prefix, stored, until, end, silent_s):
    said = []
    with open_sink(broker.address, prefix, said, silent_s=silent_s) as sink, writing(sink) as writers:
        until(lambda: sink.delivered > 5_000, "events are delivered")
        getattr(broker, end)()
        until(lambda: said, "the silence of the broker is told")
        assert not writers.errors
        delivered = sink.delivered
        broker.start()
        until(lambda: sink.delivered > delivered + 5_000, "events are delivered again")
    gone, back = said
    why = "the broker cannot be reached (Connection refused)"
    assert gone == f"broker {broker.address} has not answered for {silent_s} s ({why}); waiting: nothing is lost"
    assert back == f"broker {broker.address} answers again; going on"
    check_all_is_there(stored(broker.address, f"{prefix}.events"), writers.written)


def test_writers_wait_for_a_broker_that_stalls_and_nothing_is_dropped(broker, prefix, stored, until):
    said = []
    with open_sink(broker.address, prefix, said, most_waiting=1_000, silent_s=2) as sink, writing(sink) as writers:
        until(lambda: sink.delivered > 5_000, "events are delivered")
        broker.freeze()
        until(lambda: said, "the silence of the broker is told")
        stuck = dict(writers.written)
        assert sink.undelivered < 1_000 + AT_ONCE
        broker.thaw()
        until(lambda: all(writers.written[port] > stuck[port] for port in PORTS), "all go on")
    check_all_is_there(stored(broker.address, f"{prefix}.events"), writers.written)


def test_giving_up_a_broker_that_is_gone_ends_at_once_and_counts_what_is_lost(broker, prefix, stored, until):
    sink = open_sink(broker.address, prefix, [], most_waiting=1_000)
    errors = []

    def give_up():
        with sink, writing(sink) as writers:
            until(lambda: sink.delivered > 5_000, "events are delivered")
            broker.kill()
            until(lambda: sink.undelivered >= 1_000, "writers wait")
            sink.give_up()
            until(lambda: len(writers.errors) == len(PORTS), "all writers end")
            errors.extend(writers.errors)

    with pytest.raises(StreamingError) as caught:
        give_up()
    lost = sink.undelivered
    given_up = f"broker {broker.address} given up; {lost:,} events sent to {prefix}.events were not delivered"
    assert {*errors, str(caught.value)} == {given_up}
    broker.start()
    # what was on its way when the broker was killed may have come in without an answer
    assert sink.delivered <= len(stored(broker.address, f"{prefix}.events")) <= sink.delivered + lost


ENDLESS = """
import sys
from itertools import count
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.broker.settings import kafka_settings

address, topic, port = sys.argv[1:]
with KafkaSink(kafka_settings(address), topic, 6, print) as sink:
    for number in count():
        sink.write([(port, b"%d" % number)])
        print(sink.delivered, flush=True)
"""


def test_a_writer_that_is_killed_leaves_a_beginning_without_holes(kafka, prefix, stored, until):
    require(kafka_settings(kafka), topic_names(prefix))
    command = [sys.executable, "-c", ENDLESS, kafka, f"{prefix}.events", "naco"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for line in writer.stdout:
            if (delivered := int(line)) > 3_000:
                break
        writer.kill()
    numbers = [int(record.value) for record in stored(kafka, f"{prefix}.events")]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= delivered
