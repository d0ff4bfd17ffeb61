"""Options that several commands share, and what they resolve to."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.run.defaults import MAX_SEED, is_window
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.vocabulary import HOUR_US, MINUTE_US

Command = Callable[..., Any]


def scenario_options(command: Command) -> Command:
    """The scenario and what of it the command line may set: `scenario`, `ports`, `days`, `seed`."""
    for decorate in (
        click.option(
            "--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Key of every draw."
        ),
        click.option("--days", type=click.IntRange(1, 3660), help="Measured days [7]."),
        click.option("--ports", help="Slugs with commas between, or all [the scenario's; without one, all]."),
        click.argument("scenario", required=False, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def load_resolved(
    scenario: Path | None, ports: str | None, days: int | None, start: datetime | None = None
) -> Resolved:
    """The scenario of a file (`None`: the baseline) over the catalogue; options that are not `None` win.

    Raises `LoadError` or `SpecError` with every mistake.
    """
    catalogue = load_catalogue()
    return resolve(
        load_scenario(scenario, catalogue) if scenario else Scenario(),
        catalogue,
        ports=_slugs(ports),
        start=start.date() if start else None,
        days=days,
    )


def _slugs(text: str | None) -> list[str] | Literal["all"] | None:
    if text is None:
        return None
    return "all" if text.strip() == "all" else [slug.strip() for slug in text.split(",")]


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
