"""Trace files: the network's description and every array, as JSON if small, else as safetensors. None is executed.

The network is described as in a model file, and made again; what its tape says must be there, and in the shapes that it
says, and the numbers must be those of the address.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import numpy as np

from glassnet.data.files import as_path, check_file, end_of_sentence, write_atomically
from glassnet.interop.model_file import DTYPES, HEADER, as_description, read_layers
from glassnet.interop.specifications import as_loss_object, layer_specification, loss_specification
from glassnet.mathematics.checks import ArgumentError, DataError, GlassnetError, check_choice, check_integer, describe
from glassnet.network.hashing import hash_of_arrays
from glassnet.network.structure import Structure
from glassnet.version import __version__

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.network.tape import Mode, Tape

FORMAT = 1
"""The version of the format that this writes, and the highest that it reads."""
MOST_JSON_NUMBERS = 100_000
"""A trace with more is not written as JSON: it would take long to read, and no one reads it as text."""
MOST_JSON_BYTES = 16_000_000
"""A larger JSON file is not read: 100,000 numbers of 25 letters, and some room for names and formulas."""
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""How JSON, which has no such numbers, says them."""


class _Traced(Protocol):
    """What of a trace is written."""

    network: Structure
    tape: Tape
    names: tuple[str, ...]

    @property
    def given(self) -> dict[str, NDArray[Any]]: ...
    @property
    def address(self) -> Any: ...
    def __getitem__(self, name: str) -> NDArray[Any]: ...
    def formula(self, name: str) -> str: ...


AnyTrace = TypeVar("AnyTrace", bound=_Traced)


def write_trace(trace: _Traced, path: str | os.PathLike[str]) -> Path:
    """Write a trace, whole or not at all."""
    place = as_path(path)
    ending = _ending(place)
    arrays = {**trace.given, **{name: trace[name] for name in trace.names}}
    description = _description(trace, arrays)
    description["content"] = _hash_of(description, arrays)
    if ending == ".json":
        size = sum(array.size for array in arrays.values())
        if size > MOST_JSON_NUMBERS:
            raise ArgumentError(
                f"a trace must have at most {MOST_JSON_NUMBERS:,} numbers to be saved as JSON, got {size:,}. "
                "Let the path end in .safetensors, or trace fewer samples."
            )
        numbers = {name: _as_list(array) for name, array in arrays.items()}
        content = json.dumps({**description, "numbers": numbers}, allow_nan=False, ensure_ascii=False).encode()
        return write_atomically(place, content)
    from safetensors.numpy import save

    header = json.dumps(description, allow_nan=False)
    return write_atomically(place, save({n: a.copy(order="C") for n, a in arrays.items()}, {HEADER: header}))


def _ending(place: Path) -> str:
    return check_choice("the ending of the path", place.suffix.lower(), [".json", ".safetensors"])


def _description(trace: _Traced, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    network = trace.network
    formulas = {name: {"shape": array.shape, "formula": trace.formula(name)} for name, array in arrays.items()}
    return {
        "kind": "trace",
        "format": FORMAT,
        "version": __version__,
        "layers": [layer_specification(layer) for layer in network.layers],
        "loss": loss_specification(network.loss_function),
        "dtype": network.dtype.name,
        "address": asdict(trace.address),
        "input_gradient": trace.tape == network.tape(trace.tape.mode),
        "backward": "loss" in trace.names,
        "arrays": formulas,  # for other readers; this one finds them anew
    }


def _hash_of(description: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the hash of all that a file holds."""
    words = {key: value for key, value in description.items() if key not in {"content", "numbers"}}
    return hash_of_arrays(arrays, json.dumps(words, sort_keys=True))


def _as_list(array: NDArray[Any]) -> list[Any]:
    flat = array.astype(np.float64).ravel().tolist()  # each float32 is a float64, written so that it comes back
    return [value if math.isfinite(value) else str(value) for value in flat]


def read_trace(path: str | os.PathLike[str], kind: Callable[..., AnyTrace]) -> AnyTrace:
    """Read a trace file as a trace of the given class, or raise one `DataError` that says what is wrong with it."""
    from safetensors import SafetensorError, safe_open

    place = check_file(path)
    ending = _ending(place)
    try:
        if ending == ".json":
            return _as_trace(*_read_json(place), kind)
        with safe_open(place, framework="np") as file:
            header = (file.metadata() or {}).get(HEADER)
            if header is None:
                raise DataError("it is a safetensors file, but not one that glassnet wrote")
            return _as_trace(as_description(header, "trace", FORMAT), _Tensors(file), kind)
    except (SafetensorError, OSError) as error:
        raise DataError(
            f"{place} is no safetensors file, or is damaged or cut short ({error}). Copy or save it again."
        ) from None
    except (GlassnetError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        # Whatever a hostile or damaged file holds, the reader says one sentence.
        raise DataError(f"{place} is no trace that can be read: {end_of_sentence(error)}") from None


class _Tensors:
    """The arrays of a safetensors file."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.sizes = {name: math.prod(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118  # no mapping

    def take(self, name: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
        """Return one of them, if it is of that shape and type."""
        tensor = self._file.get_slice(name)
        there = tensor.get_dtype(), tuple(tensor.get_shape())
        if there != (DTYPES[dtype], shape):
            raise DataError(f"{name} must be {DTYPES[dtype]} of shape {shape}, got {there[0]} of shape {there[1]}")
        array: NDArray[Any] = self._file.get_tensor(name)
        return array


class _Lists:
    """The arrays of a JSON file: a list of numbers each."""

    def __init__(self, numbers: Any) -> None:
        if not isinstance(numbers, dict) or not all(isinstance(own, list) for own in numbers.values()):
            raise DataError("its numbers must be an object of lists")
        self._numbers = numbers
        self.sizes = {name: len(own) for name, own in numbers.items()}

    def take(self, name: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
        """Return one of them, if it has the numbers for that shape."""
        if self.sizes[name] != math.prod(shape):
            raise DataError(f"{name} must have {math.prod(shape):,} numbers, got {self.sizes[name]:,}")
        return np.array([_as_number(name, value) for value in self._numbers[name]], dtype).reshape(shape)


def _as_number(name: str, value: Any) -> float:
    if isinstance(value, str) and value in NOT_FINITE:
        return NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"{name} must hold numbers, got {describe(value)}")
    return float(value)


def _read_json(place: Path) -> tuple[dict[str, Any], _Lists]:
    with place.open("rb") as stream:
        content = stream.read(MOST_JSON_BYTES + 1)
    if len(content) > MOST_JSON_BYTES:
        raise DataError(f"it is larger than {MOST_JSON_BYTES:,} bytes, more than any trace that is saved as JSON")
    description = as_description(content, "trace", FORMAT)
    return description, _Lists(description["numbers"])


def _as_trace(description: dict[str, Any], arrays: _Tensors | _Lists, kind: Callable[..., AnyTrace]) -> AnyTrace:
    address = description["address"]
    if not isinstance(address, dict):
        raise DataError(f"its address must be an object, got {describe(address)}")
    layers = read_layers(description["layers"], sum(arrays.sizes.values()))
    dtype = check_choice("dtype", description["dtype"], DTYPES)
    with np.errstate(all="ignore"):  # initial values, whatever they are, give way to those of the file
        network = Structure(layers, as_loss_object(description["loss"]), seed=address["seed"], dtype=dtype)
    tape = network.tape(cast("Mode", address["mode"]), input_gradient=description["input_gradient"] is True)
    backward = description["backward"] is True
    shapes = _shapes(network, tape, arrays.sizes, backward=backward)
    values = {name: arrays.take(name, shape, dtype) for name, shape in shapes.items()}
    network.parameters.update({name: values[name] for name in network.parameters})
    network.state.update({name: values[name] for name in network.state})
    step = check_integer("its step", address["step"], minimum=0)
    executor = address["executor"]
    check_choice("its executor", str(executor).partition(" on ")[0], ["reference", "compiled"])
    trace = kind(network, tape, values, backward=backward, step=step, executor=executor)
    if asdict(trace.address) != address or _hash_of(description, values) != description["content"]:
        raise DataError("its numbers or its network are not those of its address: it was changed after it was saved")
    return trace


def _shapes(network: Structure, tape: Tape, sizes: Mapping[str, int], *, backward: bool) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of the arrays that must be there; none more may be."""
    rows, rest = divmod(sizes["X"], network.n_in)
    if rest or not rows:
        raise DataError(f"X must have rows of {network.n_in} numbers, got {sizes['X']:,} numbers")
    steps = [
        step for step in tape if step.phase != "state" and (backward or step.phase == "forward")
    ]  # fmt: skip
    computed = {name: shape for step in steps for name, shape in zip(step.outputs, step.shapes, strict=True)}
    given: dict[str, tuple[int | str, ...]] = {
        "X": ("N", network.n_in),
        **({"t": ("N", network.n_out)} if backward else {}),
    }
    given |= {"weights": ("N",)} if "weights" in sizes else {}
    shapes = {
        name: tuple(rows if size == "N" else int(size) for size in shape) for name, shape in (given | computed).items()
    }
    shapes |= {name: array.shape for name, array in {**network.parameters, **network.state}.items()}
    if shapes.keys() != sizes.keys():
        wrong = sorted(shapes.keys() ^ sizes.keys())
        raise DataError(f"it must have the arrays {', '.join(sorted(shapes))}; wrong about {', '.join(wrong[:5])}")
    return shapes
