"""Tries other settings on notes with orphaned schedules: what they explain, and which false cards they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Final, NamedTuple

from msgspec.structs import replace

from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import Note, parse_text
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText, trim
from studyapp.study.doctor.advice.signs import Signs, Variant, ends, separators

_STEPS: Final = 4
"""The most separators changed."""
_TAGS: Final = 8
"""The most deck tags added."""


class TrialNote(NamedTuple):
    """A note that settings are tried on."""

    path: str
    text: NoteText
    lines: frozenset[int]
    """The lines of its schedule comments."""
    weight: float = 1
    """How many notes of the vault it stands for."""
    decked: bool = True
    """Whether the plugin looks for cards in it under the current settings."""


class Outcome(NamedTuple):
    """What settings make of notes."""

    owned: float = 0
    """Schedule comments that belong to a question."""
    unequal: float = 0
    """Comments with more or fewer schedules than the question has cards."""
    fresh: float = 0
    """Questions without a schedule, or without a side: probably unintended."""

    @property
    def good(self) -> float:
        """How much they explain."""
        return self.owned - self.unequal * 3 / 4

    @property
    def score(self) -> float:
        """A score, higher is better; cards never reviewed are probably unintended."""
        return self.good**2 / (self.good + self.fresh / 2) if self.good > 0 else 0


def questions_of(note: Note) -> list[Question]:
    """The questions of a note, leaving out schedule comments that a separator turns into one."""
    return [one for one in note.questions if trim(one.body)]


class Trial:
    """The search for settings that fit: first what makes a card, then which notes are searched for cards."""

    def __init__(self, texts: Sequence[TrialNote], settings: Settings, going: Callable[[], bool]) -> None:
        self.texts = texts
        self.base = self.settings = settings
        self._going = going
        self.before = self._outcome(settings)

    def search(self, signs: Signs) -> bool:
        """Look for settings that explain a good share of the orphans; returns whether there are any."""
        opened = [one._replace(path=f"-/{one.path}") for one in self.texts if one.decked or one.lines]
        self._separators(opened, signs)
        self._access(signs)
        return self._is_better(self._outcome(self.settings), self.before)

    # What makes a card

    def _separators(self, texts: Sequence[TrialNote], signs: Signs) -> None:
        first = here = self._outcome(_open(self.settings), texts)
        for _ in range(_STEPS):
            tried = separators(signs, self.settings)
            found = self._best(tried, here, first, texts)
            if found is None and here.good < first.good + 1:
                lines = [one for one in tried if one.values[0][0].startswith("multiline_card_sep")][:6]
                pairs = product(lines, ends(signs)[:4])
                both = [Variant(one.values + other.values, one.junk) for one, other in pairs]
                found = self._best(both, here, first, texts)
            if found is None:
                return
            self.settings, here = found

    def _best(
        self, changes: Iterable[Variant], here: Outcome, first: Outcome, texts: Sequence[TrialNote]
    ) -> tuple[Settings, Outcome] | None:
        """The settings with the change that explains most, if it is worth it."""
        best: tuple[Settings, Outcome] | None = None
        total = sum(len(one.lines) * one.weight for one in texts)
        for change in changes:
            if not self._going():
                return None
            settings = change.of(self.settings)
            there = self._outcome(_open(settings), texts)
            gain, junk = there.good - here.good, there.fresh - here.fresh
            total = sum(len(one.lines) * one.weight for one in texts)
            enough = max(1, (total - first.good) / 20)
            if (
                gain >= enough * 0.99
                and junk <= change.junk * gain
                and there.score > (best[1] if best else here).score
            ):
                best = settings, there
        return best

    # Which notes are searched

    def _access(self, signs: Signs) -> None:
        """Deck tags, or folders as decks if those explain clearly more."""
        tagged = replace(self.settings, convert_folders_to_decks=False)
        here = self._outcome(tagged)
        for _ in range(_TAGS):
            known = tagged.flashcard_tags
            names = sorted((tag for tag in signs.tags if tag not in known), key=lambda tag: (-signs.tags[tag], tag))
            tried = [replace(tagged, flashcard_tags=(*known, tag)) for tag in names[:12]]
            outcomes = [(self._outcome(settings), settings) for settings in tried if self._going()]
            best = max(outcomes, key=lambda one: one[0].score, default=None)
            if best is None or best[0].score <= here.score or not self._is_better(best[0], here):
                break
            here, tagged = best
        folders = replace(self.settings, convert_folders_to_decks=True)
        there = self._outcome(folders) if any("/" in one.path for one in self.texts) else Outcome()
        own = there if self.base.convert_folders_to_decks else here
        other = here if self.base.convert_folders_to_decks else there
        wants_folders = self.base.convert_folders_to_decks != (
            other.score > own.score * 1.1 and self._is_better(other, own)
        )
        self.settings = folders if wants_folders else tagged

    def _is_better(self, there: Outcome, here: Outcome) -> bool:
        """Whether settings explain a good share more of what was unexplained at first."""
        total = sum(len(one.lines) * one.weight for one in self.texts)
        return there.good - here.good >= max(1, (total - self.before.good) / 20) * 0.99

    def _outcome(self, settings: Settings, texts: Sequence[TrialNote] | None = None) -> Outcome:
        owned = unequal = fresh = 0.0
        for one in self.texts if texts is None else texts:
            for question in questions_of(parse_text(one.path, one.text, settings)):
                if not question.entries or not all(trim(card.front) and trim(card.back) for card in question.cards):
                    fresh += one.weight
                elif not one.lines.isdisjoint(question.sources):
                    owned += one.weight
                    unequal += one.weight * (len(question.entries) != len(question.cards))
        return Outcome(owned, unequal, fresh)


def _open(settings: Settings) -> Settings:
    """The settings that look for cards in every note."""
    return replace(settings, convert_folders_to_decks=True, flashcard_tags_to_ignore=(), note_folders_to_ignore=())
