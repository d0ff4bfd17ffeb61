"""The page opens at what the scenario is about."""

import json

import pytest

from border_sim.report.opening import opening
from border_sim.run.manifest import read_manifest

PORTS = [
    {"slug": "busy", "joined": {"passenger": 900, "commercial": 90}},
    {"slug": "quiet", "joined": {"passenger": 9, "commercial": 40, "pedestrian": 0}},
]
TRUCKS = ("busy.modes.commercial.demand_factor", "quiet.modes.commercial.demand_factor")
SHUT = {"port": "quiet", "mode": "commercial", "from": "2024-03-04T10:00", "until": "2024-03-04T16:00", "gate": "shut"}


@pytest.mark.parametrize(
    ("changes", "disruptions", "expected"),
    [
        ((), (), None),
        (("response.elasticity",), (), None),
        (TRUCKS, (), ("busy", "commercial")),
        (TRUCKS[1:], (), ("quiet", "commercial")),
        (TRUCKS, (SHUT,), ("quiet", "commercial")),
        (("quiet.pedestrian.demand_factor", "quiet.modes.pedestrian.demand_factor"), (), ("quiet", "commercial")),
        (("quiet.modes.pedestrian.demand_factor",), (), None),
        (("quiet.name", "busy.name"), (), None),
    ],
)
def test_the_busiest_mode_and_port_of_those_that_the_scenario_singles_out(made_run, changes, disruptions, expected):
    said = [{"place": place, "old": "1", "new": "2"} for place in changes]
    folder = made_run([], changes=said, status="interrupted")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["configuration"]["disruptions"] = disruptions
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert opening(read_manifest(folder), PORTS) == expected
