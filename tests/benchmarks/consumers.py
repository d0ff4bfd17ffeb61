"""`border-sim consume` in a process of its own, as users run it."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final, NamedTuple

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from border_sim.streaming.broker.clients import admin
from border_sim.streaming.broker.reading import read_records
from tests.benchmarks.commands import BORDER_SIM
from tests.benchmarks.stage import Stage, prove_metrics
from tests.benchmarks.traffic import Moved, Traffic
from tests.benchmarks.work import DifferentWorkError

LOOK_EVERY_S: Final = 0.02
ENDED_WITHIN_S: Final = 300
STABLE: Final = "Stable"
"""The state of a group that has given its partitions to its members"""


class Consuming(NamedTuple):
    """A consumer at work. Times are those of the wall clock, which the broker dates records by."""

    process: subprocess.Popen[bytes]
    typed_s: float
    """When the command was given"""
    began_s: float
    """When the group had given it its partitions; it has read nothing yet"""

    def finish(self) -> None:
        """Wait until it has ended; raises `CalledProcessError` if it failed, and `DifferentWorkError` if it goes on."""
        try:
            code = self.process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            # it waits for a run to end: events were lost on the way, or it cannot read them
            raise DifferentWorkError(f"consumer: does not see the end of the run within {ENDED_WITHIN_S} s") from None
        if code:
            raise subprocess.CalledProcessError(code, self.process.args)


class Consumed(NamedTuple):
    """A consumer that took all there was."""

    moved: Moved
    """From when it had its partitions to its last commit, by the broker's clock"""
    start_up_s: float
    """From the command to when it had its partitions"""
    rows: int
    """Of metrics, each equal to the batch's"""


@contextmanager
def consuming(stage: Stage) -> Iterator[Consuming]:
    """One process that turns events into metrics until every run has ended; it begins when it has its partitions."""
    options = ("--kafka", stage.settings.servers, "--topic-prefix", stage.prefix, "--group", stage.prefix)
    command = [*BORDER_SIM, "consume", *options, "--window", "15m", "--until-ended", "--quiet"]
    typed_s = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await_partitions(stage, process)
        yield Consuming(process, typed_s, time.time())
    finally:
        process.kill()  # nothing, if it has ended
        process.wait()


def consume(stage: Stage, traffic: Traffic) -> Consumed:
    """Take all events of a run, which are on the topic.

    Raises `DifferentWorkError` unless the metrics that come of it are those of the run.
    """
    with consuming(stage) as running:
        running.finish()
    seconds = _last_commit_s(stage) - running.began_s
    rows = prove_metrics("consumer", stage, traffic.folder)
    return Consumed(Moved(seconds, len(traffic.events)), running.began_s - running.typed_s, rows)


def _await_partitions(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    with closing(admin(stage.settings)) as client:
        while not _is_stable(client, stage.prefix):
            if (code := process.poll()) is not None:
                raise subprocess.CalledProcessError(code, process.args)
            time.sleep(LOOK_EVERY_S)


def _is_stable(client: KafkaAdminClient, group: str) -> bool:
    with suppress(KafkaError):  # its coordinator is not there yet
        return client.describe_groups([group])[group]["group_state"] == STABLE
    return False


def _last_commit_s(stage: Stage) -> float:
    """When the consumer wrote its last state."""
    records = read_records(stage.settings, stage.topics.state, stage.partitions)
    return max(record.timestamp for record in records) / 1000
