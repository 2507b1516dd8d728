"""A network as a table: its layers, the shapes of their outputs, their parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from glassnet.network.tape import format_table, shape_words

if TYPE_CHECKING:
    from glassnet.network.structure import Structure


def summary(network: Structure) -> str:
    """Return a table of the layers, with shapes and numbers of parameters."""
    names = [
        [place.names[own] for own in place.names if place.names[own] in network.parameters] for place in network.places
    ]
    shapes = network.parameters.shapes
    counts = [sum(math.prod(shapes[name]) for name in of) for of in names]
    layers = [f"{place.index + 1}  {layer!r}" for layer, place in zip(network.layers, network.places, strict=True)]
    outputs = [shape_words(("N", place.n_out)) for place in network.places]
    arrays = [", ".join(f"{name} {shapes[name]}" for name in of) for of in names]
    width = max(len(f"{count:,}") for count in counts)
    columns = zip(layers, outputs, arrays, [f"{count:{width},}" for count in counts], strict=True)
    table = format_table(("layer", "output", "parameters", ""), list(columns))
    loss = getattr(network.loss_function, "name", repr(network.loss_function))
    where = "" if network.backend.is_numpy else f", on {network.device}"
    return f"{table}\n{sum(counts):,} parameters, {network.dtype.name}{where}; loss: {loss}"
