"""What the app's process is started with, and what of it reaches the page."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
from aiohttp import web

from studyapp.serve.app_process import AppProcess, _pass_on, bounded


class Socket:
    """A page that notes what it is sent, or is gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self.heard: list[object] = []
        self.gone = gone

    async def send_str(self, text: str) -> None:
        self._hear(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        self._hear(data)

    def _hear(self, what: object) -> None:
        if self.gone:
            raise ConnectionResetError
        self.heard.append(what)


def process_for(socket: Socket) -> AppProcess:
    return AppProcess(["served", "{}"], cast("web.WebSocketResponse", socket))


def meta(**told: Any) -> bytes:
    return json.dumps(told).encode()


async def test_the_page_gets_the_keys_and_web_addresses_to_tap() -> None:
    socket = Socket()
    process = process_for(socket)
    await process.on_meta(meta(type="keys", keys={"main": []}))
    for url in ("https://example.org/", "HTTP://example.org/", "obsidian://open?vault=v"):
        await process.on_meta(meta(type="open_url", url=url, new_tab=True))
    assert socket.heard == [
        ["keys", {"main": []}],
        ["link", "https://example.org/"],
        ["link", "HTTP://example.org/"],
        ["link", "obsidian://open?vault=v"],
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"type": "open_url", "url": "javascript:alert(1)", "new_tab": False},
        {"type": "open_url", "url": "file:///etc/passwd", "new_tab": True},
        {"type": "open_url", "url": " https://example.org", "new_tab": True},
        {"type": "open_url", "url": "vbscript:x", "new_tab": True},
        {"type": "deliver_file_start", "key": "k", "path": "/etc/passwd", "open_method": "browser"},
        {"type": "exit"},
        {},
    ],
)
async def test_the_page_gets_no_other_address_and_no_file(told: dict[str, object]) -> None:
    socket = Socket()
    process = process_for(socket)
    await process.on_meta(meta(**told))
    await process.on_packed(b"anything")
    assert socket.heard == []


async def test_what_is_painted_for_a_page_that_is_gone_goes_nowhere() -> None:
    process = process_for(Socket(gone=True))
    await process.on_data(b"painted")
    await process.on_meta(meta(type="keys", keys={}))


def test_the_app_does_not_learn_the_terminal_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KITTY_WINDOW_ID", "TMUX", "VTE_VERSION", "STY"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("TERM", "dumb")
    made = process_for(Socket())._build_environment(42, 35)
    assert not {"KITTY_WINDOW_ID", "TMUX", "VTE_VERSION", "STY"} & made.keys()
    assert (made["TERM"], made["COLUMNS"], made["ROWS"]) == ("xterm-256color", "42", "35")


def test_no_terminal_is_larger_than_one_can_be() -> None:
    assert [bounded(cells) for cells in (-5, 0, 1, 42, 10**9)] == [1, 1, 1, 42, 500]


async def test_what_the_app_complains_of_acts_on_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    errors = asyncio.StreamReader()
    errors.feed_data(b"bad \x1b]0;title\x07 note\r\nnext\xff\n")
    errors.feed_eof()
    await _pass_on(errors)
    assert capsys.readouterr().err == "bad ␛]0;title␇ note\nnext�\n"
