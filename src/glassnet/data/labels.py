"""Class labels as the rest of glassnet wants them: int64 indices that are checked once, where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics.checks import DataError, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_CLASSES: Final = 10_000  # beyond it a column holds measurements, not classes
# The column of a table that has one of these names holds the labels, unless another is named.
LABEL_NAMES: Final = frozenset(
    {"label", "labels", "class", "target", "digit", "species", "y", "t", "레이블", "라벨", "정답"}
)


def check_labels(labels: NDArray[Any], source: str, n_classes: int | None = None) -> NDArray[np.int64]:
    """Return labels as class indices, int64, of shape (N,).

    Parameters
    ----------
    labels : ndarray, shape (N,) or (N, 1), of whole numbers
    source : str
        Where they come from, for the error message.
    n_classes : int, optional
        Labels must be below it. Without it, below `MAX_CLASSES`.

    Returns
    -------
    ndarray of int64, shape (N,)
        Signed, since uint8 wraps round in arithmetic.

    Raises
    ------
    DataError
        If a label is out of range or not a whole number, or the shape is another.

    Examples
    --------
    >>> check_labels(np.array([5, 0, 4], dtype=np.uint8), "train-labels", n_classes=10)
    array([5, 0, 4])
    >>> check_labels(np.array([5, 12]), "train-labels", n_classes=10)
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: train-labels: label 12 at row 1 (counted from 0); expected 0 to 9...
    """
    flat = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    whole = flat.dtype.kind in "iu" or (flat.dtype.kind == "f" and bool((flat == np.trunc(flat)).all()))
    if flat.ndim != 1 or not whole:
        raise DataError(
            f"{source}: labels must be whole numbers of shape (N,), got {describe(labels)}. "
            "Store the class index of each sample."
        )
    limit = MAX_CLASSES if n_classes is None else n_classes
    bad = np.flatnonzero((flat < 0) | (flat >= limit))
    if bad.size:
        raise DataError(
            f"{source}: label {flat[bad[0]]:g} at row {bad[0]} (counted from 0); expected 0 to {limit - 1} "
            f"({bad.size:,} of {flat.size:,} labels are out of range). Correct the labels."
        )
    return flat.astype(np.int64)
