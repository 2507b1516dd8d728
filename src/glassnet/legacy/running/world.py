"""The world that old code was written for, put back as one."""

from __future__ import annotations

import sys
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.legacy.running.files import served_files
from glassnet.legacy.running.matplotlib_names import matplotlib_names
from glassnet.legacy.running.modules import provided_modules
from glassnet.legacy.running.numpy_names import numpy_names
from glassnet.legacy.running.old_python import old_python
from glassnet.legacy.running.pickles import safe_pickles

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from glassnet.legacy.running.pictures import Pictures


def install(folder: str | os.PathLike[str] = ".") -> ExitStack:
    """Put the lectures' modules and the names that libraries lost in place, for old cells of a notebook.

    Parameters
    ----------
    folder : path, default: the present one
        Where the notebook's own modules and files are; they come first.

    Returns
    -------
    contextlib.ExitStack
        `close()` takes everything away again; it also serves as a `with` block.

    Notes
    -----
    Until then Python, NumPy and Matplotlib have their lost names, `common`, `dataset`, `joy` and `two_layer_net` can be
    imported, `open` serves MNIST's CSV files, and pickles are read without running what is in them.

    Examples
    --------
    >>> import glassnet as gn
    >>> with gn.legacy.install():
    ...     from common.functions import softmax
    ...     np.round_(softmax(np.array([0.3, 2.9, 4.0])), 3)
    array([0.018, 0.245, 0.737])
    """

    def say(words: str) -> None:
        print(f"glassnet: {words}", file=sys.stderr)

    return old_world(Path(folder).resolve(), None, say)


def old_world(folder: Path, pictures: Pictures | None, say: Callable[[str], None]) -> ExitStack:
    """Enter everything that old code needs, and return what takes it away again."""
    stack = ExitStack()
    parts = (
        numpy_names(),
        old_python(say),
        provided_modules([folder], say),
        served_files([folder, folder.parent]),
        safe_pickles(),
        matplotlib_names(pictures),
        # What libraries will drop next is no news for code that is kept as it is.
        warnings.catch_warnings(),
        # NumPy 2 writes np.float64(0.5) where the slides show 0.5.
        np.printoptions(legacy="1.25"),
        np.errstate(),
    )
    with stack:
        for part in parts:
            stack.enter_context(part)
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return stack.pop_all()
