"""The logic gates AND, NAND and OR, each one perceptron, and XOR, which takes two layers of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ShapeError, as_real_array
from glassnet.mathematics.perceptron import Perceptron

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["AND", "NAND", "OR", "XOR", "Gate", "PerceptronGate", "TwoLayerGate"]


class Gate(ABC):
    """A logic gate: a function of two bits that gives one bit.

    Call it on two numbers or on two arrays of 0 and 1 (which are broadcast): ``AND(1, 0)``. It prints as its formula
    and its truth table.

    Examples
    --------
    >>> AND(1, 1), XOR(1, 1)
    (1, 0)
    >>> OR([0, 0, 1], [0, 1, 1])
    array([0, 1, 1])
    """

    name: str

    @property
    @abstractmethod
    def formula(self) -> str:
        """How the output comes from x1 and x2, in one line."""

    @abstractmethod
    def _output(self, x1: NDArray[Any], x2: NDArray[Any]) -> NDArray[Any]:
        """Return the output for arrays of bits of one shape."""

    def __call__(self, x1: ArrayLike, x2: ArrayLike) -> Any:
        """Return the gate's output: an int for two numbers, an int array for arrays."""
        first, second = _bits("x1", x1), _bits("x2", x2)
        try:
            first, second = np.broadcast_arrays(first, second)
        except ValueError:
            raise ShapeError(
                f"x1 and x2 must have shapes that broadcast, got {first.shape} and {second.shape}. "
                "Give two arrays of the same shape."
            ) from None
        output = self._output(first, second)
        return output if output.ndim else int(output)

    def truth_table(self) -> NDArray[Any]:
        """Return the rows (x1, x2, output) for all four inputs, as an int array of shape (4, 3).

        >>> AND.truth_table()
        array([[0, 0, 0],
               [0, 1, 0],
               [1, 0, 0],
               [1, 1, 1]])
        """
        x1, x2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
        return np.column_stack([x1, x2, self(x1, x2)])

    def __repr__(self) -> str:
        return f"<gate {self.name}: {self.formula}>"

    def __str__(self) -> str:
        rows = [f" {x1}   {x2}   {output}" for x1, x2, output in self.truth_table()]
        return "\n".join([f"{self.name}: {self.formula}", f"x1  x2  {self.name}", *rows])


@dataclass(frozen=True, repr=False)
class PerceptronGate(Gate):
    """A gate that is one perceptron, y = 1 if w1·x1 + w2·x2 + b > 0, else 0.

    Parameters
    ----------
    name : str
    weights : tuple of two floats
        w1 and w2.
    bias : float
        b.

    Examples
    --------
    >>> print(AND)
    AND: fires when 0.5·x1 + 0.5·x2 − 0.7 > 0
    x1  x2  AND
     0   0   0
     0   1   0
     1   0   0
     1   1   1
    """

    name: str
    weights: tuple[float, float]
    bias: float

    @property
    def perceptron(self) -> Perceptron:
        """The gate's perceptron, a new one each time: training it leaves the gate as it is."""
        return Perceptron(self.weights, bias=self.bias)

    @property
    def formula(self) -> str:
        """The weighted sum and when it fires."""
        w1, w2 = self.weights
        return f"fires when {_term(w1, first=True)}·x1{_term(w2)}·x2{_term(self.bias)} > 0"

    def _output(self, x1: NDArray[Any], x2: NDArray[Any]) -> NDArray[Any]:
        rows = np.column_stack([x1.ravel(), x2.ravel()])
        return np.reshape(self.perceptron(rows), x1.shape)


@dataclass(frozen=True, repr=False)
class TwoLayerGate(Gate):
    """A gate of two layers: two gates look at the inputs, and a third at what those two say.

    No single perceptron computes XOR, since no straight line separates its classes; one more layer does.

    Parameters
    ----------
    name : str
    hidden : tuple of two gates
        The first layer.
    output : gate
        The second layer.

    Examples
    --------
    >>> XOR
    <gate XOR: AND(NAND(x1, x2), OR(x1, x2))>
    """

    name: str
    hidden: tuple[Gate, Gate]
    output: Gate

    @property
    def parts(self) -> tuple[Gate, ...]:
        """All gates within, the first layer first."""
        return (*self.hidden, self.output)

    @property
    def formula(self) -> str:
        """The gates as nested calls."""
        first, second = self.hidden
        return f"{self.output.name}({first.name}(x1, x2), {second.name}(x1, x2))"

    def _output(self, x1: NDArray[Any], x2: NDArray[Any]) -> NDArray[Any]:
        first, second = self.hidden
        return np.asarray(self.output(first(x1, x2), second(x1, x2)))


def _bits(name: str, value: ArrayLike) -> NDArray[Any]:
    bits = as_real_array(value, name)
    wrong = bits[(bits != 0) & (bits != 1)]
    if wrong.size:
        raise ArgumentError(
            f"{name} must hold 0 and 1 only, got {wrong.flat[0]:g}. A number becomes a bit by a comparison: x > 0.5."
        )
    return bits


def _term(number: float, *, first: bool = False) -> str:
    """Return a number as a term of a sum.

    >>> _term(-0.5, first=True), _term(-0.7)
    ('−0.5', ' − 0.7')
    """
    if first:
        return f"{number:g}".replace("-", "−")
    return f" {'−' if number < 0 else '+'} {abs(number):g}"


# Source: lecture 002, its code. Its slide has (0.5, 0.5, −0.7), (−0.5, −0.5, −0.7) and (0.5, 0.5, −0.2) as (w1, w2, θ),
# which no single reading makes right: with biases, NAND never fires; with thresholds, AND and OR always do.
AND = PerceptronGate("AND", (0.5, 0.5), -0.7)
NAND = PerceptronGate("NAND", (-0.5, -0.5), 0.7)
OR = PerceptronGate("OR", (0.5, 0.5), -0.2)
XOR = TwoLayerGate("XOR", (NAND, OR), AND)
