"""Operators watch a run: what Prometheus scrapes, health, and the border wait time feed, over HTTP."""
