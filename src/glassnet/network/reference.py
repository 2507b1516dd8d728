"""The reference executor: a tape, step by step, in plain NumPy: what one reads, and what gradients are checked on.

The same steps run on the arrays of other libraries, with the same functions bound to them (see `backends`). It is
functional: nothing given to it is changed. Prediction and evaluation run in slices of rows, so that memory does not
grow with the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentTypeError,
    DataError,
    GlassnetError,
    ShapeError,
    as_float_array,
    check_integer,
    describe,
    is_plain,
)
from glassnet.mathematics.targets import preferred_class, right_answers
from glassnet.network.backends import rows_of, to_numpy
from glassnet.network.lowering import output_name
from glassnet.network.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure
    from glassnet.network.tape import Mode, Phase, Step, Tape

ROWS_AT_ONCE = 1024
"""How many rows prediction and evaluation take at a time."""


def run(
    tape: Tape,
    values: dict[str, Any],
    *phases: Phase,
    operations: Mapping[str, Callable[..., Any]] = OPERATIONS,
) -> dict[str, Any]:
    """Run the steps of the given phases, and return all values by name.

    Parameters
    ----------
    tape : Tape
    values : dict
        What the steps read: X, t, weights, seed, step, parameters and state by their names.
    *phases : str
        Which phases to run.
    operations : mapping, default NumPy's
        The table of operations for the arrays that are given: a network's `backend.operations`.

    Returns
    -------
    dict
        The given values and those computed. Overflow and nan are shown in the numbers, not warned of.
    """
    known = dict(values)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        for step in tape.steps:
            if step.phase in phases:
                run_step(step, known, operations)
    return known


def run_step(step: Step, known: dict[str, Any], operations: Mapping[str, Callable[..., Any]] = OPERATIONS) -> None:
    """Run one step, adding what it computes to `known`."""
    result = operations[step.operation](*[known[name] for name in step.inputs], **step.settings)
    if len(step.outputs) == 1:
        known[step.outputs[0]] = result
    else:
        known.update(zip(step.outputs, result, strict=True))
    if step.operation.startswith("own_"):
        _check_own(step, known)


def _check_own(step: Step, known: dict[str, Any]) -> None:
    """Check what a user's own layer or loss gave, and bring it to the network's dtype."""
    x = known["X"]
    for name, shape in zip(step.outputs, step.shapes, strict=True):
        what, result = f"what {step.formula} gives", known[name]
        if isinstance(x, np.ndarray):
            result = as_float_array(result, what).astype(x.dtype, copy=False)
        elif type(result) is not type(x) or result.dtype != x.dtype:
            raise ArgumentTypeError(
                f"{what} must be, as the network's arrays are here, a {type(x).__name__} of {x.dtype}, got "
                f"{describe(result)}. Write the method in operators, or bring the network home by .to('cpu')."
            )
        expected = tuple(x.shape[0] if size == "N" else size for size in shape)
        if "…" in shape:
            expected = tuple(known[name.removeprefix("d")].shape)
        if tuple(result.shape) != expected:
            raise ShapeError(
                f"{step.formula} must give {name} of shape {expected}, got {tuple(result.shape)}. Mend the method."
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


def slices(rows: int, at_once: int = ROWS_AT_ONCE) -> Iterator[slice]:
    """Cut a number of rows into slices of at most so many.

    >>> list(slices(1500))
    [slice(0, 1024, None), slice(1024, 1500, None)]
    """
    for start in range(0, rows, at_once):
        yield slice(start, min(start + at_once, rows))


def predict(network: Structure, x: ArrayLike) -> NDArray[Any]:
    """Return the outputs (N, n_out) for the inputs (N, n_in): in NumPy, or where the network is, if the inputs are."""
    inputs = checked_inputs(network, x)
    name = output_name(network.places[-1])
    if network.holds(inputs):
        parts = [values[name] for _, values in _passes(network, inputs, None, "forward")]
        xp = network.backend.xp
        return xp.concat(parts, axis=0) if parts else network.backend.zeros((0, network.n_out), network.dtype)
    outputs = np.empty((len(inputs), network.n_out), dtype=network.dtype)
    for rows, values in _passes(network, inputs, None, "forward"):
        outputs[rows] = to_numpy(values[name])
    return outputs


def classify(network: Structure, x: ArrayLike) -> NDArray[np.intp]:
    """Return the class index (N,) for each of the inputs (N, n_in)."""
    check_classifier(network, "classify")
    return classes_in(network, predict(network, x))


def classes_in(network: Structure, outputs: NDArray[Any]) -> NDArray[np.intp]:
    """Return the class of each row of a network's outputs, where they are."""
    return preferred_class(outputs, xp=network.backend.xp if network.holds(outputs) else np)


def accuracy(network: Structure, x: ArrayLike, t: ArrayLike) -> float:
    """Return the share of inputs whose preferred class is a target's."""
    check_classifier(network, "accuracy")
    inputs, name = checked_inputs(network, x), output_name(network.places[-1])
    _check_rows(inputs.shape[0])
    targets = _checked_targets(network, t, inputs.shape[0])
    passes = _passes(network, inputs, targets, "forward")
    return _share([right_in(network, values[name], values["t"]) for _, values in passes])


def right_in(network: Structure, outputs: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.bool_]:
    """Say, in NumPy, which rows the network answered right; outputs and targets lie where the network is."""
    return to_numpy(right_answers(outputs, targets, xp=network.backend.xp))


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
    if mode == "train":
        given = _batch(network, x, t, sample_weight, step)
        values = run(network.tape(mode), given, "forward", "loss", operations=network.backend.operations)
        return float(values["loss"])
    network.tape(mode)  # another mode is refused here
    inputs = checked_inputs(network, x)
    rows_there = inputs.shape[0]
    _check_rows(rows_there)
    targets = _checked_targets(network, t, rows_there)
    weights = network.checked_weights(sample_weight, rows_there)
    passes = _passes(network, inputs, targets, "forward", "loss")
    return _mean_loss([to_numpy(values["losses"]) for _, values in passes], weights)


@dataclass(frozen=True)
class Evaluation:
    """What one pass over some data found.

    Attributes
    ----------
    loss : float
    accuracy : float or None
        None for a regression.
    outputs : array of shape (N, n_out) or None
        None unless they were to be kept.
    """

    loss: float
    accuracy: float | None
    outputs: NDArray[Any] | None = None


def evaluate(
    network: Structure,
    x: ArrayLike,
    t: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    keep_outputs: bool = False,
) -> Evaluation:
    """Return the loss and, of a classifier, the accuracy, in predict mode, from one run over the data.

    Parameters
    ----------
    network : Network
    x : array of shape (N, n_in), N at least 1
    t : array
        Targets.
    sample_weight : array of shape (N,), optional
        Weights of the loss; the accuracy counts all alike.
    keep_outputs : bool, default False
        Whether the outputs are wanted too.

    Returns
    -------
    Evaluation
        The very numbers of `loss`, `accuracy` and `predict`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 2, init=([[1, 0], [0, 1]], [0, 0])), gn.Softmax()])
    >>> evaluate(net, [[0.0, 1.0], [1.0, 0.0]], [1, 1]).accuracy
    0.5
    """
    inputs, name = checked_inputs(network, x), output_name(network.places[-1])
    rows_there = inputs.shape[0]
    _check_rows(rows_there)
    targets = _checked_targets(network, t, rows_there)
    weights = network.checked_weights(sample_weight, rows_there)
    outputs = np.empty((rows_there, network.n_out), dtype=network.dtype) if keep_outputs else None
    losses, right = [], []
    for rows, values in _passes(network, inputs, targets, "forward", "loss"):
        losses.append(to_numpy(values["losses"]))
        if network.output_kind != "values":
            right.append(right_in(network, values[name], values["t"]))
        if outputs is not None:
            outputs[rows] = to_numpy(values[name])
    return Evaluation(_mean_loss(losses, weights), _share(right) if right else None, outputs)


def _passes(
    network: Structure, inputs: NDArray[Any], targets: NDArray[Any] | None, *phases: Phase
) -> Iterator[tuple[slice, dict[str, Any]]]:
    """Run the network in predict mode on one slice of rows after another; each is converted when its turn comes."""
    tape, operations = network.tape("predict"), network.backend.operations
    for rows in slices(inputs.shape[0]):
        part = None if targets is None else network.as_targets(targets[rows], rows.stop - rows.start)
        given = values_for(network, network.as_input(rows_of(inputs, rows)), part)
        yield rows, run(tape, given, *phases, operations=operations)


def checked_inputs(network: Structure, x: ArrayLike) -> NDArray[Any]:
    """Return x as it is if it is an array that fits, so that all of it is never copied; else convert or refuse it."""
    known = (is_plain(x) and x.dtype.kind in "fiub") or network.holds(x)
    if known and x.ndim == 2 and x.shape[1] == network.n_in:  # type: ignore[union-attr]
        return x  # type: ignore[return-value]
    return network.as_input(x)


def _checked_targets(network: Structure, t: ArrayLike, rows: int) -> NDArray[Any]:
    """Return t as it is if it is an array whose every slice is good; else convert or refuse it. It stays in NumPy."""
    t = to_numpy(t)
    if not (isinstance(t, np.ndarray) and t.dtype.kind in "fiub" and t.ndim and len(t) == rows):
        return network.checked_targets(t, rows)
    try:
        for part in slices(rows):
            network.checked_targets(t[part], part.stop - part.start)
    except GlassnetError:
        return network.checked_targets(t, rows)  # refuses it too, in words about all of it
    return t


def _mean_loss(losses: list[NDArray[Any]], weights: NDArray[Any] | None) -> float:
    return float(OPERATIONS["weighted_mean"](np.concatenate(losses).astype(np.float64), weights))


def _share(right: list[NDArray[np.bool_]]) -> float:
    return float(np.concatenate(right).mean())


def _batch(
    network: Structure, x: ArrayLike, t: ArrayLike, sample_weight: ArrayLike | None, step: int
) -> dict[str, Any]:
    """Return what a tape reads of one batch, checked."""
    inputs = network.as_input(x)
    rows = inputs.shape[0]
    _check_rows(rows)
    targets = network.as_targets(t, rows)
    return values_for(network, inputs, targets, network.as_weights(sample_weight, rows), step)


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
    given = _batch(network, x, t, sample_weight, step)
    tape, operations = network.tape(mode, input_gradient=False), network.backend.operations
    values = run(tape, given, "forward", "loss", "backward", operations=operations)
    return {name: values[f"d{name}"] for name in network.parameters}


def _check_rows(rows: int) -> None:
    if rows == 0:
        raise DataError("x must have at least one row to take a mean over, got none. Pass a sample.")


def check_classifier(network: Structure, what: str) -> None:
    """Raise `DataError` if the network is a regression, of which `what` cannot be asked."""
    if network.output_kind == "values":
        raise DataError(
            f"{what} must be asked of a classifier; this network ends with {network.output_layer!r} and "
            f"{network.loss_function!r}, a regression. Use predict, or end it with Softmax() or Sigmoid()."
        )
