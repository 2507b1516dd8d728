"""The callbacks of a training by an estimator: what they are shown, and what they may ask for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from glassnet.training.callback import Callback, as_callback
from glassnet.training.run import Run, TrainingState

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.model import Network
    from glassnet.sklearn.solvers import Solver
    from glassnet.training.history import History


class Watch:
    """Calls callbacks, and keeps the history.

    Parameters
    ----------
    callbacks : list or None
    network : Network
    solver : Solver
    history : History
    epochs, rows, batch_size : int
    metrics : tuple of str
        Those that an epoch has.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # all that a training is
        self,
        callbacks: Any,
        network: Network,
        solver: Solver,
        history: History,
        epochs: int,
        rows: int,
        batch_size: int,
        metrics: tuple[str, ...],
    ) -> None:
        self._callbacks: list[Callback] = [as_callback(callback) for callback in callbacks or ()]
        self.history = history
        self.run: Run | None = None
        if self._callbacks:
            fresh = TrainingState.fresh(network, solver.optimizer)
            fresh.slots, fresh.step = solver.slots, solver.t
            per_epoch = -(-rows // batch_size)
            total = solver.t + epochs * per_epoch
            self.run = Run(network, fresh, epochs, per_epoch, total, rows, metrics, batch_size, history)
        self._looking = [callback for callback in self._callbacks if callback.looks_at_gradients()]
        self._solver = solver
        self._began = time.perf_counter()

    @property
    def look(self) -> Callable[[Callable[[], dict[str, Any]]], bool] | None:
        """What is to be shown each step before its update; None if nobody looks."""
        return self._look if self._looking else None

    @property
    def stopped(self) -> str:
        """Why a callback ended the training; empty if none did."""
        return self.run.stop_reason if self.run else ""

    def _look(self, values: Callable[[], dict[str, Any]]) -> bool:
        run = self._shown()
        run.show_batch(values)
        for callback in self._looking:
            callback.on_gradients(run)
        return not run.stop_reason

    def _shown(self) -> Run:
        if self.run is None:
            raise AssertionError
        return self.run

    def call(self, method: str) -> None:
        """Call a method of every callback."""
        if self.run is not None:
            for callback in self._callbacks:
                getattr(callback, method)(self.run)

    def step_ends(self, samples: int, loss: float, rate: float, values: Callable[[], dict[str, Any]]) -> None:
        """Tell of an update, and of what it computed to whom it asks."""
        run = self.run
        if run is None:
            return
        run.state.step = self._solver.t
        run.samples += samples
        run.seen += samples
        run.show_batch(values)
        run.history.add_step(step=run.step, loss=loss, learning_rate=rate)
        self.call("on_step_end")

    def epoch_begins(self) -> None:
        """Begin to count."""
        if self.run is not None:
            self.run.state.epoch += 1
            self.run.samples = 0
        self._began = time.perf_counter()

    def epoch_ends(self, samples: int, **metrics: float) -> None:
        """Tell of an epoch, and write it into the history."""
        seconds = time.perf_counter() - self._began
        metrics |= {"seconds": seconds, "samples_per_second": samples / max(seconds, 1e-9)}
        self.history.add_epoch(**metrics)
        if self.run is not None:
            self.run.metrics = metrics
            self.call("on_epoch_end")
