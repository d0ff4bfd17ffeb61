"""The machine and the process: versions, memory and processors."""

import ctypes
import os
import platform
import re
import resource
import shlex
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyarrow as pa

from border_sim import __version__

_LIBRARIES: Final = ("numba", "numpy", "pyarrow", "pydantic", "simpy")
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 1024 * 1024
_SPARE: Final = 32 * 1024 * 1024


def versions() -> dict[str, str]:
    """Versions of what can change a result."""
    return {"border-sim": __version__, **{name: version(name) for name in _LIBRARIES}}


def host() -> dict[str, str]:
    """Facts of the machine and the command: `python`, `platform`, `command`."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def processors() -> int:
    """How many processors this process may use, one at least."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # another system than Linux
        return os.cpu_count() or 1


def peak_memory_mib() -> int:
    """The most memory that this process has held, MiB.

    Linux counts what the parent held at the start of a process as its own, but not in its status file.
    """
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        if peak_kib := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            return round(int(peak_kib[1]) / 1024)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))


def give_back_memory() -> None:
    """Ask Arrow to use the system's heap, and glibc for one heap for all threads with large arrays kept out of it, so
    that large arrays that are freed go back to the system and a year takes no more of it than a day.

    The columns of ports of all sizes would otherwise leave holes in a heap of each thread: a third more memory. The
    end of the heap stays: giving it back and asking for it anew, day after day, costs a sixth of the time.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, _SPARE)
