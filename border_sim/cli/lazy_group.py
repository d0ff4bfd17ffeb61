"""A click group that imports a command's module when the command is called, so that `--help` is quick."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from border_sim.cli.stopping import INTERRUPTED


class LazyGroup(click.Group):
    """`modules`: by command, the module whose `command` it is, and one line of help."""

    def __init__(self, *args: Any, modules: Mapping[str, tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.modules = modules

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands' names, sorted."""
        return sorted(self.modules)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; `None` if there is none of that name."""
        if cmd_name not in self.modules:
            return None
        command: click.Command = import_module(self.modules[cmd_name][0]).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the arguments begin with; for a mistyped name, the error tells which may be meant."""
        if args[0] not in self.modules and (near := get_close_matches(args[0], self.modules, 1)):
            ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command. Who interrupts it knows that it ends: only its exit code tells."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table of modules alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.modules[name][1]) for name in self.list_commands(ctx)])
