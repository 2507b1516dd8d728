"""`fit`: the arguments of a training checked and brought together, then the loop."""

from __future__ import annotations

import math
import warnings
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from glassnet.data.batches import are_batches, arrays_of
from glassnet.data.scaling import Scaling, named_scaling
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, check_integer, describe
from glassnet.training.callback import Callback, as_callback
from glassnet.training.callbacks import StopOnNaN
from glassnet.training.exclusive import alone
from glassnet.training.executors import MOST_THREADS, choose_executor
from glassnet.training.loop import Loop, Steps, train
from glassnet.training.optimizers import as_optimizer
from glassnet.training.prepare import as_batch_size, as_samples, check_inputs, split, with_class_weights
from glassnet.training.progress import progress_for
from glassnet.training.reference_steps import ReferenceSteps
from glassnet.training.run import Run, TrainingState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import ArrayLike

    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer
    from glassnet.training.run import Trainable


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
    scaling: Any = None
    max_steps: int | None = None
    resume: bool = False
    executor: str = "auto"
    threads: int | None = None
    verbose: int | str = 1


def fit(network: Trainable, x: Any, t: ArrayLike | None, arguments: FitArguments) -> History:
    """Train the network in place, and leave in it what `resume` needs.

    Parameters
    ----------
    network : Trainable
    x, t : arrays
        Or x something that gives batches, and t None.
    arguments : FitArguments

    Returns
    -------
    History

    Notes
    -----
    Class weights are for the training alone: validation counts its samples by the weights given with it.
    """
    with alone(network):
        return _fit(network, x, t, arguments)


def _fit(network: Trainable, x: Any, t: ArrayLike | None, arguments: FitArguments) -> History:
    if t is None and (arrays := arrays_of(x)) is not None:
        x, t = arrays
    if t is None or are_batches(x):
        from glassnet.training.fit_batches import fit_batches  # which shares much with this module

        return fit_batches(network, x, t, arguments)
    scaling = as_scaling(arguments.scaling)
    samples = as_samples(network, x, t, arguments.sample_weight, scaling=scaling)
    training, validation = split(network, samples, arguments.validation_data, arguments.validation_fraction, scaling)
    training = with_class_weights(network, training, arguments.class_weight)
    batch_size = as_batch_size(arguments.batch_size, len(training))
    state = starting_state(network, arguments)
    run = new_run(network, arguments, state, len(training), batch_size, validated=validation is not None)
    callbacks = all_callbacks(arguments)
    augmentation = as_augmentation(arguments.augmentation)
    executor = choose_executor(
        arguments.executor, network, state.optimizer, steps=run.total_steps - run.step, batch_size=batch_size
    )
    in_passing = executor == "compiled" and _may_look_in_passing(network, arguments, run)
    if not in_passing:
        check_inputs(samples)
    beginning = _Beginning(network) if in_passing else None
    steps: Steps
    if executor == "compiled":
        from glassnet.training.compiled_steps import CompiledSteps

        steps = CompiledSteps(
            run, training, batch_size, callbacks, augmentation, arguments.threads, inputs_checked=not in_passing
        )
    else:
        training = training.beside_inputs(network)
        steps = ReferenceSteps(network, thread_limit(blas_threads(network, arguments.threads, batch_size)))
    loop = Loop(run, training, validation, batch_size, callbacks, steps, bool(arguments.shuffle), augmentation)
    try:
        train(loop)
    except DataError:
        if beginning is not None:
            beginning.put_back()
        raise
    finally:
        steps.close()
    warn_of_nonfinite(run, arguments)
    return run.history


CHEAPLY_COPIED = 4_000_000
"""The bytes of parameters up to which a copy of them costs less than a pass over the inputs."""


def _may_look_in_passing(network: Trainable, arguments: FitArguments, run: Run) -> bool:
    """Say whether nan and inf among the inputs may be found as batches are brought together, and not before.

    A pass over MNIST as float32 takes as long as 170 steps of a small network. It is saved where the first epoch sees
    all inputs as they are, and where a training that is refused can be undone.
    """
    whole = run.total_steps - run.step >= run.steps_per_epoch and arguments.validation_fraction is None
    undone = not arguments.resume and network.parameters.flat.nbytes <= CHEAPLY_COPIED
    return whole and undone and arguments.augmentation is None


class _Beginning:
    """What a network was before a training that is refused after all."""

    def __init__(self, network: Trainable) -> None:
        self._network = network
        self._arrays = [(array, array.copy()) for array in (network.parameters.flat, network.state.flat)]
        self._left = {name: getattr(network, name) for name in ("training_state", "last_step")}
        self._metadata = dict(network.metadata)

    def put_back(self) -> None:
        """Undo the training."""
        for array, before in self._arrays:
            array[...] = before
        for name, before in self._left.items():
            setattr(self._network, name, before)
        self._network.metadata.clear()
        self._network.metadata.update(self._metadata)


def thread_limit(threads: int | None) -> AbstractContextManager[Any]:
    """Limit the threads of NumPy's matrix products while the context lasts; None leaves them as they are."""
    if threads is None:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(check_integer("threads", threads, minimum=1, maximum=MOST_THREADS), user_api="blas")


SMALL_PRODUCT = 200_000_000
"""The number of multiplications below which a matrix product is left to one thread, unless `threads` says more.

Two threads meet after each product. On two idle cores that is worth it: the default recipe gains a fifth, 784-50-10
four fifths. But where another program wants a core too, each waits for the other at every meeting, and training was
seen to be twenty times slower than with one thread.
"""


def blas_threads(network: Trainable, threads: int | None, batch_size: int) -> int | None:
    """Return the threads asked for; otherwise one for small products, None (as NumPy is set up) for large ones."""
    if threads is not None:
        return threads
    largest = batch_size * max(network.multiplications, default=0)
    return 1 if largest < SMALL_PRODUCT else None


def as_scaling(scaling: Any) -> Scaling | None:
    """Return the scaling that a name or an object means."""
    if scaling is None or isinstance(scaling, Scaling):
        return scaling
    if isinstance(scaling, str):
        return named_scaling(scaling)
    raise ArgumentTypeError(f"scaling must be a name such as 'unit' or a gn.Scaling, got {describe(scaling)}.")


def all_callbacks(arguments: FitArguments) -> list[Callback]:
    """Return the callbacks of a training: the user's, before them what looks for nan, after them the display."""
    own = map(as_callback, _as_list(arguments.callbacks))
    return [StopOnNaN(), *own, progress_for(arguments.verbose)]


def warn_of_nonfinite(run: Run, arguments: FitArguments, stacklevel: int = 5) -> None:
    """Warn of a training that nan or inf stopped, if no display says it."""
    if run.stop_reason.startswith("not finite") and not arguments.verbose:
        warnings.warn(run.stop_reason, NotFiniteWarning, stacklevel=stacklevel)


def _as_list(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, Callback) or not hasattr(callbacks, "__iter__"):
        raise ArgumentTypeError(f"callbacks must be a list of callbacks, got {describe(callbacks)}. Write [callback].")
    return list(callbacks)


def as_augmentation(augmentation: Any) -> Any:
    """Return an augmentation, if it can be called as one."""
    if augmentation is None or (callable(augmentation) and not isinstance(augmentation, type)):
        return augmentation
    raise ArgumentTypeError(
        f"augmentation must be a function (x, rng) -> x or an object such as gn.Augmentation(), "
        f"got {describe(augmentation)}."
    )


def starting_state(network: Trainable, arguments: FitArguments) -> TrainingState:
    """Return a fresh state, or the earlier one with the optimizer's settings that are given now."""
    earlier = network.training_state
    if not arguments.resume:
        return TrainingState.fresh(network, as_optimizer(arguments.optimizer))
    if earlier is None:
        raise ArgumentError("resume=True must follow a fit of the same network, or a checkpoint. Call fit without it.")
    return going_on(earlier, arguments.optimizer, "resume=True", "start afresh without resume")


def going_on(earlier: TrainingState, given: Optimizer | str | None, what: str, otherwise: str) -> TrainingState:
    """Return an earlier state, with the optimizer's settings that are given now."""
    if given is None:
        return earlier
    optimizer = as_optimizer(given)
    if type(optimizer) is not type(earlier.optimizer):
        raise ArgumentError(
            f"{what} must go on with the same kind of optimizer, {earlier.optimizer!r}, got {optimizer!r}. "
            f"Leave optimizer out, or {otherwise}."
        )
    return replace(earlier, optimizer=optimizer)


def new_run(
    network: Trainable, arguments: FitArguments, state: TrainingState, rows: int, batch_size: int, *, validated: bool
) -> Run:
    """Return the run of a training that is to begin."""
    epochs = check_integer("epochs", arguments.epochs, minimum=1)
    steps_per_epoch = -(-rows // batch_size)
    steps = epochs * steps_per_epoch
    if arguments.max_steps is not None:
        steps = min(steps, check_integer("max_steps", arguments.max_steps, minimum=1))
    classifies = network.output_kind != "values"
    names = ["epoch", "step", "loss", *(["accuracy"] if classifies else [])]
    names += ["val_loss", *(["val_accuracy"] if classifies else [])] if validated else []
    names += ["learning_rate", "seconds", "samples_per_second"]
    run = Run(network, state, state.epoch + epochs, steps_per_epoch, state.step + steps, rows, tuple(names), batch_size)
    run.best_before = _best_before(network) if arguments.resume else {}
    return run


def _best_before(network: Trainable) -> dict[str, float]:
    """Return the best metrics of the training that is resumed, as far as the metadata, which are free, tell them."""
    training = network.metadata.get("training")
    best = training.get("best") if isinstance(training, dict) else None
    best = best if isinstance(best, dict) else {}
    return {name: value for name, value in best.items() if isinstance(value, float) and math.isfinite(value)}
