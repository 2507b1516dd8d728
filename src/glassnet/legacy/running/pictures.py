"""The pictures of a run: saved beside the script where there is no screen to show them on."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

from glassnet.glass.plots.files import save_figure
from glassnet.legacy.running.lettering import INSTALL, lacks_hangul, with_korean
from glassnet.mathematics.checks import DataError, MissingFileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPLOT: Final = "matplotlib.pyplot"
MARK: Final = {"Source": "glassnet legacy run"}  # by it a later run knows the pictures that it may replace
WITHOUT_SCREEN: Final = frozenset({"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"})


class Pictures:
    """Saves a script's figures beside it, where they cannot be shown.

    Parameters
    ----------
    folder : path
        Where the pictures go.
    stem : str
        How their names begin: STEM-1.png, STEM-2.png, …
    say : callable (words)
        Told of each picture.
    always : bool
        Save even where there is a screen.

    Attributes
    ----------
    saved : list of Path
    """

    def __init__(self, folder: Path, stem: str, say: Callable[[str], None], *, always: bool = False) -> None:
        self.folder = folder
        self.stem = stem
        self.say = say
        self.always = always
        self.saved: list[Path] = []
        self._number = 0
        self._has_told = False  # of a missing font
        self.usual_show: Callable[..., Any] | None = None

    def show(self, *arguments: Any, **options: Any) -> None:
        """Show the open figures as Matplotlib does, or save them and close them."""
        plt = sys.modules[PYPLOT]
        if not self._is_saving() and self.usual_show is not None:
            for number in plt.get_fignums():
                with_korean(plt.figure(number))
            self.usual_show(*arguments, **options)
            return
        for number in plt.get_fignums():
            self._save(plt.figure(number))
            plt.close(number)

    def _is_saving(self) -> bool:
        backend = sys.modules[PYPLOT].get_backend().lower()
        return self.usual_show is None or self.always or backend in WITHOUT_SCREEN

    def _save(self, figure: Any) -> None:
        path = self._next_path()
        with_korean(figure)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                self.saved.append(save_figure(figure, path, metadata=MARK))
        except (OSError, DataError) as error:
            raise MissingFileError(f"{path} cannot be written ({error}). Run a copy in a folder of yours.") from None
        self.say(f"saved the picture {path.name}")
        for warning in caught:
            if not lacks_hangul(warning.message):
                warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
            elif not self._has_told:
                self._has_told = True
                self.say(INSTALL)

    def _next_path(self) -> Path:
        """Return the next name that is free, or that an earlier run gave to a picture: others' files stay."""
        while True:
            self._number += 1
            path = self.folder / f"{self.stem}-{self._number}.png"
            if not path.exists() or (path.is_file() and MARK["Source"].encode() in path.read_bytes()):
                return path

    def close(self) -> None:
        """Close the figures that are open, in case the script has failed: they belong to this run."""
        if PYPLOT in sys.modules:
            sys.modules[PYPLOT].close("all")

    def show_what_is_left(self) -> None:
        """Show figures that were drawn but never shown, as a notebook does after a cell."""
        plt = sys.modules.get(PYPLOT)
        if plt is not None and plt.get_fignums():
            self.show()

    def keep_what_is_left(self) -> None:
        """Save what a script had drawn when it failed or was interrupted; what cannot be saved is told, not raised."""
        plt = sys.modules.get(PYPLOT)
        if plt is None or not self._is_saving():
            return
        for number in plt.get_fignums():
            figure = plt.figure(number)
            if figure.axes:
                try:
                    self._save(figure)
                except Exception as error:  # noqa: BLE001  # the script's own error is the news
                    self.say(f"a picture could not be saved: {error}")
            plt.close(number)
