"""Training on all samples at once by L-BFGS: SciPy takes the steps, the engine gives it loss and gradient.

It computes in float64 whatever the inputs are, as scikit-learn does: a line search in float32 soon sees no descent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from glassnet.engine.lines import Rule
from glassnet.model import Network
from glassnet.network import reference
from glassnet.sklearn.building import parameters_of
from glassnet.sklearn.source import Source
from glassnet.sklearn.steps import sum_of_squares, threads_for
from glassnet.sklearn.stochastic import Parts, check_total
from glassnet.training.executors import choose_executor
from glassnet.training.fit import thread_limit
from glassnet.training.optimizers import SGD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.sklearn.losses import Criterion


def pack(pairs: list[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[np.float64]:
    """Return all weights, then all biases, as one vector.

    >>> pack([(np.array([[1.0]]), np.array([2.0])), (np.array([[3.0]]), np.array([4.0]))])
    array([1., 3., 2., 4.])
    """
    matrices, vectors = zip(*pairs, strict=True)
    return np.concatenate([array.ravel() for array in (*matrices, *vectors)]).astype(np.float64, copy=False)


def unpack(vector: NDArray[Any], pairs: list[tuple[NDArray[Any], NDArray[Any]]]) -> None:
    """Write a vector made by `pack` into weights and biases."""
    matrices, vectors = zip(*pairs, strict=True)
    at = 0
    for array in (*matrices, *vectors):
        array[...] = vector[at : at + array.size].reshape(array.shape)
        at += array.size


class Objective:
    """The loss of a network on some samples, and its gradient, as functions of all parameters in one vector.

    Parameters
    ----------
    network : Network
    criterion : Criterion
    source : Source
    alpha : float
        Of the penalty α / 2 Σ W², over the weight of the samples.
    total : float
        The weight of the samples.
    """

    def __init__(self, network: Network, criterion: Criterion, source: Source, alpha: float, total: float) -> None:
        self._network, self._criterion = network, criterion
        self._source, self._alpha, self._total = source, alpha, total
        self._pairs = parameters_of(network)
        self._matrices = [W for W, _ in self._pairs]
        self._names = [
            (f"W{place.number}", f"b{place.number}") for place in network.places if place.names.keys() >= {"W", "b"}
        ]
        self._tape = network.tape("train", input_gradient=False)
        self._all = np.arange(len(source))

    def __call__(self, vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return loss and gradient."""
        unpack(vector, self._pairs)
        loss, gradients = self._pass()
        pairs = [(gradients[f"d{W}"], gradients[f"d{b}"]) for W, b in self._names]
        share = self._alpha / self._total
        if self._alpha:
            pairs = [(dW + share * W, db) for (dW, db), W in zip(pairs, self._matrices, strict=True)]
        return self._criterion.told(loss) + 0.5 * share * sum_of_squares(self._matrices), pack(pairs)

    def _pass(self) -> tuple[float, dict[str, Any]]:
        """Go forward and backward once."""
        values = reference.values_for(self._network, *self._source.batch(self._all))
        values = reference.run(self._tape, values, "forward", "loss", "backward")
        return float(values["loss"]), values


class CompiledObjective(Objective):
    """The same by the engine, to be left when done."""

    def __enter__(self) -> Self:
        """Make the program."""
        from glassnet.engine import entry
        from glassnet.engine.crew import lent_crew
        from glassnet.engine.executor import Training

        entry.interpreter(self._network.dtype)
        rows = len(self._source)
        self._lent = lent_crew(threads_for(self.threads, 3 * rows * sum(self._network.multiplications)))
        crew = self._lent.__enter__()
        nothing: dict[str, dict[str, NDArray[Any]]] = {name: {} for name in self._network.parameters}
        self._training = Training(
            self._network, Rule("sgd", (), (), 0.0), nothing, self._source.data(), rows, crew,
            sparse=self._source.is_sparse, weighted=self._source.is_weighted, fuse=False,
        )  # fmt: skip
        return self

    threads: int | None = None

    def __exit__(self, *_: object) -> None:
        """Give the threads back."""
        self._lent.__exit__(None, None, None)

    def _pass(self) -> tuple[float, dict[str, Any]]:
        training, rows = self._training, len(self._source)
        no_rate = np.full(1, np.nan)  # so that it goes on where the loss is not finite
        _, losses, _ = training.run(np.zeros(0, dtype=np.int64), 0, rows, no_rate, 0, part=slice(training.updates))
        return float(losses[0]), training.program.arrays


def fit(estimator: Any, parts: Parts) -> None:
    """Train the estimator's network."""
    import scipy
    import scipy.optimize
    from sklearn.utils.optimize import _check_optimize_result

    network: Network = estimator.network_
    if network.dtype != np.float64:
        network = Network(network.layers, network.loss_function, seed=network.seed, dtype="float64")
        network.parameters.update(estimator.network_.parameters)
    rows = parts.x.shape[0]
    source = Source(parts.x, parts.t, parts.weights, network.dtype, rows)
    total = float(rows if parts.weights is None else parts.weights.sum())
    check_total(total)
    executor = choose_executor(estimator.executor, network, SGD(), steps=estimator.max_iter, batch_size=rows)
    kind = CompiledObjective if executor == "compiled" else Objective
    objective = kind(network, estimator._criterion, source, float(estimator.alpha), total)  # noqa: SLF001
    options = {"maxfun": estimator.max_fun, "maxiter": estimator.max_iter, "gtol": estimator.tol}
    if tuple(map(int, scipy.__version__.split(".")[:2])) < (1, 15):  # later ones print nothing, and warn
        options["iprint"] = 1 if estimator.verbose else -1
    start = pack(parameters_of(network))

    def minimize() -> Any:
        return scipy.optimize.minimize(objective, start, method="L-BFGS-B", jac=True, options=options)

    if isinstance(objective, CompiledObjective):
        objective.threads = estimator.threads
        with objective:
            result = minimize()
    else:
        with thread_limit(estimator.threads):
            result = minimize()
    estimator.n_iter_ = _check_optimize_result("lbfgs", result, estimator.max_iter)
    estimator.loss_ = np.float64(result.fun)
    unpack(result.x, parameters_of(estimator.network_))
