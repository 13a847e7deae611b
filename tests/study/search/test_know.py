"""What searches know beyond the notes: when cards were first graded, and when their notes were made."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from studyapp.core.edits.identity import Seen
from studyapp.core.edits.relocate import Change
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import Handle
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.search import created
from studyapp.study.search.created import created_on
from studyapp.study.search.know import know
from studyapp.study.search.parse import parse_query
from studyapp.study.search.table import SearchIndex
from tests.helpers.vaults import NOW, handles_of, make_vault, workspace

TAG = "#flashcards\n\n"
DAY = NOW.date()


def found(ws: Workspace, query: str) -> list[str]:
    index = SearchIndex(ws.vault.table)
    know(index, ws)
    numbers = index.search(parse_query(query, DAY), NOW)
    assert numbers is not None
    return [one.front for one in index.cards(numbers) if one is not None]


def grade(ws: Workspace, name: str, handle: Handle, days: int, before: str | None) -> None:
    seen = Seen.of(handle.note, handle.question, handle.card)
    action = Action(
        name, ActionKind.GRADE, NOW - timedelta(days=days), seen, Grade.GOOD, 3.0, before, "2027-07-01,9,250"
    )
    ws.journal.intend(action, None)
    ws.journal.written(action, Change("a", "b", (), had_comment=True))


def test_cards_are_introduced_by_their_first_grade_and_not_by_a_later_one_or_another_programs(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", {"A.md": f"{TAG}lately::x\n\nlong ago::x\n\nelsewhere::x\n\nnever::x\n"})
    ws = workspace(tmp_path / "vault", tmp_path / "home")
    ws.vault.scan()
    lately, ago, elsewhere, _ = handles_of(ws.vault)
    grade(ws, "1", ago, 40, None)
    grade(ws, "2", ago, 2, "2024-06-14,9,250")
    grade(ws, "3", lately, 2, None)
    grade(ws, "4", elsewhere, 2, "2024-06-14,9,250")
    assert found(ws, "introduced:7d") == ["lately"]
    assert found(ws, "introduced:60d") == ["lately", "long ago"]
    assert found(ws, "introduced:today") == []
    assert found(ws, "-introduced:all") == ["elsewhere", "never"]


def test_cards_are_added_with_their_notes_as_the_properties_of_those_say(tmp_path: Path) -> None:
    ago = f"{DAY - timedelta(30)}"
    notes = {
        "A.md": f"---\ncreated: {DAY - timedelta(2)}\n---\n{TAG}lately::x\n",
        "B.md": f"---\ncreated: {ago}\n---\n{TAG}long ago::x\n",
        "C.md": f'---\ndate: {ago}\nDate created: "{DAY}T09:15"\n---\n{TAG}today::x\n',
    }
    make_vault(tmp_path / "vault", notes)
    for path in (tmp_path / "vault").glob("*.md"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    ws = workspace(tmp_path / "vault", tmp_path / "home")
    ws.vault.scan()
    assert found(ws, "added:7d") == ["lately", "today"]
    assert found(ws, "added:today") == ["today"]
    assert found(ws, f"added:{ago}..{ago}") == ["long ago"]


def test_a_note_that_changed_last_before_the_time_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vault(tmp_path / "vault", {"Old.md": f"{TAG}old::x\n", "New.md": f"{TAG}new::x\n"})
    for name, days in (("Old.md", 30), ("New.md", 0)):
        at = (NOW - timedelta(days)).timestamp()
        os.utime(tmp_path / "vault" / name, (at, at))
    opened: list[str] = []

    def noted(path: Path, zone: object) -> None:
        opened.append(path.name)

    monkeypatch.setattr("studyapp.study.search.know.created_on", noted)
    ws = workspace(tmp_path / "vault", tmp_path / "home")
    ws.vault.scan()
    assert found(ws, "added:7d") == []
    assert opened == ["New.md"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("---\ncreated: 2024-05-01\n---\n", date(2024, 5, 1)),
        ("---\ncreated: 2024-05-01 23:10\ndate: 2020-01-01\n---\n", date(2024, 5, 1)),
        ("---\nDate: 2024-05-01\n---\n", date(2024, 5, 1)),
        ("---\ncreated: [a, {b: 1}]\ndate: 2024-05-01T10:00:00Z\n---\n", date(2024, 5, 1)),
        ("---\ncreated: 2024-13-99\n---\n", None),
        ("---\ncreated: yesterday\n---\n", None),
        ("---\ncreated: 2024-05-01", None),
        ("no properties\n", None),
    ],
)
def test_a_note_was_made_when_its_properties_say_so(tmp_path: Path, text: str, day: date | None) -> None:
    path = tmp_path / "note.md"
    path.write_text(text)
    born = getattr(path.stat(), "st_birthtime", None)
    fallback = None if born is None else datetime.fromtimestamp(born, UTC).date()
    assert created_on(path, UTC) == (day or fallback)


def test_else_when_its_file_was_made_where_the_system_knows_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Status:
        st_birthtime = datetime(2023, 3, 4, 12, tzinfo=UTC).timestamp()

    monkeypatch.setattr(created, "read_note_with_status", lambda _path: (b"text\n", Status()))
    assert created_on(tmp_path / "note.md", UTC) == date(2023, 3, 4)


def test_a_note_that_is_gone_was_made_on_no_day(tmp_path: Path) -> None:
    assert created_on(tmp_path / "gone.md", UTC) is None
