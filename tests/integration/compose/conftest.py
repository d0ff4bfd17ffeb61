"""The image, and what it is made from, for tests with a Docker engine: `make test-compose` runs them."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.stack import StackError, copy_of_repository, docker

IMAGE: Final = "border-sim:local"
"""The name that docker-compose.yml gives it."""
OWNER: Final = 12_345
"""Who cloned the repository, where the tests may give files away; a user that no image knows."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.compose)


@pytest.fixture(scope="session")
def clone(tmp_path_factory) -> Path:
    """The repository as somebody has it who has just cloned it."""
    folder = copy_of_repository(tmp_path_factory.mktemp("clone"))
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, OWNER, OWNER)
    return folder


@pytest.fixture(scope="session")
def image(clone) -> str:
    """The image, made from the clone."""
    built = docker("build", "--quiet", "--tag", IMAGE, clone)
    if built.returncode:
        raise StackError(f"the image was not built: {built.stderr.strip()[-4000:]}")
    return IMAGE
