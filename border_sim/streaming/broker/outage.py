"""What the user is told while the broker does not answer, and when waiting is no use."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, Final

from kafka.errors import (
    AuthorizationError,
    InvalidSessionTimeoutError,
    KafkaError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    UnsupportedCodecError,
)

from border_sim.streaming.broker.clients import StreamingError, explained, unreachable
from border_sim.streaming.broker.settings import KafkaSettings

MOST_FAILURES: Final = 20
"""In a row, with a broker that can be reached."""
IN_A_ROW_S: Final = 120
"""A failure that comes later than this after the one before begins a row of its own."""
RETRY_AFTER_S: Final = 0.5
_HOPELESS: Final = (
    AuthorizationError,
    InvalidSessionTimeoutError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    UnsupportedCodecError,
)


class Outage:
    """Counts failures in a row: since something was last committed, and none long after the one before.

    That the broker answers does not end a row: it may answer everything and yet refuse each commit. `now_s`, `wait`:
    a clock, and what waits for seconds.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        say: Callable[[str], Any],
        now_s: Callable[[], float] = monotonic,
        wait: Callable[[float], Any] = sleep,
    ) -> None:
        self._settings, self._say, self._now_s, self._wait = settings, say, now_s, wait
        self._failures, self._failed_s = 0, now_s()
        self._is_reported = False

    def failed(self, error: Exception) -> None:
        """Something failed: tell the user once if the broker is gone, and wait a little before it is tried again.

        Raises `StreamingError` if waiting does not mend it: the broker refuses us, or can be reached and yet nothing
        goes well.
        """
        if isinstance(error, _HOPELESS):
            raise StreamingError(explained(error, self._settings)) from error
        self._count()
        if self._failures >= MOST_FAILURES:
            message = explained(error, self._settings) if isinstance(error, KafkaError) else str(error)
            raise StreamingError(f"{message} ({self._failures} times in a row)") from error
        self._wait(RETRY_AFTER_S)

    def _count(self) -> None:
        now_s = self._now_s()
        is_in_row = now_s - self._failed_s <= IN_A_ROW_S
        self._failures = (self._failures if is_in_row else 0) + 1 if self.look() else 0
        self._failed_s = now_s

    def look(self) -> bool:
        """Whether the broker takes connections; if not, the user is told once."""
        why = unreachable(self._settings)
        if why and not self._is_reported:
            self._is_reported = True
            self._say(f"broker {self._settings.servers} does not answer ({why}); waiting: nothing is lost")
        return not why

    def over(self) -> None:
        """The broker answers."""
        if self._is_reported:
            self._is_reported = False
            self._say(f"broker {self._settings.servers} answers again; going on")

    def mended(self) -> None:
        """Something was committed."""
        self._failures = 0
        self.over()
