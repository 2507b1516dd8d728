"""The playground's server: one page, its files, and the connection on which it asks for numbers."""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import secrets
import socket
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from glassnet.mathematics.checks import DataError
from glassnet.playground.connection import serve_page
from glassnet.playground.guards import LOOPBACK, Guard
from glassnet.playground.sessions import IDLE_SECONDS, Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

STATIC = Path(__file__).parent / "static"
DEFAULT_PORT = 8017
PORTS_TRIED = 20
"""Where no port was asked for, so many are tried, from the default on."""
MOST_BYTES = 32 * 2**20
"""Of one message: a larger upload is refused before it is read."""


def make_app(token: str | None = None) -> Starlette:
    """Return the application: the page, its files and its connection.

    Parameters
    ----------
    token : str, optional
        What is asked of those who come, if others than this machine can.
    """
    mimetypes.add_type("text/javascript", ".js")  # some systems say otherwise, and a browser then runs none
    sessions = Sessions()

    async def page(_: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def connection(page_socket: WebSocket) -> None:
        await serve_page(page_socket, sessions)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(_sweep(sessions))
        yield
        sweeper.cancel()
        sessions.close()

    routes = [
        Route("/", page),
        WebSocketRoute("/connection", connection),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, token=token)], lifespan=lifespan)


async def _sweep(sessions: Sessions) -> None:
    while True:
        await asyncio.sleep(IDLE_SECONDS / 10)
        sessions.forget_idle()


@dataclass(frozen=True)
class Place:
    """Where the playground is served.

    Attributes
    ----------
    listening : socket
        Bound and listening.
    url : str
        What to open.
    token : str or None
    """

    listening: socket.socket
    url: str
    token: str | None


def bind(host: str = "127.0.0.1", port: int | None = None) -> Place:
    """Take a port of this machine.

    Parameters
    ----------
    host : str
        Where to listen. Others can reach what is no loopback address, so that a token is asked for there.
    port : int, optional
        By default the first free one from 8017 on; 0 for any.

    Returns
    -------
    Place

    Raises
    ------
    DataError
        If the port is taken, or the host is none of this machine's.
    """
    tried = range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED) if port is None else [port]
    for each in tried:
        try:
            listening = socket.create_server((host, each), family=_family(host))
        except PermissionError:
            raise DataError(f"port {each} is not for ordinary users. Choose one from 1024 on, with --port.") from None
        except (OSError, OverflowError) as error:
            reason = error
            continue
        number = listening.getsockname()[1]
        token = None if host in LOOPBACK else secrets.token_urlsafe(18)
        shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)  # noqa: S104  # shown
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{number}/"
        return Place(listening, address if token is None else f"{address}?token={token}", token)
    raise DataError(
        f"{host} port {tried[0]} cannot be listened on: {reason}. Another playground may be running; "
        "leave --port out to take a free one."
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def serve(place: Place, *, open_browser: bool = False, ready: Callable[[], None] | None = None) -> None:
    """Serve the playground until Ctrl-C.

    Parameters
    ----------
    place : Place
        From `bind`.
    open_browser : bool, default False
    ready : callable, optional
        Called once when the first page can be asked for.
    """
    config = uvicorn.Config(
        make_app(place.token),
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,  # on this machine packing takes longer than sending
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    server = _Server(config, ready)
    if open_browser:
        server.when_ready.append(lambda: _open(place.url))
    server.run(sockets=[place.listening])


def _open(url: str) -> None:
    """Open the browser beside the server: some browsers keep the caller waiting."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self.when_ready = [] if ready is None else [ready]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for call in self.when_ready:
            call()
