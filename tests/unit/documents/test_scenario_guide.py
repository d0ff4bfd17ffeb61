"""The examples of the guide are scenarios that can be run."""

import re

import pytest

from border_sim.documents.port_guide import PORT_GUIDE
from border_sim.documents.scenario_guide import GUIDE
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.spec.resolve import resolve

EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", GUIDE + PORT_GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.partition("\n")[0] for example in EXAMPLES])
def test_an_example_resolves_over_the_catalogue(tmp_path, example):
    file = tmp_path / "example.yaml"
    file.write_text(example, encoding="utf-8")
    catalogue = load_catalogue()
    resolved = resolve(load_scenario(file, catalogue), catalogue)
    assert 1 <= len(resolved.ports) < 47
    assert resolved.notices == ()


@pytest.mark.parametrize("guide", [GUIDE, PORT_GUIDE])
def test_there_are_examples(guide):
    assert sum(example in guide for example in EXAMPLES) > 3
