"""Data that comes in batches: from a function, an iterator, a `DataLoader`, or cut out of arrays on a disk.

What is larger than memory is never there as a whole: a batch at a time is made, trained on, and forgotten.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.batch_rows import Batch, as_batch, collated, flattened, gathered, rows_of, taken
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    ShapeError,
    check_integer,
    describe,
    with_article,
)
from glassnet.mathematics.foreign_arrays import library_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_ROWS = 100
"""The rows of a batch where nothing is said."""


class Batches:
    """Batches (x, t) or (x, t, sample_weight) that can be gone through once an epoch; `gn.batches` makes them.

    Attributes
    ----------
    length : int or None
        How many batches an epoch has, if that is known beforehand.
    once : bool
        Whether they can be gone through only once.

    Notes
    -----
    With `by_epoch`, what begins them is given the number of the epoch, from 0.
    """

    def __init__(
        self,
        begin: Callable[..., Iterable[Any]],
        *,
        length: int | None = None,
        once: bool = False,
        flatten: bool = False,
        by_epoch: bool = False,
        words: str = "batches",
    ) -> None:
        self._begin, self.length, self.once, self._flatten, self._words = begin, length, once, flatten, words
        self._by_epoch, self._begun, self._passes = by_epoch, False, 0

    def __iter__(self) -> Iterator[Batch]:
        """Go through the batches from the beginning: the first time as in the first epoch, then as in the second, …."""
        self._passes += 1
        return self.in_epoch(self._passes - 1)

    def in_epoch(self, number: int) -> Iterator[Batch]:
        """Go through the batches of an epoch of a training, counted from 0, whatever was gone through before."""
        if self.once and self._begun:
            raise DataError(
                f"{self._words} can be gone through only once, and has been. Pass a function that begins anew, such as "
                "`def batches(): yield …` (without calling it), or say epochs=1."
            )
        self._begun = True
        source = self._begin(number) if self._by_epoch else self._begin()
        if not isinstance(source, Iterable):
            raise ArgumentTypeError(
                f"{self._words} must give batches (x, t) one after another, got {describe(source)}. Write `yield x, t`."
            )
        return self._checked(source)

    def _checked(self, source: Iterable[Any]) -> Iterator[Batch]:
        iterator = iter(source)
        try:
            for number, batch in enumerate(itertools.islice(iterator, self.length), 1):
                x, t, weight = as_batch(batch, number)
                yield (flattened(x), t, weight) if self._flatten else (x, t, weight)
        finally:
            # What a file or worker processes stand behind is closed; what is endless goes on in the next epoch.
            if hasattr(iterator, "close") and (self.length is None or iterator is not source):
                iterator.close()

    def __repr__(self) -> str:
        length = "" if self.length is None else f", {self.length:,} an epoch"
        return f"<Batches of {self._words}{length}>"


def batches(
    source: Any,
    t: Any = None,
    *,
    batch_size: int | None = None,
    shuffle: bool = False,
    seed: int = 0,
    length: int | None = None,
    flatten: bool = False,
) -> Batches:
    """Make batches for `fit` out of whatever gives some, or cut arrays into them, a batch in memory at a time.

    Parameters
    ----------
    source : function, iterable, iterator, PyTorch DataLoader or Dataset, or array
        What gives batches (x, t) or (x, t, sample_weight): a function without arguments that returns them (a generator
        function), called anew for each epoch; an iterable, such as a `DataLoader`; an iterator, for one epoch. What
        gives single samples: a PyTorch `Dataset`. Or, with t, an array of shape (N, …) that rows are taken from: a
        memory-mapped file, an HDF5 or Zarr data set.
    t : array of shape (N, …), optional
        The targets that belong to an array.
    batch_size : int, default 100
        The rows of a batch, where samples or arrays are to be cut; what comes in batches keeps its own.
    shuffle : bool, default False
        Whether samples or arrays are drawn in a new order for each epoch; what comes in batches has its own order.
    seed : int, default 0
        What that order is a function of, together with the number of the epoch: in each training on the same object,
        the first epoch has the same order, and a training that is resumed goes on as if it had not ended.
    length : int, optional
        How many batches an epoch has, for schedules of the learning rate, which need to know it, and for a source
        without an end, which is cut there: of an iterator the next epoch takes the batches that follow.
    flatten : bool, default False
        Whether each sample is laid out as one row: (N, 1, 28, 28) becomes (N, 784).

    Returns
    -------
    Batches
        For `fit`, as x or as `validation_data`; also an iterable.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If the source gives no batches, or an argument does not go with it.

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> def counted():
    ...     for start in range(0, 6, 2):
    ...         yield np.arange(start, start + 2.0)[:, None], [0, 1]
    >>> [x.ravel().tolist() for x, t, weight in gn.batches(counted)]
    [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    >>> gn.batches(np.zeros((10, 3)), np.zeros(10), batch_size=4)
    <Batches of an array of float64 with shape (10, 3), 3 an epoch>
    """
    length = None if length is None else check_integer("length", length, minimum=1)
    if isinstance(source, Batches):
        if batch_size is not None or length is not None or shuffle or flatten or t is not None:
            raise ArgumentError("what gn.batches has made has its settings already. Give them where it is made.")
        return source
    if t is not None:
        parts = [rows_of(source, "x"), rows_of(t, "t")]
        counts = [part.shape[0] for part in parts]  # a sparse matrix has no len
        if counts[0] != counts[1]:
            raise ShapeError(
                f"x and t must have as many rows, got {counts[0]} and {counts[1]}. Give one target a sample."
            )
        return _cut(lambda rows: tuple(taken(part, rows) for part in parts), counts[0], describe(source),
                    batch_size, length, seed, shuffle=shuffle, flatten=flatten)  # fmt: skip
    kind = kind_of_torch(source)
    if kind == "samples":
        return _cut(lambda rows: collated([source[int(row)] for row in rows]), len(source), _name_of(source),
                    batch_size, length, seed, shuffle=shuffle, flatten=flatten)  # fmt: skip
    if kind == "stream":
        rows = _batch_rows(batch_size)
        return Batches(lambda: gathered(source, rows), length=length, flatten=flatten, words=_name_of(source))
    _refuse_sizes(batch_size, shuffle=shuffle)
    return _as_they_come(source, length, flatten=flatten)


def are_batches(source: Any) -> bool:
    """Say whether something gives batches, and is not an array, a table or a list of numbers.

    >>> are_batches(iter([])), are_batches([[1.0], [2.0]]), are_batches(Batches(list))
    (True, False, True)
    """
    if isinstance(source, Batches | Iterator) or kind_of_torch(source):
        return True
    if isinstance(source, np.ndarray | list | tuple | str | bytes | dict) or hasattr(source, "__array__"):
        return False
    if hasattr(source, "tocsr"):  # a sparse matrix
        return False
    return library_of(source) == "" and not isinstance(source, type) and (
        callable(source) or isinstance(source, Iterable)
    )  # fmt: skip


def arrays_of(source: Any) -> tuple[Any, Any] | None:
    """Return the two arrays that a PyTorch `TensorDataset` is, if it is one: they need no cutting into batches."""
    tensors: tuple[Any, ...] = getattr(source, "tensors", ())
    return (tensors[0], tensors[1]) if kind_of_torch(source) == "samples" and len(tensors) == 2 else None


def _as_they_come(source: Any, length: int | None, *, flatten: bool) -> Batches:
    """Return what comes in batches by itself."""
    words = _name_of(source)
    if isinstance(source, Iterator):
        # With a length it may have no end: each epoch takes so many more.
        return Batches(lambda: source, length=length, once=length is None, flatten=flatten, words=words)
    if callable(source) and not isinstance(source, type):
        return Batches(source, length=length, flatten=flatten, words=words)
    if isinstance(source, str | bytes | dict | np.ndarray) or not isinstance(source, Iterable):
        raise ArgumentTypeError(
            f"batches must come from a function, an iterable, a DataLoader, a Dataset, or from an array with its "
            f"targets, got {describe(source)}. For arrays write gn.batches(x, t)."
        )
    try:
        there: int | None = len(source)  # type: ignore[arg-type]  # asked for, not known
    except TypeError:  # a loader of a stream has no length
        there = None
    if length is not None and there is not None and length > there:
        raise ArgumentError(f"length must be at most the {there} batches that {words} has, got {length}. Leave it out.")
    length = there if length is None else length
    return Batches(lambda: source, length=length, flatten=flatten, words=words)


def kind_of_torch(source: Any) -> str:
    """Say what of PyTorch gives data here: `samples` by number, a `stream` of samples, a `loader`; nothing if none."""
    torch_data = sys.modules.get("torch.utils.data")
    if torch_data is None or isinstance(source, type):
        return ""
    if isinstance(source, torch_data.DataLoader):
        return "loader"
    if isinstance(source, torch_data.IterableDataset):
        return "stream"
    return "samples" if isinstance(source, torch_data.Dataset) else ""


def _refuse_sizes(batch_size: int | None, *, shuffle: bool) -> None:
    for name, given in (("batch_size", batch_size is not None), ("shuffle", shuffle)):
        if given:
            raise ArgumentError(f"{name} must be left out: what comes in batches has its own. Set it where it is made.")


def _batch_rows(batch_size: int | None) -> int:
    return DEFAULT_ROWS if batch_size is None else check_integer("batch_size", batch_size, minimum=1)


def _cut(  # noqa: PLR0913  # what `batches` is told
    take: Callable[[NDArray[np.int64]], Any], count: int, words: str, batch_size: int | None,
    length: int | None, seed: int, *, shuffle: bool, flatten: bool,
) -> Batches:  # fmt: skip
    """Return batches of rows taken by their numbers."""
    if not count:
        raise DataError(f"{words} has no sample. Check how it was read.")
    size = min(_batch_rows(batch_size), count)
    seed = check_integer("seed", seed, minimum=0)

    def begin(epoch: int) -> Iterator[Any]:
        order = np.random.default_rng([seed, epoch]).permutation(count) if shuffle else np.arange(count)
        for start in range(0, count, size):
            # Within a batch the order is of no matter, and files are read forwards.
            yield take(np.sort(order[start : start + size]))

    whole = -(-count // size)
    length = whole if length is None else min(length, whole)
    return Batches(begin, length=length, flatten=flatten, by_epoch=True, words=words)


def _name_of(source: Any) -> str:
    own = getattr(source, "__name__", "")
    return f"{own}()" if own and callable(source) else with_article(type(source).__name__)
