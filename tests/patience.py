"""How long a test waits for what must come, be the machine as busy as it may: only what hangs is given up."""

from typing import Final

PATIENCE_S: Final = 1_800
