"""Did you mean ...? What is said of a name that is none of those that may stand at its place."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

NEAR: Final = 0.75
"""How alike (`difflib`, 0 to 1) a name is to be suggested: `wekday` is to `weekday`, `costs` is not to `ports`."""
LONGEST_NAME: Final = 120
LONGEST_LIST: Final = 20
MOST_NEAR: Final = 3
LEAST_PART: Final = 3
OTHER_WORDS: Final = {
    "truck": "commercial",
    "trucks": "commercial",
    "car": "passenger",
    "cars": "passenger",
    "walkers": "pedestrian",
}
"""Words of every day for those of the vocabulary."""
PASSED_OVER: Final = " -_'\"[]()"


def nearest(name: str, valid: Iterable[str]) -> list[str]:
    """The valid names that may be meant, the likeliest first, at most three; none if no name is near.

    They are spelt alike or with letters swapped, else have `name` as a part. Capitals, spaces, hyphens, underscores,
    quotes and brackets make no difference. A word of every day is that of the vocabulary.
    """
    words: dict[str, str] = {}
    for word in valid:
        words.setdefault(plain(word), word)
    asked = plain(name[:LONGEST_NAME])
    if (word := OTHER_WORDS.get(asked, "")) in words:
        return [words[word]]
    near = [letters for letters in words if sorted(letters) == sorted(asked)]
    near = near or get_close_matches(asked, words, n=2, cutoff=NEAR)
    if not near and len(asked) >= LEAST_PART:
        near = sorted(letters for letters in words if asked in letters)
    return [words[letters] for letters in near[:MOST_NEAR]]


def unknown(what: str, name: str, valid: Iterable[str]) -> str:
    """The message for a name that is none of `valid`: the nearest ones, and all of them unless they are many."""
    known = sorted(valid)
    near = nearest(name, known)
    listed = ", ".join(known[:LONGEST_LIST]) or "none"
    if len(known) > LONGEST_LIST:
        listed = "" if near else f"{listed}, ... ({len(known)} in all)"
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"unknown {what}; " + " ".join(part for part in (hint, listed and f"valid are {listed}") if part)


def plain(name: str) -> str:
    """A name without what makes no difference, for comparison."""
    return "".join(letter for letter in name.casefold() if letter not in PASSED_OVER)
