"""Deleting a question: what goes, what stays, and that undo brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.delete import Deletion, deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.errors import NoteError
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import apply, digest_of, reverse
from studyapp.core.workspace.store import DELETING
from studyapp.study.review.today import begin
from tests.helpers.strategies import ANY_BYTES, SETTINGS, notes
from tests.helpers.vaults import handles_of, make_vault, workspace
from tests.helpers.whole_notes import NOW, Desk

PATH = "a/b.md"
PLAIN = Settings()


def seen(raw: bytes, number: int = 0, settings: Settings = PLAIN) -> Seen:
    """The first card of a question, as it stands."""
    note = parse_note(PATH, raw, settings)
    question = note.questions[number]
    return Seen.of(note, question, question.cards[0])


def without(text: str, number: int = 0, settings: Settings = PLAIN) -> str:
    """A note without one of its questions."""
    raw = text.encode()
    found = deletion(PATH, raw, seen(raw, number, settings), settings)
    assert isinstance(found, Deletion), found
    return apply(raw, found.edits).decode()


@pytest.mark.parametrize(
    ("text", "number", "left"),
    [
        ("#flashcards\n\nA::B\n\nC::D\n", 0, "#flashcards\n\nC::D\n"),
        ("#flashcards\n\nA::B\n\nC::D\n", 1, "#flashcards\n\nA::B\n"),
        ("#flashcards\n\nA::B\n\nC::D", 1, "#flashcards\n\nA::B\n"),
        ("#flashcards\r\n\r\nA::B\r\n\r\nC::D\r\n", 0, "#flashcards\r\n\r\nC::D\r\n"),
        ("#flashcards\n\nA::B\n<!--SR:!2024-01-01,3,250-->\n\nC::D\n", 0, "#flashcards\n\nC::D\n"),
        ("#flashcards\n\nA::B <!--SR:!2024-01-01,3,250-->\n\nC::D\n", 0, "#flashcards\n\nC::D\n"),
        ("#flashcards\n\nA\n?\nB\nb\n<!--SR:!2024-01-01,3,250-->\n\ntext\n", 0, "#flashcards\n\ntext\n"),
        ("#flashcards\n\nA::B\n> [!sr|card-metadata]\n> <!--SR:!2024-01-01,3,250-->\n\nx\n", 0, "#flashcards\n\nx\n"),
        ("#flashcards\n\ntext\nA::B\n\nmore\n", 0, "#flashcards\n\ntext\n\nmore\n"),
        ("#flashcards\n\nA::B\nC::D\n\nmore\n", 0, "#flashcards\n\nC::D\n\nmore\n"),
        ("#flashcards\n\n# One\n\nA::B\n\n\n# Two\n", 0, "#flashcards\n\n# One\n\n\n# Two\n"),
    ],
)
def test_the_lines_the_comment_and_one_blank_line_go(text: str, number: int, left: str) -> None:
    assert without(text, number) == left


def test_the_marker_that_ends_a_question_goes_with_it() -> None:
    settings = Settings(multiline_card_end_marker="+++")
    text = "#flashcards\n\nA\n?\nB\n\nb\n+++\n\nC\n?\nD\n+++\n"
    assert without(text, 0, settings) == "#flashcards\n\nC\n?\nD\n+++\n"


def test_an_empty_line_stays_where_two_others_would_be_joined() -> None:
    assert without("#flashcards\n\nnot a part\nA::B\nQ\n?\nR\n") == "#flashcards\n\nnot a part\n\nQ\n?\nR\n"


def test_a_tag_above_a_question_stays_if_others_are_in_its_deck() -> None:
    assert without("#flashcards/x\nA\n?\nB\n\nC::D\n") == "#flashcards/x\n\nC::D\n"


def test_a_question_whose_own_line_names_the_deck_of_others_is_left_alone() -> None:
    raw = b"#flashcards/x A::B\n\nC::D\n"
    found = deletion(PATH, raw, seen(raw), PLAIN)
    assert isinstance(found, Uncertain)
    assert "other questions" in found.why


def test_a_question_that_was_rewritten_since_is_left_alone() -> None:
    raw = b"#flashcards\n\nA::B ^id\n"
    before = seen(raw)
    changed = deletion(PATH, b"#flashcards\n\nA::B, and C ^id\n", before, PLAIN)
    assert isinstance(changed, Uncertain)
    assert "has changed since" in changed.why


def test_a_question_that_got_a_comment_meanwhile_goes_with_it() -> None:
    before = seen(b"#flashcards\n\nA::B\n\nC::D\n")
    now = b"#flashcards\n\nA::B\n<!--SR:!2024-01-01,3,250-->\n\nC::D\n"
    found = deletion(PATH, now, before, PLAIN)
    assert isinstance(found, Deletion)
    assert apply(now, found.edits) == b"#flashcards\n\nC::D\n"
    assert found.text == "A::B\n<!--SR:!2024-01-01,3,250-->"


def test_a_note_with_a_merge_conflict_is_left_alone() -> None:
    raw = b"#flashcards\n\nA::B\n\n<<<<<<< one\nx\n=======\ny\n>>>>>>> two\n"
    found = deletion(PATH, raw, seen(raw), PLAIN)
    assert isinstance(found, Uncertain)
    assert "conflict" in found.why


@given(st.one_of(notes(), ANY_BYTES), SETTINGS, st.data())
def test_nothing_but_the_question_changes_and_undo_gives_the_bytes_back(
    raw: bytes, settings: Settings, data: st.DataObject
) -> None:
    note = parse_note(PATH, raw, settings)
    choices = [number for number, question in enumerate(note.questions) if question.cards]
    if not choices:
        return
    number = data.draw(st.sampled_from(choices))
    found = deletion(PATH, raw, seen(raw, number, settings), settings)
    if isinstance(found, Uncertain):
        return
    new = apply(raw, found.edits)
    assert apply(new, reverse(found.edits)) == raw
    rest = [question.text for at, question in enumerate(note.questions) if at != number]
    assert [question.text for question in parse_note(PATH, new, settings).questions] == rest
    gone = b"".join(edit.old for edit in found.edits).decode("utf-8", "surrogateescape")
    assert not any(edit.new for edit in found.edits)
    own = found.text + settings.multiline_card_end_marker
    assert not set("".join(gone.split())) - set("".join(own.split()))
    assert len("".join(gone.split())) <= len("".join(own.split()))


def test_it_is_logged_and_taken_back_and_done_again_across_restarts(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    raw = desk.raw
    question = parse_note("deck/note.md", raw, PLAIN).questions[0]
    card = Seen.of(parse_note("deck/note.md", raw, PLAIN), question, question.cards[0])
    saved = desk.store.delete(card, NOW)
    assert saved.action.what == DELETING
    assert desk.raw == saved.raw != raw
    assert digest_of(desk.raw) != digest_of(raw)
    after = desk.raw
    desk.restart()
    action = desk.journal.last_applied()
    assert action is not None
    desk.store.undo(action, NOW)
    assert desk.raw == raw
    desk.restart()
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == after


def test_what_cannot_be_deleted_is_reported_and_nothing_is_logged(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    raw = desk.raw
    note = parse_note("deck/note.md", raw, PLAIN)
    card = Seen.of(note, note.questions[0], note.questions[0].cards[0])
    desk.note.write_bytes(b"#flashcards\n\nnothing like it\n")
    with pytest.raises(NoteError, match="the question is not deleted, because"):
        desk.store.delete(card, NOW)
    assert desk.raw == b"#flashcards\n\nnothing like it\n"
    assert not desk.journal.actions


def test_equal_questions_keep_what_is_known_of_them(tmp_path: Path) -> None:
    root, home = make_vault(tmp_path / "v", {"n.md": "#flashcards\n\n" + "a::b\n\n" * 3 + "c::d\n"}), tmp_path / "h"
    opened = workspace(root, home)
    session = begin(opened)
    while session.current is not None and session.current.id.occurrence < 3:
        session.skip()
    opened.store.save(session.suspend())
    first, second, third = (handle.id for handle in handles_of(opened.vault) if handle.card.front == "a")
    assert [opened.states.of(card).suspended for card in (first, second, third)] == [False, False, True]
    note = opened.vault.note("n.md")
    assert note is not None
    found = note.find(first)
    assert found is not None
    saved = opened.store.delete(Seen.of(note, *found), NOW)
    for here in (opened, workspace(root, home)):
        assert [here.states.of(card).suspended for card in (first, second, third)] == [False, True, False]
    opened.store.undo(saved.action, NOW)
    assert [opened.states.of(card).suspended for card in (first, second, third)] == [False, False, True]


def test_of_equal_questions_only_those_below_the_deleted_one_move_up() -> None:
    raw = b"#flashcards\n\nA::B\n\nA::B\n\nA::B\n"
    ids = [seen(raw, number).id for number in range(3)]
    found = deletion(PATH, raw, seen(raw, 1), PLAIN)
    assert isinstance(found, Deletion)
    assert found.renamed == ((ids[1], ids[2]), (ids[2], ids[1]))
