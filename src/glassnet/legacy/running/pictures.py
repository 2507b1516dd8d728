"""Matplotlib as old code knows it: names that were dropped, and pictures where there is no screen to show them on."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from glassnet.glass.plots.files import save_figure
from glassnet.legacy.running.replacing import replaced
from glassnet.mathematics.checks import DataError, MissingFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

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
        self.usual_show: Callable[..., Any] | None = None

    def show(self, *arguments: Any, **options: Any) -> None:
        """Show the open figures as Matplotlib does, or save them and close them."""
        plt = sys.modules[PYPLOT]
        if self.usual_show is not None and not self.always and plt.get_backend().lower() not in WITHOUT_SCREEN:
            self.usual_show(*arguments, **options)
            return
        for number in plt.get_fignums():
            path = self._next_path()
            try:
                self.saved.append(save_figure(plt.figure(number), path, metadata=MARK))
            except (OSError, DataError) as error:
                raise MissingFileError(
                    f"{path} cannot be written ({error}). Run a copy in a folder of yours."
                ) from None
            plt.close(number)
            self.say(f"saved the picture {path.name}")

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


@contextmanager
def matplotlib_names(pictures: Pictures | None) -> Iterator[None]:
    """Give Matplotlib its lost names back, for a while; it is not loaded unless the script does so.

    Parameters
    ----------
    pictures : Pictures or None
        What `plt.show()` does; None leaves it as it is.
    """
    with ExitStack() as stack:

        def mend(plt: Any) -> None:
            for owner, names in _lost_names(plt):
                stack.enter_context(replaced(owner, names))
            if pictures is not None:
                stack.enter_context(plt.rc_context())  # a script's style is its own
                pictures.usual_show = plt.show
                stack.enter_context(replaced(plt, {"show": partial(pictures.show)}))  # Matplotlib gives it attributes

        if PYPLOT in sys.modules:
            mend(sys.modules[PYPLOT])
        else:
            _draw_without_windows(stack, pictures)
            stack.enter_context(_after_import(PYPLOT, mend))
        yield


def _draw_without_windows(stack: ExitStack, pictures: Pictures | None) -> None:
    if pictures is not None and pictures.always and "MPLBACKEND" not in os.environ:
        os.environ["MPLBACKEND"] = "Agg"
        stack.callback(os.environ.pop, "MPLBACKEND", None)


def _lost_names(plt: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield modules and classes with what they lost, or with what takes the arguments that it once took."""
    import matplotlib.style
    import mpl_toolkits.mplot3d  # type: ignore[import-untyped]  # it has no hints
    from matplotlib import cm
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    usual_gca, usual_style = Figure.gca, matplotlib.style.use

    def gca(figure: Any, **options: Any) -> Any:
        return figure.add_subplot(**options) if options else usual_gca(figure)

    def pyplot_gca(**options: Any) -> Any:
        return gca(plt.gcf(), **options)

    def axes_3d(figure: Any, *rectangle: Any, **options: Any) -> Any:
        """Put axes on the figure, as once the class itself did."""
        options.pop("auto_add_to_figure", None)
        if rectangle:
            return figure.add_axes(*rectangle, projection="3d", **options)
        return figure.add_subplot(projection="3d", **options)

    def use_style(style: Any) -> None:
        usual_style(_style(style, matplotlib.style.available))

    def nothing(*_: Any, **__: Any) -> None:
        """Do nothing: lines are always added to what is drawn, as `hold(True)` meant."""

    yield Figure, {"gca": gca}
    yield plt, {"gca": pyplot_gca} | _absent(plt, {"hold": nothing, "spectral": cm.nipy_spectral})
    yield Axes, _absent(Axes, {"hold": nothing, "set_axis_bgcolor": Axes.set_facecolor})
    yield cm, _absent(cm, {"get_cmap": plt.get_cmap, "spectral": cm.nipy_spectral})
    yield mpl_toolkits.mplot3d, {"Axes3D": axes_3d}
    yield matplotlib.style, {"use": use_style}


def _absent(owner: Any, names: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if name not in vars(owner)}


def _style(style: Any, available: Sequence[str]) -> Any:
    """Return the present name of one of Seaborn's styles."""
    if isinstance(style, str) and style.startswith("seaborn") and style not in available:
        return style.replace("seaborn", "seaborn-v0_8", 1)
    return style


@contextmanager
def _after_import(name: str, action: Callable[[ModuleType], None]) -> Iterator[None]:
    """Do something with a module as soon as it has been imported."""

    class Watcher(importlib.abc.MetaPathFinder):
        def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
            spec = importlib.machinery.PathFinder.find_spec(fullname, path) if fullname == name else None
            if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
                spec.loader = Loader(spec.loader.name, spec.loader.path)
            return spec

    class Loader(importlib.machinery.SourceFileLoader):
        def exec_module(self, module: ModuleType) -> None:
            super().exec_module(module)
            action(module)

    watcher = Watcher()
    sys.meta_path.insert(0, watcher)
    try:
        yield
    finally:
        sys.meta_path.remove(watcher)
