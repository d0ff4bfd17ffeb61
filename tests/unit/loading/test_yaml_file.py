"""One YAML file: plain data with lines, or a refusal that says why."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.file_problem import LoadError
from border_sim.loading.yaml_file import LARGEST_BYTES, read_yaml
from border_sim.spec.problem import Problem


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.yaml"


def refused(file: Path, text: str | bytes | None = None) -> str:
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(LoadError) as caught:
        read_yaml(file)
    (mistake,) = caught.value.problems
    return str(mistake).replace(str(file), "x.yaml")


def test_data_and_the_line_of_every_key(file: Path) -> None:
    file.write_text("# a comment\na: 1\nb:\n  c: [x, y]\n  2024:\n    - 5\n    - 6\n")
    document = read_yaml(file)
    assert document.data == {"a": 1, "b": {"c": ["x", "y"], 2024: [5, 6]}}
    paths = [(), ("a",), ("b", "c", 1), ("b", "2024"), ("b", "2024", 1)]
    assert [document.line(path) for path in paths] == [1, 2, 4, 5, 7]


def test_what_is_missing_has_the_line_of_what_it_is_missing_in(file: Path) -> None:
    file.write_text("a: 1\nb:\n  c: 2\n")
    mistake = read_yaml(file).in_file(Problem(("b", "d", "e"), "", "is missing"))
    assert str(mistake) == f"{file}:2: b.d.e: is missing"


def test_a_byte_order_mark_is_passed_over(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_yaml(file).data == {"a": 1}


@pytest.mark.parametrize("text", ["", "   \n", "# only a comment\n"])
def test_an_empty_file(file: Path, text: str) -> None:
    assert refused(file, text) == "x.yaml: is empty; write at least one key, or {} for none"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name: one booth: Calexico\n",
            "x.yaml:1: is not YAML: put text with a colon in quotes (column 16)",
        ),
        (
            "a: 1\n  b: 2\n",
            "x.yaml:2: is not YAML: a key cannot stand here; indent it as those beside it (column 4)",
        ),
        ("a:\n\tb: 1\n", "x.yaml:2: is not YAML: indent with spaces, not tabs (column 1)"),
        ("a:\n  b: 1\n\tc: 1\n", "x.yaml:3: is not YAML: indent with spaces, not tabs (column 1)"),
        (
            "a: 1\nb: [1, 2\nc: 3\n",
            "x.yaml:2: is not YAML: the [ that opens here (column 4) lacks a comma or its ], at the latest in line 3",
        ),
        (
            "a: {b: 1,\n c: 2\n",
            "x.yaml:1: is not YAML: the { that opens here (column 4) lacks a comma or its }, at the latest in line 2",
        ),
        ("é: 1\na: 'x\nb: 2\n", "x.yaml:2: is not YAML: the quote ' that opens here (column 4) is not closed"),
        ('a: "x\nb: 2\n', 'x.yaml:1: is not YAML: the quote " that opens here (column 4) is not closed'),
        ("a: @x", "x.yaml:1: is not YAML: put text that begins with @ in quotes (column 4)"),
        ('a: "\\q"', "x.yaml:1: is not YAML: found unknown escape character (column 5)"),
        (b"a: \x00", "x.yaml: is not YAML: control characters are not allowed"),
        (b"a: \xff", "x.yaml: is not UTF-8 text: byte 0xff at 3"),
        ("- 1", "x.yaml:1: [1]: must be a mapping (key: value) at the top level"),
        ("hello", "x.yaml:1: 'hello': must be a mapping (key: value) at the top level"),
        ("a: 1\n---\nb: 2", "x.yaml:2: holds a second document (---); write one file each"),
        ("? [a]\n: 1", "x.yaml:1: a key must be text, not an alias, a list or a mapping"),
    ],
)
def test_what_cannot_be_read(file: Path, text: str | bytes, message: str) -> None:
    assert refused(file, text) == message


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "a: " + "{a: " * 2000, "a: " + "[" * 60 + "]" * 60])
def test_nesting_too_deep(file: Path, text: str) -> None:
    assert refused(file, text).endswith("is nested more than 50 levels deep")


def test_a_50_mb_file_is_refused_unread(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("was opened"))
    assert refused(file) == "x.yaml: has 50,000,000 bytes; a configuration file has at most 5,000,000"


def test_the_largest_file_is_read(file: Path) -> None:
    text = "a: 1\n#"
    file.write_text(text + "x" * (LARGEST_BYTES - len(text)))
    assert read_yaml(file).data == {"a": 1}


def test_what_is_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path).endswith("is a folder; name a YAML file")
    assert refused(tmp_path / "none.yaml").endswith("cannot be read: No such file or directory; name a YAML file")
    assert refused(tmp_path / "a\0b").endswith("cannot be read: embedded null byte; name a YAML file")
    assert refused(tmp_path / ("a" * 300)).endswith("cannot be read: File name too long; name a YAML file")
    assert refused(Path("/dev/zero")).endswith("a configuration file has at most 5,000,000")


def test_flaws_leave_the_rest_readable_and_are_all_told(file: Path) -> None:
    file.write_text("a: 1\na: 2\n&x k: 1\ntrue: 3\n1.5: 4\nb: !!int 5\nc: {d: 1, 'd': 2}\n2024: 1\n'2024': 2\n")
    document = read_yaml(file)
    assert document.data == {"a": 1, "k": 1, "b": "5", "c": {"d": 1}, 2024: 1}
    assert [str(flaw).removeprefix(f"{file}:") for flaw in document.flaws] == [
        "2: a: 'a': is written twice, first in line 1; write it once",
        "3: &x: anchors of keys are not read; write it after the colon",
        "4: true: a key must be text; put it in quotes",
        "5: 1.5: a key must be text; put it in quotes",
        "6: b: tag:yaml.org,2002:int: tags are not read; write the value alone, text in quotes",
        "7: c.d: 'd': is written twice, first in line 7; write it once",
        "9: 2024: '2024': is written twice, first in line 8; write it once",
    ]


def test_flaws_are_told_beside_what_ends_the_reading(file: Path) -> None:
    file.write_text("a: 1\na: 2\nb: [\n")
    with pytest.raises(LoadError) as caught:
        read_yaml(file)
    assert [mistake.line for mistake in caught.value.problems] == [2, 4]


def test_flaws_are_told_beside_what_is_no_configuration(file: Path) -> None:
    file.write_text("a: 1\na: 2\n? [b]\n: 3\n")
    with pytest.raises(LoadError) as caught:
        read_yaml(file)
    assert [mistake.line for mistake in caught.value.problems] == [2, 3]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text("ab: -#'\"\n\t{}[],&*!é", max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc é:", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1), PLAIN, min_size=1, max_size=4))
@settings(derandomize=True, deadline=None)
def test_plain_data_that_yaml_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("yaml") / "x.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert read_yaml(file).data == data
