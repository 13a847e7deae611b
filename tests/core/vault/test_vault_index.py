from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from studyapp.core.notes.note import Note, parse_note
from studyapp.core.settings.load import Settings
from studyapp.core.vault import index as module
from studyapp.core.vault.index import Index
from studyapp.core.vault.sheet import sheet_of
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import build_queue
from tests.bench.generate import write_vault

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOURCE = b"#flashcards\n\na::b\n<!--SR:!2026-01-10,3,250-->\n\nc:::d\n"


@pytest.fixture
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "RACY", 0)  # else what a test has just written is rightly not kept
    write_vault(tmp_path / "vault", 12, seed=2)
    return tmp_path / "vault"


class Counting:
    """Counts the notes that are parsed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        monkeypatch.setattr("studyapp.core.vault.read.parse_note", self)

    def __call__(self, path: str, raw: bytes, of: Settings) -> Note:
        self.paths.append(path)
        return parse_note(path, raw, of)

    def take(self) -> list[str]:
        paths, self.paths = self.paths, []
        return paths


def opened(folder: Path) -> Vault:
    return Vault(folder, index=Index(folder.parent / "index.sqlite"))


def test_a_vault_that_was_read_before_is_not_parsed_again_save_the_note_that_changed(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = Counting(monkeypatch)
    first = opened(vault_folder)
    first.scan()
    assert 8 <= len(parsed.take()) <= 12  # the bytes of the others tell that they have no cards
    again = opened(vault_folder)
    again.scan()
    assert parsed.take() == []
    assert again.sheets == first.sheets
    changed = first.paths()[3]
    (vault_folder / changed).write_bytes(SOURCE)
    third = opened(vault_folder)
    third.scan()
    assert parsed.take() == [changed]
    assert third.sheets == first.sheets | {changed: sheet_of(parse_note(changed, SOURCE, Settings()))}


def test_deleted_and_renamed_notes_leave_the_index(vault_folder: Path) -> None:
    first = opened(vault_folder)
    first.scan()
    gone, moved = first.paths()[:2]
    (vault_folder / gone).unlink()
    (vault_folder / moved).rename(vault_folder / "Moved.md")
    again = opened(vault_folder)
    again.scan()
    index = again.index
    assert index is not None
    assert sorted(index.paths()) == sorted({"Moved.md", *first.sheets} - {gone, moved})
    then, now = (
        [row.question[3:] for row in vault.sheets[path].cards]
        for vault, path in ((first, moved), (again, "Moved.md"))
    )
    assert now == then


def test_the_first_due_card_of_the_index_is_the_first_of_the_queue(vault_folder: Path) -> None:
    first = opened(vault_folder)
    assert first.first_due(NOW) is None
    first.scan()
    handle = opened(vault_folder).first_due(NOW)
    assert handle is not None
    assert handle.id == build_queue(first, NOW)[0].id


def test_a_card_of_a_note_that_changed_is_not_shown_first(vault_folder: Path) -> None:
    first = opened(vault_folder)
    first.scan()
    queue = build_queue(first, NOW)
    path = queue[0].path
    (vault_folder / path).write_bytes(b"nothing\n")
    handle = opened(vault_folder).first_due(NOW)
    assert handle is not None
    assert handle.id == next(one.id for one in queue if one.path != path)


def test_what_a_review_wrote_is_kept_when_it_ends(vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(vault_folder)
    vault.scan()
    path = min(vault.sheets)
    (vault_folder / path).write_bytes(SOURCE)
    vault.refresh(path)
    vault.keep()
    parsed = Counting(monkeypatch)
    opened(vault_folder).scan()
    assert parsed.take() == []
