"""What a layer is, and where it stands in a network.

A layer says how many numbers it gives, which parameters it has, and which steps it puts on the tape, forward and
backward. A user's own layer needs none of the steps: it defines `forward` and `backward` in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_callable_with, describe
from glassnet.network.operations import operation, read_only
from glassnet.network.tape import Mode, Phase, Size, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Place:
    """Where a layer stands in a network, and what its arrays are called there.

    Attributes
    ----------
    index : int
        The layer's position in the network, from 0.
    number : int
        The number of its block: of the last Dense or Maxout up to here.
    input, output : str
        The names of the arrays that it reads and writes.
    n_in, n_out : int
        Their widths.
    names : mapping
        The layer's own names of parameters and state → their names in the network: `W` → `W1`.
    suffix : str
        What is put behind the names of its other arrays.
    """

    index: int
    number: int
    input: str
    output: str
    n_in: int
    n_out: int
    names: Mapping[str, str]
    suffix: str

    def local(self, name: str) -> str:
        """Return the name in the network of an array that only this layer uses."""
        return f"{name}{self.suffix}"

    def step(
        self,
        phase: Phase,
        operation: str,
        inputs: tuple[str, ...],
        output: str,
        shape: tuple[Size, ...],
        formula: str,
        **settings: Any,
    ) -> Step:
        """Make a step of this layer."""
        return Step(phase, operation, inputs, (output,), (shape,), formula, self.index, settings)


class Layer:
    """A layer of a network: derive your own from it.

    Define `forward(x, **parameters)` and `backward(dy, x, y, **parameters)` on whole batches, and where needed
    `parameters(n_in, rng)` and `output_size(n_in)` (and `input_size`, if it stands before the first Dense and gives
    another number than it takes). Such a layer runs on the reference executor; the arrays that it gets are read-only.
    If it is a frozen dataclass, its fields say what it is.

    Examples
    --------
    A layer that multiplies each input by a number that is learned:

    >>> import numpy as np
    >>> import glassnet as gn
    >>> class Scale(gn.Layer):
    ...     def parameters(self, n_in, rng):
    ...         return {"scale": np.ones(n_in)}
    ...
    ...     def forward(self, x, scale):
    ...         return x * scale
    ...
    ...     def backward(self, dy, x, y, scale):
    ...         return dy * scale, {"scale": (dy * x).sum(axis=0)}
    >>> net = gn.Network([gn.Dense(2, 3), Scale(), gn.Dense(3, 1)], loss="mean_squared_error")
    >>> sorted(net.parameters)
    ['W1', 'W2', 'b1', 'b2', 'scale1']
    """

    starts_block: ClassVar[bool] = False
    """Whether the layer begins a new block (Dense, Maxout) and so raises the number."""
    suggested_init: ClassVar[str | None] = None
    """The initialization that suits the layer before an activation."""

    def output_size(self, n_in: int) -> int:
        """Return how many numbers the layer gives for `n_in`; by default as many."""
        return n_in

    @property
    def input_size(self) -> int | None:
        """How many numbers the layer takes, or None if any number will do."""
        return None

    @property
    def piecewise_linear(self) -> bool:
        """Whether, in prediction, the layer is exactly linear near any input that lies on no kink.

        Explanations are exact then. A layer of your own says so with `piecewise_linear = True`.
        """
        return False

    def parameters(self, n_in: int, rng: np.random.Generator) -> dict[str, Any]:
        """Return the initial parameters of the layer by name; by default it has none."""
        return {}

    def __init_subclass__(cls, **options: Any) -> None:
        """See to it that a subclass of a layer that lowers to steps of its own is heard, if it computes itself."""
        super().__init_subclass__(**options)
        own = cls.__dict__.keys()
        if own & {"forward", "backward"} and not own & {"forward_steps", "backward_steps"}:
            cls.forward_steps = Layer.forward_steps  # type: ignore[method-assign]
            cls.backward_steps = Layer.backward_steps  # type: ignore[method-assign]
            if "piecewise_linear" not in own:
                cls.piecewise_linear = Layer.piecewise_linear  # type: ignore[method-assign]

    def forward(self, x: NDArray[Any], **parameters: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs (N, n_out) for the inputs (N, n_in)."""
        raise self._missing("forward(self, x, **parameters)")

    def backward(self, dy: NDArray[Any], x: NDArray[Any], y: NDArray[Any], **parameters: NDArray[Any]) -> Any:
        """Return ∂L/∂x for dy = ∂L/∂y, or the pair (∂L/∂x, {name: ∂L/∂parameter}) if the layer has parameters."""
        raise self._missing("backward(self, dy, x, y, **parameters)")

    def _missing(self, method: str) -> ArgumentTypeError:
        return ArgumentTypeError(f"{type(self).__name__} must define {method}: glassnet.Layer says how.")

    def _set(self, name: str, value: Any) -> None:
        """Set a field of the frozen layer, in `__post_init__`: to the plain number that a check made of NumPy's."""
        object.__setattr__(self, name, value)

    # What follows is for layers that write their own steps.

    def initial_parameters(
        self,
        n_in: int,
        rng: np.random.Generator,
        following: Layer | None,
    ) -> dict[str, Any]:
        """Return the initial parameters, given the layer that follows."""
        return self.parameters(n_in, rng)

    def initial_state(self, n_in: int) -> dict[str, Any]:
        """Return what the layer keeps besides parameters, such as running statistics."""
        return {}

    def forward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Return the steps from `place.input` to `place.output`."""
        check_callable_with(type(self).__name__, self.forward, "x", **place.names)
        parameters = tuple(place.names.values())
        formula = f"{type(self).__name__}.forward({', '.join((place.input, *parameters))})"
        yield place.step(
            "forward",
            own_forward.__name__,
            (place.input, *parameters),
            place.output,
            ("N", place.n_out),
            formula,
            layer=self,
            names=tuple(place.names),
        )

    def backward_steps(self, place: Place, mode: Mode) -> Iterator[Step]:
        """Return the steps from the gradient of the output to those of input and parameters."""
        check_callable_with(type(self).__name__, self.backward, "dy", "x", "y", **place.names)
        parameters = tuple(place.names.values())
        inputs = (f"d{place.output}", place.input, place.output, *parameters)
        yield Step(
            "backward",
            own_backward.__name__,
            inputs,
            (f"d{place.input}", *(f"d{name}" for name in parameters)),
            (("N", place.n_in), *(("…",) for _ in parameters)),
            f"{type(self).__name__}.backward({', '.join(inputs)})",
            place.index,
            {"layer": self, "names": tuple(place.names)},
        )

    def __repr__(self) -> str:
        """Write the layer as it is made: sizes by position, other settings by name if they are not the default."""
        words = []
        own: Any = self
        for field in fields(own) if is_dataclass(own) else ():
            value = getattr(self, field.name)
            if field.default is MISSING and field.default_factory is MISSING:
                words.append(repr(value))
            elif isinstance(value, tuple) or repr(value) != repr(field.default):
                words.append(f"{field.name}={describe(value)}")
        return f"{type(self).__name__}({', '.join(words)})"


@operation
def own_forward(x: NDArray[Any], *parameters: NDArray[Any], layer: Layer, names: tuple[str, ...]) -> NDArray[Any]:
    """Run the forward of a user's own layer."""
    return layer.forward(read_only(x), **_by_name(names, parameters))


@operation
def own_backward(
    dy: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    *parameters: NDArray[Any],
    layer: Layer,
    names: tuple[str, ...],
) -> NDArray[Any] | tuple[NDArray[Any], ...]:
    """Run the backward of a user's own layer."""
    arrays = (read_only(array) for array in (dy, x, y))
    result = layer.backward(*arrays, **_by_name(names, parameters))
    kind = type(layer).__name__
    if not names:
        return result[0] if isinstance(result, tuple) else result
    if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], Mapping)):
        raise ArgumentTypeError(
            f"{kind}.backward must return the pair (dx, {{name: gradient}}), as the layer has the parameters "
            f"{', '.join(names)}; got {describe(result)}."
        )
    dx, gradients = result
    if set(gradients) != set(names):
        raise ArgumentError(
            f"{kind}.backward must return a gradient for each of {', '.join(names)}, "
            f"got {', '.join(map(str, gradients)) or 'none'}. Name them as `parameters` does."
        )
    return (dx, *(gradients[name] for name in names))


def _by_name(names: tuple[str, ...], parameters: tuple[NDArray[Any], ...]) -> dict[str, NDArray[Any]]:
    return {name: read_only(parameter) for name, parameter in zip(names, parameters, strict=True)}
