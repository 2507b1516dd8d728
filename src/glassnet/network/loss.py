"""The loss at the end of a network: by name, or a user's own; its steps on the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from glassnet.mathematics import losses
from glassnet.mathematics.checks import (
    ArgumentTypeError,
    ShapeError,
    as_float_array,
    check_callable_with,
    check_choice,
    describe,
)
from glassnet.mathematics.function import substitute
from glassnet.mathematics.fused_losses import FUSED_LOSSES, FusedLoss
from glassnet.mathematics.loss_function import LossFunction
from glassnet.network.operations import OPERATIONS, operation, read_only
from glassnet.network.tape import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

LOSSES: dict[str, LossFunction] = {
    loss.name: loss
    for loss in (
        losses.mean_squared_error,
        losses.mean_absolute_error,
        losses.binary_cross_entropy,
        losses.categorical_cross_entropy,
        losses.gaussian_nll,
    )
}
"""The losses that a network may name: each a mean over the samples."""

TargetKind = Literal["values", "classes"]


class Loss:
    """A loss of your own: derive from it and define `forward` and `backward` on whole batches.

    `forward(y, t)` returns one number for each sample, of shape (N,); `backward(y, t)` the derivative of each sample's
    number by its outputs, of shape (N, n_out). The network takes the mean over the samples.

    Examples
    --------
    >>> import glassnet as gn
    >>> class CubicLoss(gn.Loss):
    ...     def forward(self, y, t):
    ...         return (abs(y - t) ** 3).sum(axis=1)
    ...
    ...     def backward(self, y, t):
    ...         return 3 * (y - t) * abs(y - t)
    >>> net = gn.Network([gn.Dense(1, 1, init="zeros")], loss=CubicLoss())
    >>> float(net.loss([[1.0]], [[2.0]]))
    8.0
    """

    targets: ClassVar[TargetKind | None] = None
    """`classes` if class indices are targets, `values` if not, None to go by the output layer."""

    def forward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the loss of each sample, of shape (N,)."""
        raise ArgumentTypeError(f"{type(self).__name__} must define forward(self, y, t): glassnet.Loss says how.")

    def backward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative of each sample's loss by its outputs, of shape (N, n_out)."""
        raise ArgumentTypeError(f"{type(self).__name__} must define backward(self, y, t): glassnet.Loss says how.")

    def check_outputs(self, n_out: int) -> None:
        """Raise an error if the loss cannot be taken of rows of `n_out` numbers; by default it can."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class NamedLoss(Loss):
    """A loss of `glassnet.losses` by its name, with its settings.

    Parameters
    ----------
    name : str
        `mean_squared_error`, `mean_absolute_error`, `binary_cross_entropy`, `categorical_cross_entropy` or
        `gaussian_nll`.
    **settings
        `sigma` for `gaussian_nll`: a number, or one for each output.

    Examples
    --------
    >>> NamedLoss("gaussian_nll", sigma=2.0)
    NamedLoss('gaussian_nll', sigma=2.0)
    """

    def __init__(self, name: str, **settings: Any) -> None:
        self.name = check_choice("loss", name, LOSSES)
        self.function = LOSSES[self.name]
        self.function.check_names(settings)
        self.settings: Mapping[str, Any] = {key: as_float_array(value, key).tolist() for key, value in settings.items()}
        one = np.full((1, 1), 0.5)  # so that a wrong setting shows here and not in the middle of training
        self.function.per_sample(one, one, **self.settings)

    def forward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the loss of each sample."""
        return self.function.per_sample(y, t, **self.settings)

    def backward(self, y: NDArray[Any], t: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative of each sample's loss by its outputs."""
        return self.function.per_sample_derivative(y, t, **self.settings)

    def check_outputs(self, n_out: int) -> None:
        """Raise `ShapeError` if a setting has not one number for each of the outputs."""
        row = np.full((1, n_out), 0.5)
        self.function(row, row, **self.settings)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={value!r}" for name, value in self.settings.items())
        return f"{type(self).__name__}({self.name!r}{settings})"


def as_loss(loss: Any) -> Loss:
    """Return the loss that a name, a function of `glassnet.losses` or an object means.

    >>> as_loss("mean_squared_error")
    NamedLoss('mean_squared_error')
    """
    if isinstance(loss, Loss):
        for method in (loss.forward, loss.backward):
            check_callable_with(type(loss).__name__, method, "y", "t")
        return loss
    if isinstance(loss, LossFunction):
        return NamedLoss(loss.name)
    if isinstance(loss, str):
        return NamedLoss(loss)
    mend = f" Write {loss.__name__}()." if isinstance(loss, type) else ""
    raise ArgumentTypeError(
        f"loss must be a name such as 'mean_squared_error' or a gn.Loss, got {describe(loss)}.{mend}"
    )


def fused_with(loss: Loss, function_name: str | None) -> FusedLoss | None:
    """Return the fused form of a loss and the output function before it, if there is one."""
    if not isinstance(loss, NamedLoss):
        return None
    return FUSED_LOSSES.get(f"{function_name}_{loss.name}")


def loss_steps(loss: Loss, fused: FusedLoss | None, z: str, y: str, n_out: int, layer: int) -> Iterator[Step]:
    """Return the steps of the loss: forward, then backward to the gradient of y, or of z if they are fused."""
    wanted = z if fused else y
    operation_name, settings, formula, derivative = _forms(loss, fused, z, y)
    note = ""
    if fused:
        note = f"fused: {fused.function.name} and {fused.loss.name} in one, from {z}: stable, and d{y} is never formed"
    yield Step("loss", operation_name, (wanted, "t"), ("losses",), (("N",),), formula, layer, settings, note)
    mean = "sum of losses * weights / sum of weights (weights of 1: the mean over the rows)"
    yield Step("loss", "weighted_mean", ("losses", "weights"), ("loss",), ((),), mean, layer)
    share = "weights / sum of weights (weights of 1: 1 / N)"
    yield Step("backward", "weight_shares", ("losses", "weights"), ("dlosses",), (("N",),), share, layer)
    inputs = ("dlosses", y, "t")
    yield Step(
        "backward",
        f"{operation_name}_backward",
        inputs,
        (f"d{wanted}",),
        (("N", n_out),),
        f"dlosses * ({derivative})",
        layer,
        settings,
        note,
    )


def _forms(loss: Loss, fused: FusedLoss | None, z: str, y: str) -> tuple[str, Mapping[str, Any], str, str]:
    """Return the operation, its settings, and the two formulas."""
    if fused:
        return fused.name, {}, substitute(fused.formula, z=z), substitute(fused.derivative_formula, y=y)
    if isinstance(loss, NamedLoss):
        names = {"y": y, "p": y} | {name: f"{value}" for name, value in loss.settings.items()}
        function = loss.function
        formulas = substitute(function.formula, **names), substitute(function.derivative_formula, **names)
        return loss.name, loss.settings, *formulas
    kind = type(loss).__name__
    return "own_loss", {"loss": loss}, f"{kind}.forward({y}, t)", f"{kind}.backward({y}, t)"


@operation
def own_loss(y: NDArray[Any], t: NDArray[Any], *, loss: Loss) -> NDArray[Any]:
    """Run the forward of a user's own loss."""
    return loss.forward(read_only(y), read_only(t))


@operation
def own_loss_backward(dlosses: NDArray[Any], y: Any, t: NDArray[Any], *, loss: Loss) -> NDArray[Any]:
    """Run the backward of a user's own loss."""
    result = loss.backward(read_only(y), read_only(t))
    what = f"{type(loss).__name__}.backward(y, t)"
    gradient = as_float_array(result, what) if isinstance(y, np.ndarray) else result
    if gradient.shape != y.shape:  # it might broadcast, and be wrong without a sign
        raise ShapeError(
            f"{type(loss).__name__}.backward(y, t) must give the shape {y.shape} of y, got {gradient.shape}. "
            "Return the derivative of each sample's loss by each of its outputs."
        )
    return dlosses[:, None] * gradient


@operation
def weighted_mean(losses: NDArray[Any], weights: NDArray[Any] | None, *, xp: Any = np) -> Any:
    """Return Σ wᵢ lᵢ / Σ wᵢ; 0 if all weights are 0."""
    if weights is None:
        return xp.mean(losses)
    return xp.sum(losses * weight_shares(losses, weights, xp=xp))


@operation
def weight_shares(losses: NDArray[Any], weights: NDArray[Any] | None, *, xp: Any = np) -> NDArray[Any]:
    """Return wᵢ / Σ w, the derivative of the weighted mean by each loss."""
    if weights is None:
        return xp.full_like(losses, 1 / losses.shape[0])
    total = xp.sum(weights)
    return weights / (total if total > 0 else 1)


def _register(name: str, forward: Any, derivative: Any) -> None:
    def backward(
        dlosses: NDArray[Any], y: NDArray[Any], t: NDArray[Any], *, xp: Any = np, **settings: Any
    ) -> NDArray[Any]:
        return dlosses[:, None] * derivative(y, t, xp=xp, **settings)

    OPERATIONS[name] = forward
    OPERATIONS[f"{name}_backward"] = backward


for _loss in LOSSES.values():
    _register(_loss.name, _loss.per_sample, _loss.per_sample_derivative)
for _fused in FUSED_LOSSES.values():
    _register(_fused.name, _fused.per_sample, _fused.derivative)
