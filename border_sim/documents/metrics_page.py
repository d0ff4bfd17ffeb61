"""The metrics that Prometheus is given, as Markdown.

`python -m border_sim.documents.metrics_page > docs/metrics.md`
"""

import sys
from collections.abc import Iterator
from typing import Final

from border_sim.monitoring.families import FAMILIES, GROUPS, Family

_HEAD: Final = """\
# Metrics

What `/metrics` gives Prometheus. Written by `python -m border_sim.documents.metrics_page`; do not edit.

`border-sim consume --serve HOST:PORT` gives all groups but the producer's. It shows the ports of the partitions that
the process has now, as they are committed; several processes of a group show each port once together. `border-sim live
--serve HOST:PORT` gives the same of its own ports from one process; there the pipeline has one partition, and nothing
waits, is stored or needs a transaction. With `--kafka`, `live` gives the clock, the producer and the process.

Samples are of one run and replication: of the one that began last, or of that named by `--run`. No label holds a
run, a crossing or a time.

- **Counters and histograms** count since the warm-up ended, at each port. They are the sums over the windows on
  `border.metrics`, with the window that is open. After a restart they go on; a newer run begins at 0.
- **Gauges** stand during the warm-up too. Of a port whose run has ended there are `border_port_info`,
  `border_booths_installed` and `border_sim_time_seconds`, with its final counters.
- **An absent sample** is not known: a closed lane class has no posted wait.
- **Two clocks.** Figures are of *simulated* time or of the *wall* clock, as the column says. A duration in an alert's
  `for`, and the seconds of `rate()`, are always the wall's; the quotient of two rates, such as a mean wait, has no
  clock. Crossings per simulated hour are `border_throughput_per_hour`.
- **Histograms** are exact at their edges; a wait as long as an edge lies below it. `_sum` is in seconds.

| label | values |
| --- | --- |
| `port` | slug, such as `san-ysidro` |
| `mode` | `commercial`, `passenger` or `pedestrian` |
| `lane_class` | `standard`, `ready`, `sentri` or `fast`; empty on the export side, where none is chosen yet |
| `station` | `export`, `primary`, `secondary`, `state`; of the throughput also `door_to_door`, all of them together |
| `pool` | name of a pool of booths, unique with its mode |
| `reason` | why a record was refused, as in [streams.md](streams.md) |
"""
_TAIL: Final = """\

Beside these there is what the Prometheus client tells of any process: `process_cpu_seconds_total`,
`process_resident_memory_bytes`, `process_virtual_memory_bytes`, `process_start_time_seconds`, `process_open_fds` and
`process_max_fds`.
"""


def text() -> str:
    """The page, from the declaration of the families."""
    return _HEAD + "".join(f"{line}\n" for line in _lines()) + _TAIL


def _lines() -> Iterator[str]:
    for title, families in GROUPS.items():
        yield from ("", f"## {title}", "", "| metric | type | labels | unit | clock | meaning |")
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from map(_row, families)
    for family in FAMILIES.values():
        if family.edges_us:
            yield from ("", f"`le` of `{family.name}_bucket`: {', '.join(family.edges)}.")


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    cells = (f"`{family.name}`", family.type, labels, family.unit, family.clock, family.meaning)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(text())
