"""An import: what the notes hold, and that it comes once, can be undone, and touches nothing else."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studyapp.core.disk.place import Place
from studyapp.core.errors import NoteError, StudyError
from studyapp.core.text.note_text import digest_of
from studyapp.core.workspace import arrivals
from studyapp.core.workspace.groups import turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki.package import opened_package
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in, take_back
from studyapp.study.exchange.reading.incoming import AnkiSource
from tests.helpers.packages import changed
from tests.helpers.vaults import NOW, ROOT, make_vault, workspace

OLD = ROOT / "tests/data/anki/old.apkg"
LATER = NOW.replace(year=2027)


@pytest.fixture
def vault(tmp_path: Path) -> Workspace:
    return workspace(make_vault(tmp_path / "vault", {"mine.md": "#flashcards\n\na::b\n"}), tmp_path / "home", LATER)


def bring(vault: Workspace, file: Path = OLD, folder: str = "Anki", one_note: str = "") -> ImportPlan:
    with opened_package(file) as package:
        planned = plan_import(vault, AnkiSource(package), folder, one_note=one_note)
        bring_in(vault, AnkiSource(package), planned)
    vault.vault.scan()
    return planned


def bytes_of(vault: Workspace) -> dict[str, bytes]:
    root = vault.vault.root
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_cards_stand_in_a_note_for_each_deck_with_schedule_history_and_media(vault: Workspace) -> None:
    planned = bring(vault)
    assert (planned.cards, planned.reviews, planned.media, planned.missing) == (22, 47, ["pic ä.png"], ["no.mp3"])
    made = {path for path in bytes_of(vault) if not path.startswith(".") and path != "mine.md"}
    assert made == {"Anki/A.md", "Anki/A/B.md", "Anki/German.md", "Anki/Default.md", "Anki/media/pic ä.png"}
    german = (vault.vault.root / "Anki/German.md").read_text()
    assert german.startswith('---\ntags: ["flashcards/German"]\n---\n\ndog:::der Hund ^anki-')
    assert "cat::Katze ^anki-" in german
    fresh = workspace(vault.vault.root, vault.locations.state.parent / "home", LATER)
    assert len(list(fresh.vault.rows())) == 23
    assert len(list(fresh.history.reviews())) == 47
    states = dict(fresh.history.states())
    assert sum(state.suspended for state in states.values()) == 1
    assert {state.flag for state in states.values() if state.flag} == {1, 4}
    assert sum(state.leech for state in states.values()) == 1


def test_the_plan_writes_nothing(vault: Workspace) -> None:
    before = bytes_of(vault)
    with opened_package(OLD) as package:
        plan_import(vault, AnkiSource(package), "Anki")
    assert bytes_of(vault) == before


def test_an_import_into_a_vault_that_is_gone_makes_no_folder(vault: Workspace) -> None:
    root = vault.vault.root
    with opened_package(OLD) as package:
        planned = plan_import(vault, AnkiSource(package), "Anki")
        root.rename(root.with_name("away"))
        with pytest.raises(StudyError, match="not the folder that was opened"):
            bring_in(vault, AnkiSource(package), planned)
    assert not root.exists()


def test_taking_it_back_leaves_every_byte_as_it_was(vault: Workspace) -> None:
    before = bytes_of(vault)
    bring(vault)
    done = take_back(vault)
    assert (len(done.removed), done.left) == (5, [])
    assert {path: raw for path, raw in bytes_of(vault).items() if not path.startswith(".studyapp")} == before
    assert not (vault.vault.root / "Anki").exists()
    assert not list(vault.history.reviews())
    with pytest.raises(StudyError, match="nothing was imported"):
        take_back(vault)
    assert bring(vault).cards == 22


def test_what_was_changed_since_stays_when_it_is_taken_back(vault: Workspace) -> None:
    bring(vault)
    note = vault.vault.root / "Anki/German.md"
    note.write_text(note.read_text() + "\nmine::too\n")
    done = take_back(vault)
    assert done.left == [("Anki/German.md", "it was changed since")]
    assert "Anki/A.md" in done.removed
    assert note.exists()
    assert len(list(vault.history.reviews())) == 47
    again = bring(vault)
    assert {one.note for one in again.questions} == {"A.md", "A/B.md", "Default.md"}
    assert note.read_text().endswith("\nmine::too\n")


def test_undo_takes_it_back_after_a_restart_with_what_was_written_into_notes_that_were_there(
    vault: Workspace, tmp_path: Path
) -> None:
    note = vault.vault.root / "Anki/German.md"
    note.parent.mkdir()
    note.write_bytes(b"#flashcards\r\n\r\nmine::too")
    few = changed(OLD, tmp_path / "few.apkg", "DELETE FROM notes WHERE flds LIKE 'cow%'")
    before = bytes_of(vault)
    bring(vault, few)
    first = {path: raw for path, raw in bytes_of(vault).items() if not path.startswith(".studyapp")}
    later = changed(OLD, tmp_path / "later.apkg", "UPDATE notes SET flds = replace(flds, 'What is 2+2?', '2+2?')")
    planned = bring(vault, later)
    assert (planned.cards, len(planned.changed)) == (2, 1)
    for then in (first, before):
        again = workspace(vault.vault.root, tmp_path / "home", LATER)
        action = again.journal.last_applied()
        assert action is not None
        assert action.group is not None
        assert turn_whole(again, action.group, back=True).left == []
        assert again.journal.last_undone() is None
        assert {path: raw for path, raw in bytes_of(again).items() if not path.startswith(".studyapp")} == then
    assert again.journal.last_applied() is None
    once = workspace(vault.vault.root, tmp_path / "home", LATER)
    assert bring(once, few).cards == 20
    assert len(bring(once, later).changed) == 1


def test_an_import_that_another_machine_made_is_not_taken_back_here(vault: Workspace, tmp_path: Path) -> None:
    bring(vault)
    before = bytes_of(vault)
    elsewhere = workspace(vault.vault.root, tmp_path / "other home", LATER)
    (group,) = {action.group for action in vault.journal.latest()}
    assert group is not None
    log = elsewhere.journal.path
    log.write_bytes(vault.journal.path.read_bytes())
    elsewhere = workspace(vault.vault.root, tmp_path / "other home", LATER)
    done = turn_whole(elsewhere, group, back=True)
    assert [why for _, why in done.left] == ["this machine did not write that line of the review log"]
    after = bytes_of(vault)
    assert {path: after[path] for path in before if path.endswith(".md")} == {
        path: raw for path, raw in before.items() if path.endswith(".md")
    }


def test_a_list_of_files_that_someone_changed_removes_nothing(vault: Workspace) -> None:
    bring(vault)
    (listed,) = (vault.vault.root / ".studyapp/imports").iterdir()
    mine = vault.vault.root / "mine.md"
    listed.write_text(json.dumps({"files": {"mine.md": digest_of(mine.read_bytes())}, "log": False}))
    assert [why for _, why in take_back(vault).left] == ["the list of its files is gone"]
    assert mine.exists()
    assert (vault.vault.root / "Anki/German.md").exists()


def test_an_import_that_is_not_undone_without_the_drive_can_be_undone_once_it_is_back(
    vault: Workspace, tmp_path: Path
) -> None:
    bring(vault)
    root, drive = vault.vault.root, tmp_path / "drive"
    last = vault.journal.last_applied()
    assert last is not None
    assert last.group is not None
    root.rename(drive)
    root.mkdir()
    done = turn_whole(vault, last.group, back=True)
    assert all("drive" in why for _, why in done.left)
    assert done.left
    assert not [*root.iterdir()]
    root.rmdir()
    drive.rename(root)
    again = workspace(root, tmp_path / "home", LATER)
    assert again.journal.last_applied() == last
    assert not turn_whole(again, last.group, back=True).left
    assert not (root / "Anki").exists()


def test_what_an_interrupted_import_brought_does_not_come_twice(vault: Workspace) -> None:
    bring(vault)
    (vault.vault.root / ".studyapp/anki-in.json").unlink()
    before = bytes_of(vault)
    assert bring(vault).cards == 0
    assert bytes_of(vault) == before


def test_a_card_that_moved_or_changed_since_an_interrupted_import_does_not_come_twice(
    vault: Workspace, tmp_path: Path
) -> None:
    bring(vault)
    root = vault.vault.root
    (root / ".studyapp/anki-in.json").unlink()
    (root / "Anki/German.md").rename(root / "moved.md")
    later = changed(OLD, tmp_path / "later.apkg", "UPDATE notes SET flds = replace(flds, 'der Hund', 'die Katze')")
    again = workspace(root, vault.locations.state.parent / "home", LATER)
    again.follow_moves()
    before = bytes_of(again)
    planned = bring(again, later)
    assert (planned.cards, planned.same) == (0, 16)
    assert [one.why for one in planned.kept] == ["it is here with another text, which stays"]
    assert bytes_of(vault) == before


def test_a_second_time_it_brings_only_what_is_new(vault: Workspace) -> None:
    bring(vault)
    before = bytes_of(vault)
    planned = bring(vault)
    assert (planned.cards, planned.same) == (0, 17)
    after = bytes_of(vault)
    assert {path for path in after if after[path] != before.get(path)} <= {".studyapp/anki-in.json"}


def test_a_card_that_was_deleted_here_is_not_made_again(vault: Workspace) -> None:
    bring(vault)
    (vault.vault.root / "Anki/German.md").unlink()
    assert bring(vault).cards == 0
    assert not (vault.vault.root / "Anki/German.md").exists()


def test_text_that_changed_in_anki_alone_is_updated_and_keeps_its_schedule(vault: Workspace, tmp_path: Path) -> None:
    bring(vault)
    note = vault.vault.root / "Anki/A/B.md"
    before = note.read_text()
    later = changed(
        OLD, tmp_path / "later.apkg", "UPDATE notes SET flds = replace(flds, 'What is 2+2?', 'What is 2 + 2?')"
    )
    planned = bring(vault, later)
    assert len(planned.changed) == 1
    assert note.read_text() == before.replace("What is 2+2?", "What is 2 + 2?")
    assert bring(vault, later).same == 17


def test_tags_that_changed_in_anki_are_updated_and_those_of_its_own_are_none(
    vault: Workspace, tmp_path: Path
) -> None:
    bring(vault)
    own = changed(OLD, tmp_path / "own.apkg", "UPDATE notes SET tags = ' leech ' || tags WHERE flds LIKE 'dog%'")
    assert not bring(vault, own).changed
    tagged = changed(OLD, tmp_path / "tagged.apkg", "UPDATE notes SET tags = ' animal ' WHERE flds LIKE 'dog%'")
    assert len(bring(vault, tagged).changed) == 1
    assert "\ndog:::der Hund #animal ^anki-" in (vault.vault.root / "Anki/German.md").read_text()


def test_text_that_changed_in_anki_and_here_stays_ours_and_is_named(vault: Workspace, tmp_path: Path) -> None:
    bring(vault)
    note = vault.vault.root / "Anki/A/B.md"
    note.write_text(note.read_text().replace("What is 2+2?", "Mine: 2+2?"))
    before = note.read_bytes()
    later = changed(
        OLD, tmp_path / "later.apkg", "UPDATE notes SET flds = replace(flds, 'What is 2+2?', 'What is 2 + 2?')"
    )
    planned = bring(vault, later)
    assert [one.why for one in planned.kept] == ["it was changed in Anki and here; yours stays"]
    assert note.read_bytes() == before


def test_new_cards_go_after_those_that_are_there(vault: Workspace, tmp_path: Path) -> None:
    few = changed(OLD, tmp_path / "few.apkg", "DELETE FROM notes WHERE flds LIKE 'cow%'")
    bring(vault, few)
    note = vault.vault.root / "Anki/German.md"
    before = note.read_bytes()
    assert bring(vault).cards == 2
    assert note.read_bytes().startswith(before)
    assert b"\n\ncow:::Kuh" in note.read_bytes()


def test_no_file_that_is_there_is_written_over(vault: Workspace) -> None:
    (vault.vault.root / "Anki/media").mkdir(parents=True)
    (vault.vault.root / "Anki/media/pic ä.png").write_bytes(b"mine")
    (vault.vault.root / "Anki/German.md").write_bytes(b"#flashcards\n\nmine::too")
    bring(vault)
    assert (vault.vault.root / "Anki/media/pic ä.png").read_bytes() == b"mine"
    assert (
        (vault.vault.root / "Anki/German.md").read_bytes().startswith(b"#flashcards\n\nmine::too\n\ndog:::der Hund")
    )


@pytest.mark.parametrize("folder", ["../out", "/tmp/out", ".studyapp", "a/../../b", "a/.hidden"])
def test_nothing_is_written_outside_the_vault(vault: Workspace, folder: str) -> None:
    before = bytes_of(vault)
    with pytest.raises(StudyError):
        bring(vault, folder=folder)
    assert {path for path in bytes_of(vault) if not path.startswith(".studyapp")} == set(before)


def test_a_folder_that_leads_elsewhere_gets_nothing(vault: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (vault.vault.root / "Anki").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoteError, match="leads out"):
        bring(vault)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("taken", ["b.md", "new/c.md"])
def test_if_one_file_cannot_be_put_there_none_is(tmp_path: Path, taken: str) -> None:
    root = make_vault(tmp_path / "vault", {f"Anki/{taken}": "mine"})
    with pytest.raises(NoteError, match="is there already"):
        arrivals.put(Place.of(root), "Anki", {"a.md": b"x", "b.md": b"y", "new/c.md": b"z"})
    files = [path for path in root.rglob("*") if path.is_file()]
    assert [path.read_text() for path in files] == ["mine"]


@pytest.mark.parametrize("step", ["_write", "sync_folder"])
def test_a_crash_leaves_all_of_it_or_none(tmp_path: Path, step: str) -> None:
    root = make_vault(tmp_path / "vault", {"mine.md": "x"})
    child = os.fork()
    if child == 0:
        original: Callable[..., object] = getattr(arrivals, step)

        def killed(*words: object) -> None:
            if step == "_write":
                original(*words)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(arrivals, step, killed)
        arrivals.put(Place.of(root), "Anki", {"a.md": b"x", "deep/b.md": b"y"})
        sys.exit(0)
    os.waitpid(child, 0)
    there = sorted(path.relative_to(root / "Anki").as_posix() for path in (root / "Anki").rglob("*.md"))
    assert there in ([], ["a.md", "deep/b.md"])


def decks_of(vault: Workspace) -> list[tuple[str, tuple[str, ...]]]:
    """The decks of each card of the import."""
    fresh = workspace(vault.vault.root, vault.locations.state.parent / "home", LATER)
    handles = [fresh.vault.find(row.id) for row in fresh.vault.rows() if row.path != "mine.md"]
    return sorted((one.card.front, one.question.decks) for one in handles)


def test_decks_are_notes_in_folders_or_tags_in_one_note_as_the_user_chooses(vault: Workspace, tmp_path: Path) -> None:
    bring(vault)
    in_folders = decks_of(vault)
    take_back(vault)
    planned = bring(vault, one_note="Old.md")
    assert {path for path in bytes_of(vault) if path.startswith("Anki/")} == {"Anki/Old.md", "Anki/media/pic ä.png"}
    assert decks_of(vault) == in_folders
    assert len({decks for _, decks in in_folders}) == 4
    assert (planned.cards, planned.reviews) == (22, 47)
    note = "SELECT id FROM notes WHERE flds LIKE 'dog%'"
    sql = (
        f"UPDATE notes SET guid = 'fresh', flds = 'pig' || x'1f' || 'Schwein' WHERE id IN ({note});"
        "UPDATE notes SET guid = 'other', flds = 'hen' || x'1f' || 'Huhn' || x'1f' WHERE flds LIKE 'cat%'"
    )
    more = changed(OLD, tmp_path / "more.apkg", sql)
    assert bring(vault, more, one_note="Old.md").cards == 3
    german = ("flashcards/German",)
    assert set(decks_of(vault)) - set(in_folders) == {("pig", german), ("Schwein", german), ("hen", german)}
    assert not bring(vault, more, one_note="Old.md").does_something
