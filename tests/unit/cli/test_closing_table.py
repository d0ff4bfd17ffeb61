"""The table at the end of a run: who is in it, by which time, and what is overloaded."""

import re

import pytest
from click.testing import CliRunner

from border_sim.cli.closing_table import busiest
from border_sim.cli.main import group
from border_sim.run.summary import SummaryRow, is_overloaded, overload_in_words
from border_sim.vocabulary import LaneClass, Mode, Station
from tests.full_port import FULL_PORT

STANDARD, FAST = LaneClass.STANDARD, LaneClass.FAST
ONE_SCANNER = """
ports: [laredo-wtb]
changes:
  laredo-wtb:
    modes: {commercial: {bays: {secondary: {nii: 1}}}}
"""

STUCK = """
start: 2024-03-12
days: 1
warm_up_days: 0
own_ports:
  gate:
    name: Gate
    time_zone: America/Denver
    modes:
      commercial:
        demand:
          kind: list
          arrivals: [{at_s: 0}, {at_s: 100}, {at_s: 200}, {at_s: 300}]
        installed: {booths: 2}
        pools: [{name: general, serves: [[standard]], max_open: 2}]
        staffing: {kind: schedule, pools: {general: [{booths: 2}]}}
        programmes: {share: {none: 1}}
        room: {state: 1}
        bays: {state: 1}
        inspection:
          service: {standard: {kind: deterministic, mean_s: 60}}
          state:
            full_share: 1
            full: {kind: deterministic, mean_s: 1000000}
            passing: {kind: deterministic, mean_s: 1}
"""
"""Four trucks: one is inspected for good, one waits in the only place, two stand blocked in their booths."""


def row_of(port="a", mode=Mode.COMMERCIAL, lane=None, station=None, **figures):
    known = dict.fromkeys(("arrivals", "deterred", "starts", "completions", "largest_lane_queue"), 1)
    known |= {"mean_wait_min": 5.0, "p90_wait_min": 9.0, "door_to_door_min": 9.0}
    known |= {"served_per_hour": 10.0, "queue_at_end": 0.0, "utilisation": 0.5, "blocked": 0.0}
    known |= {"blocked_at_end": 0.0, "waited_min": 5.0}
    return SummaryRow(port=port, mode=mode, lane_class=lane, station=station, **(known | figures))


@pytest.fixture
def run(tmp_path):
    """Runs a day of ports from a date on and gives the lines that it prints."""

    def run(*arguments):
        done = CliRunner().invoke(group, ["run", *arguments, "--log", "none", "--out", str(tmp_path / "run")])
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    return run


def test_the_busiest_ports_are_those_of_each_mode():
    cars = [row_of(port, Mode.PASSENGER, STANDARD, arrivals=1_000) for port in "abcd"]
    trucks = [row_of(port, lane=STANDARD, arrivals=count) for port, count in zip("abcde", (5, 9, 0, 7, 8), strict=True)]
    shown = [(row.mode, row.port) for row in busiest([*cars, *trucks, row_of("e", lane=FAST, arrivals=0)])]
    assert shown == [
        *((Mode.COMMERCIAL, port) for port in "bed"),
        *((Mode.PASSENGER, port) for port in "abc"),
    ]


def test_stations_that_are_blocked_are_named_before_those_that_are_overloaded(run, tmp_path):
    (tmp_path / "full.yaml").write_text(FULL_PORT)
    lines = [line for line in run(str(tmp_path / "full.yaml")) if ": gate commercial" in line]
    assert [line.split(":")[:2] for line in lines] == [
        *(["blocked", f" gate commercial {station}"] for station in ("scan", "primary", "secondary")),
        ["overloaded", " gate commercial scan"],
    ]
    wanting = [line.partition(", for want of room ")[2] for line in lines[:3]]
    assert wanting == ["at primary", "at secondary or state", "at state"]
    summary = CliRunner().invoke(group, ["summary", str(tmp_path / "run")]).stdout.splitlines()
    assert summary[-len(lines) :] == lines


def test_served_per_hour_goes_by_the_hours_of_a_day_with_a_change_of_the_clock(run):
    table = run("--ports", "calexico-east", "--start", "2024-03-10", "--days", "1")
    (ready,) = (line.split() for line in table if line.startswith("passenger") and " ready " in line)
    assert (ready[3], ready[-1]) == ("2,514", "109.3")


def test_a_station_that_is_overloaded_after_primary_is_named(run, tmp_path):
    (tmp_path / "scenario.yaml").write_text(ONE_SCANNER)
    table = run(str(tmp_path / "scenario.yaml"), "--start", "2024-03-04", "--days", "7")
    (line,) = (line for line in table if line.startswith("overloaded: "))
    assert line.startswith("overloaded: laredo-wtb commercial secondary: mean wait 38.")
    assert " h, " in line
    (trucks,) = (line.split() for line in table if line.startswith("commercial") and " standard " in line)
    wait, door_to_door = float(trucks[4]), float(trucks[6])
    assert door_to_door > wait + 60


def test_served_per_hour_never_passes_capacity(run, tmp_path):
    arrivals = ", ".join(f"{{at_s: {second}}}" for second in range(0, 6000, 100))
    busy = re.sub("arrivals: .*", f"arrivals: [{arrivals}]", STUCK).replace("mean_s: 1000000", "mean_s: 1800")
    (tmp_path / "busy.yaml").write_text(busy.replace("room: {state: 1}", "room: {state: 60}"))
    table = run(str(tmp_path / "busy.yaml"))
    (told,) = (line for line in table if line.startswith("overloaded: gate commercial state"))
    assert told.endswith(" 12 waiting at the end, 2.0 served per hour")  # of 60, one is served each half hour


def test_a_baseline_port_is_not_overloaded(run):
    table = run("--ports", "laredo-wtb", "--start", "2024-03-04", "--days", "1")
    assert not [line for line in table if line.startswith("overloaded")]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"mean_wait_min": 120.0}, False),
        ({"mean_wait_min": 120.1}, True),
        ({"mean_wait_min": None}, False),
        ({"queue_at_end": 20.0}, False),
        ({"queue_at_end": 20.5}, True),
        ({"queue_at_end": 1.0, "served_per_hour": 0.1}, False),
        ({"mean_wait_min": 500.0, "station": Station.DOOR_TO_DOOR}, False),
        ({"waited_min": 120.0}, False),
        ({"waited_min": 120.1}, True),
        ({"mean_wait_min": None, "waited_min": 121.0, "served_per_hour": 0.0, "queue_at_end": 1.0}, True),
        ({"mean_wait_min": None, "waited_min": 9.0, "served_per_hour": 0.0, "queue_at_end": 1.0}, False),
        ({"queue_at_end": 16.0, "blocked_at_end": 4.0}, False),
        ({"queue_at_end": 16.0, "blocked_at_end": 4.5}, True),
        ({"blocked_at_end": None, "waited_min": None}, False),
    ],
)
def test_overloaded_is_a_long_wait_or_a_queue_of_hours_at_the_end(figures, expected):
    assert is_overloaded(row_of(**({"station": Station.SECONDARY} | figures))) is expected


def test_an_overload_in_words():
    words = overload_in_words(row_of(mean_wait_min=150.0, waited_min=160.0, queue_at_end=1234.4))
    assert words == "mean wait 2.5 h, 1,234 waiting at the end, 10.0 served per hour"
    assert overload_in_words(row_of(mean_wait_min=None)).startswith("no wait has ended, ")


def test_an_overload_whose_waits_have_not_ended_in_words():
    full = {"waited_min": 180.0, "queue_at_end": 3.0, "blocked_at_end": 4.0, "served_per_hour": None}
    told = " (3.0 h with those who still wait and time blocked), 3 waiting and 4 blocked at the end"
    assert overload_in_words(row_of(**full)) == f"mean wait 0.1 h{told}"
    assert overload_in_words(row_of(mean_wait_min=None, **full)) == f"no wait has ended{told}"


def test_a_station_at_which_crossings_stand_blocked_for_good_is_overloaded(run, tmp_path):
    (tmp_path / "stuck.yaml").write_text(STUCK)
    told = [line for line in run(str(tmp_path / "stuck.yaml")) if ": gate commercial" in line]
    assert [line.partition(" (")[0] for line in told] == [
        "blocked: gate commercial primary: 100% of the time of open booths, for want of room at state",
        "overloaded: gate commercial primary: mean wait 0.0 h",
        "overloaded: gate commercial state: mean wait 0.0 h",
    ]
    assert "0 waiting and 2 blocked at the end" in told[1]
    assert "(36.0 h with those who still wait and time blocked), 1 waiting at the end" in told[2]
