"""Compiled code is kept in a folder named after the sources, wherever that can be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from border_sim import compiled

PACKAGE = Path(compiled.__file__).parent


@pytest.fixture
def folder(monkeypatch):
    """The folder of compiled code under another environment."""

    def make(**environment):
        for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        return compiled.cache_folder.__wrapped__()

    return make


def test_numbas_own_variable_comes_first_then_the_users_cache(folder, tmp_path):
    both = {"NUMBA_CACHE_DIR": tmp_path / "numba", "XDG_CACHE_HOME": tmp_path / "xdg"}

    assert folder(**both).parent == tmp_path / "numba"
    assert folder(XDG_CACHE_HOME=tmp_path / "xdg").parent == tmp_path / "xdg" / "border-sim"
    assert folder(HOME=tmp_path / "home").parent == tmp_path / "home" / ".cache" / "border-sim"
    assert folder(**both).is_dir()


def test_the_same_sources_have_the_same_folder(folder, tmp_path):
    assert folder(NUMBA_CACHE_DIR=tmp_path) == folder(NUMBA_CACHE_DIR=tmp_path)


@pytest.mark.parametrize("name", ["compiled.py", "vocabulary.py", "engine/admission.py", "metrics/fold.py"])
def test_a_change_in_any_source_that_compiles_has_another_folder(folder, tmp_path, monkeypatch, name):
    copy = shutil.copytree(PACKAGE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_PACKAGE", copy)
    before = folder(NUMBA_CACHE_DIR=tmp_path)
    with (copy / name).open("a") as source:
        source.write("# changed\n")

    assert before != folder(NUMBA_CACHE_DIR=tmp_path)


def test_a_change_in_a_folder_of_a_package_that_compiles_has_another_folder(folder, tmp_path, monkeypatch):
    copy = shutil.copytree(PACKAGE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_PACKAGE", copy)
    before = folder(NUMBA_CACHE_DIR=tmp_path)
    (copy / "engine" / "deeper").mkdir()
    (copy / "engine" / "deeper" / "more.py").write_text("# new")

    assert before != folder(NUMBA_CACHE_DIR=tmp_path)


def test_every_module_that_compiles_is_among_the_sources():
    sources = {path for pattern in compiled._COMPILING for path in PACKAGE.glob(pattern)}
    compiling = {
        path for path in PACKAGE.rglob("*.py") if "border_sim.compiled import" in path.read_text(encoding="utf-8")
    }
    decorating = {
        path
        for path in compiling
        if "@jit" in path.read_text(encoding="utf-8") or "@hot" in path.read_text(encoding="utf-8")
    }

    assert decorating
    assert decorating <= sources


def test_a_folder_that_cannot_be_written_is_replaced_for_this_run(folder, tmp_path):
    (tmp_path / "file").write_text("no folder")
    instead = folder(NUMBA_CACHE_DIR=tmp_path / "file")

    assert instead.is_dir()
    assert tmp_path not in instead.parents
    instead.rmdir()


def test_a_folder_that_holds_compiled_code_need_not_be_writable(folder, tmp_path, monkeypatch):
    warmed = folder(NUMBA_CACHE_DIR=tmp_path)
    (warmed / "kernel.nbi").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert folder(NUMBA_CACHE_DIR=tmp_path) == warmed


def test_from_a_folder_that_cannot_be_written_code_is_read_and_what_it_lacks_is_compiled_and_not_kept(tmp_path):
    program = f"""
import os, sys
if sys.argv[1] == "read only":
    os.access = lambda *_: False
sys.path.insert(0, {str(PACKAGE.parent)!r})
from border_sim import compiled
@compiled.hot
def twice(value):
    return 2 * value
print([twice(eval(value)) for value in sys.argv[2:]], sum(twice.stats.cache_misses.values()))
"""
    script = tmp_path / "script.py"
    script.write_text(program)

    def run(*arguments):
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        command = [sys.executable, str(script), *arguments]
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        return told.strip(), sorted((tmp_path / "cache").rglob("*"))

    writable, kept = run("writable", "1")
    assert writable == "[2] 1"
    assert run("read only", "1") == ("[2] 0", kept)
    assert run("read only", "1", "1.5") == ("[2, 3.0] 1", kept)
    assert run("writable", "1") == ("[2] 0", kept)


def test_a_user_without_a_home_has_a_folder_for_this_run(folder, monkeypatch):
    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    instead = folder()

    assert instead.is_dir()
    instead.rmdir()


def test_compiled_code_is_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)

    assert not compiled.is_compiled()
    (tmp_path / "engine_1").mkdir()
    (tmp_path / "engine_1" / "kernel.nbi").touch()
    assert compiled.is_compiled()


@compiled.jitable
def _half_up(value, divisor):
    return (2 * value + divisor) // (2 * divisor)


@compiled.hot
def _total(values, divisor):
    total = 0
    for value in values:
        total += _half_up(value, divisor)
    return total


@compiled.jit
def _over(value, divisor):
    return value / divisor


def test_a_rule_is_plain_python_and_compiles_into_others():
    assert not hasattr(_half_up, "py_func")
    assert [_half_up(value, 2) for value in (1, 2, 3)] == [1, 1, 2]
    assert _total(np.array([1, 2, 3]), 2) == 4


def test_compiled_division_by_zero_is_numpys():
    assert _over(1.0, 0.0) == np.inf


def test_a_run_does_not_import_scipy_and_leaves_it_to_others(tmp_path):
    run = ["run", "--ports", "sasabe", "--days", "1", "--out", str(tmp_path / "run"), "--quiet"]
    program = f"""
import sys
from border_sim.cli.main import group
try:
    group({run!r})
except SystemExit as done:
    assert not done.code
assert "scipy" not in sys.modules
import scipy.linalg
"""
    subprocess.run([sys.executable, "-c", program], check=True)
