"""Whether an answer is still the placeholder of the exercise: `...`, None, or a function not written yet."""

from __future__ import annotations

import dis
from types import FunctionType
from typing import Any, Final

_SAYING_NOTHING: Final = {"", "...", "…", "?"}
# After these an Ellipsis is an index, x[..., 0], or a part of one; after anything else nobody means it.
_INDEXING: Final = (
    "BINARY_SUBSCR",
    "STORE_SUBSCR",
    "DELETE_SUBSCR",
    "BINARY_OP",
    "BUILD_TUPLE",
    "BUILD_SLICE",
    "LOAD_",
)
_LEAVING: Final = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS", "MAKE_CELL"}


def is_unanswered(answer: Any) -> bool:
    """Say whether an answer is not filled in yet.

    Parameters
    ----------
    answer : object
        Of any kind; nothing of it is called.

    Returns
    -------
    bool
        True for None, `...`, an empty text, a tuple, list or dict with `...` in it, a function that only
        returns None (but for a lambda) or still has `...` where a value belongs, and a class with such a method.

    Examples
    --------
    >>> def nand(x1, x2):
    ...     ...  # fill this in
    >>> is_unanswered(nand), is_unanswered((0.5, ...)), is_unanswered(lambda x: x[..., 0])
    (True, True, False)
    """
    if answer is None or answer is ...:
        return True
    kind = type(answer)  # not isinstance, which asks the answer itself
    if issubclass(kind, str):
        return str(answer).strip() in _SAYING_NOTHING
    if issubclass(kind, tuple | list):
        return any(item is ... for item in answer)
    if issubclass(kind, dict):
        return any(item is ... for item in answer.values())
    if issubclass(kind, type):
        return any(_is_unwritten(method) for method in vars(answer).values() if type(method) is FunctionType)
    return kind is FunctionType and _is_unwritten(answer)


def _is_unwritten(function: FunctionType) -> bool:
    steps = [step for step in dis.get_instructions(function) if step.opname != "CACHE"]
    if all(step.opname in _LEAVING for step in steps):
        # The body has no effect: it leaves with a constant, and None or `...` is nobody's answer. But who writes
        # `lambda x: None` has said None.
        nothing = {...} if function.__name__ == "<lambda>" else {None, ...}
        return next(step.argval for step in reversed(steps) if "CONST" in step.opname) in nothing
    return any(
        _is_placeholder(step.argval) and step.opname in {"LOAD_CONST", "RETURN_CONST"} and not _is_index(following)
        for step, following in zip(steps, [*steps[1:], None], strict=True)
    )


def _is_placeholder(constant: object) -> bool:
    """Say whether a constant is `...`, or a row of them as in `w1, w2 = ..., ...`."""
    return constant is ... or (isinstance(constant, tuple) and bool(constant) and all(part is ... for part in constant))


def _is_index(following: dis.Instruction | None) -> bool:
    # Since Python 3.14 an index is an operation among others, "[]"; + and * are never meant with `...`.
    if following is None:
        return False
    if following.opname == "BINARY_OP":
        return following.argrepr.startswith("[")
    return following.opname.startswith(_INDEXING)
