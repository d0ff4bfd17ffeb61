"""The JSON Schema accepts what is written and refuses what the models refuse."""

import json
from datetime import date

import jsonschema
import pytest
from pydantic import TypeAdapter

from border_sim.documents.event_schema import DIALECT, event_schema
from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.events.encode import encode_events
from border_sim.events.models import AnyEvent
from border_sim.events.order import events_of
from border_sim.inputs.port_plan import port_plan
from border_sim.loading.catalogue import load_catalogue
from border_sim.records import RunFacts
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import EventKind

SHUT = {
    "port": "los-indios",
    "mode": "commercial",
    "from": "2024-03-04T10:00",
    "until": "2024-03-04T10:20",
    "gate": "shut",
}


@pytest.fixture(scope="module")
def lines():
    """A day of a port with every station, and with a disruption."""
    scenario = Scenario.model_validate({"ports": ["los-indios"], "disruptions": [SHUT]})
    frame = resolve(scenario, load_catalogue(), start=date(2024, 3, 4), days=1)
    plan, told = port_plan(frame.ports[0], frame, seed=1), []
    for period in conduct(plan, Kernel(plan)):
        events = events_of(period.records, starts=period.is_first, ends=period.is_last)
        told += encode_events(events, plan.info, RunFacts("a", 0, 1), len(told))
    return told


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(event_schema())


def test_thousands_of_real_events_are_valid(lines, validator):
    model, kinds = TypeAdapter(AnyEvent), set()
    for place, line in enumerate(lines):
        kind = model.validate_json(line).kind
        if place % 5 == 0 or kind not in kinds:
            assert validator.is_valid(json.loads(line)), line
        kinds.add(kind)
    assert kinds == set(EventKind)
    assert len(lines) > 10_000


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"seq": -1},
        {"seq": "5"},
        {"kind": "painted"},
        {"kind": "released"},
        {"mode": "canoe"},
        {"station": "door_to_door"},
        {"lane_class": None},
        {"pool": None},
        {"run": None},
    ],
)
def test_what_is_wrong_is_refused(lines, validator, change):
    joined = next(json.loads(line) for line in lines if b'"joined"' in line)
    assert validator.is_valid(joined)
    assert not validator.is_valid(joined | change)


def test_it_says_what_it_is_and_what_every_field_means(validator):
    schema = validator.schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    for name, definition in schema["$defs"].items():
        assert definition["description"], name
        for field, told in definition.get("properties", {}).items():
            assert "const" in told or told["description"], (name, field)
