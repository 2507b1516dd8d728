"""Markdown in a terminal, as Rich shows it, but with all letters of its tables.

Rich ends a line of a cell that does not fit in "…", and finds that a line of wide letters, such as Korean ones, does
not fit where only the space at its end is too much: a letter would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


def fold(table: Table) -> Table:
    """Return a table, whose cells now go on in a further line instead of ending in "…"."""
    for column in table.columns:
        column.overflow = "fold"
    return table


class _FoldingTable(TableElement):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            yield fold(part) if isinstance(part, Table) else part


class FoldingMarkdown(Markdown):
    """Markdown of which no letter is lost."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = Markdown.elements | {"table_open": _FoldingTable}
