"""PyTorch's tensors as arrays, and how its weights and glassnet's stand to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.parts import Part, dense_part, naming
from glassnet.mathematics.checks import DataError
from glassnet.mathematics.libraries import need
from glassnet.network.layers import BatchNorm, Maxout

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray


def torch_library(what: str = "converting PyTorch's models") -> ModuleType:
    """Return PyTorch, or say how to install it."""
    return need("torch", extra="torch", what=what)


def as_array(name: str, tensor: Any) -> NDArray[Any]:
    """Return a tensor's numbers as float32 or float64, without a change to the tensor."""
    torch = torch_library()
    if tensor.is_meta or tensor.layout != torch.strided or tensor.is_quantized or not tensor.is_floating_point():
        raise DataError(
            f"{name} must be a plain tensor of floating-point numbers, got {tensor.dtype} on {tensor.device} "
            f"({tensor.layout}). Convert it with .to_dense(), .dequantize() or .float()."
        )
    plain = tensor.detach().to("cpu")
    if plain.dtype not in {torch.float32, torch.float64}:
        plain = plain.float()
    return np.array(plain.numpy())


def momentum_here(theirs: float) -> float:
    """Return how much of the running statistics is kept, for PyTorch's momentum, which is how much is new.

    >>> momentum_here(0.1)
    0.9
    """
    return round(1.0 - theirs, 15)  # so that there and back gives the number that one wrote


def linear_part(weight: NDArray[Any], bias: NDArray[Any] | None) -> Part:
    """Return the Dense of a Linear, whose weight is (n_out, n_in)."""
    return dense_part(np.ascontiguousarray(weight.T), bias)


def batchnorm_part(arrays: dict[str, NDArray[Any]], layer: BatchNorm) -> Part:
    """Return the BatchNorm of a BatchNorm1d's arrays, by PyTorch's names."""
    mean = arrays["running_mean"]
    named = {
        "gamma": arrays.get("weight", np.ones_like(mean)),
        "beta": arrays.get("bias", np.zeros_like(mean)),
        "running_mean": mean,
        "running_variance": arrays["running_var"],
    }
    if any(array.shape != mean.shape or mean.ndim != 1 for array in named.values()):
        raise DataError(f"its arrays differ in shape: {[array.shape for array in named.values()]}. Check the file.")
    return Part(layer, named)


def maxout_part(dense: Part, pieces: int) -> Part:
    """Return the Maxout of a Linear whose outputs are all pieces of the first unit, then of the second, …."""
    have: Any = dense.layer
    if have.n_out % pieces:
        raise DataError(f"{have.n_out} outputs cannot be shared out among {pieces} pieces of each unit.")
    n_out = have.n_out // pieces
    W = dense.arrays["W"].reshape(have.n_in, n_out, pieces).transpose(2, 0, 1)
    b = dense.arrays.get("b", np.zeros(have.n_out, dtype=W.dtype)).reshape(n_out, pieces).T
    return Part(Maxout(have.n_in, n_out, pieces), {"W": W, "b": b})


def state_of(part: Part) -> dict[str, NDArray[Any]]:
    """Return a part's arrays as PyTorch names and orders them, for the module that stands for it."""
    arrays = part.arrays
    if isinstance(part.layer, Maxout):
        pieces, n_in, n_out = arrays["W"].shape
        weight = arrays["W"].transpose(2, 0, 1).reshape(n_out * pieces, n_in)
        return {"0.weight": weight, "0.bias": arrays["b"].T.reshape(-1)}
    if isinstance(part.layer, BatchNorm):
        return {
            "weight": arrays["gamma"],
            "bias": arrays["beta"],
            "running_mean": arrays["running_mean"],
            "running_var": arrays["running_variance"],
            "num_batches_tracked": np.array(0, dtype=np.int64),
        }
    names = {"W": "weight", "b": "bias", "alpha": "weight"}
    return {names[own]: array.T if own == "W" else array for own, array in arrays.items()}


def module_arrays(where: str, module: Any, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return those of a module's parameters and buffers that it has, by name."""
    with naming(where):
        there = {name: getattr(module, name, None) for name in names}
        return {name: as_array(name, tensor) for name, tensor in there.items() if tensor is not None}
