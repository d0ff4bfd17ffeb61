"""border-sim: a discrete-event simulator of the 47 US-Mexico land ports of entry."""

__version__ = "0.1.0"
