"""The training loop: batches, gradients by the reference executor, updates, metrics, callbacks."""

from __future__ import annotations

import time
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_choice, check_integer, describe
from glassnet.mathematics.targets import right_answers
from glassnet.network import reference
from glassnet.network.lowering import output_name
from glassnet.training.callback import Callback, as_callback
from glassnet.training.callbacks import StopOnNaN
from glassnet.training.interrupt import InterruptBetweenSteps
from glassnet.training.optimizers import as_optimizer
from glassnet.training.prepare import Samples, as_batch_size, as_samples, split, with_class_weights
from glassnet.training.progress import progress_for
from glassnet.training.run import Run, TrainingState
from glassnet.training.schedules import as_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import ArrayLike

    from glassnet.network.structure import Structure
    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer

Augment = "Callable[[NDArray[Any], np.random.Generator], NDArray[Any]]"


class NotFiniteWarning(RuntimeWarning):
    """A training stopped because its loss was nan or inf."""


@dataclass(frozen=True)
class FitArguments:
    """The arguments of `fit` besides the data; `glassnet.Network.fit` describes each."""

    optimizer: Optimizer | str | None = None
    epochs: int = 5
    batch_size: int | str | None = None
    validation_data: tuple[ArrayLike, ...] | None = None
    validation_fraction: float | None = None
    sample_weight: ArrayLike | None = None
    class_weight: Any = None
    callbacks: Sequence[Any] = ()
    shuffle: bool = True
    augmentation: Any = None
    max_steps: int | None = None
    resume: bool = False
    executor: str = "auto"
    threads: int | None = None
    verbose: int = 1


def fit(
    network: Structure, x: ArrayLike, t: ArrayLike, arguments: FitArguments, state: TrainingState | None
) -> tuple[History, TrainingState]:
    """Train the network in place.

    Parameters
    ----------
    network : Structure
    x, t : arrays
    arguments : FitArguments
    state : TrainingState or None
        What an earlier call left, for `resume`.

    Returns
    -------
    History, TrainingState
    """
    check_executor(arguments.executor)
    samples = as_samples(network, x, t, arguments.sample_weight)
    training, validation = split(network, samples, arguments.validation_data, arguments.validation_fraction)
    training = with_class_weights(network, training, arguments.class_weight)
    batch_size = as_batch_size(arguments.batch_size, len(training))
    state = _starting_state(network, arguments, state)
    run = _new_run(network, arguments, state, len(training), batch_size, validated=validation is not None)
    callbacks = [StopOnNaN(), *map(as_callback, _as_list(arguments.callbacks)), progress_for(arguments.verbose)]
    with thread_limit(arguments.threads):
        _train(_Loop(run, training, validation, batch_size, arguments, callbacks))
    if run.stop_reason.startswith("not finite") and arguments.verbose == 0:
        warnings.warn(run.stop_reason, NotFiniteWarning, stacklevel=3)
    return run.history, state


def check_executor(executor: str) -> None:
    """Check the name of the executor; there is one so far."""
    if check_choice("executor", executor, ["auto", "compiled", "reference"]) == "compiled":
        raise ArgumentError("executor='compiled' is not in this version yet. Use 'auto' or 'reference'.")


def thread_limit(threads: int | None) -> AbstractContextManager[Any]:
    """Limit the threads of NumPy's matrix products while the context lasts; None leaves them as they are."""
    if threads is None:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(check_integer("threads", threads, minimum=1), user_api="blas")


def _as_list(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, Callback) or not hasattr(callbacks, "__iter__"):
        raise ArgumentTypeError(f"callbacks must be a list of callbacks, got {describe(callbacks)}. Write [callback].")
    return list(callbacks)


def _starting_state(network: Structure, arguments: FitArguments, earlier: TrainingState | None) -> TrainingState:
    """Return a fresh state, or the earlier one with the optimizer's settings that are given now."""
    if not arguments.resume:
        return TrainingState.fresh(network, as_optimizer(arguments.optimizer))
    if earlier is None:
        raise ArgumentError("resume=True must follow a fit of the same network, or a checkpoint. Call fit without it.")
    if arguments.optimizer is not None:
        optimizer = as_optimizer(arguments.optimizer)
        if type(optimizer) is not type(earlier.optimizer):
            raise ArgumentError(
                f"resume=True must go on with the same kind of optimizer, {earlier.optimizer!r}, got {optimizer!r}. "
                "Leave optimizer out, or start afresh without resume."
            )
        earlier.optimizer = optimizer
    return earlier


def _new_run(
    network: Structure, arguments: FitArguments, state: TrainingState, rows: int, batch_size: int, *, validated: bool
) -> Run:
    epochs = check_integer("epochs", arguments.epochs, minimum=1)
    steps_per_epoch = -(-rows // batch_size)
    steps = epochs * steps_per_epoch
    if arguments.max_steps is not None:
        steps = min(steps, check_integer("max_steps", arguments.max_steps, minimum=1))
    classifies = network.output_kind != "values"
    names = ["epoch", "step", "loss", *(["accuracy"] if classifies else [])]
    names += ["val_loss", *(["val_accuracy"] if classifies else [])] if validated else []
    names += ["learning_rate", "seconds", "samples_per_second"]
    return Run(network, state, state.epoch + epochs, steps_per_epoch, state.step + steps, rows, tuple(names))


@dataclass
class _Loop:
    """What the loop has at hand."""

    run: Run
    training: Samples
    validation: Samples | None
    batch_size: int
    arguments: FitArguments
    callbacks: list[Callback]

    def call(self, method: str) -> None:
        """Call a method of every callback."""
        for callback in self.callbacks:
            getattr(callback, method)(self.run)


def _train(loop: _Loop) -> None:
    run = loop.run
    try:
        loop.call("on_train_begin")
        with InterruptBetweenSteps() as interrupt:
            while run.epoch < run.epochs and run.step < run.total_steps and not run.stop_reason:
                _train_epoch(loop, interrupt)
    except KeyboardInterrupt:
        run.stop("interrupted; the model is as the last step left it")
    finally:
        loop.call("on_train_end")
        run.history.stopped = run.stop_reason or "all epochs done"


def _batches(loop: _Loop) -> Iterator[Samples]:
    """Yield the batches of an epoch; the last may be short."""
    rows = len(loop.training)
    order = loop.run.state.shuffle.permutation(rows) if loop.arguments.shuffle else None
    for start in range(0, rows, loop.batch_size):
        chosen = slice(start, start + loop.batch_size)
        yield loop.training.rows(chosen if order is None else order[chosen])


def _train_epoch(loop: _Loop, interrupt: InterruptBetweenSteps) -> None:
    run, started = loop.run, time.perf_counter()
    run.state.epoch += 1
    run.samples = 0
    totals = {"loss": 0.0, "accuracy": 0.0}
    for batch in _batches(loop):
        if not _train_step(loop, batch):
            break
        run.samples += len(batch)
        for name in totals:
            totals[name] += run.history.steps.get(name, [0.0])[-1] * len(batch)
        loop.call("on_step_end")
        if interrupt.asked:
            run.stop("interrupted; the model is as the last step left it")
        if run.stop_reason or run.step >= run.total_steps:
            break
    if run.samples:
        _end_epoch(loop, {name: total / run.samples for name, total in totals.items()}, time.perf_counter() - started)


def _train_step(loop: _Loop, batch: Samples) -> bool:
    """Make one update; return whether it was made."""
    run, network, state = loop.run, loop.run.network, loop.run.state
    x = batch.x if loop.arguments.augmentation is None else loop.arguments.augmentation(batch.x, state.augment)
    values = reference.values_for(network, x, batch.t, batch.weights, state.step)
    tape = network.tape("train", input_gradient=False)
    run.batch = reference.run(tape, values, "forward", "loss", "backward", "state")
    loop.call("on_gradients")
    if run.stop_reason:
        return False
    rate = as_schedule(state.optimizer.learning_rate).rate(state.step, run.total_steps, run.steps_per_epoch)
    metrics = {"step": state.step + 1, "loss": float(run.batch["loss"]), "learning_rate": rate}
    if network.output_kind != "values":
        right = right_answers(run.batch[output_name(network.places[-1])], batch.t)
        metrics["accuracy"] = float(np.count_nonzero(right)) / len(right)
    run.history.add_step(**metrics)
    state.step += 1
    # Overflow shows in the numbers, and stops the training at the next loss.
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for name, w in network.parameters.items():
            state.optimizer.apply(name, w, run.batch[f"d{name}"], state.slots[name], rate, state.step)
    for name, kept in network.state.items():
        kept[...] = run.batch[name]
    return True


def _end_epoch(loop: _Loop, totals: dict[str, float], seconds: float) -> None:
    run, network = loop.run, loop.run.network
    classifies = network.output_kind != "values"
    metrics: dict[str, float] = {"epoch": run.epoch, "step": run.step, "loss": totals["loss"]}
    if classifies:
        metrics["accuracy"] = totals["accuracy"]
    if loop.validation is not None:
        held = loop.validation
        metrics["val_loss"] = reference.loss(network, held.x, held.t, sample_weight=held.weights)
        if classifies:
            metrics["val_accuracy"] = reference.accuracy(network, held.x, held.t)
    metrics["learning_rate"] = run.history.steps["learning_rate"][-1]
    metrics["seconds"] = seconds
    metrics["samples_per_second"] = run.samples / max(seconds, 1e-9)
    run.metrics = metrics
    run.history.add_epoch(**metrics)
    loop.call("on_epoch_end")


def training_metadata(
    network: Structure, state: TrainingState, history: History, arguments: FitArguments
) -> dict[str, Any]:
    """Describe a training for the model file: with what, how long, how well."""
    last = {name: values[-1] for name, values in history.epochs.items() if np.isfinite(values[-1])}
    return {
        "optimizer": repr(state.optimizer),
        "batch_size": arguments.batch_size if arguments.batch_size is not None else "default",
        "epochs": state.epoch,
        "steps": state.step,
        "seed": network.seed,
        "stopped": history.stopped,
        "last_epoch": last,
    }
