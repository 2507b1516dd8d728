"""Python 2 in what Python 3 can read: methods and names that are gone, and what means something else today."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.old_python import BUILTINS, DIVIDED, DIVISOR, METHOD, METHODS, MODULES
from glassnet.legacy.running.prints import is_print
from glassnet.legacy.running.problems import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lines that Python 3 refuses: what they look like, what they become, and what to say.
REWRITTEN: Final = (
    (r"except\s+([\w.]+|\([^()]*\))\s*,\s*(\w+)\s*:", r"except \1 as \2:", "`except Error, e` is `except Error as e`"),
    (r"^(\s*|.*[:;]\s*)raise\s+([\w.]+)\s*,\s*([^#]+?)\s*(#.*)?$", r"\1raise \2(\3)  \4",
     "`raise Error, text` is `raise Error(text)`"),
    (r"^(\s*)exec\s+(.+?)\s+in\s+([\w.]+)\s*$", r"\1exec(\2, \3)", "exec is a function today"),
    (r"^(\s*)exec\s+([^(\s].*?)\s*$", r"\1exec(\2)", "exec is a function today"),
    (r"`([^`]+)`", r"repr(\1)", "`x` between backticks is repr(x)"),
    (r"<>", "!=", "<> is !="),
    (r"(?<![\w.])(\d+|0[xX][0-9a-fA-F]+)[lL]\b", r"\1", "whole numbers have no L at their end today"),
    (r"\b[uU][rR](?=[\"'])", "r", 'every text is Unicode today: ur"…" is r"…"'),
)  # fmt: skip
ITERATORS: Final = {"map", "filter", "zip", "range", "xrange"}
VIEWS: Final = {"keys", "values", "items"}


def rewritten(line: str, index: int) -> Change | None:
    """Return the change of a line of Python 2 that Python 3 refuses; None if it is none.

    >>> rewritten("raise ValueError, 'no'  # note", 4).lines
    {4: "raise ValueError('no')  # note"}
    """
    for pattern, new, words in REWRITTEN:
        if new.endswith(r"\4") and (found := re.search(pattern, line)) and not _is_one(found[3]):
            continue  # with a traceback as the third
        changed = re.sub(pattern, new, line).rstrip()
        if changed != line.rstrip():
            return Change({index: changed}, words, is_python2=True)
    return None


def _is_one(text: str) -> bool:
    """Say whether a text is one argument, and no list of several."""
    try:
        return not isinstance(ast.parse(text, mode="eval").body, ast.Tuple) or text.startswith("(")
    except SyntaxError:
        return False


def is_old(tree: ast.AST) -> bool:
    """Say whether names or modules of Python 2 are used, which show what a script was written for.

    >>> is_old(ast.parse("for i in xrange(3): pass")), is_old(ast.parse("xrange = range; xrange(3)"))
    (True, False)
    """
    methods = set(METHODS) - {"next"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(each.name in MODULES for each in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
            return True
    return any(True for _ in _old_names(tree))


def _old_names(tree: ast.AST) -> Iterator[ast.Name]:
    """Yield the names of Python 2 that a script uses and does not make itself."""
    made = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                made.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                made.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                made |= {each.asname or each.name for each in names}
    for each in ast.walk(tree):
        if isinstance(each, ast.Name) and each.id in BUILTINS and each.id not in made:
            yield each


def notices(tree: ast.Module, rewritten_lines: set[int], *, is_python2: bool) -> Iterator[tuple[int, str]]:
    """Yield lines, from 1, with what to say of them.

    Parameters
    ----------
    tree : ast.Module
    rewritten_lines : set of int
        Lines whose print statement has become a call already.
    is_python2 : bool
        Tell of what Python 3 reads without a word and does otherwise.
    """
    told = set()
    for name in _old_names(tree):
        if name.id not in told:
            told.add(name.id)
            yield name.lineno, f"Python 3 calls {name.id} {BUILTINS[name.id][1]}"
    if not is_python2:
        return
    has_function = "print_function" in _future(tree)
    for node in ast.walk(tree):
        if is_print(node) and isinstance(node, ast.Call):
            plain = len(node.args) > 1 and not node.keywords and node.lineno not in rewritten_lines
            if plain and not has_function:
                yield node.lineno, "Python 2 printed these as a tuple, with brackets; print(…, …) prints their values"
            if any(_is_lazy(argument) for argument in node.args):
                yield node.lineno, "Python 2 printed a list here; write list(…) around it"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "input":
            yield node.lineno, "input() returns text today; Python 2 computed what was typed. Write float(input(…))"


def _is_lazy(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in ITERATORS
        case ast.Call(func=ast.Attribute(attr=name), args=[]):
            return name in VIEWS
    return False


def _future(tree: ast.Module) -> set[str]:
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return {each.name for node in imports for each in node.names}


def modernized(tree: ast.Module, *, is_python2: bool) -> ast.Module:
    r"""Return a tree that calls lost methods by what took their place.

    Parameters
    ----------
    tree : ast.Module
    is_python2 : bool
        Watch divisions too, to tell of those of whole numbers; they give what Python 3 gives.

    Examples
    --------
    >>> ast.unparse(modernized(ast.parse("d.iteritems(); 3 / 2"), is_python2=True))
    "__glassnet_method__(d, 'iteritems')()\n__glassnet_divided__(3, 2)"
    """
    divides = is_python2 and "division" not in _future(tree)
    modern = _Modern(divides=divides).visit(tree)
    return ast.fix_missing_locations(modern)


class _Modern(ast.NodeTransformer):
    def __init__(self, *, divides: bool) -> None:
        self.divides = divides

    def visit_Call(self, node: ast.Call) -> ast.AST:  # the name that ast looks for
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=name) as func, args=args, keywords=[]):
                if METHODS.get(name) == len(args):
                    node.func = _call(METHOD, func, owner, ast.Constant(name))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        has_fraction = any(isinstance(each, ast.Constant) and type(each.value) is float for each in _sides(node))
        if self.divides and isinstance(node.op, ast.Div) and not has_fraction:
            return _call(DIVIDED, node, node.left, node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if self.divides and isinstance(node.op, ast.Div) and isinstance(node.target, ast.Name):
            value = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            node.value = _call(DIVISOR, node.value, value, node.value)
        return node


def _sides(node: ast.BinOp) -> tuple[ast.expr, ast.expr]:
    return node.left, node.right


def _call(name: str, place: ast.expr, *arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
    return ast.copy_location(call, place)
