"""`fit` with data that comes in batches: the same loop, fed a block of batches at a time."""

from __future__ import annotations

import itertools
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.batches import are_batches, batches, kind_of_torch
from glassnet.mathematics.checks import ArgumentError, DataError, check_integer
from glassnet.training.executors import UNKNOWN_STEPS, choose_executor
from glassnet.training.fit import (
    all_callbacks,
    as_augmentation,
    as_scaling,
    blas_threads,
    new_run,
    starting_state,
    thread_limit,
    warn_of_nonfinite,
)
from glassnet.training.loop import Loop, Steps, Stretch, train
from glassnet.training.prepare import Feed, Samples, missing_targets, split
from glassnet.training.reference_steps import ReferenceSteps
from glassnet.training.schedules import Constant, Schedule, WarmUp, as_schedule
from glassnet.training.sources import lists_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glassnet.data.batches import Batches
    from glassnet.network.reference import Evaluation
    from glassnet.training.callback import Callback
    from glassnet.training.compiled_steps import CompiledSteps
    from glassnet.training.fit import FitArguments
    from glassnet.training.history import History
    from glassnet.training.run import Run, Trainable, TrainingState

BLOCK_BYTES = 4_000_000
"""How much of the batches to come is laid out at a time, at most."""
BLOCK_SECONDS = 0.025
"""How long is waited for more of them: a slow source holds up neither callbacks nor Ctrl-C."""


def fit_batches(network: Trainable, source: Any, t: Any, arguments: FitArguments) -> History:
    """Train on what gives batches: see `fit`."""
    given = _as_batches(network, source, t, arguments)
    epochs = check_integer("epochs", arguments.epochs, minimum=1)
    if given.once and epochs > 1:
        raise ArgumentError(
            f"epochs must be 1, got {epochs}: an iterator can be gone through only once. Pass what can begin anew (a "
            "generator function, without calling it; a list; a DataLoader), or say epochs=1."
        )
    feed = Feed(network, given, as_scaling(arguments.scaling), class_weight=arguments.class_weight)
    state = starting_state(network, arguments)
    _check_schedule(state.optimizer.learning_rate, given)
    upcoming = feed.in_epoch(state.epoch)
    first = next(upcoming, None)
    if first is None:
        raise DataError(f"there is not one batch in {given!r}. Check what gives them.")
    _, validation = split(network, first, arguments.validation_data, None, feed.scaling)
    run = _run_of(network, arguments, state, given, len(first), validated=validation is not None)
    callbacks, augmentation = all_callbacks(arguments), as_augmentation(arguments.augmentation)
    steps_to_come = epochs * (given.length or UNKNOWN_STEPS)
    executor = choose_executor(
        arguments.executor, network, state.optimizer, steps=steps_to_come, batch_size=len(first)
    )  # fmt: skip
    make = None
    if executor == "compiled":
        make = _compiled_steps(network, callbacks, augmentation, arguments.threads)
    limit = thread_limit(blas_threads(network, arguments.threads, len(first)))
    steps = BatchedSteps(feed, itertools.chain([first], upcoming), make, ReferenceSteps(network, limit))
    loop = Loop(run, first, validation, len(first), callbacks, steps, shuffle=False, augmentation=augmentation)
    try:
        train(loop)
    finally:
        steps.close()
    warn_of_nonfinite(run, arguments, stacklevel=6)
    return run.history


def _run_of(
    network: Trainable, arguments: FitArguments, state: TrainingState, given: Batches, rows: int, *, validated: bool
) -> Run:
    """Return the run: of as many steps as there are batches, or, if that is not known, as may be made."""
    run = new_run(network, arguments, state, (given.length or 0) * rows, rows, validated=validated)
    if given.length is None:
        most = arguments.max_steps if arguments.max_steps is not None else sys.maxsize - state.step
        run.total_steps = state.step + most
    return run


def _compiled_steps(
    network: Trainable, callbacks: list[Callback], augmentation: Any, threads: int | None
) -> Callable[[Run, Samples, int], CompiledSteps]:
    """Return what makes compiled steps for blocks of a kind."""
    from glassnet.engine.entry import interpreter
    from glassnet.training.compiled_steps import CompiledSteps

    interpreter(network.dtype)  # compiled or loaded before anything is timed

    def make(run: Run, training: Samples, size: int) -> CompiledSteps:
        return CompiledSteps(run, training, size, callbacks, augmentation, threads)

    return make


def _as_batches(network: Trainable, source: Any, t: Any, arguments: FitArguments) -> Batches:
    """Return the batches to train on, if the other arguments go with batches."""
    if t is not None:
        raise ArgumentError(
            "t must be left out: x gives batches (x, t), which have their targets in them. For arrays on a disk, write "
            "net.fit(gn.batches(x, t))."
        )
    if not are_batches(source) and not lists_batches(source):
        raise missing_targets(source)
    refused = {
        "validation_fraction": "nothing can be taken out of batches; hold data back and pass it as validation_data",
        "sample_weight": "give the weights with the batches, as (x, t, sample_weight)",
    }
    for name, reason in refused.items():
        if getattr(arguments, name) is not None:
            raise ArgumentError(f"{name} must be left out with batches: {reason}.")
    if arguments.class_weight == "balanced":
        raise ArgumentError("class_weight='balanced' must know all targets. With batches give a weight for each class.")
    kind = kind_of_torch(source)
    if kind in {"samples", "stream"}:  # single samples, which are cut into batches here
        size: Any = arguments.batch_size
        rows = len(source) if size == "full" and kind == "samples" else size
        return batches(source, batch_size=rows, shuffle=kind == "samples" and arguments.shuffle, seed=network.seed)
    if arguments.batch_size is not None:
        raise ArgumentError("batch_size must be left out: batches have their own. Set it where they are made.")
    return batches(source)


def _check_schedule(rate: float | Schedule, given: Batches) -> None:
    """Refuse a schedule that cannot know how many steps there will be."""
    schedule = as_schedule(rate)
    inner = as_schedule(schedule.schedule) if isinstance(schedule, WarmUp) else schedule
    if given.length is None and not isinstance(inner, Constant):
        raise ArgumentError(
            f"{schedule!r} must know how many steps there will be. Say how many batches an epoch has: "
            "gn.batches(…, length=…); or give the optimizer a number."
        )


class BatchedSteps:
    """The steps of a training on batches: other steps, fed a block of batches at a time.

    Parameters
    ----------
    feed : Feed
    first : iterator of Samples
        The first epoch, which has begun already.
    make : callable or None
        Makes compiled steps for blocks of a kind; None for the reference executor.
    reference : ReferenceSteps
    """

    def __init__(
        self,
        feed: Feed,
        first: Iterator[Samples],
        make: Callable[[Run, Samples, int], CompiledSteps] | None,
        reference: ReferenceSteps,
    ) -> None:
        self._feed, self._make, self._reference = feed, make, reference
        self._begun: Iterator[Samples] | None = first
        self._block: _Block | None = None
        self._compiled: CompiledSteps | None = None
        self._warned = False

    def epoch(self, loop: Loop) -> Iterator[Stretch]:
        """Make the steps of an epoch, in the order in which the batches come."""
        run, length = loop.run, self._feed.source.length
        upcoming, self._begun = self._begun or self._feed.in_epoch(run.epoch - 1), None
        seen = before = 0
        for block, size in self._blocks(upcoming, run):
            seen += -(-len(block) // size)
            # What the last batch adds up to is known before its step: that may be the last of the training.
            run.rows = run.samples + len(block) if seen == length else run.rows
            loop.training, loop.batch_size, run.batch_size = block, size, size
            inner: Steps = self._reference if self._compiled is None else self._compiled
            yield from inner.epoch(loop)
            before += 1
            if run.stop_reason:
                return
        if not before:
            raise DataError(f"there is no batch in epoch {run.epoch}: {self._feed.source!r} is at its end.")
        if length is not None and seen < length and not self._warned:
            self._warned = True
            warnings.warn(
                f"{self._feed.source!r} gave {seen:,} in epoch {run.epoch}: a schedule of the learning rate, which "
                "counts on all of them, does not come to its end. Give gn.batches the length that there is.",
                stacklevel=2,
            )
        run.rows, run.steps_per_epoch = run.samples, seen

    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy on some samples."""
        return (self._reference if self._compiled is None else self._compiled).evaluate(samples)

    def close(self) -> None:
        """Free what the steps needed."""
        if self._compiled is not None:
            self._compiled.close()
        self._reference.close()

    def _blocks(self, upcoming: Iterator[Samples], run: Run) -> Iterator[tuple[Samples, int]]:
        """Gather batches into blocks, each with the number of rows in a batch; only its last one may have fewer."""
        if self._make is None:
            for samples in upcoming:
                yield samples, len(samples)
            return
        block, started = self._block, time.perf_counter()
        for samples in upcoming:
            if block is None or not block.takes(samples):
                if block is not None and block.count:
                    yield self._ready(block, run), block.size
                block = _Block(samples, run.network)
            block.add(samples)
            if block.is_full or time.perf_counter() - started > BLOCK_SECONDS:
                yield self._ready(block, run), block.size
                started = time.perf_counter()
        if block is not None and block.count:
            yield self._ready(block, run), block.size

    def _ready(self, block: _Block, run: Run) -> Samples:
        """Return what is in a block, when there are steps that read from its memory."""
        samples = block.taken()
        if block is not self._block and self._make is not None:
            if self._compiled is not None:
                self._compiled.close()
            self._compiled, self._block = self._make(run, block.whole(), block.size), block
        return samples


class _Block:
    """Room for some batches of one size and kind, one after another."""

    def __init__(self, first: Samples, network: Trainable) -> None:
        self.size, self.count, self._full = len(first), 0, False
        row_bytes = first.x[:1].nbytes + first.t[:1].nbytes
        rows = self.size * max(1, BLOCK_BYTES // (row_bytes * self.size))
        weights = None if first.weights is None else np.empty(rows, network.dtype)
        self._room = Samples(np.empty((rows, network.n_in), first.x.dtype),
                             np.empty((rows, network.n_out), network.dtype), weights, first.scaling)  # fmt: skip

    def takes(self, samples: Samples) -> bool:
        """Say whether a batch is of this block's kind."""
        alike = samples.x.dtype == self._room.x.dtype and (samples.weights is None) == (self._room.weights is None)
        return alike and len(samples) <= self.size

    @property
    def is_full(self) -> bool:
        """Whether nothing may follow: there is no room, or the last batch is a short one."""
        return self._full

    def add(self, samples: Samples) -> None:
        """Copy a batch behind the others: its own memory may be used again by whatever gave it."""
        rows = slice(self.count, self.count + len(samples))
        self._room.x[rows], self._room.t[rows] = samples.x, samples.t
        if self._room.weights is not None:
            self._room.weights[rows] = samples.weights
        self.count = rows.stop
        self._full = len(samples) < self.size or self.count + self.size > len(self._room)

    def taken(self) -> Samples:
        """Return the batches that are there, and begin anew in the same memory."""
        samples = self._room.rows(slice(self.count))
        self._last, self.count, self._full = self.count, 0, False
        return samples

    def whole(self) -> Samples:
        """Return all the room: what was not filled yet holds the first batches again, so that it looks like them."""
        for array in (self._room.x, self._room.t, self._room.weights):
            if array is not None:
                for start in range(self._last, len(array), self._last):
                    rest = array[start : start + self._last]
                    rest[...] = array[: len(rest)]
        return self._room
