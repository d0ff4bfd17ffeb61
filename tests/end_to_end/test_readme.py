"""Every command of the README and of docs/model.md is run, in their order, in a copy of the repository; those that need
a broker are run by tests/integration/test_readme.py, those that need Docker by tests/integration/compose.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/model.md")
ELSEWHERE = ("localhost:9092", "docker compose")
"""Commands with these, the README's broker and a Docker engine, are run by other tests."""
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "runs", "__pycache__", ".*_cache", ".hypothesis", "dist")


def commands_of(text):
    """The lines of the blocks that are for a shell."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [line for line in lines if not any(name in line for name in ELSEWHERE)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with the virtual environment of the tests, so that nothing is installed again."""
    folder = tmp_path_factory.mktemp("readme") / "border-sim"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    if (ROOT / ".venv" / "dev.stamp").exists():
        (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@pytest.mark.parametrize(
    "command", [command for page in PAGES for command in commands_of((ROOT / page).read_text(encoding="utf-8"))]
)
def test_every_command_of_the_pages_works(copy, command):
    if command == "make test":  # this is it
        command = "make --dry-run test"
    environment = {**os.environ, "PATH": f"{copy / '.venv' / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_of_observed_waits_is_what_its_commands_print(copy):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.search(r"<!-- observed -->\n```text\n(.*?)```\n<!-- /observed -->", text, re.DOTALL)[1]
    run, compare = (line for line in commands_of(text) if "runs/weeks" in line)
    environment = {**os.environ, "PATH": f"{copy / '.venv' / 'bin'}:{os.environ['PATH']}"}
    command = f"{run} --force --quiet && {compare}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n\n")[0].strip() == quoted.strip()
