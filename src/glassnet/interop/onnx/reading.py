"""A network out of an ONNX file: its graph, followed from the input on, as layers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import read_bytes
from glassnet.data.preprocessing import Preprocessing
from glassnet.interop.model_file import MOST_LAYERS, refuse_constant
from glassnet.interop.onnx.building import dtype_of, folded, layers_of, without_preprocessing
from glassnet.interop.onnx.graph import read_graph
from glassnet.interop.onnx.tracing import Tracer
from glassnet.interop.specifications import as_loss_object
from glassnet.mathematics.checks import DataError, GlassnetError, MissingLibraryError, check_integer, describe

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from glassnet.interop.formats import AnyNetwork
    from glassnet.interop.onnx.pieces import Piece


def read_onnx(path: str | os.PathLike[str], kind: type[AnyNetwork], *, output: str | None = None) -> AnyNetwork:
    """Read an ONNX file into a network of the given class, or raise one `DataError` that says what is wrong with it.

    Parameters
    ----------
    path : path
    kind : class
        Of the network.
    output : str, optional
        The value of the graph that the network ends with.
    """
    content = read_bytes(path)
    try:
        return _as_network(content, kind, output)
    except MissingLibraryError:
        raise
    except MemoryError:
        raise DataError(f"{path} describes a network that does not fit into memory.") from None
    except (GlassnetError, KeyError, TypeError, ValueError, IndexError, OverflowError, RecursionError) as error:
        # Whatever a hostile or damaged file holds, the reader says one sentence.
        raise DataError(f"{path} is no network that can be read: {str(error).rstrip('.')}.") from None


def _as_network(content: bytes, kind: type[AnyNetwork], output: str | None) -> AnyNetwork:
    graph = read_graph(content)
    pieces = Tracer(graph, output).pieces()
    preprocessing = _dict_of("glassnet.preprocessing", graph.properties)
    if _json_of("glassnet.preprocessing_inside", graph.properties) is True:
        pieces = _after_preprocessing(pieces, preprocessing)
    pieces = folded(pieces)
    if len(pieces) > MOST_LAYERS:
        raise DataError(f"its graph has {len(pieces):,} layers; at most {MOST_LAYERS:,} are read")
    with np.errstate(all="ignore"):  # a number too large for float32 becomes inf, and shows as that
        layers, arrays = layers_of(pieces)
        loss = _json_of("glassnet.loss", graph.properties)
        seed = check_integer("its seed", _json_of("glassnet.seed", graph.properties) or 0, minimum=0)
        network = kind(layers, None if loss is None else as_loss_object(loss), seed=seed, dtype=dtype_of(pieces))
        for place, own in zip(network.places, arrays, strict=True):
            for name, array in own.items():
                known = network.parameters if place.names[name] in network.parameters else network.state
                known[place.names[name]] = array
    network.preprocessing = preprocessing
    network.metadata = _dict_of("glassnet.metadata", graph.properties)
    return network


def _after_preprocessing(pieces: list[Piece], recorded: dict[str, Any]) -> list[Piece]:
    """Return the pieces after those that do what a file of glassnet's own says that its preprocessing does."""
    done = Preprocessing.from_dict(recorded)
    if done.kind == "table":
        mean, std = np.array(done.mean), np.array(done.std)
        return without_preprocessing(pieces, 1 / std, -mean / std)
    scaling = done.scaling
    return without_preprocessing(pieces, np.array(scaling.factor / scaling.divisor), np.array(scaling.offset))


def _json_of(key: str, properties: Mapping[str, str]) -> Any:
    if key not in properties:
        return None
    try:
        return json.loads(properties[key], parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DataError(f"its property {key} is no JSON ({error})") from None


def _dict_of(key: str, properties: Mapping[str, str]) -> dict[str, Any]:
    value = _json_of(key, properties)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DataError(f"its property {key} must be an object, got {describe(value)}")
    return value
