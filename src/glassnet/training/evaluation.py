"""Prediction and evaluation by whichever executor suits: the compiled one if it is at hand, or worth loading."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.batches import arrays_of
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError
from glassnet.network import reference
from glassnet.network.backends import to_numpy
from glassnet.training.executors import bind_row_predictor, compiled_for
from glassnet.training.sources import gives_batches, measure_batches, predict_batches

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.network.reference import Evaluation
    from glassnet.network.tape import Mode
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Trainable


def predict(network: Trainable, x: ArrayLike) -> NDArray[Any]:
    """Return the outputs (N, n_out) for the inputs (N, n_in)."""
    if gives_batches(x):
        return predict_batches(network, x, functools.partial(predict, network))
    inputs = reference.checked_inputs(network, x)
    rows = inputs.shape[0]
    if rows == 1 and network.backend.is_numpy:
        network.count_row()
    engine = compiled_for(network, rows)
    if engine is None or not rows:
        return reference.predict(network, inputs)
    outputs = np.empty((len(inputs), network.n_out), dtype=network.dtype)
    engine.predict(inputs, outputs)
    return outputs


def predictor(network: Trainable) -> Callable[[ArrayLike], NDArray[Any]]:
    """Return the network's prediction, bound to it, with the fast path for one row."""
    return bind_row_predictor(network, functools.partial(predict, network))


def evaluate(
    network: Trainable,
    x: ArrayLike,
    t: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    keep_outputs: bool = False,
    scaling: Scaling | None = None,
) -> Evaluation:
    """Return the loss and, of a classifier, the accuracy, in predict mode: see `reference.evaluate`."""
    inputs = reference.checked_inputs(network, x)
    engine = compiled_for(network, inputs.shape[0])
    if engine is None or not len(inputs):
        fed = inputs if scaling is None else scaling(to_numpy(inputs))
        return reference.evaluate(network, fed, t, sample_weight, keep_outputs=keep_outputs)
    targets = network.as_targets(t, len(inputs))
    weights = network.as_weights(sample_weight, len(inputs))
    return engine.evaluate(inputs, targets, weights, scaling, keep_outputs=keep_outputs)


def classify(network: Trainable, x: ArrayLike) -> NDArray[np.intp]:
    """Return the class index (N,) for each of the inputs (N, n_in)."""
    reference.check_classifier(network, "classify")
    return reference.classes_in(network, predict(network, x))


def accuracy(network: Trainable, x: ArrayLike, t: ArrayLike | None = None) -> float:
    """Return the share of inputs whose preferred class is a target's."""
    reference.check_classifier(network, "accuracy")
    measured = _measured(network, x, t).accuracy
    return measured if measured is not None else float("nan")


def loss(
    network: Trainable,
    x: ArrayLike,
    t: ArrayLike | None = None,
    *,
    mode: Mode = "predict",
    sample_weight: ArrayLike | None = None,
    step: int = 0,
) -> float:
    """Return the loss, averaged over all rows: in slices in predict mode, in one batch in train mode."""
    if mode == "predict":
        return _measured(network, x, t, sample_weight).loss
    if t is None:
        raise ArgumentTypeError("t must be given in train mode, which takes one batch, got x alone. Pass x and t.")
    return reference.loss(network, x, t, mode=mode, sample_weight=sample_weight, step=step)


def _measured(
    network: Trainable, x: ArrayLike, t: ArrayLike | None, sample_weight: ArrayLike | None = None
) -> Evaluation:
    """Return loss and accuracy on x and t, or on a source of batches that takes the place of both."""
    if t is None and (arrays := arrays_of(x)) is not None:
        x, t = arrays
    if t is None:
        return measure_batches(network, x, sample_weight, functools.partial(evaluate_samples, network))
    if gives_batches(x):
        raise ArgumentError("t must be left out: x gives batches (x, t), which have their targets in them.")
    return evaluate(network, x, t, sample_weight)


def evaluate_samples(network: Trainable, samples: Samples) -> Evaluation:
    """Return loss and accuracy on samples that have been checked."""
    return evaluate(network, samples.x, samples.t, samples.weights, scaling=samples.scaling)
