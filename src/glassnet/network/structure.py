"""The structure of a network: its layers in order, the names of all its arrays, its parameters and its state.

Everything below the public `Network` works on this: lowering to a tape, executors, training, tracing, files.
"""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    ShapeError,
    as_real_array,
    check_choice,
    check_integer,
    describe,
    is_plain,
)
from glassnet.mathematics.targets import as_rows
from glassnet.network.backends import NUMPY, Backend, as_backend, to_numpy
from glassnet.network.layers import Dropout, Identity, Sigmoid, Softmax
from glassnet.network.loss import Loss, TargetKind, as_loss
from glassnet.network.lowering import lower
from glassnet.network.named_arrays import NamedArrays
from glassnet.network.places import as_layers, as_places, widths_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.tape import Mode, Tape

OutputKind = Literal["values", "binary", "classes"]


class Structure:
    """Layers, their places, parameters and state, and the tapes that they lower to.

    Attributes
    ----------
    layers : tuple of Layer
    places : tuple of Place
        Where each layer stands, and what its arrays are called.
    loss_function : Loss
    dtype : numpy dtype
        float32 or float64: of parameters, state and all that is computed.
    seed : int
        What initial values, shuffling and dropout masks are a function of.
    parameters : NamedArrays
        `W1`, `b1`, …: live views into one block of memory, assignable in place.
    state : NamedArrays
        `running_mean1`, …: what is kept besides parameters.
    backend : Backend
        Whose arrays all of these are, and where they lie: NumPy's, unless `to` moved them.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: Any = None, *, seed: int = 0, dtype: str = "float32", device: Any = "cpu"
    ) -> None:
        self.layers = as_layers(layers)
        self.dtype = _as_dtype(dtype)
        self.backend = NUMPY
        self.seed = check_integer("seed", seed, minimum=0)
        widths = widths_of(self.layers)
        initial = self._initial_parameters(widths)
        state = [layer.initial_state(width) for layer, width in zip(self.layers, widths, strict=False)]
        own_names = [(*ours, *kept) for ours, kept in zip(initial, state, strict=True)]
        self.places = as_places(self.layers, widths, own_names)
        self.loss_function: Loss = as_loss(self._default_loss() if loss is None else loss)
        self.loss_function.check_outputs(self.n_out)
        self._parameters = self._named(initial)
        self._state = self._named(state)
        self._tapes: dict[tuple[Mode, bool], Tape] = {}
        self.tape("train")  # names that clash show here
        Structure.to(self, device)

    @property
    def multiplications(self) -> list[int]:
        """How many multiplications a sample takes in each product with weights, on its way forward.

        >>> from glassnet.network.layers import Dense, ReLU
        >>> Structure([Dense(784, 50), ReLU(), Dense(50, 10)]).multiplications
        [39200, 500]
        """
        return [math.prod(shape) for shape in self.parameters.shapes.values() if len(shape) > 1]

    @property
    def device(self) -> str:
        """Where the network's arrays are: `cpu` (NumPy), `torch:cuda:0`, …; `to` moves them."""
        return self.backend.name

    def to(self, device: Any) -> Self:
        """Move parameters and state; `glassnet.Network.to` says where to."""
        backend = as_backend(device)
        _check_dtype_there(self.dtype, backend)
        self._parameters, self._state = self._parameters.on(backend), self._state.on(backend)
        self.backend = backend
        return self

    def on_numpy(self) -> Self:
        """Return this network if its arrays are NumPy's, else a copy of it whose arrays are."""
        return self if self.backend.is_numpy else copy.deepcopy(self).to("cpu")

    @property
    def parameters(self) -> NamedArrays:
        """`W1`, `b1`, …: live views, assignable in place. Assigning a dictionary to it copies its arrays in."""
        return self._parameters

    @parameters.setter
    def parameters(self, arrays: Mapping[str, ArrayLike]) -> None:
        self._parameters.update(arrays)

    @property
    def state(self) -> NamedArrays:
        """`running_mean1`, …: what is kept besides parameters, as live views."""
        return self._state

    @property
    def n_in(self) -> int:
        """How many numbers a sample has."""
        return self.places[0].n_in

    @property
    def n_out(self) -> int:
        """How many outputs there are."""
        return self.places[-1].n_out

    @property
    def output_layer(self) -> Layer:
        """The last layer that does anything to a prediction."""
        idle = (Identity, Dropout)
        return next((layer for layer in reversed(self.layers) if not isinstance(layer, idle)), self.layers[-1])

    @property
    def output_kind(self) -> OutputKind:
        """What the outputs mean: `values` of a regression, the probability of one class (`binary`), or `classes`."""
        targets: TargetKind | None = self.loss_function.targets
        probabilities = isinstance(self.output_layer, Softmax | Sigmoid)
        loss_name = getattr(self.loss_function, "name", "")
        if targets is None:
            targets = "classes" if probabilities or loss_name.endswith("cross_entropy") else "values"
        if targets == "values":
            return "values"
        return "binary" if self.n_out == 1 else "classes"

    def tape(self, mode: Mode = "train", *, input_gradient: bool = True) -> Tape:
        """Return the tape of a mode, with or without the gradient of the input."""
        check_choice("mode", mode, ["predict", "train"])
        key = (mode, input_gradient)
        if key not in self._tapes:
            self._tapes[key] = lower(self.layers, self.places, self.loss_function, mode, input_gradient=input_gradient)
        return self._tapes[key]

    def describe_layer(self, index: int) -> str:
        """Name a layer for a message: its position, from 1, and what it is.

        >>> from glassnet.network.layers import Dense
        >>> Structure([Dense(2, 1)]).describe_layer(0)
        'layer 1, Dense(2, 1)'
        """
        return f"layer {index + 1}, {self.layers[index]!r}" if index < len(self.layers) else "the loss"

    def as_input(self, x: ArrayLike, name: str = "x") -> NDArray[Any]:
        """Return `x` as rows of the network's dtype, where it is, or raise an error that names the first layer."""
        inputs = self.checked_input(x, name)
        return inputs if self.backend.is_numpy else self.backend.asarray(inputs, self.dtype)

    def checked_input(self, x: ArrayLike, name: str = "x") -> NDArray[Any]:
        """Return `x` as rows of the network's dtype, moved nowhere: in NumPy, or where it is if the network is there.

        Raises an error that names the first layer if it does not fit that.
        """
        # An array of integers goes to the network's dtype in one step; what is no array is made one of float64.
        own = (is_plain(x) and x.dtype.kind in "fiub") or self.holds(x)
        array: Any = x if own else as_real_array(to_numpy(x), name)
        if array.ndim == 2 and array.shape[1] == self.n_in:
            with np.errstate(over="ignore"):  # a number too large for the dtype becomes inf, and shows as that
                if isinstance(array, np.ndarray):
                    return array.astype(self.dtype, copy=False)
                return self.backend.asarray(array, self.dtype)
        if array.ndim == 1 and self.n_in == 1:
            mend = f"For samples of one number each, pass {name}[:, None]."
        elif math.prod(array.shape) == self.n_in:
            mend = f"For one sample, pass {name}.reshape(1, -1)."
        elif array.ndim > 2 and int(np.prod(array.shape[1:])) == self.n_in:
            mend = f"Flatten each sample: {name}.reshape(len({name}), -1)."
        else:
            mend = f"Pass one row of {self.n_in} numbers a sample, or give the first layer another n_in."
        raise ShapeError(
            f"{name} must have the shape (N, {self.n_in}) for {self.describe_layer(0)}, got {tuple(array.shape)}. "
            f"{mend}"
        )

    def holds(self, x: object) -> bool:
        """Say whether x is an array of real numbers of another library than NumPy, the one that the network is of."""
        return not self.backend.is_numpy and self.backend.owns(x) and self.backend.holds_real_numbers(x)

    def as_targets(self, t: ArrayLike, rows: int, name: str = "t") -> NDArray[Any]:
        """Return the targets of `rows` samples as rows of outputs, where the network is."""
        targets = self.checked_targets(t, rows, name)
        return targets if self.backend.is_numpy else self.backend.asarray(targets, self.dtype)

    def checked_targets(self, t: ArrayLike, rows: int, name: str = "t") -> NDArray[Any]:
        """Return the targets of `rows` samples as rows of outputs, in NumPy, which looks through them."""
        t = to_numpy(t)
        classes = self.output_kind != "values"
        targets = as_rows(np.empty((rows, self.n_out), dtype=self.dtype), t, classes=classes, name=name)
        if self.output_kind == "binary" and targets.size and not (targets.min() >= 0 and targets.max() <= 1):
            raise DataError(
                f"{name} must lie between 0 and 1 for one sigmoid output, got values from {targets.min():g} to "
                f"{targets.max():g}. Use 0 and 1, or one output for each class."
            )
        if getattr(self.loss_function, "name", "").endswith("cross_entropy") and targets.min(initial=0) < 0:
            raise DataError(
                f"{name} must not be negative for a cross-entropy, got {targets.min():g}. Use shares from 0 to 1."
            )
        return targets

    def as_weights(self, sample_weight: ArrayLike | None, rows: int) -> NDArray[Any] | None:
        """Return the weights of `rows` samples, where the network is, or None if all count alike."""
        weights = self.checked_weights(sample_weight, rows)
        return None if weights is None else self.backend.asarray(weights, self.dtype)

    def checked_weights(self, sample_weight: ArrayLike | None, rows: int) -> NDArray[Any] | None:
        """Return the weights of `rows` samples, in NumPy, by which a mean can be taken; None if all count alike."""
        if sample_weight is None:
            return None
        with np.errstate(over="ignore"):  # a weight too large for the dtype becomes inf, and is refused below
            weights = as_real_array(to_numpy(sample_weight), "sample_weight").astype(self.dtype)
        if weights.shape != (rows,):
            raise ShapeError(
                f"sample_weight must have one number for each of the {rows} samples, got {describe(weights)}. "
                f"Pass an array of shape ({rows},)."
            )
        if not (np.all(np.isfinite(weights)) and np.all(weights >= 0)):
            raise DataError("sample_weight must be finite and not negative. Use 0 to leave a sample out.")
        with np.errstate(over="ignore"):
            total, limit = float(weights.sum(dtype=np.float64)), float(np.finfo(self.dtype).max)
        if not 0 < total <= limit:
            raise DataError(
                f"the weights of the samples must have a sum above 0 and at most {limit:.3g}, got {total:g}. "
                "Give at least one sample a weight above 0; only their ratios matter."
            )
        return weights

    def same_with(self, dtype: str) -> Structure:
        """Return a copy of the structure, parameters and state, in another dtype, in NumPy."""
        other = Structure(self.layers, self.loss_function, seed=self.seed, dtype=dtype)
        other.parameters.update(self.parameters)
        other.state.update(self.state)
        return other

    def _default_loss(self) -> str:
        output = type(self.output_layer).__name__
        return {"Softmax": "categorical_cross_entropy", "Sigmoid": "binary_cross_entropy"}.get(
            output, "mean_squared_error"
        )

    def _initial_parameters(self, widths: list[int]) -> list[dict[str, Any]]:
        """Return each layer's initial parameters, by the names that the layer has for them."""
        rng = np.random.default_rng(self.seed)
        initial = []
        for index, layer in enumerate(self.layers):
            # The activation of the same block, if it has one: Dense chooses its initialization by it.
            after = self.layers[index + 1 :]
            following = next((later for later in after if later.starts_block or later.suggested_init), None)
            following = None if following is None or following.starts_block else following
            try:
                initial.append(_arrays(layer.initial_parameters(widths[index], rng, following)))
            except (ShapeError, ArgumentTypeError) as error:
                raise type(error)(f"{self.describe_layer(index)}: {error}") from None
        return initial

    def _named(self, by_layer: list[dict[str, Any]]) -> NamedArrays:
        """Put arrays of the layers into one block, by their names in the network."""
        arrays = {
            place.names[name]: np.asarray(values)
            for place, own in zip(self.places, by_layer, strict=True)
            for name, values in own.items()
        }
        named = NamedArrays({name: array.shape for name, array in arrays.items()}, self.dtype)
        named.update(arrays)
        return named


def _arrays(own: Any) -> dict[str, NDArray[Any]]:
    """Return what a layer gave as its parameters as arrays by name."""
    if not isinstance(own, Mapping):
        raise ArgumentTypeError(f"parameters must return a dict of arrays by name, got {describe(own)}.")
    return {name: as_real_array(values, name) for name, values in own.items()}


def _check_dtype_there(dtype: np.dtype[Any], backend: Backend) -> None:
    if backend.device == "mps" and dtype == np.float64:
        raise ArgumentError("device='mps' must have a network of dtype='float32': that device has no float64.")


def _as_dtype(dtype: Any) -> np.dtype[Any]:
    name = dtype
    if dtype is not None:  # which NumPy takes for float64
        with contextlib.suppress(TypeError):
            name = np.dtype(dtype).name
    return np.dtype(check_choice("dtype", name, ["float32", "float64"]))
