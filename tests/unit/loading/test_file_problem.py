"""Mistakes as lines that any terminal can show."""

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.spec.words import printable


def test_a_mistake_reads_file_line_path_value_message() -> None:
    mistake = FileProblem("configs/ports/x.yaml", 12, "modes.commercial.installed.booths", "-3", "must be 0 or more")
    assert str(mistake) == "configs/ports/x.yaml:12: modes.commercial.installed.booths: -3: must be 0 or more"


def test_what_a_mistake_does_not_have_is_left_out() -> None:
    assert str(FileProblem("x.yaml", 0, "", "", "is empty")) == "x.yaml: is empty"


def test_mistakes_are_in_the_order_of_files_and_lines() -> None:
    first, second, third = (
        FileProblem("a", 9, "z", "", ""),
        FileProblem("b", 2, "z", "", ""),
        FileProblem("b", 10, "a", "", ""),
    )
    assert sorted([third, second, first]) == [first, second, third]


def test_entries_of_a_list_are_in_its_order() -> None:
    paths = ["share.none[2]", "share.none[10]", "share.none[10][9]", "share.none[10][11]", "share.none[100]"]
    mistakes = [FileProblem("a", 1, path, "", "") for path in paths]
    assert sorted(mistakes[at] for at in (4, 2, 0, 3, 1)) == mistakes


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_no_mistake_breaks_a_line_or_moves_the_cursor(text: str) -> None:
    assert str(FileProblem(text, 1, text, text, text)).isprintable()
    assert not text.isprintable() or printable(text) == text


def test_escapes_stand_for_what_cannot_be_printed() -> None:
    assert printable("a\x1b[31m\nb\udcffé") == "a\\x1b[31m\\nb\\udcffé"


def test_a_load_error_lists_its_mistakes_and_crosses_processes() -> None:
    error = LoadError([FileProblem("x", 1, "", "", "wrong"), FileProblem("y", 0, "", "", "empty")])
    assert str(error) == "x:1: wrong\ny: empty"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
