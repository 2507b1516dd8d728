"""Formulas as readers type them, `h = relu(w*x + b); (h - t)**2`, read with care and made computational graphs.

Python's `ast` reads the text, and nothing of it is ever executed: numbers, names, + − * / **, a sign, steps with a name
and some functions are taken; anything else is refused, with its place in the text.
"""

from __future__ import annotations

import ast
import math
import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from glassnet.mathematics import functions
from glassnet.mathematics.graph import Variable
from glassnet.mathematics.graph_rules import RULES
from glassnet.playground.message import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

MOST_LETTERS = 400
MOST_NODES = 80
MOST_INPUTS = 16
DEEPEST = 100
LONGEST_NAME = 24

# Written as on paper or in a book, letter for letter, so that places in the text stay what they are.
AS_IN_PYTHON = str.maketrans({"×": "*", "·": "*", "∙": "*", "−": "-", "–": "-", "÷": "/", "（": "(", "）": ")"})
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}
RULED = {
    "exp": "exp",
    "log": "log",
    "log10": "log10",
    "sqrt": "sqrt",
    "abs": "absolute",
    "sin": "sin",
    "cos": "cos",
    "square": "square",
    "max": "maximum",
}
"""Functions that are operations of `RULES`, by the name that a formula has for them."""
CALLED: dict[str, Callable[[Any], Any]] = {
    "sigmoid": functions.sigmoid,
    "tanh": functions.tanh,
    "relu": functions.relu,
    "leaky_relu": functions.leaky_relu,
    "elu": functions.elu,
    "softplus": functions.softplus,
}
FUNCTIONS = (*RULED, *CALLED)


class Graph(NamedTuple):
    """A formula with values: its result, and its inputs by name in the order of their first use."""

    root: Variable
    inputs: dict[str, Variable]


class Formula:
    """A formula that has been read.

    Parameters
    ----------
    text : str
        An expression, or several lines (or parts after a semicolon) of which all but the last give a name to a step.

    Raises
    ------
    RefusedError
        If it cannot be read, or holds what is not allowed, or is too large; `values` has the place: `at`, `length`.

    Examples
    --------
    >>> graph = Formula("price = apple * number; price * tax").graph({"apple": 100, "number": 2, "tax": 1.1})
    >>> round(graph.root.value), list(graph.inputs)
    (220, ['apple', 'number', 'tax'])
    """

    def __init__(self, text: str) -> None:
        if len(text) > MOST_LETTERS:
            words = f"a formula must have at most {MOST_LETTERS} letters, got {len(text)}."
            raise RefusedError("graph-long", words, most=MOST_LETTERS, got=len(text))
        self.text = text
        self._statements = [_Statement(text, start, stop) for start, stop in _pieces(text)]
        self._statements = [each for each in self._statements if each.body is not None]
        if not self._statements:
            raise RefusedError("graph-empty", "there is no formula. Write one, such as (a*x + b)**2.")
        for statement in self._statements[:-1]:
            if not isinstance(statement.body, ast.Assign):
                statement.refuse("unused", statement.body, "only the last part may be without a name.")

    def graph(self, values: Mapping[str, float]) -> Graph:
        """Return the graph for values of the inputs; an input without one is 1."""
        known: dict[str, Any] = {}
        inputs: dict[str, Variable] = {}
        result: Any = None
        for statement in self._statements:
            result = _Builder(statement, known, inputs, values).result()
        if not isinstance(result, Variable) or not result.parents:
            raise RefusedError("graph-constant", "the formula must compute something from at least one name.")
        nodes = result.nodes()
        if len(nodes) > MOST_NODES:
            words = f"the graph must have at most {MOST_NODES} nodes, got {len(nodes)}."
            raise RefusedError("graph-large", words, most=MOST_NODES, got=len(nodes))
        present = set(nodes)
        return Graph(result, {name: node for name, node in inputs.items() if node in present})


def _pieces(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^;\n\r]+", text) if match.group().strip()]


class _Statement:
    """One part of a formula: an expression, or a name given to one."""

    def __init__(self, text: str, start: int, stop: int) -> None:
        piece = text[start:stop]
        self.start = start + len(piece) - len(piece.lstrip())
        self.piece = piece.strip().translate(AS_IN_PYTHON)
        self.body: Any = self._parse()
        if isinstance(self.body, ast.Expr):
            self.body = self.body.value
        elif self.body is not None and not isinstance(self.body, ast.Assign):
            self.refuse("forbidden", self.body, "only expressions and steps with a name (s = a + b) are allowed.")

    def _parse(self) -> ast.stmt | None:
        try:
            body = ast.parse(self.piece).body
        except SyntaxError as error:
            self._refuse_syntax(error)
        except (ValueError, RecursionError, MemoryError):
            self._refuse_at("syntax", 0, len(self.piece), "this cannot be read.")
        return body[0] if body else None

    def _refuse_syntax(self, error: SyntaxError) -> NoReturn:
        at = min(max((error.offset or 1) - 1, 0), max(len(self.piece) - 1, 0))
        if self.piece.count("(") != self.piece.count(")"):
            self._refuse_at("brackets", at, 1, "there are not as many ( as ).")
        if re.match(r"[0-9.]+[^\W\d]", self.piece[at:]) or re.search(r"[0-9)]\s*$", self.piece[:at]):
            self._refuse_at("syntax-times", at, 1, "this cannot be read; is a * missing? Write 2*x, not 2x.")
        self._refuse_at("syntax", at, 1, "this cannot be read.")

    def refuse(self, code: str, node: ast.AST, words: str, **values: Any) -> NoReturn:
        """Refuse a part of it, with its place: `ast` counts bytes."""
        encoded = self.piece.encode()
        at = len(encoded[: getattr(node, "col_offset", 0)].decode(errors="ignore"))
        stop = len(encoded[: getattr(node, "end_col_offset", None) or len(encoded)].decode(errors="ignore"))
        self._refuse_at(code, at, max(stop - at, 1), words, **values)

    def _refuse_at(self, code: str, at: int, length: int, words: str, **values: Any) -> NoReturn:
        piece = self.piece[at : at + length]
        raise RefusedError(
            f"graph-{code}", f"{piece!r}: {words}", at=self.start + at, length=length, piece=piece, **values
        )


class _Builder:
    """Makes the nodes of one statement."""

    def __init__(
        self, statement: _Statement, known: dict[str, Any], inputs: dict[str, Variable], values: Mapping[str, float]
    ) -> None:
        self._statement, self._known, self._inputs, self._values = statement, known, inputs, values
        self._maker = Variable(0.0)  # any node can make others

    def result(self) -> Any:
        """Return the statement's node, or a number where no name is in it."""
        body = self._statement.body
        if not isinstance(body, ast.Assign):
            return self._value(body, 0)
        target = body.targets[0]
        if len(body.targets) > 1 or not isinstance(target, ast.Name):
            self._statement.refuse("forbidden", target, "a step has one name.")
        name = self._checked_name(target)
        if name in self._known or name in self._inputs:
            self._statement.refuse("twice", target, "this name is taken. Give each step a name of its own.")
        value = self._value(body.value, 0)
        if name in self._inputs:
            self._statement.refuse("twice", target, "a step cannot be made of itself.")
        if isinstance(value, Variable) and value.parents and value.name is None:
            value.name = name
        self._known[name] = value
        return value

    def _checked_name(self, node: ast.Name) -> str:
        if node.id in FUNCTIONS:
            self._statement.refuse("function-alone", node, f"{node.id} is a function. Write {node.id}(x).")
        if len(node.id) > LONGEST_NAME:
            words = f"a name must have at most {LONGEST_NAME} letters."
            self._statement.refuse("long-name", node, words, most=LONGEST_NAME)
        return node.id

    def _value(self, node: ast.AST, depth: int) -> Any:
        if depth > DEEPEST:
            self._statement.refuse("deep", node, f"operations may be nested {DEEPEST} deep.", most=DEEPEST)
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._named(node)
        if isinstance(node, ast.BinOp):
            return self._binary(node, depth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self._value(node.operand, depth + 1)
            return value if isinstance(node.op, ast.UAdd) else self._apply("negative", value)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        return self._statement.refuse("forbidden", node, "this is not allowed in a formula.")

    def _number(self, node: ast.Constant) -> float:
        if type(node.value) not in {int, float}:
            self._statement.refuse("forbidden", node, "only numbers are allowed.")
        try:
            number = float(node.value)  # type: ignore[arg-type]  # an int or a float
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self._statement.refuse("number", node, "this number is too large.")
        return number

    def _named(self, node: ast.Name) -> Any:
        name = self._checked_name(node)
        if name in self._known:
            return self._known[name]
        if name not in self._inputs:
            if len(self._inputs) >= MOST_INPUTS:
                words = f"a formula may have {MOST_INPUTS} inputs."
                self._statement.refuse("inputs", node, words, most=MOST_INPUTS)
            self._inputs[name] = Variable(self._values.get(name, 1.0), name)
        return self._inputs[name]

    def _binary(self, node: ast.BinOp, depth: int) -> Any:
        operation = OPERATORS.get(type(node.op))
        if isinstance(node.op, ast.BitXor):
            self._statement.refuse("caret", node, "write a power with **: x**2.")
        if operation is None:
            self._statement.refuse("operator", node, "the operators are + - * / **.")
        return self._apply(operation, self._value(node.left, depth + 1), self._value(node.right, depth + 1))

    def _call(self, node: ast.Call, depth: int) -> Any:
        called = node.func
        if not isinstance(called, ast.Name):
            self._statement.refuse("times", node, "before a bracket stands a function's name, or * is missing.")
        name = called.id
        if name not in FUNCTIONS:
            words = f"there is no function {name}. There are {', '.join(FUNCTIONS)}."
            self._statement.refuse("function", called, words, functions=", ".join(FUNCTIONS))
        wanted = 2 if name == "max" else 1
        if len(node.args) != wanted or node.keywords:
            self._statement.refuse("operands", node, f"{name} takes {wanted}.", wanted=wanted)
        operands = [self._value(own, depth + 1) for own in node.args]
        if name in RULED:
            return self._apply(RULED[name], *operands)
        with np.errstate(all="ignore"):
            result = CALLED[name](operands[0])
        return result if isinstance(result, Variable) else float(result)

    def _apply(self, operation: str, *operands: Any) -> Any:
        """Return a node; of numbers alone, a number."""
        if any(isinstance(operand, Variable) for operand in operands):
            return self._maker.apply(operation, *operands)
        with np.errstate(all="ignore"):
            return float(RULES[operation].value(*map(np.float64, operands)))
