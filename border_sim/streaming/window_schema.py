"""The JSON Schema of closed windows, from their model.

`python -m border_sim.streaming.window_schema > docs/schemas/window.json`
"""

import json
import sys

from border_sim.events.schema import json_schema
from border_sim.streaming.window_records import SCHEMA, Window


def text() -> str:
    """The schema as the text of a file."""
    schema = json_schema(Window, f"A closed window of border-sim, schema {SCHEMA}")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
