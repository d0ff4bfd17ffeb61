"""What a process that simulates and sends events shows of itself."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Final

import numpy as np

from border_sim.streaming.counting.board import Board, ProducerFacts
from border_sim.streaming.playback.play import EventStream, Reached

SHOW_EVERY_S: Final = 0.5


def show_on(
    board: Board, streams: Sequence[EventStream], undelivered: Callable[[], int]
) -> Callable[[Reached | None], Any]:
    """The function that shows on a board how far a run has come, some times a second; it is to be called after every
    few events, and with `None` now and then while there are none. `undelivered`: how many of those sent Kafka has not
    acknowledged.
    """
    slugs = [stream.start.info.slug for stream in streams]
    reached_us: dict[str, int] = {}
    is_over = np.zeros(len(slugs), bool)
    shown_s = -SHOW_EVERY_S
    last: Reached | None = None

    def show(further: Reached | None) -> None:
        nonlocal shown_s, last
        last, now_s = further or last, monotonic()
        if (reached := last) is None or now_s - shown_s < SHOW_EVERY_S:
            return
        shown_s = now_s
        reached_us.update((slugs[place], reached.until_us) for place in np.flatnonzero((reached.sent > 0) & ~is_over))
        is_over[:] = reached.ended
        ended = frozenset(slugs[place] for place in np.flatnonzero(is_over))
        board.producer = ProducerFacts(int(reached.sent.sum()), undelivered(), dict(reached_us), ended, now_s)

    return show
