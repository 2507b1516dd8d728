"""The layers that apply an activation function: one class each, all of one pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.mathematics import functions
from glassnet.mathematics.checks import check_number
from glassnet.mathematics.function import substitute
from glassnet.network.layer import Layer, Place
from glassnet.network.operations import OPERATIONS, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.mathematics.function import Function
    from glassnet.network.tape import Mode, Step


@dataclass(frozen=True, repr=False)
class Activation(Layer):
    """A layer that applies a function of `glassnet.functions`: A = f(Z), backward dZ = dA · f'(Z)."""

    function: ClassVar[Function]

    @property
    def piecewise_linear(self) -> bool:
        """Whether its function is."""
        return self.function.piecewise_linear

    def settings(self) -> dict[str, Any]:
        """Return the parameters of the function that are fixed."""
        return {}

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute A = f(Z)."""
        values = {name: f"{value:g}" for name, value in self.settings().items()}
        formula = substitute(self.function.formula, x=place.input, **values, **place.names)
        inputs = (place.input, *place.names.values())
        yield place.step(
            "forward", self.function.name, inputs, place.output, ("N", place.n_out), formula, **self.settings()
        )

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute dZ = dA · f'(Z)."""
        values = {name: f"{value:g}" for name, value in self.settings().items()}
        x, y, dy = place.input, place.output, f"d{place.output}"
        derivative = substitute(self.function.derivative_formula, x=x, y=y, dy=dy, **values, **place.names)
        formula = derivative.split("backward: ")[-1] if "backward: " in derivative else f"{dy} * ({derivative})"
        inputs = (dy, x, y, *place.names.values())
        yield place.step(
            "backward",
            f"{self.function.name}_backward",
            inputs,
            f"d{x}",
            ("N", place.n_in),
            formula,
            **self.settings(),
        )


@dataclass(frozen=True, repr=False)
class Identity(Activation):
    """A = Z. See `glassnet.functions.identity`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.Identity()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[ 2., -2.]], dtype=float32)
    """

    function = functions.identity


@dataclass(frozen=True, repr=False)
class Sigmoid(Activation):
    """A = 1 / (1 + exp(−Z)). See `glassnet.functions.sigmoid`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.Sigmoid()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[0.881, 0.119]], dtype=float32)
    """

    function = functions.sigmoid
    suggested_init = "xavier"


@dataclass(frozen=True, repr=False)
class Tanh(Activation):
    """A = tanh(Z). See `glassnet.functions.tanh`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.Tanh()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[ 0.964, -0.964]], dtype=float32)
    """

    function = functions.tanh
    suggested_init = "xavier"


@dataclass(frozen=True, repr=False)
class ReLU(Activation):
    """A = max(0, Z). See `glassnet.functions.relu`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.ReLU()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[2., 0.]], dtype=float32)
    """

    function = functions.relu
    suggested_init = "he"


@dataclass(frozen=True, repr=False)
class Softmax(Activation):
    """A = exp(Z) / Σ exp(Z) over each row. See `glassnet.functions.softmax`.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.Softmax()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[0.982, 0.018]], dtype=float32)
    """

    function = functions.softmax
    suggested_init = "xavier"


@dataclass(frozen=True, repr=False)
class LeakyReLU(Activation):
    """A = Z where Z > 0, αZ elsewhere. See `glassnet.functions.leaky_relu`.

    Parameters
    ----------
    alpha : float, default 0.1
        The slope for negative Z.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.LeakyReLU()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[ 2. , -0.2]], dtype=float32)
    """

    alpha: float = functions.leaky_relu.defaults["alpha"]

    function = functions.leaky_relu
    suggested_init = "he"

    def __post_init__(self) -> None:
        self._set("alpha", check_number("LeakyReLU's alpha", self.alpha))

    def settings(self) -> dict[str, Any]:
        """Return alpha."""
        return {"alpha": self.alpha}


@dataclass(frozen=True, repr=False)
class ELU(Activation):
    """A = Z where Z > 0, α(exp(Z) − 1) elsewhere. See `glassnet.functions.elu`.

    Parameters
    ----------
    alpha : float, default 1.0
        −α is the limit for Z → −∞.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.ELU()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[ 2.   , -0.865]], dtype=float32)
    """

    alpha: float = functions.elu.defaults["alpha"]

    function = functions.elu
    suggested_init = "he"

    def __post_init__(self) -> None:
        self._set("alpha", check_number("ELU's alpha", self.alpha))

    def settings(self) -> dict[str, Any]:
        """Return alpha."""
        return {"alpha": self.alpha}


@dataclass(frozen=True, repr=False)
class PReLU(Activation):
    """A = Z where Z > 0, αZ elsewhere, with an α for each unit that is learned. See `glassnet.functions.prelu`.

    Parameters
    ----------
    alpha : float, default 0.25
        Its initial value, as in He et al., 2015.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.PReLU()], "mean_squared_error")
    >>> net.predict([[2.0]]).round(3)  # Z is [2, -2]
    array([[ 2. , -0.5]], dtype=float32)
    """

    alpha: float = 0.25

    function = functions.prelu
    suggested_init = "he"

    def __post_init__(self) -> None:
        self._set("alpha", check_number("PReLU's alpha", self.alpha))

    def parameters(self, n_in: int, rng: np.random.Generator) -> dict[str, Any]:
        """Return alpha, one for each unit."""
        return {"alpha": np.full(n_in, self.alpha)}

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Compute dZ = dA · f'(Z), dα = Σ dA · min(Z, 0)."""
        yield from super().backward_steps(place, mode)
        dy, alpha = f"d{place.output}", place.names["alpha"]
        formula = f"sum of {dy} * min({place.input}, 0) over rows"
        yield place.step("backward", "prelu_dalpha", (dy, place.input), f"d{alpha}", (place.n_in,), formula)


@operation
def prelu_dalpha(dy: NDArray[Any], x: NDArray[Any], *, xp: Any = np) -> NDArray[Any]:
    """Σ dA · ∂A/∂α over the rows."""
    return xp.sum(dy * functions.prelu_alpha_derivative(x, xp=xp), axis=0)


def _register(function: Function) -> None:
    OPERATIONS[function.name] = function.value
    OPERATIONS[f"{function.name}_backward"] = function.backward_formula


for _layer in (Identity, Sigmoid, Tanh, ReLU, Softmax, LeakyReLU, ELU):
    _register(_layer.function)
OPERATIONS[functions.prelu.name] = functions.prelu.value


@operation
def prelu_backward(
    dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], alpha: NDArray[Any], *, xp: Any = np
) -> NDArray[Any]:
    """Return dA · f'(Z)."""
    return functions.prelu.backward_formula(dy, x, y, alpha=alpha, xp=xp)
