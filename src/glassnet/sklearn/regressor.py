"""The regressor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.metrics import r2_score
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import validate_data

from glassnet.mathematics.checks import ArgumentError
from glassnet.network.loss import Loss
from glassnet.sklearn.base import BasePerceptron
from glassnet.sklearn.losses import REGRESSION_NAMES, Criterion, regression_criterion
from glassnet.sklearn.parameters import CONSTRAINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MLPRegressor(RegressorMixin, BasePerceptron):
    """A multilayer perceptron that predicts numbers: scikit-learn's, trained by glassnet, and with more in it.

    Parameters
    ----------
    loss : str, Loss or function, default 'squared_error'
        'squared_error' (half of it), 'poisson' (half the deviance, with exp at the output); of glassnet also
        'absolute_error', 'huber', its other losses by name, a `glassnet.Loss`, or a function of outputs and targets
        that gives each sample's loss.
    hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate, learning_rate_init, power_t, max_iter, \
shuffle, random_state, tol, verbose, warm_start, momentum, nesterovs_momentum, early_stopping, validation_fraction, \
beta_1, beta_2, epsilon, n_iter_no_change, max_fun, dropout, batch_normalization, optimizer, callbacks, executor, \
threads
        As of `MLPClassifier`. The score that early stopping goes by is R².

    Attributes
    ----------
    network_ : glassnet.Network
        The network itself, which traces, explains and draws.
    history_ : glassnet.History
        Loss, learning rate and scores by epoch.
    coefs_, intercepts_ : list of arrays
        Live views of the network's weights and biases.
    loss_, best_loss_, loss_curve_, validation_scores_, best_validation_score_, n_iter_, t_, n_layers_, n_outputs_, \
out_activation_, n_features_in_, feature_names_in_
        As in scikit-learn.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from glassnet.sklearn import MLPRegressor
    >>> X, y = make_regression(n_samples=200, n_features=5, random_state=1)
    >>> regressor = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", max_iter=1000, tol=0.1, random_state=1)
    >>> regressor.fit(X, y).score(X, y) > 0.99
    True
    """

    _is_classifier: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS,
        "loss": [StrOptions(set(REGRESSION_NAMES)), Loss, callable],
    }

    def __init__(  # noqa: PLR0913  # scikit-learn's parameters, and more
        self,
        loss: Any = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: int = 10,
        max_fun: int = 15000,
        dropout: Any = 0.0,
        batch_normalization: Any = False,
        optimizer: Any = None,
        callbacks: Any = None,
        executor: str = "auto",
        threads: int | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.loss = loss
        self.dropout = dropout
        self.batch_normalization = batch_normalization
        self.optimizer = optimizer
        self.callbacks = callbacks
        self.executor = executor
        self.threads = threads

    def predict(self, X: Any) -> Any:
        """Return the numbers predicted for each sample.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_outputs)
        """
        outputs = self._checked_outputs(X)
        values = outputs.ravel() if outputs.shape[1] == 1 else outputs
        return self._framed(values, self._names_for(values), X)

    @available_if(lambda estimator: estimator._check_solver())  # noqa: SLF001
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go once over some samples, from where the training stands.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array of shape (n_samples,), optional

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, incremental=True)

    def _checked(self, X: Any, y: Any, *, incremental: bool, first: bool) -> tuple[Any, NDArray[Any], Any]:
        x, t = validate_data(
            self, X, y, accept_sparse=["csr", "csc"], multi_output=True, y_numeric=True,
            dtype=(np.float64, np.float32), reset=first,
        )  # fmt: skip
        if t.ndim == 2 and t.shape[1] == 1:
            t = column_or_1d(t, warn=True)
        self._check_counts("y", t)
        return x, t, None

    def _check_held_out(self, y: Any) -> None:
        self._check_counts("the y of validation_data", np.asarray(y))

    def _check_counts(self, what: str, t: NDArray[Any]) -> None:
        """Refuse numbers below 0 where counts are due."""
        if self._output_function() == "exp" and np.min(t, initial=0) < 0:
            raise ArgumentError(
                f"{what} must be at least 0 for loss='poisson', got {np.min(t)}. Use another loss, such as "
                "'squared_error', for numbers below 0."
            )

    def _as_targets(self, y: Any) -> NDArray[Any]:
        targets = np.asarray(y, dtype=np.float64)
        return targets.reshape(len(targets), -1)

    def _output_function(self) -> str:
        return "exp" if isinstance(self.loss, str) and self.loss == "poisson" else "identity"

    def _new_criterion(self) -> Criterion:
        return regression_criterion(self.loss, self.n_outputs_)

    def _score_held(self, x: Any, t: NDArray[Any], weights: Any) -> float:
        outputs = self._outputs(x)
        if not np.isfinite(outputs).all():
            return float("nan")
        return float(r2_score(t, outputs, sample_weight=weights))
