"""What the doctor has before it: a network, its data as far as they are known, and how it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.thresholds import ROWS_LOOKED_AT
from glassnet.mathematics.checks import is_plain
from glassnet.mathematics.targets import preferred_class
from glassnet.network import reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.run import Trainable


@dataclass(frozen=True)
class Case:
    """A network and what is known of it.

    Attributes
    ----------
    network : Trainable
    x : array of shape (N, n_in) or None
    t : array or None
        Targets as they were given.
    targets : array of shape (N, n_out) or None
        Targets as rows; None if they cannot be read as such.
    validation : array or None
        The inputs that were validated on.
    history : History or None
    optimizer : Optimizer or None
    """

    network: Trainable
    x: NDArray[Any] | None = None
    t: NDArray[Any] | None = None
    targets: NDArray[Any] | None = None
    validation: NDArray[Any] | None = None
    history: History | None = None
    optimizer: Optimizer | None = None

    @property
    def loss_name(self) -> str:
        """The name of the loss; empty for one of a user's own."""
        return getattr(self.network.loss_function, "name", "")

    @cached_property
    def labels(self) -> NDArray[np.intp] | None:
        """The class of each sample, if each has one."""
        targets, classes = self.targets, self.network.output_kind != "values"
        if targets is None or not classes or not len(targets) or not np.isfinite(targets).all():
            return None
        if targets.shape[1] > 1 and not ((targets == targets.max(axis=1, keepdims=True)).sum(axis=1) == 1).all():
            return None
        return preferred_class(targets)

    @cached_property
    def ordering(self) -> NDArray[np.intp] | None:
        """What an order is judged by: the class of each sample; of values whether the first lies above its median."""
        targets = self.targets
        if self.network.output_kind != "values" or targets is None:
            return self.labels
        if not len(targets) or not np.isfinite(targets).all():
            return None
        return np.asarray(targets[:, 0] > np.median(targets[:, 0]), dtype=np.intp)

    @property
    def n_classes(self) -> int:
        """How many classes the outputs stand for."""
        return max(2, self.network.n_out)

    @property
    def batch_size(self) -> int | None:
        """How many samples the batches of the last training had, if that is known."""
        training = self.network.metadata.get("training")
        size = training.get("batch_size") if isinstance(training, dict) else None
        return size if isinstance(size, int) and size > 0 else None

    @cached_property
    def chosen(self) -> NDArray[np.intp]:
        """Rows to pass through the network: all, or some at random, the same each time."""
        rows = 0 if self.x is None else len(self.x)
        if rows <= ROWS_LOOKED_AT:
            return np.arange(rows)
        return np.sort(np.random.default_rng(0).choice(rows, ROWS_LOOKED_AT, replace=False))

    @cached_property
    def values(self) -> dict[str, NDArray[Any]]:
        """Every number of a training pass over the chosen rows, by name; empty without x."""
        if self.x is None or not len(self.chosen):
            return {}
        x = self.network.as_input(self.x[self.chosen])
        tape = self.network.tape("train", input_gradient=False)
        if self.targets is None:
            return reference.run(tape, reference.values_for(self.network, x), "forward")
        given = reference.values_for(self.network, x, self.targets[self.chosen])
        return reference.run(tape, given, "forward", "loss", "backward")


def given_array(values: Any) -> NDArray[Any]:
    """Return values as an array, whatever they hold.

    >>> given_array([1, 2]).shape
    (2,)
    """
    return values if is_plain(values) else np.asarray(values)


def root_mean_square(values: NDArray[Any]) -> float:
    """Return √(mean of squares), in float64.

    >>> root_mean_square(np.array([3.0, 4.0, 0.0, 0.0]))
    2.5
    """
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def different_rows(*arrays: NDArray[Any]) -> list[int]:
    """Return the positions of rows, in all of the arrays together, that did not stand before.

    >>> different_rows(np.array([[1], [2], [1], [1]]), np.array([[0], [0], [0], [5]]))
    [0, 1, 3]
    """
    first: dict[int, int] = {}
    for position, row in enumerate(np.hstack(arrays)):
        first.setdefault(hash(row.tobytes()), position)
    return list(first.values())
