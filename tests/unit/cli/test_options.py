"""What options take, and what they say of anything else."""

import click
import pytest
from click.testing import CliRunner

from border_sim.cli.main import group
from border_sim.cli.options import Day


@pytest.mark.parametrize("command", ["run", "live"])
def test_a_day_is_asked_for_in_words_that_people_know(command):
    told = CliRunner().invoke(group, [command, "--help"]).output
    assert "--start YYYY-MM-DD" in told
    wrong = CliRunner().invoke(group, [command, "--start", "4/3/2024"])
    assert wrong.exit_code == 2
    assert "'4/3/2024' is no day; write YYYY-MM-DD, e.g. 2024-03-04" in wrong.stderr


def test_a_day_is_a_date():
    assert Day().convert("2024-03-04", None, None).isoformat() == "2024-03-04"
    with pytest.raises(click.BadParameter, match="'2024-02-30' is no day"):
        Day().convert("2024-02-30", None, None)
