"""Layers, losses, optimizers and schedules as plain data, for model files: their kind by name, their settings by name.

Reading admits the kinds that glassnet has and settings that their constructors accept; nothing else can be named.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import DataError, describe, with_article
from glassnet.network import initializers
from glassnet.network.initializers import Initializer
from glassnet.network.layers import LAYERS
from glassnet.network.loss import LOSSES, Loss, NamedLoss
from glassnet.training import schedules
from glassnet.training.optimizers import OPTIMIZERS, Optimizer
from glassnet.training.schedules import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.network.layer import Layer

SCHEDULES: dict[str, type[Schedule]] = {
    kind.__name__: kind
    for kind in (schedules.Constant, schedules.Cosine, schedules.OneCycle, schedules.StepDecay, schedules.WarmUp)
}
INITIALIZERS: dict[str, type[Initializer]] = {
    kind.__name__: kind for kind in (initializers.He, initializers.Normal, initializers.Xavier, initializers.Zeros)
}
_OPTIMIZERS = {kind.__name__: kind for kind in OPTIMIZERS.values()}


def specification(thing: Any, kinds: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Write an object of a known kind as its kind and its settings.

    >>> from glassnet.network.layers import ELU
    >>> specification(ELU(0.5), LAYERS, "layer")
    {'type': 'ELU', 'alpha': 0.5}
    """
    name = type(thing).__name__
    if kinds.get(name) is not type(thing):
        raise DataError(
            f"the {what} {describe(thing)} cannot be saved: it is your own class, and a model file holds no code. "
            "Save net.parameters with numpy.savez, and make the network in Python again."
        )
    return {"type": name, **{field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}}


def _plain(setting: Any) -> Any:
    """Write a setting as plain data."""
    if isinstance(setting, Schedule):
        return specification(setting, SCHEDULES, "schedule")
    if isinstance(setting, Initializer):
        return specification(setting, INITIALIZERS, "initializer")
    return setting.tolist() if isinstance(setting, np.ndarray | np.generic) else setting


def from_specification(data: Any, kinds: Mapping[str, Any], what: str) -> Any:
    """Make an object of a known kind from its kind and settings.

    >>> from_specification({"type": "ELU", "alpha": 0.5}, LAYERS, "layer")
    ELU(alpha=0.5)
    """
    if not isinstance(data, dict):
        raise DataError(f"{with_article(what)} must be described by an object, got {describe(data)}")
    settings = dict(data)
    name = settings.pop("type", None)
    if not isinstance(name, str) or name not in kinds:
        raise DataError(f"it names the unknown {what} {describe(name)}")
    known = {field.name for field in fields(kinds[name])}
    for key, value in settings.items():
        if key not in known:
            raise DataError(f"the {what} {name} has no setting {describe(key)}")
        if isinstance(value, dict):
            nested = (INITIALIZERS, "initializer") if key == "init" else (SCHEDULES, "schedule")
            settings[key] = from_specification(value, *nested)
    return kinds[name](**settings)


def layer_specification(layer: Layer) -> dict[str, Any]:
    """Write a layer as plain data; that its weights began as given arrays, or by a rule of your own, is not kept."""
    init = getattr(layer, "init", "auto")
    kept = isinstance(init, str) or INITIALIZERS.get(type(init).__name__) is type(init)
    if not kept and LAYERS.get(type(layer).__name__) is type(layer):
        known: Any = layer  # one of ours that has an init, and so a dataclass
        layer = replace(known, init="auto")
    return specification(layer, LAYERS, "layer")


def as_layer(data: Any) -> Layer:
    """Make a layer from plain data."""
    layer: Layer = from_specification(data, LAYERS, "layer")
    return layer


def loss_specification(loss: Loss) -> dict[str, Any]:
    """Write a loss as plain data."""
    if type(loss) is not NamedLoss:
        return specification(loss, {}, "loss")
    return {"type": loss.name, **{name: _plain(value) for name, value in loss.settings.items()}}


def as_loss_object(data: Any) -> Loss:
    """Make a loss from plain data."""
    if not isinstance(data, dict) or not isinstance(data.get("type"), str) or data["type"] not in LOSSES:
        raise DataError(f"it names the unknown loss {describe(data)}")
    settings = {name: value for name, value in data.items() if name != "type"}
    return NamedLoss(data["type"], **settings)


def optimizer_specification(optimizer: Optimizer) -> dict[str, Any]:
    """Write an optimizer as plain data."""
    return specification(optimizer, _OPTIMIZERS, "optimizer")


def as_optimizer_object(data: Any) -> Optimizer:
    """Make an optimizer from plain data."""
    optimizer: Optimizer = from_specification(data, _OPTIMIZERS, "optimizer")
    return optimizer
