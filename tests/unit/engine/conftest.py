"""The small worlds of `tests/worlds.py`."""

from tests.worlds import *  # noqa: F403 - fixtures
