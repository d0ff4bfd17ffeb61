"""Writes Grafana's dashboards and the map below the ports, `dashboards/grafana/`: `python -m tools.dashboards`.

Panels are made with Grafana's own builders, so that mypy knows the names and values that Grafana takes; what the files
hold is its classic JSON. `tests/freshness.py` says when the files are not what this package writes.
"""
