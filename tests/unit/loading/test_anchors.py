"""Anchors, aliases and merge keys: what they stand for, where it is written, and how much it may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from border_sim.loading.file_problem import LoadError
from border_sim.loading.rewrite import with_blocks
from border_sim.loading.scenario import load_scenario
from border_sim.loading.yaml_file import Document, read_yaml
from border_sim.spec.scenario import Catalogue

Read = Callable[[str], Document]
LAUGHS = "a: &a [lol, lol]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n"
    for old, new in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    file = tmp_path / "x.yaml"

    def document(text: str) -> Document:
        file.write_text(text)
        return read_yaml(file)

    return document


def refused(read: Read, text: str) -> list[str]:
    with pytest.raises(LoadError) as caught:
        read(text)
    return [f"{mistake.line}: {str(mistake).partition(': ')[2]}" for mistake in caught.value.problems]


def test_an_alias_stands_for_the_value_of_its_anchor_and_for_its_lines(read: Read) -> None:
    document = read("a: &x\n  p: 1\n  q: [2, &y 3]\nb: *x\nc: {d: *y}\n")
    assert document.data == {"a": {"p": 1, "q": [2, 3]}, "b": {"p": 1, "q": [2, 3]}, "c": {"d": 3}}
    paths = [("b",), ("b", "p"), ("b", "q", 1), ("c", "d"), ("b", "missing")]
    assert [document.line(path) for path in paths] == [4, 2, 3, 5, 4]
    assert document.has_aliases


def test_merged_keys_lie_under_a_mappings_own_wherever_they_are_written(read: Read) -> None:
    document = read("a: &x {p: 1, q: 1}\nb:\n  p: 2\n  <<: *x\n  r: 2\n")
    assert document.data["b"] == {"p": 2, "q": 1, "r": 2}
    assert [document.line(("b", key)) for key in "pqr"] == [3, 1, 5]


def test_of_several_merged_mappings_the_first_wins(read: Read) -> None:
    document = read("a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y, {q: 3, r: 3}]}\n")
    assert document.data["c"] == {"p": 1, "q": 2, "r": 3}


def test_what_is_merged_may_itself_have_been_merged(read: Read) -> None:
    assert read("a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y}\n").data["c"] == {"p": 1, "q": 2}


def test_a_year_is_one_key_as_text_and_as_a_number(read: Read) -> None:
    assert read("a: &x {2024: 1, 2023: 1}\nb: {<<: *x, '2024': 2}\n").data["b"] == {"2024": 2, 2023: 1}


def test_the_merge_key_in_quotes_is_a_key(read: Read) -> None:
    assert read("'<<': {a: 1}").data == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("a: &x {p: 1}\nb: {<<: *x, p: 2, p: 3}", "2: b.p: 'p': is written twice, first in line 2; write it once"),
        ("a: &x {p: 1}\nb:\n  <<: *x\n  <<: *x", "4: b.'<<': '<<': is written twice, first in line 3; write it once"),
        ("a: &x 1", "1: &x: an anchor that nothing uses; write *x where its value is meant again, or leave it out"),
        ("a: &x 1\nb: &x 2\nc: *x", "2: b: &x: two anchors have this name; give each a name of its own"),
        (
            "a: &x !!str 1\nb: *x",
            "1: a: tag:yaml.org,2002:str: tags are not read; write the value alone, text in quotes",
        ),
    ],
)
def test_what_leaves_the_rest_readable(read: Read, text: str, flaw: str) -> None:
    assert [f"{one.line}: {str(one).partition(': ')[2]}" for one in read(text).flaws] == [flaw]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *x", "1: a: *x: unknown anchor; valid are none; an anchor is written before what uses it"),
        (
            "a: &car 1\nb: *cra\nc: *car",
            "2: b: *cra: unknown anchor; did you mean 'car'? valid are car; an anchor is written before what uses it",
        ),
        ("a: *x\nb: &x 1", "1: a: *x: unknown anchor; valid are none; an anchor is written before what uses it"),
        ("a: &x [1, *x]", "1: a[1]: *x: stands inside the value of &x; a value cannot hold itself"),
        ("a: &x {<<: *x}", "1: a.'<<': *x: stands inside the value of &x; a value cannot hold itself"),
        ("a: {<<: 3}", "1: a: <<: only mappings are merged; write <<: *name, or <<: [*first, *second]"),
        ("a: &x 1\nb: {<<: [*x]}", "2: b: <<: only mappings are merged; write <<: *name, or <<: [*first, *second]"),
        ("a: &x 1\n? *x\n: 2", "2: a key must be text, not an alias, a list or a mapping"),
    ],
)
def test_what_stands_for_nothing(read: Read, text: str, message: str) -> None:
    assert message in refused(read, text)


def test_all_that_stands_for_nothing_is_told_at_once(read: Read) -> None:
    found = refused(read, "a: *x\nb: {<<: 3}\nc: 1\nc: 2\nd: &y [*y]\ne: &z 3\n")
    assert [text.partition(":")[0] for text in found] == ["1", "2", "4", "5", "6"]


def test_a_billion_laughs_are_refused_with_the_bound(read: Read) -> None:
    assert refused(read, LAUGHS) == [
        "16: p[1]: *o: aliases stand for 262,106 values up to here; they may for 200,000 a file"
    ]


def test_as_many_values_as_the_bound_are_read_and_one_more_is_not(read: Read) -> None:
    list_of = "a: &a [{}]\nb: [{}]\n"
    assert len(read(list_of.format(", ".join("x" * 999), ", ".join(["*a"] * 200))).data["b"]) == 200
    (message,) = refused(read, list_of.format(", ".join("x" * 999), ", ".join(["*a"] * 201)))
    assert "stand for 201,000 values" in message


def test_nesting_by_aliases_counts_as_if_it_was_written_out(read: Read) -> None:
    text = "a: &a " + "[" * 48 + "]" * 48 + "\nb: "
    assert read(text + "[*a]").has_aliases
    assert refused(read, text + "[[*a]]") == ["2: b[0][0]: is nested more than 50 levels deep"]


def test_a_mistake_in_what_an_alias_stands_for_has_the_line_where_it_is_written(
    tmp_path: Path, made_up_catalogue: Catalogue
) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(
        "changes:\n  big-bridge:\n    modes:\n      commercial: &more\n        demand_factor: -1\n"
        "      passenger:\n        <<: *more\n"
    )
    with pytest.raises(LoadError) as caught:
        load_scenario(file, made_up_catalogue)
    assert [(mistake.line, mistake.path.split(".")[3]) for mistake in caught.value.problems] == [
        (5, "commercial"),
        (5, "passenger"),
    ]


def test_figures_are_not_put_into_a_file_with_aliases(read: Read) -> None:
    text = "a: &a {x: 1}\nb: *a\n"
    with pytest.raises(LoadError, match="has aliases, whose figures cannot be replaced in one place alone"):
        with_blocks(text, read(text), {("b", "x"): ("y", ("x: 2",))})


KEYS = st.sampled_from("abcde")
MAPPINGS = st.dictionaries(KEYS, st.integers(0, 9), max_size=4)


@given(own=MAPPINGS, merged=st.lists(MAPPINGS, min_size=1, max_size=3), at=st.integers(0, 4))
@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_keys_mean_what_yaml_1_1_says(
    read: Read, own: dict[str, int], merged: list[dict[str, int]], at: int
) -> None:
    lines = [f"  {key}: {value}" for key, value in own.items()]
    lines.insert(at, f"  <<: [{', '.join(f'*m{place}' for place, _ in enumerate(merged))}]")
    anchors = [f"m{place}: &m{place} {flow(each)}" for place, each in enumerate(merged)]
    text = "\n".join([*anchors, "x:", *lines])
    assert read(text).data == yaml.safe_load(text)


def flow(mapping: dict[str, Any]) -> str:
    return yaml.safe_dump(mapping, default_flow_style=True, width=1000).strip()
