"""What a built site must not lack: pages that links lead to, public names; and it must load nothing from a network."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOADED: Final = {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "use", "image"}
_FOLLOWED: Final = {"alternate", "next", "prev", "index", "search", "author", "canonical"}  # links that load nothing


class _Page(HTMLParser):
    """A page's anchors, the links that are followed, and what is loaded with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value for name, value in attrs if value}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        address = found.get("href") or found.get("src") or found.get("data") or found.get("xlink:href")
        if address:
            loaded = tag in _LOADED or (tag == "link" and found.get("rel") not in _FOLLOWED)
            (self.loads if loaded else self.links).append(address)


def loads_from_outside(text: str) -> list[str]:
    """Return the addresses outside the site that a page or style sheet would load.

    >>> loads_from_outside('<script src="https://example.org/a.js"></script> <a href="https://example.org">')
    ['https://example.org/a.js']
    >>> loads_from_outside("a { background: url(//example.org/a.png) }")
    ['//example.org/a.png']
    """
    styled = re.findall(r"url\(\s*['\"]?([^'\")]+)", text) + re.findall(r"@import\s+['\"]([^'\"]+)", text)
    loads = _Page(text).loads if "<" in text else []
    return [address for address in loads + styled if urlsplit(address).netloc]


def problems(site: Path) -> Iterator[str]:
    """Yield what is wrong with the pages of a site: links that lead nowhere, and what is loaded from outside."""
    pages = {
        path.relative_to(site).as_posix(): _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
    }
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        for address in loads_from_outside(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} loads {address}"
    for name, page in pages.items():
        for address in page.links + page.loads:
            trouble = _dead_end(address, name, pages, site)
            if trouble:
                yield f"{name} leads to {address}, {trouble}"


def _dead_end(address: str, name: str, pages: dict[str, _Page], site: Path) -> str | None:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if not (site / target).is_file():
        return "which is not there"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].ids:
        return "where there is no such place"
    return None


def missing_names(inventory: Path, names: Iterable[str]) -> list[str]:
    """Return the public names that a built site does not describe."""
    from sphinx.util.inventory import InventoryFile

    described = InventoryFile.loads(inventory.read_bytes(), uri="").data
    known = {name for kind, entries in described.items() if kind.startswith("py:") for name in entries}
    return sorted(name for name in names if f"glassnet.{name}" not in known)
