"""Targets in the forms that people have them, brought into the one form that a loss works with.

A classifier's targets are class indices, one-hot rows or soft rows; a regression's are values. A loss compares numbers
with numbers, so that indices become rows of 0 and 1 here, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import DataError, ShapeError, as_real_array, check_integer, describe

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray


def one_hot(
    labels: ArrayLike, n_classes: int, dtype: DTypeLike = np.float32, low: float = 0.0, high: float = 1.0
) -> NDArray[Any]:
    """Write class indices as rows with `high` at the class and `low` elsewhere.

    Parameters
    ----------
    labels : array of shape (...)
        Class indices, whole numbers from 0 to n_classes − 1.
    n_classes : int
        The length of a row.
    dtype : dtype, default float32
        The type of the result.
    low, high : float
        0 and 1 by default; lecture 000 trains with 0.01 and 0.99.

    Returns
    -------
    array of shape (..., n_classes)

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If n_classes is no whole number of at least 1.
    DataError
        If a label is no whole number within the range.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    n_classes = check_integer("n_classes", n_classes, minimum=1)
    indices = as_class_indices(labels, n_classes)
    rows = np.full((*indices.shape, n_classes), low, dtype=dtype)
    np.put_along_axis(rows, indices[..., None], high, axis=-1)
    return rows


def as_class_indices(labels: ArrayLike, n_classes: int) -> NDArray[np.intp]:
    """Return `labels` as integers from 0 to n_classes − 1, or raise `DataError` naming the first that is not one.

    >>> as_class_indices([1.0, 0.0], 2)
    array([1, 0])
    >>> as_class_indices([0, 12], 10)
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: a label must be a whole number from 0 to 9, got 12 at position 1...
    """
    values = as_real_array(labels, "labels")
    with np.errstate(invalid="ignore"):
        wrong = ~((values >= 0) & (values < n_classes) & (values == np.floor(values)))
    if np.any(wrong):
        position = int(np.argmax(wrong))
        raise DataError(
            f"a label must be a whole number from 0 to {n_classes - 1}, "
            f"got {values.reshape(-1)[position]:g} at position {position}. "
            f"There are {n_classes} classes: correct the label, or give the network more outputs."
        )
    return values.astype(np.intp)


def as_rows(y: NDArray[Any], t: ArrayLike, *, classes: bool, name: str = "t") -> NDArray[Any]:
    """Return the targets `t` as numbers with the shape of `y`, so that a loss can compare the two.

    Parameters
    ----------
    y : array of shape (N, n_out), (N,), (n_out,) or ()
        What the network gave.
    t : array
        Values or rows of y's shape; (N,) beside a y of (N, 1) or the reverse; with `classes`, also class indices: y's
        shape without its last axis.
    classes : bool
        Whether class indices are understood. A regression's targets are values, never indices.
    name : str
        What messages call the targets.

    Returns
    -------
    array of y's shape and dtype

    Examples
    --------
    >>> as_rows(np.array([[0.1, 0.9]]), [1], classes=True)
    array([[0., 1.]])
    """
    values = as_real_array(t, name)
    single_column = y.ndim <= 1 or y.shape[1:] == (1,)
    same_column = single_column and values.size == y.size and values.shape in {y.shape[:1], (*y.shape, 1)}
    if values.shape == y.shape or same_column:
        with np.errstate(over="ignore"):  # a value too large for y's dtype becomes inf, and shows as that
            return values.reshape(y.shape).astype(y.dtype, copy=False)
    if classes and y.ndim >= 1 and values.shape in {y.shape[:-1], (*y.shape[:-1], 1)}:
        n_classes = y.shape[-1]
        return one_hot(values.reshape(y.shape[:-1]), n_classes, dtype=y.dtype)
    if values.ndim and y.ndim and len(values) != len(y) and values.shape[1:] in {y.shape[1:], ()}:
        raise ShapeError(
            f"{name} must have one row for each of the {len(y)} samples, got {len(values)} in "
            f"{describe(values)}. Give as many targets as inputs."
        )
    indices = f" or class indices of shape {y.shape[:-1]}" if classes else " (values, not class indices)"
    raise ShapeError(
        f"{name} must have the shape {y.shape} of the output{indices}, got {describe(values)}. "
        "Reshape the targets, or give the network as many outputs as there are targets."
    )


def right_answers(y: NDArray[Any], t: NDArray[Any], *, xp: Any = np) -> NDArray[np.bool_]:
    """Say of each row whether the class that `y` prefers is a class that `t` prefers.

    With one column the classes are 0 and 1, and ½ is where 1 begins. With several, the largest output counts; of rows
    with several ones each of them is right.

    >>> right_answers(np.array([[0.2, 0.8], [0.6, 0.4]]), np.array([[0.0, 1.0], [0.0, 1.0]]))
    array([ True, False])
    >>> right_answers(np.array([[0.5], [0.4]]), np.array([[1.0], [1.0]]))
    array([ True, False])
    """
    if y.shape[1] == 1:
        return (y[:, 0] >= 0.5) == (t[:, 0] >= 0.5)
    preferred = xp.take_along_axis(t, preferred_class(y, xp=xp)[:, None], axis=1)[:, 0]
    return (preferred == xp.max(t, axis=1)) & (preferred > 0)


def holds_several_labels(rows: NDArray[Any]) -> bool:
    """Say whether rows (N, n) are labels that do not exclude each other: all 0 or 1, with several ones in one, or none.

    >>> holds_several_labels(np.array([[1, 1], [0, 1]])), holds_several_labels(np.array([[0, 1], [0, 0]]))
    (True, True)
    >>> holds_several_labels(np.eye(2)), holds_several_labels(np.array([[0.9, 0.8]])), holds_several_labels(np.eye(1))
    (False, False, False)
    """
    if rows.ndim != 2 or rows.shape[1] < 2 or not bool(((rows == 0) | (rows == 1)).all()):
        return False
    return bool((rows.sum(axis=1) != 1).any())


def preferred_class(y: NDArray[Any], *, xp: Any = np) -> NDArray[np.intp]:
    """Return the class of each row: its largest output, or, of one output, whether it reaches ½.

    >>> preferred_class(np.array([[0.2, 0.8], [0.6, 0.4]])), preferred_class(np.array([[0.5], [0.4]]))
    (array([1, 0]), array([1, 0]))
    """
    if y.shape[1] == 1:
        return xp.astype(y[:, 0] >= 0.5, xp.int64)
    return xp.argmax(y, axis=1)
