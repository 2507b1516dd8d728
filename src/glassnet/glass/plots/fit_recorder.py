"""What a network says on a grid while it trains: the frames of a moving picture of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.glass.plots.sampling import Plane, interval, interval_round
from glassnet.mathematics.checks import (
    DataError,
    ShapeError,
    as_real_array,
    check_finite,
    check_integer,
    describe,
)
from glassnet.network import reference
from glassnet.training.callback import Callback

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.training.run import Run

POINTS_ON_LINE = 201
POINTS_ON_SIDE = 121


class Frame(NamedTuple):
    """What a network said on the grid after an epoch: outputs of shape (points, n_out), and the loss it reported."""

    epoch: int
    loss: float
    outputs: NDArray[Any]


class FitRecorder(Callback):
    """Record what a network says on a grid while it trains, for `animation_of_fit`.

    Of one input the grid is a line, of two a plane. The first frame is the untrained network, the last the one at the
    end of the training, whatever `every` is.

    Parameters
    ----------
    x : array of shape (N, 1), (N,) or (N, 2)
        The samples that are drawn with the fit.
    t : array of shape (N,), (N, 1) or (N, n_classes)
        Their targets: values for a line, classes for a plane.
    every : int, default 1
        After how many epochs to record again.
    limits : (low, high), or for a plane also a pair of these, optional
        Where the grid lies; by default round the samples.

    Attributes
    ----------
    grid : array of shape (201, 1) or (14641, 2)
        Where the network is asked.
    frames : list of Frame
        Each with `epoch`, `loss` and `outputs`.

    Raises
    ------
    ShapeError
        If the samples have neither one input nor two, or the lengths differ.
    DataError
        If a sample is not finite.

    Examples
    --------
    >>> import glassnet as gn
    >>> x = np.linspace(-1, 1, 20)[:, np.newaxis]
    >>> recorder = FitRecorder(x, x**2, every=5)
    >>> net = gn.Network([gn.Dense(1, 8), gn.Tanh(), gn.Dense(8, 1)])
    >>> _ = net.fit(x, x**2, epochs=12, callbacks=[recorder], executor="reference", verbose=0)
    >>> [frame.epoch for frame in recorder.frames]
    [0, 5, 10, 12]
    """

    def __init__(self, x: ArrayLike, t: ArrayLike, every: int = 1, *, limits: Any = None) -> None:
        self.x = as_real_array(x, "x")
        self.x = self.x[:, np.newaxis] if self.x.ndim == 1 else self.x
        if self.x.ndim != 2 or self.x.shape[1] not in {1, 2} or len(self.x) == 0:
            raise ShapeError(
                f"x must have the shape (N, 1) or (N, 2), since a fit is drawn over a line or a plane, "
                f"got {describe(self.x)}. Choose one or two columns, and train a network on these."
            )
        check_finite("x", self.x)
        self.t = as_real_array(t, "t")
        if self.t.ndim == 0 or len(self.t) != len(self.x):
            raise ShapeError(f"t must have one target for each of the {len(self.x)} samples, got {describe(self.t)}.")
        self.every = check_integer("every", every, minimum=1)
        self.plane = Plane.of(limits, self.x) if self.x.shape[1] == 2 else None
        if self.plane is not None:
            self.grid = self.plane.rows(POINTS_ON_SIDE)
        else:
            low, high = interval_round(self.x) if limits is None else interval(limits)
            self.grid = np.linspace(low, high, POINTS_ON_LINE)[:, np.newaxis]
        self.frames: list[Frame] = []

    def on_train_begin(self, run: Run) -> None:
        """Record the network as it stands, unless this training goes on from the last frame."""
        if not self.frames or self.frames[-1].epoch != run.epoch:
            self.frames = [frame for frame in self.frames if frame.epoch < run.epoch]
            self._record(run)

    def on_epoch_end(self, run: Run) -> None:
        """Record, if it is time."""
        if run.epoch % self.every == 0:
            self._record(run)

    def on_train_end(self, run: Run) -> None:
        """Record the end, unless it was recorded; early stopping may have gone back to an earlier epoch."""
        if self.frames[-1].epoch != run.epoch:
            self._record(run)

    def recorded(self) -> list[Frame]:
        """Return the frames, or say that there are none."""
        if not self.frames:
            raise DataError(
                "the recorder must have recorded a training, got no frames. Train with callbacks=[recorder] first."
            )
        return self.frames

    def _record(self, run: Run) -> None:
        network = run.network
        if network.n_in != self.grid.shape[1]:
            raise ShapeError(
                f"the recorder's samples must have {network.n_in} inputs, as {network.describe_layer(0)} takes, "
                f"got {self.grid.shape[1]}. Record the samples that the network is trained on."
            )
        # A few rows, and seldom: not worth binding compiled code to.
        outputs = reference.predict(network, reference.checked_inputs(network, self.grid))
        self.frames.append(Frame(run.epoch, run.metrics.get("loss", float("nan")), outputs))
