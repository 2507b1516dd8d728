"""The files of a run: `open` looks beside the script too, and MNIST's CSV files are served."""

from __future__ import annotations

import builtins
import io
import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.legacy.running.csv_rows import is_served, open_rows
from glassnet.legacy.running.missing import beside, is_known, missing_file
from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

_BUILT_IN: Final = open
WRITING: Final = frozenset("wax+")


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
    exists = os.path.exists
    tables = {name: _table_reader(getattr(np, name), opening, exists) for name in ("loadtxt", "genfromtxt")}
    with ExitStack() as stack:
        for owner in (builtins, io, *_notebook()):
            stack.enter_context(replaced(owner, {"open": opening}))
        stack.enter_context(replaced(np, tables))
        checks: tuple[tuple[Any, str], ...] = (
            (os.path, "exists"), (os.path, "isfile"), (Path, "exists"), (Path, "is_file"),
        )  # fmt: skip
        for place, name in checks:
            stack.enter_context(replaced(place, {name: _existing(getattr(place, name), folders)}))
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


def _existing(usual: Callable[..., bool], folders: Sequence[Path]) -> Callable[..., bool]:
    """Return a check that finds what `open` finds: scripts ask before they open, to download what is not there."""

    def existing(path: Any, *arguments: Any, **options: Any) -> bool:
        if usual(path, *arguments, **options):
            return True
        if not isinstance(path, str | os.PathLike):
            return False
        return is_served(path) or (is_known(path) and beside(path, folders) is not None)

    return existing


def _table_reader(
    reader: Callable[..., Any], opening: Callable[..., IO[Any]], exists: Callable[[Any], bool]
) -> Callable[..., Any]:
    """Return NumPy's reader of tables, for a name that only `opening` finds too."""

    def reading(fname: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(fname, str | os.PathLike) and not exists(fname):
            with opening(fname) as file:
                return reader(file, *arguments, **options)
        return reader(fname, *arguments, **options)

    return reading
