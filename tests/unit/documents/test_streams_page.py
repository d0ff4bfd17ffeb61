"""What docs/streams.md says of topics, dead letters and settings is so."""

import re
from pathlib import Path

import pytest

from border_sim.streaming.broker.settings import kafka_settings
from border_sim.streaming.broker.topic_names import PARTITIONS, topic_names
from border_sim.streaming.counting.dead_letters import MEANINGS, Reason


@pytest.fixture(scope="module")
def page():
    return (Path(__file__).parents[3] / "docs" / "streams.md").read_text(encoding="utf-8")


def test_every_reason_of_a_dead_letter_is_told(page):
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE))
    assert list(rows) == [str(reason) for reason in Reason]
    for reason in Reason:
        told = rows[reason].replace("`", "")
        assert told == MEANINGS[reason] or reason is Reason.AHEAD  # which names the days


def test_every_topic_is_told(page):
    assert set(topic_names()) <= set(re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE))
    assert f"({PARTITIONS}, or" in page


def test_the_settings_of_the_example_are_taken(page, tmp_path):
    file = tmp_path / "kafka.toml"
    file.write_text(re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1].replace("ca.pem", str(file)))
    settings = kafka_settings("localhost:9092", file, {"BORDER_SIM_KAFKA_SASL_PASSWORD": "secret"})
    assert settings.security_protocol == "SASL_SSL"
    assert settings.sasl_username == "planner"
