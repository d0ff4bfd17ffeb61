"""`--serve HOST:PORT`: what a command that goes on shows of itself over HTTP while it does."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event
from time import monotonic
from typing import Any, Final

import click

from border_sim.cli.messages import say
from border_sim.monitoring.address import Address, address_of
from border_sim.monitoring.server import ServeError
from border_sim.streaming.counting.board import Board

OPTION: Final = "--serve"
_SIGN_EVERY_S: Final = 1.0


class ListenAddress(click.ParamType[Address]):
    """Where a server listens."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """The address of the text."""
        try:
            return address_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def serve_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option, as `serve`: an `Address`, or `None`; `what` is served, in words."""
    return click.option(
        OPTION,
        type=ListenAddress(),
        help=f"Serve {what} over HTTP; a port alone is of this machine only, port 0 any that is free.",
    )


@contextmanager
def serving_border(
    address: Address | None, board: Board, run: str | None = None, *, quiet: bool = False
) -> Iterator[None]:
    """Serve the ports on a board, if an address is given. Ends the command if it cannot be listened on.

    `run`: shows this run (`None`: the newest). `quiet`: does not tell a port that the user knows.
    """
    if address is None:
        yield
        return
    from border_sim.monitoring.service import serve_border  # noqa: PLC0415 - only who serves waits for its imports

    with _told(serve_border(address, board, say, run), quiet=quiet and address.port != 0):
        yield


@contextmanager
def serving_producer(address: Address | None, board: Board) -> Iterator[None]:
    """Serve what is produced, if an address is given. Ends the command if it cannot be listened on."""
    if address is None:
        yield
        return
    from border_sim.monitoring.service import serve_producer  # noqa: PLC0415

    with _told(serve_producer(address, board, say), quiet=False):
        yield


@contextmanager
def _told(service: AbstractContextManager[Address], *, quiet: bool) -> Iterator[None]:
    """Serve, and tell where unless it is to be quiet."""
    with ExitStack() as stack:
        try:
            served = stack.enter_context(service)
        except ServeError as error:
            raise click.BadParameter(str(error), param_hint=OPTION) from None
        if not quiet:
            say(f"serving {served.url}/metrics; {served.url}/ lists what else there is")
        yield


def patient(stop: Event, sign: Callable[[], Any]) -> Callable[[float], bool]:
    """Let seconds go by as `stop.wait` does, and call `sign` while they do: it is to show that the loop is alive, and
    what has not been shown yet.
    """

    def wait(seconds: float) -> bool:
        until_s = monotonic() + seconds
        while (left_s := until_s - monotonic()) > 0:
            sign()
            if stop.wait(min(left_s, _SIGN_EVERY_S)):
                return True
        return stop.is_set()

    return wait
