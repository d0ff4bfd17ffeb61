"""A broker that is encrypted and asks for a password: who has it is let in, who has not is told, no secret is shown."""

import subprocess
import threading

import pytest

from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.sink import KafkaSink
from border_sim.streaming.broker.topic_names import topic_names
from border_sim.streaming.broker.topics import require
from tests.broker import Broker
from tests.patience import PATIENCE_S

SECRET = "hunter2-correct-horse"
WRONG = "swordfish-battery-staple"
LOGIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_planner="{SECRET}";'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory, _runnable):
    """A key store for the broker, and its certificate."""
    folder = tmp_path_factory.mktemp("certificates")
    store, file = folder / "broker.p12", folder / "broker.pem"
    common = ["-keystore", str(store), "-storepass", SECRET, "-alias", "broker"]
    who = ["-keyalg", "EC", "-validity", "2", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1"]
    subprocess.run(["keytool", "-genkeypair", *common, *who], check=True, capture_output=True)
    subprocess.run(["keytool", "-exportcert", "-rfc", *common, "-file", str(file)], check=True, capture_output=True)
    return store, file


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificate):
    store, _ = certificate
    own = {
        "ssl.keystore.location": str(store),
        "ssl.keystore.password": SECRET,
        "sasl.enabled.mechanisms": "PLAIN",
        "plain.sasl.jaas.config": LOGIN,
    }
    extra = {f"listener.name.client.{name}": value for name, value in own.items()}
    with Broker(tmp_path_factory.mktemp("kafka"), "SASL_SSL", extra) as broker:
        yield broker


@pytest.fixture
def trusted(certificate):
    """The environment of who is let in."""
    return {
        "BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "BORDER_SIM_KAFKA_SSL_CAFILE": str(certificate[1]),
        "BORDER_SIM_KAFKA_SASL_MECHANISM": "PLAIN",
        "BORDER_SIM_KAFKA_SASL_USERNAME": "planner",
        "BORDER_SIM_KAFKA_SASL_PASSWORD": SECRET,
    }


def run_at(broker, prefix):
    where = ("--kafka", broker.address, "--topic-prefix", prefix)
    return ("run", "--ports", "sasabe", "--days", 1, "--log", "none", *where)


def test_a_run_is_let_in_by_the_environment_and_by_a_file(border_sim, secure, trusted, prefix, tmp_path):
    file = tmp_path / "kafka.toml"
    known = {name.removeprefix("BORDER_SIM_KAFKA_").lower(): value for name, value in trusted.items()}
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in known.items()))
    by_environment = border_sim(*run_at(secure, prefix), environment=trusted)
    by_file = border_sim(*run_at(secure, prefix), "--kafka-settings", file, "--run-id", "second")
    for result in (by_environment, by_file):
        assert result.returncode == 0, result.stderr
        assert f"events sent to {prefix}.events at {secure.address}" in result.stdout
        assert SECRET not in result.stdout + result.stderr


def test_who_is_not_let_in_is_told_in_one_line_without_a_secret(start_border_sim, secure, trusted, prefix):
    login = "authentication failed for user 'planner' ({}); "
    hint = "sasl_username, sasl_password, sasl_mechanism or security_protocol may be wrong"
    told = {
        login.format("PLAIN") + hint: trusted | {"BORDER_SIM_KAFKA_SASL_PASSWORD": WRONG},
        login.format("SCRAM-SHA-512") + hint: trusted | {"BORDER_SIM_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"},
        "the broker's certificate is not trusted (self-signed": trusted | {"BORDER_SIM_KAFKA_SSL_CAFILE": ""},
        "something answers, but no Kafka broker; security_protocol may be wrong": {},
    }
    tries = {line: start_border_sim(*run_at(secure, prefix), environment=tried) for line, tried in told.items()}
    for line, process in tries.items():
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
        assert stderr.startswith(f"{secure.address}: {line}")
        assert (stdout, stderr.count("\n")) == ("", 1)
        assert SECRET not in stderr
        assert WRONG not in stderr


def test_a_secure_broker_may_be_killed_and_come_back(secure, trusted, prefix, stored, until):
    settings, topics, said = kafka_settings(secure.address, environment=trusted), topic_names(prefix), []
    with KafkaSink(settings, topics.events, require(settings, topics), said.append, silent_s=1) as sink:
        sink.write([("naco", b"%d" % number) for number in range(1_000)])
        sink.flush()
        secure.kill()
        sink.write([("naco", b"%d" % number) for number in range(1_000, 2_000)])
        flushing = threading.Thread(target=sink.flush)
        flushing.start()
        until(lambda: said, "the silence of the broker is told")
        secure.start()
        flushing.join()
    assert [int(record.value) for record in stored(settings, topics.events)] == list(range(2_000))
