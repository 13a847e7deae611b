"""What is wrong or surprising in a note, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.blocks import Block
from studyapp.core.notes.cards import FoundQuestion
from studyapp.core.notes.clozes import MOST_CARDS
from studyapp.core.notes.outline import DEEPEST, LONGEST
from studyapp.core.plural import count
from studyapp.core.schedule.entries import OPEN
from studyapp.core.text.note_text import NoteText

CONFLICT = "<<<<<<<"
"""What a merge conflict starts with."""
MOST_DECKS = 100
"""The most decks of one card; all of them are counted whenever the card is."""


def has_conflict(lines: Sequence[str]) -> bool:
    """Whether there are merge conflict markers."""
    return any(line.startswith(CONFLICT) for line in lines) and any(line.startswith(">>>>>>>") for line in lines)


def broken_front_matter(path: str, error: str) -> Problem:
    """Front matter that can't be read."""
    return Problem(
        "front-matter",
        path,
        1,
        f"can't read the front matter ({error})",
        "Fix the YAML between the two `---` lines; until then its tags do not count",
        Severity.ERROR,
    )


def conflict(path: str, lines: Sequence[str]) -> Problem:
    """A note with two versions of itself."""
    line = next(number for number, line in enumerate(lines, 1) if line.startswith(CONFLICT))
    return Problem(
        "merge-conflict",
        path,
        line,
        "there is an unresolved merge conflict",
        "Resolve it; until then the note is read, and grades given to its cards wait in the review log",
        Severity.ERROR,
    )


def too_many_decks(path: str, line: int) -> Problem:
    """Questions whose decks do not all count."""
    return Problem(
        "too-many-decks",
        path,
        line + 1,
        f"a card can be in at most {MOST_DECKS} decks, and a deck's name can have at most {DEEPEST} parts and "
        f"{LONGEST:,} characters; what goes beyond that is ignored here",
        "Use fewer or shorter tags (or folders, where folders are decks); the cards are in the decks that count",
    )


def without_cards(path: str, questions: Iterable[FoundQuestion]) -> Iterator[Problem]:
    """Questions without cards."""
    return (
        Problem(
            "no-cards",
            path,
            question.first_line + 1,
            "this cloze question has no cards: its clozes are in its tag or comment, or would make too many",
            f"Number its clozes from 1 to {MOST_CARDS} at most, and divide a text with very many of them by blank "
            "lines",
        )
        for question in questions
        if not question.sides
    )


def of_schedules(
    path: str, text: NoteText, blocks: Sequence[Block], questions: Sequence[FoundQuestion]
) -> list[Problem]:
    """Schedule comments without a question, with too many entries, or invalid."""
    lines = text.lines
    found = [
        Problem(
            "orphan-schedule",
            path,
            number + 1,
            "this schedule comment belongs to no card",
            "Leave it, delete it, or turn the text above it into a card; until then it is left alone",
        )
        for number in _orphans(text, blocks)
    ]
    for question in questions:
        entries = question.entries
        surplus = len(entries) - question.sides
        unsound = [entry for entry in entries if not entry.sound] if entries else ()
        if surplus <= 0 and not unsound:
            continue
        first, *_ = [n for n in question.sources if OPEN in lines[n]] or [question.first_line]
        if surplus > 0:
            found.append(
                Problem(
                    "surplus-schedules",
                    path,
                    first + 1,
                    f"there {'is' if surplus == 1 else 'are'} {count(surplus, 'more schedule')} than cards",
                    "All are kept here, but the plugin would drop the last ones",
                )
            )
        found += [
            Problem(
                "malformed-schedule",
                path,
                first + 1,
                f"the schedule {entry.raw[:60]!r} cannot be understood",
                "It is kept as it is until you grade the card; correct its date and numbers, or reset the card",
            )
            for entry in unsound
        ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _orphans(text: NoteText, blocks: Sequence[Block]) -> list[int]:
    """The lines with schedule comments outside all blocks; nearly always all of them are inside."""
    if text.text.count(OPEN) == sum([block.text.count(OPEN) for block in blocks]):
        return []
    owned = {line for block in blocks for line in block.sources}
    return [number for number, line in enumerate(text.lines) if OPEN in line and number not in owned]
