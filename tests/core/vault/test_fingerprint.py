from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Sm2
from studyapp.core.settings.load import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault import fingerprint as module
from studyapp.core.vault.fingerprint import fingerprint
from studyapp.core.vault.rows import rows_of


def test_another_state_of_the_parser_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(Settings())
    fingerprint.cache_clear()
    monkeypatch.setattr(module, "_program", lambda: ("another",))
    try:
        assert fingerprint(Settings()) != before
    finally:
        fingerprint.cache_clear()


def test_the_fingerprint_looks_at_every_room_that_a_notes_meaning_comes_from() -> None:
    rooms = {one.__module__.split(".")[2] for one in (NoteText, Settings, Sm2, parse_note, rows_of)}
    assert rooms <= set(module._PARSER)
    core = Path(module.__file__).parents[1]
    assert all(list((core / room).glob("*.py")) for room in module._PARSER)
