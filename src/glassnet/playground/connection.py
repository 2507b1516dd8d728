"""One page's connection: requests come in, answers and events go out."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.websockets import WebSocketDisconnect

from glassnet.mathematics.checks import GlassnetError
from glassnet.playground.actions import action
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.wire import pack, unpack
from glassnet.version import __version__

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from glassnet.playground.sessions import Session, Sessions

MOST_WAITING = 64
"""Requests of one page that are not yet answered; a page with more is cut off."""
MOST_WAITING_BYTES = 96 * 2**20
"""Of those requests together: three of the largest messages."""
GONE = (WebSocketDisconnect, RuntimeError)
"""What a socket raises whose page has left, before or after it was seen to."""
log = logging.getLogger("glassnet.playground")


class Connection:
    """Answers one page until it leaves.

    Requests of one tab are answered in their order, those of different tabs beside each other, each in a thread.
    """

    def __init__(self, socket: WebSocket, session: Session) -> None:
        self._socket, self._session = socket, session
        self._loop = asyncio.get_running_loop()
        self._turns: dict[str, asyncio.Lock] = {}
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._events: dict[str, dict[str, Any]] = {}
        self._tasks: dict[asyncio.Task[None], int] = {}  # each with the bytes of its request

    async def serve(self) -> None:
        """Answer until the page leaves."""
        self._session.attach(self._hear)
        sender = asyncio.create_task(self._send())
        self._queue({"event": "hello", "content": {"session": self._session.key, "version": __version__}})
        try:
            while len(self._tasks) < MOST_WAITING and sum(self._tasks.values()) < MOST_WAITING_BYTES:
                frame = await self._socket.receive_bytes()
                task = asyncio.create_task(self._answer(unpack(frame)))
                self._tasks[task] = len(frame)
                task.add_done_callback(self._tasks.pop)
        except (*GONE, GlassnetError, KeyError):
            pass  # it left, or sent what no page of ours sends
        finally:
            self._session.attach(None)
            for task in (sender, *self._tasks):
                task.cancel()  # what has its turn is done in its thread to the end; what waits for one is not begun
            with suppress(*GONE):
                await self._socket.close()

    def _hear(self, event: str, content: dict[str, Any]) -> None:
        """Take an event from any thread."""
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self._put_event, event, content)

    def _put_event(self, event: str, content: dict[str, Any]) -> None:
        waiting = event in self._events
        self._events[event] = content
        if not waiting:
            self._answers.put_nowait(None)

    def _queue(self, reply: dict[str, Any]) -> None:
        self._answers.put_nowait(pack(reply))

    async def _send(self) -> None:
        with suppress(*GONE):  # `serve` sees it too, and ends
            while True:
                frame = await self._answers.get()
                if frame is not None:
                    await self._socket.send_bytes(frame)
                elif self._events:
                    event = next(iter(self._events))
                    await self._socket.send_bytes(_event_frame(event, self._events.pop(event)))

    async def _answer(self, request: dict[str, Any]) -> None:
        name, number = str(request.get("do")), request.get("id")
        turn = self._turns.setdefault(name.partition(".")[0], asyncio.Lock())
        async with turn:
            try:
                asked = Message(request.get("with") or {})
                content = await anyio.to_thread.run_sync(lambda: action(name)(self._session, asked))
                frame = pack({"id": number, "content": content or {}})
            except Exception as error:  # noqa: BLE001  # the page says it; the server goes on
                frame = pack({"id": number, "error": _as_error(error, name)})
        self._answers.put_nowait(frame)


def _event_frame(event: str, content: dict[str, Any]) -> bytes:
    try:
        return pack({"event": event, "content": content})
    except (TypeError, ValueError):
        log.exception("a mistake in glassnet's playground: the event %s", event)
        return pack({"event": "mistake", "content": {}})


def _as_error(error: Exception, name: str) -> dict[str, Any]:
    words = str(error.args[0]) if error.args else type(error).__name__
    if isinstance(error, GlassnetError) and error.code:
        return {"words": words, "code": error.code, "values": dict(error.values)}
    if isinstance(error, GlassnetError | OSError | MemoryError):
        return {"words": words}
    log.error("a mistake in glassnet's playground: %s", name, exc_info=error)
    return {"words": f"{type(error).__name__}: {error}. This is a mistake in glassnet.", "code": "mistake"}


async def serve_page(socket: WebSocket, sessions: Sessions) -> None:
    """Serve a page from its first message, which names the session it had, if any."""
    try:
        await socket.accept()
        session = await _session_of(socket, sessions)
    except GONE:
        return
    if session is not None:
        await Connection(socket, session).serve()


async def _session_of(socket: WebSocket, sessions: Sessions) -> Session | None:
    """Return the session that a page's first message asks for; None where the page was sent away."""
    try:
        first = unpack(await socket.receive_bytes())
        key = first.get("session")
        return sessions.take(key if isinstance(key, str) else None)
    except RefusedError as refusal:
        await socket.send_bytes(pack({"event": "refused", "content": _as_error(refusal, "hello")}))
        await socket.close(4429)
    except (GlassnetError, KeyError):
        await socket.close(4400)
    return None
