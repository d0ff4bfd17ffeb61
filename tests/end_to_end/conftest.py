"""Commands as a user types them, in a folder of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture
def border_sim(tmp_path):
    """Runs `border-sim ARGUMENTS` in an empty folder; returns the finished process, its output as text."""

    def run(*arguments, **options):
        command = [sys.executable, "-m", "border_sim.cli.main", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, **options
        )

    return run
