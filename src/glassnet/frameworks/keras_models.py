"""Networks from and to Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.interop.keras_models.conversion import keras_model, network_from_keras
from glassnet.interop.keras_models.writing import write_keras
from glassnet.model import Network

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path


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
