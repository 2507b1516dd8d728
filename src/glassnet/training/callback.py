"""What a callback is, and how a metric is watched."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_choice, check_number, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.training.run import Run


class Callback:
    """What is called while a network trains: derive from it and define what you need.

    Where nan or inf is among the inputs, it is found when its batch is due: what callbacks did before, stands.

    Examples
    --------
    A callback that keeps the norm of a gradient every ten steps, and ends the training when it is small:

    >>> import numpy as np
    >>> import glassnet as gn
    >>> class Norms(gn.callbacks.Callback):
    ...     def on_train_begin(self, run):
    ...         self.norms = []
    ...
    ...     def on_gradients(self, run):
    ...         if run.step % 10 == 0:
    ...             self.norms.append(float(np.linalg.norm(run.batch["dW1"])))
    ...             if self.norms[-1] < 0.1:
    ...                 run.stop("a small gradient")
    >>> norms = Norms()
    >>> network = gn.Network([gn.Dense(2, 1)], "mean_squared_error")
    >>> x = np.random.default_rng(0).normal(size=(100, 2))
    >>> history = network.fit(x, x[:, :1], optimizer=gn.SGD(0.1), epochs=99, callbacks=[norms], verbose=0)
    >>> history.stopped, norms.norms[0] > norms.norms[-1]
    ('a small gradient', True)
    """

    def on_train_begin(self, run: Run) -> None:
        """Begin, before the first step: the place to check settings."""

    def on_gradients(self, run: Run) -> None:
        """Look at `run.batch`, a step's values, before its update; `run.stop` here keeps the update from being made.

        `run.step` counts the updates that were made, so it is 0 at first. The arrays are those that the step works in:
        what is to be kept is to be copied, since the next step writes over it. To change a gradient, change its array
        in place (`run.batch["dW1"] *= 0.5`). A training that is looked at stores every gradient, and so may round
        otherwise.
        """

    def on_step_end(self, run: Run) -> None:
        """Follow an update: every one, unless `steps_to_next` says that some may be left out."""

    def steps_to_next(self, run: Run) -> int | None:
        """Return how many steps may be made before `on_step_end` is called again; None: any number, some 25 ms of them.

        An integer; 0 and less count as 1.
        By default 1 if there is an `on_step_end`, and None if there is none. The compiled executor is the faster the
        more steps it may make at a time.
        """
        return None if type(self).on_step_end is Callback.on_step_end else 1

    def looks_at_gradients(self) -> bool:
        """Say whether `on_gradients` is to be called before every update; by default, if there is one."""
        return type(self).on_gradients is not Callback.on_gradients

    def on_epoch_end(self, run: Run) -> None:
        """Follow an epoch: `run.metrics` holds its metrics."""

    def on_train_end(self, run: Run) -> None:
        """Finish, after the last step, however the training ended."""


class _FunctionCallback(Callback):
    """A user's function, called after each epoch."""

    def __init__(self, function: Callable[[Run], Any]) -> None:
        self.function = function

    def on_epoch_end(self, run: Run) -> None:
        self.function(run)


def as_callback(callback: Any) -> Callback:
    """Return the callback that an object or a function means.

    >>> as_callback(lambda run: print(run.epoch)).__class__.__name__
    '_FunctionCallback'
    """
    if isinstance(callback, Callback):
        return callback
    if isinstance(callback, type) and issubclass(callback, Callback):
        name = callback.__name__
        raise ArgumentTypeError(f"callbacks must be objects, got the class {name}. Write {name}(…).")
    if callable(callback):
        return _FunctionCallback(callback)
    raise ArgumentTypeError(f"a callback must be a gn.callbacks.Callback or a function, got {describe(callback)}.")


def _sign(metric: str) -> float:
    """Return what makes less of a metric better: 1, or −1 for an accuracy, of which more is better."""
    return -1.0 if "accuracy" in metric else 1.0


def best_metrics(by_epoch: dict[str, list[float]], before: dict[str, float]) -> dict[str, float]:
    """Return the best finite value of each loss and accuracy, those of before included.

    >>> best_metrics({"epoch": [3, 4], "loss": [0.5, 0.7], "accuracy": [0.8, 0.9]}, {"loss": 0.4})
    {'loss': 0.4, 'accuracy': 0.9}
    """
    best = dict(before)
    for name, values in by_epoch.items():
        if "loss" in name or "accuracy" in name:
            sign = _sign(name)
            known = [sign * value for value in [*values, before.get(name, math.nan)] if math.isfinite(value)]
            best.update({name: sign * min(known)} if known else {})
    return best


class Monitor:
    """A metric by epoch, and whether it got better: less of a loss, more of an accuracy."""

    def __init__(self, metric: str, min_delta: float = 0.0) -> None:
        if not isinstance(metric, str):
            raise ArgumentTypeError(f"monitor must be the name of a metric such as 'val_loss', got {describe(metric)}.")
        self.metric = metric
        self.min_delta = check_number("min_delta", min_delta, at_least=0)
        self.sign = _sign(metric)
        self.best = math.inf

    def check(self, run: Run) -> None:
        """Raise if the training has no such metric."""
        if (
            self.metric.startswith("val_")
            and self.metric[4:] in run.metric_names
            and "val_loss" not in run.metric_names
        ):
            raise ArgumentError(
                f"{self.metric} cannot be monitored without validation data. Pass validation_data=(x, t) or "
                "validation_fraction=0.1 to fit, or monitor 'loss'."
            )
        check_choice("monitor", self.metric, run.metric_names)

    def begin_with(self, best: float) -> None:
        """Count as better only what is better than this value."""
        self.best = self.sign * best

    def improved(self, run: Run) -> bool:
        """Say whether the metric of this epoch is the best so far, and remember it if so."""
        value = self.sign * run.metrics[self.metric]
        if value < self.best - self.min_delta:
            self.best = value
            return True
        return False
