"""What a plain (unquoted) YAML scalar means here: less than in YAML 1.1, so that text stays text.

`NO` and `on` are text and `06:30` is a time of day, not 390; a number with a leading zero (a code, `0703`) is text,
too; `1e3` is a number.
"""

import re
from datetime import date
from functools import lru_cache

Scalar = str | int | float | bool | date | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{sign + word: float(f"{sign}inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_FRACTION = re.compile(r"[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=10_000)
def plain(text: str) -> Scalar:
    """The value of a plain scalar; text that looks like a number or a date but is none stays text."""
    if text in _WORDS:
        return _WORDS[text]
    try:
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _FRACTION.fullmatch(text) and not text.lstrip("+-").isdigit():
            return float(text)
    except ValueError:
        return text
    return text
