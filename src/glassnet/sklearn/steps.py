"""One step of a training at a time: what an estimator's loop is made of, and such steps in plain NumPy.

`glassnet.Network.fit` lets the engine make many steps in one call. Here each step is a call of its own, since the
penalty of scikit-learn changes with the weight of the batch, and its loss asks for the sum of squares of the weights
before each update. A step costs some 50 µs besides its arithmetic.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.network import reference
from glassnet.network.places import is_weight
from glassnet.training.executors import as_threads
from glassnet.training.fit import thread_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.sklearn.solvers import Solver
    from glassnet.sklearn.source import Source

    Look = Callable[[Callable[[], dict[str, Any]]], bool]
    """What is shown the values of a step before its update, and says whether it is to be made."""

SHARED_WORK = 20_000_000
"""The multiplications of a step from which on threads share it: one step a call, they must be woken for each."""
LEFT_TO_BLAS = 5_000
"""The length up to which no BLAS shares a dot product among threads: OpenBLAS does so from 10,000."""


class Stepper(Protocol):
    """What makes the steps of a training."""

    can_be_kept: bool
    """Whether it may be used again by another call of `partial_fit`."""

    def begin(self, source: Source, order: NDArray[np.int64]) -> None:
        """Begin an epoch over samples in this order."""

    def step(self, start: int, stop: int, rate: float, decay: float, look: Look | None = None) -> tuple[float, bool]:
        """Make an update by the samples from `start` to `stop` of the order.

        `decay` times each weight matrix is added to its gradient. Return the loss, without the penalty, and whether the
        update was made: not where the loss is not finite, and not where `look` says no.
        """

    def values(self) -> dict[str, Any]:
        """Return what the last step computed, by name."""

    def squares(self) -> float:
        """Return the sum of the squares of all weights, as they stand."""

    def rest(self) -> None:
        """Let the samples go, until others come."""

    def close(self) -> None:
        """Free what the steps needed."""


def sum_of_squares(arrays: list[NDArray[Any]]) -> float:
    """Return Σ w² over some arrays.

    >>> sum_of_squares([np.array([1.0, 2.0]), np.array([[3.0]])])
    14.0
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        flat = [array.reshape(-1) for array in arrays]
        # BLAS wakes its threads for a long dot product, even where one thread is asked for; NumPy's own loop does not.
        return float(sum(np.dot(w, w) if w.size <= LEFT_TO_BLAS else np.einsum("i,i", w, w) for w in flat))


class ReferenceStepper:
    """Steps in plain NumPy, by the tape."""

    can_be_kept = False

    def __init__(self, network: Network, solver: Solver, threads: int | None = None) -> None:
        self._network, self._solver = network, solver
        self._limit = thread_limit(threads)
        self._limit.__enter__()
        self._tape = network.tape("train", input_gradient=False)
        self._weights = [array for name, array in network.parameters.items() if is_weight(name)]
        self._values: dict[str, Any] = {}
        self._dead = False

    def begin(self, source: Source, order: NDArray[np.int64]) -> None:
        """Begin an epoch."""
        self._source, self._order = source, order

    def step(self, start: int, stop: int, rate: float, decay: float, look: Look | None = None) -> tuple[float, bool]:
        """Make an update, whatever the loss is: nan shows in the parameters then, as in scikit-learn's."""
        network, solver = self._network, self._solver
        if self._dead:  # nothing but nan comes of nan
            solver.t += 1
            return float("nan"), True
        x, t, weights = self._source.batch(self._order[start:stop])
        values = reference.values_for(network, x, t, weights, solver.t)
        values = self._values = reference.run(self._tape, values, "forward", "loss", "backward", "state")
        loss = float(values["loss"])
        if look is not None and not look(lambda: values):
            return loss, False
        gradients = {name: values[f"d{name}"] for name in network.parameters}
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            if decay:
                gradients |= {
                    name: gradients[name] + network.dtype.type(decay) * network.parameters[name]
                    for name in gradients
                    if is_weight(name)
                }
        solver.update(network.parameters, gradients, rate)
        solver.t += 1
        for name, kept in network.state.items():
            kept[...] = values[name]
        if not np.isfinite(loss):
            self._dead = bool(np.isnan(network.parameters.flat).any())
        return loss, True

    def values(self) -> dict[str, Any]:
        """Return what the last step computed."""
        return self._values

    def squares(self) -> float:
        """Return the sum of the squares of all weights."""
        return sum_of_squares(self._weights)

    def rest(self) -> None:
        """Let the samples go."""
        self._values = {}
        del self._source

    def close(self) -> None:
        """Give NumPy its threads back."""
        self._limit.__exit__(None, None, None)


def threads_for(threads: int | None, work: int) -> int:
    """Return how many threads share steps of so many multiplications."""
    if threads is not None:
        return as_threads(threads, work)
    # joblib tells the processes that it starts by this variable how many threads are theirs.
    told = os.environ.get("OMP_NUM_THREADS", "")
    own = as_threads(None, work) if work >= SHARED_WORK else 1
    return min(own, int(told)) if told.isdigit() and int(told) else own
