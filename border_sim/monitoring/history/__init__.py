"""A finished run for Prometheus: what a scrape would have found as each window ended, at simulated times."""
