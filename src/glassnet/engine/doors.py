"""What Python calls in compiled code, with the types of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from glassnet.engine import interpreter
from glassnet.engine.compiling import RELAXED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INT, REAL = types.int64, types.float64
INTS, REALS, TABLE, SETTINGS = INT[::1], REAL[::1], INT[:, ::1], REAL[:, ::1]


def _interpreter(number: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    arguments = (
        *(INT, INT, INT, INTS, INTS, number, TABLE, SETTINGS, INTS, INTS),
        *(INTS, INTS, INT, INT, INT, INT, INT, REALS, REALS, TABLE, INT, INT),
    )
    return interpreter.work, arguments


def _row(number: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    row = types.Array(number, 2, "C")
    return interpreter.predict_row, (TABLE, SETTINGS, INTS, INTS, INTS, row, row)


DOORS = {"interpreter": _interpreter, "row": _row}


def compiled(name: str, dtype: np.dtype[Any], folder: Path | None) -> Callable[..., Any]:
    """Compile a function, or load it from the folder where it was kept."""
    function, arguments = DOORS[name](types.float32 if dtype == np.float32 else types.float64)
    config: Any = numba.config
    previous = config.CACHE_DIR
    if folder is not None:
        config.CACHE_DIR = str(folder)
    try:
        # One row is predicted with the interpreter's lock held: it is over at once, and threads share its memory.
        door = numba.njit(nogil=name != "row", error_model="numpy", fastmath=RELAXED, cache=folder is not None)(
            function
        )
    finally:
        config.CACHE_DIR = previous
    door.compile(arguments)
    door.disable_compile()
    return door
