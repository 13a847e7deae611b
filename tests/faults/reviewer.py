"""A review that goes on until it is killed, and says after each step what has been done.

    python -m tests.faults.reviewer VAULT HOME

Each line on standard input, `SEED DAY`, begins one: a copy of this process, which has imported all that it needs
already. It writes its number, then a line for each step that is over.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from studyapp.core.log.actions import Action, Status
from studyapp.core.log.marks import Mark
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin
from tests.faults.small_vault import day, opened

GRADES = [*Grade]


def tell(what: str) -> None:
    """Write a line at once."""
    os.write(1, f"{what}\n".encode())


class Reviewer:
    """A user who presses the keys of a review, in any order."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self.workspace = workspace
        self.dice = random.Random(seed)
        self.session: Session = begin(workspace)

    def step(self) -> None:
        """Do one thing, and say when it is done."""
        steps = [self.grade, self.undo, self.redo, self.mark, self.begin_again]
        self.dice.choices(steps, [70, 12, 6, 6, 6])[0]()

    def begin_again(self) -> None:
        """Read the vault again, and review what is due."""
        self.workspace.vault.scan()
        self.session = begin(self.workspace)

    def grade(self) -> None:
        """Grade the current card."""
        if self.session.current is None:
            self.begin_again()
        if self.session.current is None:
            self.undo()
            return
        action = self.session.grade(self.dice.choice(GRADES))
        saved = self.workspace.store.save(action)
        self.session.saved(saved)
        tell(f"done {action.id}")

    def undo(self) -> None:
        """Undo the last thing."""
        journal = self.workspace.journal
        action = journal.last_applied()
        if action is not None and action.status in (Status.WRITTEN, Status.PENDING):
            saved = self.workspace.store.undo(action, self.workspace.clock())
            if saved.action.status is Status.UNDONE:
                self.session.taken_back(saved)
                tell(f"undone {action.id}")

    def redo(self) -> None:
        """Redo what was undone."""
        action: Action | None = self.workspace.journal.last_undone()
        if action is not None:
            saved = self.workspace.store.redo(action, self.workspace.clock())
            self.session.done_again(saved)
            tell(f"done {action.id}")

    def mark(self) -> None:
        """Flag the card in front, or remove its flag."""
        if self.session.current is not None:
            action = self.session.mark(Mark.FLAG, "" if self.session.state.flagged else "1")
            self.workspace.store.save(action)
            tell(f"done {action.id}")


def run(root: Path, home: Path, seed: int, number: int) -> None:
    """Review until killed."""
    tell(str(os.getpid()))
    reviewer = Reviewer(opened(root, home, day(number)), seed)
    tell("ready")
    while True:
        reviewer.step()


def main() -> None:
    """Start a review for each line, and wait until it ends."""
    root, home = map(Path, sys.argv[1:])
    for line in sys.stdin:
        seed, number = map(int, line.split())
        child = os.fork()
        if child == 0:
            try:
                run(root, home, seed, number)
            finally:
                os._exit(1)  # only an error comes here
        _, status = os.waitpid(child, 0)
        tell(f"end {status}")


if __name__ == "__main__":
    main()
