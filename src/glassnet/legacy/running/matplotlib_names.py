"""Matplotlib as old code knows it: names that were dropped, and a backend that needs no screen where there is none."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import os
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from glassnet.legacy.running.pictures import PYPLOT, WITHOUT_SCREEN
from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from glassnet.legacy.running.pictures import Pictures

MATPLOTLIB: Final = "matplotlib"


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

        def mend_backend(module: Any) -> None:
            if pictures is not None:
                stack.enter_context(replaced(module, {"use": _use(module.use, pictures)}))

        if PYPLOT not in sys.modules:
            _draw_without_windows(stack, pictures)
        for name, action in ((MATPLOTLIB, mend_backend), (PYPLOT, mend)):
            if name in sys.modules:
                action(sys.modules[name])
            else:
                stack.enter_context(_after_import(name, action))
        yield


def _draw_without_windows(stack: ExitStack, pictures: Pictures | None) -> None:
    if pictures is not None and pictures.always and "MPLBACKEND" not in os.environ:
        os.environ["MPLBACKEND"] = "Agg"
        stack.callback(os.environ.pop, "MPLBACKEND", None)


def _use(usual: Callable[..., None], pictures: Pictures) -> Callable[..., None]:
    """Return a `matplotlib.use` that takes what needs no screen where there is none."""

    @functools.wraps(usual)
    def use(backend: Any, *arguments: Any, **options: Any) -> None:
        options.pop("warn", None)  # an argument that Matplotlib 3.3 dropped
        draws_windows = str(backend).lower() not in WITHOUT_SCREEN
        if draws_windows and (pictures.always or not _has_screen()):
            pictures.say(f"{backend} needs a screen, and there is none: pictures are saved")
            usual("Agg")
            return
        try:
            usual(backend, *arguments, **options)
        except (ImportError, ValueError):
            pictures.say(f"Matplotlib has no {backend} here: pictures are saved")
            usual("Agg")

    return use


def _has_screen() -> bool:
    """Say whether windows can be opened: on Linux and the like a display server must be named."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _lost_names(plt: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield modules and classes with what they lost, or with what takes the arguments that it once took."""
    import matplotlib.style
    from matplotlib import cm
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]  # it has no hints

    usual_gca, usual_style = Figure.gca, matplotlib.style.use

    def gca(figure: Any, projection: str | None = None, **options: Any) -> Any:
        if projection is None and not options:
            return usual_gca(figure)
        axes = usual_gca(figure) if figure.axes else None
        if axes is not None and axes.name == (projection or "rectilinear"):
            return axes
        return figure.add_subplot(projection=projection, **options)

    def pyplot_gca(**options: Any) -> Any:
        return gca(plt.gcf(), **options)

    def use_style(style: Any) -> None:
        usual_style(_style(style, matplotlib.style.available))

    def nothing(*_: Any, **__: Any) -> None:
        """Do nothing: lines are always added to what is drawn, as `hold(True)` meant."""

    yield Figure, {"gca": gca}
    yield plt, {"gca": pyplot_gca} | _absent(plt, {"hold": nothing, "spectral": cm.nipy_spectral})
    yield Axes, _absent(Axes, {"hold": nothing, "set_axis_bgcolor": Axes.set_facecolor})
    yield cm, _absent(cm, {"get_cmap": plt.get_cmap, "spectral": cm.nipy_spectral})
    yield Axes3D, {"__init__": _on_its_figure(Axes3D.__init__)}
    yield matplotlib.style, {"use": use_style}


def _on_its_figure(usual: Callable[..., None]) -> Callable[..., None]:
    """Return a constructor of axes that puts them on their figure, as `Axes3D(fig)` did until Matplotlib 3.4."""

    @functools.wraps(usual)
    def construct(axes: Any, figure: Any, *arguments: Any, **options: Any) -> None:
        adds = options.pop("auto_add_to_figure", True)
        usual(axes, figure, *arguments, **options)
        if adds:
            figure.add_axes(axes)  # `add_subplot` does so once more: it changes nothing

    return construct


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
