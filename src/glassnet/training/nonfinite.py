"""Where a training went wrong when its loss is nan or inf: the first value that is not finite, and the likely cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from glassnet.network.structure import Structure


def explain_nonfinite(network: Structure, values: dict[str, Any], step: int, rate: float) -> str:
    """Say at which step and in which layer a value was first not finite, and why that is likely.

    Parameters
    ----------
    network : Structure
    values : dict
        All values of the step, by name.
    step : int
        The number of the step, from 1.
    rate : float
        Its learning rate.

    Returns
    -------
    str
    """
    bad = next((name for name, array in network.parameters.items() if not np.isfinite(array).all()), None)
    if bad is not None:
        where = f"the parameter {bad} was not finite before it"
        return f"step {step}: the loss is {values['loss']}; {where}. {_too_fast(network, rate)}"
    for line in network.tape("train").phase("forward", "loss"):
        value = np.asarray(values[line.output])
        if not np.isfinite(value).all():
            first = [int(index) for index in np.argwhere(~np.isfinite(value))[0]]
            where = f"first in {line.output}{first or ''} = {line.formula}, of {network.describe_layer(line.layer)}"
            return f"step {step}: the loss is {values['loss']}, {where}. {_cause(network, values, line.inputs, rate)}"
    return f"step {step}: the loss is {values['loss']}. {_too_fast(network, rate)}"


def _cause(network: Structure, values: dict[str, Any], inputs: tuple[str, ...], rate: float) -> str:
    if not np.isfinite(values["X"]).all():
        return "The input holds nan or inf: remove or replace them."
    if values.get("t") is not None and "t" in inputs and not np.isfinite(values["t"]).all():
        return "The targets hold nan or inf: remove or replace them."
    if np.abs(values["X"]).max() > 1e3:
        return f"The inputs reach {np.abs(values['X']).max():.3g}: bring them to about 0 to 1 first."
    return _too_fast(network, rate)


def _too_fast(network: Structure, rate: float) -> str:
    with np.errstate(over="ignore", invalid="ignore"):
        largest = {name: float(np.abs(array).max()) for name, array in network.parameters.items() if array.size}
    name = max(largest, key=lambda key: np.inf if np.isnan(largest[key]) else largest[key])
    return (
        f"The likely cause is a learning rate that is too large, {rate:g} ({name} has grown to {largest[name]:.3g}): "
        "try a tenth of it."
    )
