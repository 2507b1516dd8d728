"""The layers of lecture 002's shopping: a multiplication and an addition that go forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, as_real_array
from glassnet.mathematics.graph_rules import RULES, Forward, undo_broadcasting


class MulLayer:
    """Multiplication node: it sends back ∂L/∂out times the other input.

    out = x y; ∂L/∂x = dout · y, ∂L/∂y = dout · x

    Attributes
    ----------
    x, y : number or array, or None before `forward`
        The inputs, kept for `backward`.

    Raises
    ------
    ArgumentError
        If `backward` is called before `forward`.

    Notes
    -----
    Source: lecture 002.

    Examples
    --------
    Two apples at 100 with a tax of 10%:

    >>> apples, taxed = MulLayer(), MulLayer()
    >>> price = taxed.forward(apples.forward(100, 2), 1.1)
    >>> dapples, dtax = taxed.backward(1)
    >>> dapple, dnumber = apples.backward(dapples)
    >>> round(price), dapple, round(dnumber), dtax
    (220, 2.2, 110, 200)
    """

    def __init__(self) -> None:
        self.x: Any = None
        self.y: Any = None

    def forward(self, x: Any, y: Any) -> Any:
        """Return x y, and keep both."""
        self.x, self.y = _operand(x), _operand(y)
        return self.x * self.y

    def backward(self, dout: Any) -> tuple[Any, Any]:
        """Return ∂L/∂x and ∂L/∂y; where an input was repeated to fit, its derivatives are added up."""
        check_forward(self, self.x)
        at = Forward(np.empty(0), {}, self.x, self.y)
        to_x, to_y = (rule(_operand(dout), at) for rule in RULES["multiply"].backward)
        return _like(to_x, self.x), _like(to_y, self.y)


class AddLayer:
    """Addition node: it sends ∂L/∂out on to both inputs as it is.

    out = x + y; ∂L/∂x = dout, ∂L/∂y = dout

    Attributes
    ----------
    shapes : tuple of two shapes, or None before `forward`
        Those of x and y, to which an array's derivatives are added up where an input was repeated.

    Notes
    -----
    The slide's layer keeps nothing; `backward` without `forward` works here as well. Source: lecture 002.

    Examples
    --------
    >>> layer = AddLayer()
    >>> layer.forward(200, 450), layer.backward(1.1)
    (650, (1.1, 1.1))
    """

    def __init__(self) -> None:
        self.shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    def forward(self, x: Any, y: Any) -> Any:
        """Return x + y."""
        x, y = _operand(x), _operand(y)
        self.shapes = np.shape(x), np.shape(y)
        return x + y

    def backward(self, dout: Any) -> tuple[Any, Any]:
        """Return ∂L/∂x and ∂L/∂y."""
        dout = _operand(dout)
        of_x, of_y = self.shapes or (np.shape(dout), np.shape(dout))
        return _summed(dout, of_x), _summed(dout, of_y)


def check_forward(layer: object, kept: object) -> None:
    """Raise `ArgumentError` if a layer has not kept what its `backward` needs."""
    if kept is None:
        raise ArgumentError(
            f"{type(layer).__name__}.backward needs what forward keeps, got no forward before. Call forward first."
        )


def _operand(value: Any) -> Any:
    """Return Python's own numbers as they are, so that whole prices stay whole, and anything else as an array."""
    return value if type(value) in {int, float} else as_real_array(value, "an operand")[()]


def _like(gradient: Any, operand: Any) -> Any:
    return _summed(gradient, np.shape(operand))


def _summed(gradient: Any, shape: tuple[int, ...]) -> Any:
    return gradient if np.shape(gradient) == shape else undo_broadcasting(gradient, shape)[()]
