"""Sessions: what the server keeps for one page, for how long, and for how many pages."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from glassnet.playground.message import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SESSIONS = 8
IDLE_SECONDS = 1800.0
"""A session that no page holds is kept so long, for a page that comes back."""

Room = TypeVar("Room")


class Session:
    """What is kept for one page.

    Attributes
    ----------
    key : str
        A secret of the page, with which it comes back after its connection was lost.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(18)
        self.last_used = time.monotonic()
        self._rooms: dict[type, Any] | None = {}  # None when it is closed
        self._lock = threading.Lock()
        self._listener: Callable[[str, dict[str, Any]], None] | None = None

    @property
    def connected(self) -> bool:
        """Whether a page holds it."""
        return self._listener is not None

    def attach(self, listener: Callable[[str, dict[str, Any]], None] | None) -> None:
        """Say who hears of events from now on; None when the page is gone."""
        self._listener = listener
        self.last_used = time.monotonic()

    def push(self, event: str, content: dict[str, Any]) -> None:
        """Tell the page of something that it did not ask for; an older event of that name not yet sent is dropped."""
        listener = self._listener
        if listener is not None:
            listener(event, content)

    def room(self, kind: type[Room]) -> Room:
        """Return what one tab keeps: an object of that class, made as `kind(session)` when first asked for.

        Raises
        ------
        RefusedError
            If the session has been forgotten.
        """
        with self._lock:
            if self._rooms is None:
                raise RefusedError("lost", "this page has been away too long. Load it again.")
            if kind not in self._rooms:
                self._rooms[kind] = kind(self)  # type: ignore[call-arg]  # every room is made so
            own: Room = self._rooms[kind]
        return own

    def close(self) -> None:
        """End what runs for it: each room's `close`, where it has one."""
        with self._lock:
            rooms, self._rooms = list((self._rooms or {}).values()), None
        for room in rooms:
            if hasattr(room, "close"):
                room.close()


class Sessions:
    """All sessions of a server: at most `MOST_SESSIONS`, each forgotten some time after its page has gone."""

    def __init__(self) -> None:
        self._by_key: dict[str, Session] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._by_key)

    def take(self, key: str | None) -> Session:
        """Return the session of that key if no other page holds it, or else a new one.

        Raises
        ------
        RefusedError
            If there are as many pages as there may be.
        """
        with self._lock:
            self._forget_idle()
            known = self._by_key.get(key or "")
            if known is not None and not known.connected:
                return known
            if len(self._by_key) >= MOST_SESSIONS:
                self._make_room()
            session = Session()
            self._by_key[session.key] = session
            return session

    def _make_room(self) -> None:
        """Give up the session that has been without a page for longest."""
        left = [session for session in self._by_key.values() if not session.connected]
        if not left:
            raise RefusedError(
                "too-many-pages",
                f"at most {MOST_SESSIONS} pages can be open at a time. Close one and load this one again.",
                most=MOST_SESSIONS,
            )
        self._drop(min(left, key=lambda session: session.last_used))

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for session in list(self._by_key.values()):
            if not session.connected and now - session.last_used > IDLE_SECONDS:
                self._drop(session)

    def _drop(self, session: Session) -> None:
        del self._by_key[session.key]
        # What runs for it may take a while to end, and others are not to wait for that.
        threading.Thread(target=session.close, name="closing", daemon=True).start()

    def forget_idle(self) -> None:
        """End the sessions whose pages have not come back."""
        with self._lock:
            self._forget_idle()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            sessions = list(self._by_key.values())
            self._by_key.clear()
        for session in sessions:
            session.close()
