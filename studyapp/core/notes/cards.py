"""Question block → cards; the identity of a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import astuple

from studyapp.core.errors import CardIdError
from studyapp.core.notes.blocks import CALLOUT, Kind
from studyapp.core.notes.cyrb53 import cyrb53, cyrb53_all
from studyapp.core.notes.outline import deck_of_tag
from studyapp.core.notes.sides import Clozes, sides
from studyapp.core.schedule.entries import Entry, Schedule, cut_comment
from studyapp.core.settings.model import Settings
from studyapp.core.text.digits import is_whole_number
from studyapp.core.text.note_text import SPACE_CLASS, WHITE_SPACE, trim_end
from studyapp.core.text.regex import regex

_TAG_AT_START = regex(rf"#[^{SPACE_CLASS[1:-1]}#]+")
_CALLOUT_AT_END = regex(rf"\n{re.escape(CALLOUT)}[^\n]*\n>\Z")
_MAY_BE_CUT = f"{WHITE_SPACE}>"
"""What a text ends with from which white space or a callout is cut."""
_BLOCK_ID = regex(r" (\^[a-zA-Z0-9-]+)\Z")


class CardId(Struct, frozen=True):
    """A card's identity: it stays the same while the note changes around its question."""

    path: str
    hash: str
    """The plugin's hash of the question's text; see `Question.key`."""
    occurrence: int
    """Which of the note's questions with equal text, from 1."""
    side: int
    """Which card of the question, from 1."""

    def __str__(self) -> str:
        return f"{self.path}:{self.hash}:{self.occurrence}:{self.side}"

    @classmethod
    def parse(cls, text: str) -> CardId:
        """Parse what `str` wrote; CardIdError if it is not a card id."""
        parts = text.rsplit(":", 3)
        if len(parts) == 4 and all(map(is_whole_number, parts[2:])):
            return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))
        raise CardIdError(f"{text!r} is not a card id; `studyapp cards` lists them, as PATH:HASH:OCCURRENCE:SIDE")


class Card(Struct, frozen=True):
    """One thing to recall."""

    side: int
    """Which card of its question, from 0."""
    front: str
    back: str
    """For a cloze both hold the whole text, in the neutral notation."""
    schedule: Schedule | None
    """None for a card that was never reviewed."""


class FoundQuestion(Struct, frozen=True, gc=False):
    """A question as found in a note: all that is known before its fronts and backs are made."""

    kind: Kind
    text: str
    """With its tag, without schedule comment and block id."""
    body: str
    """Without its tag too: what fronts and backs are cut from."""
    first_line: int
    """0-based, in the whole note, as the plugin counts it."""
    last_line: int
    sources: tuple[int, ...]
    """The lines that belong to the question."""
    decks: tuple[str, ...]
    block_id: str | None
    """With its `^`."""
    comment: str | None
    """See `QuestionText`."""
    entries: tuple[Entry, ...]
    """The entries of its schedule comment, including those beyond the number of its cards."""
    clozes: Clozes | None
    """Those of a question that has such cards."""
    sides: int
    """The number of its cards."""
    lasting: str
    """The text that its key is made from."""
    occurrence: int
    """Which of the note's questions with this text, from 1."""

    @property
    def raws(self) -> tuple[str, ...]:
        """Its entries as written in the note."""
        return tuple([entry.raw for entry in self.entries])


class Question(FoundQuestion, frozen=True, kw_only=True, dict=True, gc=True):
    """A question with its cards and what is needed to write their schedules."""

    context: tuple[str, ...]
    """The headings above, outermost first."""
    cards: tuple[Card, ...]

    @cached_property
    def hash(self) -> str:
        """The plugin's name for the question in its list of buried ones."""
        return cyrb53(self.text)

    @cached_property
    def key(self) -> str:
        """The hash that identifies it: of its text with or without a comment."""
        return self.hash if self.lasting == self.text else cyrb53(self.lasting)

    def id_of(self, path: str, card: Card) -> CardId:
        """The id of one of the question's cards."""
        return CardId(path, self.key, self.occurrence, card.side + 1)

    @property
    def without_answers(self) -> str:
        """Its front; of a question with clozes the text with all of them hidden."""
        return self.cards[0].front if self.clozes is None else self.clozes.all_hidden


def hash_together(questions: Sequence[Question]) -> None:
    """Compute the keys and hashes of many questions at once, which is several times as fast as one by one."""
    for question, (key, hash_) in zip(questions, keys_and_hashes([one.text for one in questions]), strict=True):
        question.__dict__["key"], question.__dict__["hash"] = key, hash_


def keys_and_hashes(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The key and the hash of each of many questions, by their texts; see `Question`."""
    lasting = list(map(lasting_text, texts))
    unequal = list(dict.fromkeys([*texts, *lasting]))
    hashes = dict(zip(unequal, cyrb53_all(unequal), strict=True))
    return [(hashes[key], hashes[text]) for key, text in zip(lasting, texts, strict=True)]


class QuestionText(Struct, frozen=True, gc=False):
    """The parts of a block's text."""

    text: str
    body: str
    tag: str | None
    """The tag at its very start, which names its deck, as the plugin writes it."""
    block_id: str | None
    comment: str | None
    """What its first complete schedule comment holds; None if there is none."""


def split_text(original: str, settings: Settings) -> QuestionText:
    """Separate the schedule comment, the tag at the start and the block id from a block's text."""
    bare, comment = cut_comment(original)
    body = trim_end(bare)
    prefix, tag = "", None
    start = bare.lstrip(WHITE_SPACE) if "#" in bare else ""
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
    return QuestionText(prefix + body if prefix else body, body, tag, block_id, comment)


def lasting_text(text: str) -> str:
    """A question's text as before and after its first grade.

    The plugin counts a metadata callout as a part of the question. It leaves the line break before a comment in the
    text of a question that starts with a tag, and with it a block id that it then does not recognise.
    """
    if text[-1:] not in _MAY_BE_CUT and " ^" not in text:
        return text  # nearly all
    trimmed = trim_end(text)
    if trimmed.endswith("\n>") and (callout := _CALLOUT_AT_END.search(trimmed)):
        trimmed = trim_end(trimmed[: callout.start()])
    found = _BLOCK_ID.search(trimmed) if " ^" in trimmed else None
    return trim_end(trimmed[: found.start()]) if found else trimmed


def build_question(found: FoundQuestion, settings: Settings, context: tuple[str, ...]) -> Question:
    """Make a question, with a card for each side and each card's schedule."""
    entries = found.entries
    scheduled = len(entries)
    made = sides(found.kind, found.body, settings, found.clozes) if found.sides else []
    cards = [
        Card(side, front, back, entries[side].schedule if side < scheduled else None)
        for side, (front, back) in enumerate(made)
    ]
    return Question(*astuple(found), context=context, cards=tuple(cards))
