"""A trace as a table: in text for a terminal, in HTML for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.glass.graph_marks import escaped, numbers_text
from glassnet.network.tape import format_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.glass.trace import PassTrace as Trace

NUMBERS_SHOWN = 4
"""An array of so many numbers is written out; of a larger one the range and the mean are."""
STYLE = (
    "<style>.glassnet-trace{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    ".glassnet-trace caption{text-align:left;opacity:.75;padding:.3em 0;font-size:.9em}"
    # No colours of its own but a half-transparent grey: the page's text and ground, light or dark, show through.
    ".glassnet-trace th,.glassnet-trace td{text-align:left;vertical-align:top;padding:.25em .7em;color:inherit;"
    "background:transparent;border-bottom:1px solid rgba(128,128,128,.35)}"
    ".glassnet-trace pre{margin:.3em 0;max-height:16em;overflow:auto;color:inherit;background:transparent}"
    ".glassnet-trace summary{cursor:pointer}</style>"
)


class Row(NamedTuple):
    """One array, in words."""

    name: str
    shape: str
    values: tuple[str, ...]  # before and after, where there was an update
    formula: str
    numbers: str


def as_text(trace: Trace) -> str:
    """Return the table in text, with what the trace is a function of below it."""
    rows = [(row.name, row.shape, *row.values, row.formula) for row in _rows(trace)]
    return f"{format_table(_header(trace), rows)}\n{trace.address}"


def as_html(trace: Trace) -> str:
    """Return the table in HTML; the numbers of each array unfold."""
    head = "".join(f'<th scope="col">{escaped(word)}</th>' for word in _header(trace))
    body = "\n".join(map(_html_row, _rows(trace)))
    caption = f"<caption>{escaped(str(trace.address))}</caption>"
    table = f'<table class="glassnet-trace">{caption}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>'
    return f'<div style="overflow-x:auto">{STYLE}{table}</div>'


def _html_row(row: Row) -> str:
    *first, last = (escaped(words) for words in row.values)
    shown = f"<details><summary>{last}</summary><pre>{escaped(row.numbers)}</pre></details>"
    cells = "".join(f"<td>{words}</td>" for words in (escaped(row.shape), *first, shown))
    return f'<tr><th scope="row">{escaped(row.name)}</th>{cells}<td><code>{escaped(row.formula)}</code></td></tr>'


def _header(trace: Trace) -> tuple[str, ...]:
    return ("name", "shape", *(("before", "after") if trace.before is not None else ("values",)), "formula")


def _rows(trace: Trace) -> list[Row]:
    # After an update the parameters themselves are news.
    names = trace.names if trace.before is None else (*trace.names, *trace.parameters)
    return [_row(trace, name) for name in names]


def _row(trace: Trace, name: str) -> Row:
    step = trace.step(name)
    note = f"   [{step.note}]" if step and step.note else ""
    traces = (trace,) if trace.before is None else (trace.before, trace)
    formula = trace.formula(name) + note
    return Row(
        name, str(trace[name].shape), tuple(summary(t[name]) for t in traces), formula, numbers_text(trace[name])
    )


def summary(array: NDArray[Any]) -> str:
    """Write a small array's numbers, or a large one's range and mean; numbers that are not finite are counted.

    >>> summary(np.float32(0.5)), summary(np.array([[0.5, -1.0]])), summary(np.arange(10.0))
    ('0.5', '0.5, -1', '0 … 9, mean 4.5')
    >>> summary(np.array([1.0, np.nan, 2.0, 3.0, np.inf]))
    '1 … 3, mean 2, 2 of 5 not finite'
    """
    numbers = np.asarray(array, dtype=np.float64)
    if numbers.ndim == 0:
        return f"{numbers:.6g}"
    if numbers.size <= NUMBERS_SHOWN:
        return ", ".join(f"{value:.4g}" for value in numbers.flat)
    finite = numbers[np.isfinite(numbers)]
    rest = numbers.size - finite.size
    if not finite.size:
        return f"none of {rest} finite"
    words = f"{finite.min():.4g} … {finite.max():.4g}, mean {finite.mean():.4g}"
    return f"{words}, {rest} of {numbers.size} not finite" if rest else words
