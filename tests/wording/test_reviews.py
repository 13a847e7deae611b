from __future__ import annotations

from collections.abc import Sequence

import pytest

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind, Marking
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.wording.reviews import is_of_one_card, what_text, where_text
from tests.helpers.rows import each_row
from tests.helpers.vaults import NOW

ONE, TWO, THIRD = CardId("A.md", "1", 1, 1), CardId("A.md", "2", 1, 1), CardId("B.md", "3", 1, 1)


def action(
    kind: ActionKind,
    card: CardId | str = ONE,
    grade: Grade | None = None,
    marks: Sequence[tuple[CardId, str, str]] = (),
    what: str | None = None,
) -> Action:
    seen = Seen.whole("A.md", "")
    if isinstance(card, CardId):
        seen = Seen(card, "", seen.kind, 1, 1, None, ())
    made = tuple(Marking(*mark) for mark in marks)
    return Action("1", kind, NOW, seen, grade, None, None, "", marks=made, what=what)


@each_row(
    "done, words",
    [
        (action(ActionKind.GRADE, grade=Grade.EASY), '"Easy" in A.md'),
        (
            action(ActionKind.GRADE, grade=Grade.AGAIN, marks=[(ONE, Mark.LEECH, "8"), (ONE, Mark.SUSPENDED, "1")]),
            '"Again", and suspending in A.md',
        ),
        (
            action(ActionKind.GRADE, grade=Grade.AGAIN, marks=[(ONE, Mark.LEECH, "8")]),
            '"Again", and the mark as a leech in A.md',
        ),
        (action(ActionKind.RESET), "the reset in A.md"),
        (action(ActionKind.NOTE, "A.md", Grade.GOOD), '"Good" for a whole note, A.md'),
        (action(ActionKind.EDIT, "A.md"), "the repair of schedule comments, A.md"),
        (action(ActionKind.EDIT, "A.md", what="the deletion of a question"), "the deletion of a question, A.md"),
        (action(ActionKind.EDIT, "A.md", what="\x1b[2J"), "␛[2J, A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.SUSPENDED, "1")]), "suspending in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.SUSPENDED, "")]), "resuming in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.BURIED, "2024-06-16")]), "burying in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.BURIED, "")]), "unburying in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.FLAG, "1")]), "the flag in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.FLAG, "")]), "removing the flag in A.md"),
        (action(ActionKind.MARK, marks=[(ONE, Mark.LEECH, "8")]), "the mark as a leech in A.md"),
        (
            action(ActionKind.MARK, marks=[(ONE, Mark.SUSPENDED, "1"), (TWO, Mark.SUSPENDED, "1")]),
            "suspending 2 cards in A.md",
        ),
        (
            action(ActionKind.MARK, marks=[(card, Mark.FLAG, "1") for card in (ONE, TWO, THIRD)]),
            "the flag of 3 cards in 2 notes",
        ),
        (action(ActionKind.MARK, marks=[(ONE, "of a later version", "1")]), "the mark in A.md"),
    ],
)
def test_what_is_undone_is_reported_for_every_kind(done: Action, words: str) -> None:
    assert what_text(done) + where_text(done) == words


@pytest.mark.parametrize("mark", list(Mark))
def test_every_mark_has_words(mark: Mark) -> None:
    for value in ("1", ""):
        said = what_text(action(ActionKind.MARK, marks=[(ONE, mark, value)]))
        assert said not in ("the mark", "removing the mark")


def test_what_the_log_says_of_an_edit_is_kept_short() -> None:
    assert len(what_text(action(ActionKind.EDIT, what="x" * 10_000))) <= 80


def test_what_was_done_to_several_cards_is_of_none_of_them() -> None:
    assert is_of_one_card(action(ActionKind.GRADE))
    assert not is_of_one_card(action(ActionKind.EDIT, "A.md"))
    assert not is_of_one_card(action(ActionKind.MARK, marks=[(ONE, Mark.FLAG, "1"), (TWO, Mark.FLAG, "1")]))
