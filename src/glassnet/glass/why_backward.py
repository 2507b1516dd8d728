"""What the numbers of the backward pass are sums of, by operation: the chain rule, one link at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.why_terms import Index, Rule, Spot, Term, bracketed, number, products, spot
from glassnet.mathematics import functions
from glassnet.network.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.glass.trace import PassTrace as Trace
    from glassnet.network.tape import Step

BACKWARD: dict[str, Rule] = {}


def backward(*operations: str) -> Callable[[Rule], Rule]:
    """Register a rule for operations."""

    def register(rule: Rule) -> Rule:
        BACKWARD.update(dict.fromkeys(operations, rule))
        return rule

    return register


# Products with weights


@backward("affine_dW")
def _affine_dW(trace: Trace, step: Step, index: Index) -> list[Term]:  # noqa: N802  # W is the field's own name
    x, dz = step.inputs
    source, unit = index
    return list(products(trace, x, dz, (((n, source), (n, unit)) for n in _rows(trace)), gradient=dz))


@backward("affine_dx")
def _affine_dx(trace: Trace, step: Step, index: Index) -> list[Term]:
    dz, W = step.inputs
    sample, source = index
    units = range(trace[dz].shape[1])
    return list(products(trace, dz, W, (((sample, k), (source, k)) for k in units), gradient=dz))


@backward("sum_of_rows")
def _sum_of_rows(trace: Trace, step: Step, index: Index) -> list[Term]:
    return [_passed_on(trace, Spot(step.inputs[0], (n, *index))) for n in _rows(trace)]


@backward("maxout_dW")
def _maxout_dW(trace: Trace, step: Step, index: Index) -> list[Term]:  # noqa: N802  # W is the field's own name
    x, dp = step.inputs
    piece, source, unit = index
    return list(products(trace, x, dp, (((n, source), (piece, n, unit)) for n in _rows(trace)), gradient=dp))


@backward("maxout_db")
def _maxout_db(trace: Trace, step: Step, index: Index) -> list[Term]:
    piece, unit = index
    return [_passed_on(trace, Spot(step.inputs[0], (piece, n, unit))) for n in _rows(trace)]


@backward("maxout_dx")
def _maxout_dx(trace: Trace, step: Step, index: Index) -> list[Term]:
    dp, W = step.inputs
    sample, source = index
    pieces, _, units = trace[dp].shape
    places = (((piece, sample, k), (piece, source, k)) for piece in range(pieces) for k in range(units))
    return list(products(trace, dp, W, places, gradient=dp))


@backward("maximum_backward")
def _maximum_backward(trace: Trace, step: Step, index: Index) -> list[Term]:
    dz, pieces = step.inputs
    piece, sample, unit = index
    winner = int(np.argmax(trace[pieces][:, sample, unit]))
    if winner == piece:
        return [_passed_on(trace, Spot(dz, (sample, unit)))]
    return [Term(f"0, since {Spot(pieces, (winner, sample, unit))} is the largest", 0.0)]


# Activations


def _elementwise(trace: Trace, step: Step, index: Index) -> list[Term]:
    """DZ = dA · f'(Z)."""
    function = getattr(functions, step.operation.removesuffix("_backward"))
    dy, x, y, *parameters = step.inputs
    settings = dict(step.settings)
    settings |= {own: trace[name][index[-1:]] for own, name in zip(function.parameter_names, parameters, strict=False)}
    # In the dtype of the pass: a derivative such as 1 - y² is that of the y that is stored.
    with np.errstate(all="ignore"):
        slope = float(function.local_derivative(trace[x][index][None], trace[y][index][None], **settings)[0])
    return [_scaled(trace, Spot(dy, index), f"{function.name}'({Spot(x, index)})", slope)]


for _name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "identity", "prelu"):
    backward(f"{_name}_backward")(_elementwise)


@backward("prelu_dalpha")
def _prelu_dalpha(trace: Trace, step: Step, index: Index) -> list[Term]:
    dy, x = step.inputs
    places = [(n, *index) for n in _rows(trace)]
    slopes = [float(functions.prelu_alpha_derivative(trace[x][place])) for place in places]
    return [
        _scaled(trace, Spot(dy, place), f"min({Spot(x, place)}, 0)", slope)
        for place, slope in zip(places, slopes, strict=True)
    ]  # fmt: skip


@backward("softmax_backward")
def _softmax_backward(trace: Trace, step: Step, index: Index) -> list[Term]:
    """DZ[i] = Σₖ dA[k] ∂A[k]/∂Z[i], where ∂A[k]/∂Z[i] = A[k] (δᵢₖ − A[i])."""
    dy, _, y = step.inputs
    sample, unit = index
    own = Spot(y, index)
    terms = []
    for k in range(trace[y].shape[1]):
        other = Spot(y, (sample, k))
        label = f"{own} (1 - {own})" if k == unit else f"(-{other} {own})"
        slope = other.value(trace) * ((k == unit) - own.value(trace))
        terms.append(_scaled(trace, Spot(dy, (sample, k)), label, slope))
    return terms


@backward("same")
def _same(trace: Trace, step: Step, index: Index) -> list[Term]:
    return [_passed_on(trace, Spot(step.inputs[0], index))]


@backward("multiply")
def _multiply(trace: Trace, step: Step, index: Index) -> list[Term]:
    dy, other = step.inputs
    return list(products(trace, dy, other, [(index, spot(trace, other, index).index)], gradient=dy))


# Batch normalization


@backward("sum_of_products")
def _sum_of_products(trace: Trace, step: Step, index: Index) -> list[Term]:
    dy, normalized = step.inputs
    return list(products(trace, dy, normalized, (((n, *index),) * 2 for n in _rows(trace)), gradient=dy))


@backward("unscale")
def _unscale(trace: Trace, step: Step, index: Index) -> list[Term]:
    dn, variance = step.inputs
    return [_scaled(trace, Spot(dn, index), *_scale(trace, variance, index, step))]


@backward("normalize_backward")
def _normalize_backward(trace: Trace, step: Step, index: Index) -> list[Term]:
    """Take two means off the gradient, since the batch's mean and variance depend on Z too."""
    dn, normalized, variance = step.inputs
    label, scale = _scale(trace, variance, index, step)
    gradients, numbers = (trace[name].astype(np.float64)[:, index[1]] for name in (dn, normalized))
    mean, product, own = gradients.mean(), (gradients * numbers).mean(), Spot(normalized, index)
    return [
        _scaled(trace, Spot(dn, index), label, scale),
        Term(f"-(mean of {dn}[:,{index[1]}]) * {label}", float(-mean * scale)),
        Term(f"-{own} * (mean of {dn} * {normalized}) * {label}", float(-own.value(trace) * product * scale)),
    ]


def _scale(trace: Trace, variance: str, index: Index, step: Step) -> tuple[str, float]:
    eps, spread = step.settings["eps"], Spot(variance, index[1:])
    return f"(1 / sqrt({spread} + {eps:g}))", float(1 / np.sqrt(spread.value(trace) + eps))


# The loss


@backward("weight_shares")
def _weight_shares(trace: Trace, _step: Step, index: Index) -> list[Term]:
    if "weights" not in trace:
        rows = len(trace["X"])
        return [Term(f"1 / {rows}, the mean over the samples", 1 / rows)]
    own, total = Spot("weights", index), float(trace["weights"].astype(np.float64).sum())
    return [Term(f"{own} / Σ weights", own.value(trace) / total)]


@backward("softmax_categorical_cross_entropy_backward", "sigmoid_binary_cross_entropy_backward")
def _fused(trace: Trace, step: Step, index: Index) -> list[Term]:
    """DZ is what the answer was, less what it should have been."""
    share, y, t = step.inputs
    sample = index[:1]
    scale, answer, target = Spot(share, sample), Spot(y, index), Spot(t, index)
    total = float(trace[t][sample].astype(np.float64).sum()) if step.operation.startswith("softmax") else 1.0
    label = f"{scale} * {answer}" + (f" * {number(total)} (Σ t)" if abs(total - 1) > 1e-6 else "")
    return [
        Term(label, scale.value(trace) * answer.value(trace) * total),
        Term(f"-{scale} * {target}", -scale.value(trace) * target.value(trace)),
    ]


def _loss(trace: Trace, step: Step, index: Index) -> list[Term]:
    """DA = dlosses · ∂loss/∂A, by the loss's own derivative of this sample."""
    share, y, t = step.inputs
    sample = index[0]
    row = slice(sample, sample + 1)
    with np.errstate(all="ignore"):
        slope = OPERATIONS[step.operation](np.ones(1), trace[y][row], trace[t][row], **step.settings)[0, index[1]]
    scale = Spot(share, (sample,))
    derivative = step.formula.removeprefix(f"{share} * ")
    at = f"{derivative} at {Spot(y, index)} = {number(Spot(y, index).value(trace))}"
    label = f"{scale} * {at}, {Spot(t, index)} = {number(Spot(t, index).value(trace))}"
    return [Term(label, scale.value(trace) * float(slope))]


for _name in ("mean_squared_error", "mean_absolute_error", "binary_cross_entropy", "categorical_cross_entropy"):
    backward(f"{_name}_backward")(_loss)
backward("gaussian_nll_backward")(_loss)


def _rows(trace: Trace) -> range:
    return range(len(trace["X"]))


def _passed_on(trace: Trace, gradient: Spot) -> Term:
    return Term(str(gradient), gradient.value(trace), gradient, ("1", 1.0))


def _scaled(trace: Trace, gradient: Spot, label: str, factor: float) -> Term:
    """Return a gradient times a number, both written out."""
    value = gradient.value(trace)
    words = f"{gradient} * {label} = {bracketed(value)} * {bracketed(factor)}"
    return Term(words, value * factor, gradient, (label, factor))
