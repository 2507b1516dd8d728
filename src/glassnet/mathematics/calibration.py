"""Calibration: whether a probability of 0.8 means that 8 of 10 such answers are right, and what makes it so.

Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, DataError, ShapeError, as_real_array, check_integer, describe
from glassnet.mathematics.class_metrics import check_length
from glassnet.mathematics.confusion import class_indices
from glassnet.mathematics.functions import sigmoid, softmax
from glassnet.mathematics.targets import as_rows, preferred_class

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

BINS = 15
COLDEST, HOTTEST = 0.01, 100.0
"""Between which a temperature is looked for: where all answers are right, ever colder would be ever better."""
MOST_STEPS = 200
"""How many steps the search for a temperature takes at most."""


@dataclass(frozen=True)
class Reliability:
    """How sure a classifier was, and how often it was right, in bins of confidence.

    Attributes
    ----------
    edges : array of shape (bins + 1,)
        Where the bins begin and end, from 0 to 1.
    confidence, accuracy : array of shape (bins,)
        The means over the samples of each bin; nan where there is none.
    counts : array of shape (bins,), int
        How many samples there are in each.
    """

    edges: NDArray[np.float64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    counts: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error: Σ counts · abs(accuracy − confidence) / N."""
        filled = self.counts > 0
        gaps = np.abs(self.accuracy - self.confidence)[filled]
        return float(np.sum(self.counts[filled] * gaps) / self.counts.sum())


def reliability_curve(t: ArrayLike, probabilities: ArrayLike, bins: int = BINS) -> Reliability:
    """Return how often answers of each confidence were right.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_classes)
        True classes.
    probabilities : array of shape (N, n_classes), (N, 1) or (N,)
        What `predict` gives: from 0 to 1. An answer's confidence is the probability of the class that it names.
    bins : int, default 15
        Of equal width; a confidence on an edge belongs to the bin below it, as in the paper.

    Returns
    -------
    Reliability

    Raises
    ------
    ShapeError, DataError
        If the arrays do not fit each other, or hold no probabilities.

    Examples
    --------
    >>> curve = reliability_curve([1, 0, 1, 1], [0.9, 0.7, 0.9, 0.7], bins=2)
    >>> curve.confidence[1].round(2), curve.accuracy[1], curve.counts
    (np.float64(0.8), np.float64(0.75), array([0, 4]))
    """
    rows, answers = _rows_and_answers(probabilities)
    truth = class_indices(t, rows.shape[1])
    check_length(truth, rows)
    confidence, right = rows.max(axis=1), answers == truth
    edges = np.linspace(0.0, 1.0, check_integer("bins", bins, minimum=1) + 1)
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(places, weights=of, minlength=bins) / counts for of in (confidence, right)]
    return Reliability(edges, means[0], means[1], counts.astype(np.int64))


def expected_calibration_error(t: ArrayLike, probabilities: ArrayLike, bins: int = BINS) -> float:
    """Return by how much confidence and accuracy differ: Σ_bins (n_b / N) · abs(accuracy_b − confidence_b).

    Parameters
    ----------
    t, probabilities, bins
        As for `reliability_curve`.

    Returns
    -------
    float
        0 for a classifier that is as often right as it is sure. It depends on the number of bins, and on few samples
        it is above 0 by chance: compare figures of the same data and bins only.

    Raises
    ------
    ShapeError, DataError
        As `reliability_curve`.

    Examples
    --------
    >>> round(expected_calibration_error([1, 0, 1, 1], [0.9, 0.7, 0.9, 0.7], bins=2), 4)
    0.05
    """
    return reliability_curve(t, probabilities, bins).error


def temperature_scaling(t: ArrayLike, logits: ArrayLike, *, output: str = "softmax") -> float:
    """Return the temperature T that makes the log loss of logits / T least.

    Minimizes over T: the mean of −Σₖ tₖ log softmax(z / T)ₖ, or for `sigmoid` of the binary cross-entropies.

    Parameters
    ----------
    t : array of shape (N,), (N, 1) or (N, n_out)
        Targets of samples that the network was not trained on.
    logits : array of shape (N, n_out), or (N,) with sigmoid
        The net inputs of the output layer.
    output : "softmax" or "sigmoid"

    Returns
    -------
    float
        Above 1 where the network is too sure, below 1 where it is not sure enough. Never beyond 0.01 … 100: where all
        answers are right, ever smaller would be ever better, and 0.01 is returned.

    Raises
    ------
    ArgumentError, ShapeError, DataError
        If the arrays do not fit each other, or logits are not finite.

    Notes
    -----
    In β = 1 / T the loss is convex, and its slope is the mean of Σₖ (pₖ Σⱼ tⱼ − tₖ) zₖ, which bisection brings to 0.
    The order of the classes does not change: neither does the accuracy.

    Examples
    --------
    Logits of ±2 that are right three times in four should be ±log 3:

    >>> round(temperature_scaling([1, 1, 1, 0], [2.0, 2.0, 2.0, 2.0], output="sigmoid") * float(np.log(3)), 6)
    2.0
    """
    z = as_real_array(logits, "logits").astype(np.float64)
    if output not in {"softmax", "sigmoid"}:
        raise ArgumentError(f"output must be 'softmax' or 'sigmoid', got {describe(output)}.")
    z = z[:, None] if z.ndim == 1 and output == "sigmoid" else z
    if z.ndim != 2 or not z.size or (output == "softmax" and z.shape[1] < 2):
        raise ShapeError(f"logits must be rows (N, n_out) of at least one sample, got {describe(z)}.")
    if not np.isfinite(z).all():
        raise DataError("logits must be finite. Look at the network: a parameter is nan or inf, or much too large.")
    target = as_rows(z, t, classes=True)

    def slope(beta: float) -> float:
        p = softmax(beta * z) * target.sum(axis=1, keepdims=True) if output == "softmax" else sigmoid(beta * z)
        return float(np.mean(np.sum((p - target) * z, axis=1)))

    low, high = 1 / HOTTEST, 1 / COLDEST
    if slope(high) <= 0:
        return COLDEST
    if slope(low) >= 0:
        return HOTTEST
    for _ in range(MOST_STEPS):
        middle = float(np.sqrt(low * high))
        if middle in {low, high}:
            break
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1 / float(np.sqrt(low * high))


def _rows_and_answers(probabilities: ArrayLike) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return probabilities as one row of all classes a sample, and the class that `classify` names for each."""
    p = as_real_array(probabilities, "probabilities")
    if p.ndim not in {1, 2} or not p.size:
        raise ShapeError(f"probabilities must be (N, n_classes), (N, 1) or (N,), got {describe(p)}.")
    if not (p.min() >= 0 and p.max() <= 1 + 1e-6):  # nan too
        raise DataError(
            f"probabilities must lie from 0 to 1, got {p.min():g} to {p.max():g}. Pass what predict gives, not logits."
        )
    if p.ndim == 1 or p.shape[1] == 1:
        p = p.reshape(-1, 1)
        # The answer is taken before: a single output of ½ names class 1, and of two that are alike the first.
        return np.hstack([1 - p, p]), preferred_class(p)
    return p, preferred_class(p)
