"""Steps made by the reference executor: the tape in plain NumPy, and the optimizers as they are written.

The network may be elsewhere; then a batch is brought there when its turn comes.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ShapeError
from glassnet.network import reference
from glassnet.network.backends import to_numpy
from glassnet.network.lowering import output_name
from glassnet.training.last_batch import LastBatch
from glassnet.training.loop import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network.reference import Evaluation
    from glassnet.training.loop import Augment, Loop
    from glassnet.training.prepare import Samples
    from glassnet.training.run import Run, Trainable


class ReferenceSteps:
    """The steps of a training, one at a time.

    Parameters
    ----------
    network : Trainable
    threads : context manager
        What limits the threads of NumPy's products; it is entered while steps are made.
    """

    def __init__(self, network: Trainable, threads: Any) -> None:
        self._network = network
        self._threads = threads
        self._threads.__enter__()

    def close(self) -> None:
        """Give NumPy its threads back."""
        self._threads.__exit__(None, None, None)

    def epoch(self, loop: Loop) -> Iterator[Stretch]:
        """Make the steps of an epoch; the last batch may be short."""
        order = loop.order()
        for start in range(0, len(loop.training), loop.batch_size):
            chosen = slice(start, start + loop.batch_size)
            stretch = reference_step(loop, loop.training.rows(chosen if order is None else order[chosen]))
            if stretch is None:
                return
            yield stretch

    def evaluate(self, samples: Samples) -> Evaluation:
        """Return loss and accuracy on some samples."""
        x = samples.x if samples.scaling is None else samples.scaling(samples.x)
        return reference.evaluate(self._network, x, samples.t, samples.weights)


def reference_step(loop: Loop, batch: Samples) -> Stretch | None:
    """Make one update, and return what it adds to the metrics; None if it was not made."""
    run, network, state = loop.run, loop.run.network, loop.run.state
    values = reference.values_for(network, *_where_the_network_is(loop, batch), state.step)
    tape, operations = network.tape("train", input_gradient=False), network.backend.operations
    values = reference.run(tape, values, "forward", "loss", "backward", "state", operations=operations)
    run.show_batch(values)
    loop.call("on_gradients")
    if run.stop_reason:
        return None
    rate = run.learning_rate
    metrics = {"step": state.step + 1, "loss": float(values["loss"]), "learning_rate": rate}
    right = 0
    if network.output_kind != "values":
        outputs = values[output_name(network.places[-1])]
        right = int(np.count_nonzero(reference.right_in(network, outputs, values["t"])))
        metrics["accuracy"] = right / len(batch)
    run.history.add_step(**metrics)
    network.last_step = LastBatch(values, {**network.parameters.copies(), **network.state.copies()}, state.step)
    _update(run, values, rate)
    total = batch.total_weight
    return Stretch(len(batch), [total], [metrics["loss"] * total], right)


def _where_the_network_is(loop: Loop, batch: Samples) -> tuple[Any, Any, Any]:
    """Return inputs, targets and weights of a batch, augmented and brought to where the network is."""
    network = loop.run.network
    inputs = batch.inputs(network)
    if loop.augmentation is not None:
        inputs = augmented(loop.augmentation, to_numpy(inputs), loop.run.state.augment)
    if network.backend.is_numpy:
        return inputs, batch.t, batch.weights
    there = functools.partial(network.backend.asarray, dtype=network.dtype)
    return there(inputs), there(batch.t), None if batch.weights is None else there(batch.weights)


def _update(run: Run, values: dict[str, Any], rate: float) -> None:
    """Change parameters and state by what a step computed."""
    network, state = run.network, run.state
    state.step += 1
    # Overflow shows in the numbers, and stops the training at the next loss.
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for name, w in network.parameters.items():
            state.optimizer.apply(name, w, values[f"d{name}"], state.slots[name], rate, state.step)
    for name, kept in network.state.items():
        kept[...] = values[name]


def augmented(augmentation: Augment, x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Return inputs as an augmentation changes them."""
    # A copy, since unshuffled batches are views of the user's own array.
    changed = np.asarray(augmentation(x.copy(), rng), dtype=x.dtype)
    if changed.shape != x.shape:
        raise ShapeError(
            f"augmentation must return inputs of the shape that it gets, {x.shape}, got {changed.shape}. Mend it."
        )
    return changed
