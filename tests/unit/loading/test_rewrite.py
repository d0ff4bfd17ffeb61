"""Figures put into YAML files: they read back as meant, and nothing else of the file changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.catalogue import catalogue_folder
from border_sim.loading.rewrite import Blocks, with_blocks
from border_sim.loading.yaml_file import Document, read_yaml
from border_sim.spec.problem import KeyPath

PORT = """\
# A port.
name: Tiny  # its name

modes:
  passenger:
    demand:
      volume: 5  # counted
      # what follows is guessed

      spread: 0.1
    waits:  # known for
      minutes: {general: 5}
      source: >-
        somebody said so,
        # and nobody else

      # until the end
      seen: 3
    # Booths.
    pools:
    - a
    - b
  pedestrian: {}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("yaml") / "x.yaml"


def rewritten(file: Path, text: str, blocks: Blocks) -> str:
    file.write_text(text, encoding="utf-8")
    return with_blocks(text, read_yaml(file), blocks)


def test_a_key_is_replaced_with_all_that_is_below_it(file: Path) -> None:
    new = ("waits:", "  minutes: {general: 7}")
    text = rewritten(file, PORT, {("modes", "passenger", "waits"): ("demand", new)})

    begin, end = PORT.index("    waits:"), PORT.index("    # Booths.")
    assert text == PORT[:begin] + "    waits:\n      minutes: {general: 7}\n" + PORT[end:]


def test_a_new_key_follows_the_one_named_and_all_that_is_below_that(file: Path) -> None:
    latent = {("modes", "passenger", "demand", "latent"): ("volume", ("latent: 2",))}
    closing = {("modes", "passenger", "closing"): ("waits", ("closing: hold",))}
    text = rewritten(file, PORT, {**latent, **closing})

    expected = PORT.replace("# counted\n", "# counted\n      latent: 2\n")
    assert text == expected.replace("      seen: 3\n", "      seen: 3\n    closing: hold\n")


def test_items_of_a_list_go_with_its_key_even_if_they_are_not_indented(file: Path) -> None:
    text = rewritten(file, PORT, {("modes", "passenger", "pools"): ("waits", ("pools: []",))})

    assert text == PORT.replace("    pools:\n    - a\n    - b\n", "    pools: []\n")


def test_keys_at_the_top_level_and_several_at_once(file: Path) -> None:
    blocks: Blocks = {("name",): ("modes", ("name: Big",)), ("modes",): ("name", ("modes:", "  none: 0"))}

    assert rewritten(file, PORT, blocks) == "# A port.\nname: Big\n\nmodes:\n  none: 0\n"


def test_neither_the_key_nor_the_one_that_it_follows(file: Path) -> None:
    with pytest.raises(KeyError, match=r"x\.yaml: has neither latent nor volumes"):
        rewritten(file, PORT, {("modes", "passenger", "demand", "latent"): ("volumes", ("latent: 2",))})


def test_no_blocks_change_nothing(file: Path) -> None:
    assert rewritten(file, PORT, {}) == PORT


@pytest.mark.parametrize("slug", ["ysleta-zaragoza", "amistad-dam", "san-ysidro"])
def test_only_the_lines_of_a_block_change_in_a_port_of_the_catalogue(slug: str) -> None:
    path = catalogue_folder() / "ports" / f"{slug}.yaml"
    before, document = path.read_text(encoding="utf-8"), read_yaml(path)
    source = ("installed:", "  booths: 1", "  source: made up")
    text = with_blocks(
        before, document, {("modes", mode, "installed"): ("hours", source) for mode in document.data["modes"]}
    )

    kept = [line for line in text.splitlines() if line.strip() not in {"booths: 1", "source: made up"}]
    assert is_part(kept, before.splitlines())
    data, modes = yaml.safe_load(text), document.data["modes"]
    installed = {"booths": 1, "source": "made up"}
    assert data == {**document.data, "modes": {mode: {**part, "installed": installed} for mode, part in modes.items()}}


def is_part(lines: list[str], of: list[str]) -> bool:
    """Whether lines are among others, in their order."""
    others = iter(of)
    return all(line in others for line in lines)


# Any document of nested mappings, comments and empty lines among its keys.

KEYS = st.text("abcdef", min_size=1, max_size=2)
VALUES = st.integers(0, 99) | st.lists(st.integers(0, 9), min_size=1, max_size=3) | st.just("a # b: c")
TREES = st.dictionaries(
    KEYS,
    st.recursive(VALUES, lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=6),
    min_size=1,
)
NOISE = st.sampled_from(["", "# a remark: 1", "      # far in", "  # further in"])


def paths(tree: dict[str, Any], above: KeyPath = ()) -> Iterator[KeyPath]:
    for key, value in tree.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from paths(value, (*above, key))


def with_value(tree: dict[str, Any], path: KeyPath, value: Any) -> dict[str, Any]:
    first, *rest = path
    return {**tree, first: with_value(tree[str(first)], tuple(rest), value) if rest else value}


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A mapping, and a text of it with remarks and empty lines before some of its lines."""
    tree = draw(TREES)
    lines = yaml.safe_dump(tree, sort_keys=False).splitlines()
    noise = draw(st.lists(st.lists(NOISE, max_size=2), min_size=len(lines) + 1, max_size=len(lines) + 1))
    told = [text for before, line in zip(noise, [*lines, None], strict=True) for text in (*before, line)]
    return tree, "".join(f"{line}\n" for line in told if line is not None)


@settings(derandomize=True, deadline=None)
@given(document=documents(), data=st.data())
def test_any_document_reads_back_as_meant_and_keeps_its_other_lines(
    file: Path, document: tuple[dict[str, Any], str], data: st.DataObject
) -> None:
    tree, text = document
    *above, after = data.draw(st.sampled_from(sorted(paths(tree))))
    key = data.draw(st.sampled_from([str(after), "new"]))
    made = (f"{key}:  # MADE", "  made: 1  # MADE")
    result = rewritten(file, text, {(*above, key): (str(after), made)})

    assert yaml.safe_load(result) == with_value(tree, (*above, key), {"made": 1})
    kept = [line for line in result.splitlines() if "# MADE" not in line]
    assert kept == text.splitlines() if key == "new" else is_part(kept, text.splitlines())


def test_a_document_knows_its_file() -> None:
    with pytest.raises(KeyError, match=r"a\.yaml: has neither x nor y"):
        with_blocks("a: 1\n", Document("a.yaml", {"a": 1}, {"a": (1, None)}, ()), {("x",): ("y", ("x: 1",))})
