"""The print statement of Python 2, made a call."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.problems import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PRINT: Final = "print"
LONGEST: Final = 60  # lines of one statement
OPENING, CLOSING = "([{", ")]}"


def print_call(lines: Sequence[str], index: int, start: int) -> Change | None:
    """Return the change that makes a call of a print statement; None if it cannot be one.

    Parameters
    ----------
    lines : sequence of str
    index, start : int
        The line and column of its first letter, from 0.

    Examples
    --------
    >>> print_call(["if x: print >>f, 3,  # note"], 0, 6).lines
    {0: "if x: print(3, end=' ', file=f)  # note"}
    """
    block = [lines[index][start:], *lines[index + 1 : index + LONGEST]]
    tokens = _statement(block)
    if not tokens:
        return None
    starts = [0]
    for line in block:
        starts.append(starts[-1] + len(line) + 1)
    text = "\n".join(block)

    def at(place: tuple[int, int]) -> int:
        return starts[place[0] - 1] + place[1]

    end, first, options = at(tokens[-1].end), len(PRINT), ""
    inner_end = end
    if len(tokens) > 1 and tokens[-1].string == ",":
        inner_end, options = at(tokens[-1].start), ", end=' '"
    if len(tokens) > 1 and tokens[1].string == ">>":
        comma = next((at(token.start) for token in _commas(tokens)), end)
        options += f", file={text[at(tokens[1].end) : comma].strip()}"
        first, inner_end = min(comma + 1, end), max(inner_end, min(comma + 1, end))
    inner = text[first:inner_end].strip(" ")
    call = f"{PRINT}({inner}{options if inner else options.removeprefix(', ')})"
    if not _is_python(call):
        return None
    rows = tokens[-1].end[0]
    changed = f"{lines[index][:start]}{call}{text[end : starts[rows] - 1]}".split("\n")
    shown = call if rows == 1 else "it has parentheses now"
    return Change(
        {index + row: line for row, line in enumerate(changed)},
        f"print is a function today: {shown}",
        is_python2=True,
        prints=True,
    )


def _statement(block: list[str]) -> list[tokenize.TokenInfo]:
    """Return the tokens of the statement with which the lines begin, without a comment or semicolon after it."""
    found: list[tokenize.TokenInfo] = []
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(block)).readline):
            depth += (token.string in OPENING) - (token.string in CLOSING) if token.type == tokenize.OP else 0
            outside = depth == 0 and (token.type == tokenize.COMMENT or token.string == ";")
            if outside or token.type in {tokenize.NEWLINE, tokenize.ENDMARKER}:
                return found
            if token.type not in {tokenize.NL, tokenize.COMMENT}:
                found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass  # an open bracket or quote: no statement ends here
    return []


def _commas(tokens: list[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    depth = 0
    for token in tokens:
        depth += (token.string in OPENING) - (token.string in CLOSING) if token.type == tokenize.OP else 0
        if depth == 0 and token.string == ",":
            yield token


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def hidden_print(tree: ast.Module, lines: Sequence[str]) -> Change | None:
    """Return the change of a print statement that Python 3 reads as something else; None if there is none.

    A bare `print`, `print >>f, x`, `print -1`, `print ("%d") % 3`: none of them prints what it printed.

    >>> hidden_print(ast.parse("print ('%d') % 3"), ["print ('%d') % 3"]).lines
    {0: "print(('%d') % 3)"}
    >>> hidden_print(ast.parse("print('a'), print('b')"), ["print('a'), print('b')"])
    """
    nodes = [*ast.walk(tree)]
    if any(isinstance(node, ast.Name) and node.id == PRINT and isinstance(node.ctx, ast.Store) for node in nodes):
        return None
    for node in nodes:
        if isinstance(node, ast.Expr) and _begins_with_print(node):
            line = lines[node.lineno - 1]
            start = len(line.encode()[: node.col_offset].decode())
            change = print_call(lines, node.lineno - 1, start)
            if change is not None:
                return change
    return None


def _begins_with_print(statement: ast.Expr) -> bool:
    """Say whether the first word of a statement is `print`, but the statement is no call of it."""
    node, parent = statement.value, None
    if is_print(node):
        return False
    while (inner := _first(node)) is not None:
        node, parent = inner, node
    names_it = isinstance(node, ast.Name) and node.id == PRINT and node.col_offset == statement.col_offset
    others = [each for each in ast.walk(statement) if isinstance(each, ast.Name) and each.id == PRINT]
    return names_it and len(others) == 1 and not isinstance(parent, ast.Attribute)


def _first(node: ast.expr) -> ast.expr | None:
    """Return the part of an expression with which its text begins."""
    match node:
        case ast.Tuple(elts=[first, *_]) | ast.BinOp(left=first) | ast.Compare(left=first) | ast.Call(func=first):
            return first
        case ast.Subscript(value=first) | ast.Attribute(value=first):
            return first
    return None


def is_print(node: ast.AST) -> bool:
    """Say whether a node is a call of print."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == PRINT
