"""Networks from and to PyTorch, Keras and scikit-learn: the public functions, which hand on to `interop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.interop.keras_models.conversion import keras_model, network_from_keras
from glassnet.interop.keras_models.writing import write_keras
from glassnet.interop.pytorch.conversion import network_from_torch, torch_module, write_torch
from glassnet.interop.scikit_learn import network_from_sklearn, sklearn_model
from glassnet.model import Network

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path


def from_torch(
    source: Any,
    *,
    layers: Sequence[Any] | None = None,
    activations: Any = None,
    softmax: bool | str = "auto",
    loss: Any = None,
    dtype: str | None = None,
) -> Network:
    """Return the network that a PyTorch model, its state dict or a file of it stands for; it predicts alike.

    Parameters
    ----------
    source : torch.nn.Module, dict of tensors, or path
        A Sequential, or any module whose forward is a fixed row of layers and functions; a state dict; a file of one,
        .safetensors (which needs no PyTorch) or .pt, .pth (read with `weights_only=True`).
    layers : list, optional
        The layers in order, where source does not say: names of modules, or of groups of arrays in a state dict, and
        layers (`gn.ReLU()`) or their kinds ("relu", "linear").
    activations : list, or one for all but the last, optional
        Instead, for a state dict: one for each Linear, standing behind it and its BatchNorm1d; None for none.
    softmax : bool or "auto", default "auto"
        Whether a Softmax (of one output: a Sigmoid) is put behind logits, as PyTorch's classifiers end in. "auto" does
        so if `loss` is a cross-entropy: without a word, a regression looks the same.
    loss : str or Loss, optional
        As for `Network`: by default what suits the last layer.
    dtype : "float32" or "float64", optional
        By default that of the weights.

    Returns
    -------
    Network
        With copies of the weights, running statistics, eps and momentum (which is 1 − PyTorch's).

    Raises
    ------
    ArgumentError
        If something has no counterpart, or its place cannot be known: it is named, with what to do.
    DataError, MissingFileError, MissingLibraryError
        If a file is missing, damaged or hostile, or PyTorch is not there. Nothing in a file is executed.

    Warns
    -----
    ConversionWarning
        If it predicts alike, but is not alike: LogSoftmax becomes Softmax, shared weights become copies.

    Notes
    -----
    The model is not changed, nor its training mode. A module of your own is followed by running its forward once on a
    symbol (torch.fx). PyTorch's weight is (n_out, n_in); W is its transpose.

    Examples
    --------
    >>> import glassnet as gn
    >>> import numpy as np
    >>> state = {"fc1.weight": np.eye(3, 2, dtype="float32"), "fc1.bias": np.zeros(3, dtype="float32"),
    ...          "fc2.weight": np.ones((1, 3), dtype="float32"), "fc2.bias": np.ones(1, dtype="float32")}
    >>> net = gn.from_torch(state, activations=["relu", None])
    >>> net.layers, net.predict([[2.0, -3.0]])
    ((Dense(2, 3), ReLU(), Dense(3, 1)), array([[3.]], dtype=float32))
    """
    return network_from_torch(
        source, Network, layers=layers, activations=activations, softmax=softmax, loss=loss, dtype=dtype
    )


def to_torch(network: Network, *, logits: bool = False) -> Any:
    """Return the network as a PyTorch `nn.Sequential`, in eval mode, one module for each layer.

    Parameters
    ----------
    network : Network
    logits : bool, default False
        Whether the Softmax or Sigmoid at the end is left off, as `nn.CrossEntropyLoss` wants it.

    Returns
    -------
    torch.nn.Sequential
        Of the network's dtype, with copies of its weights. A Maxout is a Sequential of a Linear, Unflatten,
        AdaptiveMaxPool1d and Flatten.

    Raises
    ------
    ArgumentError
        If a layer is a class of your own, or there is no Softmax or Sigmoid to leave off.
    MissingLibraryError
        If PyTorch is not there.

    Notes
    -----
    In eval mode it predicts as the network does; call `.train()` before training on.

    Examples
    --------
    >>> import glassnet as gn
    >>> model = gn.to_torch(gn.Network([gn.Dense(2, 3), gn.Tanh()]))  # doctest: +SKIP
    >>> model.training  # doctest: +SKIP
    False
    """
    return torch_module(network, logits=logits)


def save_torch(network: Network, path: str | os.PathLike[str], *, logits: bool = False) -> Path:
    """Save the state dict of `to_torch(network)`, whole or not at all.

    Parameters
    ----------
    network : Network
    path : path
        Ends in .safetensors, which needs no PyTorch and says which layers the arrays are of, or in .pt or .pth.
    logits : bool, default False
        As for `to_torch`.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError, DataError, MissingLibraryError
        If the path ends otherwise, the file cannot be written, or PyTorch is needed and not there.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh()])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = gn.from_torch(gn.save_torch(net, pathlib.Path(folder) / "weights.safetensors"))
    >>> again.layers
    (Dense(2, 3), Tanh())
    """
    return write_torch(network, path, logits=logits)


def from_keras(
    source: Any,
    *,
    layers: Sequence[Any] | None = None,
    activations: Any = None,
    softmax: bool | str = "auto",
    loss: Any = None,
    dtype: str | None = None,
) -> Network:
    """Return the network that a Keras model or a file of one stands for; it predicts alike.

    Parameters
    ----------
    source : keras.Model or path
        A Sequential or functional model with layers in one row, models inside it too; a file of one, .keras or (of
        before Keras 3) .h5; or a .weights.h5. Files are read without Keras, by h5py.
    layers, activations : list, optional
        For a .weights.h5: what its layers are, as for `from_torch`. Of a BatchNormalization it does not tell the
        settings: give `gn.BatchNorm(momentum, eps)`, else Keras's defaults are taken.
    softmax, loss, dtype
        As for `from_torch`.

    Returns
    -------
    Network
        A Rescaling or Normalization of the inputs has gone into the first Dense's weights: predict takes what the model
        takes, samples as rows.

    Raises
    ------
    ArgumentError
        If a layer has no counterpart, such as a Lambda or a class of your own: it is named, with what to do.
    DataError, MissingFileError, MissingLibraryError
        If a file is missing, damaged or hostile, or a library is not there. Nothing in a file is executed.

    Notes
    -----
    Regularizers, constraints and the compiled loss are of Keras's training, and are not taken over. Keras's
    BatchNormalization averages the biased variance, ours the unbiased one, which only further training shows.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.ELU(), gn.Dense(3, 2), gn.Softmax()])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = gn.from_keras(gn.save_keras(net, pathlib.Path(folder) / "model.keras"))
    >>> bool((again.predict([[1.0, 2.0]]) == net.predict([[1.0, 2.0]])).all())
    True
    """
    return network_from_keras(
        source, Network, layers=layers, activations=activations, softmax=softmax, loss=loss, dtype=dtype
    )


def to_keras(network: Network, *, logits: bool = False) -> Any:
    """Return the network as a `keras.Sequential`, built and with its weights.

    Parameters
    ----------
    network : Network
    logits : bool, default False
        Whether the Softmax or Sigmoid at the end is left off.

    Returns
    -------
    keras.Sequential
        Not compiled. A Maxout is a Dense, Reshape and GlobalMaxPooling1D.

    Raises
    ------
    ArgumentError
        If a layer is a class of your own, or a LeakyReLU with a negative slope, which Keras refuses.
    MissingLibraryError
        If Keras or its backend is not there.

    Examples
    --------
    >>> import glassnet as gn
    >>> model = gn.to_keras(gn.Network([gn.Dense(2, 3), gn.Tanh()]))  # doctest: +SKIP
    """
    return keras_model(network, logits=logits)


def save_keras(network: Network, path: str | os.PathLike[str], *, logits: bool = False) -> Path:
    """Save the network in a file that `keras.saving.load_model` opens, whole or not at all; Keras need not be there.

    Parameters
    ----------
    network : Network
    path : path
        Ends in .keras, or in .weights.h5 for the weights of `to_keras(network)` alone.
    logits : bool, default False
        As for `to_keras`.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError, DataError, MissingLibraryError
        If the path ends otherwise, a layer has no counterpart, the file cannot be written, or h5py is not there.

    Examples
    --------
    >>> import pathlib, tempfile, zipfile
    >>> import glassnet as gn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = gn.save_keras(gn.Network([gn.Dense(2, 3)]), pathlib.Path(folder) / "model.keras")
    ...     zipfile.ZipFile(path).namelist()
    ['metadata.json', 'config.json', 'model.weights.h5']
    """
    return write_keras(network, path, logits=logits)


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
