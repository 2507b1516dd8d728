"""Networks from and to scikit-learn."""

from __future__ import annotations

from typing import Any

from glassnet.interop.scikit_learn import network_from_sklearn, sklearn_model
from glassnet.model import Network


def from_sklearn(estimator: Any, *, dtype: str | None = None) -> Network:
    """Return the network of a fitted scikit-learn perceptron, or of a pipeline that scales before one.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor, or Pipeline that ends in one
        Fitted. Of the steps before, StandardScaler, MinMaxScaler, MaxAbsScaler and RobustScaler go into the first
        Dense's weights: `predict` takes the rows that the pipeline takes.
    dtype : "float32" or "float64", optional
        By default that of the weights.

    Returns
    -------
    Network
        `predict` gives what `predict_proba` gives (of two classes: the second's), or a regressor's values as (N, n).
        The classes' names are in `preprocessing`, the labels themselves in `metadata["classes"]`.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If it is not fitted, or a step has no counterpart: it is named.
    MissingLibraryError
        If scikit-learn is not there.

    Examples
    --------
    >>> import glassnet as gn
    >>> from sklearn.neural_network import MLPClassifier
    >>> x, t = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["no", "yes", "yes", "no"]
    >>> model = MLPClassifier((8,), solver="lbfgs", random_state=0, max_iter=1000).fit(x, t)
    >>> net = gn.from_sklearn(model)
    >>> net.layers, net.preprocessing["class_names"], net.classify(x)
    ((Dense(2, 8), ReLU(), Dense(8, 1), Sigmoid()), ['no', 'yes'], array([0, 1, 1, 0]))
    """
    return network_from_sklearn(estimator, Network, dtype=dtype)


def to_sklearn(network: Network) -> Any:
    """Return a fitted scikit-learn perceptron that predicts as the network does.

    Parameters
    ----------
    network : Network
        Dense layers with one activation for all hidden ones (ReLU, Tanh, Sigmoid or none), ending in Softmax, Sigmoid
        or, for a regression, in a Dense.

    Returns
    -------
    MLPClassifier or MLPRegressor
        Its classes are `metadata["classes"]`, else the class names in `preprocessing`, else numbers from 0.

    Raises
    ------
    ArgumentError
        If something has no counterpart, such as mixed activations: it is named, with what to do.
    MissingLibraryError
        If scikit-learn is not there.

    Warns
    -----
    ConversionWarning
        If Dropout is left out, or BatchNorm has gone into the weights beside it: predictions are the same.

    Notes
    -----
    Several Sigmoid outputs become a classifier of labels that may be there together, as scikit-learn understands them.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 3), gn.Softmax()])
    >>> model = gn.to_sklearn(net)
    >>> model.hidden_layer_sizes, model.activation, model.predict_proba([[1.0, 2.0]]).shape
    ((3,), 'tanh', (1, 3))
    """
    return sklearn_model(network)
