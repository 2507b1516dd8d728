"""The figures of a model card, measured on data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.calibration import reliability_curve
from glassnet.mathematics.checks import ArgumentTypeError, DataError, describe
from glassnet.mathematics.class_metrics import ClassScores, top_k_accuracy
from glassnet.mathematics.confusion import class_indices, confusion_counts
from glassnet.mathematics.targets import holds_several_labels, preferred_class
from glassnet.network.layers import Sigmoid
from glassnet.training.evaluation import evaluate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.mathematics.calibration import Reliability
    from glassnet.training.run import Trainable

TOP = 5
"""The k of the top-k accuracy, where there are more classes than that."""


@dataclass(frozen=True)
class Measured:
    """What was measured on some data.

    Attributes
    ----------
    samples : int
    source : str
        Where they come from; empty if that is not known.
    split : "test", "all" or "given"
        Whether they are a data set's test samples, all that it has, or arrays of which nothing is known.
    loss : float
    accuracy, top : float or None
        None for a regression, and for labels that do not exclude each other; `top` also where there are no more
        classes than it asks for.
    labels_right, rows_right : float or None
        Of labels that do not exclude each other: the share of all labels that are right, each answered by whether its
        output reaches ½, and the share of samples of which all labels are.
    counts : array or None
        The confusion matrix.
    scores : ClassScores or None
        By class, or by label where labels do not exclude each other.
    reliability : Reliability or None
        None also where outputs are not finite.
    errors : dict
        Of a regression: the mean absolute and squared error and R², each over all outputs.
    """

    samples: int
    source: str
    split: str
    loss: float
    accuracy: float | None = None
    top: float | None = None
    labels_right: float | None = None
    rows_right: float | None = None
    counts: NDArray[np.int64] | None = None
    scores: ClassScores | None = None
    reliability: Reliability | None = None
    errors: dict[str, float] | None = None


def measure(network: Trainable, data: Any) -> Measured:
    """Measure a network on a `Dataset` (its test samples, or all if it has none) or on arrays (x, t)."""
    x, t, source, split = _samples(network, data)
    found = evaluate(network, x, t, keep_outputs=True)
    outputs = np.asarray(found.outputs)
    if network.output_kind == "values":
        return Measured(len(outputs), source, split, found.loss, errors=_errors(outputs, network.as_targets(t, len(x))))
    targets = network.as_targets(t, len(outputs)) if network.n_out > 1 else t
    if isinstance(network.output_layer, Sigmoid) and holds_several_labels(np.asarray(targets)):
        return _of_labels(outputs, targets, source, split, found.loss)
    n_classes = max(network.n_out, 2)
    truth = class_indices(targets, n_classes)
    counts = confusion_counts(truth, preferred_class(outputs), n_classes)
    finite = bool(np.isfinite(outputs).all())
    probabilities = finite and bool((outputs >= 0).all() and (outputs <= 1).all())
    return Measured(
        len(outputs),
        source,
        split,
        found.loss,
        found.accuracy,
        top_k_accuracy(truth, outputs, TOP) if network.n_out > TOP and finite else None,
        counts=counts,
        scores=ClassScores.of_counts(counts),
        reliability=reliability_curve(truth, outputs) if probabilities else None,
    )


def _of_labels(outputs: NDArray[Any], targets: NDArray[Any], source: str, split: str, loss: float) -> Measured:
    """Measure answers to labels that do not exclude each other: each label by itself, and all of a sample."""
    answers, truth = outputs >= 0.5, targets >= 0.5
    right = answers == truth
    return Measured(
        len(outputs),
        source,
        split,
        loss,
        labels_right=float(right.mean()),
        rows_right=float(right.all(axis=1).mean()),
        scores=ClassScores.of_labels(truth, answers),
    )


def _samples(network: Trainable, data: Any) -> tuple[Any, Any, str, str]:
    if isinstance(data, Dataset):
        preprocessing = Preprocessing.from_dict(network.preprocessing)
        x, t, split = data.x_test, data.t_test, "test"
        if x is None:
            x, t, split = data.x_train, data.t_train, "all"
        return preprocessing(x), _as_trained(t, data, preprocessing), data.source, split
    if isinstance(data, tuple | list) and len(data) == 2:
        x, t = data
        x = network.as_input(x)
        if not len(x):
            raise DataError("data must hold at least one sample, got none. Check how it was read.")
        return x, t, "", "given"
    raise ArgumentTypeError(f"data must be a gn.Dataset or (x, t), got {describe(data)}.")


def _as_trained(t: Any, data: Dataset, preprocessing: Preprocessing) -> Any:
    """Return class indices as the model knows them: classes are found by name."""
    names, known = data.class_names, preprocessing.class_names
    if not names or not known or names == known:
        return t
    strange = [name for name in names if name not in known]
    if strange:
        raise DataError(f"{data.source} has the class {strange[0]!r}, but the model knows {', '.join(known)}.")
    return np.array([known.index(name) for name in names])[np.asarray(t)]


def _errors(y: NDArray[Any], t: NDArray[Any]) -> dict[str, float]:
    y, t = y.astype(np.float64), t.astype(np.float64)
    total = float(np.square(t - t.mean(axis=0)).sum())
    squares = float(np.square(t - y).sum())
    found = {"mean_absolute_error": float(np.abs(t - y).mean()), "mean_squared_error": squares / t.size}
    return found | ({"r2": 1 - squares / total} if total else {})
