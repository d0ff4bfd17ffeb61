"""Who waits for the compiler is told so, and what for."""

import pytest

from border_sim.cli import compiling
from border_sim.cli.compiling import tell_of_compiling
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario

ROOM = {"laredo-wtb": {"modes": {"commercial": {"room": {"state": 30}}}}}


@pytest.mark.parametrize(
    ("compiled", "changes", "said"),
    [
        (set(), {}, ["compiling the engine for this machine, once (half a minute)"]),
        ({"", "advance"}, {}, []),
        ({"", "advance"}, ROOM, ["compiling what is new in this scenario for this machine, once (half a minute)"]),
        ({"", "advance_with_room"}, ROOM, []),
    ],
    ids=["nothing", "all", "room is new", "room"],
)
def test_what_a_scenario_needs_is_told(monkeypatch, compiled, changes, said):
    monkeypatch.setattr(compiling, "is_compiled", lambda function="": function in compiled)
    resolved = resolve(Scenario(changes=changes), load_catalogue(), ports=["laredo-wtb"])
    told = []
    tell_of_compiling(resolved, told.append)
    assert told == said
