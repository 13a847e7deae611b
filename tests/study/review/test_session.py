"""A review: order, grades, undo, cards that come back, notes that change meanwhile."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.text.note_text import digest_of
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin
from tests.helpers.source import calls
from tests.helpers.vaults import NOW, SEED, fronts_of, handles_of, make_vault, workspace

DECK = """#flashcards

new::card

late::card
<!--SR:!2024-06-01,10,250-->

later::card
<!--SR:!2024-06-10,10,250-->

future::card
<!--SR:!2024-07-10,10,250-->
"""


def start(tmp_path: Path, text: str = DECK, plugin: dict[str, object] | None = None) -> tuple[Workspace, Session]:
    opened = workspace(make_vault(tmp_path / "vault", {"n.md": text}, plugin or {}), tmp_path / "home")
    return opened, begin(opened)


def fronts(session: Session) -> list[str]:
    return fronts_of(session.vault, [*([session.current.row] if session.current else []), *session.waiting])


def give(opened: Workspace, session: Session, grade: Grade) -> None:
    session.saved(opened.store.save(session.grade(grade)))


def text_of(opened: Workspace) -> str:
    return (opened.vault.root / "n.md").read_text()


def test_the_longest_overdue_card_comes_first_and_new_ones_last(tmp_path: Path) -> None:
    _, session = start(tmp_path)
    assert fronts(session) == ["late", "later", "new"]
    assert session.counts() == (2, 1, 0)


def test_every_grade_shows_the_schedule_that_it_then_gives(tmp_path: Path) -> None:
    for grade in Grade:
        opened, session = start(tmp_path / grade)
        promised = session.previews()[grade]
        give(opened, session, grade)
        (due,) = [h.card.schedule for h in handles_of(opened.vault) if h.card.front == "late"]
        assert isinstance(promised, Sm2)
        assert due == Sm2(promised.due, int(promised.interval), promised.ease)


def test_a_failed_card_comes_back_at_the_end_of_the_review(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    give(opened, session, Grade.AGAIN)
    assert session.counts() == (1, 1, 1)
    give(opened, session, Grade.GOOD)
    give(opened, session, Grade.GOOD)
    assert session.current is not None
    assert session.current.card.front == "late"
    give(opened, session, Grade.GOOD)
    assert fronts(session) == []
    assert session.remaining == 0


def test_a_second_grade_in_a_review_continues_from_what_is_in_memory(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\nDog::Perro\n", {"loadBalance": False})
    give(opened, session, Grade.AGAIN)
    give(opened, session, Grade.GOOD)
    assert text_of(opened) == "#flashcards\n\nDog::Perro\n<!--SR:!2024-06-17,2.3,230-->\n"


def test_skipping_puts_a_card_at_the_end_and_changes_nothing(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    session.skip()
    assert fronts(session) == ["later", "new", "late"]
    assert text_of(opened) == DECK


def test_undo_brings_the_card_back_and_the_bytes(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    give(opened, session, Grade.EASY)
    give(opened, session, Grade.HARD)
    for front in ("later", "late"):
        action = opened.journal.last_applied()
        assert action is not None
        session.taken_back(opened.store.undo(action, NOW))
        assert session.current is not None
        assert session.current.card.front == front
    assert text_of(opened) == DECK
    assert session.counts() == (2, 1, 0)


def test_undo_works_after_a_restart_and_redo_gives_the_same_bytes(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    give(opened, session, Grade.GOOD)
    graded = text_of(opened)
    again = workspace(opened.vault.root, tmp_path / "home")
    session = begin(again)
    action = again.journal.last_applied()
    assert action is not None
    session.taken_back(again.store.undo(action, NOW))
    assert text_of(again) == DECK
    undone = again.journal.last_undone()
    assert undone is not None
    session.done_again(again.store.redo(undone, NOW))
    assert text_of(again) == graded
    assert fronts(session) == ["later", "new"]


def test_the_next_card_is_read_again_if_its_note_was_edited_meanwhile(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    (opened.vault.root / "n.md").write_text(DECK.replace("later::card", "later::a better answer"))
    give(opened, session, Grade.GOOD)
    assert session.current is not None
    assert session.current.card.back == "a better answer"


def two_notes(tmp_path: Path) -> tuple[Workspace, Session]:
    """A review of a.md, then of b.md, which is the note that was parsed last."""
    card = "#flashcards\n\nin {}::card\n<!--SR:!2024-06-{},10,250-->\n"
    notes = {"a.md": card.format("a", "01"), "b.md": card.format("b", "02")}
    opened = workspace(make_vault(tmp_path / "vault", notes, {}), tmp_path / "home")
    session = begin(opened)
    session.look_ahead()
    return opened, session


def test_the_note_of_the_next_card_is_parsed_while_the_current_one_is_in_front(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, session = two_notes(tmp_path)
    monkeypatch.setattr("studyapp.core.vault.scan.recent.parse_note", None)  # it would fail
    session.skip()
    assert session.current is not None
    assert session.current.card.front == "in b"


def test_a_note_that_was_parsed_ahead_is_read_again_if_it_was_edited_meanwhile(tmp_path: Path) -> None:
    opened, session = two_notes(tmp_path)
    note = opened.vault.root / "b.md"
    note.write_text(note.read_text().replace("::card", "::edited"))
    session.skip()
    assert session.current is not None
    assert session.current.card.back == "edited"


def test_a_card_whose_question_is_gone_is_left_out_of_the_review(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    (opened.vault.root / "n.md").write_text(DECK.replace("later::card\n<!--SR:!2024-06-10,10,250-->\n", ""))
    give(opened, session, Grade.GOOD)
    assert fronts(session) == ["new"]
    assert len(session.left_out) == 1


@pytest.mark.parametrize("plugin", [{}, {"algorithm": "FSRS"}])
def test_a_card_whose_question_the_user_edits_stays_in_front_with_its_siblings(
    tmp_path: Path, plugin: dict[str, object]
) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na tpyo:::back\n\nother::card\n", plugin)
    (opened.vault.root / "n.md").write_text("#flashcards\n\na typo:::the back\n\nother::card\n")
    session.reload()
    assert fronts(session) == ["a typo", "the back", "other"]
    give(opened, session, Grade.GOOD)
    assert not session.left_out
    assert text_of(opened).count("<!--SR:") == 1


def test_an_edit_that_may_have_made_another_question_of_it_leaves_the_card_out(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na::b\n\nother::card\n")
    (opened.vault.root / "n.md").write_text("#flashcards\n\na1::b\n\na2::b\n\nother::card\n")
    session.reload()
    assert fronts(session) == ["other"]
    assert len(session.left_out) == 1


def test_a_card_that_was_reviewed_elsewhere_meanwhile_is_not_asked_again(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    (opened.vault.root / "n.md").write_text(DECK.replace("2024-06-10,10", "2024-09-10,90"))
    give(opened, session, Grade.GOOD)
    assert fronts(session) == ["new"]
    assert not session.left_out


def test_a_card_with_a_grade_that_waits_is_not_asked_again_until_that_makes_it_due(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    note = opened.vault.root / "n.md"
    note.chmod(0o444)
    give(opened, session, Grade.GOOD)
    assert [action.status for action in opened.journal.waiting] == ["pending"]
    assert fronts(begin(opened)) == ["later", "new"]
    opened.clock = lambda: NOW + timedelta(days=400)
    assert "late" in fronts(begin(opened))


def test_a_card_that_comes_back_does_not_count_as_new(tmp_path: Path) -> None:
    _, session = start(tmp_path, "#flashcards\n\nonly::card\n")
    session.grade(Grade.AGAIN)  # and its note is not written yet
    assert session.counts() == (1, 0, 0)


def test_a_deleted_note_ends_its_cards_and_nothing_else(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    (opened.vault.root / "n.md").unlink()
    action = session.grade(Grade.GOOD)
    saved = opened.store.save(action)
    assert saved.why_not is not None
    assert "deleted" in saved.why_not
    assert session.current is None
    assert [waiting.id for waiting in opened.journal.waiting] == [action.id]


def test_reset_starts_a_card_again_today(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    action = session.reset()
    assert action is not None
    session.saved(opened.store.save(action))
    assert "late::card\n<!--SR:!2024-06-15,1,250-->" in text_of(opened)


def test_a_new_card_needs_no_reset(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na::b\n")
    assert session.reset() is None
    assert text_of(opened) == "#flashcards\n\na::b\n"


def test_siblings_are_left_out_for_the_day_where_the_settings_say_so(tmp_path: Path) -> None:
    text = "#flashcards\n\na:::b\n\nc::d\n"
    opened, session = start(tmp_path, text, {"burySiblingCards": True})
    give(opened, session, Grade.GOOD)
    assert fronts(session) == ["c"]
    assert fronts(begin(opened)) == ["c"]


def test_questions_that_the_plugin_buried_today_are_left_out(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\na::b\n\nc::d\n"}, {})
    opened = workspace(root, tmp_path / "home")
    (first, _) = [row.question.hash for row in opened.vault.rows()]
    data = root / ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    for day, left in (("2024-06-15", ["c"]), ("2024-06-14", ["a", "c"])):
        data.write_text(f'{{"settings": {{}}, "buryDate": "{day}", "buryList": ["{first}"]}}')
        assert fronts(begin(workspace(root, tmp_path / "home"))) == left


def test_daily_limits_count_what_was_graded_today(tmp_path: Path) -> None:
    opened, _ = start(tmp_path)
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "settings.toml").write_text("reviews_per_day = 1\nnew_cards_per_day = 1\n")
    opened = workspace(opened.vault.root, tmp_path / "home")
    session = begin(opened)
    assert fronts(session) == ["late", "new"]
    give(opened, session, Grade.GOOD)
    assert fronts(begin(opened)) == ["new"]


def test_an_fsrs_card_in_its_learning_steps_comes_back_when_nothing_else_is_left(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na::b\n\nc::d\n", {"algorithm": "FSRS"})
    give(opened, session, Grade.GOOD)
    give(opened, session, Grade.EASY)
    assert session.current is not None
    assert session.current.card.front == "a"
    give(opened, session, Grade.GOOD)
    assert session.current is None


@pytest.mark.parametrize("grade", Grade)
def test_grading_the_seed_note_changes_only_the_comment_and_undo_gives_its_digest_back(
    tmp_path: Path, grade: Grade
) -> None:
    root = make_vault(tmp_path / "vault", {"n.md": SEED.read_bytes()})
    before = (root / "n.md").read_bytes()
    for number in range(2):
        opened = workspace(
            root, tmp_path / "home", datetime(2026, 11, 23, 9, tzinfo=NOW.tzinfo) + timedelta(days=number)
        )
        session = begin(opened)
        if number:
            session.skip()
        session.saved(opened.store.save(session.grade(grade)))
        after = (root / "n.md").read_bytes()
        changed = [i for i, (a, b) in enumerate(zip(before.split(b"\n"), after.split(b"\n"), strict=True)) if a != b]
        assert len(changed) == 1
        assert after.split(b"\n")[changed[0]].startswith(b"<!--SR:!")
        assert b"<!--SR:!2023-10-13,4,270-->" in after
        action = opened.journal.last_applied()
        assert action is not None
        opened.store.undo(action, NOW)
        assert digest_of((root / "n.md").read_bytes()) == digest_of(before)


def test_two_grades_of_a_card_whose_note_takes_none_are_both_written_later_in_order(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na::b\n", {"loadBalance": False})
    note = opened.vault.root / "n.md"
    note.chmod(0o444)
    for grade in (Grade.AGAIN, Grade.GOOD):
        assert opened.store.save(session.grade(grade)).why_not is not None
    note.chmod(0o644)
    assert [saved.why_not for saved in opened.recover()] == [None, None]
    assert text_of(opened) == "#flashcards\n\na::b\n<!--SR:!2024-06-17,2.3,230-->\n"


def test_a_card_that_is_forgotten_again_and_again_is_a_leech(tmp_path: Path) -> None:
    text = "#flashcards\n\nhard::card\n<!--SR:!2024-06-01,10,250-->\n"
    opened, session = start(tmp_path, text)
    leeches = []
    for time in range(1, 13):
        action = session.grade(Grade.AGAIN)
        session.saved(opened.store.save(action))
        leeches += [time] if action.marks else []
        session = begin(opened)  # as after a restart: the log knows how often it was
        assert session.current is not None
    assert leeches == [8, 12]
    card = session.current.id if session.current else None
    assert card is not None
    assert opened.states.of(card).leech
    assert not opened.states.of(card).suspended


def test_a_lapse_that_was_undone_does_not_count_towards_a_leech_and_one_that_was_redone_does(tmp_path: Path) -> None:
    text = "#flashcards\n\nhard::card\n<!--SR:!2024-06-01,10,250-->\n"
    opened, session = start(tmp_path, text)
    marked = []
    for time in range(1, 9):
        saved = opened.store.save(session.grade(Grade.AGAIN))
        session.saved(saved)
        if time < 4:  # a slip of the finger: undone and graded again
            session.taken_back(opened.store.undo(saved.action, NOW))
        elif time == 4:
            session.taken_back(opened.store.undo(saved.action, NOW))
            undone = opened.journal.last_undone()
            assert undone is not None
            session.done_again(opened.store.redo(undone, NOW))
        marked.append(bool(saved.action.marks))
    assert not any(marked)
    for _ in range(3):
        saved = opened.store.save(session.grade(Grade.AGAIN))
        session.saved(saved)
        marked.append(bool(saved.action.marks))
    assert marked[-3:] == [False, False, True]


def test_a_leech_is_suspended_where_the_settings_say_so_and_undo_brings_it_back(tmp_path: Path) -> None:
    text = (
        "#flashcards\n\nhard::card\n<!--SR:!fsrs,2024-06-01T00:00:00.000Z,9,9,5,2,9,7,0,2024-05-01T00:00:00.000Z-->\n"
    )
    make_vault(tmp_path / "vault", {"n.md": text}, {"algorithm": "FSRS"})
    own = tmp_path / "vault" / ".studyapp" / "settings.toml"
    own.parent.mkdir()
    own.write_text('leech_action = "suspend"\n')
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    session = begin(opened)
    assert session.current is not None
    card = session.current.id
    action = session.grade(Grade.AGAIN)
    saved = opened.store.save(action)
    session.saved(saved)
    assert session.remaining == 0
    assert opened.states.of(card).suspended
    assert begin(opened).remaining == 0
    session.taken_back(opened.store.undo(saved.action, NOW))
    assert session.remaining == 1
    assert not opened.states.of(card).suspended


def test_a_learning_step_that_ends_during_a_review_comes_before_what_waits(tmp_path: Path) -> None:
    opened, session = start(tmp_path, DECK, {"algorithm": "FSRS"})
    moments = [NOW]
    session.clock = lambda: moments[-1]
    give(opened, session, Grade.AGAIN)
    assert fronts(session) == ["later", "new"]
    moments.append(NOW + timedelta(minutes=11))
    give(opened, session, Grade.GOOD)
    assert session.current is not None
    assert session.current.card.front == "late"


@pytest.mark.parametrize(("minutes", "at_once"), [(5, False), (20, True)])
def test_a_learning_step_is_not_waited_for_if_it_ends_within_the_minutes_of_the_settings(
    tmp_path: Path, minutes: int, at_once: bool
) -> None:
    vault = make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\nonly::card\n"}, {"algorithm": "FSRS"})
    (vault / VAULT_FILE).parent.mkdir()
    (vault / VAULT_FILE).write_text(f"learn_ahead_minutes = {minutes}\n")
    session = begin(workspace(vault, tmp_path / "home"))
    session.grade(Grade.GOOD)  # the next step takes ten minutes
    assert (session.current is not None) is at_once


def test_a_card_that_comes_back_and_was_reviewed_elsewhere_meanwhile_has_that_schedule(tmp_path: Path) -> None:
    opened, session = start(tmp_path, "#flashcards\n\na::b\n<!--SR:!2024-06-01,10,250-->\n")
    give(opened, session, Grade.AGAIN)
    assert session.current is not None
    file = opened.vault.root / "n.md"
    for entry, stays in (("2024-06-14,20,250", True), ("2027-03-01,300,250", False)):
        file.write_text(f"#flashcards\n\na::b\n<!--SR:!{entry}-->\n")
        session.skip()
        assert (session.current is not None) is stays
        assert not session.fresh
    assert session.remaining == 0


def test_a_grade_can_be_given_once_more_on_a_newer_schedule_or_not_count(tmp_path: Path) -> None:
    opened, session = start(tmp_path)
    card = session.current
    assert card is not None
    action = session.grade(Grade.GOOD)
    again = session.on_newer(action, "2024-06-10,100,250")
    assert (again.before, again.grade, again.card) == ("2024-06-10,100,250", Grade.GOOD, action.card)
    assert again.id != action.id
    assert session.fresh[card.id] == Sm2(date(2025, 2, 20), 250, 250)
    session.withdrawn(again)
    assert card.id not in session.fresh
    assert session.graded == 0
    assert opened.vault.row(card.id) is not None


@pytest.mark.parametrize("lapses", [1, 2])
def test_a_lapse_that_was_withdrawn_makes_no_leech(tmp_path: Path, lapses: int) -> None:
    make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\nhard::card\n<!--SR:!2024-06-01,10,250-->\n"})
    own = tmp_path / "vault" / ".studyapp" / "settings.toml"
    own.parent.mkdir()
    own.write_text(f"leech_lapses = {lapses}\n")
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    session = begin(opened)
    assert session.current is not None
    card = session.current.id
    withdrawn = session.grade(Grade.AGAIN)
    assert bool(withdrawn.marks) is (lapses == 1)
    session.withdrawn(withdrawn)
    assert not session.states.of(card).leech
    session = begin(opened) if session.current is None else session
    assert bool(session.grade(Grade.AGAIN).marks) is (lapses == 1)


@pytest.mark.slow
def test_only_one_module_begins_reviews_so_that_each_knows_the_lapses() -> None:
    assert {call.file for call in calls({"Session"}) if not call.of} == {"study/review/today.py"}
