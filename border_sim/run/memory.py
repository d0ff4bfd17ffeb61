"""Memory that is freed goes back to the system, so that a year takes no more of it than a day."""

import ctypes
from contextlib import suppress
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 256 * 1024


def give_back_memory() -> None:
    """Ask glibc for one heap for all threads, and to keep large arrays out of it; elsewhere this does nothing.

    The columns of ports of all sizes would otherwise leave holes in a heap of each thread: a third more memory.
    """
    with suppress(OSError, AttributeError):  # another C library
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
