"""The README's commands of the stack, in their order, as they stand there: a live border, a run beside it, and that run
in Grafana on its simulated dates.
"""

import json
import re
from datetime import datetime
from urllib.parse import urlencode
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.patience import PATIENCE_S
from tests.stack import ROOT, Stack

NAME = "docker compose"
SECONDS_OF_TWO_DAYS = 2 * 24 * 3_600


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if NAME in line]


def run(stack, command):
    """Variables stand before the command's name."""
    before, _, arguments = command.partition(f"{NAME} ")
    variables = dict(pair.split("=", 1) for pair in before.split())
    return stack.done(*arguments.split(), **variables)


def released_at_the_end(stack, when_s):
    query = urlencode({"query": 'sum(border_released_total{port="calexico-east"})', "time": when_s})
    address = f"127.0.0.1:{stack.ports['GRAFANA_PORT']}/api/datasources/proxy/uid/border-sim-history"
    with urlopen(f"http://{address}/api/v1/query?{query}", timeout=PATIENCE_S) as answer:
        (found,) = json.load(answer)["data"]["result"]
    return float(found["value"][1])


def test_a_live_border_a_run_beside_it_and_that_run_on_its_simulated_dates(clone, image):
    live, plan, history, down = commands()
    with Stack(clone) as stack:
        run(stack, live)
        stack.prometheus.await_samples("count(border_port_info)", lambda found: found and found[0].value == 47)
        run(stack, plan)
        run(stack, history)
        written = clone / "results" / "calexico-east"
        start = json.loads((written / "manifest.json").read_text(encoding="utf-8"))["configuration"]["start"]
        begins_s = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()
        metrics = pq.read_table(written / "metrics.parquet")
        of_door = pc.and_(
            pc.equal(metrics["station"], "door_to_door"),
            pc.less(pc.cast(metrics["window_us"], "int64"), int((begins_s + SECONDS_OF_TWO_DAYS) * 1e6)),
        )
        expected = pc.sum(metrics.filter(of_door)["completions"]).as_py()
        assert expected > 5_000
        assert released_at_the_end(stack, begins_s + SECONDS_OF_TWO_DAYS) == expected
        run(stack, down)
        assert stack.done("ps", "--all", "--quiet") == ""
        kept = stack.compose("volumes", "--quiet").stdout
    assert f"{stack.project}_kafka-data" in kept
