"""Steps made by the compiled executor: stretches of them in one call of machine code, some 25 ms at a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.engine.crew import Crew
from glassnet.engine.entry import interpreter
from glassnet.engine.executor import Training, is_sparse
from glassnet.engine.workspace import Data
from glassnet.mathematics.checks import check_integer
from glassnet.training.evaluation import evaluate_samples
from glassnet.training.executors import as_threads, meaning_of_bytes, rule_of
from glassnet.training.last_batch import LastBatch
from glassnet.training.loop import Stretch
from glassnet.training.prepare import check_inputs
from glassnet.training.reference_steps import reference_step
from glassnet.training.staging import Staging
from glassnet.training.team import Team

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.reference import Evaluation
    from glassnet.training.callback import Callback
    from glassnet.training.loop import Loop
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Run, Trainable

STRETCH_SECONDS = 0.025
"""How long a stretch is to last: progress, callbacks and Ctrl-C are heeded between two of them."""
LEAST_SPEED = 2e10
"""The multiplications a second that the first stretch reckons with."""
TRY = 6
"""By how much shorter a stretch is that tries another number of threads."""
ALWAYS_KEPT = 4_000_000
"""The bytes of parameters up to which those before the last update of every stretch are kept, not only of an epoch."""
AS_THEY_STAND = np.zeros(0, dtype=np.int64)


class CompiledSteps:
    """The steps of a training, as a program.

    Parameters
    ----------
    run : Run
    training : Samples
    batch_size : int
    callbacks : list of Callback
    augmentation : callable or None
    threads : int or None
    inputs_checked : bool
        Whether the inputs are known to be finite; otherwise that is found out in the first epoch.
    """

    def __init__(
        self,
        run: Run,
        training: Samples,
        batch_size: int,
        callbacks: list[Callback],
        augmentation: Any,
        threads: int | None,
        *,
        inputs_checked: bool = True,
    ) -> None:
        network = run.network
        self._inputs_checked = inputs_checked
        self._network, self._batch_size = network, batch_size
        work = 3 * batch_size * sum(network.multiplications)
        interpreter(network.dtype)  # compiled or loaded before anything is timed
        self._crew = Crew(as_threads(threads, work))
        self._watched = any(callback.looks_at_gradients() for callback in callbacks)
        self._staging = Staging(run, training, batch_size, augmentation, self._crew) if augmentation else None
        table = _table_of(network, training)
        self._data = self._staging.data if self._staging else Data(training.x, training.t, training.weights, table)
        self._weighted = training.weights is not None
        self._sparse = is_sparse(training.x, table)
        self._state = run.state
        # Not where the training may be refused after all: what the last one left must be there then.
        self._kept = dict(network.last_step.before) if network.last_step is not None and inputs_checked else {}
        self._training = self._program()
        self._affordable = max(1, int(STRETCH_SECONDS * LEAST_SPEED / work))
        self._team = Team(self._crew.threads if threads is None else 1)
        self._threads = None if threads is None else self._crew.threads
        self._crew.__enter__()  # last of all: what went wrong before leaves no threads behind

    def close(self) -> None:
        """End the threads."""
        self._crew.__exit__()

    def _program(self) -> Training:
        state = self._state
        return Training(
            self._network,
            rule_of(state.optimizer),
            state.slots,
            self._data,
            self._batch_size,
            self._crew,
            sparse=self._sparse,
            weighted=self._weighted,
            fuse=not self._watched,
            kept_in=self._kept,
        )

    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy on some samples."""
        return evaluate_samples(self._network, samples)

    def epoch(self, loop: Loop) -> Iterator[Stretch]:
        """Make the steps of an epoch, a stretch at a time."""
        run, rows, size = loop.run, len(loop.training), self._batch_size
        order = loop.order()
        position = 0
        while position < rows:
            if run.state is not self._state:  # a callback has put another in its place
                self._state = run.state
                self._training = self._program()
            steps = self._steps_now(loop, -(-(rows - position) // size))
            began = time.perf_counter()
            stretch, made = self._stretch(loop, order, position, steps)
            self._measure(time.perf_counter() - began, made)
            position += made * size
            if stretch is not None:
                yield stretch
            elif run.stop_reason:  # by a callback that looked at the gradients
                return
            if made < steps and not run.stop_reason:  # a loss that is not finite: look at it, and say why
                if not self._inputs_checked:
                    check_inputs(loop.training)
                rest = slice(position, position + size)
                step = reference_step(loop, loop.training.rows(rest if order is None else order[rest]))
                if step is None:  # nothing else of the last batch is left: it worked in the same memory
                    network = self._network
                    now = {**network.parameters.copies(), **network.state.copies()}
                    network.last_step = LastBatch(run.batch, now, run.step)
                    return
                position += size
                yield step
        self._inputs_checked = True

    def _steps_now(self, loop: Loop, left: int) -> int:
        """Return how many steps to make in one stretch."""
        run = loop.run
        wanted = [steps for callback in loop.callbacks if (steps := _steps_to_next(callback, run)) is not None]
        most = 1 if self._watched else self._affordable
        if self._team.trying:
            most = max(1, most // TRY)
        if self._staging is not None:
            most = min(most, self._staging.steps)
        return max(1, min(left, run.total_steps - run.step, most, *wanted))

    def _working(self) -> int:
        """Return how many threads are to work: those that were asked for, or as many as are of use just now."""
        return self._team.now() if self._threads is None else self._threads

    def _measure(self, seconds: float, steps: int) -> None:
        """Adapt the length of a stretch to how long a step takes."""
        if steps:
            affordable = int(STRETCH_SECONDS * steps / max(seconds, 1e-6))
            self._affordable = max(1, min(affordable, 4 * self._affordable))

    def _stretch(
        self, loop: Loop, order: NDArray[np.int64] | None, position: int, steps: int
    ) -> tuple[Stretch | None, int]:
        """Make some steps; return what they add to the metrics, and how many were made."""
        run, size, rows = loop.run, self._batch_size, len(loop.training)
        rates = run.learning_rates(steps)
        begin, end = position, min(rows, position + steps * size)
        source = AS_THEY_STAND if order is None else order
        if self._staging is not None:
            self._staging.fill(np.arange(begin, end) if order is None else order[begin:end])
            source, position, total = AS_THEY_STAND, 0, end - begin
        else:
            total = end
        epoch_ends = end == rows or run.step + steps == run.total_steps
        keeps = epoch_ends or self._network.parameters.flat.nbytes <= ALWAYS_KEPT
        began, used = time.perf_counter(), time.process_time()
        if self._watched:  # what its callbacks take says nothing of the team
            made, losses, right = self._watched_step(loop, source, position, total, rates, keep=keeps)
        else:
            threads = self._working()
            made, losses, right = self._training.run(
                source, position, total, rates, run.step, keep=keeps, threads=threads
            )
            seconds = max(time.perf_counter() - began, 1e-6)
            self._team.took(seconds, made, (time.process_time() - used) / (seconds * threads))
        if not made:
            return None, 0
        stretch = self._record(loop, order, begin, rates[:made], losses[:made], right[:made])
        count = min(size, rows - (begin + (made - 1) * size))
        if made == steps:
            training, loss_now = self._training, float(losses[made - 1])
            before = training.kept if keeps else {}
            self._network.last_step = LastBatch(lambda: training.values(count, loss_now), before, run.step - 1)
            run.show_batch(lambda: training.values(count, loss_now))
        return stretch, made

    def _watched_step(
        self,
        loop: Loop,
        source: NDArray[np.int64],
        position: int,
        total: int,
        rates: NDArray[np.float64],
        *,
        keep: bool,
    ) -> tuple[int, NDArray[np.float64], NDArray[np.int64]]:
        """Make one step, and stop before the update for the callbacks that look at gradients."""
        run, training, threads = loop.run, self._training, self._working()
        updates = training.updates
        made, losses, right = training.run(
            source, position, total, rates, run.step, keep=keep, part=slice(updates), threads=threads
        )
        if made:
            count = min(self._batch_size, total - position)
            run.show_batch(lambda: training.values(count, float(losses[0])))
            loop.call("on_gradients")
            if run.stop_reason:
                loss = float(losses[0])
                before = training.kept if keep else {}
                self._network.last_step = LastBatch(lambda: training.values(count, loss), before, run.step)
                return 0, losses[:0], right[:0]
            training.run(source, position, total, rates, run.step, part=slice(updates, None), threads=threads)
        return made, losses, right

    def _record(
        self,
        loop: Loop,
        order: NDArray[np.int64] | None,
        begin: int,
        rates: NDArray[np.float64],
        losses: NDArray[np.float64],
        right: NDArray[np.int64],
    ) -> Stretch:
        """Write the steps into the history, and return what they add to the epoch's metrics."""
        run, size, made = loop.run, self._batch_size, len(losses)
        end = min(len(loop.training), begin + made * size)
        counts = np.full(made, size, dtype=np.int64)
        counts[-1] = end - begin - (made - 1) * size
        weights: NDArray[Any] = counts
        if loop.training.weights is not None:
            own = loop.training.weights[begin:end] if order is None else loop.training.weights[order[begin:end]]
            weights = np.add.reduceat(own.astype(np.float64), np.arange(0, end - begin, size))
        metrics = {
            "step": list(range(run.step + 1, run.step + made + 1)),
            "loss": losses.tolist(),
            "learning_rate": rates.tolist(),
        }
        if self._network.output_kind != "values":
            metrics["accuracy"] = (right / counts).tolist()
        run.history.add_steps(**metrics)
        run.state.step += made
        return Stretch(end - begin, weights.tolist(), (losses * weights).tolist(), float(right.sum()))


def _steps_to_next(callback: Callback, run: Run) -> int | None:
    """Return how many steps a callback lets pass."""
    steps: object = callback.steps_to_next(run)
    return None if steps is None else check_integer(f"what {type(callback).__name__}.steps_to_next returns", steps)


def _table_of(network: Trainable, samples: Samples) -> NDArray[Any] | None:
    """Return what bytes among the inputs stand for, if they are bytes."""
    return meaning_of_bytes(samples.scaling, network.dtype) if samples.x.dtype == np.uint8 else None
