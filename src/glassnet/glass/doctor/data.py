"""What is wrong with the data: nan, scale, constant columns, labels, their order, leaks into the validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.doctor.finding import Finding
from glassnet.glass.doctor.thresholds import (
    CHANGES_EXPECTED,
    DATA_ROWS,
    IMBALANCE,
    LARGE_INPUT,
    LARGE_TARGET,
    LEAK,
    OFFSET,
    ORDERED,
    SAMPLES_PER_CLASS,
    SMALL_INPUT,
    UNEVEN,
    UNLIKE,
)
from glassnet.network.layers import BatchNorm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.glass.doctor.case import Case


def examine_data(case: Case) -> Iterator[Finding]:
    """Find what is wrong with the inputs and targets."""
    for name, array in (("x", case.x), ("t", case.targets), ("validation_data[0]", case.validation)):
        if array is not None:
            yield from _not_finite(name, array)
    if case.x is not None and len(case.x) and np.isfinite(case.x).all():
        yield from _columns(case, case.x)
        if case.validation is not None and len(case.validation) and np.isfinite(case.validation).all():
            yield from _leak(case.x, case.validation)
            yield from _unlike(case.x, case.validation)
    if case.labels is not None:
        yield from _classes(case.labels, case.n_classes)


def _not_finite(name: str, array: NDArray[Any]) -> Iterator[Finding]:
    bad = ~np.isfinite(array)
    if bad.any():
        row, column = (int(index) for index in np.argwhere(bad)[0])
        evidence = {"name": name, "count": int(bad.sum()), "size": array.size, "row": row, "column": column}
        yield Finding("data-not-finite", "error", evidence)


def _columns(case: Case, x: NDArray[Any]) -> Iterator[Finding]:
    sample = _some_rows(x)
    squares = np.sqrt(np.mean(sample**2, axis=0))
    column = int(np.argmax(squares))
    large = squares[column] > LARGE_INPUT
    small = 0 < np.sqrt(np.mean(squares**2)) < SMALL_INPUT
    if (large or small) and not isinstance(case.network.layers[0], BatchNorm):
        yield Finding("inputs-unscaled", "warning", _range_of(sample, column))
    # Pictures have a background: pixels that hold the least of all values in every sample. They do no harm.
    still = sample.min(axis=0) == sample.max(axis=0)
    constant = np.flatnonzero(still if still.all() else still & (sample[0] != sample.min()))
    if constant.size and len(sample) > 1:
        whole = [int(each) for each in constant if (x[:, each] == x[0, each]).all()]
        if whole:
            value, rows_seen = float(x[0, whole[0]]), len(x)
            numbers = {"column": whole[0], "value": value, "rows": rows_seen, "count": len(whole)}
            yield Finding("constant-column", "warning", {**numbers, "columns": x.shape[1]})


def _some_rows(x: NDArray[Any]) -> NDArray[np.float64]:
    rows = np.random.default_rng(0).permutation(len(x))[:DATA_ROWS] if len(x) > DATA_ROWS else slice(None)
    return x[rows].astype(np.float64)


def uneven_inputs(case: Case) -> Finding | None:
    """Return a finding if a column varies far less than another, or than it lies away from 0.

    A network can learn from such columns: it is asked where one did not learn. Columns that mostly hold the least of
    their values are left out: the background of pictures, and what is counted or marked.
    """
    x = case.x
    if x is None or len(x) < 2 or not np.isfinite(x).all() or isinstance(case.network.layers[0], BatchNorm):
        return None
    sample = _some_rows(x)
    spread = sample.std(axis=0)
    kept = np.flatnonzero((spread > 0) & (np.mean(sample == sample.min(axis=0), axis=0) < 1 / 2))
    if not kept.size:
        return None
    away, narrow = np.abs(sample[:, kept].mean(axis=0)) / spread[kept], spread[kept]
    if away.max() > OFFSET:
        return Finding("inputs-unscaled", "error", _range_of(sample, int(kept[np.argmax(away)])))
    if narrow.max() > UNEVEN * narrow.min():
        return Finding("inputs-unscaled", "error", _range_of(sample, int(kept[np.argmin(narrow)])))
    return None


def _range_of(sample: NDArray[np.float64], column: int) -> dict[str, Any]:
    """Return between which numbers a column lies, and how large they are."""
    of = sample[:, column]
    numbers = {"lowest": of.min(), "highest": of.max(), "mean": of.mean(), "rms": np.sqrt(np.mean(of**2))}
    return {"column": column, **{name: float(number) for name, number in numbers.items()}}


def unscaled_targets(case: Case) -> Finding | None:
    """Return a finding if the values that a regression is to give are far from those that it begins with.

    A network can learn such targets: it is asked where one did not learn.
    """
    targets = case.targets
    if targets is None or case.network.output_kind != "values" or not np.isfinite(targets).all():
        return None
    sample = targets.astype(np.float64)
    column = int(np.argmax(np.mean(sample**2, axis=0)))
    evidence = _range_of(sample, column)
    return Finding("targets-unscaled", "error", evidence) if evidence["rms"] > LARGE_TARGET else None


def _classes(labels: NDArray[np.intp], n_classes: int) -> Iterator[Finding]:
    counts = np.bincount(labels, minlength=n_classes)
    if len(labels) < SAMPLES_PER_CLASS * n_classes:
        return
    if counts[0] == 0 and (counts[1:] > 0).all() and n_classes > 2:
        yield off_by_one(1, n_classes - 1, n_classes)
        return
    missing = np.flatnonzero(counts == 0)
    if missing.size:
        evidence = {"classes": missing.tolist(), "n_classes": n_classes, "rows": len(labels)}
        yield Finding("class-missing", "warning", evidence)
        return
    rare, common = int(np.argmin(counts)), int(np.argmax(counts))
    if counts[common] >= IMBALANCE * counts[rare]:
        numbers = {"rare": rare, "rare_count": int(counts[rare]), "common": common, "common_count": int(counts[common])}
        yield Finding("class-imbalance", "warning", {**numbers, "ratio": float(counts[common] / counts[rare])})


def off_by_one(lowest: int, highest: int, n_classes: int) -> Finding:
    """Return the finding that labels begin at 1."""
    evidence = {"lowest": lowest, "highest": highest, "n_classes": n_classes, "last": n_classes - 1}
    return Finding("labels-off-by-one", "error", evidence)


def beyond_last_class(case: Case) -> Finding | None:
    """Return a finding if the labels are the whole numbers from 1 to n_out, of which the last is out of range."""
    t, n_out = case.t, case.network.n_out
    if (
        t is None
        or case.network.output_kind != "classes"
        or t.size != len(t)
        or t.dtype.kind not in "fiu"
        or not t.size
    ):
        return None
    lowest, highest = t.min(), t.max()
    return off_by_one(1, n_out, n_out) if lowest == 1 and highest == n_out and (t == np.floor(t)).all() else None


def unshuffled(labels: NDArray[np.intp], begins: NDArray[np.intp] | None = None) -> Finding | None:
    """Return a finding if labels, in the order in which they are trained on, change far too seldom.

    Parameters
    ----------
    labels : array of shape (N,)
    begins : array of int, optional
        Positions at which something else begins, such as the next batch that was looked at: changes there do not count.

    Examples
    --------
    >>> unshuffled(np.repeat([0, 1, 2], 40)).code, unshuffled(np.tile([0, 1, 2], 40))
    ('unshuffled', None)
    """
    if len(labels) < 2:
        return None
    shares = np.bincount(labels) / len(labels)
    counted = np.ones(len(labels) - 1, dtype=bool)
    if begins is not None:
        counted[begins[begins > 0] - 1] = False
    changes = int(np.count_nonzero(np.diff(labels)[counted]))
    expected = float(counted.sum() * (1 - np.sum(shares**2)))
    if expected < CHANGES_EXPECTED or changes >= ORDERED * expected:
        return None
    return Finding("unshuffled", "warning", {"changes": changes, "expected": expected, "rows": len(labels)})


def _unlike(x: NDArray[Any], validation: NDArray[Any]) -> Iterator[Finding]:
    """Find validation inputs of another size, as pixels from 0 to 255 are beside those from 0 to 1."""
    sizes = [float(np.sqrt(np.mean(_some_rows(rows) ** 2))) for rows in (x, validation)]
    if min(sizes) > 0 and max(sizes) > UNLIKE * min(sizes):
        evidence = {"trained": sizes[0], "validated": sizes[1], "times": max(sizes) / min(sizes)}
        yield Finding("validation-unlike", "error", evidence)


def _leak(x: NDArray[Any], validation: NDArray[Any]) -> Iterator[Finding]:
    trained = [hash(row.tobytes()) for row in np.ascontiguousarray(x)]
    known = set(trained)
    validated = np.ascontiguousarray(validation.astype(x.dtype, copy=False))
    count = sum(hash(row.tobytes()) in known for row in validated)
    repeated = 1 - len(known) / len(trained)
    share = count / max(len(validated), 1)
    if share > LEAK and share > 2 * repeated:
        yield Finding("leak", "warning", {"count": count, "rows": len(validated), "share": share})
