"""The training loop: batches, gradients by the reference executor, updates, metrics, callbacks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ShapeError
from glassnet.mathematics.targets import right_answers
from glassnet.network import reference
from glassnet.network.lowering import output_name
from glassnet.training.callback import best_metrics
from glassnet.training.interrupt import InterruptBetweenSteps
from glassnet.training.run import ALL_EPOCHS_DONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from glassnet.training.callback import Callback
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Run

    Augment = Callable[[NDArray[Any], np.random.Generator], NDArray[Any]]


@dataclass
class Loop:
    """What the loop has at hand."""

    run: Run
    training: Samples
    validation: Samples | None
    batch_size: int
    callbacks: list[Callback]
    shuffle: bool = True
    augmentation: Augment | None = None
    interrupt: InterruptBetweenSteps = field(default_factory=InterruptBetweenSteps)

    def call(self, method: str) -> None:
        """Call a method of every callback."""
        for callback in self.callbacks:
            getattr(callback, method)(self.run)

    def stop_if_asked(self) -> None:
        """Heed a Ctrl-C that came since the last step."""
        if self.interrupt.asked:
            self.run.interrupt("interrupted; the model is as the last step left it")


def train(loop: Loop) -> None:
    """Train until all is done or something stops it; every callback that began is ended, whatever happened."""
    run, started = loop.run, False
    begun: list[Callback] = []
    errors: list[BaseException] = []
    with loop.interrupt:
        try:
            for callback in loop.callbacks:
                callback.on_train_begin(run)
                begun.append(callback)
            run.network.training_state, started = run.state, True
            _train_epochs(loop)
        except KeyboardInterrupt:  # a second Ctrl-C, or the program's own handler
            run.interrupt("interrupted in the middle of a step or a callback; the model is as it stood then")
        except BaseException as error:  # noqa: BLE001  # raised again below, when the callbacks have ended
            run.stop(f"ended by {type(error).__name__}")
            errors.append(error)
        for callback in begun:
            try:
                callback.on_train_end(run)
            except BaseException as error:  # noqa: BLE001  # raised again below, unless there was one before
                errors.append(error)
    run.history.stopped = run.stop_reason or ALL_EPOCHS_DONE
    if started:
        run.network.metadata["training"] = _description(loop)
    if errors:
        raise errors[0]


def _train_epochs(loop: Loop) -> None:
    run = loop.run
    loop.stop_if_asked()
    while run.epoch < run.epochs and run.step < run.total_steps and not run.stop_reason:
        _train_epoch(loop)
        loop.stop_if_asked()


def _batches(loop: Loop) -> Iterator[Samples]:
    """Yield the batches of an epoch; the last may be short."""
    rows = len(loop.training)
    order = loop.run.state.shuffle.permutation(rows) if loop.shuffle else None
    for start in range(0, rows, loop.batch_size):
        chosen = slice(start, start + loop.batch_size)
        yield loop.training.rows(chosen if order is None else order[chosen])


def _train_epoch(loop: Loop) -> None:
    run, started = loop.run, time.perf_counter()
    run.state.epoch += 1
    run.samples = 0
    losses, weights, right = 0.0, 0.0, 0.0
    for batch in _batches(loop):
        if not _train_step(loop, batch):
            break
        run.samples += len(batch)
        # A batch counts in the epoch's loss as its samples do in the batch's: by their weights.
        weights += batch.total_weight
        losses += run.history.steps["loss"][-1] * batch.total_weight
        right += run.history.steps.get("accuracy", [0.0])[-1] * len(batch)
        loop.call("on_step_end")
        loop.stop_if_asked()
        if run.stop_reason or run.step >= run.total_steps:
            break
    if run.samples:
        loss = losses / weights if weights else 0.0
        _end_epoch(loop, loss, right / run.samples, time.perf_counter() - started)


def _train_step(loop: Loop, batch: Samples) -> bool:
    """Make one update; return whether it was made."""
    run, network, state = loop.run, loop.run.network, loop.run.state
    values = reference.values_for(network, _inputs(loop, batch), batch.t, batch.weights, state.step)
    tape = network.tape("train", input_gradient=False)
    run.batch = reference.run(tape, values, "forward", "loss", "backward", "state")
    loop.call("on_gradients")
    if run.stop_reason:
        return False
    rate = run.learning_rate
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


def _inputs(loop: Loop, batch: Samples) -> NDArray[Any]:
    """Return the inputs of a batch, augmented if that is wanted."""
    if loop.augmentation is None:
        return batch.x
    # A copy, since unshuffled batches are views of the user's own array.
    changed = np.asarray(loop.augmentation(batch.x.copy(), loop.run.state.augment), dtype=batch.x.dtype)
    if changed.shape != batch.x.shape:
        raise ShapeError(
            f"augmentation must return inputs of the shape that it gets, {batch.x.shape}, got {changed.shape}. Mend it."
        )
    return changed


def _end_epoch(loop: Loop, loss: float, accuracy: float, seconds: float) -> None:
    run, network = loop.run, loop.run.network
    classifies = network.output_kind != "values"
    metrics: dict[str, float] = {"epoch": run.epoch, "step": run.step, "loss": loss}
    if classifies:
        metrics["accuracy"] = accuracy
    if loop.validation is not None:
        held = loop.validation
        measured = reference.evaluate(network, held.x, held.t, held.weights)
        metrics["val_loss"] = measured.loss
        if measured.accuracy is not None:
            metrics["val_accuracy"] = measured.accuracy
    metrics["learning_rate"] = run.history.steps["learning_rate"][-1]
    metrics["seconds"] = seconds
    metrics["samples_per_second"] = run.samples / max(seconds, 1e-9)
    run.metrics = metrics
    run.history.add_epoch(**metrics)
    network.metadata["training"] = _description(loop)
    loop.call("on_epoch_end")


def _description(loop: Loop) -> dict[str, Any]:
    """Describe the training for the model file: with what, how long, how well."""
    run = loop.run
    # Without times: the same training gives the same file.
    timing = {"seconds", "samples_per_second"}
    last = {name: of for name, of in run.metrics.items() if name not in timing and np.isfinite(of)}
    return {
        "optimizer": repr(run.state.optimizer),
        "batch_size": loop.batch_size,
        "epochs": run.epoch,
        "steps": run.step,
        "seed": run.network.seed,
        "stopped": run.history.stopped or "not yet",
        "last_epoch": last,
        "best": best_metrics(run.history.epochs, run.best_before),
    }
