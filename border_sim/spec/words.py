"""Numbers in sentences."""


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 port`, `2,000 ports`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
