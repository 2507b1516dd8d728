"""What the nearest other sample alone can tell: a measure of what is in the data, whatever the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.case import different_rows
from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import NEIGHBOUR_ROWS, SHIFT_GAP, UNDERFIT_GAP
from glassnet.mathematics.targets import right_answers
from glassnet.network import reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.glass.doctor.case import Case
    from glassnet.glass.doctor.course import Course


def answers_worse_than_neighbours(case: Case, course: Course) -> Finding | None:
    """Return a finding if the nearest other rows answer clearly better than the network does on its training data."""
    found = _rows_of(case)
    if found is None:
        return None
    x, t, rows = found
    x, t = (array[rows].astype(np.float64) for array in (x, t))
    outputs = reference.predict(case.network, x).astype(np.float64)
    score, possible = _score(case, outputs, t), _of_neighbours(case, x, t)
    if not possible - score > UNDERFIT_GAP:
        return None
    numbers = {"score": score, "neighbours": possible, "steps": course.steps}
    fall = (course.before - course.end) / max(abs(course.start), 1e-12)
    return Finding("underfitting", "warning", {**numbers, "fall": fall, "measure": _measure(case)})


def shifted_targets(case: Case) -> Finding | None:
    """Return a finding if the targets fit the rows far better where they are moved up or down by one."""
    found = _rows_of(case)
    if found is None:
        return None
    x, t, rows = found
    own = x[rows].astype(np.float64)
    # The target that fits row n may stand in row n + 1 or n − 1.
    as_given, below, above = (
        _of_neighbours(case, own, t[(rows + by) % len(x)].astype(np.float64)) for by in (0, 1, -1)
    )
    if not max(below, above) - as_given > SHIFT_GAP:
        return None
    by = 1 if below > above else -1
    numbers = {"by": by, "back": -by, "as_given": as_given, "moved": max(below, above)}
    return Finding("targets-shifted", "error", {**numbers, "measure": _measure(case)})


def _rows_of(case: Case) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.intp]] | None:
    """Return x, t and the rows to compare, each but once; None if there are too few, or nan among them."""
    if case.x is None or case.targets is None or len(case.x) < NEIGHBOUR_ROWS // 10:
        return None
    if not (np.isfinite(case.x).all() and np.isfinite(case.targets).all()):
        return None
    rows = np.random.default_rng(0).permutation(len(case.x))[:NEIGHBOUR_ROWS]
    once = rows[different_rows(case.x[rows], case.targets[rows])]  # a row that stands there twice is its own neighbour
    return (case.x, case.targets, once) if len(once) >= NEIGHBOUR_ROWS // 10 else None


def _of_neighbours(case: Case, x: NDArray[np.float64], t: NDArray[np.float64]) -> float:
    """Return how well the targets of the nearest other rows answer."""
    return _score(case, neighbours(x, t, 3 if case.network.output_kind == "values" else 1), t)


def _score(case: Case, y: NDArray[np.float64], t: NDArray[np.float64]) -> float:
    return explained(y, t) if case.network.output_kind == "values" else float(right_answers(y, t).mean())


def _measure(case: Case) -> str:
    return "R²" if case.network.output_kind == "values" else "accuracy"


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
