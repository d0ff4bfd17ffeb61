"""Large arrays that are freed go back to the system, so that a year takes no more of it than a day."""

import ctypes
from contextlib import suppress
from typing import Final

import pyarrow as pa

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 1024 * 1024
_SPARE: Final = 32 * 1024 * 1024


def give_back_memory() -> None:
    """Ask Arrow to use the system's heap, and glibc for one heap for all threads with large arrays kept out of it.

    The columns of ports of all sizes would otherwise leave holes in a heap of each thread: a third more memory. The
    end of the heap stays: giving it back and asking for it anew, day after day, costs a sixth of the time.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, _SPARE)
