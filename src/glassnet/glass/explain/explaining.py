"""`explain`: everything that is found out about one sample, in one explanation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import WHITE
from glassnet.glass.explain.contributions import Contributions, contributions_of
from glassnet.glass.explain.explanation import Explanation
from glassnet.glass.explain.neighbours import Neighbours, TrainingData, nearest
from glassnet.glass.explain.passes import INPUT, Passes, Station
from glassnet.glass.explain.question import Question, as_class, as_question
from glassnet.glass.explain.texts import as_language
from glassnet.glass.explain.turning import smallest_change
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    ShapeError,
    as_real_array,
    check_finite,
    check_integer,
    check_number,
    describe,
    did_you_mean,
)
from glassnet.mathematics.targets import preferred_class
from glassnet.network import reference
from glassnet.network.backends import to_numpy
from glassnet.network.operations import read_only
from glassnet.training.fit import as_scaling, thread_limit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.scaling import Scaling
    from glassnet.training.run import Trainable

SMALLEST_PICTURE = 64
"""A square number of inputs from here on is taken for a picture."""
STARTS = 3
"""How many near samples of other classes the search for a change begins from too."""


def explain(  # noqa: PLR0913  # all that may be asked about one answer
    network: Trainable,
    x: ArrayLike,
    *,
    why: int | str | None = None,
    why_not: int | str | None = None,
    layer: str | int | None = None,
    data: Dataset | tuple[ArrayLike, ArrayLike] | None = None,
    scaling: Scaling | str | None = None,
    neighbours: int = 5,
    baseline: ArrayLike | str = "zeros",
    turn_to: int | str | None = "any",
    limits: tuple[float, float] | None = None,
    language: str = "en",
) -> Explanation:
    """Explain what a network answers about one sample; nothing is changed."""
    chosen, count = as_language(language), check_integer("neighbours", neighbours, minimum=0)
    network = network.on_numpy()
    sample = _as_sample(network, to_numpy(x))
    preprocessing = Preprocessing.from_dict(network.preprocessing) if network.preprocessing else None
    names = _class_names(network, preprocessing)
    training = None if data is None else _training_data(network, data, scaling, preprocessing)
    passes = Passes(network)
    outputs, logits = reference.predict(network, sample[None])[0], passes.logits(sample[None])[0]
    _check_outputs(outputs, logits)
    question = as_question(network.output_kind, outputs, logits, why, why_not, names)
    station = _station(passes, layer)
    start = _as_baseline(network, baseline, training)
    target = _as_target(network, turn_to, question.answer, names)
    within = _as_limits(network, limits, sample, preprocessing)

    # Small products go faster in one thread, and the same bits come out on any machine.
    with thread_limit(1):
        inputs = contributions_of(passes, INPUT, sample.astype(np.float64), start, question.weights)
        units = None if station is None else _units(passes, station, sample, question)
        near = None if training is None or not count else _neighbours(passes, sample, training, count)
        wanted = question.answer is not None and turn_to is not None
        change = None
        if wanted:
            starts = () if near is None else tuple(near.rows[near.targets != question.answer][:STARTS])
            change = smallest_change(network, passes, sample, target=target, limits=within, starts=starts)
    return Explanation(
        question,
        inputs.total,
        units,
        inputs,
        near,
        change,
        wanted,
        read_only(sample),
        read_only(outputs),
        read_only(logits),
        passes.logits_name,
        names,
        _image_shape(network, preprocessing),
        chosen,
    )


def _units(passes: Passes, station: Station, sample: NDArray[Any], question: Question) -> Contributions:
    values = passes.at(station, sample[None])[0]
    return contributions_of(passes, station, values, np.zeros(len(values)), question.weights)


def _neighbours(passes: Passes, sample: NDArray[Any], training: TrainingData, count: int) -> Neighbours:
    last = next(reversed(passes.hidden.values()), INPUT)
    return nearest(passes, last, passes.at(last, sample[None])[0], training, count)


def _as_sample(network: Trainable, x: Any) -> NDArray[Any]:
    array = as_real_array(x, "x")
    rows = network.as_input(array[None] if array.shape == (network.n_in,) else array)
    if len(rows) != 1:
        raise ShapeError(f"x must be one sample, got {describe(array)}. Pass one of its rows, x[0].")
    check_finite("x", rows)
    return np.array(rows[0])


def _class_names(network: Trainable, preprocessing: Preprocessing | None) -> tuple[str, ...]:
    n = 2 if network.output_kind == "binary" else network.n_out
    names = () if preprocessing is None else preprocessing.class_names
    return names if len(names) == n else ()


def _check_outputs(outputs: NDArray[Any], logits: NDArray[Any]) -> None:
    if not (np.isfinite(outputs).all() and np.isfinite(logits).all()):
        raise DataError(
            "the network must give finite numbers to be explained, got nan or inf. net.diagnose(x) says where."
        )


def _station(passes: Passes, layer: Any) -> Station | None:
    """Return the hidden layer that is asked for; the last by default, None if there is none."""
    hidden = passes.hidden
    if layer is None:
        return next(reversed(hidden.values()), None)
    name = layer if isinstance(layer, str) else f"A{check_integer('layer', layer)}"
    if name in hidden:
        return hidden[name]
    known = ", ".join(map(repr, hidden)) or "none: this network has no hidden layer"
    raise ArgumentError(f"layer must be a hidden layer, {known}, got {layer!r}.{did_you_mean(name, hidden)}")


def _as_target(network: Trainable, turn_to: Any, answer: int | None, names: tuple[str, ...]) -> int | None:
    if turn_to is None or (isinstance(turn_to, str) and turn_to == "any"):
        return None
    if answer is None:
        raise ArgumentError(
            f"turn_to is for classifiers, whose answer can turn, got {turn_to!r} for a regression. Leave it out."
        )
    target = as_class("turn_to", turn_to, 2 if network.output_kind == "binary" else network.n_out, names)
    if target == answer:
        raise ArgumentError(f"turn_to must be another class than the answer, got {turn_to!r}. Name another, or 'any'.")
    return target


def _as_baseline(network: Trainable, baseline: Any, training: TrainingData | None) -> NDArray[np.float64]:
    if isinstance(baseline, str):
        if baseline == "zeros":
            return np.zeros(network.n_in)
        if baseline == "mean":
            if training is None:
                raise ArgumentError("baseline='mean' needs the training data. Pass data=(x_train, t_train) too.")
            return training.mean()
        raise ArgumentError(
            f"baseline must be 'zeros', 'mean' or an array, got {baseline!r}."
            + did_you_mean(baseline, ("zeros", "mean"))
        )
    array = as_real_array(baseline, "baseline")
    if array.size != network.n_in or array.ndim > 2:
        raise ShapeError(
            f"baseline must have the {network.n_in} numbers of a sample, got {describe(array)}. Pass such a row."
        )
    check_finite("baseline", array)
    return array.reshape(-1).astype(np.float64)


def _as_limits(
    network: Trainable, limits: Any, sample: NDArray[Any], preprocessing: Preprocessing | None
) -> tuple[float, float] | None:
    """Return the least and the greatest number that a changed sample may hold; None if there is no limit."""
    if limits is None:
        if preprocessing is not None and preprocessing.kind != "table":
            pair = preprocessing.scaling(np.array([0.0, WHITE]))
            found = float(pair.min()), float(pair.max())
        else:
            found = (0.0, 1.0)
        return found if sample.min() >= found[0] and sample.max() <= found[1] else None
    if not isinstance(limits, tuple | list) or len(limits) != 2:
        raise ArgumentTypeError(f"limits must be a pair (low, high), got {describe(limits)}. Pass (0, 1), say.")
    if tuple(limits) == (-math.inf, math.inf):
        return None
    # As the network has them: 0.01 in float32 lies below 0.01.
    low, high = (_bound(network, name, value) for name, value in zip(("low", "high"), limits, strict=True))
    if not (low < high and sample.min() >= low and sample.max() <= high):
        raise ArgumentError(
            f"limits must include the sample, whose numbers go from {sample.min():g} to {sample.max():g}, "
            f"got ({low:g}, {high:g}). Widen them."
        )
    return low, high


def _bound(network: Trainable, name: str, value: Any) -> float:
    if isinstance(value, float) and math.isinf(value):
        return value
    return float(network.dtype.type(check_number(f"{name} of limits", value)))


def _training_data(network: Trainable, data: Any, scaling: Any, preprocessing: Preprocessing | None) -> TrainingData:
    """Return the training data, with what makes it into what the network is fed."""
    scale = as_scaling(scaling)
    if isinstance(data, Dataset):
        x, t = data.x_train, data.t_train
        if scale is None and preprocessing is None and x.dtype == np.uint8:
            raise DataError(
                f"{data.source} holds pixels from 0 to 255, and the network does not say how it was fed them. "
                "Pass scaling='unit', or what fit was told."
            )
        feed = scale or preprocessing
    else:
        if not isinstance(data, tuple | list) or len(data) != 2:
            raise ArgumentTypeError(f"data must be (x_train, t_train) or a Dataset, got {describe(data)}.")
        x, t, feed = as_rows_of(data[0]), data[1], scale
    if x.ndim != 2 or x.shape[1] != network.n_in or not len(x):
        raise ShapeError(
            f"the training data must have the shape (N, {network.n_in}), N at least 1, got {describe(x)}. "
            "Pass what the network was trained on."
        )
    check_finite("x_train", x)
    targets = network.as_targets(t, len(x), "t_train")
    kept = targets if network.output_kind == "values" else preferred_class(targets)
    return TrainingData(x, kept, lambda rows: np.asarray(rows if feed is None else feed(rows), network.dtype))


def as_rows_of(x: Any) -> NDArray[Any]:
    """Return training samples as they are kept: pixels stay uint8."""
    return x if isinstance(x, np.ndarray) and x.dtype.kind in "fiub" else as_real_array(x, "x_train")


def _image_shape(network: Trainable, preprocessing: Preprocessing | None) -> tuple[int, int] | None:
    if preprocessing is not None:
        height, width = preprocessing.image_shape
        fits = preprocessing.kind != "table" and height * width == network.n_in
        return (height, width) if fits else None
    side = math.isqrt(network.n_in)
    return (side, side) if side * side == network.n_in >= SMALLEST_PICTURE else None
