"""How Sphinx reads our docstrings: `name` in backticks is code, and a link where it is a public name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import pending_xref

from docs.site.reference import public_names
from glassnet.mathematics.function import Function
from glassnet.mathematics.loss_function import LossFunction

if TYPE_CHECKING:
    from collections.abc import Sequence


def public_name(text: str) -> str | None:
    """Return the public name that a piece of code is, or None.

    >>> public_name("gn.Dense"), public_name("losses.gaussian_nll()"), public_name("x @ W")
    ('Dense', 'losses.gaussian_nll', None)
    """
    name = text.removesuffix("()").removeprefix("gn.").removeprefix("glassnet.")
    return name if name in public_names() else None


def code(role: str, source: str, text: str, line: int, inliner: Any, *_: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """Read `text`, the role that our docstrings use without saying so."""
    del role, line, inliner
    content = nodes.literal(source, text, classes=["code"])
    name = public_name(text)
    if name is None:
        return [content], []
    link = pending_xref(source, content, refdomain="py", reftype="obj", reftarget=f"glassnet.{name}", refexplicit=True)
    return [link], []


def add_formulas(app: Any, what: str, name: str, thing: object, options: Any, lines: list[str]) -> None:
    """Say a function's value and derivative in words, as the code holds them."""
    del app, what, name, options
    if isinstance(thing, Function | LossFunction):
        end = next((i for i, line in enumerate(lines) if i and lines[i - 1].strip() and not line.strip()), len(lines))
        lines[end:end] = ["", f"* Value: ``{thing.formula}``", f"* Derivative: ``{thing.derivative_formula}``", ""]


def setup(app: Any) -> dict[str, bool]:
    """Register the role and the formulas with Sphinx."""
    from docutils.parsers.rst import roles

    roles.register_local_role("code-or-name", code)
    app.connect("autodoc-process-docstring", add_formulas, priority=900)  # after numpydoc has read the sections
    return {"parallel_read_safe": True, "parallel_write_safe": True}
