"""Which files there are, and what each holds."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from tools.dashboards import base_layer, border, pipeline, port, programmes


def _text(board: Callable[[], Dashboard]) -> str:
    return json.dumps(board(), cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


FILES: Final[dict[str, Callable[[], str]]] = {
    "dashboards/grafana/border.json": partial(_text, border.border),
    "dashboards/grafana/port.json": partial(_text, port.port),
    "dashboards/grafana/programmes.json": partial(_text, programmes.programmes),
    "dashboards/grafana/pipeline.json": partial(_text, pipeline.pipeline),
    "dashboards/grafana/maps/border-sim.geojson": base_layer.text,
}
"""By path in the repository: what writes the file's text."""
