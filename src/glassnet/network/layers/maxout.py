"""The maxout layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.mathematics.checks import check_integer
from glassnet.mathematics.vector_functions import maxout, maxout_pieces
from glassnet.network.initializers import as_initializer
from glassnet.network.layer import Layer, Place
from glassnet.network.operations import OPERATIONS, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.tape import Mode, Step


@dataclass(frozen=True, repr=False)
class Maxout(Layer):
    """The largest of several weighted sums: Z = maxₖ (X @ W[k] + b[k]). See `glassnet.functions.maxout`.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and of outputs, at least 1.
    pieces : int, default 2
        Among how many sums each output is the largest, at least 1.
    init : str, Initializer, array W, or pair (W, b)
        As for Dense; `auto` is He.

    Notes
    -----
    Parameters: W of shape (pieces, n_in, n_out), b of shape (pieces, n_out). The gradient goes to the largest piece,
    the first of equals. Source: lecture 000; Goodfellow et al., 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> layer = gn.Maxout(1, 1, init=np.array([[[1.0]], [[-1.0]]]))  # max(x, -x) = |x|
    >>> gn.Network([layer], "mean_squared_error").predict([[2.0], [-3.0]])
    array([[2.],
           [3.]], dtype=float32)
    """

    n_in: int
    n_out: int
    pieces: int = 2
    init: Any = "auto"

    starts_block: ClassVar[bool] = True
    suggested_init: ClassVar[str | None] = "he"

    def __post_init__(self) -> None:
        self._set("n_in", check_integer("Maxout's n_in", self.n_in, minimum=1))
        self._set("n_out", check_integer("Maxout's n_out", self.n_out, minimum=1))
        self._set("pieces", check_integer("Maxout's pieces", self.pieces, minimum=1))
        as_initializer(self.init, None)

    @property
    def piecewise_linear(self) -> bool:
        """Whether its function is."""
        return maxout.piecewise_linear

    @property
    def input_size(self) -> int:
        """How many numbers the layer takes."""
        return self.n_in

    def output_size(self, n_in: int) -> int:
        """Return how many numbers the layer gives."""
        return self.n_out

    def initial_parameters(
        self,
        n_in: int,
        rng: np.random.Generator,
        following: Layer | None,
    ) -> dict[str, Any]:
        """Return W and b."""
        init = as_initializer(self.init, self.suggested_init)
        return init.draw((self.pieces, n_in, self.n_out), (self.pieces, self.n_out), n_in, self.n_out, rng)

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """P[k] = X @ W[k] + b[k], Z = max P."""
        x, W, b, pieces = place.input, place.names["W"], place.names["b"], place.local("pieces")
        shape = (self.pieces, "N", self.n_out)
        yield place.step("forward", "maxout_pieces", (x, W, b), pieces, shape, f"{x} @ {W}[k] + {b}[k] for each k")
        yield place.step("forward", "maximum", (pieces,), place.output, ("N", self.n_out), f"max over k of {pieces}[k]")

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """dP[k] = dZ where P[k] is the largest; then as for Dense, for each k."""
        x, W, b, pieces, dz = (
            place.input,
            place.names["W"],
            place.names["b"],
            place.local("pieces"),
            f"d{place.output}",
        )
        dp = f"d{pieces}"
        shape = (self.pieces, "N", self.n_out)
        formula = f"{dz} where {pieces}[k] is the (first) largest, else 0"
        yield place.step("backward", "maximum_backward", (dz, pieces), dp, shape, formula)
        formula = f"{x}ᵀ @ {dp}[k] for each k"
        yield place.step("backward", "maxout_dW", (x, dp), f"d{W}", (self.pieces, self.n_in, self.n_out), formula)
        formula = f"sum of {dp}[k] over rows"
        yield place.step("backward", "maxout_db", (dp,), f"d{b}", (self.pieces, self.n_out), formula)
        formula = f"sum over k of {dp}[k] @ {W}[k]ᵀ"
        yield place.step("backward", "maxout_dx", (dp, W), f"d{x}", ("N", self.n_in), formula)


OPERATIONS[maxout_pieces.__name__] = maxout_pieces


@operation
def maximum(pieces: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Return the largest piece."""
    return xp.max(pieces, axis=0)


@operation
def maximum_backward(dz: NDArray[Any], pieces: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Give dZ to the first largest piece."""
    numbers = xp.arange(pieces.shape[0], device=pieces.device)[:, None, None]
    return xp.where(numbers == xp.argmax(pieces, axis=0), dz, 0)


@operation
def maxout_dW(x: NDArray[Any], dp: NDArray[Any]) -> NDArray[Any]:  # noqa: N802  # W is the field's own name
    """Xᵀ @ dP[k]."""
    return x.T @ dp


@operation
def maxout_db(dp: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Σ dP[k] over the rows."""
    return xp.sum(dp, axis=1)


@operation
def maxout_dx(dp: NDArray[Any], W: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Σ dP[k] @ W[k]ᵀ over k."""
    return xp.sum(dp @ xp.matrix_transpose(W), axis=0)
