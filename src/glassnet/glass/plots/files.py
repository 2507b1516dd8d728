"""Saving a figure: the file is whole or it is the old one."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.data.files import write_atomically
from glassnet.mathematics.checks import (
    ArgumentTypeError,
    MissingFileError,
    check_choice,
    check_number,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# For each kind of file the entry that would hold the time: without it the same figure gives the same bytes.
NO_DATE: dict[str, dict[str, Any]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
DOTS_PER_INCH = 150


def save_figure(
    ax_or_figure: Axes | Figure,
    path: str | os.PathLike[str],
    *,
    dpi: float = DOTS_PER_INCH,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write a figure as PNG, SVG or PDF, as the ending of the path says.

    A full disk or a crash leaves the old file as it was. The figure stays open, and the same figure gives the same
    bytes: no date is written.

    Parameters
    ----------
    ax_or_figure : Axes or Figure
        The figure, or any axes on it.
    path : path
        Ends in .png, .svg or .pdf; its folder must exist.
    dpi : float, default 150
        Pixels per inch of a PNG.
    metadata : dict of str, optional
        Entries that the file keeps beside the picture, by the names that its kind knows.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ArgumentError
        If the path ends otherwise.
    MissingFileError
        If the folder is not there.
    DataError
        If the file cannot be written.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from glassnet.glass.plots.digits import digit_grid
    >>> ax = digit_grid(np.eye(28)[np.newaxis])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_figure(ax, Path(folder) / "digit.png").name
    'digit.png'
    """
    import matplotlib as mpl

    figure = _figure_of(ax_or_figure)
    place, ending = checked_place(path, NO_DATE)
    dpi = check_number("dpi", dpi, above=0)
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "glassnet"}):
        figure.savefig(content, format=ending[1:], dpi=dpi, metadata=NO_DATE[ending] | (metadata or {}))
    return write_atomically(place, content.getvalue())


def checked_place(path: str | os.PathLike[str], endings: Iterable[str]) -> tuple[Path, str]:
    """Return where to write, in a folder that exists, and the ending of the name, which is one of `endings`."""
    if not isinstance(path, str | os.PathLike):
        raise ArgumentTypeError(f"path must be a str or a path, got {describe(path)}. Give the name of a file.")
    place = Path(path)
    ending = check_choice("the ending of the path", place.suffix.lower(), endings)
    if not place.parent.is_dir():
        raise MissingFileError(f"the folder of {place} must exist, but it does not. Make {place.parent} first.")
    return place, ending


def _figure_of(ax_or_figure: Axes | Figure) -> Figure:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    # The figure of axes may be a part of a larger one, whose `figure` is the whole.
    figure = ax_or_figure.figure.figure if isinstance(ax_or_figure, Axes) else ax_or_figure
    if not isinstance(figure, Figure):
        raise ArgumentTypeError(
            f"ax_or_figure must be a Matplotlib Axes or Figure, got {describe(ax_or_figure)}. "
            "Give what the plot returned."
        )
    return figure
