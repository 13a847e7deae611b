"""After a crash a note holds the old bytes or the new ones, and no other program's text is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.disk import leftovers, replace
from studyapp.core.disk.replace import recover
from tests.helpers.one_note import NEW, OLD, names


def left_behind(note: Path, content: bytes, kind: str = leftovers.TWIN, last: str = "ab12") -> Path:
    path = leftovers.name_beside(note, OLD, NEW, last, kind)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("in_note", "beside", "kind"),
    [
        (OLD, NEW[:5], leftovers.DRAFT),
        (OLD, NEW, leftovers.TWIN),
        (NEW, OLD, leftovers.TWIN),
    ],
)
def test_recovery_clears_away_what_holds_nothing_of_value(
    note: Path, in_note: bytes, beside: bytes, kind: str
) -> None:
    note.write_bytes(in_note)
    left_behind(note, beside, kind)
    assert recover(note) == []
    assert note.read_bytes() == in_note
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_recovery_puts_back_what_another_program_wrote(
    note: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(replace, "_exchange", lambda one, other: False)
    note.write_bytes(NEW)
    left_behind(note, b"theirs")
    assert recover(note) == []
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


def test_recovery_keeps_and_names_a_text_that_it_cannot_place(note: Path) -> None:
    note.write_bytes(b"a third text")
    left = left_behind(note, b"theirs")
    assert recover(note) == [left]
    assert note.read_bytes() == b"a third text"
    assert left.read_bytes() == b"theirs"


@pytest.mark.parametrize("cut", range(len(NEW) + 1))
@pytest.mark.parametrize("longer", [True, False])
def test_recovery_finishes_a_write_into_the_file_itself_wherever_it_was_cut(
    note: Path, cut: int, longer: bool
) -> None:
    old, new = (OLD, NEW) if longer else (NEW, OLD)
    torn = new[:cut] + old[len(new[:cut]) :]
    note.write_bytes(torn)
    leftovers.name_beside(note, old, new, str(len(new)), leftovers.SPARE).write_bytes(new + old)
    assert recover(note) == []
    assert note.read_bytes() == (torn if torn in (old, new) else new)
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("spare", [NEW + OLD, (NEW + OLD)[:7], b""])
def test_recovery_leaves_a_note_alone_that_was_rewritten_since(note: Path, spare: bytes) -> None:
    note.write_bytes(b"rewritten by another program")
    left_behind(note, spare, leftovers.SPARE, str(len(NEW)))
    assert recover(note) == []
    assert note.read_bytes() == b"rewritten by another program"
    assert names(note.parent) == ["note.md"]


def test_recovery_touches_nothing_of_other_notes(note: Path) -> None:
    other = note.with_name("other.md")
    left = left_behind(other, b"x")
    stranger = note.with_name(".hidden.studyapp")
    stranger.write_bytes(b"y")
    assert recover(note) == []
    assert left.exists()
    assert stranger.exists()
