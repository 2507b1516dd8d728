"""A computational graph as a picture: values go forward above the edges, derivatives come back below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glassnet.data.files import as_path, write_atomically
from glassnet.glass.graph_marks import value_text
from glassnet.glass.graph_scene import Scene, scene_of
from glassnet.glass.graph_svg import svg_of
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, check_choice, check_integer, describe
from glassnet.mathematics.graph import Variable
from glassnet.mathematics.graph_values import check_unchanged

if TYPE_CHECKING:
    import os
    from pathlib import Path


MOST_NODES = 150


@dataclass(frozen=True)
class Drawing:
    """A picture in SVG, which a notebook shows as the last expression of a cell.

    Attributes
    ----------
    svg : str
        The picture: one `<svg>` element that needs nothing else, neither styles nor scripts nor fonts.
    title, description : str
        What it shows, in words; both are in the picture, for those who cannot see it.
    """

    svg: str = field(repr=False)
    title: str
    description: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path : path
            Ends in .svg; its folder must exist.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        ArgumentError
            If the path ends otherwise.
        DataError
            If the file cannot be written; what was there is untouched.

        Examples
        --------
        >>> import tempfile
        >>> from glassnet.mathematics.graph import Variable
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw_graph(Variable(100.0, "apple") * 2).save(folder + "/apples.svg").name
        'apples.svg'
        """
        place = as_path(path)
        if place.suffix.lower() != ".svg":
            better = f"{place.stem or 'graph'}.svg"
            raise ArgumentError(
                f"the path must end in .svg, got {place.name!r}: a drawing is saved as SVG only. Save it as "
                f"{better!r}; browsers and Inkscape open that and export it as PNG or PDF."
            )
        return write_atomically(place, self.svg.encode())


def draw_graph(
    node: Variable,
    *,
    derivatives: bool = True,
    inputs: str = "left",
    theme: str = "auto",
    title: str | None = None,
    description: str | None = None,
    max_nodes: int = MOST_NODES,
) -> Drawing:
    """Draw the computational graph of a Variable, as the lectures' slides do.

    Circles are operations. Each edge carries a value forward, written above it, and after `node.backward()` the
    derivative ∂L/∂(value) back, written below it: what this edge alone brings. Where a value is used more than once,
    Σ is the sum of what its edges bring. Arrays are shown by their shapes; the numbers appear under the pointer.

    Parameters
    ----------
    node : Variable
        The result. A name given to it, to the inputs and to steps between is shown.
    derivatives : bool, default True
        Whether to draw them, if there are any.
    inputs : "left" or "near"
        Where the inputs are: all at the left, or each just before its first use. Constants always are near.
    theme : "auto", "light" or "dark"
        With "auto", as the reader's system or browser prefers.
    title, description : str, optional
        What the picture shows, for a screen reader; by default made from the graph, in English.
    max_nodes : int, default 150
        A larger graph is refused, since nobody could read it.

    Returns
    -------
    Drawing
        With `.svg`, `.save(path)`, and shown by notebooks.

    Raises
    ------
    ArgumentTypeError
        If `node` is not a Variable, or a node was given a name that is not a string.
    ArgumentError
        If the graph has too many nodes, or an input was given a new value after the result was computed.

    Notes
    -----
    Of two operands the first is the upper one, except of + and ×, where the order does not matter.
    Source: lecture 002, computational graph and backpropagation (figures of the shopping).

    Examples
    --------
    >>> apple, number, tax = Variable(100.0, "apple"), Variable(2.0, "number"), Variable(1.1, "tax")
    >>> price = apple * number * tax
    >>> price.name = "price"
    >>> price.backward()
    >>> drawing = draw_graph(price)
    >>> drawing
    Drawing(title='Computational graph: price = 220')
    >>> print(drawing.description)
    Inputs: apple = 100 (derivative 2.2), number = 2 (derivative 110), tax = 1.1 (derivative 200).
    Steps: 1. multiply(apple, number) = 200 (derivative 1.1). 2. multiply(step 1, tax) = 220 (derivative 1).
    """
    if not isinstance(node, Variable):
        raise ArgumentTypeError(
            f"node must be a Variable, got {describe(node)}. Make the inputs Variables: gn.Variable(100.0, 'apple')."
        )
    inputs = check_choice("inputs", inputs, ["left", "near"])
    theme = check_choice("theme", theme, ["auto", "light", "dark"])
    _check_size(node, check_integer("max_nodes", max_nodes, minimum=1))
    check_unchanged(node.nodes())
    _check_names(node)
    scene = scene_of(node, inputs=inputs, derivatives=bool(derivatives))
    title = _title(node) if title is None else checked_text("title", title)
    description = _description(scene) if description is None else checked_text("description", description)
    return Drawing(svg_of(scene, theme, title, description), title, description)


def _check_size(node: Variable, most: int) -> None:
    count = len(node.nodes())
    if count > most:
        raise ArgumentError(
            f"node must have a graph of at most {most:,} nodes to be drawn, got {count:,}. Draw a node nearer the "
            "inputs, compute with arrays instead of single numbers (gn.affine is one node), or raise max_nodes."
        )


def _check_names(node: Variable) -> None:
    for each in node.nodes():
        if each.name is not None and not isinstance(each.name, str):
            raise ArgumentTypeError(
                f"the name of a Variable must be a string or None to be drawn, got {describe(each.name)} at the node "
                f"of value {value_text(each.array)}. Write for example node.name = {str(describe(each.name))!r}."
            )


def checked_text(name: str, text: object) -> str:
    """Return a title or a description, if it is a text."""
    if not isinstance(text, str):
        raise ArgumentTypeError(f"{name} must be a string or None, got {describe(text)}.")
    return text


def _title(node: Variable) -> str:
    return f"Computational graph: {node.name or 'result'} = {value_text(node.array)}"


def _description(scene: Scene) -> str:
    """Tell the graph in words: inputs, then steps in order, each with its value and its derivative."""
    names: dict[Variable, str] = {}
    inputs: list[str] = []
    steps: list[str] = []
    for place in scene.places:
        node = place.node
        if node is None:
            continue
        after = "" if node.grad is None else f" (derivative {value_text(node.grad)})"
        if place.kind == "constant":
            names[node] = place.text
        elif place.kind == "input":
            names[node] = node.name or f"input {len(inputs) + 1}"
            inputs.append(f"{names[node]} = {value_text(node.array)}{after}")
        else:
            operands = ", ".join(names[parent] for parent in node.parents)
            names[node] = node.name or f"step {len(steps) + 1}"
            steps.append(f"{len(steps) + 1}. {node.operation}({operands}) = {value_text(node.array)}{after}.")
    lines = ([f"Inputs: {', '.join(inputs)}."] if inputs else []) + (["Steps: " + " ".join(steps)] if steps else [])
    return "\n".join(lines)
