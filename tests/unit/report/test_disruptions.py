"""Disruptions on the page: in words, and as what the plots of their port mark."""

import json

from border_sim.report.data import run_figures
from border_sim.report.disruptions import disruption_lines, port_disruptions
from border_sim.report.write import write_report
from border_sim.run.manifest import read_manifest

SHUT = {"mode": "passenger", "from": "2024-03-04T10:00:00", "until": "2024-03-04T16:00:00", "gate": "shut"}
CAP = {"port": "a", "mode": "pedestrian", "from": "2024-03-04T06:00:00", "until": "2024-03-05T06:00:00"}
EXPLAINED = "passenger, 2024-03-04 10:00 to 2024-03-04 16:00: gate shut"


def disrupted(made_run, port, car, *disruptions):
    """The folder of a run of the ports a and b (`Bee`) with disruptions in its configuration."""
    rows = [car | {"at": 8, "arrivals": 2, "completions": 2, "waits": [10, 30]}]
    folder = made_run([(port("a"), {}, rows), (port("b"), {"name": "Bee"}, rows)])
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["configuration"]["disruptions"] = disruptions
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_shut_gate_is_told_once_with_its_ports_as_explain_tells_it(made_run, port, car):
    folder = disrupted(made_run, port, car, SHUT | {"port": "a"}, SHUT | {"port": "b"}, CAP | {"booths_cap": 1})
    lines = disruption_lines(read_manifest(folder).configuration)
    assert lines == [
        f"A, Bee: {EXPLAINED}",
        "A: pedestrian, 2024-03-04 06:00 to 2024-03-05 06:00: at most 1 booth open",
    ]
    page = write_report(folder).read_text(encoding="utf-8")
    assert all(f"<li>{line}</li>" in page for line in lines)
    assert "of the baseline are changed" not in page


def test_the_plots_of_a_port_get_its_own_disruptions_alone(made_run, port, car):
    folder = disrupted(made_run, port, car, SHUT | {"port": "b"}, CAP | {"booths": 2})  # as earlier versions wrote it
    configuration = read_manifest(folder).configuration
    shut = {"mode": "passenger", "begins": "2024-03-04 10:00", "until": "2024-03-04 16:00", "effect": "gate shut"}
    assert port_disruptions(configuration, "b") == [shut | {"words": EXPLAINED}]
    (cap,) = port_disruptions(configuration, "a")
    assert cap["effect"] == "at most 2 booths open"
    ports = run_figures(folder, read_manifest(folder)).ports
    assert {each["slug"]: len(each["disruptions"]) for each in ports} == {"a": 1, "b": 1}
