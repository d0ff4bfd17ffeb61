"""A port's time zone has a name that means the same on every machine."""

import zoneinfo
from importlib.resources import files

import pytest
from pydantic import TypeAdapter

from border_sim.spec.checking import check
from border_sim.spec.problem import SpecError
from border_sim.spec.time_zone import TimeZone, time_zones

ZONE = TypeAdapter(TimeZone)


@pytest.mark.parametrize("name", ["America/Denver", "America/Tijuana", "US/Central", "UTC", "Etc/GMT+7", "EST5EDT"])
def test_names_of_the_tz_database_are_right(name):
    assert check(ZONE, name) == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("localtime", "write e.g. America/Denver"),
        ("posixrules", "write e.g. America/Denver"),
        ("Factory", "write e.g. America/Denver"),
        ("right/America/Denver", "did you mean 'America/Denver'?"),
        ("posix/America/Denver", "did you mean 'America/Denver'?"),
        ("america/denver", "did you mean 'America/Denver'?"),
        ("America/Chcago", "did you mean 'America/Chicago' or"),
        ("Tijuana", "did you mean 'America/Tijuana'?"),
        ("../../etc/localtime", "write e.g. America/Denver"),
        ("", "write e.g. America/Denver"),
    ],
)
def test_others_are_told_with_what_may_be_meant(name, hint):
    with pytest.raises(SpecError) as caught:
        check(ZONE, name)
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"{name!r} is no name of the tz database; {hint}")


def test_what_this_machine_calls_a_zone_does_not_count(tmp_path):
    """A machine may have any file in its folders of zones, such as a link to its own time as `localtime`."""
    (tmp_path / "localtime").write_bytes(files("tzdata").joinpath("zoneinfo", "America", "Denver").read_bytes())
    zoneinfo.reset_tzpath([tmp_path])
    try:
        assert zoneinfo.ZoneInfo.no_cache("localtime")
        with pytest.raises(SpecError):
            check(ZONE, "localtime")
        assert check(ZONE, "America/Denver")
    finally:
        zoneinfo.reset_tzpath()


def test_every_name_is_a_zone_that_can_be_had():
    for name in time_zones():
        zoneinfo.ZoneInfo(name)
