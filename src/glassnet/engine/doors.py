"""What Python calls in compiled code, with the types of its arguments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from glassnet.engine import augmentation, interpreter
from glassnet.engine.compiling import RELAXED

if TYPE_CHECKING:
    from collections.abc import Callable

INT, REAL = types.int64, types.float64
INTS, REALS, TABLE, SETTINGS = INT[::1], REAL[::1], INT[:, ::1], REAL[:, ::1]


def _interpreter(number: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    arguments = (
        *(INT, INT, INT, INTS, INTS, number, TABLE, SETTINGS, INTS, INTS),
        *(INTS, INTS, INT, INT, INT, INT, INT, REALS, REALS, TABLE, INT, INT, TABLE),
    )
    return interpreter.work, arguments


def _row(number: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    row = types.Array(number, 2, "C")
    return interpreter.predict_row, (TABLE, SETTINGS, INTS, INTS, INTS, row, row)


def _augmentation(number: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    rows, maps = types.Array(number, 2, "C"), types.Array(number, 3, "C")
    return augmentation.augment_images, (rows, rows, number[::1], rows, maps, rows, INT, INT, INT)


DOORS = {"interpreter": _interpreter, "row": _row, "augmentation": _augmentation}


def compile_apart(name: str, dtype: np.dtype[Any], folder: Path) -> bool:
    """Compile a function in a process of its own, into a folder; return whether that went well.

    What is loaded from disk rounds now and then otherwise than what was compiled in the same process, where functions
    that are shared come from whatever was compiled first. So all processes load. And what compiling takes (some
    170 MB) is given back.
    """
    if getattr(sys, "frozen", False) or not sys.executable:  # an application, which would start itself
        return False
    here = [os.fspath(Path(__file__).parents[2]), *filter(None, sys.path)]
    command = [sys.executable, "-c", IN_A_CHILD, name, dtype.name, str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(here)}
    try:
        done = subprocess.run(  # noqa: S603  # the code below, by the interpreter that runs this
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:  # no more processes
        return False
    return done.returncode == 0


IN_A_CHILD = """
import sys
from pathlib import Path
import numpy as np
from glassnet.engine.doors import compiled
name, dtype, folder = sys.argv[1:]
compiled(name, np.dtype(dtype), Path(folder))
"""


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
