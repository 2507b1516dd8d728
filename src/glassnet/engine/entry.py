"""The doors into compiled code: what Python calls, compiled when first needed and kept on disk.

This module loads without Numba, and says whether there is one.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from glassnet.engine.cache import engine_folder, remove_old_versions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np

_loaded: dict[str, Any] = {}


@functools.cache
def unavailable() -> str:
    """Return why nothing can be compiled here, in words; nothing if all is well."""
    try:
        import numba
    except Exception as error:  # noqa: BLE001  # Numba refuses a NumPy that it does not know with various errors
        return f"Numba cannot be loaded here ({type(error).__name__}: {error})"
    return "" if numba.__version__ else "Numba is not whole"


@functools.cache
def _folder() -> Path | None:
    return engine_folder()


def ready(name: str, dtype: np.dtype[Any]) -> bool:
    """Say whether compiled code is at hand: loaded, or on disk."""
    key = f"{name}-{dtype.name}"
    folder = _folder()
    return key in _loaded or (folder is not None and (folder / key).exists())


def loaded(name: str, dtype: np.dtype[Any]) -> bool:
    """Say whether compiled code is in memory."""
    return f"{name}-{dtype.name}" in _loaded


def interpreter(dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Return the interpreter for a type of numbers."""
    return _door("interpreter", dtype)


def row_predictor(dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Return the prediction of one row at a time for a type of numbers."""
    return _door("row", dtype)


def _door(name: str, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Load compiled code from disk, or compile it, which takes a while and says so."""
    key = f"{name}-{dtype.name}"
    if key not in _loaded:
        reason = unavailable()
        if reason:
            raise RuntimeError(reason)
        from glassnet.engine import doors

        folder = _folder()
        if not ready(name, dtype):
            where = f"kept in {folder}" if folder else "not kept: no folder can be written"
            print(f"glassnet: compiling the engine for {dtype.name}, once; half a minute or so ({where})",
                  file=sys.stderr, flush=True)  # fmt: skip
        _loaded[key] = doors.compiled(name, dtype, folder)
        if folder is not None and not (folder / key).exists():
            (folder / key).touch()
            remove_old_versions(folder)
    return _loaded[key]
