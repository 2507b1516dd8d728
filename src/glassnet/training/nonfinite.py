"""Where a training went wrong when its loss is nan or inf: the first value that is not finite, and the likely cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network.backends import is_finite, to_numpy

if TYPE_CHECKING:
    from glassnet.network.structure import Structure


LARGE = 1e3
"""Inputs and targets beyond this are called a likely cause."""


def explain_nonfinite(network: Structure, values: dict[str, Any], updates: int, rate: float) -> str:
    """Say at which step and in which layer a value was first not finite, and why that is likely.

    Parameters
    ----------
    network : Structure
    values : dict
        All values of the step, by name.
    updates : int
        How many updates were made before the step.
    rate : float
        Its learning rate.

    Returns
    -------
    str
    """
    begin = f"step {updates + 1}: the loss is {float(values['loss'])}"
    bad = nonfinite_parameter(network)
    if bad is not None:
        return f"{begin}; the parameter {bad} was not finite before it. {_too_large(network, updates, rate)}"
    for line in network.tape("train").phase("forward", "loss"):
        value = np.asarray(to_numpy(values[line.output]))
        if not np.isfinite(value).all():
            first = [int(index) for index in np.argwhere(~np.isfinite(value))[0]]
            where = f"first in {line.output}{first or ''} = {line.formula}, of {network.describe_layer(line.layer)}"
            return f"{begin}, {where}. {_cause(network, values, line.inputs, updates, rate)}"
    return f"{begin}. {_too_large(network, updates, rate)}"


def nonfinite_parameter(network: Structure) -> str | None:
    """Return the name of the first parameter that holds nan or inf, if one does."""
    return next((name for name, array in network.parameters.items() if not is_finite(array)), None)


def explain_nonfinite_parameter(network: Structure, name: str, updates: int, rate: float) -> str:
    """Say that an update left nan or inf in a parameter, and why that is likely."""
    return f"step {updates}: its update left nan or inf in {name}. {_too_large(network, updates, rate)}"


def _cause(network: Structure, values: dict[str, Any], inputs: tuple[str, ...], updates: int, rate: float) -> str:
    given = {"inputs": values["X"], **({"targets": values["t"]} if "t" in inputs else {})}
    for name, array in given.items():
        if not is_finite(array):
            return f"The {name} hold nan or inf: remove or replace them. Does an augmentation make them?"
        largest = float(np.abs(to_numpy(array)).max())
        if largest > LARGE:
            return f"The {name} reach {largest:.3g}: bring them to about 0 to 1 first."
    return _too_large(network, updates, rate)


def _too_large(network: Structure, updates: int, rate: float) -> str:
    """Say that parameters are too large: they grew by a large learning rate, or were so from the beginning."""
    with np.errstate(over="ignore", invalid="ignore"):
        arrays = {name: to_numpy(array) for name, array in network.parameters.items()}
        sizes = {name: float(np.abs(array).max()) for name, array in arrays.items() if array.size}
    name = max(sizes, key=lambda key: np.inf if np.isnan(sizes[key]) else sizes[key], default="")
    largest = f" ({name} reaches {sizes[name]:.3g})" if name else ""
    if updates == 0:
        return (
            f"No update was made yet: the parameters that it began with are too large{largest}. Make the network anew."
        )
    return f"The likely cause is a learning rate that is too large, {rate:g}{largest}: try a tenth of it."
