"""Initial values of weights: small enough not to saturate, large enough not to vanish, different from each other.

Sources: lecture 000 (randn / √(n/2)), 002 (normal with a small standard deviation); Glorot and Bengio, 2010; He et al.,
2015.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentTypeError,
    ShapeError,
    as_float_array,
    check_choice,
    check_number,
    describe,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FromArrays", "He", "Initializer", "Normal", "Xavier", "Zeros"]


class Initializer:
    """A rule for initial weights: called with their shape, n_in, n_out and a random generator."""

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return the weights, as float64."""
        raise NotImplementedError  # abstract: each rule below is final

    def bias(self, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return the biases: zeros, unless the rule knows better."""
        return np.zeros(shape)

    def draw(
        self, weights: tuple[int, ...], biases: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator
    ) -> dict[str, NDArray[Any]]:
        """Return W and b of these shapes, or raise `ShapeError` if the rule gives others."""
        W = _of_shape(self(weights, n_in, n_out, rng), "W", weights)
        return {"W": W, "b": _of_shape(self.bias(biases), "b", biases)}


@dataclass(frozen=True)
class Normal(Initializer):
    """Normal with mean 0 and the given standard deviation.

    Parameters
    ----------
    std : float, default 0.01
        Standard deviation, above 0.

    Examples
    --------
    >>> abs(Normal(0.5)((300, 300), 300, 300, np.random.default_rng(0)).std() - 0.5) < 0.01
    np.True_
    """

    std: float = 0.01

    def __post_init__(self) -> None:
        check_number("std", self.std, above=0)

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return normal numbers."""
        return rng.normal(0.0, self.std, shape)


@dataclass(frozen=True)
class He(Initializer):
    """Normal with standard deviation √(2 / n_in), which is also lecture 000's randn / √(n / 2).

    It keeps the size of the signal through ReLUs, which let half of it pass. Source: He et al., 2015.

    Examples
    --------
    >>> abs(He()((200, 300), 200, 300, np.random.default_rng(0)).std() - 0.1) < 0.01
    np.True_
    """

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return normal numbers."""
        return rng.normal(0.0, np.sqrt(2.0 / n_in), shape)


@dataclass(frozen=True)
class Xavier(Initializer):
    """Uniform within ±√(6 / (n_in + n_out)), or normal with the same variance, 2 / (n_in + n_out).

    It keeps the size of the signal forward and of the gradient backward through tanh. Source: Glorot and Bengio, 2010.

    Parameters
    ----------
    distribution : "uniform" or "normal"

    Examples
    --------
    >>> abs(Xavier()((200, 200), 200, 200, np.random.default_rng(0))).max() < np.sqrt(6 / 400)
    np.True_
    """

    distribution: str = "uniform"

    def __post_init__(self) -> None:
        check_choice("distribution", self.distribution, ["uniform", "normal"])

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return uniform or normal numbers."""
        std = np.sqrt(2.0 / (n_in + n_out))
        if self.distribution == "normal":
            return rng.normal(0.0, std, shape)
        return rng.uniform(-np.sqrt(3.0) * std, np.sqrt(3.0) * std, shape)


@dataclass(frozen=True)
class Zeros(Initializer):
    """All zeros: right for one layer; with hidden layers every unit stays the same as its neighbours.

    >>> Zeros()((1, 2), 1, 2, np.random.default_rng(0))
    array([[0., 0.]])
    """

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return zeros."""
        return np.zeros(shape)


@dataclass(frozen=True, eq=False)
class FromArrays(Initializer):
    """The given weights and biases.

    Parameters
    ----------
    W : array
        (n_in, n_out), or (pieces, n_in, n_out) for Maxout.
    b : array, optional
        (n_out,), or (pieces, n_out); zeros if left out.

    Examples
    --------
    >>> FromArrays([[1.0, 1.0]])((1, 2), 1, 2, np.random.default_rng(0))
    array([[1., 1.]])
    """

    W: Any
    b: Any = field(default=None)

    def __call__(self, shape: tuple[int, ...], n_in: int, n_out: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return the weights."""
        return as_float_array(self.W, "W")

    def bias(self, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return the biases."""
        return np.zeros(shape) if self.b is None else as_float_array(self.b, "b")

    def __repr__(self) -> str:
        """Say that there are arrays, not what is in them."""
        return f"FromArrays({describe(np.asarray(self.W))})"


def _of_shape(values: Any, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    array = as_float_array(values, name)
    if array.shape != shape:
        transposed = array.shape == (*shape[:-2], *shape[:-3:-1])
        mend = "Rows are inputs and columns outputs: transpose it." if transposed else "Give an array of that shape."
        raise ShapeError(f"{name} must have the shape {shape}, got {array.shape}. {mend}")
    return array


INITIALIZERS: dict[str, Initializer] = {
    "he": He(),
    "xavier": Xavier(),
    "glorot": Xavier(),
    "normal": Normal(),
    "zeros": Zeros(),
}


def as_initializer(init: Any, suggested: str | None) -> Initializer:
    """Return the initializer that `init` names or is; `auto` means the one that suits the activation that follows.

    >>> as_initializer("auto", "xavier"), as_initializer(([[1.0]], [0.0]), None)
    (Xavier(distribution='uniform'), FromArrays(an array of float64 with shape (1, 1)))
    """
    if isinstance(init, Initializer):
        return init
    if isinstance(init, str):
        name = check_choice("init", init, ["auto", *INITIALIZERS])
        return INITIALIZERS[(suggested or "xavier") if name == "auto" else name]
    if isinstance(init, tuple) and len(init) == 2:
        return FromArrays(*init)
    if isinstance(init, np.ndarray):
        return FromArrays(init)
    raise ArgumentTypeError(
        "init must be a name such as 'he', an initializer such as gn.initializers.Normal(0.01), an array W or a pair "
        f"(W, b), got {describe(init)}."
    )
