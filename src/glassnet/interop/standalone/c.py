"""A network as one C99 file that needs nothing but the standard library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from glassnet.data.files import write_atomically
from glassnet.interop.standalone.formulas import C_FUNCTIONS, ELEMENTWISE, WHOLE_ROWS, functions_for
from glassnet.interop.standalone.writing import checked_program, heading, operands
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.interop.portable import Line, Program
    from glassnet.training.run import Trainable

C_TYPES = {"float32": "float", "float64": "double"}
LONGEST_STRING = 4_095
"""Of how many bytes C99 promises to take a string."""
IN_A_LINE = 6

BEGINNING = """\
/*
{heading}

void predict(const {input} *x, {number} *y): the outputs y[{n_out}] of one sample x[{n_in}].
{classify}It computes in double precision, takes its memory from the stack and keeps nothing: threads may share it.

cc -std=c99 -O2 -c FILE.c                          for a program of your own; link with -lm
cc -std=c99 -O2 -DGLASSNET_MAIN FILE.c -lm -o out  a program that reads numbers and prints outputs
*/

#include <math.h>
#include <stddef.h>

typedef {number} number;

enum {{ N_IN = {n_in}, N_OUT = {n_out}, WIDEST = {widest} }};

void predict(const {input} *input, {number} *output);
"""

PREDICT = """
void predict(const {input} *input, {number} *output)
{{
    double space[2][WIDEST];
    double *x = space[0], *y = space[1];
    int j;
    for (j = 0; j < N_IN; j++)
        x[j] = (double)input[j];
{lines}
    for (j = 0; j < N_OUT; j++)
        output[j] = ({number})x[j];
}}
"""

CLASSIFY = """
/* The class, an index from 0. */
int classify(const {input} *input)
{{
    {number} output[N_OUT];
    predict(input, output);
    {expression}
}}
"""

LARGEST = """\
int j, largest = 0;
    for (j = 1; j < N_OUT; j++)
        if (output[j] > output[largest])
            largest = j;
    return largest;"""

MAIN = """
#ifdef GLASSNET_MAIN

#include <ctype.h>
#include <stdio.h>
{print_name}
/* Numbers on standard input, with commas or white space between: the outputs of each sample, one a line. */
int main(void)
{
    {input} x[N_IN];
    {number} y[N_OUT];
    int count = 0, j;
    for (;;) {
        double value;
        int c = getchar();
        while (c == ',' || isspace(c))
            c = getchar();
        if (c == EOF)
            break;
        ungetc(c, stdin);
        if (scanf("%lf", &value) != 1) {
            fprintf(stderr, "what is read must be numbers\\n");
            return 1;
        }
        x[count++] = ({input})value;
        if (count == N_IN) {
            predict(x, y);
            for (j = 0; j < N_OUT; j++)
                printf("%s%.{digits}g", j ? "," : "", (double)y[j]);
            {class}printf("\\n");
            count = 0;
        }
    }
    if (count != 0) {
        fprintf(stderr, "a sample has %d numbers, the last one has %d\\n", (int)N_IN, count);
        return 1;
    }
    return 0;
}

#endif
"""


PRINT_NAME = """
/* A name in one line, whatever letters are in it. */
static void print_name(const char *name)
{
    for (; *name; name++)
        putchar(iscntrl((unsigned char)*name) ? '?' : *name);
}
"""


def export_c(network: Trainable, path: str | os.PathLike[str], *, preprocessing: bool = True) -> Path:
    """Write a network as one C99 file that needs nothing.

    The file has `void predict(const float *x, float *y)` for one sample and, for a classifier, `int classify(const
    float *x)`; compiled with `-DGLASSNET_MAIN` it is a program that reads numbers from standard input. Every bit of
    the weights is in it. It compiles without a warning under `-std=c99 -Wall -Wextra -pedantic`.

    Parameters
    ----------
    network : Network
        The numbers are `double` if it is of float64; x is `double` too if the preprocessing of a table is inside.
    path : path
        Usually ends in .c; its folder must exist.
    preprocessing : bool, default True
        Whether the preprocessing that the network records is done in the file: x is then pixels from 0 to 255, or a
        table's row. A network that records none takes what `net.predict` takes.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If a layer is your own, a class's name is longer than C allows, or the file cannot be written; what was there
        is untouched.
    ArgumentTypeError
        If the network is none, or `preprocessing` no bool.

    Notes
    -----
    A weight takes about 20 bytes of text: networks of up to some hundred thousand weights compile in seconds. Names of
    classes are strings in it, whose every byte that could end them is escaped.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import glassnet as gn
    >>> net = gn.Network([gn.Dense(1, 1, init=([[0.5]], [-1.0]))], loss="mean_squared_error")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = gn.export_c(net, pathlib.Path(folder) / "model.c").read_text()
    >>> print(text[text.index("static const number W1") : text.index("/* y = x W + b")])
    static const number W1[1] = {
        0x1p-1f
    };
    <BLANKLINE>
    static const number b1[1] = {
        -0x1p+0f
    };
    <BLANKLINE>
    """
    program = checked_program(network, "a C file", preprocessing=preprocessing)
    return write_atomically(path, _text(program).encode("ascii"))


def _text(program: Program) -> str:
    number = C_TYPES[program.dtype.name]
    classifies = program.output_kind != "values"
    words: dict[str, str | int] = {
        "number": number,
        # The columns of a table, such as years, may need more digits than float has.
        "input": "double" if program.kind == "table" else number,
        "n_in": program.n_in,
        "n_out": program.n_out,
    }
    classify = "int classify(const {input} *x): its class, an index from 0.\n".format(**words) if classifies else ""
    lines = [f"    {text}" for line in program.lines for text in _statements(line, program)]
    parts = [
        BEGINNING.format(heading="\n".join(heading(program)), classify=classify, widest=program.widest, **words),
        "int classify(const {input} *input);\n".format(**words) if classifies else "",
        _class_names(program),
        *(_array(name, array, program) for name, array in program.arrays.items()),
        *(f"\n{text}" for text in functions_for(program.lines, C_FUNCTIONS)),
        PREDICT.format(lines="\n".join(lines), **words),
    ]
    if classifies:
        binary = program.output_kind == "binary"
        parts.append(CLASSIFY.format(expression="return output[0] >= 0.5;" if binary else LARGEST, **words))
    return "".join((*parts, _main(program, words)))


def _main(program: Program, words: dict[str, str | int]) -> str:
    name = "class_names[classify(x)]" if program.class_names else None
    shown = (
        f"putchar('\\t');\n            print_name({name});\n            "
        if name
        else 'printf("\\t%d", classify(x));\n            '
    )
    text = MAIN.replace("{print_name}", PRINT_NAME if name else "")
    text = text.replace("{class}", shown if program.output_kind != "values" else "")
    text = text.replace("{digits}", {"float": "9", "double": "17"}[str(words["number"])])
    return text.replace("{input}", str(words["input"])).replace("{number}", str(words["number"]))


def _class_names(program: Program) -> str:
    if not program.class_names:
        return ""
    names = ",\n".join(f"    {_string(name)}" for name in program.class_names)
    count = len(program.class_names)
    return (
        f"\nextern const char *const class_names[{count}];\nconst char *const class_names[{count}] = {{\n{names}\n}};\n"
    )


def _string(text: str) -> str:
    r"""Write text as a C string, in which only letters that can do no harm stand for themselves.

    >>> print(_string('a"b??/'))
    "a\042b\077\077\057"
    """
    data = text.encode("utf-8", errors="replace")
    if len(data) > LONGEST_STRING or b"\0" in data:
        raise DataError(
            f"a class's name must be at most {LONGEST_STRING:,} bytes without a zero byte to be written in C, got "
            f"{len(data):,} bytes that begin {text[:20]!r}. Give it another name in net.preprocessing."
        )
    harmless = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _-.,:;()"
    return '"' + "".join(chr(byte) if byte in harmless else f"\\{byte:03o}" for byte in data) + '"'


def _array(name: str, array: NDArray[Any], program: Program) -> str:
    # What a table is brought to the network by is in double precision.
    own = array.dtype == program.dtype
    kind, suffix = ("number", "f" if array.dtype.itemsize == 4 else "") if own else ("double", "")
    numbers = [_number(float(value), suffix) for value in array.flat]
    rows = [", ".join(numbers[start : start + IN_A_LINE]) for start in range(0, len(numbers), IN_A_LINE)]
    body = ",\n    ".join(rows)
    return f"\nstatic const {kind} {name}[{array.size}] = {{\n    {body}\n}};\n"


def _number(value: float, suffix: str) -> str:
    """Write a number in C so that it is read back to the bit.

    >>> _number(0.5, "f"), _number(-3.0, ""), _number(float("-inf"), "f")
    ('0x1p-1f', '-0x1.8p+1', '-INFINITY')
    """
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    mantissa, exponent = value.hex().split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{exponent}{suffix}"


def _statements(line: Line, program: Program) -> list[str]:
    """Write a line of the program: on x in place if it is elementwise, else from x to y, after which they change."""
    places: dict[str, object] = {"b": "NULL", **operands(line, program)}
    if line.operation == "identity":
        return []
    comment = f"/* {line.output}: {line.operation} */"
    if line.operation in WHOLE_ROWS:
        call = WHOLE_ROWS[line.operation].c.format(x="x", y="y", **places)
        return [comment, f"{call};", "{ double *t = x; x = y; y = t; }"]
    of_column = {name: f"(double){array}[j]" for name, array in line.names.items()}
    form = ELEMENTWISE[line.operation].c.format(x="x[j]", **{**places, **of_column})
    return [comment, f"for (j = 0; j < {line.n_out}; j++)", f"    x[j] = {form};"]
