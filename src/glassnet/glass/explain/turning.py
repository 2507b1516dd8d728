"""The smallest change of a sample that turns a classifier's answer, by its L2 size.

Near any sample a piecewise-linear network's classes are parted by planes, so that the nearest point beyond one is known
exactly; from there on the planes are others, and are asked for again (as DeepFool does; Moosavi-Dezfooli et al., 2016),
always measured from the sample itself. The line to what turned is cut until the turn itself is found. Of a network
that is not piecewise linear the tangent planes serve. What is found turned the network itself, in its own dtype, and
lies a little beyond the boundary; that nothing smaller turns it nobody can promise: it is the smallest that this search
came upon.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explain.projection import nearest_point
from glassnet.mathematics.targets import preferred_class
from glassnet.network import reference
from glassnet.network.operations import read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.glass.explain.passes import Passes
    from glassnet.network.structure import Structure

STEPS_TO_TURN, STEPS_IN_VAIN = 40, 4
STEPS_TO_SHORTEN = 60
OVERSHOOT = 1.02
PLACES_ON_LINE, ROUNDS = 32, 4
"""So many places of a line are looked at, then as many between the two where the answer turns, and so on."""
CLASSES_TRIED = 10
GREY_LEVELS = 255
TURNS_SHORTENED = 6
"""Of so many turns, the nearest, a still nearer one is looked for to the end."""
FEW_INPUTS = 32
"""Up to so many inputs it pays to look around in all directions: the planes may lead past a nearer turn."""
WAYS, WAYS_TAKEN = 256, 4
FARTHEST = 30
"""How far is looked around if nothing was found, in lengths of the sample."""
SHRINK = 1 - 1e-4
"""What is not shorter by this is not worth another step."""
CLEAR = 1e-5
"""By how much, relative to the largest logit, the new class must lead: far more than executors differ by."""


@dataclass(frozen=True)
class Change:
    """A changed sample for which the network answers otherwise.

    Attributes
    ----------
    x : array of shape (n_in,)
        The changed sample, in the network's dtype.
    delta : array of shape (n_in,)
        What was added.
    before, after : int
        The classes that the network answers.
    size : float
        √Σ delta².
    changed : int
        How many numbers changed by more than half a grey level, 1/510 of the limits' range; without limits, at all.
    margin : float
        By how much the new class's logit exceeds the old one's there, or, if that class was asked for, all others.
    limits : (low, high) or None
        Within which every changed number lies.
    """

    x: NDArray[Any] = field(repr=False)
    delta: NDArray[np.float64] = field(repr=False)
    before: int
    after: int
    size: float
    changed: int
    margin: float
    limits: tuple[float, float] | None


class _Search:
    """The search from one sample."""

    def __init__(
        self,
        network: Structure,
        passes: Passes,
        x: NDArray[np.float64],
        answer: int,
        target: int | None,
        limits: tuple[float, float] | None,
    ) -> None:
        self.network, self.passes, self.x, self.answer, self.target = network, passes, x, answer, target
        self.low, self.high = limits or (-np.inf, np.inf)
        self.best: NDArray[np.float64] | None = None
        self.length = np.inf

    def turned(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say of each row whether the network itself answers as wanted, and so clearly that no rounding undoes it."""
        with np.errstate(over="ignore", invalid="ignore"):  # a row beyond the dtype is inf, and clear of nothing
            given = rows.astype(self.network.dtype)
            classes = preferred_class(reference.predict(self.network, given))
            logits = self.passes.logits(given)
            clear = self.margins(logits) > CLEAR * np.maximum(1.0, np.abs(logits).max(axis=1))
        return clear & (classes != self.answer if self.target is None else classes == self.target)

    def margins(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much what is wanted exceeds all else: a class the others, or any other the answer."""
        if logits.shape[1] == 1:
            return logits[:, 0] * (-1 if self.answer == 1 else 1)
        alone = self.answer if self.target is None else self.target
        lead = logits[:, alone] - np.delete(logits, alone, axis=1).max(axis=1)
        return np.asarray(-lead if self.target is None else lead)

    def planes(self, point: NDArray[np.float64], target: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return normals and bounds: where, by the map at a point, the target's logit is the larger one.

        For a wanted class it must exceed those of all others, else only that of the answer.
        """
        n = self.passes.network.n_out
        if n == 1:
            weights = np.array([[1.0 if target == 1 else -1.0]])
        else:
            others = [self.answer] if self.target is None else [k for k in range(n) if k != target]
            weights = np.eye(n)[target] - np.eye(n)[others]
        logits, normals = self.passes.gradients(np.repeat(point[None], len(weights), axis=0), weights)
        return normals, normals @ point - np.sum(logits * weights, axis=1)

    def towards(self, target: int) -> NDArray[np.float64] | None:
        """Walk towards a class until the answer turns; return where it does, or None."""
        point, before, repeated = self.x, np.empty(0), 0
        for _ in range(STEPS_TO_TURN):
            normals, bounds = self.planes(point, target)
            repeated = repeated + 1 if before.shape == normals.shape and np.allclose(before, normals) else 0
            if repeated == STEPS_IN_VAIN:
                return None  # no point is beyond these planes, and it leads to no others
            before = normals
            step = nearest_point(point, normals, bounds, self.low, self.high) - point
            moved = np.clip(point + OVERSHOOT * step, self.low, self.high)
            if np.array_equal(moved, point):
                return None  # nothing changes here, whatever is done
            point = moved
            if self.turned(point[None])[0]:
                return self.first_turn(point)
        return None

    def around(self, length: float) -> list[tuple[NDArray[np.float64], int]]:
        """Return turns within a length that lie in other directions than planes tell: looked for in many at once."""
        ways = np.random.default_rng(0).normal(size=(WAYS, len(self.x)))
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        farthest = length if np.isfinite(length) else FARTHEST * max(1.0, float(np.linalg.norm(self.x)))
        radii = farthest * np.arange(1, PLACES_ON_LINE + 1)[:, None, None] / PLACES_ON_LINE
        rows = np.clip(self.x + radii * ways, self.low, self.high)
        turned = self.turned(rows.reshape(-1, len(self.x))).reshape(PLACES_ON_LINE, WAYS)
        first = np.where(turned.any(axis=0), np.argmax(turned, axis=0), PLACES_ON_LINE)
        chosen = [way for way in np.argsort(first, kind="stable")[:WAYS_TAKEN] if first[way] < PLACES_ON_LINE]
        return [(self.first_turn(rows[first[way], way]), self.class_of(rows[first[way], way])) for way in chosen]

    def shorten(self, found: NDArray[np.float64], target: int) -> None:
        """Look from a turn for a nearer one, as long as there is one, and keep the nearest of all."""
        length = self.length_to(found)
        for _ in range(STEPS_TO_SHORTEN):
            nearer = self.nearer(found, length, target)
            if nearer is None:
                break
            found, length = nearer, self.length_to(nearer)
        if length < self.length:
            self.best, self.length = found, length

    def length_to(self, point: NDArray[np.float64]) -> float:
        """Return how far a point is from the sample."""
        return float(np.linalg.norm(point - self.x))

    def class_of(self, point: NDArray[np.float64]) -> int:
        """Return what the network itself answers."""
        return int(preferred_class(reference.predict(self.network, point[None].astype(self.network.dtype)))[0])

    def nearer(self, found: NDArray[np.float64], length: float, target: int) -> NDArray[np.float64] | None:
        """Return a turned point that is nearer to the sample, on the way to where the planes at `found` are nearest."""
        goal = nearest_point(self.x, *self.planes(found, target), self.low, self.high)
        shares = 0.5 ** np.arange(12)
        directions = found + shares[:, None] * (goal - found) - self.x
        lengths = np.linalg.norm(directions, axis=1)
        useful = lengths > 0
        scaled = directions[useful] * (SHRINK * length / lengths[useful])[:, None]
        rows = np.clip(self.x + scaled, self.low, self.high)
        turned = self.turned(rows) if len(rows) else np.zeros(0, dtype=bool)
        if not turned.any():
            return None
        # The first that turned is the boldest.
        return self.first_turn(rows[int(np.argmax(turned))])

    def first_turn(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the place on the line to a turned point where, as far as is seen, the answer turns first."""
        smaller, larger = 0.0, 1.0
        for _ in range(ROUNDS):
            shares = smaller + (larger - smaller) * np.arange(1, PLACES_ON_LINE + 1) / PLACES_ON_LINE
            turned = self.turned(self.x + shares[:, None] * (point - self.x))
            first = int(np.argmax(turned))
            if not turned[first]:  # rounding: the end of the line is not quite the point
                break
            smaller, larger = (float(shares[first - 1]) if first else smaller), float(shares[first])
        return self.x + larger * (point - self.x) if larger < 1 else point


def smallest_change(
    network: Structure,
    passes: Passes,
    x: NDArray[Any],
    *,
    target: int | None,
    limits: tuple[float, float] | None,
    starts: Sequence[NDArray[Any]] = (),
) -> Change | None:
    """Return the smallest change found that turns the answer, or None if none was.

    Parameters
    ----------
    network : Structure
        A classifier.
    passes : Passes
        Of the same network.
    x : array of shape (n_in,)
    target : int or None
        The class that is wanted; any other than the answer for None.
    limits : (low, high) or None
        Within which the sample lies, and the changed numbers are to lie.
    starts : sequence of arrays
        Samples that may be of other classes; the way to those that are is tried too.
    """
    sample = x.astype(np.float64)
    answer = int(preferred_class(reference.predict(network, x[None].astype(network.dtype)))[0])
    search = _Search(network, passes, sample, answer, target, limits)
    found: list[tuple[NDArray[np.float64], int]] = []
    for each in [target] if target is not None else _candidates(search):
        turn = search.towards(each)
        found += [(turn, each)] if turn is not None else []
    for start in starts:
        point = np.clip(start.astype(np.float64), search.low, search.high)
        if search.turned(point[None])[0]:
            found.append((search.first_turn(point), search.class_of(point)))
    if len(x) <= FEW_INPUTS:
        found += search.around(min((search.length_to(turn) for turn, _ in found), default=np.inf))
    for turn, each in sorted(found, key=lambda pair: search.length_to(pair[0]))[:TURNS_SHORTENED]:
        search.shorten(turn, each)
    return _as_change(search, limits)


def _candidates(search: _Search) -> list[int]:
    """Return the classes to go for: those whose planes, by the map at the sample, are nearest."""
    n = search.passes.network.n_out
    if n == 1:
        return [1 - search.answer]
    others = [k for k in range(n) if k != search.answer]
    weights = np.eye(n)[others] - np.eye(n)[search.answer]
    logits, normals = search.passes.gradients(np.repeat(search.x[None], len(others), axis=0), weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = -np.sum(weights * logits, axis=1) / np.linalg.norm(normals, axis=1)
    return [others[index] for index in np.argsort(np.nan_to_num(distances, nan=np.inf))[:CLASSES_TRIED]]


def _as_change(search: _Search, limits: tuple[float, float] | None) -> Change | None:
    if search.best is None:
        return None
    changed = search.best.astype(search.network.dtype)
    delta = changed.astype(np.float64) - search.x
    after = search.class_of(changed)
    if after == search.answer or search.target not in {None, after}:
        return None  # alone, the row is answered otherwise than among others
    logits = search.passes.logits(changed[None])
    reach = 0.0 if limits is None else limits[1] - limits[0]
    least = reach / GREY_LEVELS / 2 if np.isfinite(reach) else 0.0
    return Change(
        read_only(changed),
        read_only(delta),
        search.answer,
        after,
        float(np.linalg.norm(delta)),
        int(np.count_nonzero(np.abs(delta) > least)),
        float(search.margins(logits)[0]),
        limits,
    )
