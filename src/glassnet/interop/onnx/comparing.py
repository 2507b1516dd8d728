"""Whether a graph gives what the network gives, before it is written: it is run by another, and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.mathematics.checks import DataError
from glassnet.mathematics.libraries import is_installed
from glassnet.network import reference
from glassnet.network.structure import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.interop.portable import Program
    from glassnet.training.run import Trainable

TOLERANCE: Final = 1e-5
"""Of the largest output (of 1, if it is less): how far the outputs may be apart."""
OF_ROUNDING: Final = 10.0
"""How many times float32's own rounding they may be apart, where that is more."""
ROWS: Final = 16


def check_outputs(content: bytes, network: Trainable, program: Program) -> None:
    """Raise `DataError` if the graph's outputs are not the network's, for some rows such as it takes."""
    x, inputs = _samples(program)
    expected = reference.predict(network, inputs)
    name, outputs = _run(content, x)
    if outputs.shape != expected.shape:
        raise DataError(f"{name} gives outputs of shape {outputs.shape}, the network {expected.shape}. {UNTOUCHED}")
    known = np.isfinite(expected)
    # What a training that went astray left is not to be compared.
    error, scale = _distance(outputs, expected, known), max(1.0, np.abs(expected[known]).max(initial=0.0))
    if error <= TOLERANCE * scale:
        return
    rounding = _distance(reference.predict(_in_double_precision(network), inputs), expected, known)
    if error > OF_ROUNDING * rounding:
        raise DataError(
            f"{name} gives outputs for the graph that are up to {error:.2g} from the network's, where "
            f"{max(TOLERANCE * scale, OF_ROUNDING * rounding):.2g} is allowed. {UNTOUCHED}"
        )


UNTOUCHED = "Nothing was written. This is a mistake in glassnet, or in what ran the graph: please report it."


def _samples(program: Program) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows as the graph takes them, and as the network does."""
    rng = np.random.default_rng(0)
    shape = (ROWS, program.n_in)
    if program.preprocessing is None:
        x = rng.normal(size=shape).astype(program.dtype)
        return x, x
    if program.kind == "pixels":
        x = rng.integers(0, 256, size=shape, dtype=np.uint8)
    else:
        x = rng.normal(program.preprocessing.mean, program.preprocessing.std, size=shape)
    return x, program.preprocessing(x)


def _run(content: bytes, x: NDArray[Any]) -> tuple[str, NDArray[Any]]:
    """Return the name of what ran a graph, and the outputs."""
    name = "onnxruntime" if is_installed("onnxruntime") else "ONNX's reference evaluator"
    try:
        with np.errstate(all="ignore"):
            outputs = _with_onnxruntime(content, x) if name == "onnxruntime" else _with_reference(content, x)
    except Exception as error:  # whatever another library raises
        raise DataError(f"{name} cannot run the graph: {error}. {UNTOUCHED}") from error
    return name, outputs


def _with_onnxruntime(content: bytes, x: NDArray[Any]) -> NDArray[Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {session.get_inputs()[0].name: x})[0])


def _with_reference(content: bytes, x: NDArray[Any]) -> NDArray[Any]:
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(content)
    return np.asarray(evaluator.run(None, {evaluator.input_names[0]: x})[0])


def _distance(one: NDArray[Any], other: NDArray[Any], known: NDArray[np.bool_]) -> float:
    """Return how far two arrays are apart at most, where it is known; infinite where only one of them is a number."""
    apart = np.abs(one[known].astype(np.float64) - other[known])
    return float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))


def _in_double_precision(network: Trainable) -> Structure:
    double = Structure(network.layers, network.loss_function, seed=network.seed, dtype="float64")
    double.parameters.update(network.parameters)
    double.state.update(network.state)
    return double
