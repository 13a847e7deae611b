"""Whatever happens in whatever order, texts are what the editor wrote, and schedules are what the log tells."""

from __future__ import annotations

import errno
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from studyapp.core.edits.identity import Seen
from studyapp.core.edits.rewrite import Rewrite, with_entry
from studyapp.core.errors import StudyError
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.log.marks import Mark
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin_with, queue_of
from tests.faults.failing import Failing
from tests.faults.small_vault import day, opened, strays_of, without_comments

OLD = "<!--SR:!2024-06-10,4,250-->"
NOTES = {
    "A.md": f"#flashcards\n\none::1\n{OLD}\n\ntwo::2\n\nthree:::3\n\nwords",
    "B.md": f"#flashcards\n\nfour\n?\n4\n{OLD}\n\nfive ==5== and ==6==\n\nseven::7 ^seven\n",
}
PLAIN = Settings()
NEW = ["prose", "new::card", "new ==cloze=="]
GAP = b"\n\n"
PLACES = st.integers(0, 30)
"""Which of several, modulo their number."""


class CrashError(BaseException):
    """The power is gone."""


class Crashing(Failing):
    """The program ends at the nth call of the system."""

    def error(self) -> BaseException:
        return CrashError()


class Vault(RuleBasedStateMachine):
    """A small vault, its reviewer, an editor, and what both know."""

    def __init__(self) -> None:
        super().__init__()
        self.made = tempfile.TemporaryDirectory()
        self.root, self.home = Path(self.made.name) / "vault", Path(self.made.name) / "home"
        self.days = 0
        self.number = 0
        self.texts: dict[str, bytes] = {}
        """What the editor has written, without comments."""
        self.foreign: set[str] = set()
        """Cards that got a schedule from another program, or were rewritten."""
        self.counts: dict[str, bool] = {}
        """What was done and reported as done, and whether it counts."""

    @initialize()
    def begin(self) -> None:
        self.root.mkdir()
        for path, text in NOTES.items():
            self.save(path, text.encode(), in_place=True)
        self.workspace = self.started()

    def teardown(self) -> None:
        self.made.cleanup()

    def started(self) -> Workspace:
        return opened(self.root, self.home, day(self.days))

    # The reviewer

    def remember(self) -> None:
        self.counts = {name: one.status is not Status.UNDONE for name, one in self.workspace.journal.actions.items()}

    @rule(grade=st.sampled_from([*Grade]), place=PLACES)
    def grade(self, grade: Grade, place: int) -> None:
        self.graded(grade, place)
        self.remember()

    def graded(self, grade: Grade, place: int) -> None:
        self.workspace.vault.scan()
        queue = queue_of(self.workspace)
        if not queue:
            return
        session = begin_with(self.workspace, [queue[place % len(queue)]])
        if session.current is not None:
            session.saved(self.workspace.store.save(session.grade(grade)))

    @rule()
    def undo(self) -> None:
        self.undone()
        self.remember()

    def undone(self) -> None:
        action = self.workspace.journal.last_applied()
        if action is not None:
            with suppress(StudyError):  # its card cannot be found any more
                self.workspace.store.undo(action, self.workspace.clock())

    @rule()
    def redo(self) -> None:
        action = self.workspace.journal.last_undone()
        if action is not None:
            with suppress(StudyError):  # as above
                self.workspace.store.redo(action, self.workspace.clock())
            self.remember()

    @rule(place=PLACES)
    def flag(self, place: int) -> None:
        rows = list(self.workspace.vault.rows())
        session = begin_with(self.workspace, rows[place % len(rows) :][:1] if rows else [])
        if session.current is not None:
            self.workspace.store.save(session.mark(Mark.FLAG, "1"))
        self.remember()

    @rule()
    def sleep(self) -> None:
        self.days += 3
        self.restart()

    # Crashes

    @rule(number=st.integers(1, 24), grade=st.sampled_from([*Grade]), place=PLACES, undo=st.booleans())
    def crash(self, number: int, grade: Grade, place: int, undo: bool) -> None:
        self.workspace.vault.scan()
        try:
            with Crashing(number, errno.EIO):
                self.undone() if undo else self.graded(grade, place)
        except CrashError:
            self.texts_are_the_editors()
        self.restart(unsaid=1)

    @rule()
    def restart(self, unsaid: int = 0) -> None:
        self.workspace = self.started()
        journal = self.workspace.journal
        assert self.counts.keys() <= journal.actions.keys(), "something that was done is lost"
        before = self.counts
        self.remember()
        assert sum(before.get(name) != counts for name, counts in self.counts.items()) <= unsaid
        assert not [problem for problem in journal.problems if "set aside" not in problem.message]
        assert all(action.status is Status.PENDING for action in journal.waiting)
        assert not strays_of(self.root)

    # The editor

    def paths(self) -> list[str]:
        return sorted(self.texts)

    def save(self, path: str, raw: bytes, *, in_place: bool) -> None:
        file = self.root / path
        if in_place:
            file.write_bytes(raw)
        else:
            draft = self.root / ".draft"
            draft.write_bytes(raw)
            draft.replace(file)
        self.texts[path] = without_comments(path, raw)

    def blocks(self, place: int) -> tuple[str, list[bytes]]:
        path = self.paths()[place % len(self.texts)]
        return path, (self.root / path).read_bytes().split(GAP)

    def touched(self, path: str, block: bytes) -> None:
        """Cards that the editor moved, removed or rewrote have the schedules that it gave them."""
        for question in parse_note(path, b"#flashcards\n\n" + block, PLAIN).questions:
            self.foreign |= {question.key}

    @rule(
        note=PLACES,
        place=PLACES,
        what=st.sampled_from(["prose", "new::card", "new ==cloze=="]),
        in_place=st.booleans(),
    )
    def insert(self, note: int, place: int, what: str, in_place: bool) -> None:
        path, blocks = self.blocks(note)
        self.number += 1
        blocks.insert(1 + place % len(blocks), f"{what} {self.number}".encode())
        self.save(path, GAP.join(blocks), in_place=in_place)

    @rule(note=PLACES, place=PLACES, in_place=st.booleans())
    def delete(self, note: int, place: int, in_place: bool) -> None:
        path, blocks = self.blocks(note)
        if len(blocks) > 2:
            self.touched(path, blocks.pop(1 + place % (len(blocks) - 1)))
            self.save(path, GAP.join(blocks), in_place=in_place)

    @rule(note=PLACES, place=PLACES, to=PLACES, in_place=st.booleans())
    def move(self, note: int, place: int, to: int, in_place: bool) -> None:
        path, blocks = self.blocks(note)
        if len(blocks) > 2:
            block = blocks.pop(1 + place % (len(blocks) - 1))
            blocks.insert(1 + to % len(blocks), block)
            self.save(path, GAP.join(blocks), in_place=in_place)

    @rule(note=PLACES, place=PLACES, in_place=st.booleans())
    def edit(self, note: int, place: int, in_place: bool) -> None:
        path, blocks = self.blocks(note)
        self.number += 1
        where = 1 + place % (len(blocks) - 1)
        self.touched(path, blocks[where])
        blocks[where] = f"edited{self.number} ".encode() + blocks[where]
        self.touched(path, blocks[where])
        self.save(path, GAP.join(blocks), in_place=in_place)

    @rule(place=PLACES, interval=st.integers(1, 40))
    def another_program_reviews(self, place: int, interval: int) -> None:
        path = self.paths()[place % len(self.texts)]
        raw = (self.root / path).read_bytes()
        note = parse_note(path, raw, PLAIN)
        if not note.questions:
            return
        question = note.questions[place % len(note.questions)]
        done = with_entry(raw, Seen.of(note, question, question.cards[0]), f"2024-08-01,{interval},230", PLAIN)
        assert isinstance(done, Rewrite)
        self.foreign.add(question.key)
        self.save(path, done.raw, in_place=True)

    @rule(place=PLACES)
    def rename(self, place: int) -> None:
        path = self.paths()[place % len(self.texts)]
        self.number += 1
        new = f"{path[0]}{self.number}.md"
        (self.root / path).rename(self.root / new)
        self.texts[new] = self.texts.pop(path)

    # What always holds

    @invariant()
    def texts_are_the_editors(self) -> None:
        for path, text in self.texts.items():
            assert without_comments(path, (self.root / path).read_bytes()) == text, path

    @invariant()
    @precondition(lambda self: hasattr(self, "workspace"))
    def schedules_are_what_the_log_tells(self) -> None:
        last: dict[str, list[Action]] = {}
        for action in self.workspace.journal.actions.values():
            if action.kind in (ActionKind.GRADE, ActionKind.RESET) and action.status in (
                Status.WRITTEN,
                Status.UNDONE,
            ):
                last.setdefault(str(action.card), []).append(action)
        for path in self.texts:
            note = parse_note(path, (self.root / path).read_bytes(), PLAIN)
            keys = [question.key for question in note.questions]
            for question in note.questions:
                if question.key in self.foreign or keys.count(question.key) > 1:
                    continue
                for card in question.cards:
                    actions = last.get(str(question.id_of(path, card)), [])
                    counted = [action for action in actions if action.status is Status.WRITTEN]
                    there = question.entries[card.side].raw if card.side < len(question.entries) else None
                    if counted:
                        assert there == counted[-1].after, (path, question.text)
                    elif actions:
                        new = [None, "2000-01-01,1,250"]  # a card keeps its place as long as a sibling is known
                        before = actions[0].before
                        assert there in (new if before in new else [before]), (path, question.text)


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Vault,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_steps_in_any_order_keep_texts_and_schedules() -> None:
    run(examples=12, steps=20)


@pytest.mark.slow
def test_thousands_of_steps_in_any_order_keep_texts_and_schedules() -> None:
    run(examples=300, steps=40)
