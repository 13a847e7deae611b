"""`studyapp cards`: lists the questions of a vault, with their cards and schedules."""

from __future__ import annotations

import argparse
from math import isnan
from pathlib import Path
from typing import Any

from studyapp.cli.opening import open_vault, vault_of
from studyapp.cli.output import print_json, print_problems, say_notices
from studyapp.core.disk.home import expanded
from studyapp.core.errors import VaultError
from studyapp.core.notes.cards import Question
from studyapp.core.notes.outline import within
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.schedule.objects import schedule_json
from studyapp.core.text.names import composed
from studyapp.core.text.spoken import one_line
from studyapp.core.vault.vault import Vault
from studyapp.core.visible import visible


def cards(options: argparse.Namespace) -> int:
    """List the questions of a vault, or of some of its notes and folders."""
    vault = _vault(options)
    wanted = [_within(vault, path) for path in options.paths]
    parts = tuple(map(composed, wanted))

    def chosen(path: str) -> bool:
        return not parts or "" in parts or within(composed(path), parts)

    for part in wanted:
        if (
            part
            and not vault.knows(part)
            and not any(chosen(path) for path in vault.paths())
            and part not in vault.unreadable
        ):
            raise VaultError(f"there is no note {part} in {vault.root}; notes end in .md and are not in dot-folders")
    notes = [note for path in vault.paths() if chosen(path) and (note := vault.note(path)) is not None]
    problems = [problem for problem in vault.problems if problem.path.startswith("/") or chosen(problem.path)]
    if options.json:
        questions = [question_json(note.path, question) for note in notes for question in note.questions]
        print_json({"vault": str(vault.root), "questions": questions, "problems": [p._asdict() for p in problems]})
        return 0
    say_notices(vault)
    for note in notes:
        for question in note.questions:
            lines = f"{question.sources[0] + 1}-{question.sources[-1] + 1}"
            decks = ", ".join(question.decks)
            print(visible(f"{note.path}:{lines}  {question.kind}  {decks}", newlines=False))
            for card in question.cards:
                name = visible(str(question.id_of(note.path, card)), newlines=False)
                print(f"  {name}  {schedule_text(card.schedule)}")
                print(f"    {_one_line(card.front)} → {_one_line(card.back)}")
    found = sum(len(question.cards) for note in notes for question in note.questions)
    print(f"{count(found, 'card')} in {count(len(notes), 'note')}")
    print_problems(problems)
    return 0


def _vault(options: argparse.Namespace) -> Vault:
    """The named vault, else that of the first path."""
    if options.vault is None and options.paths:
        for path in options.paths:
            if not expanded(path).exists():
                raise VaultError(f"there is no {path}")
        options.vault = vault_of(options.paths[0])
    return open_vault(options).vault


def _within(vault: Vault, path: Path) -> str:
    """A path relative to the vault, as its notes are named."""
    real = expanded(path)
    if real.is_relative_to(vault.root):
        return real.relative_to(vault.root).as_posix().removeprefix(".")
    return path.as_posix()


def _one_line(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 80 else f"{line[:79]}…"


def question_json(path: str, question: Question) -> dict[str, Any]:
    """A question as an object; lines count from 1, the last one included."""
    return {
        "path": path,
        "lines": [question.sources[0] + 1, question.sources[-1] + 1],
        "type": question.kind,
        "decks": list(question.decks),
        "hash": question.hash,
        "context": list(question.context),
        "block_id": question.block_id,
        "cards": [
            {
                "id": str(question.id_of(path, card)),
                "front": card.front,
                "back": card.back,
                "schedule": schedule_json(card.schedule),
            }
            for card in question.cards
        ],
    }


def schedule_text(schedule: Schedule | None) -> str:
    """A schedule in words."""
    if schedule is None:
        return "new"
    if schedule.due is None:
        return "never due: its date is invalid"
    if isinstance(schedule, Fsrs):
        return f"due {schedule.due.astimezone():%Y-%m-%d %H:%M}, stability {schedule.stability:g} d"
    numbers = [("interval", schedule.interval, "d"), ("ease", schedule.ease, "%")]
    words = [f"no {name}" if isnan(value) else f"{name} {value:g} {unit}" for name, value, unit in numbers]
    return ", ".join([f"due {schedule.due}", *words])
