"""What is wrong with the layers and the loss: what the output can be, and what the loss makes of it, in numbers."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import SUM_OF_SHARES, UNREACHED
from glassnet.mathematics.functions import sigmoid
from glassnet.network import reference
from glassnet.network.layers import BatchNorm, Dense, Dropout, Identity, ReLU, Sigmoid, Softmax, Tanh
from glassnet.network.lowering import output_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.glass.doctor.case import Case
    from glassnet.network.layer import Layer

RANGES: dict[type[Layer], tuple[float, float]] = {
    Sigmoid: (0.0, 1.0),
    Softmax: (0.0, 1.0),
    Tanh: (-1.0, 1.0),
    ReLU: (0.0, math.inf),
}
"""Between which numbers the outputs of an activation lie."""


def examine_structure(case: Case) -> Iterator[Finding]:
    """Find what is wrong with layers and loss."""
    effective = [index for index, layer in enumerate(case.network.layers) if not isinstance(layer, Identity | Dropout)]
    yield from _linear_layers(case, effective)
    if effective:
        yield from _output_function(case, effective)
    yield from _loss(case)
    yield from _targets(case)
    yield from _several_labels(case)
    yield from _batchnorm_of_one(case)


def _linear_layers(case: Case, effective: list[int]) -> Iterator[Finding]:
    network = case.network
    for before, after in itertools.pairwise(effective):
        first, second = network.layers[before], network.layers[after]
        if not (isinstance(first, Dense) and isinstance(second, Dense)):
            continue
        # A narrow layer between wide ones is a map of low rank, which one may want.
        if first.n_out >= min(first.n_in, second.n_out):
            own = [
                network.parameters[name].size for at in (before, after) for name in network.places[at].names.values()
            ]
            evidence = {
                "first": network.describe_layer(before),
                "second": network.describe_layer(after),
                "rank": min(first.n_in, first.n_out, second.n_out),
                "parameters": sum(own),
                "needed": (first.n_in + 1) * second.n_out,
            }
            yield Finding("linear-layers", "warning", evidence)


def _output_function(case: Case, effective: list[int]) -> Iterator[Finding]:
    network = case.network
    last = network.layers[effective[-1]]
    if isinstance(last, Softmax) and network.n_out == 1:
        yield Finding("softmax-of-one", "error", {"output": 1.0})
        return
    if not isinstance(last, Softmax | Sigmoid) or len(effective) < 2:
        return
    before = network.layers[effective[-2]]
    low, high = RANGES.get(type(before), (-math.inf, math.inf))
    if isinstance(last, Softmax) and math.isfinite(high - low):
        others = network.n_out - 1
        highest, lowest = (1 / (1 + others * math.exp(-sign * (high - low))) for sign in (1, -1))
        least = -math.log(highest)
    elif isinstance(last, Sigmoid) and (math.isfinite(low) or math.isfinite(high)):
        lowest, highest = (float(sigmoid(bound)) for bound in (low, high))
        least = -math.log(min(highest, 1 - lowest))  # of the class that cannot become certain
    else:
        return
    layer = network.describe_layer(effective[-1])
    numbers = {"layer": layer, "n_classes": case.n_classes, "highest": highest, "lowest": lowest, "least": least}
    if isinstance(last, Softmax) and isinstance(before, Softmax):
        yield Finding("softmax-twice", "error", numbers)
    else:
        place = {"before": network.describe_layer(effective[-2]), "low": low, "high": high}
        yield Finding("output-bounded", "warning", {**numbers, **place})


def _loss(case: Case) -> Iterator[Finding]:
    network, name = case.network, case.loss_name
    fitting = {"categorical_cross_entropy": (Softmax,), "binary_cross_entropy": (Sigmoid, Softmax)}
    output = network.output_layer
    if name not in fitting or isinstance(output, fitting[name]):
        return
    y = _outputs(case)
    right = np.eye(network.n_out)[:1]
    ones = np.ones_like(right)
    if isinstance(output, Softmax | Sigmoid) and name == "categorical_cross_entropy" and _has_several_ones(case):
        return  # each output says yes or no on its own: several may be right
    evidence = {
        "layer": _describe_output(case),
        "loss": name,
        "outside": float(np.mean((y < 0) | (y > 1))),
        "row_sum": float(y.sum(axis=1).mean()),
        "all_ones": float(network.loss_function.forward(ones, right)[0]),
        "right": float(network.loss_function.forward(right, right)[0]),
    }
    yield Finding("loss-mismatch", "error", evidence)


def _has_several_ones(case: Case) -> bool:
    return case.targets is not None and bool((case.targets.sum(axis=1) > 1.5).any())


def _targets(case: Case) -> Iterator[Finding]:
    network, t = case.network, case.t
    if t is None or t.dtype.kind not in "fiub" or t.size != len(t) * network.n_out or not len(t):
        return
    values = t.reshape(len(t), network.n_out).astype(np.float64)
    if network.n_out > 1 and network.output_kind == "values" and _is_one_hot(values):
        y = _outputs(case)
        numbers = {"rows": len(t), "n_out": network.n_out, "outside": float(np.mean((y < 0) | (y > 1)))}
        words = {"layer": _describe_output(case), "loss": case.loss_name or repr(network.loss_function)}
        yield Finding("classes-as-values", "warning", {**numbers, **words})
    low, high = RANGES.get(type(network.output_layer), (-math.inf, math.inf))
    share = float(np.mean((values < low) | (values > high)))
    if share > UNREACHED:
        numbers = {"share": share, "low": low, "high": high}
        reach = {"lowest": float(values.min()), "highest": float(values.max())}
        yield Finding("targets-out-of-reach", "error", {"layer": _describe_output(case), **numbers, **reach})


def _several_labels(case: Case) -> Iterator[Finding]:
    """Find targets with several classes, or none, in a row, where probabilities add up to 1."""
    if case.targets is None or not isinstance(case.network.output_layer, Softmax) or case.network.n_out == 1:
        return
    sums = case.targets.sum(axis=1, dtype=np.float64)
    wrong = np.flatnonzero(np.abs(sums - 1) > SUM_OF_SHARES)  # lecture 002's 0.99 and 0.01 add up to 1.08
    if len(wrong) > UNREACHED * len(sums):
        numbers = {"share": len(wrong) / len(sums), "row": int(wrong[0]), "sum": float(sums[wrong[0]])}
        yield Finding("several-labels", "error", {"layer": _describe_output(case), **numbers})


def _batchnorm_of_one(case: Case) -> Iterator[Finding]:
    """Find batch normalization that was trained in batches of one row."""
    layers = case.network.layers
    first = next((index for index, layer in enumerate(layers) if isinstance(layer, BatchNorm)), None)
    if first is not None and case.batch_size == 1:
        evidence = {"layer": case.network.describe_layer(first), "batch_size": 1}
        yield Finding("batchnorm-of-one", "error", evidence)


def _is_one_hot(rows: NDArray[Any]) -> bool:
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())


def _describe_output(case: Case) -> str:
    layers = case.network.layers
    return case.network.describe_layer(
        next(at for at, layer in enumerate(layers) if layer is case.network.output_layer)
    )


def _outputs(case: Case) -> NDArray[Any]:
    """Return the outputs of the given rows; without any, of normally distributed ones."""
    name = output_name(case.network.places[-1])
    if case.values:
        return case.values[name]
    x = np.random.default_rng(0).normal(size=(100, case.network.n_in))
    return reference.predict(case.network, x)
