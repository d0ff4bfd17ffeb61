"""A maintainer's work: the figures of `configs/` that are found by fitting, and how well they do on ports left out."""
