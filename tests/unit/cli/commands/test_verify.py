"""`border-sim verify`: the plan that its options ask for goes through both engines."""

from datetime import date

from click.testing import CliRunner

from border_sim.api.scenarios import baseline, catalogue
from border_sim.cli.main import group
from border_sim.engine.verify import verify
from border_sim.inputs.port_plan import port_plan
from border_sim.spec.resolve import resolve


def test_start_warm_up_and_replication_are_those_of_the_plan():
    resolved = resolve(baseline(), catalogue(), ports=["naco"], start=date(2024, 3, 8), days=1, warm_up_days=0)
    plans = [port_plan(resolved.ports[0], resolved, seed=7, replication=number) for number in (0, 3)]
    other, rows = (verify(plan).rows for plan in plans)
    options = ["--start", "2024-03-08", "--days", "1", "--warm-up", "0", "--seed", "7", "--replication", "3"]
    done = CliRunner().invoke(group, ["verify", "--ports", "Naco", *options])
    assert rows != other
    assert (done.exit_code, done.stdout) == (0, f"{rows:,} rows of 1 port compared: 0 differ\n")
