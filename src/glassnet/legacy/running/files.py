"""The files of a run: `open` looks beside the script too, MNIST's CSV files are served, and pickles are only read."""

from __future__ import annotations

import _pickle
import builtins
import importlib.util
import io
import os
import pickle
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.legacy_pickle import decode_legacy_pickle
from glassnet.legacy.running.csv_rows import is_served, open_rows
from glassnet.legacy.running.missing import beside, is_known, missing_file
from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

_BUILT_IN: Final = open
WRITING: Final = frozenset("wax+")
# Whose pickles are their own affair: messages between processes and Numba's cache. Files that call what a script hands
# them, as multiprocessing/pool.py does, must stay out.
TRUSTED: Final = {
    "multiprocessing": ("connection.py", "queues.py", "spawn.py"),
    "numba": ("core/caching.py", "core/serialize.py"),
}


@contextmanager
def served_files(folders: Sequence[Path]) -> Iterator[None]:
    """Let a script find its files, for a while.

    Parameters
    ----------
    folders : sequence of paths
        Where to look for a file that is not where the script says: the script's own folder, and its parent.

    Notes
    -----
    Only what cannot be opened otherwise is looked for; writing is untouched.

    Examples
    --------
    >>> with served_files([]), open("data/mnist_test.csv") as file:
    ...     len(file.readlines())
    10000
    """
    opening = _opening(builtins.open, folders)
    tables = {name: _table_reader(getattr(np, name), opening) for name in ("loadtxt", "genfromtxt")}
    with ExitStack() as stack:
        for owner in (builtins, io, *_notebook()):
            stack.enter_context(replaced(owner, {"open": opening}))
        stack.enter_context(replaced(np, tables))
        yield


def _notebook() -> Iterator[ModuleType]:
    """Yield the module of a notebook's cells, if this is one: IPython puts an `open` of its own there."""
    main = sys.modules["__main__"]
    if getattr(vars(main).get("open"), "__wrapped__", None) is _BUILT_IN:
        yield main


def _opening(usual: Callable[..., IO[Any]], folders: Sequence[Path]) -> Callable[..., IO[Any]]:
    """Return an `open` that looks further where the usual one finds nothing."""

    def opening(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> IO[Any]:
        if not isinstance(file, str | os.PathLike) or WRITING & set(mode):
            return usual(file, mode, *arguments, **options)
        try:
            return usual(file, mode, *arguments, **options)
        except FileNotFoundError:
            found = beside(file, folders)
            if found is not None:
                return usual(found, mode, *arguments, **options)
            if is_served(file):
                return open_rows(file, binary="b" in mode, newline=options.get("newline"))
            if is_known(file):
                raise missing_file(file) from None
            raise

    return opening


def _table_reader(reader: Callable[..., Any], opening: Callable[..., IO[Any]]) -> Callable[..., Any]:
    """Return NumPy's reader of tables, for a name that only `opening` finds too."""

    def reading(fname: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(fname, str | os.PathLike) and not Path(fname).exists():
            with opening(fname) as file:
                return reader(file, *arguments, **options)
        return reader(fname, *arguments, **options)

    return reading


@contextmanager
def safe_pickles() -> Iterator[None]:
    r"""Let `pickle.load` and `pickle.loads` read arrays, dicts, lists, text and numbers, and nothing else, for a while.

    Examples
    --------
    >>> with safe_pickles():
    ...     pickle.loads(b"cos\nsystem\n(S'ls'\ntR.")
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: a pickle, byte 0: it asks for 'os.system'...
    """
    trusted = _trusted_files()

    def reader(usual: Callable[..., Any]) -> Callable[..., Any]:
        def load(file: Any, **options: Any) -> Any:
            if sys._getframe(1).f_code.co_filename in trusted:  # noqa: SLF001  # whose call it is decides
                return usual(file, **options)
            return SafeUnpickler(file).load()

        return load

    def text_reader(usual: Callable[..., Any]) -> Callable[..., Any]:
        def loads(data: Any, /, **options: Any) -> Any:
            if sys._getframe(1).f_code.co_filename in trusted:  # noqa: SLF001
                return usual(data, **options)
            return decode_legacy_pickle(bytes(data), "a pickle")

        return loads

    with ExitStack() as stack:
        for owner in (pickle, _pickle):
            for private in ("", "_") if owner is pickle else ("",):
                names = {
                    f"{private}load": reader(getattr(owner, f"{private}load")),
                    f"{private}loads": text_reader(getattr(owner, f"{private}loads")),
                    f"{private}Unpickler": SafeUnpickler,
                }
                stack.enter_context(replaced(owner, names))
        yield


class SafeUnpickler:
    """Reads a file as `pickle.Unpickler` does, but runs nothing that is in it."""

    def __init__(self, file: Any, *_: Any, **__: Any) -> None:
        self._file = file

    def load(self) -> Any:
        """Return what the pickle holds."""
        return decode_legacy_pickle(self._file.read(), str(getattr(self._file, "name", "a pickle")))


def _trusted_files() -> frozenset[str]:
    """Return the source files whose calls read what their own program wrote: by place, since names can be taken."""
    places = set()
    for package, files in TRUSTED.items():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            places |= {str(Path(spec.origin).parent / file) for file in files}
    return frozenset(places)
