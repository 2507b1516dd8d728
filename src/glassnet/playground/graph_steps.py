"""A computational graph as steps: what each node computes, and what the chain rule sends back along each edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.graph_marks import number_text, symbol_of
from glassnet.mathematics.numerical import numerical_diff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.mathematics.graph import Variable
    from glassnet.playground.formula import Formula, Graph


def nodes_of(root: Variable) -> list[dict[str, Any]]:
    """Return the nodes of a graph that has gone backward, each after its parents.

    Each has a `number` (that of `data-node` in the drawing of `draw_graph`, where 0 is the result's place), its
    kind, operation, symbol, name, value and derivative, and what it sends to each of its parents: `upstream` times
    `local` is `downstream`.

    Examples
    --------
    >>> from glassnet.mathematics.graph import Variable
    >>> price = Variable(100.0, "apple") * 2
    >>> price.backward()
    >>> [(node["symbol"], node["value"], node["derivative"]) for node in nodes_of(price)]
    [('apple', '100', '2'), ('2', '2', None), ('×', '200', '1')]
    """
    nodes = root.nodes()
    numbers = {node: number for number, node in enumerate(nodes, start=1)}
    return [_as_row(node, numbers) for node in nodes]


def _as_row(node: Variable, numbers: dict[Variable, int]) -> dict[str, Any]:
    kind = node.operation if node.operation in {"input", "constant"} else "operation"
    value = number_text(node.value)
    return {
        "number": numbers[node],
        "kind": kind,
        "operation": node.operation,
        "symbol": {"input": node.name, "constant": value}.get(kind) or symbol_of(node.operation),
        "name": node.name,
        "value": value,
        "derivative": None if node.grad is None else number_text(node.grad),
        "sends": _sends(node, numbers),
    }


def _sends(node: Variable, numbers: dict[Variable, int]) -> list[dict[str, Any]]:
    upstream = node.grad
    if not node.parents or upstream is None:
        return []
    locals_, downstream = node.passed_on(1.0), node.passed_on(upstream)
    return [
        {
            "to": numbers[parent],
            "upstream": number_text(upstream),
            "local": None if local is None else number_text(float(local)),
            "downstream": None if sent is None else number_text(float(sent)),
        }
        for parent, local, sent in zip(node.parents, locals_, downstream, strict=True)
    ]


def compared(formula: Formula, graph: Graph) -> list[dict[str, Any]]:
    """Return for each input the derivative by backpropagation beside the numerical one.

    (f(x + h) − f(x − h)) / (2h), the others held
    """
    values = {name: node.value for name, node in graph.inputs.items()}
    rows = []
    for name, node in graph.inputs.items():

        def result(changed: float, name: str = name) -> float:
            return float(formula.graph({**values, name: changed}).root.value)

        numerical = numerical_diff(result, node.value)
        rows.append(
            {
                "name": name,
                "value": node.value,
                "derivative": node.grad,
                "numerical": numerical,
                "difference": abs(node.grad - numerical),
            }
        )
    return rows


def change(formula: Formula, before: Mapping[str, float], graph: Graph) -> dict[str, Any]:
    """Return how the result has changed since other values of the inputs, and what the derivatives there foretold.

    Σ ∂L/∂x · Δx over the inputs
    """
    earlier = formula.graph(before)
    earlier.root.backward()
    parts = [
        {
            "name": name,
            "before": number_text(old.value),
            "after": number_text(graph.inputs[name].value),
            "by": number_text(graph.inputs[name].value - old.value),
            "derivative": number_text(old.grad),
        }
        for name, old in earlier.inputs.items()
        if old.value != graph.inputs[name].value
    ]
    foretold = sum(
        float(old.grad) * (graph.inputs[name].value - old.value)
        for name, old in earlier.inputs.items()
        if old.value != graph.inputs[name].value
    )
    return {
        "parts": parts,
        "before": number_text(earlier.root.value),
        "after": number_text(graph.root.value),
        "by": number_text(graph.root.value - earlier.root.value),
        "foretold": number_text(foretold),
    }
