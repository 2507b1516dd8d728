"""From Keras's models and files to networks, and back."""

from __future__ import annotations

import json
import os
import re
import warnings
from typing import TYPE_CHECKING, Any

from glassnet.data.files import check_file
from glassnet.interop.keras_models.chain import Entry, entries_of
from glassnet.interop.keras_models.files import (
    Store,
    legacy_config,
    legacy_variables,
    opened_h5,
    opened_keras,
)
from glassnet.interop.keras_models.layers import maxout_part, parts_of_entries
from glassnet.interop.keras_models.writing import WEIGHTS_SUFFIX, keras_layers, sequential_config
from glassnet.interop.model_file import MOST_LAYERS
from glassnet.interop.named_groups import Group, arrange, natural
from glassnet.interop.parts import AnyNetwork, Part, dense_part, naming, network_from, parts_of, unrepresentable
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, MissingLibraryError, describe
from glassnet.mathematics.libraries import is_installed, need
from glassnet.network.layers import BatchNorm, PReLU

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import ModuleType

    from numpy.typing import NDArray

    from glassnet.network.structure import Structure

MOST_NESTED = 20
"""How deep models may stand within each other."""


def keras_library() -> ModuleType:
    """Return Keras, or say how to install it, or that it lacks a backend."""
    try:
        return need("keras", extra="keras", what="converting Keras's models")
    except MissingLibraryError as error:
        if not is_installed("keras"):
            raise
        raise MissingLibraryError(
            f"Keras cannot be loaded, as its backend is missing ({error.__cause__}). Install one, and name "
            "it before Keras is imported: KERAS_BACKEND=torch, jax or tensorflow. gn.save_keras and "
            "gn.from_keras(path) need none."
        ) from None


def network_from_keras(
    source: Any,
    kind: type[AnyNetwork],
    *,
    layers: Sequence[Any] | None = None,
    activations: Any = None,
    **options: Any,
) -> AnyNetwork:
    """Return the network that a Keras model or file stands for; see `glassnet.from_keras`."""
    if isinstance(source, str | os.PathLike):
        place = check_file(source)
        return network_from(kind, _parts_of_file(place, layers, activations), **options)
    if layers is not None or activations is not None:
        raise ArgumentError("layers= and activations= are for files of weights alone; a model says them itself.")
    return network_from(kind, _parts_of_model(source), **options)


def _parts_of_file(place: Path, layers: Sequence[Any] | None, activations: Any) -> list[Part]:
    name = place.name.casefold()
    if name.endswith(WEIGHTS_SUFFIX):
        with opened_h5(place, str(place)) as store:
            return arrange(_groups(store), layers, activations, maxout_part)
    if layers is not None or activations is not None:
        raise ArgumentError("layers= and activations= are for .weights.h5 files; a model's file says them itself.")
    if name.endswith(".keras"):
        with opened_keras(place) as (config, store):
            return parts_of_entries(_entries(config), lambda entry: store.variables(entry.folder))
    if name.endswith((".h5", ".hdf5")):
        with opened_h5(place, str(place)) as store:
            entries = _entries(legacy_config(store, place))
            return parts_of_entries(entries, lambda entry: legacy_variables(store, entry))
    raise DataError(f"{place} must end in .keras, {WEIGHTS_SUFFIX} or .h5. Name the file as what it is.")


def _entries(config: dict[str, Any]) -> list[Entry]:
    try:
        return list(entries_of(config))
    except (AttributeError, TypeError, RecursionError) as error:
        raise DataError(f"its configuration is damaged ({error}). Save the model again.") from None


def _groups(store: Store) -> list[Group]:
    """Return the layers with arrays of a file of weights, those of models inside it too."""
    groups: list[Group] = []
    seen: set[Any] = set()  # a hard link gives a group another name, and may lead in a circle

    def look(folder: str, prefix: str, depth: int) -> None:
        inside = store.find(folder)
        if depth > MOST_NESTED or not hasattr(inside, "keys"):
            raise DataError("it has no layers where Keras 3 writes them. Save it again, with Keras 3")
        for name in sorted(inside, key=natural):
            own = f"{folder}/{name}"
            group = store.find(own)
            if group in seen or len(seen) >= MOST_LAYERS:
                raise DataError(f"{own} is there twice, or one of more than {MOST_LAYERS:,} layers. Save it again")
            seen.add(group)
            if store.find(f"{own}/layers") is not None:
                look(f"{own}/layers", f"{prefix}{name}/", depth + 1)
            elif arrays := store.variables(own):
                # By its place in the file: the name that newer files tell too is text of changing length, by which a
                # spoilt file makes the HDF5 library crash.
                groups.append(Group(f"{prefix}{name}", _part(name, arrays)))

    look("layers", "", 0)
    if not groups:
        raise DataError("it has no weights. Build the model (call it once) before saving it")
    return groups


def _part(name: str, arrays: list[NDArray[Any]]) -> Part:
    kind = re.sub(r"_\d+$", "", name)
    with naming(f"the layer {name!r}"):
        if kind == "dense" and len(arrays) <= 2:
            return dense_part(arrays[0], arrays[1] if len(arrays) == 2 else None)
        if kind == "p_re_lu" and len(arrays) == 1:
            return Part(PReLU(), {"alpha": arrays[0]})
        if kind == "batch_normalization" and len(arrays) == 4:
            names = ("gamma", "beta", "running_mean", "running_variance")
            return Part(BatchNorm(0.99, 1e-3), dict(zip(names, arrays, strict=True)))
        raise DataError(
            f"its {len(arrays)} arrays belong to no Dense, PReLU, or BatchNormalization with center and scale, as far "
            "as weights alone tell. Save the whole model, as .keras"
        )


def _parts_of_model(model: Any) -> list[Part]:
    keras = keras_library()
    if not isinstance(model, keras.Model):
        raise ArgumentTypeError(f"source must be a Keras model, or a file of one, got {describe(model)}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of code in it, which is refused by name
            config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))  # lists, as in files
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ArgumentError(
            f"the model does not say what it is made of ({error}). Use a Sequential or functional model."
        ) from None

    def layer_of(entry: Entry) -> Any:
        layer = model
        for name in entry.names:
            layer = layer.get_layer(name)
        return layer

    def weights(entry: Entry) -> list[NDArray[Any]]:
        layer = layer_of(entry)
        return [_as_float(array) for array in layer.get_weights()] if layer.weights else []

    entries = _entries(config)
    for entry in entries:
        if "activation" in entry.config:
            _check_activation(entry, layer_of(entry))
    return parts_of_entries(entries, weights)


def _check_activation(entry: Entry, layer: Any) -> None:
    """Refuse a function of one's own that bears the name of Keras's, of which a configuration tells the name alone."""
    function = getattr(layer, "activation", None)
    home = str(getattr(function, "__module__", "keras")).split(".")[0]
    if function is not None and home != "keras":
        name = describe(getattr(function, "__name__", type(function).__name__))
        raise unrepresentable(entry.where, f"a layer with the activation {name} of {home}", "Use Keras's own.")


def _as_float(array: Any) -> NDArray[Any]:
    if array.dtype.name in {"float32", "float64"}:
        return array
    if array.dtype.name in {"float16", "bfloat16"} or array.ndim == 0:  # Normalization counts what it has seen
        return array.astype("float32")
    raise DataError(f"its weights are {array.dtype}; floating-point numbers are expected. Give the unquantized model.")


def keras_model(network: Structure, *, logits: bool = False) -> Any:
    """Return the network as a `keras.Sequential`; see `glassnet.to_keras`."""
    keras = keras_library()
    layers = keras_layers(parts_of(network, logits=logits), network.n_in)
    config = sequential_config(layers, network.n_in, network.dtype.name)
    model = keras.saving.deserialize_keras_object(config)
    for layer, ours in zip(model.layers, layers, strict=True):
        if ours.arrays:
            layer.set_weights(list(ours.arrays))
    return model
