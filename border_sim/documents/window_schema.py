"""The JSON Schema of closed windows, from their model.

`python -m border_sim.documents.window_schema > docs/schemas/window.json`
"""

import json
import sys

from border_sim.documents.event_schema import json_schema
from border_sim.streaming.counting.window_records import SCHEMA_VERSION, Window


def text() -> str:
    """The schema as the text of a file."""
    schema = json_schema(Window, f"A closed window of border-sim, schema {SCHEMA_VERSION}")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
