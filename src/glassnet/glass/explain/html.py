"""An explanation for a notebook: its tables, and pictures of the sample, of what each pixel adds, of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.glass.explain.sections import Section, grey_range, sections_of
from glassnet.glass.explain.texts import WORDS
from glassnet.glass.graph_marks import escaped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.glass.explain.explanation import Explanation

SIDE = 168
"""The height of a picture, in pixels of the page."""
ADDS, TAKES = "#0072B2", "#D55E00"
"""Blue adds, vermilion takes away: of Okabe and Ito's palette, told apart by every kind of colour vision."""
FAINTEST = 0.01
STYLE = (
    "<style>.glassnet-explanation table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.3em 0 1em}"
    ".glassnet-explanation th,.glassnet-explanation td{text-align:left;padding:.15em .7em;color:inherit;"
    "background:transparent;border-bottom:1px solid rgba(128,128,128,.35)}"
    ".glassnet-explanation figure{display:inline-block;margin:0 1em .5em 0}"
    ".glassnet-explanation svg{display:block;border:1px solid rgba(128,128,128,.5)}</style>"
)


def as_html(explanation: Explanation) -> str:
    """Return the explanation in HTML."""
    first, *others = sections_of(explanation)
    head = f"<h4>{escaped(first.heading)}</h4>" + (f"<p>{escaped(first.note)}</p>" if first.note else "")
    body = "".join(map(_section, others))
    language = explanation.language
    return f'<div class="glassnet-explanation" lang="{language}">{STYLE}{head}{_pictures(explanation)}{body}</div>'


def _section(section: Section) -> str:
    parts = [f"<strong>{escaped(section.heading)}</strong>"]
    if section.rows:
        head = "".join(f'<th scope="col">{escaped(word)}</th>' for word in section.header)
        rows = "".join("<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
        parts.append(
            f'<div style="overflow-x:auto"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        )
    if section.note:
        parts.append(f"<p>{escaped(section.note)}</p>")
    return "".join(parts)


def _pictures(explanation: Explanation) -> str:
    if explanation.image_shape is None:
        return ""
    words, shape = WORDS[explanation.language], explanation.image_shape
    low, high = grey_range(explanation)
    pictures = [
        (words["picture"], _grey(explanation.x.reshape(shape), low, high)),
        (words["contributions"], _signed(explanation.inputs.contributions.reshape(shape))),
    ]
    if explanation.change is not None:
        caption = words["changed_picture"].format(after=explanation.name_of(explanation.change.after))
        pictures.append((caption, _grey(explanation.change.x.reshape(shape), low, high)))
    return "".join(
        f"<figure>{_svg(marks, shape, caption)}<figcaption>{escaped(caption)}</figcaption></figure>"
        for caption, marks in pictures
    )


def _svg(marks: str, shape: tuple[int, int], caption: str) -> str:
    height, width = shape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" height="{SIDE}" '
        f'width="{SIDE * width / height:g}" shape-rendering="crispEdges"><title>{escaped(caption)}</title>{marks}</svg>'
    )


def _grey(image: NDArray[Any], low: float, high: float) -> str:
    levels = np.clip((image - low) / (high - low), 0, 1)
    marks = ['<rect width="100%" height="100%" fill="#000"/>']
    for (row, column), level in np.ndenumerate(levels):
        if level > FAINTEST:
            marks.append(_pixel(row, column, "#fff", float(level)))
    return "".join(marks)


def _signed(image: NDArray[Any]) -> str:
    largest = float(np.abs(image).max()) or 1.0
    marks = ['<rect width="100%" height="100%" fill="#fff"/>']
    for (row, column), value in np.ndenumerate(image):
        if abs(value) > FAINTEST * largest:
            marks.append(_pixel(row, column, ADDS if value > 0 else TAKES, abs(float(value)) / largest))
    return "".join(marks)


def _pixel(row: int, column: int, colour: str, opacity: float) -> str:
    return f'<rect x="{column}" y="{row}" width="1" height="1" fill="{colour}" fill-opacity="{opacity:.2f}"/>'
