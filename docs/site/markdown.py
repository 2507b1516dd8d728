"""Links between the repository's Markdown files, as links between the site's pages."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Code is matched first, so that nothing in it is taken for a link.
_CODE_OR_LINK: Final = re.compile(
    r"(?P<code>^```.*?^```|^~~~.*?^~~~|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<mark>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)"
    r"|^\[(?P<label>[^\[\]]+)\]: +(?P<defined>\S+)$",
    re.DOTALL | re.MULTILINE,
)


# How links to the site in the other language begin; Sphinx, which knows one site only, takes it off again.
OTHER_SITE: Final = "other-site"


def relink(text: str, source: str, page: str, pages: Mapping[str, str]) -> str:
    """Return Markdown whose links lead to pages of the site; a link to a file that is no page becomes its text.

    Parameters
    ----------
    text : str
    source : str
        Where the text is from, in the repository: `docs/design.md`.
    page : str
        Where it goes, in the site: `guides/design.md`.
    pages : mapping of str to str
        The site's files by the repository's; those of the other language's site begin with `../`.

    Examples
    --------
    >>> pages = {"docs/engine.md": "guides/engine.md"}
    >>> relink("[engine](engine.md), [MIT](../LICENSE), `[a](b)`", "docs/design.md", "guides/design.md", pages)
    '[engine](engine.md), MIT, `[a](b)`'
    >>> relink("[engine](docs/engine.md#speed)", "README.md", "guides/quick-start.md", pages)
    '[engine](engine.md#speed)'
    """

    def replaced(match: re.Match[str]) -> str:
        target = match["target"] or match["defined"]
        if match["code"] or re.match(r"[a-z]+:|#", target):
            return match[0]
        path, anchor, fragment = target.partition("#")
        known = pages.get(posixpath.normpath(posixpath.join(posixpath.dirname(source), path)))
        if known is None:
            return match["text"] or ""
        way = posixpath.relpath(known, posixpath.dirname(page)) + anchor + fragment
        if known.startswith("../"):
            way = f"{OTHER_SITE}:{way}"
        return f"[{match['label']}]: {way}" if match["label"] else f"{match['mark']}[{match['text']}]({way})"

    return _CODE_OR_LINK.sub(replaced, text)
