"""A network as one Python file that needs NumPy alone."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from glassnet.data.files import write_atomically
from glassnet.interop.model_file import as_json
from glassnet.interop.standalone.formulas import ELEMENTWISE, PYTHON_FUNCTIONS, WHOLE_ROWS, functions_for
from glassnet.interop.standalone.writing import checked_program, heading, operands, packed

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from glassnet.interop.portable import Line, Program
    from glassnet.training.run import Trainable

ACROSS = 100
"""How many letters of an array stand in a line."""

BEGINNING = '''\
"""{heading}

In Python: predict(x) gives the outputs of rows x (N, {n_in}){classify}.
On the command line: python FILE.py input.csv, one row of numbers a sample; - reads them from standard input.
"""

import base64
import json
import sys
import warnings

import numpy as np

N_IN, N_OUT = {n_in}, {n_out}
CLASS_NAMES = json.loads({class_names})
METADATA = json.loads({metadata})

'''

PREDICT = '''

def predict(x):
    """Return the outputs, an array (N, {n_out}), for the rows x (N, {n_in}): {input}."""
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != N_IN or x.dtype.kind not in "fiub":
        raise ValueError(f"x must be numbers of shape (N, {{N_IN}}), got {{x.dtype}} of shape {{x.shape}}")
    with np.errstate(all="ignore"):
{lines}
    return {output}
'''

CLASSIFY = '''

def classify(x):
    """Return the class, an index from 0, of each of the rows x (N, {n_in})."""
    return {expression}
'''

COMMAND_LINE = '''

def main():
    """Print the outputs for each row of a CSV file{and_class}."""
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(f"usage: python {sys.argv[0]} input.csv   ({N_IN} numbers a row; - reads standard input)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's about an empty file
            rows = np.loadtxt(sys.stdin if sys.argv[1] == "-" else sys.argv[1], delimiter=",", ndmin=2)
        if not rows.size:
            sys.exit("there are no numbers in what was given")
        outputs = predict(rows)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
{printing}

if __name__ == "__main__":
    main()
'''

PRINT_VALUES = """\
    for row in outputs:
        print(",".join(map(repr, row.tolist())))
"""

PRINT_CLASSES = """\
    for row, index in zip(outputs, classify(rows).tolist()):
        name = CLASS_NAMES[index] if CLASS_NAMES else str(index)
        shown = "".join(letter if letter.isprintable() else "?" for letter in name)
        print(",".join(map(repr, row.tolist())), shown, sep="\\t")
"""


def export_python(network: Trainable, path: str | os.PathLike[str], *, preprocessing: bool = True) -> Path:
    """Write a network as one Python file that needs NumPy alone.

    The file has `predict(x)` and, for a classifier, `classify(x)`; run as `python model.py input.csv` it prints the
    outputs of each row. Every bit of the weights is in it.

    Parameters
    ----------
    network : Network
    path : path
        Usually ends in .py; its folder must exist.
    preprocessing : bool, default True
        Whether the preprocessing that the network records is done in the file: x is then pixels from 0 to 255, or a
        table's rows. A network that records none takes what `net.predict` takes.

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
    Names of classes and the metadata are data in it: nothing that they say is executed.

    Examples
    --------
    >>> import pathlib, runpy, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 2, init=([[1.0, -1.0]], [0.0, 0.0])), gn.Softmax()])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     module = runpy.run_path(str(gn.export_python(net, pathlib.Path(folder) / "model.py")))
    >>> module["predict"]([[2.0]]).round(3), module["classify"]([[2.0]])
    (array([[0.982, 0.018]], dtype=float32), array([0]))
    """
    program = checked_program(network, "a Python file", preprocessing=preprocessing)
    return write_atomically(path, _text(program).encode("ascii"))


def _text(program: Program) -> str:
    classifies = program.output_kind != "values"
    sizes = {"n_in": program.n_in, "n_out": program.n_out}
    parts = [
        BEGINNING.format(
            heading="\n".join(heading(program)),
            classify=", classify(x) their classes" if classifies else "",
            class_names=ascii(as_json(program.class_names)),
            metadata=ascii(as_json(program.metadata)),
            **sizes,
        ),
        _arrays(program),
        *(f"\n\n{text}" for text in functions_for(program.lines, PYTHON_FUNCTIONS)),
        PREDICT.format(
            input=program.input_words,
            lines=textwrap.indent("\n".join(_statements(program)), " " * 8),
            output=program.output,
            **sizes,
        ),
    ]
    if classifies:
        binary = program.output_kind == "binary"
        expression = "(predict(x)[:, 0] >= 0.5).astype(int)" if binary else "predict(x).argmax(axis=1)"
        parts.append(CLASSIFY.format(expression=expression, **sizes))
    printing = PRINT_CLASSES if classifies else PRINT_VALUES
    text = COMMAND_LINE.replace("{and_class}", ", and its class" if classifies else "")
    return "".join((*parts, text.replace("{printing}", printing)))


def _arrays(program: Program) -> str:
    """Write the arrays: their bytes as text, by which each is made when the file is imported."""
    parts = [
        "\ndef _array(kind, shape, text):\n    return np.frombuffer(base64.b64decode(text), kind).reshape(shape)\n\n"
    ]
    for name, array in program.arrays.items():
        kind = f"<f{array.dtype.itemsize}"
        letters = packed(array)
        parts_of = (letters[start : start + ACROSS] for start in range(0, len(letters), ACROSS))
        text = "\n".join(f'    "{part}"' for part in parts_of) or '    ""'
        parts.append(f'\n{name} = _array("{kind}", {array.shape}, (\n{text}\n))')
    return "".join(parts) + "\n"


def _statements(program: Program) -> list[str]:
    """Write the lines of the program as statements."""
    dtype = f"np.{program.dtype.name}"
    if program.preprocessing is None:
        return [f"x = x.astype({dtype}, copy=False)", *(_statement(line, program) for line in program.lines)]
    first, *others = program.lines
    # As in glassnet, what preprocessing gives is float32, whatever the network's own is.
    return [
        _statement(first, program),
        f"{first.output} = {first.output}.astype(np.float32).astype({dtype}, copy=False)",
        *(_statement(line, program) for line in others),
    ]


def _statement(line: Line, program: Program) -> str:
    form = (ELEMENTWISE.get(line.operation) or WHOLE_ROWS[line.operation]).python
    if line.operation == "affine" and "b" not in line.names:
        form = form.removesuffix(" + {b}")
    return f"{line.output} = {form.format(x=line.input, y=line.output, **operands(line, program))}"
