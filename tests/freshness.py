"""Are the generated files fresh? Lock files against pyproject.toml, the citation's version against the package's, the
data dictionary against the schemas.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from border_sim.run import data_dictionary

ROOT = Path(__file__).parents[1]
DICTIONARY = ROOT / "docs" / "data-dictionary.md"


def locked(name: str) -> dict[str, str]:
    """The versions that a lock file pins."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def stale() -> Iterator[str]:
    """What is out of date, in words."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        pinned = locked(lock)
        for requirement in map(Requirement, wanted):
            version = pinned.get(requirement.name)
            if version is None or version not in requirement.specifier:
                yield f"{lock}: {requirement} is locked at {version}; run make lock"
    version = re.search(r'__version__ = "(.+)"', (ROOT / "border_sim" / "__init__.py").read_text())
    if version is None or f"\nversion: {version[1]}\n" not in (ROOT / "CITATION.cff").read_text():
        yield f"CITATION.cff: its version is not {version[1] if version else 'there'}"
    if not DICTIONARY.exists() or DICTIONARY.read_text(encoding="utf-8") != data_dictionary.text():
        yield f"{DICTIONARY.relative_to(ROOT)}: run python -m border_sim.run.data_dictionary > docs/data-dictionary.md"


if __name__ == "__main__":
    found = list(stale())
    print("\n".join(found) or "generated files are fresh")
    sys.exit(bool(found))
