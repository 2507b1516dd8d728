"""Model files: one safetensors file holds the arrays and, as JSON in its header, the rest. None of it is executed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import check_file, write_atomically
from glassnet.interop.specifications import (
    as_layer,
    as_loss_object,
    as_optimizer_object,
    layer_specification,
    loss_specification,
    optimizer_specification,
)
from glassnet.mathematics.checks import DataError, GlassnetError, describe
from glassnet.training.run import TrainingState
from glassnet.version import __version__

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.structure import Structure

FORMAT = 1
"""The version of the format that this writes, and the highest that it reads."""
HEADER = "glassnet"
SLOT = "optimizer"


@dataclass(frozen=True)
class ModelFile:
    """What a model file holds.

    Attributes
    ----------
    layers : list of Layer
    arguments : dict
        The other arguments of `Network`: loss, seed, dtype.
    arrays : dict
        Parameters and state by name.
    preprocessing, metadata : dict
        How inputs are made from pictures or tables, and how the network was trained.
    training : dict or None
        What `resume=True` needs.
    """

    layers: list[Layer]
    arguments: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    preprocessing: dict[str, Any]
    metadata: dict[str, Any]
    training: dict[str, Any] | None


def write_model(
    network: Structure,
    path: str | os.PathLike[str],
    preprocessing: dict[str, Any],
    metadata: dict[str, Any],
    state: TrainingState | None,
) -> Path:
    """Write a network, whole or not at all."""
    from safetensors.numpy import save

    description = {
        "format": FORMAT,
        "version": __version__,
        "layers": [layer_specification(layer) for layer in network.layers],
        "loss": loss_specification(network.loss_function),
        "seed": network.seed,
        "dtype": network.dtype.name,
        "preprocessing": preprocessing,
        "metadata": metadata,
        "training": None if state is None else _training_specification(state),
    }
    arrays = {**network.parameters, **network.state}
    if state is not None:
        arrays |= {f"{SLOT}.{name}.{slot}": array for name, of in state.slots.items() for slot, array in of.items()}
    try:
        header = json.dumps(description, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"preprocessing and metadata must hold what JSON can: text, finite numbers, lists and dicts ({error})."
        ) from None
    content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {HEADER: header})
    return write_atomically(path, content)


def _training_specification(state: TrainingState) -> dict[str, Any]:
    generators = {"shuffle": state.shuffle, "augment": state.augment}
    return {
        "optimizer": optimizer_specification(state.optimizer),
        "step": state.step,
        "epoch": state.epoch,
        "generators": {name: generator.bit_generator.state for name, generator in generators.items()},
    }


def read_model(path: str | os.PathLike[str]) -> ModelFile:
    """Read a model file, or raise one `DataError` that says what is wrong with it."""
    place = check_file(path)
    description, arrays = _read_safetensors(place)
    try:
        if not isinstance(description.get("format"), int):
            raise DataError("its format number is missing")
        if description["format"] > FORMAT:
            raise DataError(
                f"it is of format {description['format']}, written by glassnet {description.get('version')}; this is "
                f"{__version__}, which reads up to {FORMAT}. Upgrade glassnet"
            )
        return _as_model(description, arrays)
    except (GlassnetError, KeyError, TypeError, ValueError, AttributeError) as error:
        # Whatever a hostile or damaged header holds, the reader says one sentence.
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise DataError(f"{place} is no model that can be read: {reason}.") from None


def _read_safetensors(place: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(place, framework="np") as file:
            header = (file.metadata() or {}).get(HEADER)
            arrays = {name: file.get_tensor(name) for name in file.keys()} if header else {}  # noqa: SIM118  # no mapping
    except (SafetensorError, OSError, TypeError, ValueError) as error:
        raise DataError(
            f"{place} is no safetensors file, or is damaged or cut short ({error}). Copy or save it again."
        ) from None
    if not header:
        raise DataError(
            f"{place} is a safetensors file, but not one that glassnet wrote: it has arrays and no network. "
            "Make the network in Python and assign to net.parameters."
        )
    try:
        description = json.loads(header)
    except (ValueError, RecursionError):
        description = None
    if not isinstance(description, dict):
        raise DataError(f"{place} is damaged: its description is no JSON object. Copy or save it again.")
    return description, arrays


def _as_model(description: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> ModelFile:
    layers = [as_layer(specification) for specification in description["layers"]]
    _check_size(layers, arrays)
    training = description.get("training")
    slots = {name: array for name, array in arrays.items() if name.startswith(f"{SLOT}.")}
    return ModelFile(
        layers=layers,
        arguments={
            "loss": as_loss_object(description["loss"]),
            "seed": description["seed"],
            "dtype": description["dtype"],
        },
        arrays={name: array for name, array in arrays.items() if name not in slots},
        preprocessing=_as_dict(description.get("preprocessing")),
        metadata=_as_dict(description.get("metadata")),
        training=None if training is None else {**_as_dict(training), "slots": slots},
    )


def _as_dict(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DataError(f"a part of its description is {describe(value)} where an object belongs")
    return value


def _check_size(layers: list[Layer], arrays: dict[str, NDArray[Any]]) -> None:
    """Refuse layers larger than the arrays in the file before any memory is taken for them."""
    needed = sum(
        (layer.input_size or 0) * layer.output_size(layer.input_size or 0) * getattr(layer, "pieces", 1)
        for layer in layers
    )
    there = sum(array.size for array in arrays.values())
    if needed > there:
        raise DataError(f"its layers need {needed:,} weights, but its arrays hold {there:,} numbers")


def fill(network: Structure, file: ModelFile) -> TrainingState | None:
    """Copy the arrays of a file into a network made of its layers; return the training state, if there is one."""
    expected = {**network.parameters, **network.state}
    missing, extra = expected.keys() - file.arrays.keys(), file.arrays.keys() - expected.keys()
    if missing or extra:
        words = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        words += [f"has {', '.join(sorted(extra))} that no layer knows"] if extra else []
        raise DataError(f"the model file {' and '.join(words)}. It is damaged; save the model again.")
    network.parameters.update({name: file.arrays[name] for name in network.parameters})
    network.state.update({name: file.arrays[name] for name in network.state})
    return None if file.training is None else _as_training_state(network, file.training)


def _as_training_state(network: Structure, training: dict[str, Any]) -> TrainingState:
    try:
        state = TrainingState.fresh(network, as_optimizer_object(training["optimizer"]))
        state.step, state.epoch = int(training["step"]), int(training["epoch"])
        for name, of in state.slots.items():
            for slot, array in of.items():
                array[...] = training["slots"][f"{SLOT}.{name}.{slot}"]
        for name, generator in {"shuffle": state.shuffle, "augment": state.augment}.items():
            generator.bit_generator.state = training["generators"][name]
    except (KeyError, TypeError, ValueError, GlassnetError) as error:
        raise DataError(f"the training state in the model file is damaged ({error}). Save the model again.") from None
    return state
