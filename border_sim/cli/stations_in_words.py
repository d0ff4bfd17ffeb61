"""What happens to a crossing at each station of a mode, in words: how long, to whom, in how many bays."""

from border_sim.spec.calendar import WeeklyBays, WeeklyPace
from border_sim.spec.distribution import Distribution, Gamma, Lognormal
from border_sim.spec.inspection import Inspection
from border_sim.spec.port import PortMode
from border_sim.spec.week_words import span_words
from border_sim.spec.words import counted
from border_sim.vocabulary import Station


def stations_in_words(part: PortMode) -> dict[str, str]:
    """Each heading with what is said below it of a resolved mode; empty where there is nothing to say."""
    inspection = part.inspection
    assert isinstance(inspection, Inspection)
    return {
        "export side": _export(inspection),
        "scan": _scan(part, inspection),
        "primary": "; ".join(f"{lane} {_duration(inspection.service[lane])}" for lane in part.served()),
        "referral": _referral(part, inspection),
        "secondary": "; ".join(
            f"{name} {kind.share:.0%} of them, {_duration(kind.service)}, {_bays(part, Station.SECONDARY, name)}"
            for name, kind in inspection.secondary.items()
        ),
        "state inspection": _state(part, inspection),
        "room": ", ".join(f"{counted(places, 'place')} before {at}" for at, places in part.room.by_station().items()),
        "pace": "; ".join(f"{station} {_pace(pace)}" for station, pace in part.pace.items()),
    }


def _export(inspection: Inspection) -> str:
    export = inspection.export
    if export is None:
        return ""
    red = f"; {export.red_share:.0%} a red light, {_duration(export.red_delay)}" if export.red_delay else ""
    return f"{_duration(export.delay)}{red}"


def _scan(part: PortMode, inspection: Inspection) -> str:
    scan = inspection.scan
    return f"{scan.share:.0%}, {_duration(scan.service)}, {_bays(part, Station.SCAN)}" if scan else ""


def _referral(part: PortMode, inspection: Inspection) -> str:
    """The shares of the programmes that the port has; one that is left out is never sent."""
    if inspection.referral is None:
        return ""
    shares, empty = inspection.referral.share, inspection.referral.empty
    shown_shares = [f"{name} {shares.get(name, 0):.1%}" for name in part.programmes.share]
    return ", ".join([*shown_shares, *([f"empty {empty:.1%}"] if empty is not None and part.loaded else [])])


def _state(part: PortMode, inspection: Inspection) -> str:
    state = inspection.state
    if state is None:
        return ""
    full = f"{state.full_share:.0%} in full, {_duration(state.full)}, {_bays(part, Station.STATE)}"
    return f"{full}; others {_duration(state.passing)}"


def _bays(part: PortMode, station: Station, kind: str | None = None) -> str:
    bays = part.bays.at(station, kind)
    if isinstance(bays, WeeklyBays):
        return f"bays: {'; '.join(span_words(span.model_dump()) for span in bays.root)}"
    return counted(bays or 0, "bay")


def _pace(pace: WeeklyPace) -> str:
    spans = (f"{span.pace:g} times as long {span.days} {span.hours}" for span in pace.root)
    return ", ".join(spans)


def _duration(distribution: Distribution) -> str:
    """A distribution by its mean: `108 s (lognormal, cv 0.7)`."""
    cv = f", cv {distribution.cv:g}" if isinstance(distribution, Lognormal | Gamma) else ""
    return f"{distribution.mean_s:g} s ({distribution.kind}{cv})"
