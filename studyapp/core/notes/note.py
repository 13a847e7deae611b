"""A note's bytes → its questions, its decks, and what is surprising about it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.blocks import Block, scan
from studyapp.core.notes.cards import Card, CardId, Question, build_question, lasting_text, split_text
from studyapp.core.notes.clozes import MOST_CARDS, Work
from studyapp.core.notes.footnotes import footnotes
from studyapp.core.notes.ignored import is_ignored, original_of
from studyapp.core.notes.outline import (
    DEEPEST,
    LONGEST,
    Heading,
    Tag,
    bounded_deck,
    contexts,
    deck_of_tag,
    front_matter_deck_tags,
    front_matter_tags,
    read_outline,
    within,
)
from studyapp.core.schedule.entries import OPEN, Schedule
from studyapp.core.settings.load import Settings
from studyapp.core.text.front_matter import NONE, FrontMatter, read_front_matter
from studyapp.core.text.note_text import NoteText, digest_of

CONFLICT = "<<<<<<<"
"""What a merge conflict begins with."""
MOST_DECKS = 100
"""Decks that one card may be in; all of them are counted whenever the card is."""


class Note(Struct, frozen=True):
    """What a note's bytes mean under given settings."""

    path: str
    """Within the vault, with `/`."""
    digest: str
    front_matter: FrontMatter = NONE
    headings: tuple[Heading, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicted: bool = False
    """Whether it holds merge conflict markers; then it is read and never written."""
    tags: tuple[str, ...] = ()
    """Those of the front matter and of the text, with their `#`, each once; none where no cards are looked for."""
    footnotes: Mapping[str, str] = {}
    """The texts of those by their names; none where no cards are looked for."""

    @property
    def schedules(self) -> Iterator[Schedule | None]:
        """The schedules of its cards, in their order."""
        return (card.schedule for question in self.questions for card in question.cards)

    def find(self, card_id: CardId) -> tuple[Question, Card] | None:
        """The card of that id, if the note has it."""
        for question in self.questions:
            if question.occurrence == card_id.occurrence and question.key == card_id.hash:
                side = card_id.side - 1
                return (question, question.cards[side]) if 0 <= side < len(question.cards) else None
        return None


def parse_note(path: str, raw: bytes, settings: Settings) -> Note:
    """Read a note; never raises, whatever the bytes are: what cannot be understood becomes a problem."""
    return parse_text(path, NoteText(raw), settings)


def parse_text(path: str, text: NoteText, settings: Settings) -> Note:
    """Read a note that is already decoded."""
    digest = digest_of(text.raw)
    lines = text.lines
    front_matter = read_front_matter(lines)
    problems: list[Problem] = []
    if front_matter.error:
        problems.append(_broken_front_matter(path, front_matter.error))
    if is_ignored(path, settings.note_folders_to_ignore) or original_of(path) is not None:
        return Note(path, digest, front_matter, (), (), tuple(problems))
    tags, headings = read_outline(lines, front_matter.lines)
    all_tags = [*front_matter_tags(front_matter.values), *(tag.name for tag in tags)]
    folder = path.rpartition("/")[0]
    looked_at = bool(folder) if settings.convert_folders_to_decks else any_within(all_tags, settings.flashcard_tags)
    if not looked_at or any_within(all_tags, settings.flashcard_tags_to_ignore):
        return Note(path, digest, front_matter, tuple(headings), (), tuple(problems))

    blocks = scan(lines, front_matter.lines, settings)
    deck_tags = front_matter_deck_tags(front_matter.values)
    decks = _Decks(blocks, settings, folder, deck_tags, tags)
    questions = _questions(blocks, settings, decks, contexts(headings), Work(len(text.text)))
    conflicted = CONFLICT in text.text and has_conflict(lines)
    if conflicted:
        problems.append(_conflict(path, lines))
    problems += [_no_cards(path, question) for question in questions if not question.cards]
    if decks.cut is not None:
        problems.append(_too_many_decks(path, decks.cut))
    if OPEN in text.text:
        problems += _schedule_problems(path, lines, blocks, questions)
    names = tuple(dict.fromkeys(all_tags))
    notes = footnotes(lines, front_matter.lines) if "[^" in text.text else {}
    return Note(path, digest, front_matter, tuple(headings), questions, tuple(problems), conflicted, names, notes)


def any_within(tags: Sequence[str], parents: Sequence[str]) -> bool:
    """Whether one of the tags is, or is below, one of the parents."""
    return any(within(tag, parents) for tag in tags)


def _questions(
    blocks: Sequence[Block],
    settings: Settings,
    decks: _Decks,
    above: Sequence[tuple[int, tuple[str, ...]]],
    work: Work,
) -> tuple[Question, ...]:
    starts = [line for line, _ in above]
    seen: dict[str, int] = {}
    questions: list[Question] = []
    for block in blocks:
        parts = split_text(block.text, settings)
        names = decks.of(block.first_line, parts.tag)
        if not names:
            continue
        place = bisect_right(starts, block.first_line)
        text = lasting_text(parts.text)
        nth = seen[text] = seen.get(text, 0) + 1
        context = above[place - 1][1] if place else ()
        questions.append(build_question(block, parts, settings, names, context, nth, work=work))
    return tuple(questions)


class _Decks:
    """Which decks a question is in, by the plugin's order of preference."""

    def __init__(
        self,
        blocks: Sequence[Block],
        settings: Settings,
        folder: str,
        front_matter_tags: Sequence[str],
        tags: Sequence[Tag],
    ) -> None:
        self.cut: int | None = None
        """The first line whose decks are more, or deeper, than can be kept."""
        self.folder = self._bounded([folder], 0) if settings.convert_folders_to_decks else ()
        allowed = settings.flashcard_tags
        front_matter = [deck_of_tag(tag) for tag in front_matter_tags if within(tag, allowed)]
        flashcard_tags = [tag for tag in tags if within(tag.name, allowed)]
        self.first = self._bounded(front_matter or [deck_of_tag(tag.name) for tag in flashcard_tags[:1]], 0)
        self.lines: list[int] = []
        self.at: list[tuple[str, ...]] = []
        starts = [block.first_line for block in blocks]
        for line, found in groupby(flashcard_tags, key=lambda tag: tag.line):
            place = bisect_right(starts, line)
            if place and line <= blocks[place - 1].last_line:
                continue
            self.lines.append(line)
            self.at.append(self._bounded([deck_of_tag(tag.name) for tag in found], line))

    def _bounded(self, names: Sequence[str], line: int) -> tuple[str, ...]:
        """As many of the decks as a question may be in, none deeper than a deck may be."""
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


def has_conflict(lines: Sequence[str]) -> bool:
    """Whether there are merge conflict markers."""
    return any(line.startswith(CONFLICT) for line in lines) and any(line.startswith(">>>>>>>") for line in lines)


def _conflict(path: str, lines: Sequence[str]) -> Problem:
    line = next(number for number, line in enumerate(lines, 1) if line.startswith(CONFLICT))
    return Problem(
        "merge-conflict",
        path,
        line,
        "there is an unresolved merge conflict",
        "Resolve it; until then the note is read, and grades given to its cards wait in the review log",
        Severity.ERROR,
    )


def _too_many_decks(path: str, line: int) -> Problem:
    return Problem(
        "too-many-decks",
        path,
        line + 1,
        f"a card can be in {MOST_DECKS} decks, and the name of a deck can have {DEEPEST} parts and {LONGEST:,} "
        "characters; here are more, and they do not count",
        "Use fewer or shorter tags (or folders, where folders are decks); the cards are in the decks that count",
    )


def _no_cards(path: str, question: Question) -> Problem:
    return Problem(
        "no-cards",
        path,
        question.first_line + 1,
        "this cloze question has no cards: its clozes are in its tag or comment, or they ask for too many",
        f"Number its clozes from 1 to {MOST_CARDS} at most, and divide a text with very many of them by blank lines",
    )


def _broken_front_matter(path: str, error: str) -> Problem:
    return Problem(
        "front-matter",
        path,
        1,
        f"the front matter cannot be read ({error})",
        "Mend the YAML between the two `---` lines; until then its tags do not count",
        Severity.ERROR,
    )


def _schedule_problems(
    path: str, lines: Sequence[str], blocks: Sequence[Block], questions: Sequence[Question]
) -> list[Problem]:
    """Schedule comments that belong to nothing, hold too many entries, or cannot be understood."""
    owned = {line for block in blocks for line in block.sources}
    found = [
        Problem(
            "orphan-schedule",
            path,
            number + 1,
            "this schedule comment belongs to no card",
            "Leave it, delete it, or turn the text above it into a card; it stays as it is until you do",
        )
        for number, line in enumerate(lines)
        if OPEN in line and number not in owned
    ]
    for question in questions:
        line = next((number + 1 for number in question.sources if OPEN in lines[number]), question.first_line + 1)
        surplus = len(question.entries) - len(question.cards)
        if surplus > 0:
            found.append(
                Problem(
                    "surplus-schedules",
                    path,
                    line,
                    f"there {'is one schedule' if surplus == 1 else f'are {surplus} schedules'} more than cards",
                    "They are kept; the plugin would cut them off",
                )
            )
        found += [
            Problem(
                "malformed-schedule",
                path,
                line,
                f"the schedule {entry.raw[:60]!r} cannot be understood",
                "It is kept as it is until you grade the card; correct its date and numbers, or reset the card",
            )
            for entry in question.entries
            if not entry.sound
        ]
    return sorted(found, key=lambda problem: problem.line or 0)
