"""Only near names are suggested: a table of what people mistype, and of what they mean otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.cli.main import COMMANDS
from border_sim.spec.demand import Response
from border_sim.spec.port import PortMode
from border_sim.spec.scenario import Disruption, Scenario
from border_sim.spec.suggestion import nearest, unknown
from border_sim.vocabulary import LaneClass, Mode, Programme

KEYS = [
    field.alias or name
    for model in (Scenario, Disruption, PortMode, Response)
    for name, field in model.model_fields.items()
]
SLUGS = ["calexico-east", "calexico-west", "el-paso-bota", "laredo-wtb", "pharr", "roma", "san-ysidro", "sasabe"]


@pytest.mark.parametrize(
    ("typed", "meant", "valid"),
    [
        ("naem", "name", KEYS),
        ("nam", "name", KEYS),
        ("day", "days", KEYS),
        ("warmup_days", "warm_up_days", KEYS),
        ("warm-up-days", "warm_up_days", KEYS),
        ("disruption", "disruptions", KEYS),
        ("own_port", "own_ports", KEYS),
        ("change", "changes", KEYS),
        ("elasticty", "elasticity", KEYS),
        ("clossing", "closing", KEYS),
        ("demandFactor", "demand_factor", KEYS),
        ("demand_factr", "demand_factor", KEYS),
        ("staff", "staffing", KEYS),
        ("pool", "pools", KEYS),
        ("installd", "installed", KEYS),
        ("programs", "programmes", KEYS),
        ("truck", "commercial", list(Mode)),
        ("Trucks", "commercial", list(Mode)),
        ("cars", "passenger", list(Mode)),
        ("walkers", "pedestrian", list(Mode)),
        ("laoded", "loaded", KEYS),
        ("dya", "day", ["day", "night"]),
        ("comercial", "commercial", list(Mode)),
        ("Passenger", "passenger", list(Mode)),
        ("pedestrians", "pedestrian", list(Mode)),
        ("fats", "fast", list(LaneClass)),
        ("sentry", "sentri", list(LaneClass)),
        ("c-tpat", "ctpat", list(Programme)),
        ("Pharr", "pharr", SLUGS),
        ("san ysidro", "san-ysidro", SLUGS),
        ("calexico-eats", "calexico-east", SLUGS),
        ("bota", "el-paso-bota", SLUGS),
        ("lvie", "live", COMMANDS),
        ("validat", "validate", COMMANDS),
        ("compare_observed", "compare-observed", COMMANDS),
    ],
)
def test_what_was_mistyped_is_suggested_first(typed, meant, valid):
    assert nearest(typed, valid)[0] == meant


@pytest.mark.parametrize(
    ("meant_otherwise", "valid"),
    [
        *((word, KEYS) for word in ("costs", "replications", "replication", "seed", "seeds", "budget", "title", "x")),
        *((word, KEYS) for word in ("durations", "end", "stop", "price", "lanes", "speed", "weather", "notes", "")),
        *((word, list(Mode)) for word in ("rail", "bus", "people")),
        *((word, SLUGS) for word in ("nowhere", "tijuana", "el", "london")),
        *((word, COMMANDS) for word in ("simulate", "start", "help", "x")),
    ],
)  # fmt: skip
def test_what_is_near_to_nothing_has_no_suggestion(meant_otherwise, valid):
    assert nearest(meant_otherwise, valid) == []


def test_a_part_of_several_names_suggests_three_of_them_in_order():
    assert nearest("ort", [f"port-of-{place}" for place in "dcba"]) == ["port-of-a", "port-of-b", "port-of-c"]
    assert sorted(nearest("calexico", SLUGS)) == ["calexico-east", "calexico-west"]


@given(st.text(), st.lists(st.text()))
@settings(derandomize=True, deadline=None)
def test_any_text_has_suggestions_among_what_is_valid(name, valid):
    assert set(nearest(name, valid)) <= set(valid)


@given(st.sampled_from(KEYS), st.data())
@settings(derandomize=True, deadline=None)
def test_two_letters_swapped_are_seen_through(key, data):
    place = data.draw(st.integers(0, len(key) - 2))
    swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    assert key in nearest(swapped, KEYS)


def test_an_unknown_name_brings_the_nearest_and_all_valid_ones():
    assert unknown("mode", "comercial", ["passenger", "commercial"]) == (
        "unknown mode; did you mean 'commercial'? valid are commercial, passenger"
    )


def test_many_valid_names_are_cut_short_and_counted():
    message = unknown("port", "zzz", [f"port-{number:02}" for number in range(47)])
    assert message.startswith("unknown port; valid are port-00, port-01,")
    assert message.endswith("... (47 in all)")


def test_nothing_valid_is_said():
    assert unknown("profile", "day", []) == "unknown profile; valid are none"
