"""`border-sim ports`."""

import click

from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.table import print_table
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.demand import Annual
from border_sim.spec.port import Port
from border_sim.spec.words import printable
from border_sim.vocabulary import Mode

YEAR = 2024
_HEADS = ("port", "name", "state", "mode", "booths", f"entries {YEAR}")


@click.command("ports")
def command() -> None:
    """List the ports of the catalogue: for each mode the installed booths and the entries of 2024."""
    with wrong_input_exits():
        catalogue = load_catalogue()
    rows = [
        (
            slug,
            printable(port.name),
            port.state,
            mode.value,
            str(port.modes[mode].installed.booths),
            _entries(port, mode),
        )
        for slug, port in sorted(catalogue.ports.items())
        for mode in Mode
        if mode in port.modes
    ]
    booths, name, mode = map(_HEADS.index, ("booths", "name", "mode"))
    print_table(_HEADS, rows, right=booths, fold=name, same=mode)


def _entries(port: Port, mode: Mode) -> str:
    demand = port.modes[mode].demand
    volume = demand.volumes.get(YEAR) if isinstance(demand, Annual) else None
    return "-" if volume is None else f"{volume:,}"
