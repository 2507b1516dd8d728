"""The packaged MNIST as the text of a CSV file, made while it is read."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.mnist_loader import load_mnist

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
    return NAME.fullmatch(Path(path).name) is not None


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
    file object to read from, once, from its beginning to its end

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
    found = NAME.fullmatch(Path(path).name)
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
        self._pieces = _texts(images[:stop], labels[:stop])
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _texts(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Iterator[bytes]:
    """Yield rows as text: each number is looked up as four bytes, and the unused ones are dropped."""
    words = np.array([f",{value}".encode() for value in range(256)], "S4")
    digits = np.array([str(digit).encode() for digit in range(10)], "S4")
    for start in range(0, len(labels), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        rows = np.empty((len(labels[part]), images.shape[1] + 2), "S4")
        rows[:, 0], rows[:, 1:-1], rows[:, -1] = digits[labels[part]], words[images[part]], b"\n"
        yield rows.tobytes().translate(None, b"\0")
