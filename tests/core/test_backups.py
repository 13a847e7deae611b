"""A day's first write of a note keeps its schedule comments, and they come back with no other byte changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples

from studyapp.core.backups import DAYS, Backups, plan
from studyapp.core.note import parse_note
from studyapp.core.settings import Settings
from studyapp.core.text import apply
from tests import strategies
from tests.desk import NOW, RAW, Desk

DAY = NOW.date().isoformat()


def desk_at(root: Path, raw: bytes = RAW, options: Settings | None = None) -> tuple[Desk, Backups]:
    desk = Desk(root / "vault", raw, options)
    backups = desk.store.backups = Backups(root / "state", lambda: NOW)
    return desk, backups


def test_only_the_first_write_of_a_day_is_kept_and_restoring_gives_the_bytes_back(tmp_path: Path) -> None:
    desk, backups = desk_at(tmp_path)
    desk.grade()
    desk.grade(1, 1)
    (backup,) = Backups(backups.folder, lambda: NOW).read(DAY)
    assert apply(desk.raw, plan(backup, desk.raw, Settings()).edits) == RAW


@pytest.mark.parametrize("spoilt", [b"", b"<!--SR:!2024-01-01,3,2"])
def test_a_comment_that_was_deleted_or_cut_comes_back(tmp_path: Path, spoilt: bytes) -> None:
    raw = b"#flashcards\n\na::b\n<!--SR:!2024-01-01,3,250-->\n\nc::d\n"
    desk, backups = desk_at(tmp_path, raw)
    desk.grade(1)
    (backup,) = backups.read(DAY)
    comment = b"\n<!--SR:!2024-01-01,3,250-->"
    now = raw.replace(comment, b"\n" + spoilt if spoilt else b"")
    assert apply(now, plan(backup, now, Settings()).edits) == raw


@given(strategies.notes(), strategies.SETTINGS)
@examples(max_examples=40)
def test_text_that_changed_since_stays_and_a_second_restore_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, options: Settings
) -> None:
    desk, backups = desk_at(tmp_path_factory.mktemp("x"), raw, options)
    if not any(one.cards for one in parse_note("deck/note.md", raw, options).questions):
        return
    backups.keep("deck/note.md", raw, options)
    (backup,) = backups.read(DAY)
    assert plan(backup, raw, options).edits == ()
    new = apply(desk.raw, plan(backup, desk.raw, options).edits)
    assert plan(backup, new, options).edits == ()


def test_old_days_go_and_what_cannot_be_kept_stops_no_grade(tmp_path: Path) -> None:
    days = [NOW + timedelta(number) for number in range(DAYS + 5)]
    for day in days:
        Backups(tmp_path / "state", lambda day=day: day).keep("a.md", RAW, Settings())  # type: ignore[misc]
    assert len(Backups(tmp_path / "state", lambda: NOW).days()) == DAYS
    (tmp_path / "file").write_bytes(b"")
    desk = Desk(tmp_path / "vault")
    desk.store.backups = Backups(tmp_path / "file", lambda: NOW)
    assert desk.grade().why_not is None
