"""What is shown of a network while it trains: all of it from the reference executor, on samples that stay the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.targets import preferred_class
from glassnet.network import reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.model import Network
    from glassnet.playground.training.data import Data

MEASURED = 1000
"""Of training and of test samples that loss and accuracy are measured on while it trains; the first ones."""
TRACED, DIAGNOSED = 100, 500
SHOWN_POINTS = 600
SIDE, SMALL_SIDE, LEAST_SIDE = 44, 18, 10
"""Cells along a side of the picture of the plane, and of those in the units."""
LOOK_WORK = 30_000_000
"""The multiplications that a picture of the plane may take."""
CURVE_POINTS = 161
MARGIN = 0.12
"""What is shown of the plane beyond the samples, as a share of their range."""
MOST_PICTURES, MOST_UNITS, MOST_BARS = 24, 8, 25
MOST_SHOWN_CLASSES = 20


class Looks:
    """What there is to see of one training.

    Parameters
    ----------
    network : Network
    data : Data

    Attributes
    ----------
    views : tuple of str
        The pictures that can be shown: `plane`, `curve`, `weights`, `confusion`, `scatter`.
    """

    def __init__(self, network: Network, data: Data) -> None:
        self._network, self._data = network, data
        self._classifies = bool(data.class_names)
        self._train = data.inputs(data.x_train[:MEASURED]), data.t_train[:MEASURED]
        self._test = data.inputs(data.x_test[:MEASURED]), data.t_test[:MEASURED]
        self.views = self._views()
        self._low, self._high = self._ranges()
        work = max(1, sum(network.multiplications))
        self._side = int(np.clip(np.sqrt(LOOK_WORK / work), LEAST_SIDE, SIDE))

    def _views(self) -> tuple[str, ...]:
        data = self._data
        if not self._classifies:
            return ("curve", "scatter") if data.n_in == 1 else ("scatter",)
        confusion = ("confusion",) if data.n_out <= MOST_SHOWN_CLASSES else ()
        if data.image_shape is not None:
            return ("weights", *confusion)
        return ("plane", *confusion) if data.n_in == 2 else (*confusion, "nothing")[:1]

    def _ranges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        x = np.vstack([self._train[0], self._test[0]])
        low, high = x.min(axis=0), x.max(axis=0)
        room = MARGIN * np.where(high > low, high - low, 1)
        return low - room, high + room

    def points(self) -> dict[str, Any]:
        """Return the samples to draw into plane and curve: x, t, how many of them are for training, and the ranges."""
        if self._data.n_in > 2:
            return {}
        (x, t), (x_test, t_test) = self._train, self._test
        x, t, x_test, t_test = x[:SHOWN_POINTS], t[:SHOWN_POINTS], x_test[:SHOWN_POINTS], t_test[:SHOWN_POINTS]
        return {
            "x": np.vstack([x, x_test]),
            "t": np.concatenate([t, t_test]).astype(np.float32),
            "training": len(x),
            "low": self._low,
            "high": self._high,
        }

    def measures(self) -> dict[str, float]:
        """Return loss and accuracy on training and test samples, in predict mode; nan where there are none."""
        numbers = {}
        for name, (x, t) in (("train", self._train), ("test", self._test)):
            measured = reference.evaluate(self._network, x, t) if len(x) else None
            numbers[f"{name}Loss"] = np.nan if measured is None else measured.loss
            accuracy = None if measured is None else measured.accuracy
            numbers[f"{name}Accuracy"] = np.nan if accuracy is None else accuracy
        return numbers

    def view(self, name: str) -> dict[str, Any]:
        """Return what a picture shows."""
        content: dict[str, Any] = getattr(self, f"_{name}")() if name in self.views else {}
        return {"name": name, **content}

    def _grid(self, side: int) -> NDArray[np.float32]:
        """Return the middles of the cells of the plane, row by row from the top."""
        shares = (np.arange(side) + 0.5) / side
        across, up = (self._low[axis] + (self._high - self._low)[axis] * shares for axis in (0, 1))
        first, second = np.meshgrid(across, up[::-1])
        return np.column_stack([first.ravel(), second.ravel()]).astype(np.float32)

    def _plane(self) -> dict[str, Any]:
        side = self._side
        outputs = reference.predict(self._network, self._grid(side))
        classes = preferred_class(outputs)
        sure = np.maximum(outputs, 1 - outputs)[:, 0] if outputs.shape[1] == 1 else outputs.max(axis=1)
        return {"side": side, "classes": classes.astype(np.uint8), "sure": sure.astype(np.float32)}

    def _curve(self) -> dict[str, Any]:
        x = np.linspace(self._low[0], self._high[0], CURVE_POINTS, dtype=np.float32)
        return {"x": x, "y": reference.predict(self._network, x[:, None])[:, 0]}

    def _scatter(self) -> dict[str, Any]:
        x, t = self._test if len(self._test[0]) else self._train
        x, t = x[:SHOWN_POINTS], t[:SHOWN_POINTS]
        return {"true": t.astype(np.float32), "predicted": reference.predict(self._network, x)[:, 0]}

    def _weights(self) -> dict[str, Any]:
        W = _matrix(self._network.parameters["W1"])
        height, width = self._data.image_shape or (1, self._data.n_in)
        shown = np.ascontiguousarray(W.T[:MOST_PICTURES])
        return {"pictures": shown.reshape(-1, height, width), "units": W.shape[1]}

    def _confusion(self) -> dict[str, Any]:
        x, t = self._test if len(self._test[0]) else self._train
        answers = preferred_class(reference.predict(self._network, x))
        counts = np.zeros((self._data.n_out, self._data.n_out), np.int32)
        np.add.at(counts, (t, answers), 1)
        return {"counts": counts, "onTest": bool(len(self._test[0]))}

    def _nothing(self) -> dict[str, Any]:
        return {}

    def layers(self) -> dict[str, Any]:
        """Return by layer: histograms of activations and gradients on a small batch, some weights, units' pictures."""
        network = self._network
        x, t = self._train
        trace = network.trace(x[:TRACED], t[:TRACED])
        planes = network.trace(self._grid(SMALL_SIDE), mode="predict") if self._data.n_in == 2 else None
        found = []
        for number in range(1, network.places[-1].number + 1):
            W = _matrix(network.parameters[f"W{number}"])
            output, gradient = trace[f"A{number}"], trace[f"dW{number}"]
            own = {
                "units": W.shape[1],
                "activations": _histogram(output),
                "gradients": _histogram(gradient, around_zero=True),
                "weights": np.ascontiguousarray(W[:MOST_UNITS, :MOST_UNITS]),
            }
            if planes is not None:
                own["planes"] = np.ascontiguousarray(planes[f"A{number}"][:, :MOST_UNITS].T)
            found.append(own)
        return {"layers": found, "rows": len(x[:TRACED]), "side": SMALL_SIDE, "inputs": self._data.n_in}

    def diagnosed(self) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]] | None]:
        """Return the samples that the doctor is given: for training, and for testing if there are some."""
        (x, t), (x_test, t_test) = self._train, self._test
        test = (x_test[:DIAGNOSED], t_test[:DIAGNOSED]) if len(x_test) else None
        return (x[:DIAGNOSED], t[:DIAGNOSED]), test


def _matrix(W: NDArray[Any]) -> NDArray[Any]:
    """Return a weight as a matrix: of Maxout's pieces the first."""
    return W[0] if W.ndim == 3 else W


def wide_enough(low: float, high: float) -> tuple[float, float]:
    """Return a range in which a histogram has room for its bars, whatever the size of the numbers.

    >>> wide_enough(0.0, 2.0), wide_enough(3.0, 3.0), wide_enough(1e20, 1e20)[0] < 1e20
    ((0.0, 2.0), (2.5, 3.5), True)
    """
    size = max(abs(low), abs(high))
    if high - low > 2e-6 * size and high - low > 1e-30:
        return low, high
    room = max(0.5, 1e-6 * size)
    return low - room, high + room


def _histogram(values: NDArray[Any], *, around_zero: bool = False) -> dict[str, Any]:
    """Return counts, range, mean size and spread of numbers; those that are not finite are only counted."""
    flat = values.ravel().astype(np.float64)
    finite = flat[np.isfinite(flat)]
    if not len(finite):
        finite = np.zeros(1)
    low, high = float(finite.min()), float(finite.max())
    if around_zero:
        high = max(-low, high)
        low = -high
    low, high = wide_enough(low, high)
    counts, _ = np.histogram(finite, MOST_BARS, (low, high))
    return {
        "counts": counts.astype(np.int32),
        "low": low,
        "high": high,
        "size": float(np.abs(finite).mean()),
        "notFinite": int(len(flat) - np.isfinite(flat).sum()),
    }
