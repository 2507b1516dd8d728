"""A network as one ES module, for browsers and Node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.data.files import write_atomically
from glassnet.interop.standalone.formulas import ELEMENTWISE, JAVASCRIPT_FUNCTIONS, WHOLE_ROWS, functions_for
from glassnet.interop.standalone.writing import checked_program, heading, json_in_ascii, operands, packed

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from glassnet.interop.portable import Line, Program
    from glassnet.training.run import Trainable

VIEWS = {4: ("Float32Array", "getFloat32"), 8: ("Float64Array", "getFloat64")}

BEGINNING = """\
/*
{heading}

import {{ predict }} from "./FILE.mjs";
predict(sample)   the outputs of one sample, an array of {n_in} numbers, as a {kind} of {n_out}
predict(samples)  of an array of samples, as an array of them
{classify}*/

export const nIn = {n_in};
export const nOut = {n_out};
export const classNames = {class_names};
export const metadata = {metadata};

// The numbers of an array, whose bytes, lowest first, are given as base64.
function unpack(Kind, read, text) {{
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const numbers = new Kind(bytes.length / Kind.BYTES_PER_ELEMENT);
  for (let i = 0; i < numbers.length; i++) numbers[i] = view[read](i * Kind.BYTES_PER_ELEMENT, true);
  return numbers;
}}

"""

PREDICT = """
function predictOne(input) {{
  if (input.length !== nIn) throw new RangeError(`a sample must have ${{nIn}} numbers, got ${{input.length}}`);
  let x = Float64Array.from(input);
{lines}
  return {kind}.from(x);
}}

function isOne(x) {{
  return ArrayBuffer.isView(x) || x.length === 0 || typeof x[0] === "number";
}}

/** The outputs for one sample, or for each of an array of samples: {input}. */
export function predict(x) {{
  return isOne(x) ? predictOne(x) : Array.from(x, predictOne);
}}
"""

CLASSIFY = """
function classOf(outputs) {{
  return {expression};
}}

/** The class, an index from 0, of one sample, or of each of an array of samples. */
export function classify(x) {{
  return isOne(x) ? classOf(predictOne(x)) : Array.from(x, (sample) => classOf(predictOne(sample)));
}}
"""


def export_javascript(network: Trainable, path: str | os.PathLike[str], *, preprocessing: bool = True) -> Path:
    """Write a network as one JavaScript module that needs nothing, for browsers and Node.

    The module has `predict(x)`, for a classifier `classify(x)`, and `classNames`, `metadata`. Every bit of the weights
    is in it; it computes in double precision.

    Parameters
    ----------
    network : Network
    path : path
        Usually ends in .js or .mjs (which Node takes for a module wherever it stands); its folder must exist.
    preprocessing : bool, default True
        Whether the preprocessing that the network records is done in the file: x is then pixels from 0 to 255, or a
        table's row. A network that records none takes what `net.predict` takes.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If a layer is your own, or the file cannot be written; what was there is untouched.
    ArgumentTypeError
        If the network is none, or `preprocessing` no bool.

    Notes
    -----
    Names of classes and the metadata are data in it: nothing that they say is executed, in a page neither.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 1)], loss="mean_squared_error")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = gn.export_javascript(net, pathlib.Path(folder) / "model.mjs").read_text()
    >>> "export function predict(x)" in text
    True
    """
    program = checked_program(network, "a JavaScript file", preprocessing=preprocessing)
    return write_atomically(path, _text(program).encode("ascii"))


def _text(program: Program) -> str:
    classifies = program.output_kind != "values"
    kind = VIEWS[program.dtype.itemsize][0]
    classify = "classify(...)     their classes, as indices from 0\n" if classifies else ""
    parts = [
        BEGINNING.format(
            heading="\n".join(heading(program)),
            classify=classify,
            class_names=json_in_ascii(program.class_names),
            metadata=json_in_ascii(program.metadata),
            n_in=program.n_in,
            n_out=program.n_out,
            kind=kind,
        ),
        *(_array(name, program) for name in program.arrays),
        *(f"\n{text}" for text in functions_for(program.lines, JAVASCRIPT_FUNCTIONS)),
        PREDICT.format(
            lines="\n".join(f"  {_statement(line, program)}" for line in program.lines if line.operation != "identity"),
            kind=kind,
            input=program.input_words,
        ),
    ]
    if classifies:
        binary = program.output_kind == "binary"
        expression = (
            "outputs[0] >= 0.5 ? 1 : 0"
            if binary
            else "outputs.reduce((largest, y, j) => (y > outputs[largest] ? j : largest), 0)"
        )
        parts.append(CLASSIFY.format(expression=expression))
    return "".join(parts)


def _array(name: str, program: Program) -> str:
    array = program.arrays[name]
    kind, read = VIEWS[array.dtype.itemsize]
    return f'const {name} = unpack({kind}, "{read}", "{packed(array)}");\n'


def _statement(line: Line, program: Program) -> str:
    places: dict[str, object] = {"b": "null", **operands(line, program)}
    if line.operation in WHOLE_ROWS:
        return f"x = {WHOLE_ROWS[line.operation].javascript.format(x='x', **places)};"
    of_column = {name: f"{array}[j]" for name, array in line.names.items()}
    form = ELEMENTWISE[line.operation].javascript.format(x="v", **{**places, **of_column})
    return f"x = x.map((v{', j' if of_column else ''}) => {form});"
