"""The network behind an estimator: made, bound to `coefs_`, and kept in step with changed parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from glassnet.mathematics.checks import ArgumentError
from glassnet.sklearn.building import (
    Plan,
    as_activations,
    as_shares,
    hidden_sizes,
    parameters_of,
    per_layer,
)
from glassnet.training.history import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.model import Network
    from glassnet.sklearn.losses import Criterion

ANEW = "Fit anew, without warm_start and not by partial_fit, for another."


class NetworkKeeper(BaseEstimator):
    """An estimator that has a network: the part of it that makes and keeps it."""

    network_: Network
    _criterion: Criterion

    def _begin(self, x: Any, sizes: list[int]) -> None:
        """Make the network, and forget what was."""
        self.out_activation_ = self._output_function()
        self._new_network([x.shape[1], *sizes, self.n_outputs_], x.dtype)
        self.n_layers_ = len(sizes) + 2
        self.n_iter_ = 0
        self.t_ = 0
        self.history_ = History()
        if self._is_stochastic:
            self.loss_curve_: list[float] = []
            self._count_from_here()

    def _count_from_here(self) -> None:
        """Begin to look for progress, by the loss or by the score on held-out samples."""
        self._no_improvement_count = 0
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_ = -np.inf if self.early_stopping else None
        self.best_loss_ = None if self.early_stopping else np.inf

    def _go_on_counting(self) -> None:
        """Begin what an earlier training did not count: one by L-BFGS, or one with another `early_stopping`."""
        if not hasattr(self, "loss_curve_"):
            self.loss_curve_ = []
            self._count_from_here()
        elif (self.best_loss_ is None) is not bool(self.early_stopping):
            self._count_from_here()

    @property
    def _is_stochastic(self) -> bool:
        return self.optimizer is not None or self.solver in {"sgd", "adam"}

    def _new_network(self, units: list[int], dtype: Any) -> None:
        plan = self._plan(units)
        self._keep(plan.network(self._criterion.loss, self._random_state, np.dtype(dtype)), plan, self.loss)
        self._sizes_then = hidden_sizes(self.hidden_layer_sizes)

    def _keep(self, network: Network, plan: Plan, loss: Any) -> None:
        """Take a network as one's own, and remember what it was made by."""
        self.network_ = network
        self._plan_then, self._loss_then = plan, loss
        self._bind()

    def _plan(self, units: list[int]) -> Plan:
        count = len(units) - 2
        normalized = [bool(value) for value in per_layer("batch_normalization", self.batch_normalization, count)]
        activations = self._activations(count)
        shares = as_shares(self.dropout, count)
        return Plan(units, activations, shares, normalized, self.out_activation_, self._drawn_for(activations))

    def _activations(self, count: int) -> list[Any]:
        return list(as_activations(self.activation, count))

    def _drawn_for(self, activations: Sequence[Any]) -> Any:
        return activations[-1] if activations else self.activation

    def _go_on_as_set(self) -> None:
        """Follow the parameters that were changed since the network was made, whose weights stay; refuse others."""
        sizes = hidden_sizes(self.hidden_layer_sizes)
        if sizes != self._sizes_then:
            raise ArgumentError(
                f"hidden_layer_sizes must stay {tuple(self._sizes_then)} where a training goes on, got {tuple(sizes)}. "
                f"{ANEW}"
            )
        if self._output_function() != self.out_activation_:
            raise ArgumentError(
                f"loss={self.loss!r} must go with the output function {self._output_function()!r}, and the network "
                f"that is trained on has {self.out_activation_!r}. {ANEW}"
            )
        plan = self._plan(self._plan_then.units)
        if plan != self._plan_then or not _same(self.loss, self._loss_then):
            self._rebuild(plan, self.loss)

    def _predict_as_set(self) -> None:
        """Follow a changed activation before a prediction, as scikit-learn does; what only training asks for waits."""
        then = self._plan_then
        activations = self._activations(len(then.units) - 2)
        if activations != then.activations:
            plan = Plan(then.units, activations, then.dropout, then.normalized, then.output, then.drawn_for)
            self._rebuild(plan, self._loss_then)

    def _rebuild(self, plan: Plan, loss: Any) -> None:
        """Make the network as planned, around the weights and biases that there are."""
        old = self.network_
        network = plan.around(old, self._criterion.loss, self._random_state)
        if _shapes(network) != _shapes(old):
            self.__dict__.pop("_optimizer", None)  # what it remembers is of other arrays
        self._keep(network, plan, loss)

    def _bind(self) -> None:
        """Let `coefs_` and `intercepts_` be views of the network's parameters, which come home to NumPy for that."""
        if not self.network_.backend.is_numpy:
            self.network_.to("cpu")
            if (stepper := self.__dict__.pop("_stepper", None)) is not None:  # it is of arrays that were
                stepper.close()
        pairs = parameters_of(self.network_)
        self.coefs_ = [W for W, _ in pairs]
        self.intercepts_ = [b for _, b in pairs]
        self._views = [*self.coefs_, *self.intercepts_]

    def _sync(self) -> None:
        """Take over arrays that a user has put in the place of the views; make the network if there is none."""
        given = [*self.coefs_, *self.intercepts_]
        views = getattr(self, "_views", None)
        if views is not None and len(views) == len(given) and all(map(_is, given, views)):
            return
        if views is None or [array.shape for array in views] != [np.shape(array) for array in given]:
            first = np.asarray(self.coefs_[0])
            units = [first.shape[0], *(np.shape(W)[1] for W in self.coefs_)]
            self._new_network(units, first.dtype if first.dtype.kind == "f" else np.float64)
            self.__dict__.pop("_optimizer", None)  # what it remembers is of other arrays
        else:
            self._bind()
        for view, array in zip(self._views, given, strict=True):
            view[...] = array

    def _output_function(self) -> str:
        raise NotImplementedError


def _is(a: Any, b: Any) -> bool:
    return a is b


def _same(a: Any, b: Any) -> bool:
    return a is b or bool(a == b)


def _shapes(network: Network) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in network.parameters.items()}
