"""The server: its pages, and the one app that runs behind them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final

from aiohttp import WSMsgType, web
from textual_serve.server import Server, to_int

from studyapp.serve.access import Access
from studyapp.serve.addresses import Names
from studyapp.serve.app_process import AppProcess, bounded
from studyapp.serve.guard import LOGIN, PAGES, SOCKET, add_headers, arrived_at, cookie_name, guard

ELSEWHERE: Final = 4001
"""The code that closes a page's socket because another page was opened."""
_HEARTBEAT: Final = 15.0
"""Seconds between two pings of the browser."""
_PATIENCE: Final = 2.0
"""Seconds that a browser has to close its socket."""
_LONGEST: Final = 1 << 20
"""The most bytes in one message of a page."""


class StudyServer(Server):
    """Serves the app to one browser at a time; the next one takes over once everything is written."""

    def __init__(self, words: Sequence[str], host: str, access: Access, let_in: Callable[[], None]) -> None:
        """Make a server that does not listen yet, under the name or address by which it is asked for.

        `let_in` is called when a token was used up.
        """
        super().__init__("studyapp", host=host, title="studyapp")
        self._words = words
        self._access = access
        self._names = Names(host)
        self._let_in = let_in
        self._turn = asyncio.Lock()
        self._over = False
        self._open: tuple[AppProcess, web.WebSocketResponse] | None = None

    async def _make_app(self) -> web.Application:
        """The pages, behind the guard."""
        app = web.Application(middlewares=[guard(self._names, self._access)], client_max_size=1024)
        app.add_routes(
            [
                web.get("/", self.page),
                web.get(LOGIN, self.login_page),
                web.post(LOGIN, self.login),
                web.get(SOCKET, self.handle_websocket),
                web.static("/page", PAGES),
                web.static("/static", self.statics_path),
            ]
        )
        app.on_response_prepare.append(add_headers)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_shutdown(self, _app: web.Application) -> None:
        """End the app, and start no other."""
        self._over = True
        async with self._turn:
            await self._end(1001)

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """The page with the terminal and its keys."""
        return web.FileResponse(PAGES / "index.html")

    async def login_page(self, _request: web.Request) -> web.StreamResponse:
        """The page that sends the token from the part of its address that no server, history or other page sees."""
        return web.FileResponse(PAGES / "login.html")

    async def login(self, request: web.Request) -> web.StreamResponse:
        """Give the cookie for a token, and end the previous session."""
        who = request.remote or ""
        if wait := self._access.wait_of(who):
            return web.Response(
                status=HTTPStatus.TOO_MANY_REQUESTS,
                text="Too many wrong addresses. Wait a minute.\n",
                headers={"Retry-After": str(int(wait) + 1)},
            )
        token = (await request.read()).decode("ascii", "replace")  # in no encoding that the request could choose
        cookie = self._access.redeem(token.strip(), who)
        if cookie is None:
            return web.Response(
                status=HTTPStatus.FORBIDDEN,
                text="This address was used before, or is wrong. Press r in the terminal for a new one.\n",
            )
        async with self._turn:
            await self._end(ELSEWHERE)
        response = web.Response(status=HTTPStatus.NO_CONTENT)
        name = cookie_name(arrived_at(request)[1])
        response.set_cookie(name, cookie, httponly=True, samesite="Strict", path="/")
        self._let_in()
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the app for a page, until either is gone."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, timeout=_PATIENCE, max_msg_size=_LONGEST)
        await socket.prepare(request)
        async with self._turn:
            await self._end(ELSEWHERE)
            if self._over or socket.closed:
                return socket
            app = AppProcess(self._words, socket)
            width, height = (
                to_int(request.query.get(name, ""), usual) for name, usual in (("width", 80), ("height", 24))
            )
            await app.start(bounded(width), bounded(height))
            self._open = app, socket
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    try:
                        asked = json.loads(message.data)
                    except (ValueError, RecursionError):
                        continue
                    await app.take(asked)
        finally:
            await app.stop()
        return socket

    async def _end(self, code: int) -> None:
        """End the running app, and wait until it has written everything."""
        if self._open is not None:
            app, socket = self._open
            await socket.close(code=code)
            await app.stop()
            self._open = None
