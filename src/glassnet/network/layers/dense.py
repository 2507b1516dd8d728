"""The dense (affine, fully connected) layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_integer, describe
from glassnet.network.initializers import FromArrays, as_initializer
from glassnet.network.layer import Layer, Place
from glassnet.network.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.tape import Mode, Step


@dataclass(frozen=True, repr=False)
class Dense(Layer):
    """Every output is a weighted sum of every input: Z = X @ W + b.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and of outputs, at least 1.
    bias : bool, default True
        Whether b is added.
    init : str, Initializer, array W, or pair (W, b)
        Initial values: `auto` (He before ReLU and its kin, Xavier otherwise), `he`, `xavier`, `normal`, `zeros`, an
        object of `glassnet.initializers`, or arrays. Biases start at 0.

    Notes
    -----
    Parameters: W of shape (n_in, n_out), b of shape (n_out,). Backward: dW = Xᵀ @ dZ, db = Σ dZ over the rows,
    dX = dZ @ Wᵀ. Source: lectures 001, 002 and 004.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> layer = gn.Dense(2, 1, init=(np.array([[0.5], [0.5]]), np.array([-0.7])))
    >>> gn.Network([layer], loss="mean_squared_error").predict([[1.0, 1.0]]).round(2)
    array([[0.3]], dtype=float32)
    """

    n_in: int
    n_out: int
    bias: bool = True
    init: Any = "auto"

    starts_block: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._set("n_in", check_integer("Dense's n_in", self.n_in, minimum=1))
        self._set("n_out", check_integer("Dense's n_out", self.n_out, minimum=1))
        if not isinstance(self.bias, bool):
            raise ArgumentTypeError(f"Dense's bias must be True or False, got {describe(self.bias)}.")
        init = as_initializer(self.init, None)
        if not self.bias and isinstance(init, FromArrays) and init.b is not None:
            raise ArgumentError("Dense's init must be W alone where bias=False, got W and b. Leave one of the two out.")

    @property
    def piecewise_linear(self) -> bool:
        """It is linear everywhere."""
        return True

    @property
    def input_size(self) -> int:
        """How many numbers the layer takes."""
        return self.n_in

    def output_size(self, n_in: int) -> int:
        """Return how many numbers the layer gives."""
        return self.n_out

    def initial_parameters(self, n_in: int, rng: np.random.Generator, following: Layer | None) -> dict[str, Any]:
        """Return W and b."""
        init = as_initializer(self.init, following.suggested_init if following else None)
        parameters = init.draw((n_in, self.n_out), (self.n_out,), n_in, self.n_out, rng)
        return parameters if self.bias else {"W": parameters["W"]}

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Z = X @ W + b."""
        x, W, b = place.input, place.names["W"], place.names.get("b")
        inputs = (x, W, b) if b else (x, W)
        formula = f"{x} @ {W} + {b}" if b else f"{x} @ {W}"
        yield place.step("forward", "affine", inputs, place.output, ("N", self.n_out), formula)

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute dW = Xᵀ @ dZ, db = Σ dZ, dX = dZ @ Wᵀ."""
        x, dz, W = place.input, f"d{place.output}", place.names["W"]
        yield place.step("backward", "affine_dW", (x, dz), f"d{W}", (self.n_in, self.n_out), f"{x}ᵀ @ {dz}")
        if "b" in place.names:
            b = place.names["b"]
            yield place.step("backward", "sum_of_rows", (dz,), f"d{b}", (self.n_out,), f"sum of {dz} over rows")
        yield place.step("backward", "affine_dx", (dz, W), f"d{x}", ("N", self.n_in), f"{dz} @ {W}ᵀ")


@operation
def affine(x: NDArray[Any], W: NDArray[Any], b: NDArray[Any] | None = None) -> NDArray[Any]:
    """X @ W + b."""
    z = x @ W
    if b is not None:
        z += b
    return z


@operation
def affine_dW(x: NDArray[Any], dz: NDArray[Any]) -> NDArray[Any]:  # noqa: N802  # W is the field's own name
    """Xᵀ @ dZ."""
    return x.T @ dz


@operation
def affine_dx(dz: NDArray[Any], W: NDArray[Any]) -> NDArray[Any]:
    """Compute dZ @ Wᵀ."""
    return dz @ W.T


@operation
def sum_of_rows(dz: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Σ dZ over the rows of the batch."""
    return xp.sum(dz, axis=0)
