"""A year of daily reviews: the counts are right each day, no text changes, and the log tells the same story."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studyapp.core.log.actions import ActionKind
from studyapp.study.review.today import begin, queue_of
from tests.simulation.year import Year, question

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of fsyncs would take longer than all the rest; what they are for is tested elsewhere."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize("fsrs", [False, True], ids=["sm2", "fsrs"])
def test_counts_texts_and_log_are_right_on_each_day_of_a_year(tmp_path: Path, fsrs: bool) -> None:
    year = Year(tmp_path / "vault", tmp_path / "home", seed=1, fsrs=fsrs)
    for day in range(365):
        year.check_counts()
        year.day()
        if day % 30 == 0:
            year.check_texts()
        year.next_day()
    year.check_counts()
    year.check_texts()
    year.check_replay()
    assert year.graded > 6_000


@pytest.mark.parametrize("seed", [2])
def test_a_year_with_undo_marks_edits_and_restarts(tmp_path: Path, seed: int) -> None:
    year = Year(tmp_path / "vault", tmp_path / "home", seed=seed, cards=2000)
    dice = year.dice
    for _ in range(365):
        year.check_counts()
        lively(year)
        if dice.random() < 0.5:
            edit(year)
        if dice.random() < 0.3:
            year.workspace = year.opened()
        year.next_day()
    year.check_counts()
    year.check_texts()
    year.check_replay()


def lively(year: Year) -> None:
    """A day on which the user changes their mind."""
    dice, workspace = year.dice, year.workspace
    session = begin(workspace)
    left = dice.randrange(10, 26)
    while session.current is not None and left > 0:
        left -= 1
        what = dice.random()
        if what < 0.80:
            year.answer(session)
        elif what < 0.83:
            session.skip()
        elif what < 0.86:
            session.saved(workspace.store.save(session.bury()))
        elif what < 0.87:
            session.saved(workspace.store.save(session.suspend()))
        elif what < 0.95:
            last = workspace.journal.last_applied()
            if last is not None and last.kind is not ActionKind.EDIT:
                session.taken_back(workspace.store.undo(last, year.now))
        else:
            undone = workspace.journal.last_undone()
            if undone is not None:
                session.done_again(workspace.store.redo(undone, year.now))
    day = year.now.date()
    hidden = {card for card, state in workspace.states if state.is_hidden(day)}
    assert not hidden & {handle.id for handle in queue_of(workspace)}


def edit(year: Year) -> None:
    """A note is edited between the days: a new question, a longer title, one taken out."""
    dice = year.dice
    page = dice.choice(year.pages)
    file = year.root / page.path
    text = file.read_bytes().decode()
    what = dice.randrange(3)
    if what == 0:
        page.head = page.head.replace("# Head", "# Head and more", 1)
        text = text.replace("# Head", "# Head and more", 1)
    elif what == 1:
        made = question(year.written, dice)
        year.written += 1
        before, page.head = page.head, page.head
        head = before.replace("\n", page.newline)
        assert text.startswith(head)
        page.questions.insert(0, made)
        text = head + made.text.replace("\n", page.newline) + page.newline * 2 + text[len(head) :]
    elif len(page.questions) > 5:
        gone = page.questions.pop(0)
        head = page.head.replace("\n", page.newline)
        rest = text[len(head) :]
        following = page.questions[0].text.replace("\n", page.newline)
        place = rest.index(following)
        assert rest.startswith(gone.text.replace("\n", page.newline)[:5])
        text = head + rest[place:]
    file.write_bytes(text.encode())
