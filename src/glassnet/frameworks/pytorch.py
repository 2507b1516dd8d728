"""Networks from and to PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.interop.pytorch.conversion import network_from_torch, torch_module, write_torch
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
