"""Maps x · scale + shift of each column, and how the layer that comes next takes them into its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.parts import Part, dense_part, unrepresentable
from glassnet.mathematics.checks import DataError
from glassnet.network.layers import BatchNorm, Dense, Identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class AffineMap:
    """y = x · scale + shift, with one number for each column or one for all.

    >>> twice = AffineMap(np.array([2.0]), np.array([0.0]))
    >>> twice.then(AffineMap(np.array([3.0]), np.array([1.0])))
    AffineMap(scale=array([6.]), shift=array([1.]))
    """

    scale: NDArray[Any]
    shift: NDArray[Any]

    def then(self, other: AffineMap) -> AffineMap:
        """Return the map that does this one, and then the other."""
        return AffineMap(self.scale * other.scale, self.shift * other.scale + other.shift)


def map_of_batchnorm(layer: BatchNorm, arrays: dict[str, NDArray[Any]]) -> AffineMap:
    """Return what a batch normalization does in prediction."""
    wide = {name: array.astype(np.float64) for name, array in arrays.items()}
    scale = wide["gamma"] / np.sqrt(wide["running_variance"] + layer.eps)
    return AffineMap(scale, wide["beta"] - wide["running_mean"] * scale)


def dense_after(first: AffineMap, dense: Part) -> Part:
    """Return the Dense that does a map and then this Dense: (x · s + c) W + b = x (s W) + (c W + b)."""
    W = dense.arrays["W"].astype(np.float64)
    b = dense.arrays.get("b", np.zeros(W.shape[1])).astype(np.float64)
    rows = np.broadcast_to(first.shift, W.shape[:1])
    return _as_dense(np.broadcast_to(first.scale, W.shape[:1])[:, None] * W, rows @ W + b, dense)


def dense_before(dense: Part, then: AffineMap) -> Part:
    """Return the Dense that does this Dense and then a map: (x W + b) s + c = x (W s) + (b s + c)."""
    W = dense.arrays["W"].astype(np.float64)
    b = dense.arrays.get("b", np.zeros(W.shape[1])).astype(np.float64)
    return _as_dense(W * then.scale, b * then.scale + then.shift, dense)


def _as_dense(W: NDArray[Any], b: NDArray[Any], like: Part) -> Part:
    dtype = like.arrays["W"].dtype
    return dense_part(W.astype(dtype), b.astype(dtype))


def fold_into_first(first: AffineMap, parts: Sequence[Part], where: str) -> list[Part]:
    """Return parts whose first Dense takes a map of the inputs into its weights, exactly but for rounding."""
    for index, part in enumerate(parts):
        if isinstance(part.layer, Dense):
            sizes = {first.scale.size, first.shift.size} - {1, part.layer.n_in}
            if sizes:
                raise DataError(f"{where} scales {sizes.pop()} numbers, but {part.layer!r} follows. Check the model.")
            return [*parts[:index], dense_after(first, part), *parts[index + 1 :]]
        if not isinstance(part.layer, Identity):
            break
    following = "nothing" if not parts else f"{parts[0].layer!r}"
    raise unrepresentable(
        where,
        f"a scaling of the inputs with {following} after it",
        "A Dense that follows at once would take it into its weights: scale the data yourself and leave it out.",
    )
