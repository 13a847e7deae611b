"""The first write of a note each day keeps its schedule comments, and restoring them changes no other byte."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import apply
from studyapp.core.workspace.backups import DAYS, Backups, restoring_edits
from tests.core.edits.test_rewrite import outside
from tests.helpers import strategies
from tests.helpers.strategies import examples
from tests.helpers.whole_notes import NOW, RAW, Desk

DAY = NOW.date().isoformat()


def desk_at(root: Path, raw: bytes = RAW, options: Settings | None = None) -> tuple[Desk, Backups]:
    desk = Desk(root / "vault", raw, options)
    backups = desk.store.files.backups = Backups(root / "state", lambda: NOW)
    return desk, backups


def test_only_the_first_write_of_a_day_is_kept_and_restoring_gives_the_bytes_back(tmp_path: Path) -> None:
    desk, backups = desk_at(tmp_path)
    desk.grade()
    desk.grade(1, 1)
    (backup,) = Backups(backups.folder, lambda: NOW).read(DAY)
    assert apply(desk.raw, restoring_edits(backup, desk.raw, Settings()).edits) == RAW


@pytest.mark.parametrize("spoilt", [b"", b"<!--SR:!2024-01-01,3,2"])
def test_a_comment_that_was_deleted_or_cut_comes_back(tmp_path: Path, spoilt: bytes) -> None:
    raw = b"#flashcards\n\na::b\n<!--SR:!2024-01-01,3,250-->\n\nc::d\n"
    desk, backups = desk_at(tmp_path, raw)
    desk.grade(1)
    (backup,) = backups.read(DAY)
    comment = b"\n<!--SR:!2024-01-01,3,250-->"
    now = raw.replace(comment, b"\n" + spoilt if spoilt else b"")
    assert apply(now, restoring_edits(backup, now, Settings()).edits) == raw


@given(strategies.notes(), strategies.SETTINGS)
@examples(40)
def test_text_that_changed_since_stays_and_a_second_restore_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, options: Settings
) -> None:
    desk, backups = desk_at(tmp_path_factory.mktemp("x"), raw, options)
    if not any(one.cards for one in parse_note("deck/note.md", raw, options).questions):
        return
    backups.keep("deck/note.md", raw, options)
    (backup,) = backups.read(DAY)
    assert restoring_edits(backup, raw, options).edits == ()
    new = apply(desk.raw, restoring_edits(backup, desk.raw, options).edits)
    assert restoring_edits(backup, new, options).edits == ()


def test_old_days_go_and_what_cannot_be_kept_stops_no_grade(tmp_path: Path) -> None:
    now = NOW

    def clock() -> datetime:
        return now

    for number in range(DAYS + 5):
        now = NOW + timedelta(number)
        Backups(tmp_path / "state", clock).keep("a.md", RAW, Settings())
    assert len(Backups(tmp_path / "state", lambda: NOW).days()) == DAYS
    (tmp_path / "file").write_bytes(b"")
    desk = Desk(tmp_path / "vault")
    desk.store.files.backups = Backups(tmp_path / "file", lambda: NOW)
    assert desk.grade().why_not is None


@pytest.mark.parametrize(
    ("above", "comes_back"), [(b"same\n", True), (b"\n", True), (b"same\n\n> x\nsame\nlast\n\n", False)]
)
def test_a_comment_of_no_card_comes_back_between_the_lines_it_stood_between(
    tmp_path: Path, above: bytes, *, comes_back: bool
) -> None:
    orphan = b"<!--SR:!2024-01-09,3,250-->\n"
    head, tail = b"#flashcards\n\na::b\n\nsame\nmore\n\n", b"last\n"
    raw = head + above + orphan + tail
    if not comes_back:
        raw = head + b"same\n" + orphan + tail
    desk, backups = desk_at(tmp_path, raw)
    desk.grade()
    (backup,) = backups.read(DAY)
    now = raw.replace(orphan, b"") + (b"" if comes_back else b"same\nlast\n")
    found = restoring_edits(backup, now, Settings())
    assert apply(now, found.edits) == (raw if comes_back else now)
    assert bool(found.left) is not comes_back


@given(strategies.notes(), strategies.notes(), strategies.SETTINGS, st.data())
@examples(80)
def test_whatever_was_written_since_only_comments_change(
    raw: bytes, later: bytes, options: Settings, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        backups = Backups(Path(folder), lambda: NOW)
        backups.keep("n.md", raw, options)
        (backup,) = backups.read(DAY)
    cuts = sorted(data.draw(st.integers(0, len(raw))) for _ in range(2))
    now = data.draw(
        st.sampled_from([raw[: cuts[0]] + raw[cuts[1] :], raw + later, later + raw, raw[: cuts[1]] + later])
    )
    assert without_comments(apply(now, restoring_edits(backup, now, options).edits)) == without_comments(now)


def without_comments(raw: bytes) -> bytes:
    """A note without its schedule comments and their callouts, whole or cut."""
    bare = re.sub(rb"(?:\r\n|[\r\n ])?<!--SR:[!\d,.:+TZfrs-]*", b"", outside(raw))
    bare = re.sub(rb"(?:\r\n|[\r\n])> ?\[!sr\|card-metadata\][^\r\n]*", b"", bare)
    return re.sub(rb"(?:\r\n|[\r\n])>[ \t]*(?=[\r\n]|\Z)", b"", bare)


def test_undo_takes_a_restore_back_also_after_more_was_written(tmp_path: Path) -> None:
    desk, backups = desk_at(tmp_path)
    desk.grade()
    graded = desk.raw
    (backup,) = backups.read(DAY)
    saved = desk.store.edit(
        "deck/note.md", graded, restoring_edits(backup, graded, Settings()).edits, NOW, "the restore"
    )
    assert desk.raw == RAW
    desk.note.write_bytes(RAW + b"\r\nmore")
    undone = desk.store.undo(saved.action, NOW).action
    assert desk.raw == graded + b"\r\nmore"
    desk.store.redo(undone, NOW)
    assert desk.raw == RAW + b"\r\nmore"


def test_what_is_written_late_or_again_is_kept_before(tmp_path: Path) -> None:
    desk, backups = desk_at(tmp_path)
    desk.note.chmod(0o400)
    assert desk.grade().why_not is not None
    desk.note.chmod(0o600)
    backups = desk.store.files.backups = Backups(tmp_path / "later", lambda: NOW)
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None
    assert [one.path for one in backups.read(DAY)] == ["deck/note.md"]
    undone = desk.store.undo(desk.journal.applied[0], NOW).action
    tomorrow = NOW + timedelta(1)
    desk.store.files.backups = Backups(backups.folder, lambda: tomorrow)
    desk.store.redo(undone, tomorrow)
    (backup,) = desk.store.files.backups.read(tomorrow.date().isoformat())
    assert apply(desk.raw, restoring_edits(backup, desk.raw, Settings()).edits) == RAW


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("note", "../a.md"),
        ("note", ".git/config"),
        ("note", 5),
        ("at", [1]),
        ("questions", [["abc", 1, "single_basic", 1, 1, None, ["2024-01-01,3,250-->text<!--"]]]),
        ("questions", [["abc", 1, "single_basic", 1, 1, None, ["2024-01-01,3,250\nline"]]]),
        ("questions", [["abc", 1, "no kind", 1, 1, None, []]]),
        ("questions", [["abc", "1", "single_basic", 1, 1, None, []]]),
        ("orphans", [["a", 5, "b"]]),
        ("orphans", 5),
    ],
    ids=str,
)
def test_a_backup_that_is_none_of_this_program_does_not_count(tmp_path: Path, name: str, value: object) -> None:
    desk, backups = desk_at(tmp_path)
    desk.grade()
    file = backups.folder / f"{DAY}.jsonl"
    line = json.loads(file.read_bytes())
    assert backups.read(DAY)
    file.write_text(json.dumps(line | {name: value}) + "\n" + "[" * 100_000 + "\n5\n")
    assert backups.read(DAY) == []


def test_a_line_that_is_more_than_a_comment_is_not_brought_back(tmp_path: Path) -> None:
    raw = b"#flashcards\n\nabove\n\n<!--SR:!2024-01-01,3,250-->\n\nbelow\n\na::b\n"
    _, backups = desk_at(tmp_path, raw)
    backups.keep("deck/note.md", raw, Settings())
    file = backups.folder / f"{DAY}.jsonl"
    file.write_text(file.read_text().replace("250-->", "250--> planted"))
    (backup,) = backups.read(DAY)
    now = raw.replace(b"<!--SR:!2024-01-01,3,250-->\n\n", b"")
    found = restoring_edits(backup, now, Settings())
    assert (found.edits, len(found.left)) == ((), 1)
