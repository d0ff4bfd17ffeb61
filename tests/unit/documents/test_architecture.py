"""`docs/architecture.md` says what import-linter holds, and names what is there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("border_sim", "border_sim/streaming", ".")


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_its_layers_are_those_of_import_linter(page):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    held = [set(layer.split(" | ")) for layer in contracts[0]["layers"]]
    table = page.partition("## Layers")[2].partition("##")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]

    assert [set(re.findall(r"`(\w+)`", row)) for row in rows] == held


def test_every_path_that_it_names_is_there(page):
    named = [path for path in re.findall(r"`([\w./-]+)`", page) if path.endswith(("/", ".py", ".md"))]

    assert len(named) > 20
    assert [path for path in named if not any((ROOT / package / path).exists() for package in PACKAGES)] == []


def test_every_module_in_its_picture_is_there(page):
    picture = page.partition("```mermaid")[2].partition("```")[0]
    named = re.findall(r"\b((?:engine|events|metrics|run|streaming)\.\w+)", picture)

    assert len(named) > 8
    for name in named:
        path = ROOT / "border_sim" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), name
