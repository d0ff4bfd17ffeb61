"""What the user is told while the broker does not answer, and when waiting is no use."""

from collections.abc import Callable
from typing import Any, Final

from kafka.errors import (
    AuthorizationError,
    InvalidSessionTimeoutError,
    KafkaError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    UnsupportedCodecError,
)

from border_sim.streaming.clients import StreamingError, explained, unreachable
from border_sim.streaming.settings import KafkaSettings

MOST_FAILURES: Final = 20
"""In a row, with a broker that can be reached."""
_HOPELESS: Final = (
    AuthorizationError,
    InvalidSessionTimeoutError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    UnsupportedCodecError,
)


class Outage:
    """Counts what failed since something last went well."""

    def __init__(self, settings: KafkaSettings, say: Callable[[str], Any]) -> None:
        self._settings, self._say = settings, say
        self._failures = 0
        self._is_told = False

    def failed(self, error: Exception) -> None:
        """Something failed: tell the user once if the broker is gone.

        Raises `StreamingError` if waiting does not mend it: the broker refuses us, or can be reached and yet nothing
        goes well.
        """
        if isinstance(error, _HOPELESS):
            raise StreamingError(explained(error, self._settings)) from error
        if not self.look():
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            told = explained(error, self._settings) if isinstance(error, KafkaError) else str(error)
            raise StreamingError(f"{told} ({self._failures} times in a row)") from error

    def look(self) -> bool:
        """Whether the broker takes connections; if not, the user is told once."""
        why = unreachable(self._settings)
        if why and not self._is_told:
            self._is_told = True
            self._say(f"broker {self._settings.servers} does not answer ({why}); waiting: nothing is lost")
        return not why

    def over(self) -> None:
        """The broker answers."""
        if self._is_told:
            self._is_told = False
            self._say(f"broker {self._settings.servers} answers again; going on")

    def mended(self) -> None:
        """What failed before has gone well."""
        self._failures = 0
        self.over()
