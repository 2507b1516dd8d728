"""One's own digits, and what a model answers to them and to MNIST's test digits before and after it was taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network import reference
from glassnet.playground.mnist_digits import mnist_test_digits
from glassnet.playground.open_models import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.model import Network

CLASSES = 10
MEASURED_AT_ONCE = 1000
"""Digits; in between it is seen whether it is to end."""


@dataclass(frozen=True)
class OwnDigits:
    """One's own digits.

    Attributes
    ----------
    images : array of shape (N, 784)
        From 0 to 255.
    labels : array of shape (N,)
    held : array of shape (N,)
        Which are never trained on.
    """

    images: NDArray[Any]
    labels: NDArray[Any]
    held: NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """What a model answers to one's own digits and to MNIST's test digits."""

    own: NDArray[np.intp]
    mnist: NDArray[np.intp]

    @classmethod
    def of(cls, network: Network, own: OwnDigits, go_on: Callable[[], None] = lambda: None) -> Answers:
        """Ask a model, without the compiled engine: what it would save here takes longer to compile.

        `go_on` is called in between, and ends it by an exception.
        """
        preprocessing = preprocessing_of(network)

        def classify(images: NDArray[Any]) -> NDArray[np.intp]:
            parts = []
            for start in range(0, len(images), MEASURED_AT_ONCE):
                go_on()
                parts.append(reference.classify(network, preprocessing(images[start : start + MEASURED_AT_ONCE])))
            return np.concatenate(parts)

        return cls(classify(own.images), classify(mnist_test_digits()[0]))


def compare(before: Answers, after: Answers, own: OwnDigits) -> dict[str, Any]:
    """Return what was gained and what was forgotten, counted by digit, and each own digit's two answers.

    Parameters
    ----------
    before, after : Answers
    own : OwnDigits

    Returns
    -------
    dict
        `held`, `taught` (own digits) and `mnist`: `count`, `before` and `after`, numbers of digits and of right answers
        by class; `answers`: for each own digit `before` and `after`.
    """
    true = mnist_test_digits()[1]
    return {
        "held": _by_digit(own.labels, before.own, after.own, own.held),
        "taught": _by_digit(own.labels, before.own, after.own, ~own.held),
        "mnist": _by_digit(true, before.mnist, after.mnist, np.ones(len(true), bool)),
        "answers": {"before": before.own.astype(np.uint8), "after": after.own.astype(np.uint8)},
    }


def _by_digit(
    labels: NDArray[Any], before: NDArray[Any], after: NDArray[Any], which: NDArray[np.bool_]
) -> dict[str, list[int]]:
    def count(those: NDArray[np.bool_]) -> list[int]:
        return np.bincount(labels[which & those], minlength=CLASSES).tolist()

    return {"count": count(which), "before": count(before == labels), "after": count(after == labels)}
