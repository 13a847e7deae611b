"""Settings that don't fit the vault, better ones, and their effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, field

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import parse_text
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.model import NAMES, Settings
from studyapp.core.settings.values import toml_text
from studyapp.core.text.note_text import NoteText, trim
from studyapp.study.doctor.advice.signs import Signs
from studyapp.study.doctor.advice.trial import Trial, TrialNote, questions_of
from studyapp.study.doctor.comments import Comment
from studyapp.study.doctor.findings import Advice, Finding
from studyapp.study.doctor.subject import Subject, Unseen, shortened

_FEW: Final = 3
"""The fewest orphans that are significant; fewer count only if other settings explain them all."""
_SHARE: Final = 5
"""The share of comments that may be orphans: one in this many."""
_HURT: Final = 40
_OTHERS: Final = 40
"""How many notes with orphans, and how many others, settings are first tried on."""
_LARGE: Final = 200_000
"""The size of a note, in bytes, that would slow the trial down too much."""
_SAMPLES: Final = 3
_REVERSED: Final = (Kind.MULTI_REVERSED, Kind.SINGLE_REVERSED)

ReadFile = Callable[[str], bytes | None]


class Schedules(Struct, frozen=True):
    """The schedule comments of a note, for judging whether settings fit."""

    lost: tuple[int, ...] = ()
    """The lines of orphans."""
    starts: tuple[int, ...] = ()
    """Where those start, in characters."""
    owned: tuple[int, ...] = ()
    """The lines of comments with a card."""
    halves: int = 0
    """Reversed questions with one schedule."""
    cards: int = 0
    comments: int = 0
    """How many comments there are."""
    decked: bool = True
    tagless: bool = False
    """Whether it is ignored only because it has no deck tag."""
    tags: tuple[str, ...] = ()
    """Its tags, if they could be deck tags."""


def schedules_of(subject: Subject, lost: Sequence[Comment]) -> Schedules | None:
    """The schedule comments of a note, some of them lost to their cards; None if the settings ignore the note."""
    if subject.unseen in (Unseen.FOLDER, Unseen.IGNORED_TAG):
        return None
    questions = subject.note.questions
    marks = [mark for mark in subject.marks if mark.text.startswith(OPEN) and mark.entries]
    orphans = marks if subject.unseen is not None else list(lost)
    return Schedules(
        tuple(mark.line for mark in orphans),
        tuple(mark.start for mark in orphans),
        tuple(mark.line for mark in marks if mark.line in subject.owned),
        sum(one.kind in _REVERSED and len(one.entries) == 1 and len(one.cards) == 2 for one in questions),
        sum(len(one.cards) for one in questions),
        len(marks),
        subject.unseen is None,
        subject.unseen is Unseen.TAG,
        tuple(subject.tags) if subject.unseen is Unseen.TAG and orphans else (),
    )


class _Count(Struct):
    """The counts of one vault (a vault may hold others, with their own settings)."""

    notes: dict[str, Schedules] = field(default_factory=dict)
    comments: int = 0
    orphans: int = 0
    halves: int = 0
    tagless: int = 0
    """How many of the orphans are in notes without a deck tag."""

    @property
    def misfit(self) -> bool:
        """Whether more than a fifth of the comments do not fit the settings."""
        return (self.orphans + self.halves) * _SHARE > self.comments


class Fit:
    """Counts the schedule comments with and without a card, vault by vault."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}
        self.advised: set[str] = set()
        """The vaults, by prefix, for which better settings were found."""

    def take(self, path: str, prefix: str, seen: Schedules | None) -> None:
        """Count the comments of one note in the vault at `prefix`."""
        if seen is None:
            return
        count = self._counts.setdefault(prefix, _Count())
        count.notes[path] = seen
        count.comments += seen.comments
        count.orphans += len(seen.lost)
        count.halves += seen.halves
        count.tagless += len(seen.lost) if seen.tagless else 0

    def finish(
        self,
        settings_of: Callable[[str], Settings],
        read: ReadFile,
        subject_of: Callable[[str, bytes], Subject],
        going: Callable[[], bool] = lambda: True,
    ) -> Iterator[Finding]:
        """For each vault, by prefix, with too many orphans, say which settings would fit."""
        for prefix, count in sorted(self._counts.items()):
            if not count.misfit or (not count.orphans and count.halves < _FEW):
                continue
            settings = settings_of(prefix)
            trial = Trial(list(_texts(count, read)), settings, going)
            found = trial.search(_signs(count, read, subject_of))
            advice = _advice(count, settings, trial.settings, read) if found and going() else None
            if count.orphans + count.halves < _FEW and (advice is None or advice.orphans[1] or advice.halves[1]):
                continue
            if advice is not None:
                self.advised.add(prefix)
            elif not count.orphans:
                continue  # each reversed question has a finding of its own for that
            yield _finding(prefix, count, settings, advice)


def _signs(count: _Count, read: ReadFile, subject_of: Callable[[str, bytes], Subject]) -> Signs:
    """What is around the comments without a card."""
    signs = Signs()
    for path, seen in count.notes.items():
        signs.add_tags(seen.tags, len(seen.lost))
        raw = read(path) if seen.starts and signs.wants_more else None
        if raw is not None:
            subject = subject_of(path, raw)
            orphans = [(mark.line, mark.text) for mark in subject.marks if mark.start in seen.starts]
            signs.look(subject, orphans)
    return signs


def _texts(count: _Count, read: ReadFile) -> Iterator[TrialNote]:
    """The notes to try settings on: some with orphans, and some others for the false cards that would appear."""
    hurt = [path for path, seen in count.notes.items() if seen.lost or seen.halves]
    others = [path for path, seen in count.notes.items() if not (seen.lost or seen.halves)]
    for paths, most in ((hurt, _HURT), (others, _OTHERS)):
        chosen = paths[:: -(-len(paths) // most)] if paths else []
        read_in = [(path, raw) for path in chosen if (raw := read(path)) is not None]
        small = [one for one in read_in if len(one[1]) <= _LARGE] or read_in[:1]
        for path, raw in small:
            seen = count.notes[path]
            yield TrialNote(
                path, NoteText(raw), frozenset(seen.lost + seen.owned), len(paths) / len(small), seen.decked
            )


def _advice(count: _Count, before: Settings, after: Settings, read: ReadFile) -> Advice:
    """The effect of other settings in the whole vault."""
    cards = fresh = gone = recovered = orphans = halves = 0
    reviewed: list[str] = []
    new: list[str] = []
    for path, seen in count.notes.items():
        raw = read(path)
        if raw is None:
            continue
        text = NoteText(raw)
        note = parse_text(path, text, after)
        questions = questions_of(note)
        held = {line for one in questions if one.entries for line in one.sources}
        recovered += sum(line in held for line in seen.lost)
        orphans += sum(line not in held for line in (*seen.lost, *seen.owned))
        halves += sum(one.kind in _REVERSED and len(one.entries) == 1 and len(one.cards) == 2 for one in questions)
        cards += sum(len(one.cards) for one in note.questions)
        known = {one.sources[0] for one in parse_text(path, text, before).questions} if seen.cards else set()
        gone += len(known - {one.sources[0] for one in note.questions})
        for one in questions:
            if one.sources[0] not in known and one.cards:
                fresh += not one.entries
                samples = reviewed if one.entries else new
                if len(samples) < _SAMPLES:
                    samples.append(_sample(path, one))
    values = tuple((name, getattr(after, name)) for name in NAMES if getattr(after, name) != getattr(before, name))
    return Advice(
        values,
        (sum(seen.cards for seen in count.notes.values()), cards),
        (count.orphans, orphans),
        recovered,
        (count.halves, halves),
        fresh,
        gone,
        tuple(reviewed),
        tuple(new),
    )


def _sample(path: str, question: Question) -> str:
    card = question.cards[0]
    sides = " → ".join(shortened(trim(side), 40) for side in (card.front, card.back))
    return f"{path}:{question.sources[0] + 1}  {sides}"


def _finding(prefix: str, count: _Count, settings: Settings, advice: Advice | None) -> Finding:
    where = f"the vault {prefix.rstrip('/')}" if prefix else "this vault"
    reason = f"{count.orphans} of the {count.comments} schedule comments of {where} belong to no card"
    if count.halves:
        reason += f" and {count.halves} hold one schedule for two cards"
    reason += ", more than a fifth: the settings do not fit"
    if count.tagless:
        tags = ", ".join(settings.flashcard_tags) or "none is set"
        reason += f" ({count.tagless} are in notes without a deck tag: {tags})"
    place = prefix.rstrip("/") or "."
    if advice is None:
        remedy = (
            f"None of the separators, tags and folders that were tried fits better than {_in_use(settings)}; look at "
            "the lines above such a comment and set what stands there"
        )
        return Finding("settings-misfit", place, None, reason, remedy)
    changes = "; ".join(f"{name} = {toml_text(value)}" for name, value in advice.settings)
    file = f"{prefix}.studyapp/settings.toml"
    what = f"{advice.recovered} of {count.orphans} would belong to one"
    if not count.orphans:
        what = f"{count.halves - advice.halves[1]} of {count.halves} would have a schedule for each card"
    remedy = f"With {changes} {what}. Put that into {file}, or set it in the plugin"
    return Finding("settings-misfit", place, None, reason, remedy, advice=advice)


def _in_use(settings: Settings) -> str:
    signs: list[Any] = [
        settings.single_line_card_separator,
        settings.single_line_reversed_card_separator,
        settings.multiline_card_separator,
        settings.multiline_reversed_card_separator,
    ]
    return ", ".join(f"`{sign}`" for sign in signs if sign)
