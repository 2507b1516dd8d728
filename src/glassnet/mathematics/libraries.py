"""Libraries that glassnet can do without: whether one is there, and how to install it."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from glassnet.mathematics.checks import MissingLibraryError

if TYPE_CHECKING:
    from types import ModuleType


def is_installed(library: str) -> bool:
    """Say whether a library can be imported, without importing it.

    >>> is_installed("json"), is_installed("no_such_library")
    (True, False)
    """
    return importlib.util.find_spec(library) is not None


def need(module: str, *, extra: str, what: str) -> ModuleType:
    """Import an optional library, or say how to install it.

    >>> need("math", extra="none", what="counting").sqrt(4.0)
    2.0
    >>> need("no_such_library", extra="onnx", what="an ONNX file")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingLibraryError: an ONNX file needs no_such_library, which is not installed.
    Install it: pip install glassnet[onnx]
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        missing = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == library
        state = "is not installed" if missing else f"cannot be loaded here ({error})"
        raise MissingLibraryError(
            f"{what} needs {library}, which {state}. Install it: pip install glassnet[{extra}]"
        ) from error
