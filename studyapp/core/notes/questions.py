"""A note's bytes → its questions, before their fronts and backs are made: what a card and its row share.

`core.notes.note` makes cards with their texts from it, `core.vault.table.rows` rows without.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from studyapp.core.errors import Problem
from studyapp.core.notes.blocks import Block, Gap, Loop, Rules
from studyapp.core.notes.cards import FoundQuestion, lasting_text, split_text
from studyapp.core.notes.cyrb53 import as_hashed
from studyapp.core.notes.ignored import is_ignored, original_of
from studyapp.core.notes.outline import (
    Heading,
    Outline,
    Tag,
    any_within,
    bounded_deck,
    deck_of_tag,
    front_matter_deck_tags,
    front_matter_tags,
    within,
)
from studyapp.core.notes.problems import (
    CONFLICT,
    MOST_DECKS,
    broken_front_matter,
    conflict,
    has_conflict,
    of_schedules,
    too_many_decks,
    without_cards,
)
from studyapp.core.notes.sides import NUMBERS, Clozes, Effort
from studyapp.core.schedule.entries import OPEN, entries_in
from studyapp.core.settings.model import Settings
from studyapp.core.text.front_matter import FrontMatter, read_front_matter
from studyapp.core.text.note_text import NoteText, digest_of


class Questions(Struct, frozen=True):
    """The contents of a note, apart from the texts of its cards."""

    digest: str
    front_matter: FrontMatter
    headings: tuple[Heading, ...] = ()
    tags: tuple[str, ...] = ()
    """Those of the front matter and of the text, with their `#`, each once; empty if the note is ignored."""
    questions: Sequence[FoundQuestion] = ()
    copies: Mapping[str, int] = {}
    """How many questions have the same lasting text."""
    problems: tuple[Problem, ...] = ()
    conflicted: bool = False
    """Whether it holds merge conflict markers; then it is read and never written."""
    blocks: Sequence[Block] | None = None
    """The raw questions, including those in no deck; None if the note is ignored."""
    gaps: Sequence[Gap] = ()
    """What is not read as text; unknown if the note is ignored."""


def read_questions(path: str, text: NoteText, settings: Settings, *, headings: bool = False) -> Questions:
    """Find the questions of a note, and its headings if requested."""
    digest, lines = digest_of(text.raw), text.lines
    front_matter = read_front_matter(lines)
    problems = [broken_front_matter(path, front_matter.error)] if front_matter.error else []
    if is_ignored(path, settings.note_folders_to_ignore) or original_of(path) is not None:
        return Questions(digest, front_matter, problems=tuple(problems))
    outline = Outline(lines, front_matter.lines)
    tags = outline.tags()
    titles = tuple(outline.headings()) if headings else ()
    del outline  # it may hold a copy of the text
    all_tags = [*front_matter_tags(front_matter.values), *(tag.name for tag in tags)]
    folder = path.rpartition("/")[0]
    looked_at = bool(folder) if settings.convert_folders_to_decks else any_within(all_tags, settings.flashcard_tags)
    if not looked_at or any_within(all_tags, settings.flashcard_tags_to_ignore):
        return Questions(digest, front_matter, titles, problems=tuple(problems))

    loop = Loop(lines, front_matter.lines, Rules.of(settings))
    blocks = loop.run()
    decks = _Decks(blocks, settings, folder, front_matter_deck_tags(front_matter.values), tags)
    copies: dict[str, int] = {}
    found = _found(blocks, settings, decks, Effort(len(text.text)), copies)
    conflicted = CONFLICT in text.text and has_conflict(lines)
    if conflicted:
        problems.append(conflict(path, lines))
    problems += without_cards(path, found)
    if decks.cut is not None:
        problems.append(too_many_decks(path, decks.cut))
    if OPEN in text.text:
        problems += of_schedules(path, text, blocks, found)
    return Questions(
        digest,
        front_matter,
        titles,
        tags=tuple(dict.fromkeys(all_tags)),
        questions=found,
        copies=copies,
        problems=tuple(problems),
        conflicted=conflicted,
        blocks=blocks,
        gaps=loop.gaps,
    )


def _found(
    blocks: Sequence[Block], settings: Settings, decks: _Decks, effort: Effort, copies: dict[str, int]
) -> list[FoundQuestion]:
    found: list[FoundQuestion] = []
    for block in blocks:
        parts = split_text(block.text, settings)
        names = decks.of(block.first_line, parts.tag)
        if not names:
            continue
        lasting = as_hashed(lasting_text(parts.text))
        nth = copies[lasting] = copies.get(lasting, 0) + 1
        entries = tuple(entries_in(block.text, parts.comment))
        clozes = None
        count = NUMBERS.get(block.kind)
        if count is None:
            clozes = Clozes.of(parts.body, settings, effort)
            count = clozes.cards
        question = FoundQuestion(
            block.kind,
            parts.text,
            parts.body,
            block.first_line,
            block.last_line,
            block.sources,
            names,
            parts.block_id,
            parts.comment,
            entries,
            clozes,
            count,
            lasting,
            nth,
        )
        found.append(question)
    return found


class _Decks:
    """The decks of a question, by the plugin's order of preference."""

    def __init__(
        self,
        blocks: Sequence[Block],
        settings: Settings,
        folder: str,
        front_matter_tags: Sequence[str],
        tags: Sequence[Tag],
    ) -> None:
        self.cut: int | None = None
        """The first line whose decks are more, or deeper, than allowed."""
        self.folder = self._bounded([folder], 0) if settings.convert_folders_to_decks else ()
        allowed = settings.flashcard_tags
        front_matter = [deck_of_tag(tag) for tag in front_matter_tags if within(tag, allowed)]
        flashcard_tags = [tag for tag in tags if within(tag.name, allowed)]
        self.first = self._bounded(front_matter or [deck_of_tag(tag.name) for tag in flashcard_tags[:1]], 0)
        self.lines: list[int] = []
        self.at: list[tuple[str, ...]] = []
        starts = [block.first_line for block in blocks] if flashcard_tags else []
        for line, found in groupby(flashcard_tags, key=lambda tag: tag.line):
            place = bisect_right(starts, line)
            if place and line <= blocks[place - 1].last_line:
                continue
            self.lines.append(line)
            self.at.append(self._bounded([deck_of_tag(tag.name) for tag in found], line))

    def _bounded(self, names: Sequence[str], line: int) -> tuple[str, ...]:
        """The decks of a question within the limits of number and depth."""
        kept = tuple(map(bounded_deck, names[:MOST_DECKS]))
        if len(kept) < len(names) or list(kept) != list(names):
            self.cut = line if self.cut is None else min(line, self.cut)
        return kept

    def of(self, first_line: int, tag: str | None) -> tuple[str, ...]:
        """The decks of the question that starts on a line, with the tag at its own start."""
        if self.folder:
            return self.folder
        if tag is not None:
            return self._bounded([deck_of_tag(tag)], first_line)
        place = bisect_right(self.lines, first_line - 1)
        return self.at[place - 1] if place else self.first
