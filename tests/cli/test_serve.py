"""`studyapp serve` in a terminal: its addresses, its keys, its end."""

from __future__ import annotations

import importlib.util
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.helpers.commands import Run
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import make_vault

ADDRESS = re.compile(r"http://[\w.]+:\d+/login#[\w-]{22}\b")
UNREADABLE = b"POST /login HTTP/1.1\r\nHost: %s\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
CARD = {"a.md": "#flashcards\n\na::b\n"}


def serving(folder: Path, *words: str) -> Terminal:
    (folder / "home").mkdir()
    vault = make_vault(folder / "My vault; touch it-ran", CARD)
    return Terminal(["serve", str(vault), "--port", "0", *words], folder / "home", size=(90, 60))


@pytest.mark.slow
def test_it_shows_an_address_for_one_browser_and_at_r_another_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    terminal = serving(tmp_path)
    terminal.until(lambda text: "Ctrl+C: end" in text)
    assert "My vault; touch it-ran is served at http://127.0.0.1:" in terminal.text
    assert "▄▄▄▄▄ █" in terminal.text, "a code for a phone"
    (first,) = ADDRESS.findall(terminal.text)
    terminal.press("r")
    terminal.until(lambda text: len({first, *ADDRESS.findall(text)}) > 1)
    address = urlsplit(first)
    for odd in (b"\x16\x03\x01\x02\x00", b"GET /\x1b[2J HTTP/1.1\r\n\r\n", UNREADABLE % address.netloc.encode()):
        with socket.create_connection((address.hostname, address.port)) as other:
            other.sendall(odd)
            assert other.recv(1000).startswith(b"HTTP/1.")
    terminal.press("\x03")
    while terminal.read():
        pass
    assert "Saving what is left" in terminal.text
    assert terminal.end() == 0
    assert b"Traceback" not in terminal.raw


@pytest.mark.slow
def test_for_other_machines_it_says_what_plain_http_means(tmp_path: Path) -> None:
    terminal = serving(tmp_path, "--host", "0.0.0.0")
    terminal.until(lambda text: "Ctrl+C: end" in text)
    assert "plain http" in terminal.text
    assert "0.0.0.0" not in terminal.text
    terminal.press("\x03")
    while terminal.read():
        pass
    assert terminal.end() == 0


def test_a_port_that_is_taken_is_reported(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", CARD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", vault, "--port", port, code=1)
    assert f"can't listen on 127.0.0.1 port {port}" in done.stderr
    assert "try another --port" in done.stderr


def test_an_address_of_another_machine_is_reported(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", CARD)
    assert "can't listen on 192.0.2.1" in run("serve", vault, "--host", "192.0.2.1", code=1).stderr


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8 0", ""])
def test_an_invalid_port_is_reported(run: Run, tmp_path: Path, port: str) -> None:
    assert "is not a port" in run("serve", tmp_path, f"--port={port}", code=2).stderr


def test_without_what_it_needs_it_names_the_command_that_adds_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "textual_serve" else find(name))
    done = run("serve", make_vault(tmp_path / "vault", CARD), code=1)
    assert "install" in done.stderr
    assert "'textual-serve>=1.1.3,<1.2'" in done.stderr
