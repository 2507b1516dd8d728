"""The packaged MNIST as the text of a CSV file, made while it is read."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.mnist_loader import load_mnist
from glassnet.legacy.running.missing import name_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

# mnist_train.csv, and the shorter ones that go round: mnist_train_100.csv has the first 100 rows.
NAME: Final = re.compile(r"mnist_(train|test)(?:_(\d+))?\.csv", re.IGNORECASE)
ROWS_AT_ONCE: Final = 500  # about a megabyte of text


def is_served(path: str | os.PathLike[str]) -> bool:
    """Say whether a path names MNIST as CSV.

    >>> is_served("/content/gdrive/My Drive/data/mnist_train.csv"), is_served("iris.csv")
    (True, False)
    """
    return NAME.fullmatch(name_of(path)) is not None


def open_rows(path: str | os.PathLike[str], *, binary: bool = False, newline: str | None = None) -> IO[Any]:
    """Open MNIST as CSV, a row for each digit: its label, then 784 pixels from 0 to 255; no header.

    Parameters
    ----------
    path : str or path-like
        Only its name counts: `mnist_train.csv` or `mnist_test.csv`, or with a number of rows, `mnist_test_10.csv`.
    binary : bool
        Bytes in place of text.
    newline : str or None
        As of Python's `open`.

    Returns
    -------
    file object to read from; going back in it makes the rows again

    Raises
    ------
    FileNotFoundError
        If the name is another.

    Notes
    -----
    Source: lecture 000, which takes the header away first.

    Examples
    --------
    >>> with open_rows("mnist_train.csv") as file:
    ...     file.readline()[:14]
    '5,0,0,0,0,0,0,'
    """
    found = NAME.fullmatch(name_of(path))
    if found is None:
        raise FileNotFoundError(path)
    stream = io.BufferedReader(_Rows(found[1].lower(), found[2]), 1 << 20)
    return stream if binary else io.TextIOWrapper(stream, encoding="ascii", newline=newline)


class _Rows(io.RawIOBase):
    """Makes some rows of text whenever the ones before are used up: a script that reads one row waits for no more."""

    def __init__(self, split: str, count: str | None) -> None:
        train, test = load_mnist(normalize=False)
        images, labels = train if split == "train" else test
        stop = len(labels) if count is None else int(count)
        self._images, self._labels = images[:stop], labels[:stop]
        self._begin()

    def _begin(self) -> None:
        self._pieces = _texts(self._images, self._labels)
        self._left = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on to a place, from the beginning if it lies before this one."""
        if whence == io.SEEK_END:
            self._skip(None)
        target = offset + (0 if whence == io.SEEK_SET else self._position)
        if target < 0:
            raise ValueError(f"a place before the beginning: {target}")
        if target < self._position:
            self._begin()
        self._skip(target)
        return self._position

    def _skip(self, target: int | None) -> None:
        while self._fill() and (target is None or self._position < target):
            step = len(self._left) if target is None else min(len(self._left), target - self._position)
            self._advance(step)

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._fill())
        buffer[:count] = self._left[:count]
        self._advance(count)
        return count

    def _fill(self) -> int:
        """Make rows if none are left; return how many bytes there are now, 0 at the end."""
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        return len(self._left)

    def _advance(self, count: int) -> None:
        self._left = self._left[count:]
        self._position += count


def _texts(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Iterator[bytes]:
    """Yield rows as text: each number is looked up as four bytes, and the unused ones are dropped."""
    words = np.array([f",{value}".encode() for value in range(256)], "S4")
    digits = np.array([str(digit).encode() for digit in range(10)], "S4")
    for start in range(0, len(labels), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        rows = np.empty((len(labels[part]), images.shape[1] + 2), "S4")
        rows[:, 0], rows[:, 1:-1], rows[:, -1] = digits[labels[part]], words[images[part]], b"\n"
        yield rows.tobytes().translate(None, b"\0")
