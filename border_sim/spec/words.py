"""Numbers and other people's text in lines for people."""


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 port`, `2,000 ports`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def printable(text: str) -> str:
    """One line that any terminal may show: control characters and lone surrogates are written as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
