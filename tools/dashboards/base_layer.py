"""The map below the ports: coasts, the border and the states' lines, from the outline of the report's map.

Grafana serves the file itself, from its folder `public/maps`, so that the map needs no tile server. `tools/outline.py`
says where the lines come from.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

OUTLINE: Final = Path(__file__).parents[2] / "border_sim" / "report" / "assets" / "outline.json"
STROKES: Final = {"coast": ("#7a8799", 1), "states": ("#7a879966", 1), "border": ("#b0792b", 2)}
"""By layer of the outline: colour and width in pixels, visible on Grafana's light and dark ground alike."""


def text() -> str:
    """The file's text: GeoJSON, a feature a layer."""
    outline = json.loads(OUTLINE.read_text(encoding="utf-8"))
    steps = outline["steps_per_degree"]
    features = [_feature(name, outline[name], steps) for name in STROKES]
    collection = {"type": "FeatureCollection", "name": outline["source"], "features": features}
    return json.dumps(collection, separators=(",", ":")) + "\n"


def _feature(name: str, lines: Sequence[Sequence[int]], steps: int) -> dict[str, Any]:
    colour, width = STROKES[name]
    points = [[[x / steps, y / steps] for x, y in zip(line[::2], line[1::2], strict=True)] for line in lines]
    properties = {"name": name, "stroke": colour, "stroke-width": width}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiLineString", "coordinates": points},
    }
