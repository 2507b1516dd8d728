"""Checking backpropagation against numerical differentiation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.mathematics.checks import check_integer, check_number
from glassnet.mathematics.numerical import numerical_gradient
from glassnet.network import reference
from glassnet.network.tape import Mode, format_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure

TRIES = 32
"""At how many points a little aside a gradient may prove that only a kink made it differ."""
ASIDE = 30.0
"""How far aside those points are, in every parameter, in steps of h."""
AT_ONE_SIDE = 0.01
"""How far beyond the slope of one side of a kink a gradient still counts as that slope, in parts of the bend."""
OTHER_KINKS = 10.0
"""How far beyond both slopes a gradient may be where other kinks take part, in parts of what slopes aside are."""


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
        How many of its numbers were compared; those at a kink are not.
    largest_difference : float
        Between the two, of any number.
    relative_error : float
        ‖gradient − difference‖ / (‖gradient‖ + ‖difference‖).
    kinks : int
        How many numbers stand at a kink, such as relu(0), where there is no gradient: the slopes to its two sides
        differ, the gradient lies between them (less strictly, where other parameters are at kinks as well), and a
        little aside it agrees. They are left out.
    passed : bool
        False also where nothing was compared, all numbers being at kinks: see `verdict`.
    """

    name: str
    shape: tuple[int, ...]
    checked: int
    largest_difference: float
    relative_error: float
    kinks: int
    passed: bool

    @property
    def verdict(self) -> str:
        """`passed`, `FAILED`, or `not checked`: at other inputs or parameters it would stand beside the kinks."""
        if self.passed:
            return "passed"
        return "FAILED" if self.checked else "not checked"


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found, by parameter. Prints as a table."""

    checks: dict[str, ParameterCheck]

    @property
    def passed(self) -> bool:
        """Whether no parameter failed, and something was compared: one that is all at kinks is not checked."""
        verdicts = {check.verdict for check in self.checks.values()}
        return "FAILED" not in verdicts and "passed" in verdicts

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
                check.verdict,
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
        By parameter; it prints as a table and is true if none failed. Nothing is raised for a gradient that is wrong;
        nan, in either of the two, does not pass. A parameter with all its numbers at kinks is `not checked`, and does
        not pass either: change the inputs or the parameters a little.

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
    here = _Point(network, x, t, h, step)
    return GradientReport({name: _check(here, name, tolerance, at_most, rng) for name in here.network.parameters})


class _Slopes(NamedTuple):
    """The gradient of one number by backpropagation, and its differences: central, to the left, to the right."""

    gradient: float
    central: float
    left: float
    right: float


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
        self.loss = self._loss()
        self.noise = 1e-14 / h * max(1.0, abs(self.loss))

    def _loss(self) -> float:
        return reference.loss(self.network, self.x, self.t, mode="train", step=self.step)

    def slopes(self, name: str, index: int) -> _Slopes:
        """Return the gradient of one number of a parameter, and its differences."""
        flat = self.network.parameters[name].reshape(-1)
        kept = flat[index]
        flat[index] = kept + self.h
        right = self._loss()
        flat[index] = kept - self.h
        left = self._loss()
        flat[index] = kept
        gradient, h = float(self.gradients[name].reshape(-1)[index]), self.h
        return _Slopes(gradient, (right - left) / (2 * h), (self.loss - left) / h, (right - self.loss) / h)

    @cached_property
    def aside(self) -> list[_Point]:
        """The points a little aside, made when the first number differs."""
        rng = np.random.default_rng(1)
        return [_Point(self.network, self.x, self.t, self.h, self.step, rng) for _ in range(TRIES)]

    def differ(self, slopes: _Slopes, tolerance: float) -> bool:
        """Say whether gradient and central difference differ by more than they may; nan does."""
        gradient, central = slopes.gradient, slopes.central
        return not abs(gradient - central) <= tolerance * (abs(gradient) + abs(central)) + self.noise

    def bends(self, slopes: _Slopes, aside: list[float], tolerance: float) -> bool:
        """Say whether the slopes around differ, with the gradient between them or at one of them."""
        low, high = sorted((slopes.left, slopes.right))
        # What a smooth curve adds to a slope within h is small beside a kink, and beside a gradient.
        slack = AT_ONE_SIDE * (high - low) + tolerance * (abs(low) + abs(high)) + self.noise
        if high - low > 2 * self.noise and low - slack <= slopes.gradient <= high + slack:
            return True
        # Slopes aside that reach beyond left and right: other parameters stand at kinks too, and the gradient, with a
        # choice at each of them, is that of a corner which a few points need not meet. A smooth place bends far less.
        beyond = max(low - min(aside), max(aside) - high)
        outside = max(low - slopes.gradient, slopes.gradient - high)
        return beyond > slack + AT_ONE_SIDE * max(map(abs, aside)) and outside <= OTHER_KINKS * beyond


def _at_kink(here: _Point, slopes: _Slopes, name: str, index: int, tolerance: float) -> bool:
    """Say whether a gradient differs because of a kink: a little aside there is none, but a bug is there as well."""
    around = [(point, point.slopes(name, index)) for point in here.aside]
    agreeing = sum(not point.differ(its_slopes, tolerance) for point, its_slopes in around)
    return agreeing > TRIES / 2 and here.bends(slopes, [its_slopes.central for _, its_slopes in around], tolerance)


def _check(here: _Point, name: str, tolerance: float, at_most: int, rng: np.random.Generator) -> ParameterCheck:
    array = here.network.parameters[name]
    chosen = range(array.size) if array.size <= at_most else rng.choice(array.size, at_most, replace=False).tolist()
    pairs, kinks = [], 0
    for index in chosen:
        slopes = here.slopes(name, index)
        if here.differ(slopes, tolerance) and _at_kink(here, slopes, name, index, tolerance):
            kinks += 1
        else:
            pairs.append((slopes.gradient, slopes.central))
    gradient, central = np.array(pairs).reshape(-1, 2).T
    with np.errstate(all="ignore"):  # nan is reported, not warned of
        size = np.linalg.norm(gradient) + np.linalg.norm(central)
        relative = 0.0 if size == 0 else float(np.linalg.norm(gradient - central) / size)
        largest = float(np.abs(gradient - central).max(initial=0.0))
    # Where all numbers are at kinks nothing is known; an empty parameter has nothing to be wrong.
    passed = (relative <= tolerance or largest <= here.noise) and (bool(pairs) or not chosen)
    return ParameterCheck(name, array.shape, len(pairs), largest, relative, kinks, passed)
