"""The commands of docs/operations.md that copy a volume and bring it back."""

import re
import subprocess
from uuid import uuid4

import pytest

from tests.patience import PATIENCE_S
from tests.stack import ROOT, docker

pytestmark = pytest.mark.compose

VOLUME = "border-sim_kafka-data"
KAFKA = "apache/kafka:4.3.1"


@pytest.fixture
def volume():
    name = f"border-sim-test-{uuid4().hex[:12]}"
    yield name
    docker("volume", "rm", "--force", name)


def in_volume(volume, script):
    """What a script prints that runs in a volume."""
    mount = f"{volume}:/data"
    done = docker("run", "--rm", "--user", "root", "--volume", mount, "--entrypoint", "sh", KAFKA, "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_volume_comes_back_as_it_was_with_its_owners(volume, tmp_path):
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    copy, remove, bring_back = re.findall(rf"^docker (?:run|volume) .*{VOLUME}.*$", page, re.MULTILINE)
    assert KAFKA in copy and KAFKA in bring_back and "volume rm" in remove
    look = "cd /data && find . -type f -exec stat -c '%n %u %a' {} + -exec cat {} + && stat -c '%u %a' ."
    in_volume(
        volume, "mkdir /data/topic-0 && echo kept > /data/topic-0/log && chown -R 1000:1000 /data && chmod 750 /data"
    )
    was = in_volume(volume, look)
    assert "./topic-0/log 1000" in was and "kept" in was
    for command in (copy, remove, bring_back):
        shell = ["bash", "-c", command.replace(VOLUME, volume)]
        done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert done.returncode == 0, done.stderr
    assert in_volume(volume, look) == was
