"""Observed waits beside simulated ones."""
