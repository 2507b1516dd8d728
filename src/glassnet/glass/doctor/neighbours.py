"""What the nearest other sample alone can tell: a measure of what is in the data, whatever the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.case import different_rows
from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import NEIGHBOUR_ROWS, UNDERFIT_GAP
from glassnet.mathematics.targets import right_answers
from glassnet.network import reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.glass.doctor.case import Case
    from glassnet.glass.doctor.course import Course


def answers_worse_than_neighbours(case: Case, course: Course) -> Finding | None:
    """Return a finding if the nearest other rows answer clearly better than the network does on its training data."""
    if case.x is None or case.targets is None or len(case.x) < NEIGHBOUR_ROWS // 10:
        return None
    if not (np.isfinite(case.x).all() and np.isfinite(case.targets).all()):
        return None
    rows = np.random.default_rng(0).permutation(len(case.x))[:NEIGHBOUR_ROWS]
    once = rows[different_rows(case.x[rows], case.targets[rows])]  # a row that stands there twice is its own neighbour
    x, t = case.x[once].astype(np.float64), case.targets[once].astype(np.float64)
    if len(x) < NEIGHBOUR_ROWS // 10:
        return None
    outputs = reference.predict(case.network, x).astype(np.float64)
    classifies = case.network.output_kind != "values"
    of_neighbours = neighbours(x, t, 1 if classifies else 3)
    measure = "accuracy" if classifies else "R²"
    score, possible = (
        float(right_answers(y, t).mean()) if classifies else explained(y, t) for y in (outputs, of_neighbours)
    )
    if not possible - score > UNDERFIT_GAP:
        return None
    numbers = {"score": score, "neighbours": possible, "steps": course.steps}
    fall = (course.before - course.end) / max(abs(course.start), 1e-12)
    return Finding("underfitting", "warning", {**numbers, "fall": fall, "measure": measure})


def neighbours(x: NDArray[Any], t: NDArray[Any], count: int) -> NDArray[np.float64]:
    """Return for each row the mean target of its nearest other rows.

    >>> neighbours(np.array([[0.0], [0.1], [5.0]]), np.array([[1.0], [2.0], [9.0]]), 1)
    array([[2.], [1.], [2.]])
    """
    squares = np.sum(x**2, axis=1)
    distances = squares[:, None] + squares - 2 * (x @ x.T)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, count - 1, axis=1)[:, :count]
    return t[nearest].mean(axis=1)


def explained(y: NDArray[Any], t: NDArray[Any]) -> float:
    """Return R², the share of the targets' variance that the outputs explain.

    >>> explained(np.array([[1.0], [3.0]]), np.array([[1.0], [3.0]]))
    1.0
    """
    spread = float(np.sum((t - t.mean(axis=0)) ** 2))
    return 1 - float(np.sum((y - t) ** 2)) / spread if spread > 0 else 0.0
