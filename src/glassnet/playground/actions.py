"""Which function answers a request: `digit.look` is `ACTIONS["look"]` of the tab `digit`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from glassnet.mathematics.checks import UnknownNameError, did_you_mean
from glassnet.playground.message import Message
from glassnet.playground.sessions import Session

Action = Callable[[Session, Message], "dict[str, Any] | None"]
TABS = ("digit", "train", "graph", "gates", "handwriting", "models")
"""The modules in `tabs/`; each is imported when the page first asks for something of it."""


def action(name: str) -> Action:
    """Return the function that answers a request of that name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    tab, _, rest = name.partition(".")
    if tab not in TABS:
        raise UnknownNameError(f"there is no tab {tab!r}, only {', '.join(TABS)}.{did_you_mean(tab, TABS)}")
    actions: dict[str, Action] = import_module(f"glassnet.playground.tabs.{tab}").ACTIONS
    if rest not in actions:
        raise UnknownNameError(f"{tab} has no action {rest!r}, only {', '.join(actions)}.")
    return actions[rest]
