"""`border-sim compare-observed`: tables by lane, source, port, day and hour; exit code 0 or 2."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from border_sim.api.simulation import simulate
from border_sim.cli.main import group
from border_sim.loading.observed import load_observed
from border_sim.observed.compare import errors
from border_sim.observed.of_run import comparison_of_run
from tests.feed import as_json, entry, lane

HEADS = "cells  observed  simulated  error  naive  lanes  booths"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days, a Sunday and a Monday, at two ports with observed waits."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    simulate(ports=["los-indios", "ysleta-zaragoza"], start="2024-03-03", days=2, out=folder)
    return folder


def said(*arguments: str) -> Result:
    result = CliRunner().invoke(group, ["compare-observed", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def tables(run: Path, *options: str) -> list[list[list[str]]]:
    """The tables that are printed: rows of cells, the heads first."""
    result = said(str(run), *options)
    assert result.exit_code == 0
    parts = result.output.split("\n\n")[:-1]
    return [[line.split() for line in part.splitlines()] for part in parts]


def test_without_a_choice_lanes_sources_and_ports_are_told(run: Path) -> None:
    output = said(str(run)).output
    for heads in ("mode", "source", "port"):
        line = next(line for line in output.splitlines() if line.startswith(f"{heads} "))
        assert " ".join(line.split()).endswith(" ".join(HEADS.split()))
    assert [table[0][0] for table in tables(run)] == ["mode", "source", "port"]


def test_a_row_is_what_the_comparison_says_and_the_last_is_over_all(run: Path) -> None:
    cells = comparison_of_run(run, load_observed())
    (table,) = tables(run, "--by", "lane")
    rows = {tuple(row[:2]): row[2:] for row in table[1:-1]}

    expected = errors(cells, ["mode", "lane_class"]).to_pylist()
    assert list(rows) == [(row["mode"], row["lane_class"]) for row in expected]
    for row in expected:
        figures = [row[name] for name in ("observed_min", "simulated_min", "error_min", "naive_error_min")]
        assert rows[row["mode"], row["lane_class"]][:5] == [str(row["cells"]), *(f"{each:.1f}" for each in figures)]
    (whole,) = errors(cells, []).to_pylist()
    assert table[-1][:4] == [
        "all",
        str(whole["cells"]),
        *(f"{whole[n]:.1f}" for n in ("observed_min", "simulated_min")),
    ]


@pytest.mark.parametrize(
    ("by", "heads", "words"),
    [
        ("source", ["source", "mode", "lane", "class"], {"cbp_rss", "cbp_historical_day", "cbp_historical_avg_2026"}),
        ("port", ["port", "mode", "lane", "class"], {"los-indios", "ysleta-zaragoza"}),
        ("day", ["port", "mode", "lane", "class", "day", "type"], {"los-indios", "ysleta-zaragoza"}),
        ("hour", ["port", "mode", "lane", "class", "day", "type", "hour"], {"los-indios", "ysleta-zaragoza"}),
    ],
)
def test_waits_are_told_apart_by_what_is_asked(run: Path, by: str, heads: list[str], words: set[str]) -> None:
    (table,) = tables(run, "--by", by)
    assert table[0] == [*heads, *HEADS.split()]
    assert {row[0] for row in table[1:-1]} == words
    if "day" in heads:
        assert {row[3] for row in table[1:-1]} == {"weekday", "sunday"}


def test_several_tables_come_in_the_order_asked(run: Path) -> None:
    assert [table[0][0] for table in tables(run, "--by", "port", "--by", "source")] == ["port", "source"]


def test_sources_are_named_and_too_few_weeks_are_said(run: Path) -> None:
    output = said(str(run), "--by", "lane").output
    cells = comparison_of_run(run, load_observed())
    for name, source in load_observed().sources.items():
        is_told = f"{name}: {source.statistic}; {source.source}\n" in output
        assert is_told == (name in cells["source"].to_pylist())
    closed = cells["simulated_min"].null_count
    assert f"{len(cells):,} observed cells; in {closed:,} of them the run had no open lane" in output
    assert "0.286 weeks were simulated: a mean over fewer than 60 is noisy; run more --days\n" in output


def test_a_run_of_other_ports_says_which_ports_have_observed_waits(tmp_path: Path) -> None:
    simulate(ports=["sasabe"], days=1, out=tmp_path / "run")
    result = said(str(tmp_path / "run"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{tmp_path}/run: nothing to compare: none of its ports has observed waits; "
        "brownsville-bm, el-paso-stanton, los-indios, ysleta-zaragoza have\n"
    )


@pytest.fixture
def waits(tmp_path: Path) -> Path:
    """Readings of two ports on a Monday at eight in the morning."""
    day, hour = "3/4/2024", "At 8:00 am CST"
    indios = {"passenger_vehicle_lanes__standard_lanes": lane("delay", hour, 45, 1)}
    ysleta = {"passenger_vehicle_lanes__standard_lanes": lane("delay", "At 8:00 am MST", 25, 6)}
    ysleta |= {"commercial_vehicle_lanes__standard_lanes": lane("delay", "At 8:00 am MST", 50, 4)}
    feed, table = tmp_path / "feed.json", tmp_path / "mine.csv"
    feed.write_text(as_json(entry("535503", day, **indios), entry("240203", day, **ysleta)))
    result = CliRunner().invoke(group, ["import-waits", str(feed), "--out", str(table)])
    assert result.exit_code == 0
    return table


def test_a_table_of_readings_is_compared_by_itself_and_is_its_own_source(run: Path, waits: Path) -> None:
    (table,) = tables(run, "--by", "source", "--waits", str(waits))
    assert [row[:5] for row in table[1:]] == [
        ["mine.csv", "passenger", "standard", "2", "35.0"],
        ["all", "2", "35.0", table[-1][3], table[-1][4]],
    ]
    output = said(str(run), "--waits", str(waits)).output
    assert "mine.csv: mean over the readings of CBP's feed; " in output and "cbp_" not in output
    assert (
        "1 cell of lanes that no other port has, left out of the tables, which compare with a naive guess\n" in output
    )


def test_where_no_other_port_was_read_there_is_no_guess_and_an_error_all_the_same(run: Path, waits: Path) -> None:
    lines = waits.read_text().splitlines()
    waits.write_text("\n".join(line for line in lines if "los-indios" not in line))
    (table,) = tables(run, "--by", "lane", "--waits", str(waits))
    assert [row[:4] for row in table[1:-1]] == [
        ["commercial", "standard", "1", "50.0"],
        ["passenger", "standard", "1", "25.0"],
    ]
    assert (
        "naive: there is no guess: no other port has observed waits of these lanes\n"
        in said(str(run), "--waits", str(waits)).output
    )


def test_a_table_of_other_ports_or_none_at_all_is_told(run: Path, waits: Path, tmp_path: Path) -> None:
    waits.write_text(waits.read_text().replace("los-indios", "tecate").replace("ysleta-zaragoza", "donna"))
    result = said(str(run), "--waits", str(waits))
    assert result.exit_code == 1
    assert result.stderr == (
        f"{run}: nothing to compare: none of its ports has observed waits in {waits}; donna, tecate have\n"
    )
    result = said(str(run), "--waits", str(tmp_path / "none.csv"))
    assert result.exit_code == 2 and result.stderr.startswith(f"{tmp_path}/none.csv: cannot be read (")


@pytest.mark.parametrize("arguments", [(), ("--by", "lane")])
def test_what_is_no_run_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = said(str(tmp_path / "none"), *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path}/none/manifest.json: cannot be read")


def test_an_unknown_table_is_refused(run: Path) -> None:
    result = said(str(run), "--by", "week")
    assert result.exit_code == 2
    assert "'week' is not one of 'lane', 'source', 'port', 'day', 'hour'" in result.stderr
