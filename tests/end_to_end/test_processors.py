"""The same seed gives the same event hash on a processor without wide vectors."""

import os
import subprocess
import sys

HASH = """
import sys
from border_sim.engine.conductor import conduct
from border_sim.engine.kernel import Kernel
from border_sim.inputs.port_plan import port_plan
from border_sim.events.digest import PortDigest
from border_sim.events.order import events_of
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
frame = resolve(Scenario(), load_catalogue(), ports=["calexico-east", "tecate", "columbus"], days=1)
for port in frame.ports:
    plan, digest = port_plan(port, frame, seed=1), PortDigest()
    for period in conduct(plan, Kernel(plan)):
        digest.update(events_of(period.records, starts=period.is_first, ends=period.is_last))
    print(port.slug, digest.hexdigest())
"""


def test_hashes_do_not_depend_on_the_processor(root):
    told = set()
    for disabled in ("", "X86_V4 AVX512_ICL AVX512_SPR"):
        environment = {**os.environ, "PYTHONPATH": str(root), "NPY_DISABLE_CPU_FEATURES": disabled}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", HASH], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told.add(done.stdout)
    assert len(told) == 1
