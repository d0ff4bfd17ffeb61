"""What became of records, in numbers."""

from dataclasses import dataclass, field, replace


@dataclass
class RecordCounts:
    """What became of records."""

    events: int = 0
    """Counted"""
    windows: int = 0
    """Closed"""
    duplicates: int = 0
    """Left out, because they were counted before"""
    abandoned: int = 0
    """Streams that were forgotten before they ended"""
    dead: dict[str, int] = field(default_factory=dict)
    """Refused, by reason"""

    @property
    def records(self) -> int:
        """All records."""
        return self.events + self.duplicates + sum(self.dead.values())

    def copy(self) -> "RecordCounts":
        """The same numbers, which later ones do not change."""
        return replace(self, dead=dict(self.dead))

    def add(self, other: "RecordCounts") -> None:
        """Add those of other records."""
        self.events += other.events
        self.windows += other.windows
        self.duplicates += other.duplicates
        self.abandoned += other.abandoned
        for reason, count in other.dead.items():
            self.dead[reason] = self.dead.get(reason, 0) + count
