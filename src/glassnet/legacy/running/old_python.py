"""What Python itself lost since Python 2: names, modules, methods, and the division of whole numbers."""

from __future__ import annotations

import builtins
import collections
import collections.abc
import functools
import importlib
import itertools
import math
import string
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Names that were there without an import, with what Python 3 calls them.
BUILTINS: Final[dict[str, tuple[Any, str]]] = {
    "xrange": (range, "range"),
    "raw_input": (input, "input"),
    "unicode": (str, "str"),
    "basestring": (str, "str"),
    "unichr": (chr, "chr"),
    "long": (int, "int"),
    "reduce": (functools.reduce, "functools.reduce"),
    "reload": (importlib.reload, "importlib.reload"),
    "cmp": (lambda a, b: (a > b) - (a < b), "(a > b) - (a < b)"),
}
MODULES: Final = {
    "cPickle": "pickle",
    "StringIO": "io",
    "cStringIO": "io",
    "Queue": "queue",
    "ConfigParser": "configparser",
    "Tkinter": "tkinter",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "httplib": "http.client",
    "HTMLParser": "html.parser",
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
}
ATTRIBUTES: Final[tuple[tuple[Any, dict[str, Any]], ...]] = (
    (
        itertools,
        {"izip": zip, "imap": map, "ifilter": filter, "izip_longest": itertools.zip_longest,
         "ifilterfalse": itertools.filterfalse},
    ),
    (string, {"letters": string.ascii_letters, "lowercase": string.ascii_lowercase,
              "uppercase": string.ascii_uppercase}),
    (time, {"clock": time.perf_counter}),
    (collections, {name: getattr(collections.abc, name) for name in collections.abc.__all__}),
    (math, {}),
)  # fmt: skip
METHODS: Final = {"has_key": 1, "iteritems": 0, "iterkeys": 0, "itervalues": 0, "next": 0}  # with how many arguments
# What rewritten code calls; the names stand in builtins while it runs.
DIVIDED: Final = "__glassnet_divided__"
DIVISOR: Final = "__glassnet_divisor__"
METHOD: Final = "__glassnet_method__"


@contextmanager
def old_python(say: Callable[[str], None]) -> Iterator[None]:
    """Give Python its lost names back, for a while.

    Parameters
    ----------
    say : callable (words)
        Told of whole numbers that are divided, and of lost methods, at their first use in each line.

    Examples
    --------
    >>> with old_python(print):
    ...     [*xrange(3)], time.clock() > 0
    ([0, 1, 2], True)
    """
    helpers = _Helpers(say)
    names = {name: value for name, (value, _) in BUILTINS.items()}
    names |= {DIVIDED: helpers.divided, DIVISOR: helpers.divisor, METHOD: helpers.method}
    with ExitStack() as stack:
        for owner, lost in ((builtins, names), *ATTRIBUTES):
            stack.enter_context(replaced(owner, {name: lost[name] for name in lost if name not in vars(owner)}))
        yield


class _Helpers:
    """What rewritten code calls; each tells of a line once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.told: set[str] = set()

    def divided(self, a: Any, b: Any) -> Any:
        """Return `a / b`, and tell if Python 2 had rounded it."""
        if _is_whole(a) and _is_whole(b):
            self._tell("/ of whole numbers has a fraction today; Python 2 rounded down. If that was meant, write //")
        return a / b

    def divisor(self, a: Any, b: Any) -> Any:
        """Return the divisor of `a /= b`, and tell as above."""
        if _is_whole(a) and _is_whole(b):
            self._tell("/= of whole numbers has a fraction today; Python 2 rounded down. If that was meant, write //=")
        return b

    def method(self, owner: Any, name: str) -> Any:
        """Return a method, or what took its place where there is none of that name."""
        modern: Any = None
        words = f"{name}() is gone: "
        if hasattr(owner, name):
            return getattr(owner, name)
        if name == "next":
            modern, words = functools.partial(next, owner), words + "next(x)"
        elif name == "has_key" and hasattr(owner, "keys"):
            modern, words = owner.__contains__, words + "`key in d`"
        elif hasattr(owner, name.removeprefix("iter")):
            modern, words = getattr(owner, name.removeprefix("iter")), words + name.removeprefix("iter") + "()"
            return self._told(words, lambda: iter(modern()))
        return self._told(words, modern) if modern is not None else getattr(owner, name)

    def _told(self, words: str, value: Any) -> Any:
        self._tell(words, depth=3)
        return value

    def _tell(self, words: str, depth: int = 2) -> None:
        frame = sys._getframe(depth)  # noqa: SLF001  # the line of the script
        message = f"{frame.f_code.co_filename}, line {frame.f_lineno}: {words}"
        if message not in self.told:
            self.told.add(message)
            self.say(message)


def _is_whole(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iu"
    return isinstance(value, int | np.integer)
