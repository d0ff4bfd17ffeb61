"""A cluster with access control: the rights that docs/operations.md lists are enough."""

import re
from contextlib import closing

import pytest
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from border_sim.streaming.broker.clients import admin
from border_sim.streaming.broker.settings import kafka_settings
from tests.alert_rules import ROOT
from tests.broker import Broker

PASSWORD = "hunter2-correct-horse"
LOGIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    f'user_chief="{PASSWORD}" user_planner="{PASSWORD}" user_sender="{PASSWORD}";'
)
GUARDED = {
    "listener.name.client.sasl.enabled.mechanisms": "PLAIN",
    "listener.name.client.plain.sasl.jaas.config": LOGIN,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS;User:chief",  # its own parts speak to each other without a name
}


def rights():
    """The rows of the table: kind of resource, what its name begins with, operations."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(topic|group|transactional_id)` \| `([^`]+)`[^|]*\| (.+) \|$", page, re.MULTILINE)
    for kind, beginning, operations in rows:
        for operation in re.findall(r"`(\w+)`", operations):
            yield ResourceType[kind.upper()], beginning, ACLOperation[re.sub(r"\B([A-Z])", r"_\1", operation).upper()]


def signed_in(user):
    """The environment of a user."""
    return {
        "BORDER_SIM_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "BORDER_SIM_KAFKA_SASL_MECHANISM": "PLAIN",
        "BORDER_SIM_KAFKA_SASL_USERNAME": user,
        "BORDER_SIM_KAFKA_SASL_PASSWORD": PASSWORD,
    }


@pytest.fixture
def guarded(tmp_path, _runnable, monkeypatch):
    """A broker where the planner has the rights of the table, and the sender those on topics."""
    with Broker(tmp_path / "kafka", "SASL_PLAINTEXT", GUARDED) as broker:
        with monkeypatch.context() as chief:
            for name, value in signed_in("chief").items():
                chief.setenv(name, value)
            settings = kafka_settings(broker.address)
        given = [
            ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW,
                ResourcePattern(kind, beginning, ACLResourcePatternType.PREFIXED))
            for kind, beginning, operation in rights()
            for user in ("planner", *(["sender"] if kind is ResourceType.TOPIC else []))
        ]  # fmt: skip
        with closing(admin(settings)) as client:
            client.create_acls(given)
        yield broker


def test_the_rights_of_the_table_are_enough(border_sim, guarded):
    where = ("--kafka", guarded.address)
    sent = border_sim("run", "--ports", "sasabe", "--days", 1, "--log", "none", *where, environment=signed_in("sender"))
    assert sent.returncode == 0, sent.stderr
    refused = border_sim("consume", *where, "--until-ended", environment=signed_in("sender"))
    assert refused.returncode != 0 and "traceback" not in refused.stderr.lower()
    counted = border_sim("consume", *where, "--until-ended", environment=signed_in("planner"))
    assert counted.returncode == 0, counted.stderr
    assert " events counted" in counted.stdout
    dead = border_sim("dead-letters", *where, environment=signed_in("planner"))
    assert dead.returncode == 0 and "every record was counted" in dead.stdout, dead.stderr
