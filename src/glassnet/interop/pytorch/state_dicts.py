"""State dicts, as objects and in files: arrays by name, of which each layer's are put together. Nothing is executed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import check_file
from glassnet.interop.archives import opened_archive
from glassnet.interop.named_groups import Group, natural
from glassnet.interop.parts import Part, naming
from glassnet.interop.pytorch.arrays import as_array, batchnorm_part, linear_part, torch_library
from glassnet.interop.specifications import as_layer
from glassnet.mathematics.checks import DataError, GlassnetError, describe
from glassnet.network.layers import BatchNorm, PReLU

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer

LAYERS_KEY = "glassnet.layers"
"""Under which a .safetensors file that glassnet wrote says which layers its arrays are of."""
SUFFIXES = (".safetensors", ".pt", ".pth")
_HOLDERS = ("state_dict", "model_state_dict", "model")
MOST_HOLDERS = 10
"""How deep a state dict may stand within others; one that holds itself has no end."""
_NO_NAME = "weights"


def read_state(path: str | os.PathLike[str]) -> tuple[dict[str, NDArray[Any]], list[Layer] | None]:
    """Return the arrays of a file by name, in order, and the layers that they are of, if the file says so."""
    place = check_file(path)
    suffix = place.suffix.casefold()
    if suffix not in SUFFIXES:
        raise DataError(f"{place} must end in {', '.join(SUFFIXES)}. Name the file as what it is.")
    return _read_safetensors(place) if suffix == ".safetensors" else (_read_pickled(place), None)


def _read_safetensors(place: Path) -> tuple[dict[str, NDArray[Any]], list[Layer] | None]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(place, framework="np") as file:
            words = (file.metadata() or {}).get(LAYERS_KEY)
            names = sorted(file.keys(), key=natural)
            arrays = {name: _tensor(file, name) for name in names}
        return arrays, None if words is None else [as_layer(one) for one in json.loads(words)]
    except (SafetensorError, OSError) as error:
        raise DataError(
            f"{place} is no safetensors file, or is damaged or cut short ({error}). Copy or save it again."
        ) from None
    except (GlassnetError, TypeError, ValueError, RecursionError) as error:
        raise DataError(f"{place} cannot be read: {str(error).rstrip('.')}.") from None


def _tensor(file: Any, name: str) -> NDArray[Any]:
    kind = file.get_slice(name).get_dtype()
    if kind not in {"F16", "F32", "F64", "I64"}:
        raise DataError(f"{describe(name)} is of type {kind}; float32 or float64 is expected. Convert it with .float()")
    array: NDArray[Any] = file.get_tensor(name)
    return array.astype(np.float32) if kind == "F16" else array


def _read_pickled(place: Path) -> dict[str, NDArray[Any]]:
    torch = torch_library("reading .pt files")
    size = place.stat().st_size
    if zipfile.is_zipfile(place):
        with opened_archive(place):
            pass  # which looks at what it would unpack to
    try:
        found = torch.load(place, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # PyTorch raises whatever a damaged or hostile file makes it raise
        first = str(error).strip().splitlines()[:1]
        raise DataError(
            f"{place} holds no weights that PyTorch reads without running what is in it ({''.join(first)[:200]}). "
            "Save model.state_dict(), best as .safetensors."
        ) from None
    with naming(str(place)):
        state = state_dict_in(found)
        for name, tensor in state.items():
            if isinstance(tensor, torch.Tensor) and tensor.numel() * tensor.element_size() > size:
                raise DataError(f"{describe(name)} claims to be larger than the file. Save it again.")
        return as_arrays(state)


def state_dict_in(found: Any) -> Mapping[str, Any]:
    """Return the state dict that an object is, or that a checkpoint holds under a usual name."""
    for _ in range(MOST_HOLDERS):
        inside = [found[holder] for holder in _HOLDERS if holder in found] if isinstance(found, Mapping) else []
        held = next((value for value in inside if isinstance(value, Mapping)), None)
        if held is None:
            break
        found = held
    else:
        raise DataError(f"its state dict stands in more than {MOST_HOLDERS} others. Give model.state_dict().")
    if isinstance(found, Mapping) and found and all(isinstance(name, str) for name in found):
        return found
    raise DataError(
        f"a state dict is expected, tensors by name, got {describe(type(found).__name__)}. Give model.state_dict()."
    )


def as_arrays(state: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Return the tensors of a state dict as arrays; counts of batches are left out."""
    arrays = {}
    for name, tensor in state.items():
        if isinstance(tensor, np.ndarray):
            arrays[name] = tensor
        elif not name.endswith("num_batches_tracked"):
            if not hasattr(tensor, "detach"):
                raise DataError(f"{describe(name)} must be a tensor, got {describe(tensor)}. Give model.state_dict().")
            arrays[name] = as_array(name, tensor)
    return arrays


def groups_of(arrays: Mapping[str, NDArray[Any]]) -> list[Group]:
    """Return the layers that the arrays of a state dict belong to, in the order of their names there."""
    by_prefix: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in arrays.items():
        prefix, _, own = name.rpartition(".")
        if own != "num_batches_tracked":
            if array.dtype.kind != "f":
                raise DataError(f"{describe(name)} must hold floating-point numbers, got {describe(array)}.")
            by_prefix.setdefault(prefix or _NO_NAME, {})[own] = array
    if not by_prefix:
        raise DataError("no weights are there. Give the state dict of a model with Linear layers.")
    return [Group(prefix, _part(prefix, own)) for prefix, own in by_prefix.items()]


def _part(prefix: str, own: dict[str, NDArray[Any]]) -> Part:
    with naming(f"the arrays of {prefix!r}"):
        weight = own.get("weight")
        if {"running_mean", "running_var"} <= own.keys() <= {"running_mean", "running_var", "weight", "bias"}:
            return batchnorm_part(own, BatchNorm())
        if weight is not None and weight.ndim == 2 and own.keys() <= {"weight", "bias"}:
            return linear_part(weight, own.get("bias"))
        if weight is not None and weight.ndim == 1 and own.keys() == {"weight"}:
            return Part(PReLU(), {"alpha": weight})
        shapes = ", ".join(f"{name} {array.shape}" for name, array in own.items())
        raise DataError(
            f"{shapes} belong to no Linear, BatchNorm1d or PReLU, and cannot be taken over. Leave that layer out."
        )
