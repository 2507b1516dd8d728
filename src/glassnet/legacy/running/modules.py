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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOME: Final = Path(__file__).parents[1]
PROVIDED: Final = ("common", "dataset", "google", "joy", "two_layer_net")


@contextmanager
def provided_modules(folders: Sequence[Path]) -> Iterator[None]:
    """Let `import common.functions` and the like find what glassnet provides, for a while.

    Parameters
    ----------
    folders : sequence of paths
        The script's own folders: what they hold comes first.

    Notes
    -----
    A script gets modules of its own, made from the files of `glassnet.legacy`; afterwards they are forgotten, and so
    are those of its folder.

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
    finder = _Finder(folders)
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
            if _is_provided(name) or (name not in known and _is_of(sys.modules[name], folders)):
                del sys.modules[name]
        sys.modules.update(before)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = [str(folder) for folder in folders]
        self.usual = [*sys.path]

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not _is_provided(fullname):
            return None
        top = "." not in fullname
        if top and fullname == "google":  # others have parts of it too: theirs come first
            path = sys.path
        elif top:
            path = [*self.folders, *self._added()]
        own = importlib.machinery.PathFinder.find_spec(fullname, path)
        return own or self._provided(fullname)

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
