"""`NotADigit`: what tells digits from everything else, with the limits beyond which a picture is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from glassnet.glass.refusal.strokes import STROKES, strokes_of
from glassnet.mathematics.checks import DataError, ShapeError, as_real_array, check_integer, check_number, describe
from glassnet.network import reference
from glassnet.network.layers import Dense, Dropout, ReLU, Softmax
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.structure import Structure

DIGITS: Final = 10
OTHER: Final = 10
"""The class of what is neither digit nor letter."""
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLASSES: Final = DIGITS + 1 + len(ALPHABET)
PIXELS: Final = 784
HIDDEN: Final = (192, 64)
DROPOUT: Final = 0.2
PREFIX: Final = "refusal."
"""What the names of its arrays in a model file begin with."""
WIDEST: Final = 4096
SMALLEST_PROBABILITY: Final = 1e-30
ROWS_AT_ONCE: Final = 1024


def reads_digits(network: Structure) -> bool:
    """Say whether a network takes pictures of 28 × 28 pixels and tells ten classes."""
    return (network.n_in, network.n_out, network.output_kind) == (PIXELS, DIGITS, "classes")


class Limits(NamedTuple):
    """Beyond these a picture is refused.

    Attributes
    ----------
    least_ink, most_ink : float
        Sums over the pixels, each from 0 to 1.
    distance : float
        From the nearest example.
    log_odds : float
        Of no digit against a digit.
    """

    least_ink: float
    most_ink: float
    distance: float
    log_odds: float


class Measures(NamedTuple):
    """What was measured of pictures, an array (N,) each.

    Attributes
    ----------
    ink : float
        The sum of the pixels, each from 0 to 1.
    distance : float
        How far the strokes lie from those of the nearest example of a digit.
    nearest : int
        Which digit that example is.
    log_odds : float
        ln(p(no digit) / p(digit)) by the strokes.
    kind : int
        The likeliest of what is no digit: 10 for anything, 11, 12, … for A, B, ….
    """

    ink: NDArray[np.float64]
    distance: NDArray[np.float64]
    nearest: NDArray[np.intp]
    log_odds: NDArray[np.float64]
    kind: NDArray[np.intp]

    def reasons(self, limits: Limits) -> NDArray[Any]:
        """Return why each picture is refused, and "" where it is not."""
        strange = [
            ~(np.isfinite(self.ink) & np.isfinite(self.distance) & np.isfinite(self.log_odds)),
            self.ink < limits.least_ink,
            self.ink > limits.most_ink,
            self.distance > limits.distance,
            self.log_odds > limits.log_odds,
        ]
        return np.select(strange, list(REASONS), "")


REASONS: Final = ("not-finite", "no-ink", "too-much-ink", "far", "strokes")
"""Why a picture may be refused; the first that holds is given."""


def judging_network(hidden: tuple[int, ...] = HIDDEN, seed: int = 0) -> Trainable:
    """Return the small network that sees strokes and says which digit, which letter, or what else it is."""
    layers: list[Any] = []
    width = STROKES
    for wide in hidden:
        layers += [Dense(width, wide), ReLU(), Dropout(DROPOUT)]
        width = wide
    return Trainable([*layers, Dense(width, CLASSES), Softmax()], seed=seed)


@dataclass(frozen=True)
class NotADigit:
    """What a network that reads digits refuses by; `Network.fit_refusal` makes one.

    A picture is refused if it has no ink or more than any digit, if its strokes lie farther from those of every
    example than nearly all digits do, or if a small network of its own, which was shown digits, letters, scribbles,
    shapes and noise, takes its strokes for none of a digit.

    Attributes
    ----------
    judge : Trainable
        That small network.
    middle : array of shape (392,)
        The mean of the strokes that it was trained on.
    spread : float
        What strokes are divided by after that.
    examples : array of shape (10 · k, 392)
        The strokes of k typical forms of each digit, in the order of the digits.
    black, span : float
        The network's input of no ink, and how much more full ink has.
    limits : Limits
        Beyond which a picture is refused.
    usual_distance : float
        The median distance of digits from the nearest example.
    held_out : int
        How many digits the limits were chosen on; nothing else was fitted to them.
    refused : int
        How many of them are refused.
    far : int
        How many of those for their distance.

    References
    ----------
    Outlier exposure: D. Hendrycks, M. Mazeika, T. Dietterich, "Deep Anomaly Detection with Outlier Exposure", 2019.
    """

    judge: Trainable
    middle: NDArray[np.float32]
    spread: float
    examples: NDArray[np.float32]
    black: float
    span: float
    limits: Limits
    usual_distance: float
    held_out: int
    refused: int
    far: int

    def measure(self, x: ArrayLike) -> Measures:
        """Return what is measured of inputs (N, 784), scaled as those that it was fitted on.

        Raises
        ------
        ShapeError, ArgumentTypeError
            If x is no such array.
        """
        rows = as_real_array(x, "x")
        if rows.ndim != 2 or rows.shape[1] != PIXELS:
            raise ShapeError(
                f"x must have the shape (N, {PIXELS}), got {rows.shape}. Give pictures of 28 × 28 as rows."
            )
        parts = [self._measure(rows[start : start + ROWS_AT_ONCE]) for start in range(0, len(rows), ROWS_AT_ONCE)]
        if not parts:
            parts = [self._measure(np.zeros((0, PIXELS), dtype=np.float32))]
        return Measures(*(np.concatenate(values) for values in zip(*parts, strict=True)))

    def _measure(self, rows: NDArray[Any]) -> Measures:
        with np.errstate(all="ignore"):  # nan and inf show as such in what is measured
            pixels = ((rows - np.float32(self.black)) / np.float32(self.span)).astype(np.float32)
            strokes = strokes_of(pixels)
            distance, nearest = nearest_example(strokes, self.examples)
            log_odds, kind = odds(reference.predict(self.judge, (strokes - self.middle) / np.float32(self.spread)))
            return Measures(pixels.sum(axis=1, dtype=np.float64), distance, nearest, log_odds, kind)

    def reasons(self, x: ArrayLike) -> NDArray[Any]:
        """Return why each of the inputs (N, 784) is refused: one of `REASONS`, or "" where it is not."""
        return self.measure(x).reasons(self.limits)

    def refuses(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Return which of the inputs (N, 784) are refused."""
        return np.asarray(self.reasons(x) != "")

    @property
    def size(self) -> int:
        """How many bytes it adds to a model file."""
        return sum(array.nbytes for array in self.arrays().values())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return its arrays by their names in a model file."""
        own = {"middle": self.middle, "examples": self.examples, **self.judge.parameters}
        return {f"{PREFIX}{name}": array for name, array in own.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the rest of it as plain data, for a model file."""
        return {
            "kind": "not-a-digit",
            "hidden": [layer.output_size(0) for layer in self.judge.layers if isinstance(layer, Dense)][:-1],
            "limits": self.limits._asdict(),
            **{name: getattr(self, name) for name in (*NUMBERS, *COUNTS)},
        }

    @classmethod
    def from_file(cls, description: Any, arrays: Mapping[str, NDArray[Any]]) -> NotADigit:
        """Return what `to_dict` and `arrays` describe, or raise `DataError`."""
        if not isinstance(description, dict) or description.get("kind") != "not-a-digit":
            raise DataError(f"its refusal must be of the kind not-a-digit, got {describe(description)}")
        hidden = description["hidden"]
        if not isinstance(hidden, list) or len(hidden) > len(HIDDEN) or any(w not in range(1, WIDEST) for w in hidden):
            raise DataError(f"the widths of its refusal must be at most {len(HIDDEN)} counts, got {describe(hidden)}")
        judge = judging_network(tuple(hidden))
        own = {name.removeprefix(PREFIX): array for name, array in arrays.items()}
        shapes = {name: array.shape for name, array in judge.parameters.items()} | {"middle": (STROKES,)}
        shapes["examples"] = (max(1, len(own.get("examples", ())) // DIGITS) * DIGITS, STROKES)
        _check_arrays(own, shapes)
        judge.parameters.update({name: own[name] for name in judge.parameters})
        limits = description["limits"]
        chosen = Limits(*(check_number(f"the limit {name}", limits[name]) for name in Limits._fields))
        numbers: dict[str, Any] = {
            name: check_number(f"the {name} of its refusal", description[name]) for name in NUMBERS
        }
        counts: dict[str, Any] = {name: check_integer(name, description[name], minimum=0) for name in COUNTS}
        for name in ("span", "spread", "usual_distance"):
            check_number(f"the {name} of its refusal", numbers[name], above=0)
        return cls(judge, middle=own["middle"], examples=own["examples"], limits=chosen, **numbers, **counts)


COUNTS: Final = ("held_out", "refused", "far")
NUMBERS: Final = ("spread", "black", "span", "usual_distance")


def _check_arrays(arrays: Mapping[str, NDArray[Any]], shapes: Mapping[str, tuple[int, ...]]) -> None:
    if arrays.keys() != shapes.keys():
        raise DataError(f"its refusal must have the arrays {', '.join(shapes)}, got {', '.join(arrays) or 'none'}")
    for name, shape in shapes.items():
        array = arrays[name]
        if array.dtype != np.float32 or array.shape != shape or not np.isfinite(array).all():
            raise DataError(f"{PREFIX}{name} must be finite float32 of shape {shape}, got {describe(array)}")


def nearest_example(
    strokes: NDArray[np.float32], examples: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the distance of each picture's strokes from the nearest example, and which digit that is."""
    squares = (strokes**2).sum(axis=1)[:, None] - 2 * strokes @ examples.T + (examples**2).sum(axis=1)
    index = squares.argmin(axis=1) if squares.size else np.zeros(len(strokes), dtype=np.intp)
    found = squares[np.arange(len(strokes)), index]
    return np.sqrt(np.maximum(found, 0)).astype(np.float64), index // (len(examples) // DIGITS)


def odds(probabilities: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return ln(p(no digit) / p(digit)) and the likeliest class of what is no digit."""
    p = probabilities.astype(np.float64)
    digit, other = p[:, :DIGITS].sum(axis=1), p[:, DIGITS:].sum(axis=1)
    against = np.log(np.maximum(other, SMALLEST_PROBABILITY)) - np.log(np.maximum(digit, SMALLEST_PROBABILITY))
    return against, DIGITS + p[:, DIGITS:].argmax(axis=1)
