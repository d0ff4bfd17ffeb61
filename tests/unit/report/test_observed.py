"""Observed against simulated waits, from a comparison made by hand."""

import pyarrow as pa

from border_sim.report.observed import observed_figures, observed_groups
from border_sim.run.manifest import read_manifest
from border_sim.vocabulary import MISSING

HEADS = (
    *("source", "port", "mode", "lane_class", "day_of_week", "hour"),
    *("mean_wait_min", "simulated_min", "naive_min", "lanes_open", "booths_open"),
)
LANE = ("cbp", "el-paso-pdn", "passenger", "standard")


def comparison_of(*rows):
    columns = zip(*rows, strict=True)
    kinds = [pa.string()] * 4 + [pa.int8()] * 2 + [pa.float64()] * 5
    return pa.table({head: pa.array(column, kind) for head, column, kind in zip(HEADS, columns, kinds, strict=True)})


def test_hours_are_averaged_over_the_days_of_their_type_and_errors_over_cells():
    (group,) = observed_groups(
        comparison_of(
            (*LANE, 0, 8, 10.0, 12.0, 20.0, 2.0, None),
            (*LANE, 4, 8, 20.0, 18.0, 20.0, None, None),
            (*LANE, 5, 8, 30.0, None, 20.0, None, None),
        )
    )
    assert group["days"]["weekday"]["observed"][7:10] == [MISSING, 150, MISSING]
    assert group["days"]["weekday"]["lanes_open"][8] == 20
    assert group["days"]["saturday"]["observed"][8] == 300
    assert group["days"]["saturday"]["simulated"][8] == MISSING
    assert (group["cells"], group["error"], group["naive_error"]) == (2, 20, 50)


def test_sources_and_lane_classes_are_never_mixed():
    other = ("rss", *LANE[1:])
    ready = (*LANE[:3], "ready")
    rows = [(*lane, 0, 8, 10.0, 11.0, 12.0, None, None) for lane in (LANE, other, ready)]
    groups = observed_groups(comparison_of(*rows))
    assert [(group["source"], group["lane_class"]) for group in groups] == [
        ("cbp", "standard"), ("rss", "standard"), ("cbp", "ready"),
    ]  # fmt: skip


def test_a_lane_that_the_run_never_posted_has_no_error():
    (group,) = observed_groups(comparison_of((*LANE, 0, 8, 10.0, None, 12.0, None, None)))
    assert (group["cells"], group["error"], group["naive_error"]) == (0, MISSING, MISSING)


def test_a_run_of_ports_where_nothing_was_observed_has_no_groups(made_run, port):
    folder = made_run([(port(slug="nowhere"), {}, [])])
    figures = observed_figures(folder / "metrics.parquet", read_manifest(folder))
    assert figures == {"groups": [], "sources": {}, "many_weeks": 60}
