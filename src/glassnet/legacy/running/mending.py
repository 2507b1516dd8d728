"""Code that is nearly Python, made Python: notebook lines, print statements, the quotes of slides."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING, Final

from glassnet.legacy.running.problems import Spot, from_syntax, told

if TYPE_CHECKING:
    from collections.abc import Callable

# What programs for slides and letters write in place of what was typed.
TYPOGRAPHY: Final = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "–": "-", "—": "-", "−": "-", "\u00a0": " ", "\u200b": " ", "\u3000": " ", "\ufeff": " ",
})  # fmt: skip
SHOW: Final = re.compile(r"^(\s*)[!%]\s*(?:cat|type|head|more)\s+(?P<file>[^|>;&]+?)\s*$")
NOTEBOOK: Final = re.compile(r"^(?P<indent>\s*)(?P<sign>[!%]|\?{1,2}(?=\w))(?P<rest>.*)$")
HELP: Final = re.compile(r"^\s*[\w.]+\?{1,2}\s*$")
SHOW_FILE: Final = "__show_file__"


def parse(code: str, name: str, say: Callable[[str], None]) -> ast.Module:
    """Return the syntax tree of code, mended where it is nearly Python.

    Parameters
    ----------
    code : str
    name : str
        Of the file, for messages and tracebacks.
    say : callable (words)
        Told of each mend.

    Returns
    -------
    ast.Module
        Its lines are numbered as in `code`.

    Raises
    ------
    ScriptError
        At the first line that cannot be mended; the message shows it and says what to write instead.

    Notes
    -----
    A line is touched only where Python refuses it, so that typographic quotes within a text stay.

    Examples
    --------
    >>> tree = parse("print 1 + 3, “won”", "slide.py", print)
    slide.py, line 1: typographic signs of a slide became plain ones
    slide.py, line 1: print is a function today: print(1 + 3, "won")
    >>> ast.unparse(tree)
    "print(1 + 3, 'won')"
    """
    lines = code.split("\n")
    while True:
        try:
            return ast.parse("\n".join(lines), name)
        except SyntaxError as error:
            number = min(max(error.lineno or 1, 1), len(lines))
            spot = Spot(name, number, lines[number - 1])
            mended = _mended(spot, error)
            if mended is None:
                raise from_syntax(name, error, code.split("\n")) from None
            lines[number - 1], words = mended
            say(f"{spot}: {words}")


def _mended(spot: Spot, error: SyntaxError) -> tuple[str, str] | None:
    """Return the line as Python, and what was done; None if it cannot be helped."""
    line = spot.text
    if found := SHOW.match(line):
        return f"{found[1]}{SHOW_FILE}({found['file'].strip(chr(34) + chr(39))!r})", "the file is shown"
    if found := NOTEBOOK.match(line):
        return f"{found['indent']}pass", _skipped(found["sign"], found["rest"].strip())
    if HELP.match(line):
        return "pass", "help in a notebook, left out"
    start = (error.offset or 1) - 1
    if "call to 'print'" in error.msg and line.startswith("print", start):
        what, tail = _statement(line[start + len("print") :])
        if not _is_printable(what.removesuffix(",")):
            raise told(spot, "print is a function today", "Put what it prints into parentheses: print(…).")
        call = f"print({what[:-1]}, end=' ')" if what.endswith(",") else f"print({what})"
        return f"{line[:start]}{call}{tail}", f"print is a function today: {call}"
    if (plain := line.translate(TYPOGRAPHY)) != line:
        return plain, "typographic signs of a slide became plain ones"
    return None


def _skipped(sign: str, rest: str) -> str:
    if sign == "!":
        return f"a line for a shell, left out. Run `{rest}` in a terminal if you need it"
    return "a line for a notebook, left out"


def _statement(text: str) -> tuple[str, str]:
    """Split text after its first statement, that is at a comment or a semicolon."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.lstrip()).readline):
            if token.type == tokenize.COMMENT or token.string == ";":
                end = token.start[1] + len(text) - len(text.lstrip())
                return text[:end].strip(), f"  {text[end:]}" if token.type == tokenize.COMMENT else text[end:]
    except (tokenize.TokenError, SyntaxError):
        pass  # an open bracket or quote: what is printed goes on in the next line
    return text.strip(), ""


def _is_printable(text: str) -> bool:
    """Say whether the text can stand between the parentheses of print."""
    try:
        ast.parse(f"print({text})")
    except SyntaxError:
        return False
    return True
