"""The modules that the lectures' code imports, where the script's own folder has none of that name."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from glassnet.legacy.running.mending import compiled
from glassnet.legacy.running.old_python import MODULES
from glassnet.legacy.running.text import decoded

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator, Sequence

HOME: Final = Path(__file__).parents[1]
PROVIDED: Final = ("common", "dataset", "google", "joy", "two_layer_net")


@contextmanager
def provided_modules(folders: Sequence[Path], say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Let `import common.functions` and the like find what glassnet provides, for a while.

    Parameters
    ----------
    folders : sequence of paths
        The script's own folders: what they hold comes first.
    say : callable (words)
        Told of what is mended in modules there.

    Notes
    -----
    A script gets modules of its own, made from the files of `glassnet.legacy`; afterwards they are forgotten, and so
    are those of its folder, which are mended as the script is. Modules of Python 2 are found by their old names.

    Examples
    --------
    >>> with provided_modules([]):
    ...     from common.functions import step_function
    >>> step_function([-1.0, 2.0])
    array([0, 1])
    >>> "common" in sys.modules
    False
    """
    importlib.invalidate_caches()
    finder = _Finder(folders, say)
    before = {name: module for name, module in sys.modules.items() if _is_provided(name)}
    known = set(sys.modules)
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [*sys.modules]:
            if _is_provided(name) or name in MODULES or (name not in known and _is_of(sys.modules[name], folders)):
                del sys.modules[name]
        sys.modules.update(before)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, folders: Sequence[Path], say: Callable[[str], None]) -> None:
        self.say = say
        self.folders = [str(folder) for folder in folders]
        self.usual = [*sys.path]

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not _is_provided(fullname):
            return self._own(fullname, path)
        top = "." not in fullname
        if top and fullname == "google":  # others have parts of it too: theirs come first
            path = sys.path
        elif top:
            path = [*self.folders, *self._added()]
        own = importlib.machinery.PathFinder.find_spec(fullname, path)
        return self._mended(own) if own is not None else self._provided(fullname)

    def _own(self, fullname: str, path: Any) -> importlib.machinery.ModuleSpec | None:
        """Return a module of the script's folders, to be mended, or one that Python 2 called otherwise."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None:
            return importlib.util.spec_from_loader(fullname, _Renamed()) if fullname in MODULES else None
        places = [Path(place).resolve() for place in (*self.folders, *self._added())]
        is_here = spec.origin is not None and any(is_own(spec.origin, place) for place in places)
        return self._mended(spec) if is_here else None

    def _mended(self, spec: importlib.machinery.ModuleSpec) -> importlib.machinery.ModuleSpec:
        if type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Mended(spec.loader.name, spec.loader.path, self.say)
        return spec

    def _added(self) -> list[str]:
        """Return what the script has added to `sys.path`; `..` is meant from the script, wherever one stands."""
        added = [entry for entry in sys.path if entry not in self.usual]
        return [*added, *(str(Path(folder) / entry) for folder in self.folders for entry in added)]

    def _provided(self, fullname: str) -> importlib.machinery.ModuleSpec | None:
        place = HOME.joinpath(*fullname.split("."))
        if (place / "__init__.py").is_file():
            return importlib.util.spec_from_file_location(
                fullname, place / "__init__.py", submodule_search_locations=[str(place)]
            )
        file = place.with_suffix(".py")
        return importlib.util.spec_from_file_location(fullname, file) if file.is_file() else None


class _Mended(importlib.machinery.SourceFileLoader):
    """Reads a module as `glassnet legacy run` reads a script; nothing of it goes into Python's cache."""

    def __init__(self, fullname: str, path: str, say: Callable[[str], None]) -> None:
        super().__init__(fullname, path)
        self.say = say

    def get_code(self, fullname: str) -> types.CodeType:
        """Return the module's code."""
        return compiled(decoded(self.get_data(self.path), Path(self.path)), self.path, self.say)


class _Renamed(importlib.abc.Loader):
    """Fills a module of Python 2 with the names of the one that took its place."""

    def exec_module(self, module: types.ModuleType) -> None:
        modern = importlib.import_module(MODULES[module.__name__])
        vars(module).update({name: value for name, value in vars(modern).items() if not name.startswith("__")})


def _is_provided(name: str) -> bool:
    return name.partition(".")[0] in PROVIDED


def _is_of(module: Any, folders: Sequence[Path]) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and any(is_own(file, folder) for folder in folders)


def is_own(file: str, folder: Path) -> bool:
    """Say whether a file of Python is the script's own: below its folder, but in no installation of packages there.

    >>> is_own("/a/helper.py", Path("/a")), is_own("/a/env/lib/site-packages/x.py", Path("/a"))
    (True, False)
    """
    place, installation = Path(file), Path(sys.prefix)
    if not place.is_relative_to(folder) or {"site-packages", "dist-packages"} & {*place.relative_to(folder).parts}:
        return False
    return not (installation.is_relative_to(folder) and place.is_relative_to(installation))


def provided_names() -> dict[str, list[str]]:
    """Return the provided modules, each with the names in it.

    >>> provided_names()["dataset.mnist"]
    ['load_mnist']
    """
    names = {}
    for file in sorted(HOME.rglob("*.py")):
        parts = file.relative_to(HOME).with_suffix("").parts
        if parts[0] in PROVIDED and parts[-1] != "__init__":
            module = ".".join(parts)
            names[module] = list(importlib.import_module(f"glassnet.legacy.{module}").__all__)
    return names
