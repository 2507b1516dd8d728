"""From PyTorch's models, state dicts and files to networks, and back."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import as_path, write_atomically
from glassnet.interop.named_groups import Group, arrange, chained
from glassnet.interop.parts import AnyNetwork, Part, naming, network_from, parts_of
from glassnet.interop.pytorch.arrays import maxout_part, state_of, torch_library
from glassnet.interop.pytorch.modules import parts_of_stages
from glassnet.interop.pytorch.stages import check_module, original, stages_of
from glassnet.interop.pytorch.state_dicts import (
    LAYERS_KEY,
    SUFFIXES,
    as_arrays,
    groups_of,
    read_state,
    state_dict_in,
)
from glassnet.interop.specifications import layer_specification
from glassnet.mathematics.checks import ArgumentError, describe
from glassnet.network.layers import BatchNorm, Dense, Maxout, PReLU, Softmax

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.structure import Structure


def network_from_torch(
    source: Any,
    kind: type[AnyNetwork],
    *,
    layers: Sequence[Any] | None = None,
    activations: Any = None,
    **options: Any,
) -> AnyNetwork:
    """Return the network that a module, a state dict or a file of one stands for; see `glassnet.from_torch`."""
    if isinstance(source, str | os.PathLike):
        arrays, known = read_state(source)
        if layers is None and activations is None:
            layers = known
        with naming(str(source)):
            return network_from(kind, _parts_of_state(arrays, layers, activations), **options)
    if isinstance(source, Mapping):
        return network_from(kind, _parts_of_state(as_arrays(state_dict_in(source)), layers, activations), **options)
    if activations is not None:
        raise ArgumentError("activations= is for state dicts; for a module give layers=, if it cannot be followed.")
    module = original(source)
    check_module(module)
    return network_from(kind, parts_of_stages(stages_of(module, layers)), **options)


def _parts_of_state(arrays: Mapping[str, NDArray[Any]], layers: Sequence[Any] | None, activations: Any) -> list[Part]:
    groups = groups_of(arrays)
    if layers is not None and not _names_groups(layers, groups):
        groups = chained(groups) if all(isinstance(one.part.layer, Dense) for one in groups) else groups
    return arrange(groups, layers, activations, maxout_part)


def _names_groups(layers: Sequence[Any], groups: list[Group]) -> bool:
    """Say whether the layers are named, or a Maxout is among them, whose arrays do not show its width."""
    names = {group.name for group in groups}
    return any(isinstance(entry, Maxout) or (isinstance(entry, str) and entry in names) for entry in layers)


def torch_module(network: Structure, *, logits: bool = False) -> Any:
    """Return the network as an `nn.Sequential` in eval mode; see `glassnet.to_torch`."""
    torch = torch_library()
    parts = parts_of(network, logits=logits)
    dtype = getattr(torch, network.dtype.name)
    module = torch.nn.Sequential(*(_module(torch, part, dtype) for part in parts))
    state = {name: torch.from_numpy(array) for name, array in state_dict(parts).items()}
    module.load_state_dict(state)
    return module.eval()


def _module(torch: Any, part: Part, dtype: Any) -> Any:
    nn, layer = torch.nn, part.layer
    if isinstance(layer, Dense):
        return nn.utils.skip_init(nn.Linear, layer.n_in, layer.n_out, bias=layer.bias, dtype=dtype)
    if isinstance(layer, Maxout):
        linear = nn.utils.skip_init(nn.Linear, layer.n_in, layer.n_out * layer.pieces, dtype=dtype)
        largest = nn.AdaptiveMaxPool1d(1)
        return nn.Sequential(linear, nn.Unflatten(1, (layer.n_out, layer.pieces)), largest, nn.Flatten())
    if isinstance(layer, BatchNorm):
        momentum = round(1.0 - layer.momentum, 15)
        return nn.BatchNorm1d(len(part.arrays["gamma"]), eps=layer.eps, momentum=momentum, dtype=dtype)
    if isinstance(layer, PReLU):
        return nn.PReLU(len(part.arrays["alpha"]), dtype=dtype)
    if isinstance(layer, Softmax):
        return nn.Softmax(dim=1)
    name = type(layer).__name__  # the rest have the same names there, with one setting or none
    settings = [getattr(layer, _SETTINGS[name])] if name in _SETTINGS else []
    return getattr(nn, name)(*settings)


_SETTINGS = {"LeakyReLU": "alpha", "ELU": "alpha", "Dropout": "rate"}


def state_dict(parts: Sequence[Part]) -> dict[str, NDArray[Any]]:
    """Return the arrays as the state dict of the `nn.Sequential` that stands for the parts."""
    return {
        f"{index}.{name}": np.array(array, order="C")
        for index, part in enumerate(parts)
        for name, array in state_of(part).items()
    }


def write_torch(network: Structure, path: str | os.PathLike[str], *, logits: bool = False) -> Path:
    """Write the network's state dict, whole or not at all; see `glassnet.save_torch`."""
    suffix = as_path(path).suffix.casefold()
    if suffix not in SUFFIXES:
        raise ArgumentError(f"path must end in {', '.join(SUFFIXES)}, got {describe(str(path))}.")
    parts = parts_of(network, logits=logits)
    arrays = state_dict(parts)
    if suffix == ".safetensors":
        return write_atomically(path, _as_safetensors(arrays, [part.layer for part in parts]))
    torch = torch_library("writing .pt files")
    stream = io.BytesIO()
    torch.save({name: torch.from_numpy(array) for name, array in arrays.items()}, stream)
    return write_atomically(path, stream.getvalue())


def _as_safetensors(arrays: dict[str, NDArray[Any]], layers: list[Layer]) -> bytes:
    from safetensors.numpy import save

    words = json.dumps([layer_specification(layer) for layer in layers])
    return save(arrays, {"format": "pt", LAYERS_KEY: words})
