"""`border-sim show`."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.stations_in_words import stations_in_words
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.accustomed import DAYS_PER_YEAR, entries_per_open_hour
from border_sim.spec.calendar import Hours
from border_sim.spec.demand import Annual, DayOfWeek, Listed
from border_sim.spec.port import LeaveFor, Pool, Port, PortMode
from border_sim.spec.port_names import slugs_of
from border_sim.spec.problem import Problem, SpecError, shown
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.spec.staffing import Planned, Roster
from border_sim.spec.week_words import hours_words
from border_sim.spec.words import printable
from border_sim.vocabulary import Mode

WIDTH = 17
_DAY_TYPES = {"weekday": range(5), "Saturday": range(5, 6), "Sunday": range(6, 7)}


@click.command("show")
@click.argument("port")
def command(port: str) -> None:
    """Show one port of the catalogue: hours, booths, pools, lane choice, programmes, demand of a day, service times,
    referral, bays, room, pace, accustomed waits, sources.
    """
    with wrong_input_exits():
        catalogue = load_catalogue()
        (slug,) = slugs_of([port], catalogue.ports, catalogue.ports)
        if slug not in catalogue.ports:
            raise SpecError([Problem((), shown(port), "means several ports; name one")])
        resolved = resolve(Scenario(), catalogue, ports=[slug])
    for line in _lines(slug, resolved):
        click.echo(printable(line))


def _lines(slug: str, resolved: Resolved) -> Iterator[str]:
    port = resolved.ports[0].port
    yield f"{slug}: {port.name}, {port.state}"
    yield from (_item(name, value) for name, value in _place(port).items() if value)
    for mode in (mode for mode in Mode if mode in port.modes):
        yield ""
        yield mode.value
        yield from (_item(name, value) for name, value in _figures(mode, port.modes[mode], resolved).items() if value)
    yield ""
    yield "sources"
    yield from (f"  {path}: {source}" for path, source in _sources(port))


def _item(name: str, value: str) -> str:
    return f"  {name:{WIDTH}} {value}"


def _place(port: Port) -> dict[str, str]:
    where, codes = port.location, port.codes
    return {
        "across": f"{port.mexico.city}, {port.mexico.state}" if port.mexico else "",
        "location": f"{where.latitude}, {where.longitude}" if where else "",
        "time zone": port.time_zone,
        "codes": f"CBP port {codes.cbp_port}; wait times {', '.join(codes.bwt) or 'none'}" if codes else "",
        "note": port.note,
    }


def _figures(mode: Mode, part: PortMode, resolved: Resolved) -> dict[str, str]:
    waits = part.accustomed_wait.minutes if part.accustomed_wait else {}
    return {
        "hours": _hours(part.hours.weekly),
        "expected a day": _expected(mode, part, resolved.days_of_week),
        "booths": f"{part.installed.booths} installed; {_staffing(part)}",
        "pools": "; ".join(map(_pool, part.pools)),
        "lane choice": _lane_choice(part),
        "programmes": ", ".join(f"{name} {_share(share)}" for name, share in part.programmes.share.items()),
        "loaded": f"{part.loaded.share:.1%}" if part.loaded else "",
        **stations_in_words(part),
        "accustomed wait": ", ".join(f"{group} {minutes:.0f} min" for group, minutes in waits.items()),
    }


def _hours(hours: Hours) -> str:
    return "; ".join(f"{days} {', '.join(ranges) or 'closed'}" for days, ranges in hours.root.items())


def _staffing(part: PortMode) -> str:
    if isinstance(part.staffing, Planned):
        booths = (f"{booths} {group}" for group, booths in part.staffing.booths.items())
        return f"planned staffing with {', '.join(booths)}"
    if isinstance(part.staffing, Roster):
        return _roster(part.staffing)
    return f"{part.staffing.kind} staffing"


def _roster(roster: Roster) -> str:
    pools = "; ".join(f"{name} {hours_words(means)}" for name, means in roster.pools.items())
    if roster.answers is None:
        return f"roster of {pools}"
    bounds = roster.answers
    return (
        f"roster of {pools}; opens more above {bounds.open_above_min:g} min, fewer below {bounds.close_below_min:g} min"
    )


def _lane_choice(part: PortMode) -> str:
    if len(part.served()) == 1:
        return ""
    if isinstance(part.lane_choice, LeaveFor):
        return f"its own, unless another posts {part.lane_choice.leave_for_min} min less"
    return {"shortest": "the shortest posted wait", "own": "its own, whatever is posted"}[part.lane_choice]


def _share(share: float | tuple[float, ...]) -> str:
    return hours_words(share, 100, "%") if isinstance(share, tuple) else f"{share:.1%}"


def _pool(pool: Pool) -> str:
    served = ", then ".join(" and ".join(rank) for rank in pool.serves)
    return f"{pool.name} (up to {pool.max_open}) serves {served}"


def _expected(mode: Mode, part: PortMode, weeks: Mapping[str, DayOfWeek]) -> str:
    """Entries of a mean day of the year and of each type of day; closed days leave their share to the others."""
    if isinstance(part.demand, Listed):
        return f"{len(part.demand.arrivals):,} listed arrivals in all"
    hours = part.hours.weekly
    if not isinstance(part.demand, Annual):
        return f"{entries_per_open_hour(mode, part) * part.demand_factor * hours.weekly_hours() / 7:,.0f}"
    mean = part.demand.volumes[part.demand.volume_year] * part.demand_factor / DAYS_PER_YEAR
    factors = weeks[part.demand.day_of_week].daily
    week = [factor if hours.open_quarters(day) else 0.0 for day, factor in enumerate(factors)]
    scale = mean * 7 / sum(week) if sum(week) else 0.0
    types = {name: [week[day] for day in days if week[day]] for name, days in _DAY_TYPES.items()}
    by_type = (f"{name} {scale * sum(day) / len(day):,.0f}" if day else f"{name} none" for name, day in types.items())
    return f"{mean:,.0f} ({', '.join(by_type)})"


def _sources(port: Port) -> Iterator[tuple[str, str]]:
    """Every group's key path and source, as in the port's file."""
    yield from _sources_in(port.model_dump(mode="json", exclude={"modes": {"__all__": {"inspection"}}}), "")


def _sources_in(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "source":
                if any(each not in (None, {}) for name, each in data.items() if name != key):
                    yield path, value
            else:
                yield from _sources_in(value, f"{path}.{key}".removeprefix("."))
