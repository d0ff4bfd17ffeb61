"""The root of all errors that border-sim raises on purpose; the tree is drawn in `border_sim/__init__.py`."""


class BorderSimError(Exception):
    """What went wrong, in words for whoever asked; every error of border-sim is one."""
