"""The classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import validate_data

from glassnet.interop.scikit_learn import keep_classes
from glassnet.mathematics.checks import ArgumentError, check_number
from glassnet.network.loss import LOSSES, Loss
from glassnet.sklearn.base import BasePerceptron
from glassnet.sklearn.losses import Criterion, classification_criterion
from glassnet.sklearn.parameters import CONSTRAINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.sklearn.building import Plan


class MLPClassifier(ClassifierMixin, BasePerceptron):
    """A multilayer perceptron that classifies: scikit-learn's, trained by glassnet, and with more in it.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default (100,)
        The units of each hidden layer.
    activation : str, Layer, or a sequence of one for each hidden layer, default 'relu'
        'identity', 'logistic', 'tanh', 'relu'; of glassnet also 'leaky_relu', 'elu', 'prelu', 'maxout', or a layer.
    solver : {'lbfgs', 'sgd', 'adam'}, default 'adam'
    alpha : float, default 0.0001
        The penalty on the weights: α / 2 Σ W², over the weight of the batch.
    batch_size : int or 'auto', default 'auto'
        'auto' is 200, or all samples if there are fewer.
    learning_rate : {'constant', 'invscaling', 'adaptive'} or Schedule, default 'constant'
        How the rate changes; of Adam only a schedule of `glassnet.schedules` does so.
    learning_rate_init : float, default 0.001
    power_t : float, default 0.5
        The exponent of 'invscaling'.
    max_iter : int, default 200
        The most epochs, or iterations of L-BFGS.
    shuffle : bool, default True
    random_state : int, RandomState or None, default None
        The same number gives the same first weights, held-out samples and batches as in scikit-learn.
    tol : float, default 1e-4
    verbose : bool, default False
    warm_start : bool, default False
    momentum : float, default 0.9
    nesterovs_momentum : bool, default True
    early_stopping : bool, default False
        Whether training ends by the score on `validation_fraction` of the samples, and goes back to the best.
    validation_fraction : float, default 0.1
    beta_1, beta_2, epsilon : float, default 0.9, 0.999, 1e-8
        Of Adam.
    n_iter_no_change : int, default 10
    max_fun : int, default 15000
        The most evaluations of L-BFGS.
    loss : str, Loss or function, default 'log_loss'
        Another loss by name, a `glassnet.Loss`, or a function of outputs and targets that gives each sample's loss.
    class_weight : dict, 'balanced' or None, default None
        Label → weight, of at least 0, on top of the weights of samples.
    dropout : float or a sequence of one for each hidden layer, default 0
        The share of a hidden layer's outputs that is dropped in training.
    batch_normalization : bool or a sequence of one for each hidden layer, default False
    optimizer : Optimizer, str or None, default None
        One of glassnet's, in place of `solver`, with its own learning rate.
    callbacks : list or None, default None
        Those of `glassnet.callbacks`, or functions of the run, called after each epoch.
    executor : {'auto', 'compiled', 'reference'}, default 'auto'
    threads : int or None, default None
        How many threads share a step; None for one, or more where steps are long.

    Attributes
    ----------
    network_ : glassnet.Network
        The network itself, which traces, explains and draws.
    history_ : glassnet.History
        Loss, learning rate and scores by epoch.
    classes_ : array
    coefs_, intercepts_ : list of arrays
        Live views of the network's weights and biases.
    loss_, best_loss_, loss_curve_, validation_scores_, best_validation_score_, n_iter_, t_, n_layers_, n_outputs_, \
out_activation_, n_features_in_, feature_names_in_
        As in scikit-learn.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from glassnet.sklearn import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = MLPClassifier((20,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
    >>> classifier.score(X, y) > 0.95
    True
    >>> [layer for layer in classifier.network_.layers]
    [Dense(4, 20), ReLU(), Dense(20, 3), Softmax()]
    """

    _is_classifier: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS,
        "loss": [StrOptions({"log_loss", *LOSSES}), Loss, callable],
        "class_weight": [None, StrOptions({"balanced"}), dict, list],
    }

    def __init__(  # noqa: PLR0913  # scikit-learn's parameters, and more
        self,
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
        loss: Any = "log_loss",
        class_weight: Any = None,
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
        self.class_weight = class_weight
        self.dropout = dropout
        self.batch_normalization = batch_normalization
        self.optimizer = optimizer
        self.callbacks = callbacks
        self.executor = executor
        self.threads = threads

    def predict(self, X: Any) -> Any:
        """Return the label of each sample, or rows of 0 and 1 for several labels at once.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) or (n_samples, n_classes)
        """
        outputs = self._checked_outputs(X)
        values = self._label_binarizer.inverse_transform(outputs.ravel() if self.n_outputs_ == 1 else outputs)
        return self._framed(values, self._names_for(values), X)

    def predict_proba(self, X: Any) -> Any:
        """Return the probability of each class.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            In the order of `classes_`. Of several labels at once, each one's own: they need not sum to 1.
        """
        return self._framed(self._probabilities(X), list(self.classes_), X)

    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithm of the probability of each class.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
        """
        return self._framed(np.log(self._probabilities(X)), list(self.classes_), X)

    def _probabilities(self, X: Any) -> NDArray[Any]:
        outputs = self._checked_outputs(X)
        return np.hstack([1 - outputs, outputs]) if self.n_outputs_ == 1 else outputs

    @available_if(lambda estimator: estimator._check_solver())  # noqa: SLF001
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Go once over some samples, from where the training stands.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_classes)
        sample_weight : array of shape (n_samples,), optional
        classes : array of shape (n_classes,), optional
            All labels that there may be; needed at the first call, though not all must be in y.

        Returns
        -------
        self
        """
        if _check_partial_fit_first_call(self, classes):
            several = type_of_target(y).startswith("multilabel")
            self._label_binarizer = LabelBinarizer().fit(y if several else classes)
        return self._fit(X, y, sample_weight, incremental=True)

    def _checked(self, X: Any, y: Any, *, incremental: bool, first: bool) -> tuple[Any, NDArray[Any], Any]:
        x, labels = validate_data(
            self, X, y, accept_sparse=["csr", "csc"], multi_output=True, dtype=(np.float64, np.float32), reset=first
        )
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = column_or_1d(labels, warn=True)
        if not hasattr(self, "classes_") or (not self.warm_start and not incremental):
            self._label_binarizer = LabelBinarizer().fit(labels)
            self.classes_ = self._label_binarizer.classes_
        else:
            self._check_classes(unique_labels(labels))
        return x, self._as_targets(labels), labels

    def _check_classes(self, classes: NDArray[Any]) -> None:
        """Refuse labels that the training so far did not have."""
        if self.warm_start:
            if set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {self.classes_}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {classes}."
            )

    def _check_held_out(self, y: Any) -> None:
        unknown = set(unique_labels(y).tolist()) - set(self.classes_.tolist())
        if unknown:
            raise ArgumentError(
                f"validation_data must have no labels but those of the training, {self.classes_}, "
                f"got also {sorted(unknown, key=str)}."
            )

    def _as_targets(self, y: Any) -> NDArray[Any]:
        targets: NDArray[Any] = self._label_binarizer.transform(y).astype(bool)
        return targets

    def _with_class_weights(self, weights: Any, labels: Any, *, incremental: bool) -> Any:
        if self.class_weight is None:
            return weights
        if incremental and isinstance(self.class_weight, str):
            raise ValueError(
                "class_weight 'balanced' is not supported for partial_fit: it counts all samples. Pass a dictionary, "
                "label to weight, such as sklearn.utils.class_weight.compute_class_weight makes of all labels."
            )
        _check_class_weights(self.class_weight)
        own = compute_sample_weight(self.class_weight, labels)
        return own if weights is None else own * weights

    def _keep(self, network: Network, plan: Plan, loss: Any) -> None:
        super()._keep(network, plan, loss)
        keep_classes(network, self)

    def _output_function(self) -> str:
        return "softmax" if self._exclusive else "logistic"

    @property
    def _exclusive(self) -> bool:
        """Whether there are more than two classes that exclude each other."""
        return bool(self._label_binarizer.y_type_ == "multiclass")

    def _new_criterion(self) -> Criterion:
        return classification_criterion(self.loss, exclusive=self._exclusive)

    def _score_held(self, x: Any, t: NDArray[Any], weights: Any) -> float:
        outputs = self._outputs(x)
        if self._label_binarizer.y_type_ == "binary" and len(self.classes_) == 1:
            right = np.ones(len(outputs))  # there is one answer, whatever the output
        elif self._exclusive:
            right = outputs.argmax(axis=1) == t.argmax(axis=1)
        else:
            right = ((outputs > 0.5) == (t > 0.5)).all(axis=1)
        return float(np.average(right, weights=weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _check_class_weights(given: Any) -> None:
    """Refuse a weight by which a class would be unlearned."""
    for weights in given if isinstance(given, list) else [given]:
        for label, weight in weights.items() if isinstance(weights, dict) else ():
            check_number(f"the class_weight of {label!r}", weight, at_least=0)
