"""Where each layer of a network stands: sizes that must agree, and the names of its arrays.

Dense and Maxout are numbered 1, 2, …; each begins a block with its net input Zk, and the block's last array is Ak.
Other layers carry the number of the block that they stand in (0 before the first).
"""

from __future__ import annotations

import re
from typing import Any

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError, check_integer, describe
from glassnet.network.layer import Layer, Place


def as_layers(layers: Any) -> tuple[Layer, ...]:
    """Check that `layers` is a sequence of layers, and return it as a tuple."""
    if isinstance(layers, Layer) or not hasattr(layers, "__iter__"):
        raise ArgumentTypeError(
            f"layers must be a list of layers, got {describe(layers)}. Write [gn.Dense(784, 10), …]."
        )
    checked = tuple(layers)
    for index, layer in enumerate(checked):
        if isinstance(layer, type) and issubclass(layer, Layer):
            name = layer.__name__
            raise ArgumentTypeError(f"layer {index + 1} must be a layer, got the class {name}. Write {name}(…).")
        if not isinstance(layer, Layer):
            raise ArgumentTypeError(
                f"layer {index + 1} must be a layer, got {describe(layer)}. Write gn.Sigmoid(), say."
            )
    if not checked:
        raise ArgumentError("layers must hold at least one layer, got none. Write [gn.Dense(784, 10), …].")
    return checked


def widths_of(layers: tuple[Layer, ...]) -> list[int]:
    """Return how many numbers go into each layer, and, last, how many come out; check that all agree."""
    sized = next((layer for layer in layers if layer.input_size is not None), None)
    if sized is None or sized.input_size is None:
        raise ArgumentError(f"a network must have a layer with a size, got {list(layers)}. Add gn.Dense(n_in, n_out).")
    # Layers before the first sized one take and give as many numbers as that one takes.
    widths = [sized.input_size]
    for index, layer in enumerate(layers):
        if layer.input_size not in {None, widths[-1]}:
            before = f"layer {index}, {layers[index - 1]!r}, gives {widths[-1]}"
            source = max((i for i in range(index) if layers[i].input_size is not None), default=index - 1)
            raise ShapeError(
                f"layer {index + 1}, {layer!r}, must take as many numbers as it gets: {before}. "
                f"Give layer {index + 1} n_in={widths[-1]}, or let layer {source + 1}, {layers[source]!r}, "
                f"give {layer.input_size}."
            )
        size = layer.output_size(widths[-1])
        widths.append(check_integer(f"the output_size of layer {index + 1}, {layer!r},", size, minimum=1))
    return widths


def as_places(layers: tuple[Layer, ...], widths: list[int], own_names: list[tuple[str, ...]]) -> tuple[Place, ...]:
    """Give each layer its place, given the names that it has for its parameters and state."""
    taken: set[str] = set()
    places: list[Place] = []
    read, number = "X", 0
    for index, layer in enumerate(layers):
        number += layer.starts_block
        kind = type(layer).__name__.lower()
        ends_block = index + 1 == len(layers) or layers[index + 1].starts_block
        if layer.starts_block:
            written = f"Z{number}"
        else:
            written = f"A{number}" if ends_block else _free(f"{kind}{number}", taken)
        names = {name: _free(f"{name}{number}", taken) for name in own_names[index]}
        suffix = _free(f"{kind}:{number}", taken).removeprefix(f"{kind}:")
        places.append(Place(index, number, read, written, widths[index], widths[index + 1], names, suffix))
        # A block that is a Dense or Maxout alone has A = Z: the tape says so in a step, and the next block reads A.
        read = f"A{number}" if ends_block else written
    return tuple(places)


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with _2, _3, … behind it if it is taken, and take it."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free)
    return free


def is_weight(name: str) -> bool:
    """Say whether weight decay is for this parameter: W1, W2, … but no bias, scale or slope.

    >>> is_weight("W1"), is_weight("b1")
    (True, False)
    """
    return re.fullmatch(r"W\d+(_\d+)?", name) is not None
