"""Series as OpenMetrics text: what the client's parser reads is what was written."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from border_sim.monitoring.families import FAMILIES
from border_sim.monitoring.history.instants import Instants
from border_sim.monitoring.history.series import Series
from border_sim.monitoring.history.text import END, head_text, samples_in, series_text
from border_sim.vocabulary import QUARTER_US

HOURS = Instants(3_600_000_000, 4 * QUARTER_US, 3)


def text_of(name, labels, values):
    return series_text(FAMILIES[name], Series(name, labels, np.array(values)), HOURS).decode()


def test_a_line_for_each_instant():
    labels = ("naco", "passenger")
    assert text_of("border_arrivals_total", labels, [0, 7, 2**53]) == (
        'border_arrivals_total{port="naco",mode="passenger"} 0 3600\n'
        'border_arrivals_total{port="naco",mode="passenger"} 7 7200\n'
        'border_arrivals_total{port="naco",mode="passenger"} 9007199254740992 10800\n'
    )


def test_what_is_absent_is_left_out():
    text = text_of("border_queue_length", ("naco", "passenger", "standard", "primary"), [np.nan, 1.25, np.nan])
    assert (
        text == 'border_queue_length{port="naco",mode="passenger",lane_class="standard",station="primary"} 1.25 7200\n'
    )
    assert text_of("border_sim_time_seconds", ("naco",), [np.nan] * 3) == ""


def test_the_parts_of_a_histogram_stand_together_at_each_instant():
    family = FAMILIES["border_wait_seconds"]
    values = np.add.outer(np.arange(3), np.arange(len(family.edges_us) + 2))
    values[:, -1] = [0, 1_500_000, 61_000_001]
    text = text_of("border_wait_seconds", ("naco", "passenger", "standard"), values)
    lines = [line.split("{")[0].removeprefix("border_wait_seconds") for line in text.splitlines()]
    assert lines == ["_bucket"] * 13 + ["_count", "_sum"] + (["_bucket"] * 13 + ["_count", "_sum"]) * 2
    edges = [line.split('le="')[1].split('"')[0] for line in text.splitlines()[:13]]
    assert [*map(float, edges[:-1]), edges[-1]] == [*(edge / 1e6 for edge in family.edges_us), "+Inf"]
    sums = [line.split()[-2:] for line in text.splitlines() if "_sum" in line]
    assert sums == [["0", "3600"], ["1.5", "7200"], ["61.000001", "10800"]]
    counts = [line.split()[-2] for line in text.splitlines() if "_count" in line]
    assert counts == [line.split()[-2] for line in text.splitlines() if "+Inf" in line] == ["12", "13", "14"]


@settings(derandomize=True, deadline=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"])),
    values=st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=3, max_size=3),
)
def test_any_name_and_figure_is_read_as_it_was(name, values):
    family, labels = FAMILIES["border_port_info"], ("naco", name, "AZ", "UTC", "", "")
    text = series_text(family, Series(family.name, labels, np.array(values)), HOURS)
    (told,) = text_string_to_metric_families((head_text(family) + text + END).decode())
    assert (told.name, told.type, told.documentation) == (family.name, family.type, family.meaning)
    there = [(t, value) for t, value in zip((3600, 7200, 10800), values, strict=True) if value == value]  # noqa: PLR0124
    assert [(float(sample.timestamp), sample.value) for sample in told.samples] == there
    assert all(sample.labels == dict(zip(family.labels, labels, strict=True)) for sample in told.samples)
    assert samples_in(text) == len(there)


def test_a_counter_is_declared_without_its_ending():
    head = head_text(FAMILIES["border_arrivals_total"]).decode()
    assert head.splitlines()[1] == "# TYPE border_arrivals counter"
