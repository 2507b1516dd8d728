"""What the three languages' writers share: how a file begins, and its check of what it is asked for."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.interop.formats import check_network
from glassnet.interop.model_file import as_json
from glassnet.interop.portable import Program, program_of
from glassnet.version import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.interop.portable import Line
    from glassnet.training.run import Trainable


def checked_program(network: Trainable, what: str, *, preprocessing: bool) -> Program:
    """Return the program of a network, or raise an error in words if something is none or cannot be written."""
    check_network(network)
    return program_of(network, what, preprocessing=preprocessing)


def heading(program: Program) -> list[str]:
    """Return the lines that say what a file is.

    Only what glassnet itself worded stands there: a comment is no place for text out of a model file, which might end
    it. Names of classes and metadata are written as strings, in which every letter is escaped that could end them.
    """
    layers = [f"  {number}  {_harmless(layer)}" for number, layer in enumerate(program.layers, start=1)]
    return [
        f"A neural network, written by glassnet {__version__}.",
        "",
        *layers,
        "",
        f"Input: {program.input_words}.",
        f"Output: {program.output_words}.",
    ]


def _harmless(text: str) -> str:
    """Leave of a text what ends no comment in any language."""
    return re.sub(r"[^A-Za-z0-9_(),.=+\- ]", " ", text)


def operands(line: Line, program: Program) -> dict[str, Any]:
    """Return what stands in the places of an operation's form, besides x and y: sizes, settings, names of arrays."""
    settings = {name: _number(value) for name, value in line.settings.items()}
    pieces = max(line.n_in // line.n_out, 1)  # of a maximum: it reads all pieces
    n_out = line.n_out
    if line.operation == "maxout_pieces":
        pieces = len(program.arrays[line.names["W"]])
        n_out //= pieces
    return {"n_in": line.n_in, "n_out": n_out, "pieces": pieces, **settings, **line.names}


def _number(value: float) -> str:
    """Write a number so that every language reads it back exactly, in brackets if it is negative."""
    return repr(value) if value >= 0 else f"({value!r})"


def json_in_ascii(value: Any) -> str:
    r"""Return a value as JSON that may stand in JavaScript, and in a page: no letter of it ends a string or a script.

    >>> print(json_in_ascii('"</script>'))
    "\"\u003c/script\u003e"
    """
    return as_json(value).replace("<", "\\u003c").replace(">", "\\u003e")


def packed(array: NDArray[Any]) -> str:
    """Return the bytes of an array, lowest first, as base64: every bit of it."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return base64.b64encode(np.ascontiguousarray(little).tobytes()).decode("ascii")
