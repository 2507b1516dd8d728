"""Checking backpropagation against numerical differentiation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import check_integer, check_number
from glassnet.mathematics.numerical import numerical_gradient
from glassnet.network import reference
from glassnet.network.tape import Mode, format_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure

TRIES = 3
"""At how many points a little aside a gradient may prove that only a kink made it differ."""
ASIDE = 100.0
"""How far aside those points are, in every parameter, in steps of h."""


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
        How many numbers differ because they stand at a kink, such as relu(0), where there is no gradient: a little
        aside they agree. They are left out.
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
    h : float above 0, default 1e-5
        The difference.
    tolerance : float above 0, default 1e-5
        The largest relative error that passes.
    at_most : int of at least 1, default 1000
        How many numbers of a parameter are checked; of more, so many are drawn at random.
    step : int, default 0
        The step whose dropout masks are used.

    Returns
    -------
    GradientReport
        By parameter; it prints as a table and is true if all passed. Nothing is raised for a gradient that is wrong;
        nan, in either of the two, does not pass.

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
    h = check_number("h", h, above=0)
    tolerance = check_number("tolerance", tolerance, above=0)
    at_most = check_integer("at_most", at_most, minimum=1)
    rng = np.random.default_rng(0)
    points = [_Point(network, x, t, h, step)]
    points += [_Point(network, x, t, h, step, rng) for _ in range(TRIES)]
    return GradientReport(
        {name: _check(points, name, tolerance, at_most, rng) for name in points[0].network.parameters}
    )


class _Point:
    """A float64 copy of a network, at its own parameters or a little aside, with gradients by backpropagation."""

    def __init__(
        self,
        network: Structure,
        x: ArrayLike,
        t: ArrayLike,
        h: float,
        step: int,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.network = network.same_with("float64")
        if rng is not None:
            self.network.parameters.flat += ASIDE * h * rng.standard_normal(self.network.parameters.flat.shape)
        self.x, self.t, self.h, self.step = x, t, h, step
        self.gradients = reference.gradients(self.network, x, t, step=step)
        # Rounding alone leaves differences of about 1e-16 |loss| / h; a gradient that is 0 must not fail by them.
        self.noise = 1e-14 / h * max(1.0, abs(self._loss()))

    def _loss(self) -> float:
        return reference.loss(self.network, self.x, self.t, mode="train", step=self.step)

    def both(self, name: str, index: int) -> tuple[float, float]:
        """Return the gradient of one number of a parameter, and its central difference."""
        flat = self.network.parameters[name].reshape(-1)
        kept = flat[index]
        flat[index] = kept + self.h
        right = self._loss()
        flat[index] = kept - self.h
        left = self._loss()
        flat[index] = kept
        return float(self.gradients[name].reshape(-1)[index]), (right - left) / (2 * self.h)

    def differ(self, gradient: float, central: float, tolerance: float) -> bool:
        """Say whether the two differ by more than they may; nan does."""
        return not abs(gradient - central) <= tolerance * (abs(gradient) + abs(central)) + self.noise


def _check(points: list[_Point], name: str, tolerance: float, at_most: int, rng: np.random.Generator) -> ParameterCheck:
    here, *aside = points
    array = here.network.parameters[name]
    chosen = range(array.size) if array.size <= at_most else rng.choice(array.size, at_most, replace=False).tolist()
    pairs, kinks = [], 0
    for index in chosen:
        pair = here.both(name, index)
        # A kink is a point without a gradient, and a little aside there is none; a bug is there as well.
        if here.differ(*pair, tolerance) and any(not p.differ(*p.both(name, index), tolerance) for p in aside):
            kinks += 1
        else:
            pairs.append(pair)
    gradient, central = np.array(pairs).reshape(-1, 2).T
    with np.errstate(all="ignore"):  # nan is reported, not warned of
        size = np.linalg.norm(gradient) + np.linalg.norm(central)
        relative = 0.0 if size == 0 else float(np.linalg.norm(gradient - central) / size)
        largest = float(np.abs(gradient - central).max(initial=0.0))
    passed = relative <= tolerance or largest <= here.noise
    return ParameterCheck(name, array.shape, len(chosen), largest, relative, kinks, passed)
