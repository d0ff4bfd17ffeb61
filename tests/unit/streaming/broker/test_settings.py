import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.file_problem import LoadError
from border_sim.streaming.broker.settings import KafkaSettings, kafka_settings

SERVERS = "kafka.example:9092"
SASL = {
    "BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "BORDER_SIM_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "BORDER_SIM_KAFKA_SASL_USERNAME": "planner",
    "BORDER_SIM_KAFKA_SASL_PASSWORD": "hunter2",
}


def mistakes(*arguments, **options):
    with pytest.raises(LoadError) as caught:
        kafka_settings(*arguments, **options)
    return str(caught.value).splitlines()


def test_without_settings_nothing_is_encrypted_and_nobody_is_asked_for():
    assert kafka_settings(SERVERS, environment={}) == KafkaSettings(servers=SERVERS)


@pytest.mark.parametrize(
    "servers",
    ["localhost:9092", "a:1,b-2.example:65535", "[::1]:9092", "10.0.0.1:9092", "kafka.example.:1", f"{'a' * 63}.b:1"],
)
def test_brokers_are_hosts_with_ports(servers):
    assert kafka_settings(servers, environment={}).servers == servers


WRONG = ["", "localhost", "localhost:", ":9092", "a:1,", "kafka://a:1", "a b:1", "a:port", "a:0", "a:1,b:65536"]


@pytest.mark.parametrize("servers", [*WRONG, "kafka..example:9092", ".:1", ".a:1"])
def test_anything_else_is_refused(servers):
    (mistake,) = mistakes(servers, environment={})
    assert mistake == f"--kafka: {servers!r}: must be HOST:PORT, e.g. localhost:9092"


def test_a_name_that_no_server_can_have_is_refused():
    for servers in ("a" * 64 + ":1", ".".join(["a" * 63] * 4) + ":1"):
        (mistake,) = mistakes(servers, environment={})
        assert "must be HOST:PORT" in mistake


@pytest.mark.parametrize(
    "servers", [f"planner:hunter2@{SERVERS}", f"a:1,hunter2@{SERVERS}", f"kafka://me:hunter2@{SERVERS}"]
)
def test_a_password_in_an_address_is_refused_and_not_shown(servers):
    (mistake,) = mistakes(servers, environment={})
    assert "without user or password: they belong to the settings" in mistake
    assert "hunter2" not in mistake


def test_a_password_that_is_too_long_for_tls_is_refused(tmp_path):
    variables = {
        "BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SSL",
        "BORDER_SIM_KAFKA_SSL_CERTFILE": str(tmp_path / "client.pem"),
    }
    (tmp_path / "client.pem").touch()
    longest = kafka_settings(SERVERS, environment={**variables, "BORDER_SIM_KAFKA_SSL_PASSWORD": "x" * 1024})
    assert longest.ssl_password.get_secret_value() == "x" * 1024
    (found,) = mistakes(SERVERS, environment={**variables, "BORDER_SIM_KAFKA_SSL_PASSWORD": "\xe4" * 513})
    assert found.endswith("ssl_password: must have at most 1,024 bytes")


def test_the_environment_sets_keys_in_capitals_and_an_empty_variable_sets_none():
    found = kafka_settings(SERVERS, environment={**SASL, "BORDER_SIM_KAFKA_SSL_CAFILE": "", "BORDER_SIM_KAFKA": "x:1"})
    assert found.security_protocol == "SASL_SSL"
    assert found.sasl_username == "planner"
    assert found.sasl_password.get_secret_value() == "hunter2"
    assert found.ssl_cafile is None


def test_a_file_sets_keys_and_the_environment_wins(tmp_path):
    file = tmp_path / "kafka.toml"
    file.write_text('security_protocol = "SASL_PLAINTEXT"\nsasl_mechanism = "PLAIN"\nsasl_username = "planner"\n')
    password = {"BORDER_SIM_KAFKA_SASL_PASSWORD": "hunter2", "BORDER_SIM_KAFKA_SASL_MECHANISM": "SCRAM-SHA-256"}
    named = kafka_settings(SERVERS, file, environment=password)
    assert (named.sasl_username, named.sasl_mechanism) == ("planner", "SCRAM-SHA-256")
    assert named == kafka_settings(SERVERS, environment={**password, "BORDER_SIM_KAFKA_SETTINGS": str(file)})


def test_every_mistake_is_told_at_once_with_where_it_was_made(tmp_path):
    file = tmp_path / "kafka.toml"
    file.write_text('security_protocol = "SSL"\nssl_cafile = "/no/such/file"\nsasl_usernam = "planner"\n')
    found = mistakes("localhost", file, environment={"BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "TLS"})
    servers, key, authority, protocol = sorted(found)
    assert servers.startswith("--kafka: 'localhost'")
    assert key.startswith(f"{file}: sasl_usernam: unknown key; did you mean 'sasl_username'?")
    assert authority.startswith(f"{file}: ssl_cafile: is no file that can be read; name a PEM file")
    assert protocol == (
        "environment variable BORDER_SIM_KAFKA_SECURITY_PROTOCOL: security_protocol: unknown value; "
        "valid are PLAINTEXT, SASL_PLAINTEXT, SASL_SSL, SSL"
    )


def test_what_the_protocol_needs_must_be_there():
    found = mistakes(SERVERS, environment={"BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"})
    assert found == [
        f"Kafka settings: {name} is missing; security_protocol SASL_SSL needs it"
        for name in ("sasl_mechanism", "sasl_username", "sasl_password")
    ]


def test_a_password_that_would_not_be_used_is_no_silent_mistake():
    (found,) = mistakes(SERVERS, environment={"BORDER_SIM_KAFKA_SASL_PASSWORD": "hunter2"})
    assert found == (
        "environment variable BORDER_SIM_KAFKA_SASL_PASSWORD: sasl_password: would not be used; "
        "set security_protocol to SASL_PLAINTEXT or SASL_SSL, not PLAINTEXT"
    )


def test_a_key_without_its_certificate_is_refused(tmp_path):
    key = tmp_path / "key.pem"
    key.touch()
    variables = {"BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SSL", "BORDER_SIM_KAFKA_SSL_KEYFILE": str(key)}
    found = mistakes(SERVERS, environment=variables)
    assert found == ["Kafka settings: ssl_certfile is missing; ssl_keyfile and ssl_password belong to it"]


def test_a_file_that_cannot_be_read_or_is_no_toml_is_named(tmp_path):
    assert mistakes(SERVERS, tmp_path / "none.toml", environment={}) == [
        f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory; name a TOML file"
    ]
    file = tmp_path / "kafka.toml"
    file.write_text("sasl_password = hunter2\n")
    (found,) = mistakes(SERVERS, file, environment={})
    assert found.startswith(f"{file}: is not TOML: ")
    assert "hunter2" not in found
    file.write_bytes(b'sasl_username = "\xff"\n')
    assert mistakes(SERVERS, file, environment={}) == [f"{file}: is not TOML: invalid start byte"]


SECRET = "hunter2-correct-horse"
SHOWN = ("sasl_username",)
KEYS = [*KafkaSettings.model_fields, "sasl_passwrod", "password"]


@settings(derandomize=True, deadline=None)
@given(
    st.sets(st.sampled_from([key for key in KEYS if key not in SHOWN]), min_size=1),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["SSL", "SASL_SSL", "PLAIN", "planner"])),
)
def test_no_secret_is_ever_shown(secrets, others):
    variables = {f"BORDER_SIM_KAFKA_{key.upper()}": value for key, value in others.items()}
    variables |= {f"BORDER_SIM_KAFKA_{key.upper()}": SECRET * 300 for key in secrets}
    try:
        shown = repr(kafka_settings(SERVERS, environment=variables))
    except LoadError as error:
        shown = f"{error} {error!r}"
    assert SECRET not in shown
