"""Pickles in a run: only read, whichever way a script asks for it."""

from __future__ import annotations

import _pickle
import importlib.util
import pickle
import shelve
import sys
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from glassnet.interop.legacy_pickle import read_next_pickle
from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Whose pickles are their own affair: messages between processes and Numba's cache. Files that call what a script hands
# them, as multiprocessing/pool.py does, must stay out.
TRUSTED: Final = {
    "multiprocessing": ("connection.py", "queues.py", "spawn.py"),
    "numba": ("core/caching.py", "core/serialize.py"),
}


@contextmanager
def safe_pickles() -> Iterator[None]:
    r"""Let `pickle.load` and `pickle.loads` read arrays, dicts, lists, sets, text and numbers, for a while.

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
            return SafeUnpickler(BytesIO(data)).load()

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
        # It has taken its own reference to the reader, under one name or the other.
        own = {"Unpickler": SafeUnpickler, "loads": pickle.loads}
        stack.enter_context(replaced(shelve, {name: new for name, new in own.items() if name in vars(shelve)}))
        yield


class SafeUnpickler:
    """Reads a file as `pickle.Unpickler` does, but runs nothing that is in it."""

    def __init__(self, file: Any, *_: Any, **__: Any) -> None:
        # Python 2 was content with a file that was opened as text.
        self._file = getattr(file, "buffer", file)

    def load(self) -> Any:
        """Return what the next pickle of the file holds; the file stands behind it then."""
        return read_next_pickle(self._file, str(getattr(self._file, "name", "a pickle")))


def _trusted_files() -> frozenset[str]:
    """Return the source files whose calls read what their own program wrote: by place, since names can be taken."""
    places = set()
    for package, files in TRUSTED.items():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            places |= {str(Path(spec.origin).parent / file) for file in files}
    return frozenset(places)
