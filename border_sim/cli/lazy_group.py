"""A click group that imports a command's module when the command is called, so that `--help` is quick."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from border_sim.cli.stopping import INTERRUPTED
from border_sim.spec.suggestion import nearest

COMMANDS: Final = "border_sim.cli.commands"


class LazyGroup(click.Group):
    """`helps`: by command, one line of help. The module of its name in `cli.commands` holds it as `command`."""

    def __init__(self, *args: Any, helps: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.helps = helps

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands' names, sorted."""
        return sorted(self.helps)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; `None` if there is none of that name."""
        if cmd_name not in self.helps:
            return None
        command: click.Command = import_module(f"{COMMANDS}.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the arguments begin with; for a mistyped name, the error tells which may be meant."""
        if args[0] not in self.helps and (near := nearest(args[0], self.helps)):
            ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command. Who interrupts it knows that it ends: only its exit code tells."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from their one line of help alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.helps[name]) for name in self.list_commands(ctx)])
