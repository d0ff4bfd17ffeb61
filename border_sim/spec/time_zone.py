"""The time zones that a port may have: names that mean the same on every machine."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final

import tzdata
from pydantic import AfterValidator

from border_sim.spec.suggestion import nearest

WITHOUT_A_PLACE: Final = "Factory"
"""The database's name for a clock that nobody has set."""


@cache
def time_zones() -> frozenset[str]:
    """The names of the tz database. What else a machine may have (`localtime`, `posixrules`, `right/...`) is not the
    same on every machine, and is none of them.
    """
    names = Path(tzdata.__file__).with_name("zones").read_text(encoding="utf-8")
    return frozenset(names.split()) - {WITHOUT_A_PLACE}


def _known(name: str) -> str:
    if name not in time_zones():
        near = nearest(name, sorted(time_zones()))
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "write e.g. America/Denver"
        raise ValueError(f"{name!r} is no name of the tz database; {hint}")
    return name


TimeZone = Annotated[str, AfterValidator(_known)]
"""An IANA name, the same on every machine, e.g. America/Denver."""
