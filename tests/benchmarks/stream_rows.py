"""The lines of the table of streaming, each with its bar."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

import numpy as np

from tests.benchmarks.codecs import Codecs
from tests.benchmarks.delays import EVENTS_A_SECOND
from tests.benchmarks.stream_rounds import StreamResults, Streams
from tests.benchmarks.table import Bar, StreamRow
from tests.benchmarks.traffic import Moved

SHARE_BAR: Final = 0.8
CONSUMER_BAR: Final = 60_000


def stream_rows(results: StreamResults, missing: str | None) -> Iterator[StreamRow]:
    """Codecs, then what needs a broker. `missing`: why there is none; `None`: there is one."""
    yield from _codec_rows(results.codecs, len(results.ports.busy))
    if missing:
        yield StreamRow("producers, consumer, delay", f"not measured: {missing}")
        return
    yield from _producer_rows(results.streams)
    yield from _consumer_rows(results.streams)
    yield _delay_row(results.streams)


def _codec_rows(rounds: Sequence[Codecs], ports: int) -> Iterator[StreamRow]:
    encode, decode, dumps, loads = zip(*rounds, strict=True)
    name = f"a day of {ports} ports, one core: columns to lines"
    yield StreamRow(name, _rate(encode), _events(encode), _times(encode, dumps, "`json`"))
    name = "the same: lines, checked, to columns"
    yield StreamRow(name, _rate(decode), _events(decode), _times(decode, loads, "`json`"))
    yield StreamRow("`json` of Python: dictionaries to lines", _rate(dumps), _events(dumps))
    yield StreamRow("`json` of Python: lines, unchecked, to dictionaries", _rate(loads), _events(loads))


def _producer_rows(rounds: Sequence[Streams]) -> Iterator[StreamRow]:
    client, sink = ([getattr(each, name) for each in rounds] for name in ("client", "sink"))
    name = "kafka-python alone, with border-sim's options, keys and partitions made beforehand"
    yield StreamRow(name, _rate(client), _events(client))
    bar = Bar(f"≥ {SHARE_BAR:g} x", is_met=_ratio(sink, client) >= SHARE_BAR)
    name = "border-sim's Kafka sink, every answer of the broker looked at"
    yield StreamRow(name, _rate(sink), _events(sink), _times(sink, client, "kafka-python"), bar)


def _consumer_rows(rounds: Sequence[Streams]) -> Iterator[StreamRow]:
    consumed = [each.consumed for each in rounds]
    moved = [each.moved for each in consumed]
    bar = Bar(f"≥ {CONSUMER_BAR:,}/s", is_met=_median_rate(moved) >= CONSUMER_BAR)
    name = "`border-sim consume --until-ended`, one process, from when it has its partitions to its last commit"
    yield StreamRow(name, _rate(moved), _events(moved), bar=bar)
    yield StreamRow("the same: from the command to its partitions", f"{median(e.start_up_s for e in consumed):.2f} s")
    rows = median(each.rows for each in consumed)
    # a round in which any row differs ends the benchmarks
    yield StreamRow("the same: rows of metrics that differ from the batch's", f"0 of {rows:,.0f}")


def _delay_row(rounds: Sequence[Streams]) -> StreamRow:
    delays_s = np.concatenate([each.delays_s for each in rounds])
    half, most = np.quantile(delays_s, (0.5, 0.99))
    name = f"{EVENTS_A_SECOND:,} events/s: from sending the event that closes a window to reading the window"
    return StreamRow(f"{name}, {delays_s.size:,} times", f"p50 {half:.2f} s, p99 {most:.2f} s")


def _events(rounds: Sequence[Moved]) -> int:
    return round(median(each.events for each in rounds))


def _median_rate(rounds: Sequence[Moved]) -> float:
    return median(each.rate for each in rounds)


def _rate(rounds: Sequence[Moved]) -> str:
    return f"{float(f'{_median_rate(rounds):.3g}'):,.0f}/s"


def _ratio(mine: Sequence[Moved], theirs: Sequence[Moved]) -> float:
    """How many times as fast: the median over the rounds, in each of which both met the same machine."""
    return median(one.rate / other.rate for one, other in zip(mine, theirs, strict=True))


def _times(mine: Sequence[Moved], theirs: Sequence[Moved], peer: str) -> str:
    return f"{_ratio(mine, theirs):,.3g} x {peer}"
