"""The AsyncAPI document: every topic, its records and settings, from the models and from what topics are made with.

`python -m border_sim.documents.asyncapi > docs/asyncapi.json`
"""

import json
import sys
from typing import Any, Final

from border_sim.events.models import MODELS, READABLE_VERSIONS, SCHEMA_VERSION
from border_sim.streaming.broker.topic_names import topic_names, wanted_settings
from border_sim.streaming.counting.dead_letters import MEANINGS, Origin, Reason

EVENTS: Final = "./schemas/event.json"
WINDOW: Final = "./schemas/window.json"
_KEY: Final = {"type": "string"}


def document() -> dict[str, Any]:
    """The document, version 3.0.0 of AsyncAPI; paths are relative to `docs/`."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "border-sim",
            "version": str(SCHEMA_VERSION),
            "description": "Crossings of the US-Mexico land ports of entry as events, and the windows of metrics that "
            "consumers make of them. The version is that of the events' models. Brokers date records with their own "
            "clock; simulated instants are in the values, in microseconds since 1970, UTC.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": _channels(),
        "operations": _operations(),
        "components": {"messages": _events() | {"window": _window(), "state": _state(), "deadLetter": _dead_letter()}},
    }


def _channels() -> dict[str, Any]:
    topics = topic_names()
    events = [_camel(kind) for kind in MODELS]
    return {
        "events": _channel(topics.events, "Every event of every run, by port.", events),
        "metrics": _channel(topics.metrics, "Closed windows of metrics; the last record of a key counts.", ["window"]),
        "state": _channel(topics.state, "What `border-sim consume` goes on from; nobody else reads it.", ["state"]),
        "deadLetters": _channel(topics.dead_letters, "Records that were not counted, and why.", ["deadLetter"]),
    }


def _channel(topic: str, description: str, messages: list[str]) -> dict[str, Any]:
    return {
        "address": topic,
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topic": topic, "topicConfiguration": _configuration(topic), "bindingVersion": "0.5.0"}},
    }


def _configuration(topic: str) -> dict[str, Any]:
    """What the binding has a word for of the settings that a topic is made with."""
    made_with = {key: wanted.value for key, wanted in wanted_settings(topic_names())[topic].items()}
    configuration: dict[str, Any] = {"cleanup.policy": made_with["cleanup.policy"].split(",")}
    for name in ("retention.ms", "max.message.bytes"):
        if name in made_with:
            configuration[name] = int(made_with[name])
    return configuration


def _operations() -> dict[str, Any]:
    operations = {
        "simulate": ("send", "events", "`border-sim run --kafka`, `live --kafka` and `replay --to` send events."),
        "count": ("receive", "events", "`border-sim consume` reads them."),
        "tellWindows": ("send", "metrics", "It sends windows as they close, each exactly once,"),
        "keepState": ("send", "state", "its state in the same transaction,"),
        "setAside": ("send", "deadLetters", "and what it could not count."),
    }
    return {
        name: {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "description": description}
        for name, (action, channel, description) in operations.items()
    }


def _events() -> dict[str, Any]:
    version = {
        "type": "string",
        "enum": [str(each) for each in READABLE_VERSIONS],
        "description": "version of the models",
    }
    return {
        _camel(kind): {
            "title": kind,
            "summary": " ".join((model.__doc__ or "").split()),
            "headers": {"type": "object", "properties": {"schema": version}},
            "payload": {"$ref": f"{EVENTS}#/$defs/{model.__name__}"},
            "bindings": {"kafka": {"key": _KEY | {"description": "slug of the port"}, "bindingVersion": "0.5.0"}},
        }
        for kind, model in MODELS.items()
    }


def _window() -> dict[str, Any]:
    key = _KEY | {"description": "RUN/REPLICATION/PORT/WIDTH_US/BEGINS_US"}
    return {
        "summary": "What happened at one port in one window.",
        "payload": {"$ref": WINDOW},
        "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}},
    }


def _state() -> dict[str, Any]:
    return {"summary": "Internal, and free to change.", "contentType": "application/msgpack"}


def _dead_letter() -> dict[str, Any]:
    reasons = "; ".join(f"{reason}: {meaning}" for reason, meaning in MEANINGS.items())
    headers: dict[str, Any] = {name: {"type": "string"} for name in Origin._fields}
    headers["reason"] |= {"enum": [str(reason) for reason in Reason], "description": reasons}
    return {
        "summary": "The record's own key, value and headers, untouched, and why it was not counted.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "properties": headers, "required": list(headers)},
    }


def _camel(kind: str) -> str:
    first, *others = kind.split("_")
    return first + "".join(map(str.capitalize, others))


def text() -> str:
    """The document as the text of a file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
