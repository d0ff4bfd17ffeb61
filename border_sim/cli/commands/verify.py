"""`border-sim verify`: do the two engines tell the same?"""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import click

from border_sim.cli.failure import wrong_input_exits
from border_sim.cli.options import load_resolved, scenario_options
from border_sim.engine.verify import Agreement, verify
from border_sim.inputs.port_plan import port_plan
from border_sim.run.host import processors
from border_sim.spec.scenario import Resolved, ResolvedPort
from border_sim.spec.words import counted


@click.command("verify")
@scenario_options
def command(seed: int, replication: int, **frame: Any) -> None:
    """Run both engines, the reference and the compiled one, on the same plan and compare every row. Exit code 1 if
    any differs.
    """
    with wrong_input_exits():
        resolved = load_resolved(**frame)
    rows = differing = 0
    for port, agreement in zip(resolved.ports, _verify_all(resolved, seed, replication), strict=True):
        rows, differing = rows + agreement.rows, differing + agreement.differing
        if agreement.differing:
            click.echo(f"{port.slug}: {agreement.differing:,} of {agreement.rows:,} rows differ")
    click.echo(f"{counted(rows, 'row')} of {counted(len(resolved.ports), 'port')} compared: {differing:,} differ")
    if differing:
        raise SystemExit(1)


def _verify_all(resolved: Resolved, seed: int, replication: int) -> list[Agreement]:
    """By port; in processes where there are several, since SimPy cannot share one."""
    check = partial(_verify_port, frame=resolved, seed=seed, replication=replication)
    if len(resolved.ports) == 1:
        return [check(resolved.ports[0])]
    with ProcessPoolExecutor(processors()) as pool:
        return list(pool.map(check, resolved.ports))


def _verify_port(port: ResolvedPort, frame: Resolved, seed: int, replication: int) -> Agreement:
    return verify(port_plan(port, frame, seed=seed, replication=replication))
