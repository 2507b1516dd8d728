"""The terms of a number: what a why adds up, and how names, places and numbers are written in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from glassnet.mathematics.function import substitute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from glassnet.glass.trace import PassTrace as Trace

Index = tuple[int, ...]


@dataclass(frozen=True)
class Spot:
    """One number of a trace: the name of its array, and where in it."""

    name: str
    index: Index

    def __str__(self) -> str:
        return f"{self.name}[{','.join(map(str, self.index))}]" if self.index else self.name

    def value(self, trace: Trace) -> float:
        """Return the number."""
        return float(trace[self.name][self.index])


class Term(NamedTuple):
    """One of the numbers that add up.

    Attributes
    ----------
    label : str
        What it is, in names and numbers.
    value : float
    gradient : Spot or None
        The gradient that it was made of, nearer to the loss; None where the way back ends.
    factor : tuple of (label, value)
        What that gradient was multiplied by: ∂(the gradient's own number) by the number explained.
    """

    label: str
    value: float
    gradient: Spot | None = None
    factor: tuple[str, float] = ("", 0.0)


Rule = Callable[[Any, Any, Index], list[Term]]
"""(trace, step, index) → the terms that one number of the step's output is the sum of."""


def spot(trace: Trace, name: str, index: Index) -> Spot:
    """Return the number of an array that belongs to an index; an array of fewer axes has the last ones.

    >>> import glassnet as gn
    >>> trace = gn.Network([gn.Dense(2, 3)]).trace([[0.0, 1.0]])
    >>> str(spot(trace, "Z1", (0, 2))), str(spot(trace, "b1", (0, 2)))
    ('Z1[0,2]', 'b1[2]')
    """
    axes = trace[name].ndim
    return Spot(name, index[len(index) - axes :] if axes else ())


def number(value: float) -> str:
    """Write a number short, as it stands in a formula.

    >>> number(0.123456), number(-2.0)
    ('0.1235', '-2')
    """
    return f"{value + 0.0:.4g}"  # no -0


def bracketed(value: float) -> str:
    """Write a number short, in brackets if it is negative, as it stands in a product.

    >>> bracketed(0.5), bracketed(-0.5)
    ('0.5', '(-0.5)')
    """
    return number(value) if value >= 0 else f"({number(value)})"


def plugged(formula: str, numbers: Mapping[str, float]) -> str:
    """Return a formula with numbers in the place of names; a negative one in brackets where it needs them.

    >>> plugged("1 / (1 + exp(-Z1))", {"Z1": -2.0}), plugged("max(0, Z1)", {"Z1": -2.0})
    ('1 / (1 + exp(-(-2)))', 'max(0, -2)')
    """
    words = {name: bracketed(value) for name, value in numbers.items()}
    # Alone between brackets or commas it needs none of its own.
    return re.sub(r"(?<=\()\(([^()]*)\)(?=\))|(?<=, )\(([^()]*)\)(?=[,)])|^\(([^()]*)\)$",
                  lambda found: "".join(filter(None, found.groups())), substitute(formula, **words))  # fmt: skip


def products(
    trace: Trace, left: str, right: str, places: Iterable[tuple[Index, Index]], *, gradient: str = ""
) -> Iterator[Term]:
    """Return the products of pairs of numbers, worked out in float64; `gradient` is the name that leads to the loss."""
    lefts, rights = trace[left], trace[right]
    for at_left, at_right in places:
        one, other = Spot(left, at_left), Spot(right, at_right)
        a, b = float(lefts[at_left]), float(rights[at_right])
        if gradient:
            onward, factor = (one, (str(other), b)) if gradient == left else (other, (str(one), a))
            yield Term(f"{one} * {other}", a * b, onward, factor)
        else:
            yield Term(f"{one} * {other}", a * b)
