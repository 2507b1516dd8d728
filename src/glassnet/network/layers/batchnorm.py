"""The batch normalization layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import check_number
from glassnet.network.layer import Layer, Place
from glassnet.network.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.tape import Mode, Step


@dataclass(frozen=True, repr=False)
class BatchNorm(Layer):
    """Brings each unit to mean 0 and variance 1 over the batch, then to a scale γ and a shift β that are learned.

    Parameters
    ----------
    momentum : float, default 0.9
        How much of the running statistics each batch keeps, from 0 up to but not including 1.
    eps : float, default 1e-5
        Added to the variance, above 0.

    Notes
    -----
    In training, normalized = (Z − mean) / √(variance + eps) with the batch's own mean and variance; in prediction, with
    the running ones, which training updates: running ← momentum · running + (1 − momentum) · batch, where the variance
    counts N / (N − 1); a batch of one row has no such variance and leaves the running one as it was. A = γ · normalized
    + β. Parameters: gamma, beta of shape (n,); state: running_mean, running_variance. Source: Ioffe and Szegedy, 2015.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 1, init=([[1.0]], [0.0])), gn.BatchNorm()], "mean_squared_error")
    >>> net.trace([[0.0], [10.0]])["A1"].round(3)  # mean 5, standard deviation 5
    array([[-1.],
           [ 1.]], dtype=float32)
    """

    momentum: float = 0.9
    eps: float = 1e-5

    def __post_init__(self) -> None:
        self._set("momentum", check_number("BatchNorm's momentum", self.momentum, at_least=0, below=1))
        self._set("eps", check_number("BatchNorm's eps", self.eps, above=0))

    @property
    def piecewise_linear(self) -> bool:
        """In prediction its statistics are fixed, and it is linear."""
        return True

    def parameters(self, n_in: int, rng: np.random.Generator) -> dict[str, Any]:
        """Return gamma = 1 and beta = 0."""
        return {"gamma": np.ones(n_in), "beta": np.zeros(n_in)}

    def initial_state(self, n_in: int) -> dict[str, Any]:
        """Return the running mean and variance."""
        return {"running_mean": np.zeros(n_in), "running_variance": np.ones(n_in)}

    def _statistics(self, place: Place, mode: Mode) -> tuple[str, str]:
        if mode == "predict":
            return place.names["running_mean"], place.names["running_variance"]
        return place.local("mean"), place.local("variance")

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Normalize, scale, shift; in training, update the running statistics."""
        x, n, normalized = place.input, place.n_in, place.local("normalized")
        gamma, beta = place.names["gamma"], place.names["beta"]
        mean, variance = self._statistics(place, mode)
        if mode == "train":
            yield place.step("forward", "mean_of_rows", (x,), mean, (n,), f"mean of {x} over rows")
            yield place.step(
                "forward", "variance_of_rows", (x, mean), variance, (n,), f"mean of ({x} - {mean})² over rows"
            )
        formula = f"({x} - {mean}) / sqrt({variance} + {self.eps:g})"
        yield place.step("forward", "normalize", (x, mean, variance), normalized, ("N", n), formula, eps=self.eps)
        formula = f"{gamma} * {normalized} + {beta}"
        yield place.step("forward", "scale_and_shift", (normalized, gamma, beta), place.output, ("N", n), formula)
        if mode == "train":
            yield from self._state_steps(place, mean, variance)

    def _state_steps(self, place: Place, mean: str, variance: str) -> Iterator[Step]:
        keep = self.momentum
        running = place.names["running_mean"]
        formula = f"{keep:g} {running} + {1 - keep:g} {mean}"
        yield place.step("state", "running_average", (running, mean), running, (place.n_in,), formula, momentum=keep)
        running = place.names["running_variance"]
        formula = f"{keep:g} {running} + {1 - keep:g} {variance} N / (N - 1), unchanged by one row"
        yield place.step(
            "state",
            "running_variance",
            (running, variance, place.input),
            running,
            (place.n_in,),
            formula,
            momentum=keep,
        )

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """In training the batch's mean and variance depend on Z too, which takes two means out of the gradient."""
        n, normalized, dy = place.n_in, place.local("normalized"), f"d{place.output}"
        gamma, beta = place.names["gamma"], place.names["beta"]
        dn, dx = f"d{normalized}", f"d{place.input}"
        _, variance = self._statistics(place, mode)
        formula = f"sum of {dy} * {normalized} over rows"
        yield place.step("backward", "sum_of_products", (dy, normalized), f"d{gamma}", (n,), formula)
        yield place.step("backward", "sum_of_rows", (dy,), f"d{beta}", (n,), f"sum of {dy} over rows")
        yield place.step("backward", "multiply", (dy, gamma), dn, ("N", n), f"{dy} * {gamma}")
        if mode == "predict":
            formula = f"{dn} / sqrt({variance} + {self.eps:g})"
            yield place.step("backward", "unscale", (dn, variance), dx, ("N", n), formula, eps=self.eps)
        else:
            means = f"mean of {dn} - {normalized} * mean of ({dn} * {normalized})"
            formula = f"({dn} - {means}) / sqrt({variance} + {self.eps:g})"
            inputs = (dn, normalized, variance)
            yield place.step("backward", "normalize_backward", inputs, dx, ("N", n), formula, eps=self.eps)


@operation
def mean_of_rows(x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return the mean over the rows."""
    return xp.mean(x, axis=0)


@operation
def variance_of_rows(x: NDArray[Any], mean: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return the mean squared distance from the mean over the rows."""
    return xp.mean(xp.square(x - mean), axis=0)


@operation
def normalize(x: NDArray[Any], mean: NDArray[Any], variance: NDArray[Any], *, eps: float, xp: Any = np) -> NDArray[Any]:
    """Return (Z − mean) / √(variance + eps)."""
    return (x - mean) / xp.sqrt(variance + eps)


@operation
def scale_and_shift(normalized: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any]) -> NDArray[Any]:
    """Return γ · normalized + β."""
    return gamma * normalized + beta


@operation
def running_average(running: NDArray[Any], batch: NDArray[Any], *, momentum: float) -> NDArray[Any]:
    """Return momentum · running + (1 − momentum) · batch."""
    return momentum * running + (1 - momentum) * batch


@operation
def running_variance(
    running: NDArray[Any], variance: NDArray[Any], x: NDArray[Any], *, momentum: float, xp: Any = np
) -> NDArray[Any]:
    """Return the running average with the unbiased variance; one row has none, and leaves it as it was."""
    rows = x.shape[0]
    if rows == 1:
        return xp.asarray(running, copy=True)
    return running_average(running, variance * (rows / (rows - 1)), momentum=momentum)


@operation
def sum_of_products(dy: NDArray[Any], normalized: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return Σ dA · normalized over the rows."""
    return xp.sum(dy * normalized, axis=0)


@operation
def unscale(dn: NDArray[Any], variance: NDArray[Any], *, eps: float, xp: Any = np) -> NDArray[Any]:
    """Return d normalized / √(variance + eps)."""
    return dn / xp.sqrt(variance + eps)


@operation
def normalize_backward(
    dn: NDArray[Any], normalized: NDArray[Any], variance: NDArray[Any], *, eps: float, xp: Any = np
) -> NDArray[Any]:
    """Return the gradient through a normalization by the batch's own statistics."""
    means = xp.mean(dn, axis=0) + normalized * xp.mean(dn * normalized, axis=0)
    return unscale(dn - means, variance, eps=eps, xp=xp)
