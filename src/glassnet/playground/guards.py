"""Who may ask: only pages of this server itself, on this machine or with the token; and what a page may do."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COOKIE = "glassnet_token"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Everything comes from this server, and no other page may frame this one. Drawings bring their own styles along."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Guard:
    """Refuse what does not come from this server's own page.

    Parameters
    ----------
    app : ASGI application
    token : str, optional
        Asked for where others can reach the server: in the address once, then in a cookie. Without one, only names of
        this machine are taken as Host, so that no page of another site can reach the server under a name of its own.
    """

    def __init__(self, app: ASGIApp, token: str | None = None) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is allowed."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if refusal is None and self._token is not None:
            connection = HTTPConnection(scope)
            given = connection.query_params.get("token")
            if scope["type"] == "http" and given is not None and self._is_token(given):
                await self._with_cookie(scope, receive, send)
                return
            if not self._is_token(connection.cookies.get(COOKIE, "")):
                refusal = "This playground asks for a token: open the address that glassnet play printed."
        if refusal is None:
            await self._app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": refusal[:120]})
        else:
            await PlainTextResponse(refusal + "\n", 403, HEADERS)(scope, receive, send)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), (self._token or "").encode())

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._token is None and _name_of(host) not in LOOPBACK:
            return f"The playground answers to this machine alone, as localhost; got the host {host[:100]!r}."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return f"The playground answers to its own page alone; got a request from {origin[:100]!r}."
        if headers.get("sec-fetch-site", "same-origin") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return "The playground answers to its own page alone; got a request from another site."
        return None

    async def _with_cookie(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = RedirectResponse("/", 303, {**HEADERS})
        response.set_cookie(COOKIE, self._token or "", httponly=True, samesite="strict")
        await response(scope, receive, send)


def _name_of(host: str) -> str | None:
    """Return the name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
