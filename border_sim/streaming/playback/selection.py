"""Which part of which streams is replayed, and under what name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from border_sim.errors import BorderSimError
from border_sim.events.decode import Start, StreamKey
from border_sim.events.digest import PortDigest, combine
from border_sim.records import Events
from border_sim.spec.suggestion import nearest, unknown
from border_sim.streaming.playback.play import EventStream
from border_sim.streaming.playback.slicing import measured_from, sliced
from border_sim.vocabulary import QUARTER_US, SECOND_US


class ReplayError(BorderSimError):
    """What was asked for is not in the source; the message says what is."""


class Selection(NamedTuple):
    """What is replayed; `None`: all there is, as it is."""

    run: str | None = None
    """The run to choose"""
    run_id: str | None = None
    """The name that it gets"""
    ports: tuple[str, ...] | None = None
    from_us: int | None = None
    until_us: int | None = None
    now_us: int | None = None
    """Move all times by whole quarters of an hour, so that the first event that is paced is now, or up to a quarter
    of an hour ago
    """

    @property
    def is_whole(self) -> bool:
        """Whether no event is left out or changed but for the run's name, so that the event hash stays what it was."""
        return self.ports is None and self.from_us is None and self.until_us is None and self.now_us is None


class Replay(NamedTuple):
    """Streams ready to be played, once."""

    streams: list[EventStream]
    """In the order in which events of one instant are sent: by port, run and replication"""
    paced_from_us: int
    """The instant of the first event that is not sent at once"""
    digests: list[PortDigest]
    """By stream; they take in what is read of it"""


def replay_of(streams: Mapping[StreamKey, EventStream], selection: Selection) -> Replay:
    """The chosen part of streams. `run_started` tells how many ports the run has, or, if ports or an end are chosen,
    how many of them are replayed.

    Raises `ReplayError` if the source does not have what was chosen, or nothing of it is left.
    """
    chosen = _in_time(_of_ports(_of_run(streams, selection), selection), selection)
    begins_us = max(selection.from_us or 0, min(stream.begins_us for stream in chosen.values()))
    shift_us = 0 if selection.now_us is None else (selection.now_us - begins_us) // QUARTER_US * QUARTER_US
    digests = [PortDigest() for _ in chosen]
    played = [
        _changed(stream, _start(key, chosen, selection), selection, shift_us, digest)
        for (key, stream), digest in zip(chosen.items(), digests, strict=True)
    ]
    return Replay(played, begins_us + shift_us, digests)


def event_hashes(replay: Replay) -> dict[tuple[str, int], str]:
    """The event hash of each run and replication of a replay that has been played to its end."""
    ports: dict[tuple[str, int], dict[str, str]] = {}
    for (start, *_), digest in zip(replay.streams, replay.digests, strict=True):
        run = (start.facts.run, start.facts.replication)
        ports.setdefault(run, {})[start.info.slug] = digest.hexdigest()
    return {run: combine(hashes) for run, hashes in ports.items()}


def utc(t_us: int) -> str:
    """An instant for people, to the second."""
    try:
        return f"{datetime.fromtimestamp(t_us // SECOND_US, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OSError, OverflowError, ValueError):  # a year with more than four digits
        return f"{t_us} us after 1970"


def _of_run(streams: Mapping[StreamKey, EventStream], selection: Selection) -> dict[StreamKey, EventStream]:
    """The streams of the run that is chosen, in the order of port, run and replication."""
    runs = sorted({key.run for key in streams})
    if selection.run is not None and selection.run not in runs:
        raise ReplayError(f"there is no run {selection.run!r}; there is {_listed(runs, selection.run)}")
    if selection.run is None and selection.run_id is not None and len(runs) > 1:
        raise ReplayError(f"--run-id names one run, and there are {len(runs)}: choose by --run one of {_listed(runs)}")
    keys = [key for key in streams if selection.run in (None, key.run)]
    keys.sort(key=lambda key: (key.port, key.run, key.replication))
    return {key: streams[key] for key in keys}


def _of_ports(streams: dict[StreamKey, EventStream], selection: Selection) -> dict[StreamKey, EventStream]:
    """The streams of the ports that are chosen."""
    known = sorted({key.port for key in streams})
    for slug in selection.ports or ():
        if slug not in known:
            raise ReplayError(f"{slug!r}: {unknown('port', slug, known)}")
    return {key: stream for key, stream in streams.items() if selection.ports is None or key.port in selection.ports}


def _in_time(streams: dict[StreamKey, EventStream], selection: Selection) -> dict[StreamKey, EventStream]:
    """The streams of ports whose run began before the end that is chosen."""
    begins_us = min(stream.begins_us for stream in streams.values())
    ends_us = max(stream.ends_us for stream in streams.values())
    if (selection.from_us or 0) > ends_us or (selection.until_us is not None and selection.until_us <= begins_us):
        raise ReplayError(f"nothing lies there; the events are from {utc(begins_us)} to {utc(ends_us)}")
    until_us = ends_us + 1 if selection.until_us is None else selection.until_us
    return {key: stream for key, stream in streams.items() if stream.begins_us < until_us}


def _listed(words: list[str], wrong: str = "") -> str:
    """Some of the words, those that may be meant first."""
    near = nearest(wrong, words)
    shown = [*near, *(word for word in words if word not in near)][:8]
    return ", ".join(shown) + (f" and {len(words) - len(shown)} more" if len(words) > len(shown) else "")


def _start(key: StreamKey, chosen: dict[StreamKey, EventStream], selection: Selection) -> Start:
    """What `run_started` says of a stream. A run that was interrupted has ports of which there is no stream."""
    info, facts = chosen[key].start
    ports = facts.ports
    if ports is None or selection.ports is not None or selection.until_us is not None:
        ports = sum(other[:2] == key[:2] for other in chosen)
    return Start(measured_from(info, selection.from_us), facts._replace(run=selection.run_id or key.run, ports=ports))


def _changed(stream: EventStream, start: Start, selection: Selection, shift_us: int, digest: PortDigest) -> EventStream:
    info = replace(start.info, measured_from_us=start.info.measured_from_us + shift_us)
    pieces = sliced(stream.pieces, selection.from_us, selection.until_us)
    ends_us = stream.ends_us if selection.until_us is None else min(stream.ends_us, selection.until_us - 1)
    return EventStream(
        start._replace(info=info),
        stream.begins_us + shift_us,
        ends_us + shift_us,
        _digested(digest, (piece._replace(t_us=piece.t_us + shift_us) if shift_us else piece for piece in pieces)),
    )


def _digested(digest: PortDigest, pieces: Iterable[Events]) -> Iterator[Events]:
    for piece in pieces:
        digest.update(piece)
        yield piece
