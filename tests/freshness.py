"""Are the generated files fresh? Lock files against pyproject.toml, the citation's version against the package's, the
data dictionary, the JSON Schemas and the AsyncAPI document against the models and tables, the keys of scenarios against
the models, the dashboards against what writes them, the metrics against their declaration.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from border_sim.documents import asyncapi, data_dictionary, metrics_page, window_schema
from border_sim.documents import event_schema as schema
from border_sim.documents import scenario_reference as reference
from tools.dashboards.files import FILES

ROOT = Path(__file__).parents[1]
PAGES = {
    "docs/asyncapi.json": asyncapi,
    "docs/data-dictionary.md": data_dictionary,
    "docs/metrics.md": metrics_page,
    "docs/scenarios.md": reference,
    "docs/schemas/event.json": schema,
    "docs/schemas/window.json": window_schema,
}
"""Pages and schemas, and the modules that write them."""


def locked(name: str) -> dict[str, str]:
    """The versions that a lock file pins."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def stale() -> Iterator[str]:
    """What is out of date, in words."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = told["project"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
        ("requirements-build.lock", told["build-system"]["requires"]),
    ):
        pinned = locked(lock)
        for requirement in map(Requirement, wanted):
            version = pinned.get(requirement.name)
            if version is None or version not in requirement.specifier:
                yield f"{lock}: {requirement} is locked at {version}; run make lock"
    version = re.search(r'__version__ = "(.+)"', (ROOT / "border_sim" / "version.py").read_text(encoding="utf-8"))
    if version is None or f"\nversion: {version[1]}\n" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8"):
        yield f"CITATION.cff: its version is not {version[1] if version else 'there'}"
    for page, module in PAGES.items():
        if not (ROOT / page).exists() or (ROOT / page).read_text(encoding="utf-8") != module.text():
            yield f"{page}: run python -m {module.__name__} > {page}"
    for name, text in FILES.items():
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text():
            yield f"{name}: run python -m tools.dashboards"


if __name__ == "__main__":
    found = list(stale())
    print("\n".join(found) or "generated files are fresh")
    sys.exit(bool(found))
