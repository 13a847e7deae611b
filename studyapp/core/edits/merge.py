"""Merges two versions of a note: schedules by the later review, text as git merges it.

A question's comments are made the same in all three versions before git sees them, so no comment can be part of a
conflict: git merges only text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.edits.comments import comment_of, erase_comment, place_of, replace_comment, write_comment
from studyapp.core.edits.identity import pairs
from studyapp.core.edits.standing import standing
from studyapp.core.notes.blocks import CALLOUT
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.notes.note import parse_text
from studyapp.core.schedule.entries import Entry, comment_text, due_day, reviewed
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, StaleEditError, apply

MergeText = Callable[[bytes, bytes, bytes], tuple[bytes, bool]]
"""Merges a base and two versions of it, as git does; gives the text, and whether there are conflicts in it."""
When = Callable[[str], Sequence[tuple[CardId, float]]]
"""Which cards got an entry according to the review logs, and when, as timestamps."""

_BREAK = re.compile(rb"\r?\n")


def merge_notes(
    versions: tuple[bytes, bytes, bytes],
    path: str,
    settings: Settings,
    merge_text: MergeText,
    when: When = lambda _: (),
) -> tuple[bytes, bool]:
    """Merge a note's base, ours and theirs; returns the merged note, and whether its text has conflicts.

    `when` decides between two reviews on one day.
    """
    base, ours, theirs = versions
    if theirs in (ours, base):
        return ours, False
    if ours == base:
        return theirs, False
    notes = [_Version.read(path, raw, settings) for raw in versions]
    try:
        log = _Log(when, path, frozenset(card for one in notes for card in _cards(path, one.questions)))
        for group in _groups(notes):
            _make_equal(path, group, settings, log)
        alike = [apply(one.text.raw, one.edits) for one in notes]
    except StaleEditError:  # the questions overlap; git may merge them as they are
        alike = list(versions)
    if all(one.stays(path, raw, settings) for one, raw in zip(notes, alike, strict=True)):
        base, ours, theirs = alike
    return _merge_whole_lines((base, ours, theirs), merge_text)


def _merge_whole_lines(versions: tuple[bytes, bytes, bytes], merge_text: MergeText) -> tuple[bytes, bool]:
    """Merge; the ending of the last line is merged separately, or a comment there could differ in that alone."""
    base, ours, theirs = ended = [not raw or raw.endswith((b"\n", b"\r")) for raw in versions]
    if all(ended):
        return merge_text(*versions)
    newline = b"\r\n" if any(b"\r\n" in raw for raw in versions) else b"\n"
    whole = [raw if has_end else raw + newline for raw, has_end in zip(versions, ended, strict=True)]
    merged, conflicts = merge_text(whole[0], whole[1], whole[2])
    ends = theirs if ours == base else ours
    last = merged.removesuffix(newline).rpartition(b"\n")[2]
    return merged if ends or (conflicts and last.startswith(b">>>>>>>")) else merged.removesuffix(newline), conflicts


class _Version(Struct):
    """A note with the edits that make its comments equal to the others'."""

    text: NoteText
    questions: tuple[Question, ...]
    edits: list[Edit]

    @classmethod
    def read(cls, path: str, raw: bytes, settings: Settings) -> _Version:
        text = NoteText(raw)
        note = parse_text(path, text, settings)
        return cls(text, () if note.conflicted else note.questions, [])

    def stays(self, path: str, raw: bytes, settings: Settings) -> bool:
        """Whether the note still has its questions once the edits are made."""
        after = parse_text(path, NoteText(raw), settings)
        kept = standing(after.questions, entries=False) == standing(self.questions, entries=False)
        return not self.edits or kept


_Group = tuple[tuple[_Version, Question | None], tuple[_Version, Question | None], tuple[_Version, Question | None]]
"""One question in base, ours and theirs; None where it is missing."""


def _groups(notes: Sequence[_Version]) -> Iterator[_Group]:
    base, ours, theirs = notes
    to_ours, to_theirs = pairs(base.questions, ours.questions), pairs(base.questions, theirs.questions)
    for place, question in enumerate(base.questions):
        mine, other = to_ours.get(place), to_theirs.get(place)
        yield (
            (base, question),
            (ours, None if mine is None else ours.questions[mine]),
            (theirs, None if other is None else theirs.questions[other]),
        )
    new = [one for place, one in enumerate(ours.questions) if place not in to_ours.values()]
    newer = [one for place, one in enumerate(theirs.questions) if place not in to_theirs.values()]
    both = pairs(new, newer)
    for place, question in enumerate(new):
        if place in both:
            yield (base, None), (ours, question), (theirs, newer[both[place]])


def _cards(path: str, questions: Iterable[Question]) -> Iterator[CardId]:
    """The ids of all their cards."""
    for question in questions:
        for side in range(1, max(len(question.cards), len(question.entries)) + 1):
            yield CardId(path, question.key, question.occurrence, side)


Times = Callable[[int, str], float | None]
"""When a card of a question, given by its place, got an entry; None if unknown."""


class _Log(Struct):
    """What the review logs say about the cards of a note; several cards may have got the same entry."""

    when: When
    path: str
    known: frozenset[CardId]
    """All cards in any version of the note."""

    def of(self, cards: Iterable[CardId]) -> Times:
        """The times for one question, which may have different cards in each version.

        A line about a card with the same text in another note is from before this note was renamed, and one about a
        card that is in no version is from before the question was edited: these count where no line names the card
        itself.
        """
        own = frozenset(cards)

        def time(place: int, entry: str) -> float | None:
            said = [(card, at) for card, at in self.when(entry) if card.side == place + 1]
            named = [at for card, at in said if card in own]
            renamed = [at for card, at in said if replace(card, path=self.path) in own]
            edited = [at for card, at in said if card.path == self.path and card not in self.known]
            return max(named or renamed or edited, default=None)

        return time


def _make_equal(path: str, group: _Group, settings: Settings, log: _Log) -> None:
    """Give a question the same comment in all versions, or remove it from all."""
    there = [(version, question) for version, question in group if question is not None]
    comments = [comment_of(version.text, question) for version, question in there]
    if not any(comments):
        return
    before, mine, other = (
        None if question is None or comment_of(version.text, question) is None else question.entries
        for version, question in group
    )
    times = log.of(_cards(path, (question for _, question in there)))
    merged = merge_entries(before, mine, other, times) if group[1][1] and group[2][1] else mine or other or before
    wanted = None
    if merged:
        alike = (
            comment
            for (_, question), comment in zip(there, comments, strict=True)
            if comment is not None and question.entries == tuple(merged)
        )
        wanted = next(alike, None) or comment_text([entry.raw for entry in merged])
    places = (place_of(version.text, question) for version, question in there[::-1])
    place = next(filter(None, places), "")
    for (version, question), comment in zip(there, comments, strict=True):
        if wanted is None:
            version.edits += erase_comment(version.text, question) if comment is not None else ()
        elif comment is None:
            raws = [entry.raw for entry in merged or ()]
            edits = write_comment(version.text, question, raws, _placing(settings, place))
            version.edits += (_with_break_of(place, edit) for edit in edits)
        elif comment != wanted:
            version.edits += replace_comment(version.text, question, wanted)


def _placing(settings: Settings, place: str) -> Settings:
    """The settings with which a comment is placed where that one is."""
    in_callout = CALLOUT in place
    return replace(
        settings,
        use_callouts_for_scheduling_comments=in_callout,
        card_comment_on_same_line=not in_callout and place == " ",
    )


def _with_break_of(place: str, edit: Edit) -> Edit:
    r"""Use the line breaks found there: a comment added by the plugin has `\n`, whatever the note uses."""
    return replace(edit, new=_BREAK.sub(b"\r\n" if "\r\n" in place else b"\n", edit.new))


def merge_entries(
    before: Sequence[Entry] | None, mine: Sequence[Entry] | None, other: Sequence[Entry] | None, times: Times
) -> list[Entry] | None:
    """Merge a comment's entries one by one; None where one side removed the comment and neither reviewed the card."""
    if mine is None or other is None:
        kept = mine if mine is not None else other
        return None if kept is None or (before is not None and list(kept) == list(before)) else list(kept)
    olds = list(before or ())
    found: list[Entry] = []
    for place, (one, two) in enumerate(zip_longest(mine, other)):
        old = olds[place] if place < len(olds) else None
        found.append(one if two is None else two if one is None else _later(old, one, two, partial(times, place)))
    return found


def _later(old: Entry | None, mine: Entry, other: Entry, time: Callable[[str], float | None]) -> Entry:
    """The entry of the later review; of two on one day, what the log or the change decides, else the one due last.

    A log that knows only one of them decides nothing: the other may come from a device whose log is not here.
    """
    if mine.raw == other.raw or (days := (reviewed(mine), reviewed(other)))[0] > days[1]:
        return mine
    if days[0] < days[1]:
        return other
    my_time, their_time = time(mine.raw), time(other.raw)
    if my_time is not None and their_time is not None and my_time != their_time:
        return mine if my_time > their_time else other

    def rank(entry: Entry) -> tuple[bool, float, str]:
        return old is not None and entry.raw != old.raw, due_day(entry), entry.raw

    return max(mine, other, key=rank)
