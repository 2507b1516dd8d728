"""Weights that older programs left as pickles, read without running anything that stands in them."""

from __future__ import annotations

from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.files import GZIP_MAGIC, check_file, read_bytes
from glassnet.interop.pickle_machine import PickleMachine
from glassnet.interop.pickle_records import ArrayRecord, SetRecord, kind_of
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os

MAX_DEPTH: Final = 50


def read_legacy_pickle(path: str | os.PathLike[str]) -> Any:
    """Read NumPy arrays from a pickle, whatever else the file would like to do.

    Parameters
    ----------
    path : str or path-like
        A pickle of protocol 0 to 5, written by Python 2 or 3. Its text from Python 2 is read as Latin-1.

    Returns
    -------
    ndarray, or dict of ndarray
        As it was stored; also ordered dicts, lists, tuples, sets, text and numbers, alone or within each other.
        Arrays are writable, C-ordered and in the byte order of this machine.

    Raises
    ------
    MissingFileError, DataError
        If the file is missing or damaged, or names anything but what NumPy arrays, dicts, lists, tuples, sets,
        text and numbers need: that name is in the message, and nothing was imported or called.

    Notes
    -----
    Python's own unpickler is not used. Sizes are compared with the file before any memory is set aside, and
    what comes out is no larger than about the file.

    References
    ----------
    Lecture 002 loads `sample_weight.pkl`, a dict of W1, b1, …; lecture 003 loads `.weights`, one array each.

    Examples
    --------
    >>> import pickle
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "weights.pkl"
    ...     _ = path.write_bytes(pickle.dumps({"W1": np.eye(2)}))
    ...     read_legacy_pickle(path)["W1"]
    array([[1., 0.],
           [0., 1.]])
    """
    place = check_file(path)
    content = read_bytes(place)
    if content.startswith(GZIP_MAGIC):
        raise DataError(f"{place} is gzipped. Unpack it first, for example with `gunzip`.")
    return decode_legacy_pickle(content, str(place))


def decode_legacy_pickle(content: bytes, source: str) -> Any:
    r"""Return what the bytes of a pickle hold, as `read_legacy_pickle` does for a file.

    Parameters
    ----------
    content : bytes
    source : str
        Where they come from, for error messages.

    Raises
    ------
    DataError
        If the bytes are damaged, or ask for more than arrays, dicts, lists, tuples, sets, text and numbers.

    Examples
    --------
    >>> decode_legacy_pickle(b"}q\x00X\x01\x00\x00\x00aq\x01K\x07s.", "a dict")
    {'a': 7}
    """
    machine = PickleMachine(content, source)
    return _finished(machine, machine.run())


def read_next_pickle(file: IO[bytes], source: str) -> Any:
    r"""Return what the next pickle in an open file holds; then the file stands behind it.

    Parameters
    ----------
    file : binary file
    source : str
        The file's name, for error messages.

    Raises
    ------
    EOFError
        At the end of the file, as Python's own reader does.
    DataError
        As `decode_legacy_pickle` does.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"K\x07.K\x08.")
    >>> read_next_pickle(file, "two numbers"), read_next_pickle(file, "two numbers")
    (7, 8)
    """
    machine = PickleMachine(file, source)
    try:
        return _finished(machine, machine.run(alone=False))
    except DataError:
        if machine.position == 0:
            raise EOFError("Ran out of input") from None
        raise


def _finished(machine: PickleMachine, built: Any) -> Any:
    try:
        return _Finisher(machine.position).finish(built)
    except DataError as error:
        raise DataError(f"{machine.source}: {error}") from None


class _Finisher:
    """Turns the records of arrays into arrays, wherever they stand, within the size of the file."""

    def __init__(self, size: int) -> None:
        self.items_left = size
        self.bytes_left = size
        self.arrays: dict[int, Any] = {}

    def finish(self, value: Any, depth: int = 0) -> Any:
        self.items_left -= 1
        if depth > MAX_DEPTH or self.items_left < 0:
            raise DataError(
                f"its lists or dicts stand within each other more than {MAX_DEPTH} deep, or one stands in many "
                "places. Save the arrays in one dict."
            )
        if isinstance(value, ArrayRecord):
            return self._array(value)
        if isinstance(value, SetRecord):
            return self._set(value, depth + 1)
        if isinstance(value, dict):
            pairs = ((key, self.finish(each, depth + 1)) for key, each in value.items())
            return OrderedDict(pairs) if isinstance(value, OrderedDict) else dict(pairs)
        if isinstance(value, list):
            return [self.finish(each, depth + 1) for each in value]
        if isinstance(value, tuple):
            return tuple(self.finish(each, depth + 1) for each in value)
        if value is None or isinstance(value, str | bytes | int | float):
            return value
        raise DataError(f"it holds {kind_of(value)}, which is no array. Save the arrays alone.")

    def _set(self, record: SetRecord, depth: int) -> set[Any] | frozenset[Any]:
        items = [self.finish(each, depth) for each in record.items]
        for item in items:
            plain = item is None or isinstance(item, str | bytes | float | np.generic)
            if not plain and not (isinstance(item, int) and item.bit_length() <= 60):  # longer ones could all collide
                raise DataError(f"a set holds {kind_of(item)}; only text and numbers are read in one.")
        return frozenset(items) if record.frozen else set(items)

    def _array(self, record: ArrayRecord) -> Any:
        if id(record) not in self.arrays:
            self.bytes_left -= 0 if record.content is None else record.content.nbytes
            if self.bytes_left < 0:
                raise DataError("its arrays share their bytes, and are larger than the file. Save each by itself.")
            self.arrays[id(record)] = record.finish()
        return self.arrays[id(record)]
