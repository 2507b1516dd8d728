"""What the two estimators share: their parameters, fitting, the network behind them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _clone_parametrized, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from glassnet.mathematics.checks import ArgumentError, ShapeError
from glassnet.network import reference
from glassnet.sklearn import lbfgs, stochastic
from glassnet.sklearn.building import hidden_sizes
from glassnet.sklearn.frames import check_container, framed
from glassnet.sklearn.keeping import NetworkKeeper
from glassnet.sklearn.parameters import CONSTRAINTS
from glassnet.sklearn.solvers import check_settings
from glassnet.sklearn.source import Source
from glassnet.training.history import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.sklearn.losses import Criterion

ROWS_AT_ONCE = 1024
"""How many rows of a sparse matrix are written out at a time, to predict for them."""


class BasePerceptron(NetworkKeeper):
    """A multilayer perceptron as an estimator: derive a classifier and a regressor from it."""

    _is_classifier: ClassVar[bool]

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CONSTRAINTS

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, validation_data: Any = None) -> Self:
        """Fit the network to samples.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_outputs)
            Labels, rows of 0 and 1 for several labels at once, or numbers.
        sample_weight : array of shape (n_samples,), optional
        validation_data : pair (X, y), optional
            After each epoch, `history_["val_loss"]` and `history_["val_score"]` say how well the network does on it.
            Nothing is decided by it.

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, validation_data=validation_data)

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        incremental: bool = False,
        validation_data: Any = None,  # scikit-learn's
    ) -> Self:
        first = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        sizes = hidden_sizes(self.hidden_layer_sizes)
        check_settings(self)
        names = _names_of(y)
        x, t, labels = self._checked(X, y, incremental=incremental, first=first)
        t = t.reshape(-1, 1) if t.ndim == 1 else t
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, x)
        weights = self._with_class_weights(weights, labels, incremental=incremental)
        self.n_outputs_ = t.shape[1]
        self._target_names = names
        self._criterion = self._new_criterion()
        self._random_state = check_random_state(self.random_state)
        if first:
            self._begin(x, sizes)
        else:
            if (network := getattr(self, "network_", None)) is not None and not network.backend.is_numpy:
                self._bind()
            self._sync()
            self._check_outputs(t.shape[1])
            self._go_on_as_set()
        if self._is_stochastic:
            self._fit_stochastic(x, t, weights, incremental=incremental, validation_data=validation_data)
        else:
            self._check_lbfgs(validation_data)
            lbfgs.fit(self, stochastic.Parts(x, t, weights))
        if not np.isfinite(self.network_.parameters.flat).all():
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                "preprocessed."
            )
        return self

    def _check_outputs(self, count: int) -> None:
        """Refuse targets of another width than those that the network was made for."""
        if count != self.network_.n_out:
            raise ShapeError(
                f"y must have {self.network_.n_out} columns of targets, as when the network was made, got {count}. "
                "Fit anew, without warm_start and not by partial_fit, for others."
            )

    def _check_solver(self) -> bool:
        if not self._is_stochastic:
            raise AttributeError(
                f"partial_fit is only available for stochastic optimizers. {self.solver} is not stochastic."
            )
        return True

    def _fit_stochastic(
        self, x: Any, t: NDArray[Any], weights: Any, *, incremental: bool, validation_data: Any
    ) -> None:
        if self.early_stopping and incremental:  # early stopping of one epoch makes no sense
            raise ValueError("partial_fit does not support early_stopping=True")
        if not hasattr(self, "history_"):
            self.history_ = History()
        self._go_on_counting()
        validation = None if validation_data is None else self._validation(validation_data)
        parts = stochastic.split(self, x, t, weights)
        stochastic.Training(self, parts, incremental=incremental, validation=validation).run()

    def _validation(self, given: Any) -> Any:
        """Return what measures the network on a user's validation data."""
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise ArgumentError("validation_data must be the pair (X, y).")
        x = validate_data(self, given[0], accept_sparse=["csr", "csc"], reset=False)
        self._check_held_out(given[1])
        t = self._as_targets(given[1]).astype(self.network_.dtype)
        dense = x if isinstance(x, np.ndarray) else x.toarray()

        def measure() -> dict[str, float]:
            loss = self._criterion.told(self.network_.loss(dense, t))
            return {"val_loss": loss, "val_score": self._score_held(dense, t, None)}

        return measure

    def _check_lbfgs(self, validation_data: Any) -> None:
        names = {name for place in self.network_.places for name in place.names.values()}
        layers = [repr(layer) for layer in self.network_.layers if type(layer).__name__ in {"Dropout", "BatchNorm"}]
        if layers or any(not name.startswith(("W", "b")) for name in names):
            raise ArgumentError(
                "solver='lbfgs' must go with weights and biases alone, without dropout, batch normalization or learned "
                "slopes. Use solver='adam' or 'sgd'."
            )
        if validation_data is not None or self.callbacks:
            raise ArgumentError("validation_data and callbacks must go with epochs: use solver='adam' or 'sgd'.")

    def _outputs(self, x: Any) -> NDArray[Any]:
        """Return the network's outputs, of shape (N, n_outputs), for checked inputs."""
        self._sync()
        self._predict_as_set()
        if isinstance(x, np.ndarray):
            return self.network_.predict(x)
        rows = x.tocsr()
        parts = [
            self.network_.predict(rows[start : start + ROWS_AT_ONCE].toarray())
            for start in range(0, rows.shape[0], ROWS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _checked_outputs(self, X: Any) -> NDArray[Any]:
        check_is_fitted(self)
        return self._outputs(validate_data(self, X, accept_sparse=["csr", "csc"], reset=False))

    def layer_outputs(self, X: Any) -> dict[str, NDArray[Any]]:
        """Return what each layer gives in prediction: `A1` of the first hidden layer, and so on to the outputs.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        dict
            Name → array of shape (n_samples, units), the last one the outputs.
        """
        check_is_fitted(self)
        x = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        self._sync()
        self._predict_as_set()
        network = self.network_.on_numpy()
        inputs = network.as_input(x if isinstance(x, np.ndarray) else x.toarray())
        values = reference.run(network.tape("predict"), reference.values_for(network, inputs), "forward")
        numbers = sorted({place.number for place in network.places})
        return {f"A{number}": values[f"A{number}"] for number in numbers if f"A{number}" in values}

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what predictions come in.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            Arrays, or tables: with the columns' names, and of pandas the labels of the rows that were given. None
            leaves it as it is. The name is that of scikit-learn's transformers. Clones give arrays again, for the sake
            of ensembles, searches and calibration, which compute with what the clones predict.

        Returns
        -------
        self
        """
        if transform is not None:
            self._sklearn_output_config = {"transform": check_container(transform)}
        return self

    def __sklearn_clone__(self) -> Self:
        twin: Self = _clone_parametrized(self)
        twin.__dict__.pop("_sklearn_output_config", None)  # what works with clones works with arrays
        return twin

    def _framed(self, values: NDArray[Any], names: list[Any], x: Any) -> Any:
        container = getattr(self, "_sklearn_output_config", {}).get("transform", "default")
        return framed(container, values, names, x)

    def _names_for(self, values: NDArray[Any]) -> list[Any]:
        """Return the names of predicted columns: those of the targets, or made up."""
        count = 1 if values.ndim == 1 else values.shape[1]
        names = getattr(self, "_target_names", None)
        if names is not None and len(names) == count:
            return list(names)
        return ["prediction"] if count == 1 else [f"prediction{k}" for k in range(count)]

    def _loss_grad_lbfgs(
        self, packed_coef_inter: NDArray[Any], X: Any, y: Any, sample_weight: Any, *_: Any
    ) -> tuple[float, NDArray[Any]]:
        """Return loss and gradient at some parameters; scikit-learn's own tests check gradients by this name."""
        source = Source(X, np.asarray(y), sample_weight, self.network_.dtype, X.shape[0])
        total = float(X.shape[0] if sample_weight is None else sample_weight.sum())
        twin = copy.deepcopy(self.network_)
        return lbfgs.Objective(twin, self._criterion, source, float(self.alpha), total)(packed_coef_inter)

    def __getstate__(self) -> dict[str, Any]:
        if "_views" in self.__dict__:
            self._sync()
        state = {name: value for name, value in super().__getstate__().items() if name != "_stepper"}
        if "network_" in state:  # which has the arrays
            for name in ("coefs_", "intercepts_", "_views"):
                state.pop(name, None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "network_" in self.__dict__:
            self._bind()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # What a classifier and a regressor do in their own ways.

    def _checked(self, X: Any, y: Any, *, incremental: bool, first: bool) -> tuple[Any, NDArray[Any], Any]:
        """Return inputs, targets as rows of outputs, and the labels that class weights go by."""
        raise NotImplementedError

    def _as_targets(self, y: Any) -> NDArray[Any]:
        """Return targets as rows of outputs."""
        raise NotImplementedError

    def _check_held_out(self, y: Any) -> None:
        """Refuse validation targets that the network has no place for."""

    def _with_class_weights(self, weights: Any, labels: Any, *, incremental: bool) -> Any:
        """Return the weights of samples, with those of their classes in them."""
        return weights

    def _new_criterion(self) -> Criterion:
        raise NotImplementedError

    def _score_held(self, x: Any, t: NDArray[Any], weights: Any) -> float:
        """Return the score on samples whose targets are rows of outputs."""
        raise NotImplementedError


def _names_of(y: Any) -> list[Any] | None:
    """Return the names of a table's columns, or of a series."""
    columns = getattr(y, "columns", None)
    if columns is not None:
        return list(columns)
    name = getattr(y, "name", None)
    return None if name is None or not isinstance(name, str | int) else [name]
