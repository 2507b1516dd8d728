"""Small data sets to learn on: points in the plane in classes, and values of a number.

Each maker takes a random generator, how many samples to make and how much noise, and returns x of shape (count, n_in)
and t of shape (count,). They need NumPy alone, since the page's "Python code" shows them as they stand here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Samples = tuple[NDArray[Any], NDArray[Any]]
    Maker = Callable[[np.random.Generator, int, float], Samples]


def make_xor(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return the corners of a square, with noise, in the classes of XOR.

    >>> x, t = make_xor(np.random.default_rng(0), 4, 0.0)
    >>> x.tolist(), t.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    corner = np.arange(count) % 4
    first, second = corner // 2, corner % 2
    x = np.column_stack([first, second]) + noise * rng.normal(size=(count, 2))
    return x, first ^ second


def make_circles(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return a circle of radius 1 (class 0) around one of half that radius (class 1).

    >>> x, t = make_circles(np.random.default_rng(0), 6, 0.0)
    >>> np.hypot(*x.T).round(6).tolist()
    [1.0, 0.5, 1.0, 0.5, 1.0, 0.5]
    """
    t = np.arange(count) % 2
    angle = rng.uniform(0, 2 * np.pi, count)
    radius = np.where(t == 1, 0.5, 1.0)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + noise * rng.normal(size=(count, 2)), t


def make_moons(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return two half circles that reach into each other.

    >>> x, t = make_moons(np.random.default_rng(0), 100, 0.0)
    >>> bool((x[t == 0, 1] > 0).all()), bool((x[t == 1, 1] < 0.5).all())
    (True, True)
    """
    t = np.arange(count) % 2
    angle = rng.uniform(0, np.pi, count)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.where(t[:, None] == 0, upper, lower)
    return x + noise * rng.normal(size=(count, 2)), t


def make_spiral(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return two arms that wind around each other, one and a half turns each.

    >>> x, t = make_spiral(np.random.default_rng(0), 100, 0.0)
    >>> bool((np.hypot(*x.T) <= 1).all())
    True
    """
    t = np.arange(count) % 2
    way = np.sqrt(rng.uniform(0.01, 1, count))
    angle = 3 * np.pi * way + np.pi * t
    x = way[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + noise * rng.normal(size=(count, 2)), t


def make_clusters(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return three clouds, a class each, at the corners of a triangle.

    >>> make_clusters(np.random.default_rng(0), 3, 0.0)[0].round(2).tolist()
    [[0.0, 1.0], [-0.87, -0.5], [0.87, -0.5]]
    """
    t = np.arange(count) % 3
    angle = np.pi / 2 + 2 * np.pi * t / 3
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    return x + noise * rng.normal(size=(count, 2)), t


def make_line(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return t = 0.8 x + 0.3, with noise: what a network without a hidden layer learns.

    >>> x, t = make_line(np.random.default_rng(0), 5, 0.0)
    >>> bool(np.allclose(t, 0.8 * x[:, 0] + 0.3))
    True
    """
    x = rng.uniform(-1, 1, (count, 1))
    return x, 0.8 * x[:, 0] + 0.3 + noise * rng.normal(size=count)


def make_curve(rng: np.random.Generator, count: int, noise: float) -> Samples:
    """Return t = sin 4x, with noise: what no line fits.

    >>> x, t = make_curve(np.random.default_rng(0), 5, 0.0)
    >>> bool(np.allclose(t, np.sin(4 * x[:, 0])))
    True
    """
    x = rng.uniform(-1, 1, (count, 1))
    return x, np.sin(4 * x[:, 0]) + noise * rng.normal(size=count)


def split(x: NDArray[Any], t: NDArray[Any], share: float, seed: int) -> tuple[NDArray[Any], ...]:
    """Return x_train, t_train, x_test, t_test: a share of the samples, chosen at random, is for testing.

    >>> [part.tolist() for part in split(np.arange(4), np.arange(4), 0.25, seed=0)]
    [[1, 0, 3], [1, 0, 3], [2], [2]]
    """
    order = np.random.default_rng([seed, 4]).permutation(len(x))
    held = min(round(share * len(x)), len(x) - 1)
    test, train = order[:held], order[held:]
    return x[train], t[train], x[test], t[test]


CLASSES: dict[str, tuple[Maker, int]] = {
    "xor": (make_xor, 2),
    "circles": (make_circles, 2),
    "moons": (make_moons, 2),
    "spiral": (make_spiral, 2),
    "clusters": (make_clusters, 3),
}
"""The makers of points in classes, and how many classes there are."""
VALUES: dict[str, Maker] = {"line": make_line, "curve": make_curve}
"""The makers of values."""
