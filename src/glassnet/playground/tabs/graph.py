"""The tab that takes computational graphs apart: of the lectures, and of one's own formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.graph_drawing import Drawing, draw_graph
from glassnet.playground.formula import FUNCTIONS, MOST_INPUTS, Formula
from glassnet.playground.graph_steps import change, compared, nodes_of
from glassnet.playground.message import Message

if TYPE_CHECKING:
    from glassnet.playground.actions import Action
    from glassnet.playground.formula import Graph
    from glassnet.playground.sessions import Session

LARGEST = 1e9
MANY_INPUTS = 6
"""With more, each stands just before its first use, lest all lines begin at the left."""


def compute(_: Session, message: Message) -> dict[str, Any]:
    """Return a formula's graph: the drawing, its nodes forward and backward, the numerical derivatives.

    The inputs' values come by name (`values`) or in their order (`ordered`). With `before`, other values by name, also
    how the result has changed since.
    """
    formula = Formula(message.text("formula"))
    graph = _graph(formula, message)
    answer: dict[str, Any] = {
        "svg": _drawing(graph).svg,
        "nodes": nodes_of(graph.root),
        "inputs": compared(formula, graph),
        "functions": list(FUNCTIONS),
    }
    if "before" in message:
        earlier = message.message("before")
        answer["change"] = change(formula, {name: _value(earlier, name) for name in graph.inputs}, graph)
    return answer


def picture(_: Session, message: Message) -> dict[str, Any]:
    """Return the drawing to be kept as a file, for light and dark screens, with or without derivatives."""
    graph = _graph(Formula(message.text("formula")), message)
    drawing = _drawing(
        graph,
        theme="auto",
        derivatives=message.flag("derivatives", default=True),
        title=message.text("title", most=200),
    )
    return {"svg": drawing.svg}


def _graph(formula: Formula, message: Message) -> Graph:
    names = formula.graph({}).inputs
    given = message.message("values") if "values" in message else Message({})
    if "ordered" in message:
        given = Message(dict(zip(names, message.items("ordered", most=MOST_INPUTS), strict=False)))
    graph = formula.graph({name: _value(given, name) for name in names})
    graph.root.backward()
    return graph


def _value(given: Message, name: str) -> float:
    return given.number(name, default=1.0, at_least=-LARGEST, at_most=LARGEST)


def _drawing(graph: Graph, theme: str = "light", *, derivatives: bool = True, title: str | None = None) -> Drawing:
    inputs = "left" if len(graph.inputs) <= MANY_INPUTS else "near"
    return draw_graph(graph.root, derivatives=derivatives, inputs=inputs, theme=theme, title=title)


ACTIONS: dict[str, Action] = {"compute": compute, "picture": picture}
