"""A network as a short list of operations on named arrays, for whatever is to compute it without glassnet.

It is the tape of a prediction, the very one that the executors run, with the preprocessing before it. A language that
has a form for each operation can say any network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.checks import ArgumentTypeError, DataError, GlassnetError, ShapeError, describe
from glassnet.network.layers import Dense, Maxout
from glassnet.network.lowering import output_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.network.layer import Layer
    from glassnet.network.tape import Step
    from glassnet.training.run import Trainable

OPERANDS: Final[dict[str, tuple[str, ...]]] = {
    "same": (),
    "identity": (),
    "affine": ("W", "b"),
    "sigmoid": (),
    "tanh": (),
    "relu": (),
    "leaky_relu": (),
    "prelu": ("alpha",),
    "elu": (),
    "softmax": (),
    "maxout_pieces": ("W", "b"),
    "maximum": (),
    "normalize": ("mean", "variance"),
    "scale_and_shift": ("gamma", "beta"),
}
"""The operations of a tape that can be said elsewhere, and what the arrays besides x are called that they read."""


@dataclass(frozen=True)
class Line:
    """One operation: `output = operation(input, arrays, settings)`.

    Attributes
    ----------
    operation : str
        As on the tape; or `scale_pixels`, `standardize` for the preprocessing.
    input, output : str
        What it reads and writes, (N, n_in) and (N, n_out); `x` is what is given.
    names : mapping
        What the operation calls an array → its name in the network, for each array that it reads besides.
    settings : mapping
        Numbers by name.
    n_in, n_out : int
        How many numbers a row of its input and output has; that of a maxout's pieces has all of them.
    formula : str
        What it computes, for a person.
    """

    operation: str
    input: str
    output: str
    names: Mapping[str, str]
    settings: Mapping[str, float]
    n_in: int
    n_out: int
    formula: str


@dataclass(frozen=True)
class Program:
    """What is computed, in order, and what is known of its input and output.

    Attributes
    ----------
    lines : tuple of Line
    arrays : mapping
        The arrays that the lines read, by name.
    output : str
        The name of what the last line writes.
    n_in, n_out : int
    dtype : numpy dtype
        Of the network.
    layers : tuple of str
        How each layer is made, for a person.
    output_kind : "values", "binary" or "classes"
    preprocessing : Preprocessing or None
        What the first lines do; None if the input is to be as the network is fed it.
    class_names : tuple of str
        One for each class; empty if they are not known.
    metadata : mapping
        Of the network, as JSON has it.
    """

    lines: tuple[Line, ...]
    arrays: Mapping[str, NDArray[Any]]
    output: str
    n_in: int
    n_out: int
    dtype: np.dtype[Any]
    layers: tuple[str, ...]
    output_kind: str
    preprocessing: Preprocessing | None = None
    class_names: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the input is: `pixels` from 0 to 255, the rows of a `table`, or `inputs` as the network is fed them."""
        if self.preprocessing is None:
            return "inputs"
        return "table" if self.preprocessing.kind == "table" else "pixels"

    @property
    def widest(self) -> int:
        """How many numbers a row has at most on its way."""
        return max(width for line in self.lines for width in (line.n_in, line.n_out))

    @property
    def input_words(self) -> str:
        """Say what the input is, for a comment."""
        rows = f"{self.n_in} numbers a sample"
        return {
            "inputs": f"{rows}, as the network is fed them",
            "pixels": f"{rows}: pixels from 0 to 255, which are scaled here",
            "table": f"{rows}: a row of the table, which is brought to mean 0 and standard deviation 1 here",
        }[self.kind]

    @property
    def output_words(self) -> str:
        """Say what the output is, for a comment."""
        what = {"values": "", "binary": ": the probability of class 1", "classes": ": one for each class"}
        return f"{self.n_out} number{'s' * (self.n_out != 1)} a sample{what[self.output_kind]}"


def program_of(network: Trainable, what: str, *, preprocessing: bool = True) -> Program:
    """Return what a network computes in prediction.

    Parameters
    ----------
    network : Network
    what : str
        What is to be written, for messages: such as "an ONNX file".
    preprocessing : bool, default True
        Whether the preprocessing that the network records is a part of it.

    Raises
    ------
    ArgumentTypeError
        If `preprocessing` is no bool.
    DataError
        If a layer is the user's own, or the preprocessing is none that glassnet knows.

    Examples
    --------
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dropout(0.5), gn.Dense(3, 1)], loss="mean_squared_error")
    >>> [line.operation for line in program_of(net, "a file").lines]
    ['affine', 'tanh', 'affine']
    """
    if not isinstance(preprocessing, bool):
        raise ArgumentTypeError(f"preprocessing must be True or False, got {describe(preprocessing)}.")
    network = network.on_numpy()
    recorded = _recorded(network, required=preprocessing)
    inside = recorded if preprocessing else None
    lines = [] if inside is None else [_first_line(inside, network.n_in)]
    names = _Names(lines[-1].output if lines else "x", network.n_in)
    steps = network.tape("predict").phase("forward")
    lines += [line for step in steps if (line := _as_line(network, step, names, what)) is not None]
    arrays: dict[str, NDArray[Any]] = {**network.parameters, **network.state}
    if inside is not None and inside.kind == "table":
        arrays |= {"column_mean": np.array(inside.mean), "column_std": np.array(inside.std)}
    used = {name for line in lines for name in line.names.values()}
    return Program(
        tuple(lines),
        {name: array for name, array in arrays.items() if name in used},
        names.of(output_name(network.places[-1])),
        network.n_in,
        network.n_out,
        network.dtype,
        tuple(map(_as_made, network.layers)),
        network.output_kind,
        inside,
        _class_names(network, recorded),
        dict(network.metadata),
    )


def _class_names(network: Trainable, recorded: Preprocessing | None) -> tuple[str, ...]:
    """Return the names of the classes, if there is one for each: what reads them need not look how many there are."""
    classes = {"values": 0, "binary": 2, "classes": network.n_out}[network.output_kind]
    names = () if recorded is None else recorded.class_names
    return names if len(names) == classes else ()


def _recorded(network: Trainable, *, required: bool) -> Preprocessing | None:
    """Return the preprocessing that a network records, if any; what cannot be read is refused if it is required."""
    if not network.preprocessing:
        return None
    try:
        found = Preprocessing.from_dict(network.preprocessing)
        if found.kind == "table" and len(found.mean) != network.n_in:
            raise ShapeError(f"it is for {len(found.mean)} columns, and the network takes {network.n_in}")
    except GlassnetError as error:
        if required:
            raise DataError(
                f"net.preprocessing cannot be written: {str(error).rstrip('.')}. "
                "Set it right, or leave it out of the file with preprocessing=False (--raw)."
            ) from None
        return None
    return found


def _first_line(preprocessing: Preprocessing, n_in: int) -> Line:
    if preprocessing.kind == "table":
        names = {"mean": "column_mean", "std": "column_std"}
        return Line("standardize", "x", "X", names, {}, n_in, n_in, "(x - column_mean) / column_std")
    numbers = preprocessing.scaling.to_dict()
    formula = "x / {divisor!r} * {factor!r} + {offset!r}".format(**numbers)
    return Line("scale_pixels", "x", "X", {}, numbers, n_in, n_in, formula)


def _as_made(layer: Layer) -> str:
    """Write a layer as it is made, whatever its weights began as: that is past."""
    return repr(replace(layer, init="auto") if isinstance(layer, Dense | Maxout) else layer)


class _Names:
    """What the names on a tape stand for, and how wide they are, as the steps are gone through."""

    def __init__(self, fed: str, n_in: int) -> None:
        self.same_as = {"X": fed}
        self.widths = {fed: n_in}

    def of(self, name: str) -> str:
        """Return the name of what an array is the same as."""
        return self.same_as.get(name, name)


def _as_line(network: Trainable, step: Step, names: _Names, what: str) -> Line | None:
    """Return the line for a step; None for a step that only gives another name."""
    if step.operation not in OPERANDS:
        raise DataError(
            f"{network.describe_layer(step.layer)} cannot be written to {what}: it is your own class, and its code "
            "stays in Python. Put layers of glassnet's in its place, or use the network from Python."
        )
    read = names.of(step.inputs[0])
    if step.operation == "same":
        names.same_as[step.output] = read
        return None
    n_in, n_out = names.widths[read], math.prod(size for size in step.shape if isinstance(size, int))
    names.widths[step.output] = n_out
    operands = dict(zip(OPERANDS[step.operation], step.inputs[1:], strict=False))
    settings = {name: float(value) for name, value in step.settings.items()}
    return Line(step.operation, read, step.output, operands, settings, n_in, n_out, step.formula)
