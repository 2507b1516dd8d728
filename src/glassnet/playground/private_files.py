"""What a page uploads, read through a private file that is gone afterwards; and what it downloads, written through one.

The readers of the library take paths. Nothing in a file is executed, and whatever is wrong with one is one sentence.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from glassnet.mathematics.checks import DataError, GlassnetError
from glassnet.playground.message import Message, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

MOST_BYTES = 30_000_000
"""Of an uploaded file; a message may have a little more."""
MOST_LETTERS_OF_NAME = 80
REASONS = {
    "is no safetensors file": "file-damaged",
    "not one that glassnet wrote": "file-foreign",
    "Upgrade glassnet": "file-newer",
    "was changed after it was saved": "file-changed",
    "is no trace that can be read": "file-no-trace",
}
"""What the readers say, and the page's own words for it; any other reason is shown as they say it."""
Read = TypeVar("Read")


def read_upload(message: Message, read: Callable[[Path], Read], endings: Collection[str]) -> Read:
    """Read a file that a page sent as `file`, its bytes, and `name`.

    Parameters
    ----------
    message : Message
        Nothing in it is trusted: of the name only the ending is used.
    read : callable (path) -> object
        A reader of the library.
    endings : collection of str
        Of the names that it reads, in small letters.

    Raises
    ------
    RefusedError
        If it is too large, of another ending, or cannot be read.
    """
    content = message.array("file", ndim=1, dtype="uint8", most=MOST_BYTES)
    name = message.text("name", most=1000)[-MOST_LETTERS_OF_NAME:]
    ending = Path(name).suffix.lower()
    if ending not in endings:
        raise RefusedError(
            "file-ending",
            f"{name!r} must be a file that ends in {' or '.join(endings)}.",
            name=name,
            endings=", ".join(endings),
        )
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / f"upload{ending}"
        path.write_bytes(content.tobytes())
        try:
            return read(path)
        except RefusedError:
            raise
        except (GlassnetError, MemoryError) as error:
            raise _refusal(str(error).replace(str(path), repr(name)), name) from None


def _refusal(words: str, name: str) -> RefusedError:
    code = next((own for phrase, own in REASONS.items() if phrase in words), "file-unreadable")
    return RefusedError(code, words, name=name, reason=words)


def as_download(write: Callable[[Path], object], ending: str) -> NDArray[np.uint8]:
    """Return the bytes that a writer of the library writes.

    Parameters
    ----------
    write : callable (path)
    ending : str
        What the path ends in.

    Examples
    --------
    >>> as_download(lambda path: path.write_text("A"), ".txt")
    array([65], dtype=uint8)
    """
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / f"download{ending}"
        write(path)
        content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise DataError(f"the file would have {len(content):,} bytes, more than the {MOST_BYTES:,} that a page gets.")
    return np.frombuffer(content, np.uint8)


def copy_through(write: Callable[[Path], object], read: Callable[[Path], Read], ending: str) -> Read:
    """Return what a reader makes of what a writer writes: a copy that shares nothing with what it was made of."""
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / f"copy{ending}"
        write(path)
        return read(path)
