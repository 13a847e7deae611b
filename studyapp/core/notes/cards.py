"""Question block → cards; who a card is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from studyapp.core.errors import CardNotFoundError
from studyapp.core.notes.blocks import CALLOUT, Block, Kind
from studyapp.core.notes.clozes import NEUTRAL, ClozePatterns, Notation, Work
from studyapp.core.notes.cyrb53 import cyrb53, cyrb53_all
from studyapp.core.notes.outline import deck_of_tag
from studyapp.core.schedule.entries import Entry, Schedule, may_hold_entries, read_entries, without_comments
from studyapp.core.settings.load import Settings
from studyapp.core.text.note_text import SPACE_CLASS, WHITE_SPACE, trim_end

_TAG_AT_START = re.compile(rf"#[^{SPACE_CLASS[1:-1]}#]+")
_CALLOUT_AT_END = re.compile(rf"\n{re.escape(CALLOUT)}[^\n]*\n>\Z")
_BLOCK_ID = re.compile(r" (\^[a-zA-Z0-9-]+)\Z")


class CardId(Struct, frozen=True):
    """Who a card is: it stays the same while the note changes around its question."""

    path: str
    hash: str
    """The plugin's hash of the question's text; see `Question.key`."""
    occurrence: int
    """Which of the questions with equal text in the note, from 1."""
    side: int
    """Which card of the question, from 1."""

    def __str__(self) -> str:
        return f"{self.path}:{self.hash}:{self.occurrence}:{self.side}"

    @classmethod
    def parse(cls, text: str) -> CardId:
        """Read what `str` wrote.

        Raises:
            CardNotFoundError: if it is not a card id.
        """
        parts = text.rsplit(":", 3)
        if len(parts) == 4 and parts[2].isdecimal() and parts[3].isdecimal():
            return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))
        raise CardNotFoundError(
            f"{text!r} is not a card id; `studyapp cards` lists them, as PATH:HASH:OCCURRENCE:SIDE"
        )


class Card(Struct, frozen=True):
    """One thing to recall."""

    side: int
    """Which card of its question, from 0."""
    front: str
    back: str
    """For a cloze both hold the whole text, in the neutral notation."""
    schedule: Schedule | None
    """None for a card that was never reviewed."""


class Question(Struct, frozen=True, dict=True):
    """A question with its cards and with what is needed to write their schedules."""

    kind: Kind
    text: str
    """With its tag, without schedule comment and block id."""
    body: str
    """Without its tag too: what fronts and backs are cut from."""
    first_line: int
    """0-based, counted in the whole note, as the plugin counts it."""
    last_line: int
    sources: tuple[int, ...]
    """The lines that belong to the question."""
    decks: tuple[str, ...]
    context: tuple[str, ...]
    """The headings above, outermost first."""
    block_id: str | None
    """With its `^`."""
    entries: tuple[Entry, ...]
    """What its schedule comment says, also beyond the number of its cards."""
    cards: tuple[Card, ...]
    occurrence: int
    """Which of the questions with this text in the note, from 1."""

    @cached_property
    def hash(self) -> str:
        """The plugin's name for the question in its list of buried ones."""
        return cyrb53(self.text)

    @cached_property
    def key(self) -> str:
        """The hash by which it is known again: that of its text as it is whether it has a comment or not."""
        text = lasting_text(self.text)
        return self.hash if text == self.text else cyrb53(text)

    @property
    def raws(self) -> tuple[str, ...]:
        """Its entries as they stand in the note."""
        return tuple(entry.raw for entry in self.entries)

    def id_of(self, path: str, card: Card) -> CardId:
        """Name one of the question's cards."""
        return CardId(path, self.key, self.occurrence, card.side + 1)

    def sides(self, settings: Settings, notation: Notation) -> list[tuple[str, str]]:
        """Fronts and backs once more, with other marks around clozes."""
        return sides(self.kind, self.body, settings, notation)


def hash_together(questions: Sequence[Question]) -> None:
    """Work out the hashes and keys of many questions at once, which is several times as fast as one by one."""
    lasting = [lasting_text(question.text) for question in questions]
    texts = list(dict.fromkeys([*(question.text for question in questions), *lasting]))
    hashes = dict(zip(texts, cyrb53_all(texts), strict=True))
    for question, text in zip(questions, lasting, strict=True):
        question.__dict__["hash"], question.__dict__["key"] = hashes[question.text], hashes[text]


class QuestionText(NamedTuple):
    """A block's text taken apart."""

    text: str
    body: str
    tag: str | None
    """The tag at its very start, which names its deck, as the plugin writes it."""
    block_id: str | None


def split_text(original: str, settings: Settings) -> QuestionText:
    """Take the schedule comment, the tag at the start and the block id off a block's text."""
    bare = without_comments(original)
    body = trim_end(bare)
    start = bare.lstrip(WHITE_SPACE)
    prefix, tag = "", None
    if start.startswith("#") and (found := _TAG_AT_START.match(start)) and (deck := deck_of_tag(found.group())):
        tag = f"#{deck}"
        rest = start[found.end() :]
        body = rest.lstrip(WHITE_SPACE)
        if not settings.convert_folders_to_decks:
            prefix = bare[: len(bare) - len(start)] + tag + rest[: len(rest) - len(body)]
    block_id = None
    if " ^" in body and (found := _BLOCK_ID.search(body)):
        block_id = found.group(1)
        body = trim_end(body[: found.start()])
    return QuestionText(prefix + body, body, tag, block_id)


def lasting_text(text: str) -> str:
    """A question's text as it is before and after its first grade.

    The plugin counts a metadata callout as a part of the question. It leaves the line break before a comment in the
    text of a question that starts with a tag, and with it a block id that it then does not recognise.
    """
    trimmed = trim_end(text)
    if trimmed.endswith("\n>") and (callout := _CALLOUT_AT_END.search(trimmed)):
        trimmed = trim_end(trimmed[: callout.start()])
    found = _BLOCK_ID.search(trimmed) if " ^" in trimmed else None
    return trim_end(trimmed[: found.start()]) if found else trimmed


def build_question(
    block: Block,
    parts: QuestionText,
    settings: Settings,
    decks: tuple[str, ...],
    context: tuple[str, ...],
    nth: int,
    *,
    work: Work,
) -> Question:
    """Make the question of a block, with a card for each side and each card's schedule."""
    entries = tuple(read_entries(block.text)) if may_hold_entries(block.text) else ()
    kind, _, first_line, last_line, sources = block
    scheduled = len(entries)
    cards = [
        Card(side, front, back, entries[side].schedule if side < scheduled else None)
        for side, (front, back) in enumerate(sides(kind, parts.body, settings, work=work))
    ]
    return Question(
        kind,
        parts.text,
        parts.body,
        first_line,
        last_line,
        sources,
        decks,
        context,
        parts.block_id,
        entries,
        tuple(cards),
        nth,
    )


def sides(
    kind: Kind, body: str, settings: Settings, notation: Notation = NEUTRAL, work: Work | None = None
) -> list[tuple[str, str]]:
    """The front and the back of each card of a question."""
    match kind:
        case Kind.SINGLE_BASIC:
            return [_cut_line(body, settings.single_line_card_separator)]
        case Kind.SINGLE_REVERSED:
            front, back = _cut_line(body, settings.single_line_reversed_card_separator)
            return [(front, back), (back, front)]
        case Kind.MULTI_BASIC:
            return [_cut(body.split("\n"), settings.multiline_card_separator)]
        case Kind.MULTI_REVERSED:
            front, back = _cut(body.split("\n"), settings.multiline_reversed_card_separator)
            return [(front, back), (back, front)]
        case Kind.CLOZE:
            return ClozePatterns.of(settings.cloze_patterns).sides(body, notation, work)


def _cut_line(text: str, separator: str) -> tuple[str, str]:
    """What is before and behind the first place of the separator.

    Where the separator stood in the schedule comment only (`->` in `-->`), the plugin cuts at place -1.
    """
    place = text.find(separator)
    return text[: max(place, 0)], text[place + len(separator) :]


def _cut(lines: Sequence[str], separator: str) -> tuple[str, str]:
    """What is above and below the first line that is the separator."""
    for number, line in enumerate(lines):
        if line.strip(WHITE_SPACE) == separator:
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
    return "", ""
