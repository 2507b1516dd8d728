"""Gradients by layer, and the first value that is not finite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.case import root_mean_square
from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import EXPLODING, VANISHING
from glassnet.glass.why_terms import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from glassnet.network.structure import Structure


def sizes_by_block(network: Structure, values: Mapping[str, NDArray[Any]]) -> dict[int, float]:
    """Return the root mean square of ∂loss/∂Z of each Dense and Maxout, by the layer's position."""
    names = [
        (place.index, f"d{place.output}")
        for layer, place in zip(network.layers, network.places, strict=True)
        if layer.starts_block
    ]
    return {index: root_mean_square(values[name]) for index, name in names if name in values}


def examine_gradients(network: Structure, values: Mapping[str, NDArray[Any]]) -> Iterator[Finding]:
    """Find gradients that vanish or explode on their way back."""
    sizes = sizes_by_block(network, values)
    if len(sizes) < 2 or len(values["X"]) < 2:  # batch normalization makes 0 of a single row
        return
    last = max(sizes)
    end = sizes.pop(last)
    smallest, largest = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    if not np.isfinite([end, *sizes.values()]).all() or end == 0:
        return
    words = {"last": end, "last_layer": network.describe_layer(last)}
    if sizes[smallest] < VANISHING * end:
        numbers = {"first": sizes[smallest], "ratio": sizes[smallest] / end}
        yield Finding("vanishing-gradients", "error", {"layer": network.describe_layer(smallest), **numbers, **words})
    if sizes[largest] > EXPLODING * end:
        net_inputs = [
            place.output for layer, place in zip(network.layers, network.places, strict=True) if layer.starts_block
        ]
        numbers = {"first": sizes[largest], "ratio": sizes[largest] / end}
        reach = {"largest": max(float(np.abs(values[name]).max()) for name in net_inputs if name in values)}
        words = {"layer": network.describe_layer(largest), **words}
        yield Finding("exploding-gradients", "error", {**numbers, **words, **reach})


def first_not_finite(network: Structure, values: Mapping[str, Any], batch: str) -> Finding | None:
    """Return the first operation whose result is not finite, with its layer, sample and unit; None if all are finite.

    Parameters
    ----------
    network : Structure
    values : mapping
        Every number of a pass by name, the parameters included.
    batch : str
        Which batch it was, for the reader.

    Returns
    -------
    Finding or None
        `parameter-not-finite` where a parameter was so before the pass; else `not-finite`, whose `at` is the address
        that `Trace.why` takes; `sample` and `unit` are None of a number that belongs to none.
    """
    for place in network.places:
        for name in place.names.values():
            if not np.isfinite(values.get(name, 0.0)).all():
                return _bad_parameter(network, values[name], name, place.index, batch)
    for step in network.tape("train", input_gradient=False).phase("forward", "loss", "backward"):
        for name, shape in zip(step.outputs, step.shapes, strict=True):
            if name not in values or np.isfinite(values[name]).all():
                continue
            where = tuple(int(index) for index in np.argwhere(~np.isfinite(values[name]))[0])
            sources = [np.asarray(values[each]) for each in step.inputs if values.get(each) is not None]
            evidence = {
                "batch": batch,
                "name": name,
                "phase": step.phase,
                "formula": step.formula,
                "layer": network.describe_layer(step.layer),
                "at": str(Spot(name, where)),
                "sample": where[shape.index("N")] if "N" in shape else None,
                "unit": where[-1] if shape and shape[-1] != "N" else None,
                "largest": max((float(np.abs(each).max(initial=0)) for each in sources), default=0.0),
            }
            return Finding("not-finite", "error", evidence)
    return None


def _bad_parameter(network: Structure, array: NDArray[Any], name: str, index: int, batch: str) -> Finding:
    bad = ~np.isfinite(array)
    where = [int(each) for each in np.argwhere(bad)[0]]
    numbers = {"count": int(bad.sum()), "size": array.size, "where": where}
    words = {"batch": batch, "name": name, "layer": network.describe_layer(index)}
    return Finding("parameter-not-finite", "error", {**words, **numbers})
