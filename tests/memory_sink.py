"""A sink of events for tests: a list."""

from collections.abc import Iterable


class MemorySink:
    """Keeps events in a list."""

    def __init__(self) -> None:
        self.events: list[tuple[str, bytes]] = []
        """Port and line, in the order in which they came"""

    def write(self, events: Iterable[tuple[str, bytes]]) -> None:
        """Append events."""
        self.events.extend(events)

    def flush(self) -> None:
        """Nothing is left to do."""
