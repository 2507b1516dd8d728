"""From scikit-learn's multilayer perceptrons to networks, pipelines that scale before them too, and back."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.preprocessing import Preprocessing
from glassnet.interop.affine_maps import AffineMap, dense_after, dense_before, fold_into_first, map_of_batchnorm
from glassnet.interop.formats import check_network
from glassnet.interop.parts import (
    AnyNetwork,
    ConversionWarning,
    Part,
    dense_part,
    naming,
    network_from,
    parts_of,
    unrepresentable,
)
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, describe, with_article
from glassnet.mathematics.libraries import need
from glassnet.network.layers import BatchNorm, Dense, Dropout, Identity, ReLU, Sigmoid, Softmax, Tanh
from glassnet.network.structure import Structure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.training.run import Trainable

ACTIVATIONS: dict[str, Layer] = {"identity": Identity(), "logistic": Sigmoid(), "tanh": Tanh(), "relu": ReLU()}
"""scikit-learn's names of activation functions."""
OUTPUTS: dict[str, Layer] = {"identity": Identity(), "logistic": Sigmoid(), "softmax": Softmax()}
_NAMES = {type(layer): name for name, layer in {**ACTIVATIONS, **OUTPUTS}.items()}
CLASSES = "classes"
"""Where metadata keeps the labels that scikit-learn's model had, as they were: text or numbers."""


WHAT = "converting scikit-learn's models"


def network_from_sklearn(estimator: Any, kind: type[AnyNetwork], *, dtype: str | None = None) -> AnyNetwork:
    """Return the network of a fitted estimator, or of a pipeline that ends in one; see `glassnet.from_sklearn`."""
    need("sklearn", extra="sklearn", what=WHAT)
    steps = list(estimator.steps) if hasattr(estimator, "steps") else [("the model", estimator)]
    model = steps[-1][1]
    with naming(f"the step {steps[-1][0]!r}" if len(steps) > 1 else "the estimator"):
        parts = _parts_of_perceptron(model)
    scaling = None
    for name, step in steps[:-1]:
        own = _scaling(f"the step {name!r}", step)
        scaling = own if scaling is None or own is None else scaling.then(own)
    if scaling is not None:
        parts = fold_into_first(scaling, parts, "the pipeline")
    network = network_from(kind, parts, dtype=dtype)
    keep_classes(network, model)
    return network


def _parts_of_perceptron(model: Any) -> list[Part]:
    perceptrons = need("sklearn.neural_network", extra="sklearn", what=WHAT)
    network: Any = getattr(model, "network_", None)
    # An estimator of glassnet.sklearn may have layers that scikit-learn's lack.
    ours = isinstance(network, Structure) and hasattr(model, "out_activation_")
    if not ours and not isinstance(model, perceptrons.MLPClassifier | perceptrons.MLPRegressor):
        raise ArgumentTypeError(
            f"it must be a fitted MLPClassifier or MLPRegressor, or a Pipeline that ends in one, got {describe(model)}."
        )
    if not ours and not hasattr(model, "coefs_"):
        raise ArgumentError("it has not been fitted. Call fit first.")
    if (not ours and model.activation not in ACTIVATIONS) or model.out_activation_ not in OUTPUTS:
        raise unrepresentable(
            "it",
            f"a perceptron with the activation {model.activation!r} and the output {model.out_activation_!r}",
            f"Use one of {', '.join(ACTIVATIONS)}, and loss='squared_error' for a regression.",
        )
    if ours:
        return parts_of(network)
    parts: list[Part] = []
    for W, b in zip(model.coefs_, model.intercepts_, strict=True):
        last = len(parts) // 2 == len(model.coefs_) - 1
        after = OUTPUTS[model.out_activation_] if last else ACTIVATIONS[model.activation]
        parts += [dense_part(np.asarray(W), np.asarray(b)), Part(after)]
    return parts[:-1] if isinstance(parts[-1].layer, Identity) else parts


def _scaling(where: str, step: Any) -> AffineMap | None:
    """Return what a fitted scaler does, or None if it does nothing."""
    if step is None or step == "passthrough":
        return None
    scalers = need("sklearn.preprocessing", extra="sklearn", what=WHAT)
    known = tuple(getattr(scalers, name) for name in _SCALERS)
    if not isinstance(step, known) or getattr(step, "clip", False):
        what = "a scaler that clips" if isinstance(step, known) else with_article(type(step).__name__)
        raise unrepresentable(
            where, what, f"Apply it to the data yourself, and convert what follows it. {', '.join(_SCALERS)} are known."
        )
    if not hasattr(step, "n_features_in_"):
        raise ArgumentError(f"{where} has not been fitted. Call fit first.")
    one, zero = np.ones(step.n_features_in_), np.zeros(step.n_features_in_)
    if isinstance(step, scalers.MinMaxScaler):
        return AffineMap(step.scale_, step.min_)
    centre = getattr(step, "mean_", None) if isinstance(step, scalers.StandardScaler) else None
    if isinstance(step, scalers.StandardScaler) and not step.with_mean:
        centre = None
    if isinstance(step, scalers.RobustScaler):
        centre = step.center_
    scale = one if step.scale_ is None else 1 / step.scale_
    return AffineMap(scale, zero if centre is None else -centre * scale)


_SCALERS = ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler")


def keep_classes(network: Trainable, model: Any) -> None:
    """Keep the classes' names where glassnet keeps them, and the labels as they were."""
    if not hasattr(model, "classes_") or model.n_outputs_ not in {1, len(model.classes_)}:
        return
    several = model.out_activation_ == "logistic" and model.n_outputs_ > 1
    if several:  # labels that may be there together: class names would say that one of them is
        return
    labels = np.asarray(model.classes_).tolist()
    one, zero = (1.0,) * network.n_in, (0.0,) * network.n_in
    network.preprocessing = Preprocessing("table", tuple(map(str, labels)), mean=zero, std=one).to_dict()
    network.metadata[CLASSES] = labels


def sklearn_model(network: Trainable) -> Any:
    """Return a fitted MLPClassifier or MLPRegressor that predicts as the network does; see `glassnet.to_sklearn`."""
    perceptrons = need("sklearn.neural_network", extra="sklearn", what=WHAT)
    check_network(network)
    network = network.on_numpy()
    dense, activations = _blocks(network)
    hidden = {type(layer) for layer in activations[:-1]}
    if len(hidden) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in hidden))
        raise unrepresentable("the network", f"one of mixed hidden activations ({names})", "Use one for all.")
    if hidden & {Softmax}:
        raise unrepresentable("the network", "one with a Softmax inside", f"Use one of {', '.join(ACTIVATIONS)}.")
    output = activations[-1]
    if not isinstance(output, Identity | Sigmoid | Softmax):
        raise unrepresentable("the network", f"one that ends in {output!r}", "End in a Dense, Sigmoid or Softmax.")
    if network.output_kind == "values" and not isinstance(output, Identity):
        raise unrepresentable("the network", f"a regression that ends in {output!r}", "End in a Dense.")
    settings = {
        "hidden_layer_sizes": tuple(part.arrays["W"].shape[1] for part in dense[:-1]),
        "activation": _NAMES[hidden.pop()] if hidden else "relu",
    }
    if isinstance(output, Identity):
        return _fitted(perceptrons.MLPRegressor(**settings), dense, _example_values(network))
    if isinstance(output, Softmax) and network.n_out == 2:
        # Of two classes scikit-learn has one output: softmax(z)₁ = sigmoid(z₁ − z₀).
        W, b = dense[-1].arrays["W"], dense[-1].arrays["b"]
        dense[-1] = dense_part(W[:, 1:] - W[:, :1], b[1:] - b[:1])
    return _fitted(perceptrons.MLPClassifier(**settings), dense, _example_labels(network, output))


def _blocks(network: Trainable) -> tuple[list[Part], list[Layer]]:
    """Return the Dense, batch normalizations taken into them, and the activation after each."""
    dense: list[Part] = []
    activations: list[Layer] = []
    waiting: AffineMap | None = None
    for part, place in zip(parts_of(network), network.places, strict=True):
        layer = part.layer
        if isinstance(layer, Dense):
            dense.append(part if waiting is None else dense_after(waiting, part))
            activations.append(Identity())
            waiting = None
        elif isinstance(layer, BatchNorm):
            own = map_of_batchnorm(layer, part.arrays)
            if dense and waiting is None and isinstance(activations[-1], Identity):
                dense[-1] = dense_before(dense[-1], own)
            else:
                waiting = own if waiting is None else waiting.then(own)
        elif isinstance(layer, Dropout):
            _say(f"{network.describe_layer(place.index)} is left out: scikit-learn drops nothing when it trains on.")
        elif not isinstance(layer, Identity):
            _take_activation(network, place.index, activations, waiting)
    if waiting is not None or not dense:
        raise unrepresentable("the network", "one that ends in BatchNorm", "Let a Dense or an activation be last.")
    if any(isinstance(part.layer, BatchNorm) for part in parts_of(network)):
        _say("BatchNorm has gone into the weights of the Dense beside it: predictions are the same.")
    return [_with_bias(part) for part in dense], activations


def _take_activation(network: Trainable, index: int, activations: list[Layer], waiting: AffineMap | None) -> None:
    layer = network.layers[index]
    where = network.describe_layer(index)
    if type(layer) not in _NAMES or not activations:
        raise unrepresentable(where, "no activation of scikit-learn's", f"Use one of {', '.join(ACTIVATIONS)}.")
    if not isinstance(activations[-1], Identity) or waiting is not None:
        raise unrepresentable(where, "an activation behind another", "Put a Dense between them.")
    activations[-1] = layer


def _say(words: str) -> None:
    warnings.warn(words, ConversionWarning, stacklevel=2)


def _with_bias(dense: Part) -> Part:
    W = dense.arrays["W"]
    return dense_part(W.copy(), dense.arrays.get("b", np.zeros(W.shape[1], W.dtype)).copy())


def _example_values(network: Trainable) -> NDArray[Any]:
    return np.zeros(2) if network.n_out == 1 else np.zeros((2, network.n_out))


def _example_labels(network: Trainable, output: Layer) -> NDArray[Any]:
    """Return targets that show a classifier its classes."""
    if isinstance(output, Sigmoid) and network.n_out > 1:
        return np.eye(2, network.n_out, dtype=int)  # labels that may be there together
    count = max(network.n_out, 2)
    names = network.preprocessing.get("class_names") or ()
    kept: Any = network.metadata.get(CLASSES)
    if not isinstance(kept, list) or len(kept) != count:
        kept = list(names) if len(names) == count else list(range(count))
    labels = np.array(kept)
    if list(names) == [str(index) for index in range(count)] and CLASSES not in network.metadata:
        labels = np.arange(count)  # digits, say
    if labels.ndim != 1 or list(np.unique(labels)) != list(labels):
        raise ArgumentError(
            f"the classes must be in sorted order, each once, as scikit-learn keeps them, got {describe(kept)}. "
            "Clear net.metadata['classes'] and the class names to number them from 0."
        )
    return labels


def _fitted(model: Any, dense: Sequence[Part], t: NDArray[Any]) -> Any:
    """Return the model as if it had been fitted: a step on zeros makes all that it keeps, then the weights go in."""
    wide = dense[0].arrays["W"].dtype
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one iteration does not converge, which is known
        model.set_params(max_iter=1, random_state=0, batch_size=1)
        model.fit(np.zeros((len(t), dense[0].arrays["W"].shape[0]), dtype=wide), t)
    defaults = type(model)()
    model.set_params(**{name: getattr(defaults, name) for name in ("max_iter", "random_state", "batch_size")})
    model.coefs_ = [part.arrays["W"] for part in dense]
    model.intercepts_ = [part.arrays["b"] for part in dense]
    model.n_iter_, model.t_, model.loss_curve_ = 0, 0, []
    model.loss_, model.best_loss_ = float("nan"), float("inf")
    vars(model).pop("_optimizer", None)  # training on begins with a fresh one
    return model
