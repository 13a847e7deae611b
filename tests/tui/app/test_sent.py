"""Bytes that mean nothing take nothing with them, and an Escape waits for no more than it has to."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import _parser
from textual.constants import ESCAPE_DELAY
from textual.events import Key, Paste
from textual.message import Message

from studyapp.tui.app import sent
from studyapp.tui.app.sent import Sent
from tests.helpers.rows import each_row

ODD = [
    b"\xff",
    b"\xed\xa0\x80",
    b"\x1b[99999999u",
    b"\x1b[99999999999999999999u",
    b"\x1b[1;2:;3u",
    b"\x1b[97;1:3u",
    b"\x1b[55296u",
]
"""No UTF-8, the numbers of no character, unknown forms, half a character."""


def keys(messages: list[Message]) -> list[str]:
    return [one.key for one in messages if isinstance(one, Key)]


@each_row("odd", ODD)
def test_what_means_nothing_takes_no_key_with_it(odd: bytes) -> None:
    assert keys([*Sent().take(b"a" + odd + b"b\x1b[A")]) == ["a", "b", "up"]


def test_a_character_may_arrive_in_parts() -> None:
    taken = Sent()
    first, *rest = "é".encode()
    assert [*taken.take(bytes([first]))] == []
    (key,) = taken.take(bytes(rest))
    assert isinstance(key, Key)
    assert key.character == "é"


def test_what_is_pasted_shows_where_it_is_not_text() -> None:
    (paste,) = Sent().take(b"\x1b[200~a\xffb\x1b[201~")
    assert isinstance(paste, Paste)
    assert paste.text == "a\ufffdb"


@given(st.text("0123456789;:<?[~uABHMRtymc\x1b", max_size=40).map(str.encode) | st.binary(max_size=40))
@example(b"\x1b[819742206610;A")
def test_nothing_that_is_sent_ends_the_reading(data: bytes) -> None:
    assert keys([*Sent().take(data + b"\x1b[201~ ")])[-1:] == ["space"]


def test_an_escape_is_given_as_soon_as_it_can_be_no_longer_key(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [7.0]
    for module, clock in ((sent, "monotonic"), (_parser, "get_time")):
        monkeypatch.setattr(module, clock, lambda: now[0])
    taken = Sent()
    assert taken.patience(1.0) == 1.0
    assert [*taken.take(b"\x1b")] == []
    assert taken.patience(1.0) == pytest.approx(ESCAPE_DELAY)
    now[0] += taken.patience(1.0)
    assert keys([*taken.take(b"")]) == ["escape"]
    assert taken.patience(1.0) == 1.0
