"""How well a classifier did, class by class and place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, DataError, ShapeError, as_real_array, check_integer, describe
from glassnet.mathematics.confusion import class_indices, confusion_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class ClassScores:
    """Precision, recall and F₁ of each class.

    Attributes
    ----------
    precision : array of shape (n_classes,)
        Of the samples that were answered so, the share that are so; nan where nothing was.
    recall : array of shape (n_classes,)
        Of the samples that are so, the share that were answered so; nan where none is.
    f1 : array of shape (n_classes,)
        2 · precision · recall / (precision + recall), counted as 2 TP / (2 TP + FP + FN); nan where that is 0 / 0.
    support : array of shape (n_classes,), int
        How many samples are of the class.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]

    @classmethod
    def of_counts(cls, counts: ArrayLike) -> ClassScores:
        """Return the scores that a confusion matrix (rows true, columns answers) stands for."""
        table = np.asarray(counts)
        right, answered, there = table.diagonal(), table.sum(axis=0), table.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return cls(right / answered, right / there, 2 * right / (answered + there), there)

    @classmethod
    def of_labels(cls, t: ArrayLike, predicted: ArrayLike) -> ClassScores:
        """Return the scores of labels that do not exclude each other, from rows (N, n) of whether each is there."""
        truth, answers = np.asarray(t, dtype=bool), np.asarray(predicted, dtype=bool)
        right, answered, there = ((truth & answers).sum(axis=0), answers.sum(axis=0), truth.sum(axis=0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return cls(right / answered, right / there, 2 * right / (answered + there), there)

    def __str__(self) -> str:
        lines = ["class  precision  recall      F1  samples"]
        for index, values in enumerate(zip(self.precision, self.recall, self.f1, strict=True)):
            shown = ["-" if np.isnan(value) else f"{value:.4f}" for value in values]
            lines.append(f"{index:5}  {shown[0]:>9}  {shown[1]:>6}  {shown[2]:>6}  {self.support[index]:7,}")
        return "\n".join(lines)


def precision_recall(t: ArrayLike, predicted: ArrayLike, n_classes: int | None = None) -> ClassScores:
    """Return precision, recall and F₁ of each class.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        True classes.
    predicted : array of shape (N,), (N, 1) or (N, n_classes)
        Answers: what `classify` gave, or rows of probabilities.
    n_classes : int, optional
        By default as many as the rows are long, or as the largest index asks for.

    Returns
    -------
    ClassScores

    Raises
    ------
    ShapeError, DataError
        As `confusion_counts`.

    Examples
    --------
    >>> print(precision_recall([0, 0, 1, 1], [0, 1, 1, 1]))
    class  precision  recall      F1  samples
        0     1.0000  0.5000  0.6667        2
        1     0.6667  1.0000  0.8000        2
    """
    return ClassScores.of_counts(confusion_counts(t, predicted, n_classes))


DEFAULT_K = 5


def top_k_accuracy(t: ArrayLike, probabilities: ArrayLike, k: int | None = None) -> float:
    """Return the share of samples whose class is among the k largest outputs.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        True classes.
    probabilities : array of shape (N, n_classes)
        Or any scores of which more is better.
    k : int, optional
        From 1, which is the accuracy, to n_classes; by default 5, or all of fewer classes.

    Returns
    -------
    float
        From 0 to 1. Of equal outputs the lower class comes first, as `classify` has it.

    Raises
    ------
    ArgumentError, ShapeError, DataError
        If k is too large, or the arrays do not fit each other.

    Examples
    --------
    >>> top_k_accuracy([2, 0], [[0.5, 0.2, 0.3], [0.1, 0.7, 0.2]], k=2)
    0.5
    """
    scores = as_real_array(probabilities, "probabilities")
    if scores.ndim != 2 or scores.shape[1] < 2 or not len(scores):
        raise ShapeError(
            f"probabilities must be rows (N, n_classes) of two classes or more, got {describe(scores)}. "
            "Pass what predict gives."
        )
    if np.isnan(scores).any():
        raise DataError("probabilities must not hold nan. Remove those samples.")
    n_classes = scores.shape[1]
    k = min(DEFAULT_K, n_classes) if k is None else check_integer("k", k, minimum=1)
    if k > n_classes:
        raise ArgumentError(f"k must be at most the number of classes, {n_classes}, got {k}.")
    truth = class_indices(t, n_classes)
    check_length(truth, scores)
    own = np.take_along_axis(scores, truth[:, None], axis=1)
    before = (scores > own) | ((scores == own) & (np.arange(n_classes) < truth[:, None]))
    return float(np.mean(before.sum(axis=1) < k))


def check_length(truth: NDArray[Any], answers: NDArray[Any]) -> None:
    """Raise if there is not one answer for each true class."""
    if len(truth) != len(answers):
        raise ShapeError(
            f"t and probabilities must have the same length, got {len(truth)} and {len(answers)}. "
            "Give one row for each sample."
        )
