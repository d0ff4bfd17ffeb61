"""What the catalogue knows of ports by name: asked at every scrape, so it is all worked out beforehand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from border_sim.spec.accustomed import accustomed_wait
from border_sim.spec.scenario import Catalogue
from border_sim.spec.staffing import group_of
from border_sim.vocabulary import MINUTE_US, SECOND_US, lane_classes

_MINUTE_S: Final = MINUTE_US / SECOND_US


class KnownPort(NamedTuple):
    """A port of the catalogue."""

    name: str
    state: str
    accustomed_wait_s: dict[tuple[str, str], tuple[float, ...]]
    """By mode and lane class, the wait that it is known for in each of the 24 local hours, seconds; where nobody knows
    it, the lane class is missing
    """


def known_ports(catalogue: Catalogue) -> dict[str, KnownPort]:
    """The ports of the catalogue by slug."""
    return {
        slug: KnownPort(port.name, port.state, dict(_accustomed_waits(slug, catalogue)))
        for slug, port in catalogue.ports.items()
    }


def _accustomed_waits(slug: str, catalogue: Catalogue) -> Iterator[tuple[tuple[str, str], tuple[float, ...]]]:
    port = catalogue.ports[slug]
    for mode in port.modes:
        minutes = accustomed_wait(slug, mode, port, catalogue).minutes
        for lane_class in lane_classes(mode):
            if (group := group_of(mode, lane_class)) in minutes:
                shape = catalogue.planning.hour_shape[group]
                yield (mode.value, lane_class.value), tuple(minutes[group] * of_hour * _MINUTE_S for of_hour in shape)


def local_hour(time_zone: str, t_us: int) -> int | None:
    """The hour of the wall clock, 0 to 23, at an instant; `None`: there is no such zone, or no such year."""
    try:
        return datetime.fromtimestamp(t_us // SECOND_US, UTC).astimezone(ZoneInfo(time_zone)).hour
    except (KeyError, OSError, OverflowError, ValueError):
        return None
