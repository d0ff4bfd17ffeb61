"""What `import border_sim` offers, and what it does not cost."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import border_sim

SOURCE = Path(border_sim.__file__)
OFFERED = {
    *("baseline", "catalogue", "change", "load_scenario", "open_run", "plot", "simulate"),
    *("BorderSimError", "Catalogue", "Result", "Scenario"),
    *("DirectoryError", "LoadError", "SpecError"),
    "__version__",
}


def test_it_offers_these_and_no_more():
    assert set(border_sim.__all__) == OFFERED
    assert set(dir(border_sim)) == OFFERED


@pytest.mark.parametrize("name", sorted(OFFERED - {"__version__"}))
def test_each_is_there_and_says_what_it_is(name):
    offered = getattr(border_sim, name)
    assert offered.__name__ == name
    assert offered.__doc__


def test_type_checkers_see_the_same_from_the_same_modules():
    checked = next(node for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    seen = {alias.name: node.module for node in checked.body for alias in node.names}
    assert seen == {name: f"border_sim.{module}" for name, module in border_sim._MODULES.items()}
    assert SOURCE.with_name("py.typed").exists()


def test_a_name_that_is_not_offered_is_refused():
    with pytest.raises(AttributeError, match="simulat'"):
        border_sim.simulat  # noqa: B018 - the access is what is tested


def test_errors_are_those_of_the_tree():
    assert issubclass(border_sim.SpecError, ValueError)
    assert not issubclass(border_sim.LoadError, ValueError)
    assert not issubclass(border_sim.DirectoryError, ValueError)
    for name in ("SpecError", "LoadError", "DirectoryError"):
        assert f"── {name} " in border_sim.__doc__


@pytest.mark.parametrize("module", ["border_sim", "border_sim.cli.main", "border_sim.cli.commands.run"])
def test_the_command_line_does_not_pay_for_it(module):
    ask = (
        f"import sys, {module}; print([name for name in sys.modules if name.startswith(('border_sim.api', 'plotly'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=SOURCE.parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
