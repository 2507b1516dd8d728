"""Which layers a Keras model has, in the order in which it runs them: read from its configuration, plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.interop.model_file import MOST_LAYERS
from glassnet.interop.parts import unrepresentable
from glassnet.mathematics.checks import DataError, describe, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = ("Sequential", "Functional", "Model")
_AS_ROW = "Use layers in one row, or give glassnet the part that is one."


@dataclass(frozen=True)
class Entry:
    """One layer of a model.

    Attributes
    ----------
    kind : str
        Its class, such as `Dense`.
    config : dict
        Its settings.
    names : tuple of str
        Its name, behind those of the models that it stands in.
    folder : str
        Where `model.weights.h5` has its arrays.
    """

    kind: str
    config: dict[str, Any]
    names: tuple[str, ...]
    folder: str

    @property
    def where(self) -> str:
        """Name it for a message."""
        return f"the layer {'/'.join(self.names)!r}"


def entries_of(model: Any, names: tuple[str, ...] = (), folder: str = "") -> Iterator[Entry]:
    """Yield the layers of a model's configuration in order, those of models inside it in their place."""
    kind, config = _kind_of(model, "the model"), _config_of(model)
    if kind not in MODELS:
        raise unrepresentable(
            "the model",
            with_article(kind),
            "Only Sequential models, and functional ones with layers in one row, are read.",
        )
    layers = config.get("layers")
    if not isinstance(layers, list) or not layers or len(layers) > MOST_LAYERS:
        raise DataError(f"a model must have 1 to {MOST_LAYERS:,} layers, got {describe(layers)}.")
    folders = dict(zip(map(id, layers), _folders(layers, in_sequential=kind == "Sequential"), strict=True))
    for layer in layers if kind == "Sequential" else _row(layers, config):
        own = _config_of(layer)
        path = (*names, str(own.get("name", layer.get("name", "?"))))
        place = f"{folder}layers/{folders[id(layer)]}"
        layer_kind = _kind_of(layer, f"the layer {'/'.join(path)!r}")
        if layer_kind in MODELS:
            yield from entries_of(layer, path, f"{place}/")
        else:
            yield Entry(layer_kind, own, path, place)


def _config_of(described: Any) -> dict[str, Any]:
    config = described.get("config") if isinstance(described, dict) else None
    if isinstance(config, list) and all(isinstance(layer, dict) for layer in config):
        return {"layers": config}  # the oldest files have a Sequential's layers alone
    if not isinstance(config, dict):
        raise DataError(f"a layer must have its settings under 'config', got {describe(described)}.")
    return config


def _kind_of(described: Any, where: str) -> str:
    """Return the class of a model or layer, if it is one of Keras's own."""
    kind = described.get("class_name") if isinstance(described, dict) else None
    if not isinstance(kind, str):
        raise DataError(f"{where} must have a 'class_name', got {describe(described)}.")
    module, registered = described.get("module"), described.get("registered_name")
    # Files of before Keras 3 name no module; today it is so for classes that Keras does not know, with their name.
    known = (None,) if module is None else (None, kind)
    own = (module is None or str(module).split(".")[0] == "keras") and registered in known
    if not own:
        name = registered if isinstance(registered, str) else f"{module}.{kind}"
        raise unrepresentable(where, f"{name}, a class of your own", "Write it with Keras's layers, or leave it out.")
    return kind


def snake_case(kind: str) -> str:
    """Write a class's name as files of weights do.

    >>> snake_case("BatchNormalization"), snake_case("PReLU")
    ('batch_normalization', 'p_re_lu')
    """
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def numbered(kinds: list[str]) -> list[str]:
    """Return the names of layers of these classes in a file of weights: the second `dense` is `dense_1`.

    >>> numbered(["Dense", "ReLU", "Dense"])
    ['dense', 're_lu', 'dense_1']
    """
    counts: dict[str, int] = {}
    names = []
    for kind in kinds:
        name = snake_case(kind)
        counts[name] = counts.get(name, -1) + 1
        names.append(f"{name}_{counts[name]}" if counts[name] else name)
    return names


def _folders(layers: list[Any], *, in_sequential: bool) -> list[str]:
    """Return each layer's folder; a Sequential does not count its input as a layer."""
    kinds = [str(layer.get("class_name")) if isinstance(layer, dict) else "?" for layer in layers]
    named = iter(numbered([kind for kind in kinds if not (in_sequential and kind == "InputLayer")]))
    return ["" if in_sequential and kind == "InputLayer" else next(named) for kind in kinds]


def _row(layers: list[Any], config: dict[str, Any]) -> list[Any]:
    """Return the layers of a functional model from input to output, if each has one input: the one before."""
    by_name = {str(layer.get("name", _config_of(layer).get("name"))): layer for layer in layers}
    names = _named_tensors(config.get("output_layers"))
    if len(names) != 1 or len(by_name) != len(layers):
        raise DataError(f"the model must have one output, got {len(names)}. {_AS_ROW}")
    row: list[Any] = []
    while names:
        name = names[0]
        layer = by_name.pop(name, None)
        if layer is None:
            raise DataError(f"the layers form no row: {describe(name)} is missing, or used more than once. {_AS_ROW}")
        row.append(layer)
        nodes = layer.get("inbound_nodes") or []
        if not isinstance(nodes, list) or len(nodes) > 1:
            raise DataError(f"the layer {name!r} is used {len(nodes)} times; each must be used once. {_AS_ROW}")
        names = [tensor for node in nodes for tensor in _named_tensors(node)]
        if len(names) > 1:
            raise unrepresentable(
                f"the layer {name!r}", f"{with_article(str(layer.get('class_name')))} of several inputs", _AS_ROW
            )
    if by_name:
        raise DataError(f"the layers {', '.join(map(repr, by_name))} stand beside the row. {_AS_ROW}")
    return row[::-1]


def _named_tensors(node: Any) -> list[str]:
    """Return the names of the layers that a node names: `["dense", 0, 0]`, lists of such, or Keras 3's tensors."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            return _named_tensors(node.get("config", {}).get("keras_history"))
        return [name for value in node.values() for name in _named_tensors(value)]
    if isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            return [node[0]]
        return [name for value in node for name in _named_tensors(value)]
    return []
