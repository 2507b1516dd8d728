"""A network as a row of parts, each a layer with its arrays: what other libraries' models are turned into, and from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glassnet.interop.formats import check_network
from glassnet.mathematics.checks import ArgumentError, DataError, GlassnetError, describe
from glassnet.network.layers import LAYERS, Dense, PReLU, Sigmoid, Softmax
from glassnet.network.places import as_layers
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.structure import Structure

AnyNetwork = TypeVar("AnyNetwork", bound=Trainable)


class ConversionWarning(UserWarning):
    """A model of another library has become one that predicts alike, but is not alike in every way."""


@dataclass(frozen=True)
class Part:
    """A layer and its arrays, by the layer's own names for them: `W`, `b`, `gamma`, `running_mean`, ….

    Attributes
    ----------
    layer : Layer
    arrays : dict
        As glassnet keeps them: W is (n_in, n_out). What is missing keeps its initial value.
    """

    layer: Layer
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)


def dense_part(W: NDArray[Any], b: NDArray[Any] | None) -> Part:
    """Return the Dense that has these arrays.

    >>> dense_part(np.zeros((2, 3)), None).layer
    Dense(2, 3, bias=False)
    """
    if W.ndim != 2 or (b is not None and b.shape != (W.shape[1],)):
        biases = "no biases" if b is None else f"biases of shape {b.shape}"
        raise DataError(f"weights of shape {W.shape} with {biases} make no Dense. Check the arrays.")
    n_in, n_out = W.shape
    return Part(Dense(n_in, n_out, bias=b is not None), {"W": W} if b is None else {"W": W, "b": b})


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Say of any error inside which layer or file it is about.

    >>> with naming("layer 'fc1'"):
    ...     Dense(0, 1)
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: layer 'fc1': Dense's n_in must be an integer of at least 1, got 0.
    """
    try:
        yield
    except GlassnetError as error:
        said = str(error)
        raise type(error)(said if said.startswith(what) else f"{what}: {said}") from None


def unrepresentable(where: str, got: str, mend: str) -> ArgumentError:
    """Return the error for what has no counterpart: where it stands, what it is, what to do.

    >>> unrepresentable("layer '2'", "GELU", "Use ELU.")
    ArgumentError("layer '2' is GELU, which has no counterpart here. Use ELU.")
    """
    return ArgumentError(f"{where} is {got}, which has no counterpart here. {mend}")


def network_from(
    kind: type[AnyNetwork],
    parts: Sequence[Part],
    *,
    softmax: bool | str = "auto",
    loss: Any = None,
    dtype: str | None = None,
) -> AnyNetwork:
    """Return the network that the parts make; its dtype is float64 if one of the arrays is."""
    if not parts:
        raise ArgumentError("the model has no layer that does anything. Give one with a Dense (Linear) layer in it.")
    parts = with_output(list(parts), softmax, loss)
    if dtype is None:
        wide = any(array.dtype == np.float64 for part in parts for array in part.arrays.values())
        dtype = "float64" if wide else "float32"
    layers = as_layers([part.layer for part in parts])
    with np.errstate(all="ignore"):  # a number too large for float32 becomes inf, and shows as that
        network = kind(layers, loss, dtype=dtype)
        for part, place in zip(parts, network.places, strict=True):
            for own, array in part.arrays.items():
                name = place.names[own]
                target = (network.parameters if name in network.parameters else network.state)[name]
                one_for_all = isinstance(part.layer, PReLU) and array.size == 1
                if target.shape != array.shape and not one_for_all:
                    raise DataError(
                        f"{network.describe_layer(place.index)}: {name} must have the shape {target.shape}, "
                        f"got {array.shape}. Check that the layers follow each other in this order."
                    )
                target[...] = array.reshape(-1) if one_for_all else array
    return network


def with_output(parts: list[Part], softmax: bool | str, loss: Any) -> list[Part]:
    """Return the parts with the Softmax (or, of one output, the Sigmoid) that a classifier which ends in logits lacks.

    With `auto` one is added where the loss asks for it: a regression ends in a linear layer as well.
    """
    if softmax not in {True, False, "auto"}:
        raise ArgumentError(f"softmax must be True, False or 'auto', got {describe(softmax)}.")
    outputs = next((part.layer.output_size(0) for part in reversed(parts) if part.layer.starts_block), 0)
    ended = any(isinstance(part.layer, Softmax | Sigmoid) for part in parts[-1:])
    if softmax == "auto":
        name = getattr(loss, "name", loss)
        wanted: Layer | None = {"categorical_cross_entropy": Softmax(), "binary_cross_entropy": Sigmoid()}.get(name)
        return parts if ended or wanted is None else [*parts, Part(wanted)]
    if not softmax:
        return parts
    if ended:
        raise ArgumentError(
            f"softmax=True adds an output to logits, but the model ends in {parts[-1].layer!r} already."
        )
    return [*parts, Part(Sigmoid() if outputs == 1 else Softmax())]


def parts_of(network: Structure, *, logits: bool = False) -> list[Part]:
    """Return the parts of a network; `logits` leaves off its last Softmax or Sigmoid."""
    check_network(network)
    network, parts = network.on_numpy(), []
    arrays = {**network.parameters, **network.state}
    for layer, place in zip(network.layers, network.places, strict=True):
        if LAYERS.get(type(layer).__name__) is not type(layer):
            raise unrepresentable(
                network.describe_layer(place.index),
                "a class of your own",
                "Leave it out, or write its counterpart in the other library.",
            )
        parts.append(Part(layer, {own: arrays[name] for own, name in place.names.items()}))
    if logits:
        if not isinstance(parts[-1].layer, Softmax | Sigmoid):
            raise ArgumentError(
                f"logits=True leaves off a Softmax or Sigmoid at the end, but the network ends in {parts[-1].layer!r}."
            )
        parts.pop()
    return parts
