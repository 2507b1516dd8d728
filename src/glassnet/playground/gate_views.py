"""Gates and their planes as the page draws them: rows of a truth table, the half-plane where a perceptron fires."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.graph_marks import number_text
from glassnet.mathematics import gates
from glassnet.mathematics.perceptron import Perceptron

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

GATES: dict[str, gates.PerceptronGate] = {"AND": gates.AND, "NAND": gates.NAND, "OR": gates.OR}
WANTED: dict[str, gates.Gate] = {**GATES, "XOR": gates.XOR}
INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
LOW, HIGH = -0.5, 1.5
PARTS = 100
"""Sliders give hundredths. Weights are multiplied by it, so that all sums are whole numbers: 0.5 + 0.2 − 0.7 is 0 and
no crumb of rounding, and the perceptron decides there as it would on paper. A common factor changes no decision."""


def in_hundredths(weights: ArrayLike, bias: float) -> Perceptron:
    """Return the perceptron of those numbers times 100, rounded to whole ones.

    >>> in_hundredths([0.5, 0.2], -0.7)([1, 1])
    0
    """
    return Perceptron(np.rint(np.asarray(weights) * PARTS), bias=float(np.rint(bias * PARTS)))


def table(perceptron: Perceptron, wanted: str) -> list[dict[str, Any]]:
    """Return the rows of a truth table, of a perceptron in hundredths, beside what a gate would give."""
    targets = WANTED[wanted].truth_table()[:, 2]
    weighted = Perceptron(perceptron.weights, bias=0).net_input(INPUTS)
    return [
        {
            "x1": int(x[0]),
            "x2": int(x[1]),
            "weighted": number_text(weighted[k] / PARTS),
            "sum": number_text(perceptron.net_input(x) / PARTS),
            "output": perceptron(x),
            "wanted": int(targets[k]),
        }
        for k, x in enumerate(INPUTS)
    ]


def half_plane(perceptron: Perceptron, low: float = LOW, high: float = HIGH) -> dict[str, Any]:
    """Return where in a square a perceptron fires (a polygon) and its border there (two points, or none).

    Examples
    --------
    >>> half_plane(Perceptron([1, 0], bias=-0.5), 0, 1)
    {'fires': [[0.5, 0.0], [1, 0], [1, 1], [0.5, 1.0]], 'line': [[0.5, 0.0], [0.5, 1.0]]}
    """
    corners = [[low, low], [high, low], [high, high], [low, high]]
    sums = [*perceptron.net_input(corners)]
    fires: list[list[float]] = []
    line: list[list[float]] = []
    for (here, of_here), (there, of_there) in pairwise(zip([*corners, corners[0]], [*sums, sums[0]], strict=True)):
        if of_here > 0:
            fires.append(here)
        if (of_here > 0) != (of_there > 0):
            share = of_here / (of_here - of_there)
            crossing = [float(a + share * (b - a)) for a, b in zip(here, there, strict=True)]
            fires.append(crossing)
            line.append(crossing)
    return {"fires": fires, "line": line}
