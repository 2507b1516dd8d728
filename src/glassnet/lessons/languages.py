"""The language in which lessons speak: Korean or English."""

from __future__ import annotations

import locale
import os
from typing import Final

from glassnet.mathematics.checks import check_choice

LANGUAGES: Final = ("ko", "en")

_chosen: list[str] = []  # empty until someone chooses


def language(name: str | None = None) -> str:
    """Return the language of verdicts, after setting it if `name` is given.

    Parameters
    ----------
    name : "ko" or "en", optional

    Returns
    -------
    str
        The language from now on. Until one is chosen it is that of the locale.

    Raises
    ------
    ArgumentError
        If there is no such language.

    Examples
    --------
    >>> before = language()
    >>> language("ko")
    'ko'
    >>> language(before) == before
    True
    """
    if name is not None:
        _chosen[:] = [check_choice("language", name, LANGUAGES)]
    return _chosen[0] if _chosen else of_locale()


def of_locale() -> str:
    """Return "ko" where the environment's locale is Korean, else "en".

    >>> of_locale() in LANGUAGES
    True
    """
    # The first that is set counts, as for every program of the system.
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    names.append(locale.getlocale()[0])  # Windows sets none of them
    return "ko" if (next(filter(None, names), None) or "").lower().startswith("ko") else "en"
