"""A run as one page: figures from its manifest and metrics, drawn in the reader's browser without a network."""
