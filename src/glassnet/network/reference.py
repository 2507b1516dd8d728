"""The reference executor: a tape, step by step, in plain NumPy: what one reads, and what gradients are checked on.

It is functional: nothing given to it is changed. Prediction and evaluation run in slices of rows, so that memory does
not grow with the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import DataError, ShapeError, as_float_array, check_integer
from glassnet.mathematics.targets import preferred_class, right_answers
from glassnet.network.lowering import output_name
from glassnet.network.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure
    from glassnet.network.tape import Mode, Phase, Step, Tape

ROWS_AT_ONCE = 1024
"""How many rows prediction and evaluation take at a time."""


def run(tape: Tape, values: dict[str, Any], *phases: Phase) -> dict[str, Any]:
    """Run the steps of the given phases, and return all values by name.

    Parameters
    ----------
    tape : Tape
    values : dict
        What the steps read: X, t, weights, seed, step, parameters and state by their names.
    *phases : str
        Which phases to run.

    Returns
    -------
    dict
        The given values and those computed. Overflow and nan are shown in the numbers, not warned of.
    """
    known = dict(values)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for step in tape.steps:
            if step.phase in phases:
                run_step(step, known)
    return known


def run_step(step: Step, known: dict[str, Any]) -> None:
    """Run one step, adding what it computes to `known`."""
    result = OPERATIONS[step.operation](*[known[name] for name in step.inputs], **step.settings)
    if len(step.outputs) == 1:
        known[step.outputs[0]] = result
    else:
        known.update(zip(step.outputs, result, strict=True))
    if step.operation.startswith("own_"):
        _check_own(step, known)


def _check_own(step: Step, known: dict[str, Any]) -> None:
    """Check what a user's own layer or loss gave, and bring it to the network's dtype."""
    for name, shape in zip(step.outputs, step.shapes, strict=True):
        result = as_float_array(known[name], f"what {step.formula} gives").astype(known["X"].dtype, copy=False)
        expected = tuple(len(known["X"]) if size == "N" else size for size in shape)
        if "…" in shape:
            expected = known[name.removeprefix("d")].shape
        if result.shape != expected:
            raise ShapeError(
                f"{step.formula} must give {name} of shape {expected}, got {result.shape}. Mend the method."
            )
        known[name] = result


def values_for(
    network: Structure,
    x: NDArray[Any],
    t: NDArray[Any] | None = None,
    weights: NDArray[Any] | None = None,
    step: int = 0,
) -> dict[str, Any]:
    """Return what a tape of the network reads, by name."""
    step = check_integer("step", step, minimum=0)
    given = {"X": x, "t": t, "weights": weights, "seed": network.seed, "step": step}
    return {**given, **network.parameters, **network.state}


def slices(rows: int) -> Iterator[slice]:
    """Cut a number of rows into slices of at most `ROWS_AT_ONCE`.

    >>> list(slices(1500))
    [slice(0, 1024, None), slice(1024, 1500, None)]
    """
    for start in range(0, rows, ROWS_AT_ONCE):
        yield slice(start, min(start + ROWS_AT_ONCE, rows))


def predict(network: Structure, x: ArrayLike) -> NDArray[Any]:
    """Return the outputs (N, n_out) for the inputs (N, n_in)."""
    inputs = network.as_input(x)
    tape, name = network.tape("predict"), output_name(network.places[-1])
    outputs = np.empty((len(inputs), network.n_out), dtype=network.dtype)
    for rows in slices(len(inputs)):
        outputs[rows] = run(tape, values_for(network, inputs[rows]), "forward")[name]
    return outputs


def classify(network: Structure, x: ArrayLike) -> NDArray[np.intp]:
    """Return the class index (N,) for each of the inputs (N, n_in)."""
    _check_classifier(network, "classify")
    return preferred_class(predict(network, x))


def accuracy(network: Structure, x: ArrayLike, t: ArrayLike) -> float:
    """Return the share of inputs whose preferred class is a target's."""
    _check_classifier(network, "accuracy")
    outputs = predict(network, x)
    _check_rows(len(outputs))
    return float(right_answers(outputs, network.as_targets(t, len(outputs))).mean())


def loss(
    network: Structure,
    x: ArrayLike,
    t: ArrayLike,
    *,
    mode: Mode = "predict",
    sample_weight: ArrayLike | None = None,
    step: int = 0,
) -> float:
    """Return the loss, averaged over all rows: in slices in predict mode, in one batch in train mode."""
    inputs = network.as_input(x)
    _check_rows(len(inputs))
    targets = network.as_targets(t, len(inputs))
    weights = network.as_weights(sample_weight, len(inputs))
    tape = network.tape(mode)
    if mode == "train":
        return float(run(tape, values_for(network, inputs, targets, weights, step), "forward", "loss")["loss"])
    losses = np.concatenate(
        [
            run(tape, values_for(network, inputs[rows], targets[rows]), "forward", "loss")["losses"]
            for rows in slices(len(inputs))
        ]
    )
    return float(OPERATIONS["weighted_mean"](losses.astype(np.float64), weights))


def gradients(
    network: Structure,
    x: ArrayLike,
    t: ArrayLike,
    *,
    mode: Mode = "train",
    sample_weight: ArrayLike | None = None,
    step: int = 0,
) -> dict[str, NDArray[Any]]:
    """Return ∂loss/∂parameter for each parameter, by the parameter's name, on one batch; nothing is changed."""
    inputs = network.as_input(x)
    _check_rows(len(inputs))
    targets = network.as_targets(t, len(inputs))
    weights = network.as_weights(sample_weight, len(inputs))
    tape = network.tape(mode, input_gradient=False)
    values = run(tape, values_for(network, inputs, targets, weights, step), "forward", "loss", "backward")
    return {name: values[f"d{name}"] for name in network.parameters}


def _check_rows(rows: int) -> None:
    if rows == 0:
        raise DataError("x must have at least one row to take a mean over, got none. Pass a sample.")


def _check_classifier(network: Structure, what: str) -> None:
    if network.output_kind == "values":
        raise DataError(
            f"{what} must be asked of a classifier; this network ends with {network.output_layer!r} and "
            f"{network.loss_function!r}, a regression. Use predict, or end it with Softmax() or Sigmoid()."
        )
