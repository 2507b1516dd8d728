"""Layers out of the pieces of a graph: scalings are worked into the weights beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.interop.onnx.pieces import Largest, Linear, Normalized, Part, Piece, Scaled
from glassnet.mathematics.checks import DataError
from glassnet.network.layers import BatchNorm, Dense, Maxout, PReLU

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer

FAR: Final = 1_000.0
"""By how many times its own spread a column may be shifted before that is no longer worked into weights.

Of numbers about 2,000 ± 1, which are first moved to 0, three digits would be lost in the sum of float32 otherwise.
"""
NO_EPS: Final = 1e-12
"""What BatchNorm adds to a variance of 1 where nothing should be added."""


def folded(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with each scaling worked into what stands beside it, as far as it can be."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if isinstance(last, Scaled) and isinstance(piece, Scaled):
            result[-1] = last.then(piece)
        elif isinstance(last, Linear) and isinstance(piece, Scaled):
            result[-1] = _linear_then(last, piece)
        elif isinstance(last, Normalized) and isinstance(piece, Scaled):
            result[-1] = _normalized_then(last, piece)
        elif isinstance(last, Scaled) and isinstance(piece, Linear | Largest) and np.all(np.abs(last.shift) <= FAR):
            result[-1] = _scaled_before(last, piece)
        else:
            result.append(piece)
    return result


def _linear_then(linear: Linear, scaled: Scaled) -> Linear:
    """(X W + b) s + t = X (W s) + (b s + t)."""
    b = 0.0 if linear.b is None else linear.b.astype(np.float64)
    W = linear.W if np.all(scaled.scale == 1) else (linear.W * scaled.scale).astype(linear.W.dtype)
    # A bias of float64 stays one until the layers are made, so that nothing is rounded twice.
    return Linear(W, np.broadcast_to(b * scaled.scale + scaled.shift, linear.W.shape[1:]))


def _normalized_then(normalized: Normalized, scaled: Scaled) -> Normalized:
    gamma, beta = normalized.gamma * scaled.scale, normalized.beta * scaled.scale + scaled.shift
    return Normalized(gamma, beta, normalized.mean, normalized.variance, normalized.eps)


def _scaled_before(scaled: Scaled, piece: Linear | Largest) -> Linear | Largest:
    """(X s + t) W + b = X (s W) + (t W + b); for each piece of a maxout alike."""
    n_in = piece.W.shape[-2]
    s, t = (np.broadcast_to(numbers, (n_in,)) for numbers in (scaled.scale, scaled.shift))
    W = (piece.W * s[:, None]).astype(piece.W.dtype)
    moved = t @ piece.W.astype(np.float64)
    if isinstance(piece, Largest):
        return Largest(W, piece.b + moved)
    if piece.b is None and not np.any(moved):
        return Linear(W, None)
    return Linear(W, moved if piece.b is None else piece.b + moved)


def layers_of(pieces: Sequence[Piece]) -> tuple[list[Layer], list[dict[str, NDArray[Any]]]]:
    """Return the layers for some pieces, and the arrays of each by the layer's own names.

    Raises
    ------
    DataError
        If there is no layer with weights, or a part of a function is left that is none by itself.
    """
    width = _first_width(pieces)
    layers: list[Layer] = []
    arrays: list[dict[str, NDArray[Any]]] = []
    for piece in pieces:
        layer, own = _layer_of(piece, width)
        layers.append(layer)
        arrays.append(own)
        width = layer.output_size(width)
    return layers, arrays


def _first_width(pieces: Sequence[Piece]) -> int:
    for piece in pieces:
        if isinstance(piece, Linear | Largest):
            return int(piece.W.shape[-2])
    raise DataError("its graph has no product with weights that leads to its output: it is no multilayer perceptron")


def _layer_of(piece: Piece, width: int) -> tuple[Layer, dict[str, NDArray[Any]]]:
    if isinstance(piece, Part):
        raise DataError(f"{piece.words} cannot be represented: by itself it is no layer of glassnet's")
    if isinstance(piece, Linear):
        n_in, n_out = piece.W.shape
        dense = Dense(n_in, n_out, bias=piece.b is not None)
        return dense, {"W": piece.W} if piece.b is None else {"W": piece.W, "b": piece.b}
    if isinstance(piece, Largest):
        pieces, n_in, n_out = piece.W.shape
        return Maxout(n_in, n_out, pieces), {"W": piece.W, "b": piece.b}
    if isinstance(piece, Scaled):
        piece = _as_normalized(piece, width)
    if isinstance(piece, Normalized):
        own = {
            "gamma": piece.gamma,
            "beta": piece.beta,
            "running_mean": piece.mean,
            "running_variance": piece.variance,
        }
        return BatchNorm(eps=piece.eps), {name: _of_width(array, width) for name, array in own.items()}
    if isinstance(piece.layer, PReLU) and piece.slopes is not None:
        return piece.layer, {"alpha": _of_width(piece.slopes, width)}
    return piece.layer, {}


def _of_width(array: NDArray[Any], width: int) -> NDArray[Any]:
    if array.size not in (1, width):
        raise DataError(f"it has an array of {array.size} numbers for {width} columns")
    return np.broadcast_to(array, (width,))


def _as_normalized(scaled: Scaled, width: int) -> Normalized:
    """Write X s + t as s (X + t / s): first moved, then scaled, so that a large t costs no digits."""
    s, t = (np.broadcast_to(numbers, (width,)) for numbers in (scaled.scale, scaled.shift))
    usable = s != 0
    mean = np.where(usable, -t / np.where(usable, s, 1), 0.0)
    return Normalized(s, np.where(usable, 0.0, t), mean, np.ones(width), NO_EPS)


def dtype_of(pieces: Sequence[Piece]) -> str:
    """Return `float64` if all weights are of it, else `float32`.

    >>> dtype_of([Linear(np.zeros((2, 1)), None)])
    'float64'
    """
    weights = [piece.W.dtype for piece in pieces if isinstance(piece, Linear | Largest)]
    return "float64" if weights and all(dtype == np.float64 for dtype in weights) else "float32"


def without_preprocessing(pieces: list[Piece], scale: NDArray[np.float64], shift: NDArray[np.float64]) -> list[Piece]:
    """Return the pieces after those that do X · scale + shift, or raise `DataError` if they do something else."""
    found, count = Scaled(np.array(1.0), np.array(0.0)), 0
    for piece in pieces:
        if not isinstance(piece, Scaled):
            break
        found, count = found.then(piece), count + 1
    if not (np.allclose(found.scale, scale, rtol=1e-5) and np.allclose(found.shift, shift, rtol=1e-5, atol=1e-6)):
        raise DataError("its graph does not begin with the preprocessing that its properties describe")
    return pieces[count:]
