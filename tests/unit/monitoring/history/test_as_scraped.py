"""A finished run tells at each instant what a scrape of the same run found while it went on: name by name, label by
label, figure by figure.
"""

from itertools import accumulate

import numpy as np
import pytest

from border_sim.codes import POSTED
from border_sim.events.decode import StreamKey
from border_sim.loading.catalogue import load_catalogue
from border_sim.metrics.counters import fold_and_count, new_counters, so_far
from border_sim.metrics.state import new_state
from border_sim.monitoring.families import FAMILIES
from border_sim.monitoring.history.instants import instants_of
from border_sim.monitoring.history.write import history_of
from border_sim.monitoring.known_ports import known_ports
from border_sim.monitoring.port_samples import HistogramSample, port_samples
from border_sim.records import concatenate, select
from border_sim.run.manifest import read_manifest
from border_sim.run.recompute import logged_events
from border_sim.streaming.counting.port_now import PortNow
from border_sim.vocabulary import SECOND_US


def scraped(folder, slug):
    """What a scrape finds of a port at each instant but the first: by the instant, the figures by name and labels.

    What happens at an instant itself is told later, but for what is staffed and posted there.
    """
    manifest = read_manifest(folder)
    entry = manifest.ports[slug]
    known = known_ports(load_catalogue()).get(slug) or history_of(folder, [slug]).known[slug]
    events = concatenate(list(logged_events(folder, entry)))
    state, counters = new_state(entry.info, manifest.window_us), new_counters()
    at, found = 0, {}
    for t_us in instants_of(entry, manifest.window_us).us.tolist():
        until = np.searchsorted(events.t_us, t_us)
        until += np.searchsorted(events.kind[events.t_us == t_us], POSTED, side="right")
        if until > at:
            fold_and_count(state, counters, select(events, slice(at, until)), entry.info.measured_from_us)
        at = until
        is_ended = at == len(events.t_us)
        now = so_far(counters, None if is_ended else state)
        key = StreamKey("test", manifest.replication, slug)
        port = PortNow(key, 0, entry.info, 0, t_us, is_ended, state.cells, state.pools, now)
        found[t_us // SECOND_US] = dict(flat(port_samples(port, known)))
    assert is_ended
    return found


def flat(samples):
    """The figures of samples by name and labels, as a text tells them."""
    for sample in samples:
        family = FAMILIES[sample.family]
        labels = dict(zip(family.labels, sample.labels, strict=True))
        if isinstance(sample, HistogramSample):
            edges = [*(str(edge_us / SECOND_US) for edge_us in family.edges_us), "+Inf"]
            for edge, count in zip(edges, accumulate(sample.counts), strict=True):
                yield keyed(f"{sample.family}_bucket", {**labels, "le": edge}), count
            yield keyed(f"{sample.family}_count", labels), sum(sample.counts)
            yield keyed(f"{sample.family}_sum", labels), sample.sum_s
        else:
            yield keyed(sample.family, labels), float(sample.value)


def keyed(name, labels):
    return name, tuple(sorted(labels.items()))


@pytest.fixture
def run_of(two_ports, full_port):
    """The run of each port."""
    return {"columbus": two_ports, "laredo-wtb": two_ports, "gate": full_port}


@pytest.mark.parametrize("slug", ["columbus", "laredo-wtb", "gate"])
def test_a_finished_run_tells_what_was_scraped(run_of, written, tmp_path, slug):
    told = written(run_of[slug], [slug], tmp_path)
    found = scraped(run_of[slug], slug)
    assert len(found) > 24 * 4
    for t, figures in found.items():
        mine = {key: values[t] for key, values in told.series.items() if t in values}
        later = mine.keys() - figures.keys()  # a lane class that nobody had come to yet
        assert not any(mine[key] for key in later), t
        assert {key: mine.get(key) for key in figures} == pytest.approx(figures, rel=1e-12), t


def test_a_port_that_fills_up_tells_blocked_booths_and_who_waits_for_the_scan(full_port, written):
    told = written(full_port)
    blocked = told.of("border_booths_blocked", port="gate", pool="standard").values()
    assert max(blocked) == 2
    assert any(told.of("border_queue_length", port="gate", lane_class="", station="scan").values())
