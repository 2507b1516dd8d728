"""`partial_fit`: one batch at a time, with what the optimizer remembers carried from call to call."""

from __future__ import annotations

import os
import warnings
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError
from glassnet.network.reference import slices
from glassnet.training.callbacks import StopOnNaN
from glassnet.training.exclusive import alone
from glassnet.training.executors import (
    UNKNOWN_STEPS,
    as_threads,
    choose_executor,
    meaning_of_bytes,
    rule_of,
)
from glassnet.training.fit import NotFiniteWarning, as_scaling, blas_threads, going_on, thread_limit
from glassnet.training.last_batch import LastBatch
from glassnet.training.loop import Loop
from glassnet.training.optimizers import as_optimizer
from glassnet.training.prepare import as_batch_size, as_samples, check_inputs
from glassnet.training.reference_steps import ReferenceSteps, reference_step
from glassnet.training.run import Run, TrainingState
from glassnet.training.schedules import Constant, as_schedule
from glassnet.training.sources import gives_batches

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from glassnet.engine.executor import Training
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Trainable


@dataclass(frozen=True)
class PartialArguments:
    """The arguments of `partial_fit` besides the data; `glassnet.Network.partial_fit` describes each."""

    optimizer: Optimizer | str | None = None
    batch_size: int | str | None = "full"
    sample_weight: ArrayLike | None = None
    scaling: Any = None
    executor: str = "auto"
    threads: int | None = None


def partial_fit(network: Trainable, x: ArrayLike, t: ArrayLike | None, arguments: PartialArguments) -> float:
    """Go once through some rows, and return their mean loss as the network was when it saw them."""
    if t is None or gives_batches(x):
        raise ArgumentTypeError(
            "partial_fit takes one batch, x and t, and got "
            f"{'no t' if t is None else 'what gives batches'}. Of what gives batches take one after another, "
            "`for x, t in batches: net.partial_fit(x, t)`, or pass it to fit."
        )
    with alone(network):
        return _partial_fit(network, x, t, arguments)


def _partial_fit(network: Trainable, x: ArrayLike, t: ArrayLike, arguments: PartialArguments) -> float:
    samples = as_samples(network, x, t, arguments.sample_weight, scaling=as_scaling(arguments.scaling))
    check_inputs(samples)
    size = as_batch_size(arguments.batch_size, len(samples))
    state = _state(network, arguments.optimizer)
    executor = choose_executor(
        arguments.executor, network, state.optimizer, steps=UNKNOWN_STEPS, batch_size=size
    )  # fmt: skip
    network.training_state = state
    total = weight = 0.0
    for rows in slices(len(samples), size):
        batch = samples if len(samples) == size else samples.rows(rows)
        step = _compiled_step if executor == "compiled" else _reference_step
        loss, reason = step(network, batch, arguments.threads)
        if reason:
            warnings.warn(f"{reason} Nothing was changed by this batch.", NotFiniteWarning, stacklevel=4)
            return loss
        total += loss * batch.total_weight
        weight += batch.total_weight
    return total / weight if weight else 0.0


def _state(network: Trainable, given: Optimizer | str | None) -> TrainingState:
    """Return what the last training left, with the optimizer's settings that are given now, or a fresh one."""
    earlier = network.training_state
    if earlier is None:
        state = TrainingState.fresh(network, as_optimizer(given))
    elif given is None or given is earlier.optimizer:
        state = earlier
    else:
        state = going_on(earlier, given, "partial_fit", "set net.training_state = None to begin afresh")
        state = earlier if state.optimizer == earlier.optimizer else state
    if state is not earlier or network.partial_steps is None:
        schedule = as_schedule(state.optimizer.learning_rate)
        if not isinstance(schedule, Constant):
            raise ArgumentError(
                f"{schedule!r} must know how many steps there will be, and partial_fit does not. Give the optimizer a "
                "number, another one in each call if need be, or use fit with batches."
            )
        _describe(network, state)
    return state


def _describe(network: Trainable, state: TrainingState) -> None:
    """Begin the description of the training that the model file holds."""
    network.metadata["training"] = {
        "optimizer": repr(state.optimizer),
        "epochs": state.epoch,
        "steps": state.step,
        "seed": network.seed,
        "stopped": "trained a batch at a time (partial_fit)",
    }


def _count(network: Trainable, state: TrainingState) -> None:
    state.step += 1
    training = network.metadata.get("training")
    if isinstance(training, dict):
        training["steps"] = state.step


def _reference_step(network: Trainable, batch: Samples, threads: int | None) -> tuple[float, str]:
    """Make a step in plain NumPy; return its loss, and why it was not made."""
    state = network.training_state
    assert state is not None  # noqa: S101  # for mypy: partial_fit has set it
    run = Run(network, state, state.epoch + 1, 1, state.step + 1, len(batch), (), len(batch))
    steps = ReferenceSteps(network, thread_limit(blas_threads(network, threads, len(batch))))
    loop = Loop(run, batch, None, len(batch), [StopOnNaN()], steps, shuffle=False)
    try:
        made = reference_step(loop, batch)
    finally:
        steps.close()
    if made is None:
        return float(run.batch["loss"]), run.stop_reason
    network.partial_steps = network.partial_steps or PartialSteps()
    state.step -= 1
    _count(network, state)
    return made.losses[0] / (batch.total_weight or 1.0), ""


@dataclass(eq=False)
class PartialSteps:
    """The compiled step that was made last, to be made again with another batch.

    Attributes
    ----------
    training : Training or None
    key : tuple
        What it was made for.
    state : TrainingState or None
        Whose slots it changes.
    close : callable
        Ends its threads; called when this is forgotten, or when the program ends.
    """

    training: Training | None = None
    key: tuple[Any, ...] = ()
    state: TrainingState | None = None
    close: Callable[[], Any] = lambda: None


def _compiled_step(network: Trainable, batch: Samples, threads: int | None) -> tuple[float, str]:
    """Make a step in machine code; return its loss, and why it was not made."""
    from glassnet.engine.workspace import Data

    state = network.training_state
    assert state is not None  # noqa: S101  # for mypy: partial_fit has set it
    training = _training_for(network, state, batch, threads)
    table = meaning_of_bytes(batch.scaling, network.dtype) if batch.x.dtype == np.uint8 else None
    training.data = Data(batch.x, batch.t, batch.weights, table)
    schedule = as_schedule(state.optimizer.learning_rate)
    rates = np.full(1, schedule.rate(state.step, 1, 1))
    keeps = network.parameters.flat.nbytes <= KEPT_BYTES
    made, losses, _ = training.run(AS_THEY_STAND, 0, len(batch), rates, state.step, keep=keeps)
    if not made:  # a loss that is not finite: the reference executor says where it began
        return _reference_step(network, batch, threads)
    loss, rows = float(losses[0]), len(batch)
    network.last_step = LastBatch(lambda: training.values(rows, loss), training.kept if keeps else {}, state.step)
    _count(network, state)
    return loss, ""


AS_THEY_STAND = np.zeros(0, dtype=np.int64)
KEPT_BYTES = 4_000_000
"""The bytes of parameters up to which those before the step are kept, for `last_batch`."""


def _training_for(network: Trainable, state: TrainingState, batch: Samples, threads: int | None) -> Training:
    """Return the program of a step, the last one if it will do."""
    from glassnet.engine.crew import Crew
    from glassnet.engine.executor import Training, is_sparse
    from glassnet.engine.workspace import Data

    kept = network.partial_steps or PartialSteps()
    # A process that was forked has none of its parent's threads.
    key = (batch.x.dtype, batch.weights is None, batch.scaling, threads, len(batch) == 1, os.getpid())
    if kept.training is not None and kept.state is state and kept.key == key and len(batch) <= kept.training.batch_size:
        return kept.training
    kept.close()
    work = 3 * len(batch) * sum(network.multiplications)
    crew = Crew(as_threads(threads, work))
    table = meaning_of_bytes(batch.scaling, network.dtype) if batch.x.dtype == np.uint8 else None
    training = Training(
        network,
        rule_of(state.optimizer),
        state.slots,
        Data(batch.x, batch.t, batch.weights, table),
        len(batch),
        crew,
        sparse=is_sparse(batch.x, table),
        weighted=batch.weights is not None,
    )
    crew.__enter__()
    network.partial_steps = steps = PartialSteps(training, key, state)
    steps.close = weakref.finalize(steps, crew.__exit__)
    return training
