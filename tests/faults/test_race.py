"""An editor writes into the notes while they are reviewed: every edit is there in the end, and every grade.

An editor that overwrites what it has not seen takes a grade away with it; that is its doing, is told, and is the only
way in which a grade may not be in its note. The grade is still in the review log.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.replace import look_at_last, replace_bytes
from studyapp.core.log.actions import Action, Status
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace import note_files
from studyapp.study.review.today import begin
from tests.faults import editor
from tests.faults.small_vault import START, opened, strays_of
from tests.helpers.vaults import handles_of, make_vault

GRADES = [*Grade]
OLD = "<!--SR:!2024-06-10,4,250-->"
PROSE_LINE = f"\n\n{editor.PROSE.decode()}\n"
NOTES = {
    "A.md": f"#flashcards\n\none::1 ^one\n{OLD}\n\ntwo::2\n\nthree:::3{PROSE_LINE}",
    "B.md": f"---\ntags: flashcards\n---\n\nfour\n?\n- 4\n{OLD}{PROSE_LINE}\nThe ==fifth== and the ==sixth==.\n",
    "C.md": f"#flashcards\n\nseven::7 ^seven\n{OLD}\n\neight\n??\n8{PROSE_LINE}",
}
NAME = re.compile(editor.NAME.pattern.decode())


def words_of(path: Path) -> set[int]:
    """The words that the editor added to a note."""
    return {int(word) for word in re.findall(r"\bt(\d+)\.", path.read_text())}


class Race:
    """A vault that is reviewed while an editor saves its notes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.root, self.home = make_vault(folder / "vault", NOTES), folder / "home"
        self.seed, self.dice, self.now = seed, random.Random(seed), START
        self.given: list[tuple[str, int, str]] = []
        """The grades: which question, which of its cards, the action's id."""
        self.overtaken = self.pending = self.overwritten = self.met = 0

    def run(self, saves: int) -> None:
        """Review until the editor has saved that many times, then check everything."""
        command = [sys.executable, "-m", "tests.faults.editor", str(self.root), str(saves), str(self.seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other, pytest.MonkeyPatch.context() as patch:
            patch.setattr(note_files, "replace_bytes", self.replace)
            self.review(other)
            assert other.stdout is not None
            said = json.loads(other.stdout.read())
        assert other.returncode == 0
        self.check_edits(said["words"])
        self.check_grades({(name, side, entry) for name, side, entry in said["seen"]})

    def replace(self, path: Path, old: bytes, new: bytes) -> None:
        """Count how often a write met one of the editor's."""
        try:
            replace_bytes(path, old, new)
        except OvertakenError:
            self.overtaken += 1
            raise

    def review(self, other: subprocess.Popen[bytes]) -> None:
        """Grade what is due, day after day."""
        workspace = opened(self.root, self.home, self.now)
        session = begin(workspace)
        while other.poll() is None:
            if session.current is None:
                self.now += timedelta(days=1)
                workspace.clock = lambda: self.now
                workspace.vault.scan()
                session = begin(workspace)
                continue
            question, side = session.current.question, session.current.card.side
            action = session.grade(self.dice.choice(GRADES))
            saved = workspace.store.save(action)
            session.saved(saved)
            self.given.append((NAME.findall(question.text)[0], side, action.id))
        look_at_last()  # as at the end of the program
        self.pending = len(workspace.journal.waiting)

    def check_edits(self, words: dict[str, list[int]]) -> None:
        """Every edit is in the notes; one that meets a later one of the same words may be in a file beside them."""
        beside = [words_of(self.root / name) for name in strays_of(self.root)]
        inside = {path: words_of(self.root / path) for path in words}
        for path, numbers in words.items():
            lost = set(numbers) - inside[path].union(*beside)
            assert not lost, (self.seed, path, sorted(lost))
        assert all(left - set().union(*inside.values()) for left in beside), "a file stays for nothing"
        self.met = len(beside)

    def check_grades(self, seen: set[tuple[str, int, str]]) -> None:
        """Every grade is in its note or waits, unless the editor has overwritten it without having seen it."""
        workspace = opened(self.root, self.home, self.now)  # what could not be written is tried again
        last: dict[tuple[str, int], Action] = {}
        for name, side, action_id in self.given:
            action = workspace.journal.actions[action_id]
            assert action.status in (Status.WRITTEN, Status.PENDING)
            if action.status is Status.WRITTEN:
                last[name, side] = action
        for handle in handles_of(workspace.vault):
            key, entries = (NAME.findall(handle.question.text)[0], handle.card.side), handle.question.entries
            there = entries[handle.card.side].raw if handle.card.side < len(entries) else None
            if key in last and there != last[key].after:
                assert (*key, last[key].after) not in seen, (self.seed, key, "a grade that was there is not any more")
                self.overwritten += 1


@pytest.mark.slow
def test_a_few_hundred_saves_and_the_grades_beside_them_are_all_there(tmp_path: Path) -> None:
    race = Race(tmp_path, random.randrange(2**30))
    race.run(400)
    assert race.given


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_ten_thousand_saves_and_the_grades_beside_them_are_all_there(tmp_path: Path, part: int) -> None:
    saves = int(os.environ.get("STUDYAPP_SAVES", "10000")) // 4
    race = Race(tmp_path, random.randrange(2**30) * 4 + part)
    race.run(saves)
    print(
        f"{saves} saves, {len(race.given)} grades: {race.overtaken} conflicts found in the act of writing, "
        f"{race.pending} grades that had to wait, {race.overwritten} that the editor overwrote unseen; "
        f"{race.met} edits beside the notes"
    )
    assert len(race.given) > saves / 100
