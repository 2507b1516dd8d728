"""Files that old code opens: where they may be, and what to say where they are not."""

from __future__ import annotations

from pathlib import Path
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


def missing_file(path: str | os.PathLike[str]) -> MissingFileError:
    """Return the error for a file that is not there, with where to get it if that is known.

    >>> print(missing_file("sample_weight.pkl"))
    sample_weight.pkl is not there. It comes with the book ... Put it beside the script.
    """
    name = Path(path).name
    where = next((f" {words}" for ending, words in WHERE.items() if name.endswith(ending)), "")
    return MissingFileError(f"{path} is not there.{where} Put it beside the script.")


def is_known(path: str | os.PathLike[str]) -> bool:
    """Say whether it is known where to get a file of this name.

    >>> is_known("data/w_xh.weights"), is_known("notes.txt")
    (True, False)
    """
    return Path(path).name.endswith(tuple(WHERE))


def beside(path: str | os.PathLike[str], folders: Sequence[Path]) -> Path | None:
    """Return the file of that path or name in one of the folders, or in a folder `data` there; None if it is in none.

    >>> from glassnet.legacy.running import missing
    >>> beside("/content/missing.py", [Path(missing.__file__).parent]).name
    'missing.py'
    >>> beside("nowhere.csv", [Path.cwd()])
    """
    asked = Path(path)
    for folder in folders:
        for place in (folder / asked, folder / asked.name, folder / "data" / asked.name):
            if place.is_file():
                return place
    return None
