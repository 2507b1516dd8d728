"""The doors into compiled code: what Python calls, compiled when first needed and kept on disk.

This module loads without Numba, and says whether there is one.
"""

from __future__ import annotations

import functools
import gc
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.cache import engine_folder, remove_old_versions, why_no_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHAT = {
    "interpreter": "the engine (half a minute or so)",
    "row": "the prediction of single rows (some ten seconds)",
    "augmentation": "the augmentation (a few seconds)",
}
"""What is compiled, in the words of the notice."""
_loaded: dict[str, Any] = {}


@functools.cache
def unavailable() -> str:
    """Return why nothing can be compiled here, in words; nothing if all is well."""
    try:
        with _collector_paused():
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


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for garbage among the many objects that Numba makes and keeps: 40 of 400 ms."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def augmentation() -> Callable[..., Any]:
    """Return the augmentation of images, which are float32."""
    return _door("augmentation", np.dtype(np.float32))


def _door(name: str, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Load compiled code from disk, or compile it, which takes a while and says so."""
    key = f"{name}-{dtype.name}"
    if key not in _loaded:
        reason = unavailable()
        if reason:
            raise RuntimeError(reason)
        folder = _folder()
        if ready(name, dtype):
            try:
                _loaded[key] = _load(name, dtype, folder)
            except Exception as error:  # noqa: BLE001  # whatever a file that was cut short makes of what reads it
                _discard(folder, error)
        if key not in _loaded:
            _loaded[key] = _compile(name, dtype, folder)
    return _loaded[key]


def _load(name: str, dtype: np.dtype[Any], folder: Path | None) -> Callable[..., Any]:
    """Load compiled code from its folder; what is not there is compiled."""
    with _collector_paused():
        from glassnet.engine import doors

        return doors.compiled(name, dtype, folder)


def _discard(folder: Path | None, error: Exception) -> None:
    """Empty a folder from which nothing can be loaded, and say so, with the words of what went wrong."""
    if folder is not None:
        words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        notice = f"glassnet: what is kept in {folder} cannot be loaded ({words}), and is made anew"
        print(notice, file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)


def _compile(name: str, dtype: np.dtype[Any], folder: Path | None) -> Callable[..., Any]:
    """Compile, and say so; where nothing can be kept, for this process alone."""
    from glassnet.engine import doors

    where = f"kept in {folder}" if folder else f"not kept, since {why_no_folder()}"
    print(f"glassnet: compiling {WHAT[name]} for {dtype.name}, once; {where}", file=sys.stderr, flush=True)
    if folder is None:
        try:
            with TemporaryDirectory(prefix="glassnet-") as passing:
                doors.compile_apart(name, dtype, Path(passing))
                return _load(name, dtype, Path(passing))
        except OSError:  # not even there
            return _load(name, dtype, None)
    try:
        doors.compile_apart(name, dtype, folder)
        door = _load(name, dtype, folder)
    except Exception as error:  # noqa: BLE001  # as above: what another type of numbers has left there
        _discard(folder, error)
        doors.compile_apart(name, dtype, folder)
        door = _load(name, dtype, folder)
    (folder / f"{name}-{dtype.name}").touch()
    remove_old_versions(folder)
    return door
