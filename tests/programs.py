"""Programs that tests need and Python does not bring: on the PATH, or in the developers' lab."""

import os
import shutil
import tempfile
from pathlib import Path


def lab() -> Path:
    """The lab's folder: `BORDER_LAB`, else `border-lab` in the folder of temporary files."""
    return Path(os.environ.get("BORDER_LAB") or Path(tempfile.gettempdir()) / "border-lab")


def path_of(name: str) -> str | None:
    """The path of a program; `None`: the machine has none."""
    return shutil.which(name) or shutil.which(name, path=lab() / "bin")
