"""From Keras's layers to parts: each kind with its settings, or why it cannot be taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.affine_maps import AffineMap, fold_into_first
from glassnet.interop.keras_models.chain import Entry
from glassnet.interop.keras_models.stack import Stack
from glassnet.interop.parts import Part, dense_part, naming, unrepresentable
from glassnet.mathematics.checks import DataError, describe, with_article
from glassnet.network.layers import (
    ELU,
    BatchNorm,
    Dropout,
    Identity,
    LeakyReLU,
    Maxout,
    PReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer

KINDS = (
    "Dense, Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax, Dropout, BatchNormalization, Flatten, Identity, "
    "Rescaling and Normalization"
)
EPSILON = 1e-7
"""What Normalization divides by at the least: `keras.config.epsilon()`, unless someone changed it."""
FUNCTIONS: dict[str, Layer] = {
    "linear": Identity(),
    "relu": ReLU(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "softmax": Softmax(),
    "elu": ELU(),
    "leaky_relu": LeakyReLU(0.2),  # Keras's function has another slope than its layer
}
"""Keras's activation functions by name."""


def parts_of_entries(entries: Sequence[Entry], weights: Callable[[Entry], list[NDArray[Any]]]) -> list[Part]:
    """Return the parts of a row of layers; a scaling of the inputs goes into the first Dense."""
    stack = Stack()
    index = 0
    while index < len(entries):
        entry = entries[index]
        pieces = _maxout_pieces(entries[index : index + 3])
        with naming(entry.where):
            arrays = weights(entry) if entry.kind in {*_WITH_ARRAYS, "Normalization"} else []
        if pieces:
            with naming(entry.where):
                stack.parts.append(maxout_part(_dense(entry, arrays), pieces))
            index += 3
            continue
        _take(stack, entry, arrays)
        index += 1
    return stack.parts if stack.scaling is None else fold_into_first(stack.scaling, stack.parts, stack.scaled_by)


def _take(stack: Stack, entry: Entry, arrays: list[NDArray[Any]]) -> None:
    """Put a layer on the stack."""
    if entry.kind in {"InputLayer", "Flatten", "Reshape"}:
        stack.reshape(entry)
    elif entry.kind in {"Rescaling", "Normalization"}:
        scaling = _rescaling(entry) if entry.kind == "Rescaling" else _normalization(entry, arrays)
        stack.scale(entry, scaling)
    elif entry.kind in {*_WITH_SETTINGS, *_WITH_ARRAYS, "Activation"}:
        stack.check_rows(entry)
        with naming(entry.where):
            stack.parts += _converted(entry, arrays)
    else:
        what = {"Lambda": "a Lambda, which is code"}.get(entry.kind, with_article(entry.kind))
        raise unrepresentable(entry.where, what, f"Only {KINDS} can be taken over. Put one of them in its place.")


def _converted(entry: Entry, arrays: list[NDArray[Any]]) -> list[Part]:
    if entry.kind == "Activation":
        return _activation_parts(entry, entry.config.get("activation"))
    if entry.kind in _WITH_SETTINGS:
        return [_WITH_SETTINGS[entry.kind](entry)]
    return _WITH_ARRAYS[entry.kind](entry, arrays)


def _maxout_pieces(entries: Sequence[Entry]) -> int:
    """Return how many pieces a Dense, Reshape and GlobalMaxPooling1D take the largest of; 0 if they are no Maxout."""
    if [entry.kind for entry in entries] != ["Dense", "Reshape", "GlobalMaxPooling1D"]:
        return 0
    shape: Any = entries[1].config.get("target_shape")
    dense = entries[0].config
    whole = isinstance(shape, list | tuple) and len(shape) == 2 and all(isinstance(size, int) for size in shape)
    linear = dense.get("activation") in {"linear", None}
    if not (whole and linear and shape[0] > 0 and shape[0] * shape[1] == dense.get("units")):
        return 0
    return int(shape[0]) if entries[2].config.get("data_format", "channels_last") == "channels_last" else 0


def maxout_part(dense: Part, pieces: int) -> Part:
    """Return the Maxout of a Dense whose outputs are the first piece of all units, then the second, …."""
    have: Any = dense.layer
    if have.n_out % pieces:
        raise DataError(f"{have.n_out} outputs cannot be shared out among {pieces} pieces of each unit.")
    n_out = have.n_out // pieces
    W = dense.arrays["W"].reshape(have.n_in, pieces, n_out).transpose(1, 0, 2)
    b = dense.arrays.get("b", np.zeros(have.n_out, dtype=W.dtype)).reshape(pieces, n_out)
    return Part(Maxout(have.n_in, n_out, pieces), {"W": W, "b": b})


def _need(arrays: list[NDArray[Any]], count: int) -> list[NDArray[Any]]:
    if len(arrays) != count:
        raise DataError(
            f"it must have {count} arrays, got {len(arrays)}. Build the model (call it once) before saving it, and "
            "merge what was added to it, such as LoRA."
        )
    return arrays


def _dense(entry: Entry, arrays: list[NDArray[Any]]) -> Part:
    bias = bool(entry.config.get("use_bias", True))
    own = _need(arrays, 2 if bias else 1)
    return dense_part(own[0], own[1] if bias else None)


def _dense_and_activation(entry: Entry, arrays: list[NDArray[Any]]) -> list[Part]:
    return [_dense(entry, arrays), *_activation_parts(entry, entry.config.get("activation"))]


def _activation_parts(entry: Entry, activation: Any) -> list[Part]:
    """Return the parts of an activation that is given by name, or as a layer."""
    if activation is None or activation == "linear":
        return []
    if isinstance(activation, str) and activation in FUNCTIONS:
        return [Part(FUNCTIONS[activation])]
    kind = activation.get("class_name") if isinstance(activation, dict) else None
    own = isinstance(activation, dict) and str(activation.get("module", "keras")).split(".")[0] == "keras"
    settings = activation.get("config") if own else None
    if kind in _AS_ACTIVATIONS and isinstance(settings, dict):
        return [_WITH_SETTINGS[kind](Entry(kind, settings, entry.names, entry.folder))]
    name = describe(activation if kind is None else activation.get("registered_name") or settings or kind)
    raise unrepresentable(
        entry.where,
        f"a layer with the activation {name}",
        f"Use one of {', '.join(FUNCTIONS)}, or an own layer for it.",
    )


def _relu(entry: Entry) -> Part:
    config = entry.config
    for name, plain in (("max_value", None), ("threshold", 0)):
        if config.get(name, plain) not in [plain, None]:
            raise unrepresentable(entry.where, f"a ReLU with {name}={config[name]!r}", "Use a plain ReLU.")
    slope = config.get("negative_slope") or 0.0
    return Part(LeakyReLU(slope) if slope else ReLU())


def _leaky_relu(entry: Entry) -> Part:
    config = entry.config  # Keras 2 calls it alpha
    return Part(LeakyReLU(config.get("negative_slope", config.get("alpha", 0.3))))


def _prelu(entry: Entry, arrays: list[NDArray[Any]]) -> list[Part]:
    if entry.config.get("shared_axes") not in [None, [], [1], [-1]]:
        raise unrepresentable(entry.where, "a PReLU with other shared_axes", "Share none, or the first: [1].")
    return [Part(PReLU(), {"alpha": _need(arrays, 1)[0]})]


def _softmax(entry: Entry) -> Part:
    if entry.config.get("axis", -1) not in [-1, 1, [-1], [1]]:
        raise unrepresentable(entry.where, "a Softmax over another axis than the classes", "Use axis=-1.")
    return Part(Softmax())


def _dropout(entry: Entry) -> Part:
    if entry.config.get("noise_shape") is not None:
        raise unrepresentable(entry.where, "a Dropout with a noise_shape", "Drop each unit by itself.")
    return Part(Dropout(entry.config.get("rate", 0.5)))


def _batch_normalization(entry: Entry, arrays: list[NDArray[Any]]) -> list[Part]:
    config = entry.config
    if config.get("axis", -1) not in [-1, 1, [-1], [1]] or config.get("renorm"):
        raise unrepresentable(entry.where, "a BatchNormalization of another axis, or with renorm", "Use the plain one.")
    scale, center = bool(config.get("scale", True)), bool(config.get("center", True))
    own = iter(_need(arrays, 2 + scale + center))
    gamma = next(own) if scale else None
    beta = next(own) if center else None
    mean, variance = own
    named = {
        "gamma": np.ones_like(mean) if gamma is None else gamma,
        "beta": np.zeros_like(mean) if beta is None else beta,
        "running_mean": mean,
        "running_variance": variance,
    }
    return [Part(BatchNorm(config.get("momentum", 0.99), config.get("epsilon", 1e-3)), named)]


def _rescaling(entry: Entry) -> AffineMap:
    return AffineMap(*(_numbers(entry, name, entry.config.get(name, plain)) for name, plain in _RESCALING.items()))


_RESCALING = {"scale": 1.0, "offset": 0.0}


def _numbers(entry: Entry, name: str, value: Any) -> NDArray[Any]:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.empty((0, 0))
    if numbers.ndim > 1:
        numbers = numbers.squeeze()
    if numbers.ndim > 1 or numbers.size == 0 or not np.all(np.isfinite(numbers)):
        raise DataError(f"{entry.where}: its {name} must be a number, or one for each input, got {describe(value)}.")
    return numbers


def _normalization(entry: Entry, arrays: list[NDArray[Any]]) -> AffineMap:
    config = entry.config
    if config.get("axis", -1) not in [None, -1, 1, [], [-1], [1]]:
        raise unrepresentable(entry.where, "a Normalization of another axis", "Use axis=-1 or None.")
    given = [config.get(name) for name in ("mean", "variance")]
    if None in given:
        if len(arrays) < 2:
            raise DataError(f"{entry.where} has no mean and variance yet. Call its adapt(data) first.")
        given = list(arrays[:2])
    mean, variance = (_numbers(entry, name, value) for name, value in zip(("mean", "variance"), given, strict=True))
    std = np.maximum(np.sqrt(np.maximum(variance, 0)), EPSILON)
    return AffineMap(std, mean) if config.get("invert") else AffineMap(1 / std, -mean / std)


_WITH_SETTINGS: dict[str, Callable[[Entry], Part]] = {
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": lambda entry: Part(ELU(entry.config.get("alpha", 1.0))),
    "Softmax": _softmax,
    "Dropout": _dropout,
    "Identity": lambda entry: Part(Identity()),  # noqa: ARG005  # it has no settings
}
_WITH_ARRAYS: dict[str, Callable[[Entry, list[NDArray[Any]]], list[Part]]] = {
    "Dense": _dense_and_activation,
    "PReLU": _prelu,
    "BatchNormalization": _batch_normalization,
}
_AS_ACTIVATIONS = {"ReLU", "LeakyReLU", "ELU", "Softmax"}
