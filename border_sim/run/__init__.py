"""A run: ports simulated side by side, their logs and metrics written to a run directory, and read back."""
