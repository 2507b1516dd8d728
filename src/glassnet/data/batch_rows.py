"""Rows, samples and batches: what is taken out of arrays, and gathered into batches (x, t, weights)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentTypeError, ShapeError, describe
from glassnet.mathematics.foreign_arrays import as_numpy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

Batch = tuple[Any, Any, Any]
"""Inputs, targets, and weights or None."""


def rows_of(array: Any, name: str) -> Any:
    """Return something that rows can be taken from; what is on a disk stays there."""
    array = array.tocsr() if hasattr(array, "tocsr") else as_numpy(array, name)
    if not hasattr(array, "shape") or not hasattr(array, "__getitem__"):
        array = np.asarray(array)
    if not array.shape:
        raise ShapeError(f"{name} must have one row a sample, got {describe(array)}. Pass an array of rows.")
    return array


def taken(array: Any, rows: NDArray[np.int64]) -> Any:
    """Return some rows; those that follow one another as a slice, which is no copy; of a sparse matrix dense ones."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    found = array[first:last] if last - first == len(rows) else array[rows]
    return found.toarray() if hasattr(found, "tocsr") else found


def collated(samples: list[Any]) -> Any:
    """Return samples (x, t) as one batch."""
    columns = list(zip(*(as_batch(sample, number, "sample")[:2] for number, sample in enumerate(samples)), strict=True))
    try:
        return tuple(np.stack([np.asarray(as_numpy(value)) for value in column]) for column in columns)
    except ValueError:
        raise ShapeError("the samples of a batch must have one shape. Bring them to it where they are read.") from None


def gathered(source: Iterable[Any], rows: int) -> Iterator[Any]:
    """Gather samples that come one after another into batches."""
    iterator = iter(source)
    while samples := list(itertools.islice(iterator, rows)):
        yield collated(samples)


def as_batch(batch: Any, number: int, what: str = "batch") -> Batch:
    """Return what came as a batch, or a sample, with weights or None; refuse what is none."""
    if isinstance(batch, tuple | list) and len(batch) in {2, 3}:
        return batch[0], batch[1], batch[2] if len(batch) == 3 else None
    got = f"a dictionary with {', '.join(map(repr, batch))}" if isinstance(batch, dict) else _shortly(batch)
    raise ArgumentTypeError(
        f"{what} {number} must be (x, t) or (x, t, sample_weight), got {got}. Give inputs and targets together: "
        "`yield x, t`."
    )


def _shortly(batch: Any) -> str:
    return f"{type(batch).__name__} of {len(batch)}" if isinstance(batch, tuple | list) else describe(batch)


def flattened(x: Any) -> Any:
    """Return samples with each laid out as one row."""
    array = np.asarray(as_numpy(x))
    return array.reshape(len(array), -1) if array.ndim else array
