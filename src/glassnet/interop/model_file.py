"""Model files: one safetensors file holds the arrays and, as JSON in its header, the rest. None of it is executed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np

from glassnet.data.files import check_file, end_of_sentence, write_atomically
from glassnet.interop.specifications import (
    as_layer,
    as_loss_object,
    as_optimizer_object,
    layer_specification,
    loss_specification,
    optimizer_specification,
)
from glassnet.mathematics.checks import DataError, GlassnetError, check_choice, check_integer, describe
from glassnet.network.backends import all_to_numpy
from glassnet.network.places import as_layers, widths_of
from glassnet.training.run import Trainable, TrainingState
from glassnet.version import __version__

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer

FORMAT = 1
"""The version of the format that this writes, and the highest that it reads."""
HEADER = "glassnet"
DTYPES = {"float32": "F32", "float64": "F64"}
"""What safetensors calls the dtypes of a network."""
MOST_LAYERS = 2_000
"""A file with more is refused: no network has so many, and making them would take very long."""
REFUSAL = "refusal."
"""What the names of the arrays begin with by which predictions are refused."""
MOST_NAMES = 5
"""How many names of arrays a message lists."""
AnyNetwork = TypeVar("AnyNetwork", bound=Trainable)


def write_model(network: Trainable, path: str | os.PathLike[str], *, training_state: bool) -> Path:
    """Write a network, whole or not at all."""
    from safetensors.numpy import save

    state = network.training_state if training_state else None
    description = {
        "format": FORMAT,
        "version": __version__,
        "layers": [layer_specification(layer) for layer in network.layers],
        "loss": loss_specification(network.loss_function),
        "seed": network.seed,
        "dtype": network.dtype.name,
        "preprocessing": network.preprocessing,
        "metadata": network.metadata,
        "training": None if state is None else _training_specification(state),
    }
    refusal, of_refusal = network.refusal_for_file() or (None, {})
    if refusal is not None:
        description["refusal"] = refusal
    header = as_json(description)
    arrays = {
        name: np.ascontiguousarray(array) for name, array in {**_all_arrays(network, state), **of_refusal}.items()
    }
    return write_atomically(path, save(arrays, {HEADER: header}))


def as_json(description: Any) -> str:
    """Write what is known of a network as JSON, or raise `DataError` if it holds what JSON cannot."""
    try:
        return json.dumps(description, allow_nan=False, default=_as_number)
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(
            f"preprocessing and metadata must hold what JSON can: text, finite numbers, lists and dicts ({error})."
        ) from None


def export_model(network: Trainable, path: str | os.PathLike[str]) -> Path:
    """Write a network as glassnet's own file, without the state of its training."""
    return write_model(network, path, training_state=False)


def _as_number(value: Any) -> Any:
    """Write a number of NumPy's as JSON can, or raise `TypeError`."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"got {describe(value)}")


def _all_arrays(network: Trainable, state: TrainingState | None) -> dict[str, NDArray[Any]]:
    """Return the arrays that a file holds, by their names there: parameters, state, the optimizer's slots."""
    slots = {} if state is None else state.slots
    of_optimizer = {f"optimizer.{name}.{slot}": array for name, own in slots.items() for slot, array in own.items()}
    return all_to_numpy({**network.parameters, **network.state, **of_optimizer})


def _training_specification(state: TrainingState) -> dict[str, Any]:
    return {
        "optimizer": optimizer_specification(state.optimizer),
        "step": state.step,
        "epoch": state.epoch,
        "generators": {name: generator.bit_generator.state for name, generator in state.generators.items()},
    }


def read_model(path: str | os.PathLike[str], kind: type[AnyNetwork]) -> AnyNetwork:
    """Read a model file into a network of the given class, or raise one `DataError` that says what is wrong with it."""
    from safetensors import SafetensorError, safe_open

    place = check_file(path)
    try:
        with safe_open(place, framework="np") as file:
            return _as_network(file, kind)
    except (SafetensorError, OSError) as error:
        raise DataError(
            f"{place} is no safetensors file, or is damaged or cut short ({error}). Copy or save it again."
        ) from None
    except (GlassnetError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        # Whatever a hostile or damaged header holds, the reader says one sentence.
        raise DataError(f"{place} is no model that can be read: {end_of_sentence(error)}") from None


def _as_network(file: Any, kind: type[AnyNetwork]) -> AnyNetwork:
    description = _read_description(file)
    tensors = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    of_refusal = {name: tensors.pop(name) for name in list(tensors) if name.startswith(REFUSAL)}
    layers = read_layers(description["layers"], sum(_size(tensor) for tensor in tensors.values()))
    loss = as_loss_object(description["loss"])
    dtype = check_choice("dtype", description["dtype"], DTYPES)
    with np.errstate(all="ignore"):  # initial values, whatever they are, give way to those of the file
        network = kind(layers, loss, seed=description["seed"], dtype=dtype)
    network.preprocessing = as_dict("preprocessing", description)
    network.metadata = as_dict("metadata", description)
    if description.get("training") is not None:
        network.training_state = _as_training_state(network, as_dict("training", description))
    arrays = _all_arrays(network, network.training_state)
    _check_tensors(arrays, tensors, DTYPES[dtype])
    for name, array in arrays.items():
        array[...] = file.get_tensor(name)
    if description.get("refusal") is not None:
        network.take_refusal(description["refusal"], {name: file.get_tensor(name) for name in of_refusal})
    elif of_refusal:
        raise DataError(f"it has the arrays {_list(sorted(of_refusal))} but does not say what they are")
    return network


def _read_description(file: Any) -> dict[str, Any]:
    metadata = file.metadata() or {}
    header = metadata.get(HEADER)
    if header is None and metadata.get("format") == "pt":
        raise DataError("it is a state dict of PyTorch's, which holds arrays alone. Read it with gn.from_torch(path)")
    if header is None:
        raise DataError(
            "it is a safetensors file, but not one that glassnet wrote: it has arrays and no network. "
            "Make the network in Python and assign to net.parameters"
        )
    return as_description(header, "model", FORMAT)


def as_description(text: str | bytes, kind: str, newest: int) -> dict[str, Any]:
    """Return the description that a file of glassnet's holds as JSON, if it is of that kind and no newer format."""
    description = json.loads(text, parse_constant=refuse_constant)
    if not isinstance(description, dict):
        raise DataError("its description is no JSON object")
    # The first models said no kind.
    there = description.get("kind", "model" if kind == "model" or "layers" in description else None)
    if there is None:
        raise DataError(f"it is JSON, but not of the form in which glassnet writes a {kind}")
    if there != kind:
        mend = {"model": ". Open it with gn.load", "trace": ". Open it with gn.load_trace"}
        raise DataError(f"it is a {describe(there)}, not a {kind}" + (mend.get(there, "") if there in mend else ""))
    version = check_integer("its format number", description["format"], minimum=1)
    if version > newest:
        raise DataError(
            f"it is of format {version}, written by glassnet {describe(description.get('version'))}; this is "
            f"{__version__}, which reads up to {newest}. Upgrade glassnet"
        )
    return description


def refuse_constant(word: str) -> NoReturn:
    """Refuse nan and inf, which JSON has not."""
    raise DataError(f"its description holds {word}, which is no JSON")


def read_layers(specifications: Any, numbers_there: int) -> tuple[Layer, ...]:
    """Return the layers; refuse those that are larger than the file before any memory is taken for them."""
    if not isinstance(specifications, list) or len(specifications) > MOST_LAYERS:
        raise DataError(f"its layers must be a list of at most {MOST_LAYERS:,}, got {describe(specifications)}")
    layers = as_layers([as_layer(specification) for specification in specifications])
    needed = sum(_numbers_kept(layer, width) for layer, width in zip(layers, widths_of(layers), strict=False))
    if needed > numbers_there:
        raise DataError(f"its layers need {needed:,} numbers, but its arrays hold {numbers_there:,}")
    return layers


def _numbers_kept(layer: Layer, n_in: int) -> int:
    """Return how many numbers a layer keeps, biases aside."""
    if layer.input_size is not None:
        return int(layer.input_size * layer.output_size(n_in) * getattr(layer, "pieces", 1))
    # Layers of any width keep as many numbers for each unit: see what it is for one.
    kept = {**layer.parameters(1, np.random.default_rng(0)), **layer.initial_state(1)}
    return n_in * len(kept)


def _size(tensor: Any) -> int:
    size = 1
    for length in tensor.get_shape():
        size *= int(length)
    return size


def as_dict(name: str, description: dict[str, Any]) -> dict[str, Any]:
    """Return the object of that name in a description, or an empty one."""
    value = description.get(name, {})
    if not isinstance(value, dict):
        raise DataError(f"its {name} must be an object, got {describe(value)}")
    return value


def _check_tensors(arrays: dict[str, NDArray[Any]], tensors: dict[str, Any], dtype: str) -> None:
    """Refuse arrays that are missing, superfluous, or of another shape or type than the network's."""
    missing, extra = sorted(arrays.keys() - tensors.keys()), sorted(tensors.keys() - arrays.keys())
    if missing:
        raise DataError(f"it lacks the arrays {_list(missing)}")
    if extra:
        raise DataError(f"it has the arrays {_list(extra)} that its network does not know")
    for name, array in arrays.items():
        there = tensors[name].get_dtype(), tuple(tensors[name].get_shape())
        if there != (dtype, array.shape):
            raise DataError(f"{name} must be {dtype} of shape {array.shape}, got {there[0]} of shape {there[1]}")


def _list(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(describe(name) for name in names[:MOST_NAMES]) + more


def _as_training_state(network: Trainable, training: dict[str, Any]) -> TrainingState:
    state = TrainingState.fresh(network, as_optimizer_object(training["optimizer"]))
    for count in ("step", "epoch"):
        value = check_integer(f"the {count} of its training state", training[count], minimum=0)
        if value >= 2**63:
            raise DataError(f"the {count} of its training state must be a count, got {describe(value)}")
        setattr(state, count, value)
    for name, generator in state.generators.items():
        generator.bit_generator.state = training["generators"][name]
    return state
