"""The machine that the figures are of."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

CPU_FACTS = Path("/proc/cpuinfo")
"""On Linux; elsewhere the platform module knows."""


def machine() -> str:
    """Date, processor model, cores, operating system, Python and the libraries that decide on speed."""
    libraries = ", ".join(f"{name} {version(name.lower())}" for name in ("NumPy", "Numba", "SimPy", "Ciw"))
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, {system}, {libraries}"


def clients() -> str:
    """The libraries that decide on the speed of the stream."""
    return ", ".join(f"{name} {version(name)}" for name in ("kafka-python", "msgspec"))


def _processor() -> str:
    if CPU_FACTS.is_file():
        for line in CPU_FACTS.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
