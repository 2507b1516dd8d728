"""What a lesson's cell printed and showed, as the outputs of a notebook's cell, with words for each picture.

The words (alt text) are in the notebook's language: the heading that the picture stands below and the figure's name,
then the titles and axes that are written in it.
"""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING, Any, Final

from glassnet.lessons.blocks import Code, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.blocks import Block
    from glassnet.lessons.display import Shown
    from glassnet.lessons.execution import CellRun

ALTERNATIVE: Final = {"ko": "그림: {heading}", "en": "Figure: {heading}"}
ALTERNATIVE_MOVING: Final = {"ko": "움직이는 그림: {heading}", "en": "Moving picture: {heading}"}
LONGEST: Final = 300  # of the words for a picture
SVG: Final = "image/svg+xml"
HTML: Final = "text/html"
MOVING: Final = "data:image/gif"


def outputs(done: CellRun, language: str, heading: str) -> Iterator[dict[str, Any]]:
    """Yield the outputs of a cell: what it printed, its last value as its result, and other figures.

    Parameters
    ----------
    done : CellRun
    language : "ko" or "en"
    heading : str
        Under which the cell stands.

    Yields
    ------
    dict
        As a notebook holds them; the number of a result is 0 until the cell gets its own.
    """
    if done.output:
        yield {"name": "stdout", "output_type": "stream", "text": in_lines(done.output)}
    if done.result is not None:
        yield {"output_type": "execute_result", "execution_count": 0} | _content(done, done.result, language, heading)
    for figure in done.figures:
        yield {"output_type": "display_data"} | _content(done, figure, language, heading)


def in_lines(text: str) -> list[str]:
    r"""Return a text as notebooks hold it.

    >>> in_lines("a\nb")
    ['a\n', 'b']
    """
    return text.splitlines(keepends=True)


def last_heading(block: Block, language: str) -> str:
    r"""Return the last heading in a block, in plain letters, or nothing if it has none.

    >>> last_heading(Prose(1, "# 제목", "# The hero is $\\delta$\n\nIt …"), "en")
    'The hero is delta'
    """
    proses = (block,) if isinstance(block, Prose) else () if isinstance(block, Code) else block.prose
    found = [title for prose in proses for title in re.findall(r"^#+ +(.+)$", prose.text(language), re.MULTILINE)]
    return re.sub(r"[$`*\\]", "", found[-1]).strip() if found else ""


def _content(done: CellRun, shown: Shown, language: str, heading: str) -> dict[str, Any]:
    if not shown.is_picture:
        return {"data": {kind: in_lines(text) for kind, text in shown.data.items()}, "metadata": {}}
    alternative = _alternative(done.cell, shown, language, heading)
    # Text is held in lines, a picture's base64 in one.
    data: dict[str, Any] = {
        kind: content if kind == "image/png" else in_lines(content) for kind, content in shown.data.items()
    }
    if SVG in data:
        data[HTML] = [_as_image(shown.data[SVG], alternative)]
    elif HTML in data:
        words = f'<img alt="{html.escape(alternative)}"'
        data[HTML] = in_lines(re.sub(r'<img alt="[^"]*"', lambda _: words, shown.data[HTML], count=1))
    return {"data": data, "metadata": {"image/png": {"alt": alternative}} if "image/png" in data else {}}


def _alternative(cell: Code, shown: Shown, language: str, heading: str) -> str:
    name = (cell.figure or "").replace("_", " ")
    kinds = ALTERNATIVE_MOVING if MOVING in shown.data.get(HTML, "") else ALTERNATIVE
    words = kinds[language].format(heading=heading) + (f" ({name})" if name else "")
    if shown.words:
        words += ". " + re.sub(r"[$\\{}]", "", shown.words)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _as_image(svg: str, alternative: str) -> str:
    """Return a drawing as an image in HTML.

    Jupyter does not show SVG in a notebook that comes from elsewhere, since a script might be in it; in an image no
    script runs, and it passes.
    """
    content = base64.b64encode(svg.encode()).decode("ascii")
    fits = 'style="max-width: 100%; height: auto"'  # Colab lets a picture be wider than the page
    return f'<img alt="{html.escape(alternative)}" {fits} src="data:{SVG};base64,{content}">'
