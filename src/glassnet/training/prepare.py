"""Bringing the arguments of `fit` into the form that the loop works with, checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.batches import are_batches, batches
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    GlassnetError,
    ShapeError,
    as_real_array,
    check_finite,
    check_integer,
    check_number,
    describe,
    is_plain,
)
from glassnet.mathematics.foreign_arrays import as_numpy
from glassnet.network.backends import is_finite, rows_of, to_numpy
from glassnet.network.reference import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.batches import Batches
    from glassnet.data.scaling import Scaling
    from glassnet.network.structure import Structure

DEFAULT_BATCH_SIZE = 100


@dataclass(frozen=True)
class Samples:
    """Inputs, targets and weights, in the network's dtype and of equal length: in NumPy, or all where the network is.

    Inputs may also be bytes, which `scaling` (if there is one) turns into numbers, a batch at a time.
    """

    x: NDArray[Any]
    t: NDArray[Any]
    weights: NDArray[Any] | None = None
    scaling: Scaling | None = None

    def __len__(self) -> int:
        return int(self.x.shape[0])

    def rows(self, index: Any) -> Samples:
        """Return the samples of the given rows."""
        weights = None if self.weights is None else rows_of(self.weights, index)
        return Samples(rows_of(self.x, index), rows_of(self.t, index), weights, self.scaling)

    def inputs(self, network: Structure) -> NDArray[Any]:
        """Return the inputs as the network is fed them, moved nowhere."""
        return network.checked_input(self.x if self.scaling is None else self.scaling(self.x))

    def beside_inputs(self, network: Structure) -> Samples:
        """Return the same samples with targets and weights where the network is, if the inputs are there."""
        if not network.holds(self.x):
            return self
        weights = None if self.weights is None else network.backend.asarray(self.weights, network.dtype)
        return replace(self, t=network.backend.asarray(self.t, network.dtype), weights=weights)

    def measured(self, evaluate: Callable[[Samples], Evaluation]) -> Evaluation:
        """Return loss and accuracy on all of them."""
        return evaluate(self)

    @property
    def total_weight(self) -> float:
        """The sum of the weights; each is 1 where none are given."""
        return float(len(self)) if self.weights is None else float(to_numpy(self.weights).sum(dtype=np.float64))


@dataclass
class Feed:
    """Batches on their way into a network, each checked when it comes.

    Attributes
    ----------
    what : str
        What messages call a batch.
    class_weight
        As for `with_class_weights`.
    """

    network: Structure
    source: Batches
    scaling: Scaling | None = None
    what: str = "batch"
    class_weight: Any = None

    def in_epoch(self, epoch: int) -> Iterator[Samples]:
        """Go through the batches of an epoch, counted from 0."""
        for number, (x, t, weight) in enumerate(self.source.in_epoch(epoch), 1):
            try:
                samples = as_samples(self.network, x, t, weight, scaling=self.scaling)
                check_inputs(samples)
                yield with_class_weights(self.network, samples, self.class_weight)
            except GlassnetError as error:
                pictures = isinstance(error, ShapeError) and np.ndim(x) > 2
                more = " In batches: gn.batches(…, flatten=True)." if pictures else ""
                raise type(error)(f"{self.what} {number}: {error}{more}") from None

    def measured(self, evaluate: Callable[[Samples], Evaluation]) -> Evaluation:
        """Return loss and accuracy on all of them."""
        parts = [(evaluate(samples), samples.total_weight, len(samples)) for samples in self.in_epoch(0)]
        if not parts:
            raise DataError(f"there is no {self.what}. Check what gives them.")
        loss = float(np.average([part.loss for part, _, _ in parts], weights=[weight for _, weight, _ in parts]))
        right = sum((part.accuracy or 0.0) * rows for part, _, rows in parts)
        classifies = parts[0][0].accuracy is not None
        return Evaluation(loss, right / sum(rows for _, _, rows in parts) if classifies else None)


def as_samples(
    network: Structure,
    x: ArrayLike,
    t: ArrayLike,
    sample_weight: ArrayLike | None = None,
    names: tuple[str, str] = ("x", "t"),
    scaling: Scaling | None = None,
) -> Samples:
    """Check inputs and targets against the network and each other, and targets for nan and inf; bytes stay bytes.

    For nan and inf among the inputs, which may be many, whoever reads them looks (`check_inputs`).
    """
    x = x if network.holds(x) else as_numpy(x, names[0])
    if is_plain(x) and x.dtype == np.uint8 and x.ndim == 2 and x.shape[1] == network.n_in:
        inputs = np.ascontiguousarray(x)
    else:
        fed = x if scaling is None else scaling(as_real_array(to_numpy(x), names[0]))
        inputs, scaling = network.checked_input(fed, names[0]), None
    rows = inputs.shape[0]
    if rows == 0:
        raise DataError(f"{names[0]} must have at least one row, got none. Check how the data was read.")
    with np.errstate(over="ignore"):  # a number too large for the network's dtype becomes inf, and is refused below
        targets = network.checked_targets(t, rows, names[1])
    weights = network.checked_weights(sample_weight, rows)
    check_finite(names[1], targets)
    return Samples(inputs, targets, weights, scaling)


def missing_targets(source: object) -> ArgumentTypeError:
    """Return the error for inputs that came without targets and give no batches."""
    return ArgumentTypeError(
        f"t must be given with x, got {describe(source)} alone. Pass x and t, or one object that gives batches (x, t)."
    )


def check_inputs(samples: Samples, name: str = "x") -> None:
    """Raise `DataError` if there is nan or inf among the inputs."""
    inputs: Any = samples.x
    if isinstance(inputs, np.ndarray) or not is_finite(inputs):
        check_finite(name, to_numpy(inputs))


def with_class_weights(network: Structure, samples: Samples, class_weight: Any) -> Samples:
    """Multiply the weight of each sample by that of its class.

    `class_weight` is a dictionary class → weight (1 for those left out), a list of weights, or "balanced":
    N / (n_classes · count of the class). A row of shares, as [0.3, 0.7], has the mean weight Σ tₖ wₖ / Σ tₖ of its
    classes. Validation is not weighted by class: its loss counts samples by the weights given with it.
    """
    if class_weight is None:
        return samples
    if network.output_kind == "values":
        raise ArgumentError("class_weight must go with a classifier; this network is a regression. Use sample_weight.")
    shares = _class_shares(samples.t)
    weights = shares @ _weights_by_class(class_weight, shares)
    with np.errstate(over="ignore"):  # a weight that becomes inf is refused below
        weights = weights if samples.weights is None else weights * samples.weights
    return replace(samples, weights=network.checked_weights(weights, len(samples)))


def _class_shares(t: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share that each class has in each row of targets; one output has the classes 0 and 1."""
    rows = t.astype(np.float64)
    rows = np.hstack([1 - rows, rows]) if rows.shape[1] == 1 else rows
    sums = rows.sum(axis=1, keepdims=True)
    bad = np.flatnonzero((sums[:, 0] <= 0) | (rows < 0).any(axis=1))
    if bad.size:
        raise DataError(
            f"class_weight must go with targets that say the share of each class, not negative and with a sum above 0; "
            f"row {bad[0]} of t is {describe(t[bad[0]].tolist())}. Mend the row, or use sample_weight."
        )
    shares: NDArray[np.float64] = rows / sums
    return shares


def _weights_by_class(class_weight: Any, shares: NDArray[np.float64]) -> NDArray[Any]:
    n_classes = shares.shape[1]
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ArgumentError(f"class_weight must be 'balanced', a dictionary or a list, got {class_weight!r}.")
        counts = shares.sum(axis=0)
        return len(shares) / (n_classes * np.where(counts > 0, counts, 1))  # of a class that is not there it is no use
    if isinstance(class_weight, dict):
        unknown = [key for key in class_weight if key not in range(n_classes)]
        if unknown:
            raise ArgumentError(f"class_weight must name classes from 0 to {n_classes - 1}, got {unknown[0]!r}.")
        values = [class_weight.get(index, 1.0) for index in range(n_classes)]
    elif hasattr(class_weight, "__len__"):
        values = list(class_weight)
    else:
        raise ArgumentTypeError(
            f"class_weight must be 'balanced', a dictionary or a list, got {describe(class_weight)}."
        )
    if len(values) != n_classes:
        raise ShapeError(f"class_weight must have one weight for each of {n_classes} classes, got {len(values)}.")
    return np.array([check_number("a class weight", value, at_least=0) for value in values])


def split(
    network: Structure,
    samples: Samples,
    validation_data: Any,
    validation_fraction: float | None,
    scaling: Scaling | None = None,
) -> tuple[Samples, Samples | Feed | None]:
    """Return the samples to train on and those to validate on: given, taken out at random, or none."""
    if validation_data is not None and validation_fraction is not None:
        raise ArgumentError("give validation_data or validation_fraction, not both.")
    if are_batches(validation_data):
        return samples, Feed(network, batches(validation_data), scaling, "validation batch")
    if validation_data is not None:
        if not isinstance(validation_data, tuple | list) or len(validation_data) not in {2, 3}:
            raise ArgumentTypeError(
                f"validation_data must be (x, t) or (x, t, sample_weight), or give batches of them (gn.batches), "
                f"got {describe(validation_data)}."
            )
        x, t, *weight = validation_data
        names = ("validation x", "validation t")
        validation = as_samples(network, x, t, weight[0] if weight else None, names, scaling)
        check_inputs(validation, names[0])
        return samples, validation
    if validation_fraction is None:
        return samples, None
    fraction = check_number("validation_fraction", validation_fraction, above=0, below=1)
    count = round(fraction * len(samples))
    if not 0 < count < len(samples):
        raise ArgumentError(
            f"validation_fraction must leave a sample on either side, got {fraction:g} of {len(samples)} samples."
        )
    order = np.random.default_rng([network.seed, 3]).permutation(len(samples))
    parts = samples.rows(np.sort(order[count:])), samples.rows(np.sort(order[:count]))
    for part in parts:  # all that has a weight may have come into the other one
        network.checked_weights(part.weights, len(part))
    return parts


def as_batch_size(batch_size: int | str | None, rows: int) -> int:
    """Return the number of rows in a batch: a number, "full", or None for 100 (or all, if there are fewer).

    >>> as_batch_size(None, 60), as_batch_size("full", 500), as_batch_size(32, 500)
    (60, 500, 32)
    """
    if batch_size is None:
        return min(DEFAULT_BATCH_SIZE, rows)
    if isinstance(batch_size, str):
        if batch_size == "full":
            return rows
        raise ArgumentError(f"batch_size must be an integer of at least 1 or 'full', got {batch_size!r}.")
    size = check_integer("batch_size", batch_size, minimum=1)
    if size > rows:
        raise ArgumentError(
            f"batch_size must be at most the number of samples trained on, {rows}, got {size}. "
            "Use batch_size='full' for all of them."
        )
    return size
