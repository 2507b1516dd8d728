"""What is asked: why this class and not that one, or why a regression gives its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, check_integer, describe, did_you_mean
from glassnet.mathematics.targets import preferred_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network.structure import OutputKind


@dataclass(frozen=True)
class Question:
    """A number to be explained: a weighted sum of the logits.

    Attributes
    ----------
    kind : "classes", "binary" or "values"
    why : int
        The class, or the output of a regression.
    why_not : int or None
        The class that it is set against; None for one output of a regression.
    answer : int or None
        The class that the network gives; None for a regression.
    weights : array of shape (n_logits,)
        +1 at why, −1 at why not. One sigmoid output has one logit, log(p / (1 − p)), the difference of its two classes.
    """

    kind: OutputKind
    why: int
    why_not: int | None
    answer: int | None
    weights: NDArray[np.float64]


def as_question(
    kind: OutputKind,
    outputs: NDArray[Any],
    logits: NDArray[Any],
    why: Any,
    why_not: Any,
    class_names: tuple[str, ...],
) -> Question:
    """Return what is asked about one sample; by default the answer against the runner-up.

    Parameters
    ----------
    kind : str
    outputs, logits : arrays of shape (n,)
    why, why_not : int, str or None
        A class by its number or its name.
    class_names : tuple of str
    """
    n = 2 if kind == "binary" else len(logits)
    first = None if why is None else as_class("why", why, n, class_names)
    second = None if why_not is None else as_class("why_not", why_not, n, class_names)
    if first is not None and first == second:
        raise ArgumentError(f"why and why_not must differ, got {describe(why)} for both. Choose another why_not.")
    answer = None if kind == "values" else int(preferred_class(outputs[None])[0])
    weights = np.zeros(len(logits))
    if kind == "binary":
        if first is None:
            first = answer if second is None or second != answer else 1 - second
        assert first is not None  # noqa: S101  # one sigmoid output has an answer
        weights[0] = 1.0 if first == 1 else -1.0
        return Question(kind, first, 1 - first, answer, weights)
    if first is None:
        first = _largest(logits, second) if answer is None or answer == second else answer
    if second is None and answer is not None and len(logits) > 1:
        second = _largest(logits, first)
    weights[first] = 1.0
    if second is not None:
        weights[second] = -1.0
    return Question(kind, first, second, answer, weights)


def _largest(logits: NDArray[Any], but: int | None) -> int:
    """Return where the largest logit is, one of them left out."""
    order = np.argsort(-logits, kind="stable")
    return int(next(index for index in order if index != but))


def as_class(name: str, given: Any, n: int, class_names: tuple[str, ...]) -> int:
    """Return a class, or an output, that is given by its number or its name.

    >>> as_class("why", "seven", 2, ("one", "seven")), as_class("why", 1, 2, ())
    (1, 1)
    """
    if isinstance(given, str):
        names = class_names or tuple(map(str, range(n)))
        if given in names:
            return names.index(given)
        raise ArgumentError(
            f"{name} must be one of the classes {', '.join(names)}, got {given!r}.{did_you_mean(given, names)}"
        )
    number = check_integer(name, given)
    if not 0 <= number < n:
        raise ArgumentError(f"{name} must be from 0 to {n - 1}, since there are {n}, got {number}. Choose another.")
    return number
