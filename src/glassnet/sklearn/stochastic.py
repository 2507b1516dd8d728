"""Training by batches: scikit-learn's epochs, reasons to stop and words, around steps that the engine makes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from glassnet.mathematics.checks import ArgumentError
from glassnet.sklearn.building import weights_of
from glassnet.sklearn.compiled_steps import CompiledStepper
from glassnet.sklearn.solvers import solver_for
from glassnet.sklearn.source import Source
from glassnet.sklearn.steps import ReferenceStepper, Stepper
from glassnet.sklearn.watching import Watch
from glassnet.training.executors import choose_executor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.sklearn.solvers import Solver

LEAST_SECONDS = 0.01
"""From how long a training would take plain NumPy, by the estimate, it is compiled: less than for `Network.fit`, since
estimators are fitted often, in searches and cross-validation. 200 epochs of one batch, the default, are just above."""


@dataclass
class Parts:
    """The samples to train on, and those that early stopping goes by."""

    x: Any
    t: NDArray[Any]
    weights: NDArray[Any] | None
    x_held: Any = None
    t_held: Any = None
    weights_held: NDArray[Any] | None = None


def split(estimator: Any, x: Any, t: NDArray[Any], weights: NDArray[Any] | None) -> Parts:
    """Hold out samples for early stopping, as scikit-learn holds out the same ones."""
    if not estimator.early_stopping:
        return Parts(x, t, weights)
    stratified = t if estimator._is_classifier and t.shape[1] == 1 else None  # noqa: SLF001
    arrays = [x, t] if weights is None else [x, t, weights]
    pieces = train_test_split(
        *arrays,
        random_state=estimator._random_state,  # noqa: SLF001
        test_size=estimator.validation_fraction,
        stratify=stratified,
    )
    if pieces[1].shape[0] < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return Parts(pieces[0], pieces[2], pieces[4] if len(pieces) > 4 else None,
                 pieces[1], pieces[3], pieces[5] if len(pieces) > 4 else None)  # fmt: skip


def batch_size_of(estimator: Any, rows: int) -> int:
    """Return the number of rows in a batch."""
    if isinstance(estimator.batch_size, str):
        return min(200, rows)
    if estimator.batch_size > rows:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=2
        )
    return int(np.clip(estimator.batch_size, 1, rows))


def check_total(weight: float) -> None:
    """Refuse samples whose weights, which the loss is divided by, sum to nothing or less."""
    if weight == 0:
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    if weight < 0:
        raise ArgumentError(
            f"sample_weight must sum to more than 0 in each batch, got {weight:g}. Weigh samples by 0 or more."
        )


class Training:
    """A training under way.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    parts : Parts
    incremental : bool
        Whether it is one epoch of `partial_fit`.
    validation : callable or None
        Returns what an epoch's metrics are to hold of the user's validation data.
    """

    def __init__(self, estimator: Any, parts: Parts, *, incremental: bool, validation: Any = None) -> None:
        self.estimator, self.parts, self.incremental = estimator, parts, incremental
        self.network = estimator.network_
        self.rows = parts.x.shape[0]
        self.batch_size = batch_size_of(estimator, self.rows)
        solver = getattr(estimator, "_optimizer", None)
        if not incremental or solver is None:
            solver = estimator._optimizer = solver_for(estimator, self.network)  # noqa: SLF001
        self.solver: Solver = solver
        self.validation = validation
        alpha = float(estimator.alpha) if solver.takes_penalty and weights_of(self.network) else 0.0
        self.alpha = alpha
        self.starts = np.arange(0, self.rows, self.batch_size).tolist()
        self.stops = [*self.starts[1:], self.rows]
        self.watch = Watch(
            estimator.callbacks,
            self.network,
            self.solver,
            estimator.history_,
            estimator.max_iter,
            self.rows,
            self.batch_size,
            self._metric_names(),
        )

    def _metric_names(self) -> tuple[str, ...]:
        names = ["epoch", "step", "loss", "learning_rate"]
        if self.parts.x_held is not None:
            names.append("validation_score")
        names += ["val_loss", "val_score"] if self.validation is not None else []
        return (*names, "seconds", "samples_per_second")

    def stepper(self) -> Stepper:
        """Return what makes the steps."""
        estimator, network = self.estimator, self.network
        steps = estimator.max_iter * len(self.starts)  # of one `partial_fit` too, so that many of them make one `fit`
        executor = choose_executor(
            estimator.executor, network, self.solver.optimizer,
            steps=steps, batch_size=self.batch_size, least_seconds=LEAST_SECONDS,
        )  # fmt: skip
        if executor == "reference":
            return ReferenceStepper(network, self.solver, estimator.threads)
        kept = estimator.__dict__.pop("_stepper", None)
        if self.incremental and kept is not None and kept.suits(network, self.solver, self.source, self.batch_size):
            return kept
        return CompiledStepper(network, self.solver, self.source, self.batch_size, estimator.threads)

    def run(self) -> None:
        """Train until all is done or something ends it."""
        estimator, parts = self.estimator, self.parts
        self.source = Source(parts.x, parts.t, parts.weights, self.network.dtype, self.batch_size)
        stepper = self.stepper()
        best = _Best(self.network) if estimator.early_stopping else None
        self.watch.call("on_train_begin")
        try:
            self._epochs(stepper, best)
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=2)
        finally:
            if self.incremental and stepper.can_be_kept:
                stepper.rest()
                estimator._stepper = stepper  # noqa: SLF001  # `partial_fit` will be called again
            else:
                stepper.close()
            self.watch.call("on_train_end")
        if best is not None:
            best.restore()

    def _epochs(self, stepper: Stepper, best: _Best | None) -> None:
        estimator = self.estimator
        order = np.arange(self.rows)
        estimator.n_iter_ = 0
        for _ in range(estimator.max_iter):
            if estimator.shuffle:
                order = _shuffled(order, estimator._random_state)  # noqa: SLF001
            if not self._epoch(stepper, order):
                return
            self._count(best)
            self.solver.iteration_ends(estimator.t_)
            if estimator._no_improvement_count > estimator.n_iter_no_change:  # noqa: SLF001
                if not self.solver.goes_on(self._why_stopped(), verbose=bool(estimator.verbose)):
                    return
                estimator._no_improvement_count = 0  # noqa: SLF001
            if self.incremental or self.watch.stopped:
                return
            if estimator.n_iter_ == estimator.max_iter:
                warnings.warn(
                    f"Stochastic Optimizer: Maximum iterations ({estimator.max_iter}) "
                    "reached and the optimization hasn't converged yet.",
                    ConvergenceWarning,
                    stacklevel=2,
                )

    def _epoch(self, stepper: Stepper, order: NDArray[np.int64]) -> bool:
        """Make the steps of an epoch, and say how large the loss was; return whether any was made."""
        estimator, watch, solver = self.estimator, self.watch, self.solver
        tell, half, look = estimator._criterion.told, 0.5 * self.alpha, watch.look  # noqa: SLF001
        total, steps, totals = estimator.max_iter * len(self.starts), len(self.starts), self._totals(order)
        watched = watch.run is not None
        stepper.begin(self.source, order)
        watch.epoch_begins()
        accumulated, seen = 0.0, 0
        for start, stop, weight in zip(self.starts, self.stops, totals, strict=True):
            penalty = half * stepper.squares() / weight if half else 0.0
            rate = solver.rate(total, steps)
            loss, made = stepper.step(start, stop, rate, self.alpha / weight, look)
            if not made:  # a callback that looked at the gradients says no
                break
            loss = tell(loss) + penalty
            accumulated += loss * (stop - start)
            seen = stop
            if watched:
                watch.step_ends(stop - start, loss, rate, stepper.values)
                if watch.stopped:
                    break
        if not seen:
            return False
        estimator.n_iter_ += 1
        estimator.loss_ = np.float64(accumulated / seen)  # as scikit-learn's is: it has a dtype
        estimator.t_ += seen
        estimator.loss_curve_.append(estimator.loss_)
        if estimator.verbose:
            print(f"Iteration {estimator.n_iter_}, loss = {estimator.loss_:.8f}")
        return True

    def _totals(self, order: NDArray[np.int64]) -> list[float]:
        """Return the weight of each batch."""
        weights = self.parts.weights
        if weights is None:
            return [float(stop - start) for start, stop in zip(self.starts, self.stops, strict=True)]
        totals: list[float] = np.add.reduceat(weights[order], self.starts).tolist()
        for total in totals:
            check_total(total)
        return totals

    def _count(self, best: _Best | None) -> None:
        """Look whether the epoch made things better, and tell the history."""
        estimator, parts = self.estimator, self.parts
        metrics: dict[str, float] = {"epoch": estimator.n_iter_, "step": self.solver.t, "loss": float(estimator.loss_)}
        metrics["learning_rate"] = self.solver.learning_rate
        if best is not None:
            score = estimator._score_held(parts.x_held, parts.t_held, parts.weights_held)  # noqa: SLF001
            estimator.validation_scores_.append(score)
            metrics["validation_score"] = score
            if estimator.verbose:
                print(f"Validation score: {score:f}")
            worse = score < estimator.best_validation_score_ + estimator.tol
            if score > estimator.best_validation_score_:
                estimator.best_validation_score_ = score
                best.keep()
        else:
            worse = estimator.loss_ > estimator.best_loss_ - estimator.tol
            estimator.best_loss_ = min(estimator.best_loss_, estimator.loss_)  # which nan is not
        estimator._no_improvement_count = estimator._no_improvement_count + 1 if worse else 0  # noqa: SLF001
        if self.validation is not None:
            metrics |= self.validation()
        self.watch.epoch_ends(self.rows, **metrics)

    def _why_stopped(self) -> str:
        estimator = self.estimator
        what = "Validation score" if estimator.early_stopping else "Training loss"
        return (
            f"{what} did not improve more than tol={estimator.tol:f} for {estimator.n_iter_no_change} "
            "consecutive epochs."
        )


class _Best:
    """The parameters that gave the best score so far."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.keep()

    def keep(self) -> None:
        self._parameters = self._network.parameters.flat.copy()
        self._state = self._network.state.flat.copy()

    def restore(self) -> None:
        self._network.parameters.flat[...] = self._parameters
        self._network.state.flat[...] = self._state


def _shuffled(order: NDArray[np.int64], random: np.random.RandomState) -> NDArray[np.int64]:
    """Return an order as `sklearn.utils.shuffle` would shuffle it, drawing the same numbers."""
    places = np.arange(len(order))
    random.shuffle(places)
    return order[places]
