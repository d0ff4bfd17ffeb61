"""The AsyncAPI document speaks of every topic and every kind of event, and what it refers to is there."""

import json
from pathlib import Path

import pytest

from border_sim.documents.asyncapi import document
from border_sim.events.models import MODELS
from border_sim.streaming.broker.topic_names import topic_names

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def told():
    return json.loads(json.dumps(document()))


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_it_has_every_topic(told):
    assert [channel["address"] for channel in told["channels"].values()] == list(topic_names())


def test_each_kind_of_event_is_a_message_of_the_topic_of_events(told):
    messages = [reference.rpartition("/")[2] for reference in references(told["channels"]["events"])]
    assert [told["components"]["messages"][name]["title"] for name in messages] == list(MODELS)


def test_all_that_it_refers_to_is_there(told):
    seen = list(references(told))
    assert len(seen) > len(MODELS)
    for reference in seen:
        file, _, path = reference.partition("#")
        node = json.loads((DOCS / file).read_text(encoding="utf-8")) if file else told
        for name in path.strip("/").split("/") if path else ():
            node = node[name]
        assert node, reference


def test_every_message_belongs_to_a_topic(told):
    used = {reference.rpartition("/")[2] for reference in references(told["channels"])}
    assert used == set(told["components"]["messages"])
