"""One note under examination: its bytes, how the plugin reads them, and how a reader would."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Final

from msgspec import Struct

from studyapp.core.edits.identity import Owners
from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Block, Gap, Loop, Rules
from studyapp.core.notes.cards import Question
from studyapp.core.notes.ignored import is_ignored
from studyapp.core.notes.note import note_of
from studyapp.core.notes.outline import Outline, any_within, front_matter_tags
from studyapp.core.notes.questions import Questions, read_questions
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.model import Settings
from studyapp.core.text.fences import fences, may_fence
from studyapp.core.text.note_text import WHITE_SPACE, NoteText, trim
from studyapp.study.doctor.comments import Comment, comments_of, outside
from studyapp.study.doctor.findings import Finding, Fix

_MOST_TRIED: Final = 200
_MOST_PARSED: Final = 20_000_000
"""The most fixes of a note that are tried, and the most bytes parsed for them: each reads the whole note again."""


class Unseen(StrEnum):
    """Why the plugin looks for no cards in a note."""

    FOLDER = "folder"
    TAG = "tag"
    IGNORED_TAG = "ignored tag"
    NO_FOLDER = "no folder"


class Surroundings(Struct, frozen=True):
    """What is known about the note's surroundings."""

    owners: Owners
    fields: bool = False
    """Whether the vault uses `name:: value` for something other than cards (the Dataview plugin)."""


QuestionStanding = tuple[str, tuple[str, ...], tuple[str, ...]]
"""The text of a question that its key is made from, its decks, and its schedule entries."""


class Subject:
    """A note with everything that the checks need, each worked out on first use."""

    def __init__(self, path: str, text: NoteText, settings: Settings, around: Surroundings) -> None:
        """Take a note, decoded, with its settings and surroundings."""
        self.path = path
        self.text = text
        self.settings = settings
        self.around = around
        self.lines = text.lines
        self.note = note_of(path, text, settings, read_questions(path, text, settings))
        self.first = self.note.front_matter.lines
        self.rules = Rules.of(settings)
        self._tried = 0

    def finding(
        self,
        code: str,
        line: int,
        reason: str,
        remedy: str,
        severity: Severity = Severity.WARNING,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding about the note, at a line from 0."""
        return Finding(code, self.path, line + 1, reason, remedy, severity, fix)

    def may_try(self) -> bool:
        """Whether another fix may be tried; one always may."""
        self._tried += 1
        return self._tried <= max(1, min(_MOST_TRIED, _MOST_PARSED // max(1, len(self.text.raw))))

    @cached_property
    def outside(self) -> str:
        """The note without its schedule comments and the white space that came with them."""
        return outside(self.text.raw)

    @cached_property
    def standing(self) -> Sequence[QuestionStanding]:
        """What a fix must not change about its questions."""
        return standing_of(self.note)

    @cached_property
    def code(self) -> set[int]:
        """The lines of fenced code, as a reader sees it; an unclosed fence hides nothing."""
        if not may_fence(self.text.text):
            return set()
        return {
            line
            for fence in fences(self.lines, self.first)
            for line in range(fence.opened, fence.last + 1)
            if fence.closed
        }

    @cached_property
    def marks(self) -> list[Comment]:
        """Its schedule comments."""
        read = {one.comment: one.entries for one in self.note.questions if one.comment is not None}
        return comments_of(self.text, self.code, read)

    @cached_property
    def marked(self) -> set[int]:
        """The lines that hold schedule comments."""
        return {mark.line for mark in self.marks}

    @cached_property
    def _lone(self) -> set[int]:
        """The lines that hold schedule comments and nothing else."""
        return {mark.line for mark in self.marks if mark.alone}

    @cached_property
    def beside(self) -> dict[int, str]:
        """The text beside schedule comments, by their lines."""
        found: dict[int, str] = {}
        for line, marks in groupby(self.marks, lambda mark: mark.line):
            pieces, done = list[str](), self.text.place(line)
            for mark in marks:
                pieces.append(self.text.text[done : mark.start])
                done = mark.end
            found[line] = trim(" ".join((*pieces, self.text.text[done : self.text.line_end(line)])))
        return found

    @property
    def blocks(self) -> Sequence[Block]:
        """The plugin's questions if the note had a deck."""
        return self._loop.blocks if self.note.blocks is None else self.note.blocks

    @cached_property
    def _loop(self) -> Loop:
        """The plugin's line loop over a note that it would not read."""
        loop = Loop(self.lines, self.first, self.rules)
        loop.run()
        return loop

    @property
    def owned(self) -> Container[int]:
        """The lines that belong to questions."""
        return self.question_at

    @cached_property
    def taken(self) -> Container[int]:
        """The lines that belong to questions, also to those in no deck."""
        if len(self.blocks) == len(self.note.questions):
            return self.owned
        return {line for block in self.blocks for line in block.sources}

    @cached_property
    def question_at(self) -> dict[int, Question]:
        """The question that each line belongs to."""
        return {line: question for question in self.note.questions for line in question.sources}

    @cached_property
    def unseen(self) -> Unseen | None:
        """Why the plugin does not look for cards here; None if it does."""
        if self.note.questions:
            return None
        settings = self.settings
        if is_ignored(self.path, settings.note_folders_to_ignore):
            return Unseen.FOLDER
        if any_within(self.tags, settings.flashcard_tags_to_ignore):
            return Unseen.IGNORED_TAG
        if settings.convert_folders_to_decks:
            return None if "/" in self.path else Unseen.NO_FOLDER
        return None if any_within(self.tags, settings.flashcard_tags) else Unseen.TAG

    @cached_property
    def tags(self) -> list[str]:
        """Every tag of the note."""
        inline = Outline(self.lines, self.first).tags()
        return [*front_matter_tags(self.note.front_matter.values), *(tag.name for tag in inline)]

    @property
    def gaps(self) -> Sequence[Gap]:
        """What the plugin's line loop skips or takes for code."""
        return self._loop.gaps if self.note.blocks is None else self.note.gaps

    def readable(self, gap: Gap) -> Iterator[int]:
        """The lines of a gap that a reader takes for text."""
        inside = not gap.fence and gap.open_end  # within the comment until its end
        for line in range(gap.first, gap.last + 1):
            if inside:
                inside = "-->" not in self.lines[line]
            elif line not in self.code and not (gap.fence and not gap.open_end and line == gap.last):
                yield line

    @cached_property
    def hidden(self) -> set[int]:
        """The lines of comments that the plugin does not read because of one line above, which is the finding."""
        gaps = [gap for gap in self.gaps if gap.fence or gap.open_end]
        return {line for gap in gaps for line in self.marked.intersection(self.readable(gap))}

    def is_separator(self, line: str) -> bool:
        """Whether a line is a multi-line separator."""
        stripped = line.strip(WHITE_SPACE)
        return bool(stripped) and stripped in self.rules.multi

    def looks_like_card(self, line: str) -> bool:
        """Whether a line is or contains something that makes a card."""
        if not trim(line) or line.lstrip().startswith(OPEN):
            return False
        rules = self.rules
        return rules.single(line) is not None or self.is_separator(line) or rules.clozes.found_in(line)

    @property
    def may_hold_cards(self) -> bool:
        """Whether there is a separator, clozes aside; a quick test."""
        inline = any(marker and marker in self.text.text for marker, _ in self.rules.inline)
        return inline or any(map(self.is_separator, self.lines))

    def paragraph(self, line: int) -> range:
        """The lines around a line, up to the nearest blank ones."""
        start = end = line
        while start > self.first and trim(self.lines[start - 1]):
            start -= 1
        while end + 1 < len(self.lines) and trim(self.lines[end + 1]):
            end += 1
        return range(start, end + 1)

    def above(self, line: int) -> range:
        """The nearest lines of text above a line: up to the next blank one, schedule comments left out."""
        return self._texts[max(0, line - self.first)]

    @cached_property
    def _texts(self) -> list[range]:
        """For each line from the first one on, the nearest lines of text above it."""
        found, goes_on = [range(self.first, self.first)], False
        for number in range(self.first, len(self.lines)):
            above = found[-1]
            is_text = bool(trim(self.lines[number])) and number not in self._lone
            found.append(range(above.start if goes_on else number, number + 1) if is_text else above)
            goes_on = is_text
        return found


def standing_of(read: Questions) -> list[QuestionStanding]:
    """The questions of a note, whatever their places."""
    return [(one.lasting, one.decks, one.raws) for one in read.questions]


def shortened(text: str, most: int = 60) -> str:
    """A line for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
