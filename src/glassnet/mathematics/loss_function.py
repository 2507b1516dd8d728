"""What a loss is here: its value and its derivative side by side, each with the formula in words.

The losses themselves are in `glassnet.mathematics.losses`. The raw formulas (`LossFunction.per_sample`,
`LossFunction.per_sample_derivative`) work on rows and are what networks use; calling a `LossFunction` brings outputs
and targets into that form first, and shows overflow and nan in its result without a warning.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentTypeError, ShapeError, as_float_array, describe
from glassnet.mathematics.function import as_parameter, broadcasts_to, without_namespace
from glassnet.mathematics.targets import as_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray


class LossFunction:
    """A loss with its derivative beside it.

    Attributes
    ----------
    name : str
        Its name in `glassnet.losses`.
    formula, derivative_formula : str
        The loss of one sample, and its derivative by that sample's outputs.
    likelihood : str
        The distribution of t given y whose negative log-likelihood this is, up to constants.
    per_sample : callable (y, t, **parameters, xp=numpy) -> array (N,)
        The loss of each row of y (N, n_out); xp is the library whose arrays it gets.
    per_sample_derivative : callable (y, t, **parameters, xp=numpy) -> array (N, n_out)
        The derivative of each row's loss by that row.
    """

    def __init__(
        self,
        per_sample: Callable[..., Any],
        per_sample_derivative: Callable[..., Any],
        *,
        formula: str,
        derivative_formula: str,
        likelihood: str,
        sums: bool = False,
        row_is_one_sample: bool = False,
    ) -> None:
        functools.update_wrapper(self, per_sample)
        self.name = per_sample.__name__
        self.per_sample = per_sample
        self.per_sample_derivative = per_sample_derivative
        self.formula = formula
        self.derivative_formula = derivative_formula
        self.likelihood = likelihood
        self.sums = sums
        self.row_is_one_sample = row_is_one_sample
        self.__signature__ = without_namespace(inspect.signature(per_sample))
        self.parameter_names = tuple(self.__signature__.parameters)[2:]

    def __call__(self, y: ArrayLike, t: ArrayLike, **parameters: Any) -> Any:
        """Return the loss: the mean over the samples (the sum, for `sum_of_squares_error`)."""
        if hasattr(y, "__glassnet_apply__"):
            return y.__glassnet_apply__(
                self.name,
                lambda y: np.asarray(self(y, t, **parameters)),
                lambda dloss, y, _: dloss * self.derivative(y, t, **parameters),
            )
        _, rows, targets, settings = self._as_rows(y, t, parameters)
        with np.errstate(all="ignore"):
            losses = self.per_sample(rows, targets, **settings)
            return losses.sum() if self.sums else losses.mean()

    def derivative(self, y: ArrayLike, t: ArrayLike, **parameters: Any) -> NDArray[Any]:
        """Return the derivative of `self(y, t)` by y, in y's shape."""
        shape, rows, targets, settings = self._as_rows(y, t, parameters)
        with np.errstate(all="ignore"):
            gradient = self.per_sample_derivative(rows, targets, **settings)
            return (gradient if self.sums else gradient / len(rows)).reshape(shape)

    def check_names(self, parameters: Mapping[str, Any]) -> None:
        """Raise `ArgumentTypeError` if the loss has no parameter of one of these names."""
        if set(parameters) - set(self.parameter_names):
            signature = ", ".join(("y", "t", *self.parameter_names))
            got = ", ".join(("y", "t", *parameters))
            raise ArgumentTypeError(
                f"{self.name} must be called as {self.name}({signature}), got ({got}). "
                "Of the losses only gaussian_nll has a parameter, sigma."
            )

    def _as_rows(
        self, y: ArrayLike, t: ArrayLike, parameters: dict[str, Any]
    ) -> tuple[tuple[int, ...], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Return y's shape, and y, t and the parameters as rows of samples."""
        self.check_names(parameters)
        outputs = as_float_array(y, "y")
        if outputs.size == 0:
            raise ShapeError(f"y must hold at least one number, got {describe(outputs)}. Pass the outputs of a sample.")
        targets = as_rows(outputs, t, classes=True)
        rows = (1, -1) if self.row_is_one_sample and outputs.ndim == 1 else (-1, 1)
        if outputs.ndim >= 2:
            rows = (-1, outputs.shape[-1])
        settings = {name: _spread(name, value, outputs).reshape(rows) for name, value in parameters.items()}
        return outputs.shape, outputs.reshape(rows), targets.reshape(rows), settings

    def __reduce__(self) -> str:
        return self.name  # pickled, and copied, as a name of its module: there is one of each

    def __repr__(self) -> str:
        return f"<loss {self.name}: {self.formula}>"


def _spread(name: str, value: ArrayLike, y: NDArray[Any]) -> NDArray[Any]:
    """Return a parameter as one number beside each output."""
    values = as_parameter(name, value)
    if not broadcasts_to(np.shape(values), y.shape):
        raise ShapeError(
            f"{name} must be a number, or an array that broadcasts to y's shape {y.shape}, got {describe(values)}. "
            "Give one number for each output."
        )
    return np.broadcast_to(values, y.shape)


def loss_function(
    per_sample_derivative: Callable[..., Any], **words: Any
) -> Callable[[Callable[..., Any]], LossFunction]:
    """Make a `LossFunction` of the formula below, given the derivative of a sample's loss by its outputs."""
    return lambda per_sample: LossFunction(per_sample, per_sample_derivative, **words)
