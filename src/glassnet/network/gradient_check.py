"""Checking backpropagation against numerical differentiation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.numerical import numerical_gradient
from glassnet.network import reference
from glassnet.network.tape import Mode, format_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure


def numerical_gradients(
    network: Structure, x: ArrayLike, t: ArrayLike, *, mode: Mode = "train", step: int = 0, h: float = 1e-4
) -> dict[str, NDArray[Any]]:
    """Return ∂loss/∂parameter by central differences, on a float64 copy: two losses for each number."""
    copy = network.same_with("float64")

    def cost(_: NDArray[Any]) -> float:
        return reference.loss(copy, x, t, mode=mode, step=step)

    return {name: numerical_gradient(cost, array, h) for name, array in copy.parameters.items()}


@dataclass(frozen=True)
class ParameterCheck:
    """How the gradient of one parameter compares with its differences.

    Attributes
    ----------
    name, shape : str, tuple
    checked : int
        How many of its numbers were compared.
    largest_difference : float
        Between the two, of any number.
    relative_error : float
        ‖gradient − difference‖ / (‖gradient‖ + ‖difference‖).
    kinks : int
        How many numbers stand at a kink, where the slopes to the left and to the right differ; they are left out.
    passed : bool
    """

    name: str
    shape: tuple[int, ...]
    checked: int
    largest_difference: float
    relative_error: float
    kinks: int
    passed: bool


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found, by parameter. Prints as a table."""

    checks: dict[str, ParameterCheck]

    @property
    def passed(self) -> bool:
        """Whether every parameter passed."""
        return all(check.passed for check in self.checks.values())

    def __getitem__(self, name: str) -> ParameterCheck:
        return self.checks[name]

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        header = ("parameter", "shape", "checked", "largest difference", "relative error", "kinks", "")
        rows = [
            (
                check.name,
                str(check.shape),
                str(check.checked),
                f"{check.largest_difference:.1e}",
                f"{check.relative_error:.1e}",
                str(check.kinks),
                "passed" if check.passed else "FAILED",
            )
            for check in self.checks.values()
        ]
        return format_table(header, rows)


def gradient_check(
    network: Structure,
    x: ArrayLike,
    t: ArrayLike,
    *,
    h: float = 1e-5,
    tolerance: float = 1e-5,
    at_most: int = 1000,
    step: int = 0,
) -> GradientReport:
    """Compare a network's gradients with central differences, (L(w + h) − L(w − h)) / 2h, parameter by parameter.

    Parameters
    ----------
    network : Network
        Not changed; both sides are computed on a float64 copy, in train mode.
    x, t : arrays
        A few samples; the work grows with their number and with that of the parameters.
    h : float, default 1e-5
        The difference.
    tolerance : float, default 1e-5
        The largest relative error that passes.
    at_most : int, default 1000
        How many numbers of a parameter are checked; of more, so many are drawn at random.
    step : int, default 0
        The step whose dropout masks are used.

    Returns
    -------
    GradientReport
        By parameter; it prints as a table and is true if all passed. Nothing is raised for a gradient that is wrong.

    Notes
    -----
    Source: lecture 002 (numerical differentiation; backpropagation as the fast way to the same gradient).

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1)], loss="mean_squared_error")
    >>> report = gn.gradient_check(net, [[0.0, 1.0], [1.0, 0.5]], [1.0, 0.0])
    >>> report.passed
    True
    """
    copy = network.same_with("float64")
    gradients = reference.gradients(copy, x, t, step=step)
    rng = np.random.default_rng(0)
    checks = {}
    for name, array in copy.parameters.items():
        flat = array.reshape(-1)
        chosen = np.arange(flat.size) if flat.size <= at_most else rng.choice(flat.size, at_most, replace=False)
        slopes = np.array([_one_sided(copy, x, t, flat, index, h, step) for index in chosen]).reshape(-1, 2)
        checks[name] = _compare(name, array.shape, gradients[name].reshape(-1)[chosen], slopes, tolerance)
    return GradientReport(checks)


def _one_sided(
    network: Structure, x: ArrayLike, t: ArrayLike, flat: NDArray[Any], index: int, h: float, step: int
) -> tuple[float, float]:
    """Return the slopes of the loss to the left and to the right of one number of a parameter."""
    kept = flat[index]
    losses = []
    for shifted in (kept - h, kept, kept + h):
        flat[index] = shifted
        losses.append(reference.loss(network, x, t, mode="train", step=step))
    flat[index] = kept
    return (losses[1] - losses[0]) / h, (losses[2] - losses[1]) / h


def _compare(
    name: str, shape: tuple[int, ...], gradient: NDArray[Any], slopes: NDArray[Any], tolerance: float
) -> ParameterCheck:
    central = slopes.mean(axis=1)
    difference = np.abs(gradient - central)
    jump = np.abs(slopes[:, 1] - slopes[:, 0])
    # At a kink the gradient is one of two slopes, and the central difference lies half-way between them: their
    # distance is half the jump. Where the loss is smooth the jump is of the order of h, and excuses nothing.
    kinks = (difference > tolerance * (np.abs(gradient) + np.abs(central))) & (difference <= jump)
    smooth = ~kinks
    size = np.linalg.norm(gradient[smooth]) + np.linalg.norm(central[smooth])
    relative = float(np.linalg.norm(difference[smooth]) / size) if size > 0 else 0.0
    largest = float(difference[smooth].max(initial=0.0))
    # Rounding alone leaves differences of about 1e-16 / h; a gradient that is 0 must not fail by them.
    passed = bool(relative <= tolerance or largest <= 1e-9)
    return ParameterCheck(name, shape, len(gradient), largest, relative, int(kinks.sum()), passed)
