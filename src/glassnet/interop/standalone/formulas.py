"""The operations of a network in Python, C and JavaScript, beside each other: the other languages' one home of them.

The formulas themselves are at home in `glassnet.mathematics.functions` and with the layers; a test holds each form here
to them. C and JavaScript compute in double precision throughout, whatever the network's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.interop.portable import Line


@dataclass(frozen=True)
class Forms:
    """One operation in three languages.

    In each, `{x}` is what it reads, `{W}`, `{alpha}`, … an array or number of its own. In C and JavaScript `{x}` is one
    number, and `{alpha}` that of its column. Whole rows call a function of `C_FUNCTIONS`, `JAVASCRIPT_FUNCTIONS`.
    """

    python: str
    c: str
    javascript: str


ELEMENTWISE: Final[dict[str, Forms]] = {
    "scale_pixels": Forms(
        "{x}.astype(np.float32) / np.float32({divisor}) * np.float32({factor}) + np.float32({offset})",
        "{x} / {divisor} * {factor} + {offset}",
        "{x} / {divisor} * {factor} + {offset}",
    ),
    "standardize": Forms("({x} - {mean}) / {std}", "({x} - {mean}) / {std}", "({x} - {mean}) / {std}"),
    "identity": Forms("{x}", "{x}", "{x}"),
    "sigmoid": Forms("1 / (1 + np.exp(-{x}))", "1 / (1 + exp(-{x}))", "1 / (1 + Math.exp(-{x}))"),
    "tanh": Forms("np.tanh({x})", "tanh({x})", "Math.tanh({x})"),
    # Written so that nan stays nan.
    "relu": Forms("np.maximum({x}, 0)", "{x} < 0 ? 0 : {x}", "{x} < 0 ? 0 : {x}"),
    "leaky_relu": Forms(
        "np.where({x} > 0, {x}, {alpha} * {x})", "{x} > 0 ? {x} : {alpha} * {x}", "{x} > 0 ? {x} : {alpha} * {x}"
    ),
    "prelu": Forms(
        "np.where({x} > 0, {x}, {alpha} * {x})", "{x} > 0 ? {x} : {alpha} * {x}", "{x} > 0 ? {x} : {alpha} * {x}"
    ),
    "elu": Forms(
        "np.where({x} > 0, {x}, {alpha} * np.expm1(np.minimum({x}, 0)))",
        "{x} > 0 ? {x} : {alpha} * expm1({x})",
        "{x} > 0 ? {x} : {alpha} * Math.expm1({x})",
    ),
    "normalize": Forms(
        "({x} - {mean}) / np.sqrt({variance} + {eps})",
        "({x} - {mean}) / sqrt({variance} + {eps})",
        "({x} - {mean}) / Math.sqrt({variance} + {eps})",
    ),
    "scale_and_shift": Forms("{gamma} * {x} + {beta}", "{gamma} * {x} + {beta}", "{gamma} * {x} + {beta}"),
}
"""Operations that give each number of a row for that number alone."""

WHOLE_ROWS: Final[dict[str, Forms]] = {
    "affine": Forms(
        "{x} @ {W} + {b}",
        "affine({x}, {y}, {W}, {b}, {n_in}, {n_out})",
        "affine({x}, {W}, {b}, {n_out})",
    ),
    "maxout_pieces": Forms(
        "{x} @ {W} + {b}[:, None]",
        "maxout_pieces({x}, {y}, {W}, {b}, {n_in}, {n_out}, {pieces})",
        "maxoutPieces({x}, {W}, {b}, {n_out}, {pieces})",
    ),
    "maximum": Forms("{x}.max(axis=0)", "maximum({x}, {y}, {n_out}, {pieces})", "maximum({x}, {n_out}, {pieces})"),
    "softmax": Forms("softmax({x})", "softmax({x}, {y}, {n_in})", "softmax({x})"),
}
"""Operations that need the whole row."""

PYTHON_FUNCTIONS: Final[dict[str, str]] = {
    "softmax": '''\
def softmax(x):
    """exp(x) / sum(exp(x)) over each row; the largest x is taken off first, so that nothing overflows."""
    exponentials = np.exp(x - x.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
''',
}

C_FUNCTIONS: Final[dict[str, str]] = {
    "affine": """\
/* y = x W + b, with W row by row, (n_in, n_out); b may be NULL. */
static void affine(const double *x, double *y, const number *W, const number *b, int n_in, int n_out)
{
    int i, j;
    for (j = 0; j < n_out; j++)
        y[j] = b ? (double)b[j] : 0.0;
    for (i = 0; i < n_in; i++)
        for (j = 0; j < n_out; j++)
            y[j] += x[i] * (double)W[(size_t)i * (size_t)n_out + (size_t)j];
}
""",
    "maxout_pieces": """\
/* y[k] = x W[k] + b[k] for each of the pieces. */
static void maxout_pieces(const double *x, double *y, const number *W, const number *b, int n_in, int n_out, int pieces)
{
    int k;
    for (k = 0; k < pieces; k++)
        affine(x, y + (size_t)k * (size_t)n_out, W + (size_t)k * (size_t)n_in * (size_t)n_out,
               b + (size_t)k * (size_t)n_out, n_in, n_out);
}
""",
    "maximum": """\
/* The largest of the pieces. */
static void maximum(const double *x, double *y, int n_out, int pieces)
{
    int k, j;
    for (j = 0; j < n_out; j++)
        y[j] = x[j];
    for (k = 1; k < pieces; k++)
        for (j = 0; j < n_out; j++) {
            const double piece = x[(size_t)k * (size_t)n_out + (size_t)j];
            if (piece > y[j] || isnan(piece))
                y[j] = piece;
        }
}
""",
    "softmax": """\
/* exp(x) / sum(exp(x)); the largest x is taken off first, so that nothing overflows. */
static void softmax(const double *x, double *y, int n)
{
    double largest = x[0], sum = 0.0;
    int j;
    for (j = 1; j < n; j++)
        if (x[j] > largest || isnan(x[j]))
            largest = x[j];
    for (j = 0; j < n; j++)
        sum += y[j] = exp(x[j] - largest);
    for (j = 0; j < n; j++)
        y[j] /= sum;
}
""",
}

JAVASCRIPT_FUNCTIONS: Final[dict[str, str]] = {
    "affine": """\
// y = x W + b, with W row by row, (n_in, n_out); b may be null.
function affine(x, W, b, nOut) {
  const y = new Float64Array(nOut);
  if (b !== null) y.set(b);
  for (let i = 0, at = 0; i < x.length; i++) {
    const xi = x[i];
    for (let j = 0; j < nOut; j++, at++) y[j] += xi * W[at];
  }
  return y;
}
""",
    "maxout_pieces": """\
// y[k] = x W[k] + b[k] for each of the pieces.
function maxoutPieces(x, W, b, nOut, pieces) {
  const y = new Float64Array(pieces * nOut);
  const size = x.length * nOut;
  for (let k = 0; k < pieces; k++) {
    y.set(affine(x, W.subarray(k * size, (k + 1) * size), b.subarray(k * nOut, (k + 1) * nOut), nOut), k * nOut);
  }
  return y;
}
""",
    "maximum": """\
// The largest of the pieces.
function maximum(x, nOut, pieces) {
  const y = x.slice(0, nOut);
  for (let k = 1; k < pieces; k++) {
    for (let j = 0; j < nOut; j++) y[j] = Math.max(y[j], x[k * nOut + j]);
  }
  return y;
}
""",
    "softmax": """\
// exp(x) / sum(exp(x)); the largest x is taken off first, so that nothing overflows.
function softmax(x) {
  let largest = x[0];
  for (const xj of x) largest = Math.max(largest, xj);
  const y = x.map((xj) => Math.exp(xj - largest));
  let sum = 0;
  for (const yj of y) sum += yj;
  return y.map((yj) => yj / sum);
}
""",
}

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {"maxout_pieces": ("affine", "maxout_pieces")}
"""Which functions an operation calls, where it is not the one of its name."""


def functions_for(lines: tuple[Line, ...], functions: Mapping[str, str]) -> list[str]:
    """Return the text of the functions that some lines call, in the order of the table.

    >>> functions_for((), PYTHON_FUNCTIONS)
    []
    """
    needed = {name for line in lines for name in NEEDS.get(line.operation, (line.operation,))}
    return [text for name, text in functions.items() if name in needed]
