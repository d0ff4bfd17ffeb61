"""All errors of border-sim have one root, and its docstring draws them all."""

import inspect
import pkgutil
import re
from importlib import import_module

import border_sim
from border_sim.errors import BorderSimError


def error_classes():
    """Every exception that a module of border-sim defines."""
    names = [module.name for module in pkgutil.walk_packages(border_sim.__path__, "border_sim.")]
    kinds = {kind for name in names for kind in vars(import_module(name)).values() if inspect.isclass(kind)}
    return {kind for kind in kinds if issubclass(kind, BaseException) and kind.__module__.startswith("border_sim.")}


def test_every_error_has_one_root():
    assert {kind.__name__ for kind in error_classes() if not issubclass(kind, BorderSimError)} == set()


def test_the_tree_names_every_error_and_no_other():
    drawn = set(re.findall(r"\w+Error", border_sim.__doc__)) - {"ValueError"}
    assert drawn == {kind.__name__ for kind in error_classes()}


def test_the_tree_hangs_each_error_below_its_own_root():
    kinds = {kind.__name__: kind for kind in error_classes()}
    above = ["BorderSimError"]
    for indent, rest in re.findall(r"^    ((?:│   )*)[├└]── (.*)", border_sim.__doc__, re.MULTILINE):
        depth, names = len(indent) // 4 + 1, re.findall(r"\w+Error", rest.split("(")[0])
        del above[depth:]
        assert all(kinds[above[-1]] in kinds[name].__bases__ for name in names), names
        above.append(names[0])
