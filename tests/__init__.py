"""A package, so that `python -m tests.benchmarks` finds ours: Ciw installs a top-level package of the same name."""
