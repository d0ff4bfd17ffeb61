"""The version of border-sim, which manifests, the command line and the package tell."""

__version__ = "0.1.0"
