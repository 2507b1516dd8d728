"""The perceptron, in its bias and its threshold form, with Rosenblatt's learning rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    ShapeError,
    as_real_array,
    check_finite,
    check_integer,
    check_number,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Perceptron:
    """A neuron that fires, that is gives 1, when the weighted sum of its inputs passes a threshold.

    y = 1 if w·x + b > 0, else 0,  with b = −θ

    Parameters
    ----------
    weights : array of shape (n,)
        w, one weight for each input.
    bias : float, keyword only
        b. Give this or `threshold`.
    threshold : float, keyword only
        θ, the sum that must be passed.

    Attributes
    ----------
    weights : array of shape (n,), float64
    bias : float
    threshold : float
        −bias, always.

    Raises
    ------
    ArgumentError
        If both or neither of `bias` and `threshold` are given, or a number is not finite.
    ShapeError
        If the weights do not form one row.

    Notes
    -----
    The lectures differ where w·x + b is exactly 0: lecture 001 and the step function of lecture 004 give 0 there,
    lecture 002 and another slide of 004 give 1. Here it is 0, so that the perceptron is the step function of w·x + b.

    Source: Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and Organization in the
    Brain", Psychological Review 65 (1958); lectures 001 and 002.

    Examples
    --------
    >>> both = Perceptron([0.5, 0.5], threshold=0.7)
    >>> both
    Perceptron([0.5, 0.5], bias=-0.7)
    >>> both([1, 1]), both([[0, 1], [1, 1]])
    (1, array([0, 1]))
    """

    def __init__(self, weights: ArrayLike, *, bias: float | None = None, threshold: float | None = None) -> None:
        self.weights: NDArray[np.float64] = np.array(as_real_array(weights, "weights"), dtype=np.float64)
        if self.weights.ndim != 1 or self.weights.size == 0:
            raise ShapeError(
                f"weights must have the shape (n,) with n ≥ 1, got {self.weights.shape}. Give one weight an input."
            )
        check_finite("weights", self.weights)
        if bias is not None and threshold is None:
            self.bias = check_number("bias", bias)
        elif threshold is not None and bias is None:
            self.bias = 0.0 - check_number("threshold", threshold)  # 0 − 0 is 0, and −0 would be −0.0
        else:
            given = "neither" if bias is None else "both"
            raise ArgumentError(
                f"Perceptron must get either bias=b or threshold=θ (b = −θ), got {given}. "
                "Write for example Perceptron([0.5, 0.5], bias=-0.7)."
            )

    @property
    def threshold(self) -> float:
        """θ = −b, the weighted sum that must be passed."""
        return 0.0 - self.bias

    def __repr__(self) -> str:
        return f"Perceptron({self.weights.tolist()}, bias={self.bias})"

    def net_input(self, x: ArrayLike) -> Any:
        """Return w·x + b, which is to be compared with 0.

        Parameters
        ----------
        x : array of shape (n,) or (N, n)
            One input, or one a row.

        Returns
        -------
        float or array of shape (N,)
            The weighted sums with the bias.

        Raises
        ------
        ShapeError
            If `x` does not fit the weights.
        DataError
            If `x` holds nan or inf.

        Examples
        --------
        >>> Perceptron([1, 2], bias=-1).net_input([3, 4])
        10.0
        """
        inputs = as_real_array(x, "x")
        if inputs.ndim not in {1, 2} or inputs.shape[-1] != self.weights.size:
            n = self.weights.size
            raise ShapeError(
                f"x must have the shape ({n},) or (N, {n}) for {n} weights, got {inputs.shape}. One row is one input."
            )
        check_finite("x", inputs)
        # Not `@`: this sum is rounded in the same way for a row alone and among others.
        with np.errstate(over="ignore", invalid="ignore"):
            sums = np.sum(np.ascontiguousarray(inputs) * self.weights, axis=-1) + self.bias
        return sums if inputs.ndim == 2 else float(sums)

    def __call__(self, x: ArrayLike) -> Any:
        """Return 1 where w·x + b > 0 and 0 elsewhere: an int for one input, an int array (N,) for rows."""
        fires = self.net_input(x) > 0
        return fires.astype(int) if isinstance(fires, np.ndarray) else int(fires)

    def fit(self, x: ArrayLike, t: ArrayLike, learning_rate: float = 1.0, epochs: int = 100) -> FitReport:
        """Learn by Rosenblatt's rule, sample by sample, in the order given.

        w ← w + η (t − y) x,  b ← b + η (t − y)

        Parameters
        ----------
        x : array of shape (N, n)
            The samples, one a row.
        t : array of shape (N,) of 0 and 1
            The targets.
        learning_rate : float above 0
            η.
        epochs : int of at least 1
            The largest number of passes over the samples.

        Returns
        -------
        FitReport
            What happened. Learning ends with an epoch that makes no mistake, or when an epoch ends with weights that an
            earlier epoch had: from there on everything would repeat.

        Raises
        ------
        ShapeError
            If `x`, `t` and the weights do not fit each other.
        ArgumentError
            If a target is neither 0 nor 1, or a number is out of its range.

        Notes
        -----
        Where a line (a hyperplane) separates the classes, the rule finds one after finitely many mistakes (Rosenblatt
        1958; Novikoff 1962). Where none does, the weights stay bounded for ever (perceptron cycling theorem:
        Minsky and Papert 1969; Block and Levin 1970), so with inputs such as 0 and 1 they must come back.

        Examples
        --------
        >>> x = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> Perceptron([0, 0], bias=0).fit(x, [0, 0, 0, 1]).converged
        True
        >>> print(Perceptron([0, 0], bias=0).fit(x, [0, 1, 1, 0]))
        Cycles: the weights after epoch ... are those after epoch ... again, ...
        """
        samples, targets = self._training_set(x, t)
        rate = check_number("learning_rate", learning_rate, above=0)
        epochs = check_integer("epochs", epochs, minimum=1)
        # Σ (t − y) x is kept exactly, in whole numbers of 1 / parts, and multiplied by η afterwards: added up in
        # floating point, a rate such as 0.1 would leave rounding errors, and weights that come back would not be
        # recognised.
        start = np.append(self.weights, self.bias)
        parts = _common_denominator(samples)
        total = np.zeros(start.size, dtype=object)
        first_seen = {tuple(total): 0}
        mistakes: list[int] = []
        path: list[tuple[NDArray[np.float64], float]] = []
        cycle_length = None
        while len(mistakes) < epochs and cycle_length is None and 0 not in mistakes[-1:]:
            mistakes.append(0)
            for sample, target in zip(samples, targets, strict=True):
                error = int(target) - self(sample)
                if error:
                    mistakes[-1] += 1
                    ratios = map(float.as_integer_ratio, [*sample.tolist(), 1.0])
                    changes = [error * numerator * (parts // denominator) for numerator, denominator in ratios]
                    total += np.array(changes, dtype=object)  # of whole numbers from 2^63 on NumPy would make floats
                    parameters = start + rate * (total / parts).astype(np.float64)
                    self.weights, self.bias = parameters[:-1], float(parameters[-1])
            path.append((self.weights.copy(), self.bias))
            seen = first_seen.setdefault(tuple(total), len(mistakes))
            if mistakes[-1] and seen < len(mistakes):
                cycle_length = len(mistakes) - seen
        return FitReport(mistakes[-1] == 0, len(mistakes), tuple(mistakes), tuple(path), cycle_length)

    def _training_set(self, x: ArrayLike, t: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        samples, targets = as_real_array(x, "x"), as_real_array(t, "t")
        if samples.ndim != 2 or len(samples) == 0:
            raise ShapeError(
                f"x must have the shape (N, {self.weights.size}) with N ≥ 1, got {samples.shape}. "
                "Give one sample a row."
            )
        self.net_input(samples)
        if targets.shape != samples.shape[:1]:
            raise ShapeError(
                f"t must have the shape ({len(samples)},), got {targets.shape}. Give one target for each row of x."
            )
        wrong = targets[(targets != 0) & (targets != 1)]
        if wrong.size:
            raise ArgumentError(
                f"t must hold 0 and 1 only, got {wrong[0]:g}. Targets of −1 and 1 become 0 and 1 by (t + 1) / 2."
            )
        return samples.astype(np.float64), targets


def _common_denominator(samples: NDArray[Any]) -> int:
    """Return a power of two of which all numbers, as every float is a binary fraction, are whole parts.

    >>> _common_denominator(np.array([[1.0, 2.0], [0.0, 3.0]])), 0.375 * _common_denominator(np.array([0.375])) % 1
    (1, 0.0)
    """
    if np.all(samples == np.rint(samples)):
        return 1
    _, exponents = np.frexp(samples[samples != 0])  # x = m · 2^e with ½ ≤ |m| < 1, and m · 2^53 is whole
    return 1 << (53 - int(exponents.min()))


@dataclass(frozen=True, eq=False)
class FitReport:
    """What Rosenblatt's rule did; it prints as a sentence.

    Parameters
    ----------
    converged : bool
        Whether the last epoch made no mistake.
    epochs : int
        How many epochs were run.
    mistakes : tuple of int
        The wrong answers of each epoch.
    path : tuple of (weights, bias)
        The parameters after each epoch.
    cycle_length : int or None
        After how many epochs the weights repeat; None if they did not come back.

    Examples
    --------
    >>> print(FitReport(True, 2, (1, 0), (), None))
    Converged: epoch 2 made no mistake (mistakes by epoch: 1, 0).
    """

    converged: bool
    epochs: int
    mistakes: tuple[int, ...]
    path: tuple[tuple[NDArray[np.float64], float], ...]
    cycle_length: int | None

    def __str__(self) -> str:
        shown = self.mistakes[-12:]
        counts = ("…, " if len(shown) < self.epochs else "") + ", ".join(map(str, shown))
        if self.converged:
            return f"Converged: epoch {self.epochs} made no mistake (mistakes by epoch: {counts})."
        if self.cycle_length is not None:
            return (
                f"Cycles: the weights after epoch {self.epochs} are those after epoch "
                f"{self.epochs - self.cycle_length} again, a cycle of length {self.cycle_length}. It would go on "
                f"for ever: no straight line separates the classes (mistakes by epoch: {counts})."
            )
        return (
            f"Not yet converged after {self.epochs} epochs: {self.mistakes[-1]} mistakes in the last one. "
            f"Try more epochs; classes that no straight line separates never converge (mistakes by epoch: {counts})."
        )
