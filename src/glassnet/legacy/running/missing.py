"""Files that old code opens: where they may be, and what to say where they are not."""

from __future__ import annotations

from os.path import isfile  # not as a run replaces it
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final

from glassnet.mathematics.checks import MissingFileError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

WHERE: Final = {
    "sample_weight.pkl": "It comes with the book that the lectures follow: chapter 3 (ch03) of the repository "
    "oreilly-japan/deep-learning-from-scratch on GitHub.",
    ".weights": "The files w_xh.weights and w_hy.weights come with lecture 003's course (Youngsup Kim, Handong "
    "University), in its folder `data`.",
}


def name_of(path: str | os.PathLike[str]) -> str:
    r"""Return the last part of a path, which may be one of Windows on any machine.

    >>> name_of("data/a.csv"), name_of(r"C:\Users\kim\data\a.csv")
    ('a.csv', 'a.csv')
    """
    return PureWindowsPath(path).name


def missing_file(path: str | os.PathLike[str]) -> MissingFileError:
    """Return the error for a file that is not there, with where to get it if that is known.

    >>> print(missing_file("sample_weight.pkl"))
    sample_weight.pkl is not there. It comes with the book ... Put it beside the script.
    """
    name = name_of(path)
    where = next((f" {words}" for ending, words in WHERE.items() if name.endswith(ending)), "")
    return MissingFileError(f"{path} is not there.{where} Put it beside the script.")


def is_known(path: str | os.PathLike[str]) -> bool:
    """Say whether it is known where to get a file of this name.

    >>> is_known("data/w_xh.weights"), is_known("notes.txt")
    (True, False)
    """
    return name_of(path).endswith(tuple(WHERE))


def beside(path: str | os.PathLike[str], folders: Sequence[Path]) -> Path | None:
    """Return the file of that path or name in one of the folders, or in a folder `data` there; None if it is in none.

    >>> from glassnet.legacy.running import missing
    >>> beside("/content/missing.py", [Path(missing.__file__).parent]).name
    'missing.py'
    >>> beside("nowhere.csv", [Path.cwd()])
    """
    name = name_of(path)
    for folder in folders:
        for place in (folder / path, folder / PureWindowsPath(path).as_posix(), folder / name, folder / "data" / name):
            if isfile(place):  # noqa: PTH113  # see above
                return place
    return None
