"""The commands of the README that need a broker are run on one, in their order."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROKER = "localhost:9092"
"""Where the README's broker listens"""


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if BROKER in line]


def test_the_five_commands_of_the_stream(broker, tmp_path):
    assert len(commands()) == 5
    (tmp_path / "border-sim").write_text(f'#!/bin/sh\nexec {sys.executable} -m border_sim.cli.main "$@"\n')
    (tmp_path / "border-sim").chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    said = []
    for command in commands():
        shell = ["bash", "-c", command.replace(BROKER, broker.address)]
        done = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout)
    ran, consumed, compared, replayed, dead = said
    sent = re.search(r"([\d,]+) events sent to border.events", ran)[1]
    assert f"{sent} events counted" in consumed
    assert re.search(r"[\d,]{5,} rows of metrics compared .*: 0 differ", compared)
    assert (
        re.search(r'"event_hash": "(\w+)"', (tmp_path / "runs/streamed/manifest.json").read_text(encoding="utf-8"))[1]
        in replayed
    )
    assert f"{sent} events sent to again.events" in replayed
    assert "every record was counted" in dead
