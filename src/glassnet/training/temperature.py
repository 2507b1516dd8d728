"""Temperature scaling of a network: the last layer divided by the temperature that suits held-out data."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glassnet.mathematics.calibration import temperature_scaling
from glassnet.mathematics.checks import DataError, GlassnetError, check_finite, check_number
from glassnet.network import reference
from glassnet.network.backends import to_numpy
from glassnet.network.layers import BatchNorm, Dense, Dropout, Identity, Maxout, Sigmoid, Softmax
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

AnyNetwork = TypeVar("AnyNetwork", bound=Trainable)
KEY = "temperature"
"""Under what name a network's metadata holds the temperature that it was calibrated by."""


def calibrated(network: AnyNetwork, x: ArrayLike, t: ArrayLike) -> AnyNetwork:
    """Return a copy of the network whose last layer is divided by the temperature that suits x and t."""
    if not network.backend.is_numpy:
        return calibrated(network.on_numpy(), to_numpy(x), to_numpy(t)).to(network.backend)
    output, before = _last_layers(network)
    earlier = _temperature_so_far(network)
    z = logits(network, x)
    targets = network.as_targets(t, len(z))
    check_finite("t", targets)
    kind = "softmax" if isinstance(network.layers[output], Softmax) else "sigmoid"
    temperature = temperature_scaling(targets, z, output=kind)
    cooler = copy.deepcopy(network)
    for name in network.places[before].names.values():
        if name in cooler.parameters:
            cooler.parameters[name] /= cooler.dtype.type(temperature)
    cooler.training_state = None  # the optimizer's memory is of another scale
    cooler.metadata[KEY] = temperature * earlier
    return cooler


def _temperature_so_far(network: Trainable) -> float:
    """Return what the network was divided by before; its metadata are free, and may say anything."""
    try:
        return check_number(f"metadata[{KEY!r}]", network.metadata.get(KEY, 1.0), above=0)
    except GlassnetError as error:
        raise DataError(
            f"{error} It is what the network was calibrated by before. If that is not known, "
            f"`del net.metadata[{KEY!r}]`: the temperature counts from here."
        ) from None


def logits(network: Trainable, x: ArrayLike) -> NDArray[np.float64]:
    """Return the net inputs (N, n_out) of the output layer, worked out in float64."""
    output, _ = _last_layers(network)
    precise = network.same_with("float64")
    inputs = precise.as_input(x)
    if not len(inputs):
        raise DataError("x must have at least one row, got none. Pass samples that were held back.")
    tape = precise.tape("predict")
    name = next(step.inputs[0] for step in tape if step.layer == output)
    parts = [
        reference.run(tape, reference.values_for(precise, inputs[rows]), "forward")[name]
        for rows in reference.slices(len(inputs))
    ]
    return np.concatenate(parts)


def _last_layers(network: Trainable) -> tuple[int, int]:
    """Return which layer makes the probabilities, and which one the logits."""
    layers: tuple[Any, ...] = network.layers
    busy = [index for index, layer in enumerate(layers) if not isinstance(layer, Identity | Dropout)]
    if network.output_kind == "values" or not isinstance(layers[busy[-1]], Softmax | Sigmoid):
        raise DataError(
            "only a classifier whose last layer is Softmax or Sigmoid can be calibrated; this network ends with "
            f"{network.describe_layer(busy[-1])}."
        )
    if len(busy) < 2 or not isinstance(layers[busy[-2]], Dense | Maxout | BatchNorm):
        found = network.describe_layer(busy[-2]) if len(busy) > 1 else "nothing"
        raise DataError(
            f"calibration divides the layer before the last activation, which must be Dense, Maxout or BatchNorm; "
            f"this network has {found} there."
        )
    return busy[-1], busy[-2]
