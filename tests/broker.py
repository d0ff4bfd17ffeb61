"""A real Apache Kafka for tests and benchmarks: one KRaft node with a folder and ports of its own, on loopback only.

Its jars are brought by Maven, once, into a cache outside the clone. Tests that need one ask for a fixture of
`tests/integration/conftest.py`.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from tests.loopback import free_ports
from tests.patience import PATIENCE_S

POM: Final = Path(__file__).parent / "integration" / "kafka" / "pom.xml"
JAVA: Final = 17
"""The oldest Java that runs the broker."""
CLUSTER: Final = "border-sim-its-cluster"
"""22 characters, as a cluster's name has."""
JVM: Final = (
    "-Xmx768m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts in half the time
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)
STARTED: Final = "Kafka Server started"
"""What the broker's log says once it serves."""
SETTINGS: Final = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "inter.broker.listener.name": "INSIDE",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",  # a topic that nobody prepared is a mistake
    # one node keeps everything once
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # few and quick: a test waits for each of these
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    # a killed broker may come back when its session is over
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
}


class BrokerError(Exception):
    """The broker could not be made, or did not start or stop; says why."""


def missing_programs() -> str | None:
    """What the machine lacks to run a broker, in one line; `None`: nothing."""
    absent = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if absent:
        return f"Apache Kafka needs Java {JAVA} and Maven; not found: {', '.join(absent)}"
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < JAVA:
        return f"Apache Kafka needs Java {JAVA}; found {told.splitlines()[0]}"
    return None


def jars() -> Path:
    """The folder of the broker's jars, brought by Maven if it is not there; it is whole or absent."""
    version = re.search(r"<kafka.version>(.+)</kafka.version>", POM.read_text(encoding="utf-8"))
    assert version, POM
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "border-sim"
    folder = cache / f"kafka-{version[1]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        made = Path(scratch) / "jars"
        command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM), "dependency:copy-dependencies"]
        done = subprocess.run([*command, f"-DoutputDirectory={made}"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise BrokerError(f"Maven did not bring Apache Kafka: {(done.stdout + done.stderr).strip()[-2000:]}")
        try:
            made.rename(folder)
        except OSError:
            if not folder.exists():  # else another test session was first
                raise
    return folder


class Broker:
    """`protocol` and `extra`: the security protocol of `address`, and settings of the broker that go with it.

    Folder and ports stay the same from one start to the next. As a context manager it is started, and at the end killed
    if it still runs: nothing of its folder is wanted then.
    """

    def __init__(self, folder: Path, protocol: str = "PLAINTEXT", extra: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        ports = free_ports(3)
        listeners = dict(zip(("CLIENT", "INSIDE", "CONTROLLER"), (f"127.0.0.1:{port}" for port in ports), strict=True))
        self.address = listeners["CLIENT"]
        folder.mkdir(parents=True, exist_ok=True)
        self._properties = folder / "server.properties"
        settings = SETTINGS | _listening(listeners, protocol) | {"log.dirs": str(folder / "data")} | dict(extra or {})
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._process is not None:
            self.kill()

    def start(self) -> None:
        """Start it, for the first time or again, and return once it serves; raises `BrokerError`."""
        java = ["java", *JVM, "-cp", f"{jars()}/*"]
        if not self._starts:
            form = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self._properties)]
            done = subprocess.run(form, capture_output=True, text=True, check=False)
            if done.returncode:
                raise BrokerError(f"the broker's folder was not formatted: {(done.stdout + done.stderr)[-2000:]}")
        self._starts += 1
        log = self._folder / f"broker-{self._starts}.log"
        with log.open("wb") as out:
            command = [*java, "kafka.Kafka", str(self._properties)]
            # in a session of its own: a Ctrl-C of whoever tests is not the broker's
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        self._await_started(log)

    def stop(self) -> None:
        """SIGTERM: it closes its files and goes; raises `BrokerError` if it does not."""
        process = self._end(signal.SIGTERM)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise BrokerError(f"the broker did not stop within {PATIENCE_S} s; killed") from error

    def kill(self) -> None:
        """SIGKILL: it is gone at once."""
        self._end(signal.SIGKILL).wait()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers, until `thaw`."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> subprocess.Popen[bytes]:
        assert self._process, "the broker does not run"
        process, self._process = self._process, None
        process.send_signal(number)
        return process

    def _await_started(self, log: Path) -> None:
        assert self._process
        deadline = time.monotonic() + PATIENCE_S
        while STARTED not in (said := log.read_text(errors="replace")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise BrokerError(f"the broker did not start: {said.strip()[-2000:]}")
            time.sleep(0.05)


def _listening(listeners: Mapping[str, str], protocol: str) -> dict[str, str]:
    """The settings of who listens where: clients by the protocol asked for, the broker's own parts in the clear."""
    advertised = {name: address for name, address in listeners.items() if name != "CONTROLLER"}
    return {
        "controller.quorum.voters": f"1@{listeners['CONTROLLER']}",
        "listeners": ",".join(f"{name}://{address}" for name, address in listeners.items()),
        "advertised.listeners": ",".join(f"{name}://{address}" for name, address in advertised.items()),
        "listener.security.protocol.map": f"CLIENT:{protocol},INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
    }
