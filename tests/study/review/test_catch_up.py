from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.disk.stamp import Stamp
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.changes import read_again
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.catch_up import CaughtUp
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin, follow_changes
from tests.helpers.vaults import fronts_of, make_vault, workspace

NOTES = {
    "A.md": "#flashcards/x\n\none::1\n<!--SR:!2024-06-10,4,250-->\n\ntwo::2\n<!--SR:!2024-06-11,4,250-->\n",
    "B.md": "#flashcards/y\n\nthree::3\n<!--SR:!2024-06-12,4,250-->\n\nnew::4\n",
}
DUE = "\n\nmore::5\n<!--SR:!2024-06-01,4,250-->\n"


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return workspace(make_vault(tmp_path / "vault", NOTES), tmp_path / "home")


def edit(desk: Workspace, name: str, old: str, new: str) -> None:
    path = desk.vault.root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def take(desk: Workspace, session: Session, *names: str, deck: str | None = None) -> CaughtUp:
    changes = read_again(desk.vault, names)
    return follow_changes(desk, session, deck, changes.paths)


def fronts(session: Session) -> list[str]:
    return fronts_of(session.vault, [*([session.current.row] if session.current else []), *session.waiting])


def test_cards_that_were_added_join_at_the_end(desk: Workspace) -> None:
    session = begin(desk)
    edit(desk, "A.md", "two::2\n<!--SR:!2024-06-11,4,250-->", "two::2\n<!--SR:!2024-06-11,4,250-->" + DUE)
    assert take(desk, session, "A.md") == CaughtUp(changed=False, moved_on=False, gone=0, came=1)
    assert fronts(session) == ["one", "two", "three", "new", "more"]
    assert take(desk, session, "A.md") == CaughtUp(changed=False, moved_on=False, gone=0, came=0)


def test_only_cards_of_the_deck_in_review_join(desk: Workspace) -> None:
    session = begin(desk, "flashcards/y")
    edit(desk, "A.md", "two::2", "two::2" + DUE + "\nrest::0")
    assert take(desk, session, "A.md", deck="flashcards/y").came == 0


def test_a_review_that_was_done_continues_with_a_card_that_joins(desk: Workspace) -> None:
    session = begin(desk, "flashcards/x")
    for _ in range(2):
        desk.store.save(session.grade(Grade.EASY))
    assert session.current is None
    (desk.vault.root / "C.md").write_text("#flashcards/x" + DUE)
    assert take(desk, session, "C.md", deck="flashcards/x") == CaughtUp(False, True, 0, 1)
    assert fronts(session) == ["more"]


def test_a_card_that_was_graded_here_does_not_come_again(desk: Workspace) -> None:
    session = begin(desk)
    action = session.grade(Grade.EASY)
    edit(desk, "A.md", "two::2", "two::2, changed")  # before the grade is in the note
    assert take(desk, session, "A.md").came == 0
    assert "one" not in fronts(session)
    desk.store.save(action)


def test_the_current_card_is_shown_as_it_reads_now(desk: Workspace) -> None:
    session = begin(desk)
    edit(desk, "A.md", "one::1", "one::1, or so")
    assert take(desk, session, "A.md") == CaughtUp(changed=True, moved_on=False, gone=0, came=0)
    assert session.current is not None
    assert session.current.card.back == "1, or so"
    assert fronts(session) == ["one", "two", "three", "new"]


def test_a_change_beside_the_current_card_does_not_change_it(desk: Workspace) -> None:
    session = begin(desk)
    edit(desk, "A.md", "#flashcards/x\n", "#flashcards/x\n\nSome prose.\n")
    assert take(desk, session, "A.md") == CaughtUp(changed=False, moved_on=False, gone=0, came=0)
    action = session.grade(Grade.GOOD)
    assert action.seen.digest == desk.vault.digest("A.md")


def test_cards_that_vanish_are_taken_out(desk: Workspace) -> None:
    session = begin(desk)
    (desk.vault.root / "B.md").unlink()
    assert take(desk, session, "B.md") == CaughtUp(changed=False, moved_on=False, gone=2, came=0)
    edit(desk, "A.md", "one::1\n<!--SR:!2024-06-10,4,250-->\n", "")
    assert take(desk, session, "A.md") == CaughtUp(changed=False, moved_on=True, gone=0, came=0)
    assert fronts(session) == ["two"]


def test_cards_that_were_reviewed_elsewhere_are_taken_out(desk: Workspace) -> None:
    session = begin(desk)
    edit(desk, "A.md", "2024-06-10,4,250", "2031-06-10,9,250")
    edit(desk, "B.md", "2024-06-12,4,250", "2031-06-12,9,250")
    assert take(desk, session, "A.md", "B.md") == CaughtUp(changed=False, moved_on=True, gone=1, came=0)
    assert fronts(session) == ["two", "new"]


def test_a_note_that_is_renamed_stays_in_the_review(desk: Workspace) -> None:
    session = begin(desk)
    (desk.vault.root / "A.md").rename(desk.vault.root / "Other name.md")
    changes = read_again(desk.vault, ["A.md", "Other name.md"])
    assert (list(changes.gone), changes.came) == (["A.md"], ["Other name.md"])
    assert changes.lost_cards(desk.vault)
    assert follow_changes(desk, session, None, changes.paths) == CaughtUp(False, False, 0, 0)
    assert fronts(session) == ["one", "two", "three", "new"]
    assert session.current is not None
    assert session.current.note.path == "Other name.md"
    saved = desk.store.save(session.grade(Grade.GOOD))
    assert saved.raw is not None
    assert (desk.vault.root / "Other name.md").read_bytes() == saved.raw


def test_what_was_written_here_is_not_a_change(desk: Workspace) -> None:
    session = begin(desk)
    saved = desk.store.save(session.grade(Grade.GOOD))
    session.saved(saved)
    assert not read_again(desk.vault, ["A.md"])
    stamp = Stamp.of((desk.vault.root / "A.md").stat())
    assert desk.vault.table.is_as_read("A.md", stamp, fingerprint(desk.vault.settings))


def test_a_note_that_cannot_be_read_any_more_is_gone_and_stops_no_other(desk: Workspace) -> None:
    (desk.vault.root / "A.md").unlink()
    (desk.vault.root / "A.md").mkdir()
    edit(desk, "B.md", "new::4", "newer::4")
    changes = read_again(desk.vault, ["A.md", "B.md", "never.md"])
    assert (list(changes.gone), list(changes.changed), changes.came) == (["A.md"], ["B.md"], [])


def test_a_file_that_is_being_written_in_place_loses_no_card(desk: Workspace) -> None:
    session = begin(desk)
    text = (desk.vault.root / "A.md").read_text()
    (desk.vault.root / "A.md").write_text("")
    assert not read_again(desk.vault, ["A.md"])
    (desk.vault.root / "A.md").write_text(text.replace("two::2", "two::2 and more"))
    assert take(desk, session, "A.md") == CaughtUp(changed=False, moved_on=False, gone=0, came=0)
    assert fronts(session) == ["one", "two", "three", "new"]


def test_within_the_limits_of_the_day_only_as_many_join_as_there_is_room_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("reviews_per_day = 4\n")
    desk = workspace(make_vault(tmp_path / "vault", NOTES), home)
    session = begin(desk)
    assert len(fronts(session)) == 4
    (desk.vault.root / "C.md").write_text("#flashcards/x" + DUE + DUE.replace("more", "and more"))
    assert take(desk, session, "C.md").came == 1
    assert len(fronts(session)) == 5


def test_cards_whose_table_was_lost_join_again_and_are_counted_once(desk: Workspace) -> None:
    session = begin(desk)
    before, counts = fronts(session), session.counts()
    desk.vault.table.generation += 1
    follow_changes(desk, session, None)
    assert (fronts(session), session.counts()) == (before, counts)
    follow_changes(desk, session, None)
    assert (fronts(session), session.counts()) == (before, counts)


def test_cards_of_a_lost_table_are_counted_neither_in_turn_nor_when_their_note_is_looked_up(desk: Workspace) -> None:
    session = begin(desk)
    session.waiting.of({"B.md"})
    desk.vault.table.generation += 1
    assert session.waiting.of({"A.md"}) == []
    assert fronts_of(desk.vault, session.waiting.of({"B.md"})) == ["three", "new"]
    assert session.counts() == (2, 1, 0)


def test_a_changed_note_is_looked_at_once_for_all_of_its_cards(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = "".join(f"q{number}::a\n\n" for number in range(50))
    edit(desk, "B.md", "new::4", f"new::4\n\n{cards}")
    desk.vault.scan()
    session = begin(desk)
    session.waiting.of({"B.md"})
    looked: list[str] = []
    refresh = Vault.refresh_if_changed

    def refreshed(vault: Vault, path: str) -> Note | None:
        looked.append(path)
        return refresh(vault, path)

    monkeypatch.setattr(Vault, "refresh_if_changed", refreshed)
    edit(desk, "B.md", "q7::a", "q7 is gone")
    assert take(desk, session, "B.md") == CaughtUp(changed=False, moved_on=False, gone=1, came=0)
    assert looked == ["B.md"]
