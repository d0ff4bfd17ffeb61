"""Wrong input ends a command with exit code 2 and one line for each mistake."""

import pytest

from border_sim.cli.failure import wrong_input_exits
from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.spec.problem import Problem, SpecError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            LoadError([FileProblem("x", 1, "", "", "wrong"), FileProblem("y", 0, "", "", "empty")]),
            "x:1: wrong\ny: empty\n",
        ),
        (SpecError([Problem(("days",), "0", "must be\x1b 1 or more")]), "days: 0: must be\\x1b 1 or more\n"),
    ],
)
def test_mistakes_go_to_standard_error(error: Exception, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, wrong_input_exits():
        raise error
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", text)


def test_what_is_right_goes_on_and_other_errors_pass() -> None:
    with wrong_input_exits():
        pass
    with pytest.raises(KeyError), wrong_input_exits():
        raise KeyError
