"""What to write where a script fails because a slide lost or misprinted a name."""

from __future__ import annotations

import re
import sys
from typing import Final

from glassnet.mathematics.checks import did_you_mean

NO_CONSTRUCTOR: Final = re.compile(r"\w+\(\) takes no arguments$|name 'def_+ini?t_+' is not defined")
ADVICE_CONSTRUCTOR: Final = (
    "A constructor is called __init__: write `def __init__(self, …):`. The slide's `__int__` is a misprint."
)
OUTSIDE: Final = (
    "`def {name}(self, …)` stands outside the class {kind}. Put it into the class, in the same cell, indented as its "
    "other methods are."
)


def advice_on_error(error: BaseException) -> str:
    """Return what to write where a script fails because of what a slide lost or misprinted.

    Parameters
    ----------
    error : exception

    Returns
    -------
    str
        Nothing if it is no such failure.

    Examples
    --------
    >>> import numpy
    >>> try:
    ...     numpy.sgrt(4)
    ... except AttributeError as error:
    ...     print(advice_on_error(error).strip())
    Did you mean 'sqrt'?
    """
    if isinstance(error, TypeError | NameError) and NO_CONSTRUCTOR.search(str(error)):
        return ADVICE_CONSTRUCTOR
    if not isinstance(error, AttributeError) or not error.name or error.obj is None:
        return ""
    kind = type(error.obj)
    if kind.__module__ == "__main__":  # the script's own class
        code = getattr(vars(sys.modules["__main__"]).get(error.name), "__code__", None)
        if code is not None and code.co_varnames[:1] == ("self",):
            return OUTSIDE.format(name=error.name, kind=kind.__name__)
    return did_you_mean(error.name, [name for name in dir(error.obj) if not name.startswith("_")]).strip()
