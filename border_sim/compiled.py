"""How the project uses Numba, once: the options of compiled functions and where their machine code is kept.

Numba's cache does not notice a change in a function called from another file, so the cache folder is named after the
sources of all packages that compile: new sources, new folder. The only importer of Numba's decorators.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

# Where SciPy is installed Numba imports its linear algebra: 0.1 s for what nobody here calls.
_HIDES_SCIPY = "scipy" not in sys.modules
if _HIDES_SCIPY:
    sys.modules["scipy"] = None  # type: ignore[assignment]  # makes an import of it fail
import numba  # noqa: E402
import numba.np.arraymath  # noqa: E402
from numba import njit  # noqa: E402
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator  # noqa: E402
from numba.extending import register_jitable  # noqa: E402

if _HIDES_SCIPY:
    del sys.modules["scipy"]

_PACKAGE = Path(__file__).parent
_COMPILING = ("*.py", "inputs/**/*.py", "engine/**/*.py", "events/**/*.py", "metrics/**/*.py")


def sources_hash(*patterns: str) -> str:
    """A hash of the sources of this package that match, 16 hexadecimal digits: what they compute may have changed."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(path for pattern in patterns for path in _PACKAGE.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path:
    """Where compiled code is kept: under `NUMBA_CACHE_DIR` if set, else the user's cache folder, else for this run
    only. A folder that cannot be written to, as in a container, does if it holds compiled code.
    """
    base, user = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    try:
        home = Path(base) if base else Path(user or Path("~/.cache").expanduser()) / "border-sim"
        folder = home / sources_hash(*_COMPILING)
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK) or _holds_code(folder):
            return folder
    except (OSError, RuntimeError):  # it cannot be made, or the user has no home
        pass
    return Path(tempfile.mkdtemp(prefix="border-sim-"))


def is_compiled(function: str = "") -> bool:
    """Whether an earlier run left the compiled code of a function (of any), so that this one need not wait for it."""
    return _holds_code(cache_folder(), function)


def _holds_code(folder: Path, function: str = "") -> bool:
    return any(folder.rglob(f"*.{function}-*.nbi" if function else "*.nbi"))


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]  # made at run time
_IS_WRITABLE = os.access(cache_folder(), os.W_OK)


class _Reading(UserProvidedCacheLocator):
    def ensure_cache_path(self) -> None:
        """Numba reads only from where it can write: here it need not."""


class _ReadingImpl(CompileResultCacheImpl):
    _locator_classes = [_Reading]


class ReadOnlyCache(FunctionCache):
    """Compiled code in a folder that cannot be written to; what it lacks is compiled for this run."""

    _impl_class = _ReadingImpl

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep nothing."""


def _compiling(**options: Any) -> Callable[..., Any]:
    """Numba's decorator: cached, without the interpreter lock, with NumPy's arithmetic, and `options`."""
    decorate = njit(cache=_IS_WRITABLE, nogil=True, error_model="numpy", **options)
    if _IS_WRITABLE:
        return decorate

    def decorate_reading(function: Callable[..., Any]) -> Any:
        compiled = decorate(function)
        # as Numba's own enable_caching does
        compiled._cache = ReadOnlyCache(function)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return compiled

    return decorate_reading


jit: Callable[..., Any] = _compiling()
"""Compile a function: cached, without the interpreter lock, with NumPy's arithmetic (no checks for division by
zero).
"""

hot: Callable[..., Any] = _compiling(_nrt=False)
"""As `jit`, without counting references to arrays: a hot loop over many arrays runs thirty times as fast, and
cannot allocate.
"""

hot_inlined: Callable[..., Any] = _compiling(_nrt=False, forceinline=True)
"""As `hot`, put whole into its callers: a call that hands on many arrays costs more than what it does."""

inlined: Callable[..., Any] = _compiling(forceinline=True)
"""As `jit`, put whole into its callers: a plain loop that calls it is then done several turns at once."""

jitable: Callable[..., Any] = register_jitable(forceinline=True)
"""Leave a function as plain Python, and let compiled functions call it too."""
