"""Options that several commands share, and what they resolve to."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import click

from border_sim.inputs.booth_notices import with_booth_notices
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.run.defaults import MAX_REPLICATION, MAX_SEED, is_window
from border_sim.spec.port import Port
from border_sim.spec.port_names import slugs_of
from border_sim.spec.problem import SpecError
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import DEFAULT_DAYS, DEFAULT_START, Resolved, Scenario
from border_sim.vocabulary import HOUR_US, MINUTE_US

Command = Callable[..., Any]
MAX_DAYS: Final = 3660
MAX_WARM_UP_DAYS: Final = 366
MAX_SPEED: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Day(click.ParamType[date]):
    """A date."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date of the text."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is no day; write YYYY-MM-DD, e.g. 2024-03-04", param, ctx)


class Days(click.IntRange):
    """A number of days."""

    name = "whole number of days"


def scenario_options_with(start: str, days: str) -> Callable[[Command], Command]:
    """The scenario and what of it and of its draws the command line may set: `scenario`, `ports`, `start`, `days`,
    `warm_up`, `seed`, `replication`. `start` and `days`: the defaults of the measured days, in words.
    """
    seed, replication = click.IntRange(0, MAX_SEED), click.IntRange(0, MAX_REPLICATION)

    def decorate(command: Command) -> Command:
        for option in (
            click.option("--replication", type=replication, default=0, show_default=True, help="Which replication."),
            click.option("--seed", type=seed, default=1, show_default=True, help="Key of every draw."),
            click.option(
                "--warm-up",
                type=Days(0, MAX_WARM_UP_DAYS),
                metavar="DAYS",
                help="Days before, not measured [1].",
            ),
            click.option("--days", type=Days(1, MAX_DAYS), metavar="DAYS", help=f"Measured days [{days}]."),
            click.option("--start", type=Day(), help=f"First measured day, local to each port [{start}]."),
            click.option(
                "--ports", help="Slugs, names or states with commas between, or all [the scenario's; without one, all]."
            ),
            click.argument("scenario", required=False, type=click.Path(path_type=Path)),
        ):
            command = option(command)
        return command

    return decorate


def run_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """A run id that may also name a folder."""
    if value is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", value):
        raise click.BadParameter(f"{value!r}; write letters, digits, dots, hyphens or underscores, at most 100")
    return value


def load_resolved(
    scenario: Path | None,
    ports: str | None = None,
    start: date | None = None,
    days: int | None = None,
    warm_up: int | None = None,
) -> Resolved:
    """The scenario of a file (`None`: the baseline) over the catalogue; options that are not `None` win.

    Raises `LoadError` or `SpecError` with every mistake.
    """
    catalogue = load_catalogue()
    written = load_scenario(scenario, catalogue) if scenario else Scenario()
    chosen = named_ports(ports, {**catalogue.ports, **written.own_ports})
    resolved = resolve(written, catalogue, ports=chosen, start=start, days=days, warm_up_days=warm_up)
    return with_booth_notices(resolved, written, catalogue)


def named_ports(text: str | None, ports: Mapping[str, Port]) -> list[str] | Literal["all"] | None:
    """The slugs of the ports that `--ports` names, which may be by name; `None`: it does not name any."""
    names = slugs(text)
    try:
        return slugs_of(names, ports) if isinstance(names, list) else names
    except SpecError as error:
        raise SpecError(problem.below("--ports") for problem in error.problems) from None


def slugs(text: str | None) -> list[str] | Literal["all"] | None:
    """The words of an option that names ports; `None`: it does not."""
    if text is None:
        return None
    return "all" if text.strip() == "all" else [slug.strip() for slug in text.split(",")]


scenario_options = scenario_options_with(DEFAULT_START.isoformat(), str(DEFAULT_DAYS))


class Instant(click.ParamType[int]):
    """A date and time, UTC if it tells no zone, as microseconds since the Unix epoch."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The microseconds of the text."""
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write e.g. 2024-03-04T06:00, UTC", param, ctx)
        return ((instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


class Speed(click.ParamType[float]):
    """How many times as fast as the clock simulated time goes; 0: as fast as it can."""

    name = "FACTOR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The factor."""
        speed: float = click.FLOAT.convert(value, param, ctx)
        if not 0 <= speed <= MAX_SPEED:  # neither is what is no number
            self.fail(f"{value} is not between 0 and {MAX_SPEED:,}; 60 is a simulated minute a second", param, ctx)
        return speed


class Window(click.ParamType[int]):
    """A length of windows such as `15m` or `1h`, as microseconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The microseconds of the text."""
        match = re.fullmatch(r"(\d{1,5})([mh])", value)
        window_us = int(match[1]) * (MINUTE_US if match[2] == "m" else HOUR_US) if match else 0
        if window_us == 0 or not is_window(window_us):
            self.fail(f"{value!r} divides neither an hour nor, in hours, a day; write e.g. 5m, 15m, 1h, 6h", param, ctx)
        return window_us
