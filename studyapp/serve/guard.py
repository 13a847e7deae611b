"""The checks that every request passes: the host it names, the page it comes from, the login."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from studyapp.serve.access import Access
from studyapp.serve.addresses import Names

PAGES: Final = Path(__file__).with_name("page")
LOGIN: Final = "/login"
SOCKET: Final = "/ws"
OPEN: Final = frozenset({LOGIN, "/page/login.js", "/page/page.css"})
"""What a browser may fetch before it has logged in."""
_SAFE: Final = frozenset({"GET", "HEAD"})

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; font-src 'self'; img-src data:; connect-src 'self' ws://{host}; "
    "style-src 'self' 'unsafe-inline'; "  # the terminal makes its styles at run time; no page holds foreign text
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "studyapp",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def cookie_name(port: int) -> str:
    """The cookie's name: browsers send cookies to all ports of a machine, so that of each server has its own."""
    return f"studyapp-{port}"


def arrived_at(request: web.Request) -> tuple[str, int]:
    """The local address and port at which a request arrived."""
    found = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return (str(found[0]), int(found[1])) if found else ("", 0)


def guard(names: Names, access: Access) -> Middleware:
    """The middleware that refuses invalid requests."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        must_say = request.method not in _SAFE or request.path == SOCKET
        arrived = arrived_at(request)
        if wrong := names.wrong(request.headers, arrived, must_say=must_say):
            raise web.HTTPForbidden(text=f"Refused: {wrong}.\n")
        if request.path in OPEN or access.admits(request.cookies.get(cookie_name(arrived[1]), "")):
            return await handler(request)
        if request.path == "/":
            return web.FileResponse(PAGES / "login.html", status=web.HTTPUnauthorized.status_code)
        raise web.HTTPUnauthorized(text="Log in first.\n")

    return guarded


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser run only our own files, show them in no frame, cache nothing and send no referrer."""
    response.headers.update(_HEADERS)
    # A foreign host gets no page, so this value is one of our own names.
    host = request.host if response.status < web.HTTPBadRequest.status_code else "localhost"
    response.headers["Content-Security-Policy"] = _POLICY.format(host=host)
