"""Contributions: what each number of a layer adds to what is explained.

Where the way from the layer on is piecewise linear, s = Σ gᵢ (xᵢ − bᵢ) + c exactly, in the region of the sample: the
gradient g is that of the local linear map, the constant c what that map gives at the baseline b. With b = 0 it is the
sum of all local biases. Elsewhere integrated gradients (Sundararajan et al., "Axiomatic attribution for deep networks",
2017) take g averaged along the line from b to x, and c is what the network itself gives at b.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explain.passes import ROWS_AT_ONCE, Passes, Station
from glassnet.mathematics.checks import check_integer
from glassnet.network.operations import read_only
from glassnet.network.reference import slices

if TYPE_CHECKING:
    from numpy.typing import NDArray

NODES = 8
"""Points of the Gauss-Legendre rule in each piece of the line: smooth networks need few pieces."""
PIECES = 4
"""Into how many pieces the line is cut at first."""
NARROWEST = 1e-12
"""A piece of this width is not halved any more: there the network jumps."""
MOST_POINTS = 8192
SHARES = 64
"""Which part of the tolerance one piece may take."""
TOLERANCE = 1e-5
"""The completeness error that is aimed at, relative to the difference that the contributions make up."""

ROUNDING = 1e-15
"""What float64 may leave of a difference that is 0, relative to the numbers that were added up, n of them with √n."""


@dataclass(frozen=True)
class Contributions:
    """What each unit, or each pixel, adds.

    Attributes
    ----------
    name : str
        `X` for the inputs, `A1`, `A2`, … for hidden layers.
    values : array of shape (n,)
        The numbers themselves.
    contributions : array of shape (n,)
    constant : float
        What is there without any of them: the local biases, or of integrated gradients the baseline's score.
    total : float
        What is explained: `constant` plus all contributions, but for `error`.
    exact : bool
        Whether the local linear map was used; otherwise integrated gradients.
    points : int
        At how many points of the line gradients were taken; 1 if exact.
    complete : bool
        Whether the error is within the tolerance.
    """

    name: str
    values: NDArray[np.float64] = field(repr=False)
    contributions: NDArray[np.float64] = field(repr=False)
    constant: float
    total: float
    exact: bool
    points: int
    complete: bool

    @property
    def sum(self) -> float:
        """The constant and all contributions added up."""
        return float(self.contributions.sum()) + self.constant

    @property
    def error(self) -> float:
        """The completeness error: by how much the sum misses the total."""
        return self.total - self.sum

    def largest(self, count: int | None = None) -> list[tuple[int, float]]:
        """Return the largest contributions by size, as pairs (index, contribution); zeros are left out.

        >>> whole = Contributions("X", np.ones(3), np.array([1.0, 0.0, -2.0]), 0.0, -1.0, True, 1, True)
        >>> whole.largest(), whole.largest(1), whole.sum
        ([(2, -2.0), (0, 1.0)], [(2, -2.0)], -1.0)
        """
        most = len(self.contributions) if count is None else check_integer("count", count, minimum=0)
        order = np.argsort(-np.abs(self.contributions), kind="stable")[:most]
        return [(int(i), float(self.contributions[i])) for i in order if self.contributions[i] != 0]


def contributions_of(
    passes: Passes, station: Station, values: NDArray[Any], baseline: NDArray[Any], weights: NDArray[Any]
) -> Contributions:
    """Return what each number of a station adds to the weighted sum of the logits.

    Parameters
    ----------
    passes : Passes
    station : Station
    values, baseline : arrays of shape (n,)
        The sample's numbers there, and those that they are measured from.
    weights : array of shape (n_logits,)
    """
    score = float((passes.logits(values[None], station) @ weights)[0])
    away = values - baseline
    if passes.is_piecewise_linear(station):
        added = away * passes.gradients(values[None], weights, station)[1][0]
        constant, points = score - float(added.sum()), 1
        if abs(constant) <= ROUNDING * np.sqrt(len(added)) * (abs(score) + float(np.abs(added).sum())):
            constant = 0.0  # a network without biases has none, not 2e-16
    else:
        constant = float((passes.logits(baseline[None], station) @ weights)[0])
        tolerance = _tolerated(score - constant, score)
        added, points = _integrated(passes, station, baseline, away, weights, tolerance)
    error = abs(score - constant - float(added.sum()))
    complete = error <= _tolerated(score - constant, score)
    arrays = read_only(values.astype(np.float64)), read_only(added)
    return Contributions(station.name, *arrays, constant, score, points == 1, points, bool(complete))


def _integrated(
    passes: Passes,
    station: Station,
    baseline: NDArray[Any],
    away: NDArray[Any],
    weights: NDArray[Any],
    tolerance: float,
) -> tuple[NDArray[np.float64], int]:
    """Return (x − b) times the mean gradient on the line from b to x, and at how many points gradients were taken.

    What each piece of the line must add up to is known from its ends: those that do not, having a kink, are halved.
    """
    ends = np.linspace(0, 1, PIECES + 1)
    pieces = np.stack([ends[:-1], ends[1:]], axis=1)
    added, points = np.zeros(len(away)), 0
    while len(pieces):
        points += NODES * len(pieces)
        parts = away * _integrals(passes, station, baseline, away, weights, pieces)
        edges = passes.logits(baseline + pieces.reshape(-1, 1) * away, station) @ weights
        errors = np.abs(np.diff(edges.reshape(-1, 2))[:, 0] - parts.sum(axis=1))
        narrow = pieces[:, 1] - pieces[:, 0] < NARROWEST
        done = (errors <= tolerance / SHARES) | narrow | (points >= MOST_POINTS)
        added += parts[done].sum(axis=0)
        middles = pieces[~done].mean(axis=1, keepdims=True)
        pieces = np.concatenate(
            [np.hstack([pieces[~done][:, :1], middles]), np.hstack([middles, pieces[~done][:, 1:]])]
        )
    return added, points


def _tolerated(difference: float, score: float) -> float:
    return TOLERANCE * abs(difference) + 1e-12 * max(1.0, abs(score))


def _integrals(
    passes: Passes,
    station: Station,
    baseline: NDArray[Any],
    away: NDArray[Any],
    weights: NDArray[Any],
    pieces: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the integral of the gradient over each piece of the line, by the Gauss-Legendre rule."""
    nodes, shares = np.polynomial.legendre.leggauss(NODES)
    widths = pieces[:, 1] - pieces[:, 0]
    places = pieces[:, :1] + (nodes + 1) / 2 * widths[:, None]
    integrals = np.empty((len(pieces), len(away)))
    for part in slices(len(pieces), ROWS_AT_ONCE // NODES):
        rows = baseline + places[part].reshape(-1, 1) * away
        gradients = passes.gradients(rows, weights, station)[1].reshape(-1, NODES, len(away))
        integrals[part] = np.einsum("pni,n->pi", gradients, shares / 2) * widths[part, None]
    return integrals
