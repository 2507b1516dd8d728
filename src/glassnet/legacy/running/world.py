"""The world that old code was written for, put back as one."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.legacy.running.files import safe_pickles, served_files
from glassnet.legacy.running.modules import provided_modules
from glassnet.legacy.running.numpy_names import numpy_names
from glassnet.legacy.running.pictures import matplotlib_names

if TYPE_CHECKING:
    import os

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
    Until then NumPy and Matplotlib have their lost names, `common`, `dataset`, `joy` and `two_layer_net` can be
    imported, `open` serves MNIST's CSV files, and pickles are read without running what is in them.

    Examples
    --------
    >>> import glassnet as gn
    >>> with gn.legacy.install():
    ...     from common.functions import softmax
    ...     np.round_(softmax(np.array([0.3, 2.9, 4.0])), 3)
    array([0.018, 0.245, 0.737])
    """
    return old_world(Path(folder).resolve(), None)


def old_world(folder: Path, pictures: Pictures | None) -> ExitStack:
    """Enter everything that old code needs, and return what takes it away again."""
    stack = ExitStack()
    parts = (
        numpy_names(),
        provided_modules([folder]),
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
