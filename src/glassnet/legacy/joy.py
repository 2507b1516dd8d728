"""`joy`: the helper module of lecture 003, whose vectors are columns of 784 numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.mnist_loader import N_DIGITS
from glassnet.data.mnist_loader import load_mnist as load_rows
from glassnet.interop.legacy_pickle import decode_legacy_pickle
from glassnet.legacy.running.missing import missing_file
from glassnet.mathematics.checks import ArgumentError, check_integer

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from glassnet.data.dataset import Split

__all__ = ["load_mnist", "load_mnist_num", "load_mnist_weight"]


def load_mnist() -> tuple[Split, Split]:
    """Load MNIST: images as rows of 784 pixels from 0 to 1, and labels.

    Returns
    -------
    (X, y), (Xtest, ytest)
        float32 of shapes (60000, 784) and (10000, 784); labels are class indices.

    Notes
    -----
    Source: the module `joy` of lecture 003's course.

    Examples
    --------
    >>> (X, y), _ = load_mnist()
    >>> X.shape, y[0]
    ((60000, 784), np.int64(5))
    """
    return load_rows()


def load_mnist_num(num: int) -> tuple[NDArray[np.float32], int]:
    """Return the first training image of a digit, as a column, and its label.

    Parameters
    ----------
    num : int from 0 to 9

    Returns
    -------
    X : array of float32, shape (784, 1)
        Pixels from 0 to 1.
    y : int
        The digit.

    Raises
    ------
    ArgumentError
        If num is no digit.

    Notes
    -----
    Source: lecture 003.

    Examples
    --------
    >>> X, y = load_mnist_num(7)
    >>> X.shape, y
    ((784, 1), 7)
    """
    number = check_integer("num", num, minimum=0)
    if number >= N_DIGITS:
        raise ArgumentError(f"num must be a digit from 0 to 9, got {number}.")
    (x, t), _ = load_rows()
    return x[int(np.argmax(t == number))].reshape(-1, 1), number


def load_mnist_weight(path: str | os.PathLike[str]) -> Any:
    """Return the array of a `.weights` file, a pickle; nothing in it is executed.

    Parameters
    ----------
    path : str or path-like
        Within `glassnet legacy run` also the name of a file beside the script.

    Returns
    -------
    array
        Lecture 003's are (100, 784) and (10, 100): one row a unit, for `W @ X` with columns.

    Raises
    ------
    MissingFileError, DataError
        If the file is missing, damaged, or asks for more than arrays.

    Notes
    -----
    Source: lecture 003.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "w_hy.weights"
    ...     np.ones((10, 100)).dump(path)
    ...     load_mnist_weight(path).shape
    (10, 100)
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # the run's own `open`, which looks beside the script as well
            content = file.read()
    except FileNotFoundError:
        raise missing_file(path) from None
    return decode_legacy_pickle(content, str(path))
