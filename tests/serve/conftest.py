"""A server in this process, and a client that asks it as a browser would, or would not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientWebSocketResponse, CookieJar, WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from studyapp.cli.commands import SERVED
from studyapp.serve.access import Access
from studyapp.serve.server import StudyServer
from tests.helpers.idle import PATIENCE
from tests.helpers.vaults import NOW_TEXT, make_vault

CARDS = "#flashcards\n\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n\nItaly::Rome\n<!--SR:!2024-06-12,4,250-->\n"


@dataclass
class Asker:
    """A browser, as far as the server can tell."""

    client: TestClient[Any, Any]
    access: Access
    vault: Path
    let_in: list[bool] = field(default_factory=list)

    @property
    def note(self) -> str:
        return (self.vault / "a.md").read_text()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.client.port}"

    async def ask(self, way: str, method: str = "GET", *, data: str | None = None, **headers: str) -> ClientResponse:
        return await self.client.request(method, way, data=data, headers=headers)

    async def log_in(self, token: str | None = None) -> ClientResponse:
        given = self.access.renew() if token is None else token
        return await self.ask("/login", "POST", data=given, Origin=self.origin)

    async def open(self, **headers: str) -> ClientWebSocketResponse:
        return await self.client.ws_connect("/ws?width=42&height=35", headers={"Origin": self.origin, **headers})


class Page:
    """What a page hears of the app behind it, and does with it."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def until_key(self, name: str) -> None:
        """Wait until the app offers a key of that name."""
        async with asyncio.timeout(PATIENCE):
            async for message in self.socket:
                if message.type is WSMsgType.TEXT:
                    kind, what = json.loads(message.data)
                    if kind == "keys" and name in [one[1] for row in ("main", "more") for one in what.get(row, ())]:
                        return
        raise AssertionError(f"it ended before there was a key {name}")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.socket.send_json(["key", key])

    async def grade_first(self) -> None:
        """Go from the decks to the first card, and grade it."""
        for name, key in (("Review", "enter"), ("Show the answer", "space"), ("Good", "3")):
            await self.until_key(name)
            await self.press(key)

    async def to_the_end(self) -> int | None:
        """Wait until the server closes the page; its code."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.socket:
                pass
        return self.socket.close_code


@asynccontextmanager
async def asking(folder: Path) -> AsyncIterator[Asker]:
    vault = make_vault(folder / "vault", {"a.md": CARDS})
    access = Access()
    let_in: list[bool] = []
    words = [SERVED, json.dumps([str(vault), NOW_TEXT, {}])]
    server = StudyServer(words, "127.0.0.1", access, lambda: let_in.append(True))
    client = TestClient(TestServer(await server._make_app()), cookie_jar=CookieJar(unsafe=True))
    async with client:
        yield Asker(client, access, vault, let_in)


@pytest.fixture
async def asker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    """A server with a vault of two cards that are due."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    async with asking(tmp_path) as made:
        yield made
