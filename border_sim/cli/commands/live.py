"""`border-sim live`: simulate at the pace of the clock, into Kafka, or into metrics without a broker."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from border_sim.cli.closing_table import Closing, measured_days, print_closing
from border_sim.cli.compiling import tell_of_compiling
from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.kafka_options import kafka_options
from border_sim.cli.live_table import Show, watching
from border_sim.cli.messages import say
from border_sim.cli.notices import tell_notices
from border_sim.cli.options import MAX_DAYS, Speed, Window, named_ports, run_name, scenario_options_with
from border_sim.cli.serving import patient, serve_option, serving_border, serving_producer
from border_sim.cli.stopping import stopping
from border_sim.cli.targets import Target, kafka_target
from border_sim.codes import ARRIVED, RELEASED
from border_sim.inputs.booth_notices import with_booth_notices
from border_sim.loading.catalogue import load_catalogue
from border_sim.loading.scenario import load_scenario
from border_sim.monitoring.address import Address
from border_sim.monitoring.producer_facts import show_on
from border_sim.run.blockage import rooms_of
from border_sim.run.defaults import default_run_id
from border_sim.run.host import give_back_memory
from border_sim.run.summary import summary_rows
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Resolved, Scenario
from border_sim.spec.words import counted
from border_sim.streaming.counting.board import Board
from border_sim.streaming.counting.embedded import Bus
from border_sim.streaming.counting.lanes_now import LanesNow
from border_sim.streaming.playback.pacing import Pacer
from border_sim.streaming.playback.play import EventStream, Reached, play
from border_sim.streaming.playback.selection import utc
from border_sim.streaming.playback.simulated import Identity, end, live_streams, measured_from_us, today
from border_sim.vocabulary import QUARTER_US, SECOND_US

STOPPING: Final = "stopping: the run is being ended at every port; a second time: at once"


class _Plan(NamedTuple):
    """What is simulated, and from which instant on at the pace of the clock."""

    resolved: Resolved
    streams: list[EventStream]
    paced_from_us: int
    began_s: float | None
    """What the clock showed at that instant; `None`: the pace begins when it is reached"""

    def phase(self, t_us: int) -> str:
        """What is special about an instant, in words; empty: nothing."""
        if t_us < measured_from_us(self.streams):
            return "warm-up, not measured yet"
        return "catching up" if t_us < self.paced_from_us else ""


@click.command("live")
@scenario_options_with("today", "endless: 3,660")
@click.option("--speed", type=Speed(), default=60, show_default=True, help="Times as fast as the clock; 0: no waiting.")
@click.option("--embedded", is_flag=True, help="Metrics in this process, without a broker [unless there is --kafka].")
@click.option(
    "--run-id", callback=run_name, help="Name of the run in every event [configuration hash, seed and when it starts]."
)
@click.option("--window", type=Window(), help="Length of an embedded metrics window, such as 15m or 1h [15m].")
@serve_option("metrics, health and, without --kafka, the border wait time feed")
@click.option("--quiet", is_flag=True, help="No table and no lines while it goes on.")
@kafka_options(required=False)
def command(
    kafka: str | None, topic_prefix: str, kafka_settings: Path | None, speed: float, window: int | None,
    serve: Address | None, *, embedded: bool, quiet: bool, **options: Any,
) -> None:  # fmt: skip
    """Simulate a scenario (a YAML file; without one, the baseline of all 47 ports) at the pace of the clock.

    Without --start it is today: what lies before now is simulated at once, and goes on from now. It ends after --days,
    or with Ctrl-C, at every port. Events go to Kafka, or through the same consumer in this process.
    """
    if kafka and (embedded or window):
        raise click.UsageError(
            "--embedded and --window are for metrics in this process; with --kafka, consume makes them"
        )
    plan = _plan(**options)
    give_back_memory()
    board = Board()
    if kafka:
        with serving_producer(serve, board), kafka_target(kafka, topic_prefix, kafka_settings) as sent_to:
            told = show_on(board, plan.streams, sent_to.undelivered)
            shown = _unseen() if quiet else watching(plan.phase)
            reached, _ = _live(plan, speed, sent_to, _also(shown, told), lambda: told(None))
        click.echo(f"{counted(reached.sent.sum(), 'event')} {sent_to.fate}, until {utc(reached.until_us)}")
        return
    lanes_now = LanesNow(plan.resolved)
    width_us = window or QUARTER_US
    bus = Bus(width_us, lanes_now.update, board if serve else None)
    here = Target(bus, "counted", lambda: None)
    shown = _unseen() if quiet else watching(plan.phase, lambda: lanes_now.lanes(bus.partition), width_us)
    with serving_border(serve, board):
        reached, is_whole = _live(plan, speed, here, shown, bus.show)
    if lanes_now.dead:
        click.echo(
            f"{lanes_now.dead:,} events were refused and are not in the figures: this is a fault, please report it",
            err=True,
        )
    if reached.until_us < measured_from_us(plan.streams):
        click.echo(f"stopped in the warm-up, at {utc(reached.until_us)}: nothing was measured")
    else:
        print_closing(_closing(plan, lanes_now, reached, width_us, is_whole=is_whole))


def _plan(
    *, scenario: Path | None, ports: str | None, start: date | None, days: int | None,
    warm_up: int | None, seed: int, replication: int, run_id: str | None,
) -> _Plan:  # fmt: skip
    """What the options ask for. Ends the command where they are wrong."""
    now_us, now_s = time.time_ns() // 1_000, time.monotonic()
    with wrong_input_exits():
        catalogue = load_catalogue()
        written = load_scenario(scenario, catalogue) if scenario else Scenario()
        frame: dict[str, Any] = {
            "ports": named_ports(ports, {**catalogue.ports, **written.own_ports}),
            "days": days or written.days or MAX_DAYS,
            "warm_up_days": warm_up,
        }
        first = start or written.start
        resolved = resolve(written, catalogue, start=first, **frame)
        if first is None:
            resolved = resolve(written, catalogue, start=today(resolved, now_us), **frame)
        resolved = with_booth_notices(resolved, written, catalogue)
    tell_notices(resolved.notices, strict=False)
    begun = resolved.start if first else f"{datetime.fromtimestamp(now_us / SECOND_US, UTC):%Y%m%dT%H%M%SZ}"
    name = run_id or f"{default_run_id(resolved, seed)}-{begun}"
    click.echo(f"run {name}: {counted(len(resolved.ports), 'port')}, {measured_days(resolved)}", err=True)
    streams = live_streams(resolved, Identity(name, seed, replication))
    return _Plan(resolved, streams, *((measured_from_us(streams), None) if first else (now_us, now_s)))


def _unseen() -> AbstractContextManager[Show]:
    """What a quiet run shows."""
    return nullcontext(lambda _: None)


@contextmanager
def _also(shown: AbstractContextManager[Show], tell: Show) -> Iterator[Show]:
    """What is shown, and told elsewhere too."""
    with shown as show:

        def both(reached: Reached) -> None:
            show(reached)
            tell(reached)

        yield both


def _live(
    plan: _Plan, speed: float, sent_to: Target, shown: AbstractContextManager[Show], sign: Callable[[], Any]
) -> tuple[Reached, bool]:
    """Simulate and send until the run is over or somebody stops it, and end it at every port; how far it came, and
    whether that is all. `sign` is called now and then while it waits.
    """
    tell_of_compiling(plan.resolved, partial(click.echo, err=True))
    stop = threading.Event()
    if plan.began_s is not None:
        click.echo("catching up: simulating what lies before now", err=True)
    pacer = Pacer(speed, plan.paced_from_us, say, began_s=plan.began_s, wait=patient(stop, sign))
    with shown as show, stopping(stop, STOPPING, sent_to.give_up):
        reached = play(plan.streams, sent_to.sink, pacer, stop, show)
        return end(plan.streams, reached, sent_to.sink), bool(reached.ended.all())


def _closing(plan: _Plan, lanes_now: LanesNow, reached: Reached, width_us: int, *, is_whole: bool) -> Closing:
    """What the table at the end is about: the whole run, or as far as it came."""
    totals = [lanes_now.totals[port.slug] for port in plan.resolved.ports]
    for stream, each in zip(plan.streams, totals, strict=True):
        each.end(stream.start.info.measured_from_us, reached.until_us, width_us)
    lanes, stations = (summary_rows(totals, ("port", "mode", key)) for key in ("lane", "station"))
    when = f"in {measured_days(plan.resolved)}"
    if not is_whole:
        when = f"from {plan.resolved.start} until {utc(reached.until_us)}"
    present = int(reached.kinds[ARRIVED] - reached.kinds[RELEASED])
    return Closing(lanes, stations, rooms_of(plan.resolved), counted(len(totals), "port"), when, present)
