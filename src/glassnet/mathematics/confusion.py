"""Which classes were answered by which: counted from what a classifier answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    DataError,
    ShapeError,
    as_float_array,
    check_integer,
    describe,
)
from glassnet.mathematics.targets import as_class_indices, holds_several_labels, preferred_class

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Counts of more classes than this would fill the memory: such a number is rather a mistake in the labels.
MOST_CLASSES = 10_000


def class_indices(values: ArrayLike, n_classes: int | None = None, name: str = "t") -> NDArray[np.intp]:
    """Return the class of each sample from any of the forms in which classifiers have them.

    Parameters
    ----------
    values : array of shape (N,), (N, 1) or (N, n_classes)
        Class indices, or one-hot or soft rows (or a network's outputs), of which the largest entry counts. Rows of 0
        and 1 with several ones, or without any, name no class.
    n_classes : int, optional
        The number of classes; by default as many as rows are long, or as the largest index asks for.
    name : str
        What messages call the values.

    Returns
    -------
    array of shape (N,)
        Integers from 0 to n_classes − 1.

    Raises
    ------
    ShapeError
        If there are no samples, or the shape is none of the above.
    DataError
        If an index is no whole number from 0 to n_classes − 1, or a row holds nan or several labels.

    Examples
    --------
    >>> class_indices([[0.1, 0.9], [0.7, 0.3]]), class_indices([3, 1])
    (array([1, 0]), array([3, 1]))
    """
    array = _checked(name, values)
    n = _number_of_classes((array,), n_classes)
    if _holds_indices(array):
        return as_class_indices(array.reshape(-1), n)
    if array.shape[1] != n:
        raise ShapeError(
            f"the rows of {name} must have one entry for each of the {n} classes, got {describe(array)}. "
            "Give rows of that length, or another n_classes."
        )
    if np.isnan(array).any():
        raise DataError(f"the rows of {name} must not hold nan: they name no class. Remove those samples.")
    if holds_several_labels(array):
        ones = array.sum(axis=1)
        at = int(np.argmax(ones != 1))
        raise DataError(
            f"the rows of {name} must name one class each, got {int(ones[at])} ones in row {at}: labels that do not "
            "exclude each other. Look at each label by itself: t[:, k] beside predict(x)[:, k], or predict(x)[:, k] "
            ">= 0.5 where classes are asked for."
        )
    return preferred_class(array)


def confusion_counts(t: ArrayLike, predicted: ArrayLike, n_classes: int | None = None) -> NDArray[np.int64]:
    """Count how often each class was answered by each class.

    ``counts[i, j]`` = the number of samples whose class is i and whose answer is j; the diagonal holds the right ones.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        The true classes: indices, or one-hot or soft rows, of which the largest entry counts.
    predicted : array of shape (N,), (N, 1) or (N, n_classes)
        The answers, in the same forms: what `classify` gave, or the outputs of `predict` for several classes.
    n_classes : int, optional
        The number of classes; by default as many as the rows are long, or as the largest index asks for.

    Returns
    -------
    array of shape (n_classes, n_classes), int64
        Rows are true classes, columns are answers.

    Raises
    ------
    ShapeError
        If the lengths differ, there are no samples, or a shape is none of the above.
    DataError
        If an index is no whole number from 0 to n_classes − 1, or a row holds nan or several labels.

    Examples
    --------
    >>> confusion_counts([0, 1, 1, 1], [0, 1, 0, 1])
    array([[1, 0],
           [1, 2]])
    """
    truth, answers = _checked("t", t), _checked("predicted", predicted)
    if len(truth) != len(answers):
        raise ShapeError(
            f"t and predicted must have the same length, got {len(truth)} true classes and "
            f"{len(answers)} answers. Give one answer for each sample."
        )
    n = _number_of_classes((truth, answers), n_classes)
    pairs = class_indices(truth, n, "t") * n + class_indices(answers, n, "predicted")
    return np.bincount(pairs, minlength=n * n).reshape(n, n).astype(np.int64)


def confusion_matrix(
    t: ArrayLike, predicted: ArrayLike, n_classes: int | None = None, *, normalize: bool = False
) -> NDArray[Any]:
    """Return `confusion_counts`, or with `normalize` the share of each answer among the samples of each true class.

    Parameters
    ----------
    t, predicted, n_classes
        As for `confusion_counts`.
    normalize : bool, default False
        Whether rows are divided by their sums; that of a class without samples is nan.

    Returns
    -------
    array of shape (n_classes, n_classes)

    Raises
    ------
    ShapeError, DataError
        As `confusion_counts`.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1], normalize=True).round(3)
    array([[1.   , 0.   ],
           [0.333, 0.667]])
    """
    counts = confusion_counts(t, predicted, n_classes)
    if not normalize:
        return counts
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(axis=1, keepdims=True)


def _checked(name: str, values: ArrayLike) -> NDArray[Any]:
    array = as_float_array(values, name)
    if array.ndim not in {1, 2} or array.size == 0:
        raise ShapeError(
            f"{name} must be class indices (N,) or rows (N, n_classes) of at least one sample, "
            f"got {describe(array)}. Reshape it, or give some samples."
        )
    return array


def _holds_indices(array: NDArray[Any]) -> bool:
    return array.ndim == 1 or array.shape[1] == 1


def _number_of_classes(arrays: tuple[NDArray[Any], ...], n_classes: int | None) -> int:
    """Return the number of classes that is given, or else the least that all of `arrays` fit in."""
    if n_classes is None:
        # nan and inf are left for the check of each index, which says where they are.
        least = [
            np.max(array, where=np.isfinite(array), initial=0.0) + 1 if _holds_indices(array) else array.shape[1]
            for array in arrays
        ]
        n = int(max(least))
    else:
        n = check_integer("n_classes", n_classes, minimum=1)
    if n > MOST_CLASSES:
        raise ArgumentError(
            f"n_classes must be at most {MOST_CLASSES:,}, got {n:,} (from the largest class index, where it is "
            "not given). Number the classes 0, 1, 2, …"
        )
    return n
