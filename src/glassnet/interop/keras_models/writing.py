"""From networks to Keras: the configuration and the arrays of a Sequential, and the files that hold them."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import as_path, write_atomically
from glassnet.interop.keras_models.chain import numbered
from glassnet.interop.keras_models.files import CONFIG, METADATA, WEIGHTS, h5_library
from glassnet.interop.parts import Part, parts_of, unrepresentable
from glassnet.mathematics.checks import ArgumentError, describe
from glassnet.network.layers import ELU, BatchNorm, Dense, Dropout, LeakyReLU, Maxout

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.structure import Structure

VERSION = "3.5.0"
"""The version of Keras whose files these are: later ones read them too."""
WEIGHTS_SUFFIX = ".weights.h5"
SUFFIXES = (".keras", WEIGHTS_SUFFIX)


@dataclass(frozen=True)
class KerasLayer:
    """A layer of Keras's: its class, its settings, how many numbers go in, its arrays in order."""

    kind: str
    settings: dict[str, Any]
    n_in: tuple[int, ...]
    arrays: tuple[NDArray[Any], ...] = ()


def keras_layers(parts: Sequence[Part], n_in: int) -> list[KerasLayer]:
    """Return the Keras layers that stand for the parts; a Maxout takes three."""
    layers: list[KerasLayer] = []
    width = n_in
    for part in parts:
        layers += _layers_of(part, width)
        width = part.layer.output_size(width)
    return layers


def _layers_of(part: Part, width: int) -> list[KerasLayer]:
    layer, arrays = part.layer, part.arrays
    if isinstance(layer, Dense):
        own = tuple(arrays[name] for name in ("W", "b") if name in arrays)
        return [KerasLayer("Dense", {"units": layer.n_out, "use_bias": layer.bias}, (width,), own)]
    if isinstance(layer, Maxout):
        return _maxout_layers(layer, arrays, width)
    if isinstance(layer, BatchNorm):
        own = tuple(arrays[name] for name in ("gamma", "beta", "running_mean", "running_variance"))
        settings = {"momentum": layer.momentum, "epsilon": layer.eps}
        return [KerasLayer("BatchNormalization", settings, (width,), own)]
    kind = type(layer).__name__
    if kind == "PReLU":
        return [KerasLayer(kind, {}, (width,), (arrays["alpha"],))]
    return [KerasLayer(*_PLAIN.get(kind, (kind, {})), (width,))] if kind in _PLAIN else [_with_setting(layer, width)]


_PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "ReLU": ("ReLU", {}),
    "Sigmoid": ("Activation", {"activation": "sigmoid"}),
    "Tanh": ("Activation", {"activation": "tanh"}),
    "Softmax": ("Softmax", {}),
    "Identity": ("Identity", {}),
}


def _with_setting(layer: Any, width: int) -> KerasLayer:
    if isinstance(layer, LeakyReLU):
        if layer.alpha < 0:
            raise unrepresentable(repr(layer), "a LeakyReLU with a slope below 0, which Keras refuses:", "Use PReLU.")
        return KerasLayer("LeakyReLU", {"negative_slope": layer.alpha}, (width,))
    if isinstance(layer, ELU):
        return KerasLayer("ELU", {"alpha": layer.alpha}, (width,))
    if isinstance(layer, Dropout):
        return KerasLayer("Dropout", {"rate": layer.rate}, (width,))
    raise unrepresentable(repr(layer), "a layer that Keras does not have", "Leave it out.")


def _maxout_layers(layer: Maxout, arrays: dict[str, NDArray[Any]], width: int) -> list[KerasLayer]:
    units = layer.pieces * layer.n_out
    kernel = arrays["W"].transpose(1, 0, 2).reshape(width, units)
    shape = (layer.pieces, layer.n_out)
    return [
        KerasLayer("Dense", {"units": units, "use_bias": True}, (width,), (kernel, arrays["b"].reshape(units))),
        KerasLayer("Reshape", {"target_shape": list(shape)}, (units,)),
        KerasLayer("GlobalMaxPooling1D", {}, shape),
    ]


def sequential_config(layers: Sequence[KerasLayer], n_in: int, dtype: str) -> dict[str, Any]:
    """Return the configuration of the Sequential, as `config.json` holds it."""
    names = numbered([layer.kind for layer in layers])
    first = _described("InputLayer", {"batch_shape": [None, n_in], "name": "input_layer"}, dtype)
    described = [first]
    for name, layer in zip(names, layers, strict=True):
        one = _described(layer.kind, {"name": name, "trainable": True, **layer.settings}, dtype)
        described.append({**one, "build_config": {"input_shape": [None, *layer.n_in]}})
    config = {"name": "glassnet", "layers": described, "build_input_shape": [None, n_in]}
    shape = {"input_shape": [None, n_in]}
    return {**_described("Sequential", config, dtype), "module": "keras", "build_config": shape}


def _described(kind: str, settings: dict[str, Any], dtype: str) -> dict[str, Any]:
    config = {**settings, "dtype": dtype}
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def write_keras(network: Structure, path: str | os.PathLike[str], *, logits: bool = False) -> Path:
    """Write the network as `.keras` or `.weights.h5`, whole or not at all; see `glassnet.save_keras`."""
    ending = as_path(path).name.casefold()
    if not ending.endswith(SUFFIXES):
        raise ArgumentError(f"path must end in {' or '.join(SUFFIXES)}, got {describe(str(path))}.")
    layers = keras_layers(parts_of(network, logits=logits), network.n_in)
    weights = _as_h5(layers)
    if ending.endswith(WEIGHTS_SUFFIX):
        return write_atomically(path, weights)
    config = sequential_config(layers, network.n_in, network.dtype.name)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        metadata = json.dumps({"keras_version": VERSION, "date_saved": ""})
        for name, content in ((METADATA, metadata), (CONFIG, json.dumps(config)), (WEIGHTS, weights)):
            archive.writestr(zipfile.ZipInfo(name), content)  # without a date: the same network, the same bytes
    return write_atomically(path, stream.getvalue())


def _as_h5(layers: Sequence[KerasLayer]) -> bytes:
    stream = io.BytesIO()
    with h5_library().File(stream, "w") as file:
        file.create_group("vars").attrs["name"] = "glassnet"
        for name, layer in zip(numbered([layer.kind for layer in layers]), layers, strict=True):
            group = file.create_group(f"layers/{name}/vars")
            group.attrs["name"] = name
            for index, array in enumerate(layer.arrays):
                group.create_dataset(str(index), data=np.ascontiguousarray(array))
    return stream.getvalue()
