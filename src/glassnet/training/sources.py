"""Prediction and measuring on what gives batches, as `fit` takes it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.batches import Batches, are_batches, batches, kind_of_torch
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, GlassnetError, describe
from glassnet.mathematics.foreign_arrays import as_numpy
from glassnet.network.backends import library_of
from glassnet.network.reference import ROWS_AT_ONCE
from glassnet.training.prepare import Feed, missing_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from glassnet.network.reference import Evaluation
    from glassnet.network.structure import Structure
    from glassnet.training.prepare import Samples


def gives_batches(x: Any) -> bool:
    """Say whether x is no array, but something that gives batches, or single samples of PyTorch's.

    >>> gives_batches(np.zeros((2, 1))), gives_batches([[1.0]]), gives_batches(iter([]))
    (False, False, True)
    """
    return not isinstance(x, np.ndarray) and library_of(x) == "" and are_batches(x)


def lists_batches(source: Any) -> bool:
    """Say whether a list holds batches, and not rows of numbers whose targets were forgotten."""
    first = source[0] if isinstance(source, list) and source else ()
    return isinstance(source, list) and (
        not source or not isinstance(first, list | tuple) or (len(first) in {2, 3} and hasattr(first[0], "__len__"))
    )  # fmt: skip


def predict_batches(network: Structure, source: Any, predict: Callable[[Any], NDArray[Any]]) -> NDArray[Any]:
    """Return the outputs for all inputs of a source, in the order in which they come; targets are left aside."""
    parts = []
    for number, x in enumerate(_inputs_of(source), 1):
        try:
            parts.append(predict(as_numpy(x)))
        except GlassnetError as error:
            raise type(error)(f"batch {number}: {error}") from None
    return np.concatenate(parts) if parts else np.empty((0, network.n_out), network.dtype)


def _inputs_of(source: Any) -> Iterator[Any]:
    """Give the inputs of each batch; single samples are gathered."""
    if isinstance(source, Batches):
        yield from (x for x, _, _ in source)
        return
    kind = kind_of_torch(source)
    if kind == "samples" and (tensors := getattr(source, "tensors", ())):
        yield tensors[0]
    elif kind in {"samples", "stream"}:
        samples = iter(source) if kind == "stream" else (source[index] for index in range(len(source)))
        while rows := list(itertools.islice(samples, ROWS_AT_ONCE)):
            yield np.stack([np.asarray(as_numpy(_inputs_in(sample))) for sample in rows])
    else:
        begun = source() if callable(source) else source
        if not isinstance(begun, Iterable):
            raise ArgumentTypeError(f"x must be rows, or give batches of them, got what gives {describe(begun)}.")
        yield from map(_inputs_in, begun)


def _inputs_in(batch: Any) -> Any:
    """Return the inputs of a batch or sample: alone, or with targets as a tuple or, from a `DataLoader`, a list."""
    parts = isinstance(batch, tuple) or (isinstance(batch, list) and all(hasattr(part, "shape") for part in batch))
    return batch[0] if parts and len(batch) else batch


def measure_batches(
    network: Structure, source: Any, sample_weight: Any, evaluate: Callable[[Samples], Evaluation]
) -> Evaluation:
    """Return loss and accuracy over all rows of a source."""
    if not gives_batches(source) and not lists_batches(source):
        raise missing_targets(source)
    if sample_weight is not None:
        raise ArgumentError("sample_weight must be left out: give the weights with the batches, as (x, t, weight).")
    rows = ROWS_AT_ONCE if kind_of_torch(source) in {"samples", "stream"} else None
    return Feed(network, batches(source, batch_size=rows)).measured(evaluate)
