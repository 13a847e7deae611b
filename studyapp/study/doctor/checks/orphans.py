"""Finds schedule comments without a card, their likely cards, and cards cut by a blank line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.note import Note
from studyapp.core.plural import count
from studyapp.core.text.digest import blake2b
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.checks.questions import RULE
from studyapp.study.doctor.checks.schedules import duplicate_comments
from studyapp.study.doctor.comments import Comment
from studyapp.study.doctor.findings import Finding, Fix
from studyapp.study.doctor.repair import appended, certain, drop, moved
from studyapp.study.doctor.subject import Subject, shortened

_MULTI: Final = (Kind.MULTI_BASIC, Kind.MULTI_REVERSED)
_ENDS_A_CARD: Final = re.compile(rf" {{0,3}}#{{1,6}}(?:[ \t]|$)|{RULE.pattern}")
"""A heading or a rule: text above it is not part of a card below it."""
_FARTHEST: Final = 20
"""The most paragraphs that an answer may have been cut into."""
_LONGEST: Final = 2_000
"""The most characters of a line that is a separator; settings have no longer ones."""
_SHORTEST: Final = 4
"""The fewest letters and digits at which equal texts are no coincidence."""
_ASCII_SIGNS: Final = bytes(sign for sign in range(128) if not chr(sign).isalnum())


class _Open(Struct, frozen=True):
    """An orphan that may have belonged to a card of another note."""

    finding: Finding
    prints: tuple[bytes, ...]
    """Those of the lines of the text above it."""
    owner: tuple[str, str] | None
    """The path and the key of the card that the review log names."""


class Orphans(Struct):
    """Finds orphans note by note, and searches the whole vault for their cards at the end."""

    lost: list[Comment] = field(default_factory=list)
    """The comments of the last note that no card near them explains."""
    _open: list[_Open] = field(default_factory=list)
    _texts: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    """Where the questions are, by their text."""

    def look(self, subject: Subject) -> Iterator[Finding]:
        """The orphans of a note; those that other notes may explain are kept for the end."""
        for question in subject.note.questions:
            if (found := fingerprint(question.body)) is not None:
                self._texts.setdefault(found, (subject.path, question.sources[0] + 1))
        self.lost = []
        if subject.unseen is not None or not subject.marks:
            return
        doubles, prints = duplicate_comments(subject), cache(partial(_prints, subject))
        for mark in subject.marks:
            if (
                mark.line in subject.taken
                or mark.fault is not None
                or mark.start in doubles
                or mark.line in subject.hidden
            ):
                continue
            explained = _explained(subject, mark)
            if explained is None or explained.code == "cut-card":
                self.lost.append(mark)
            if explained is not None:
                yield explained
                continue
            finding, above = _bare(subject, mark)
            owner = subject.around.owners.of(entry.raw for entry in mark.entries)
            named = None if owner is None else (owner.path, owner.hash)
            if owner is not None and owner.path == subject.path:
                finding = replace(finding, fix=_back_home(subject, mark, owner.hash))
            if finding.fix is not None and owner is not None:
                yield _named_by_log(finding, (owner.path, owner.hash), lambda _: subject.note)
                continue
            self._open.append(_Open(finding, prints(above), named))

    def join(self, others: Orphans) -> None:
        """Take over what was kept from later notes."""
        self._open += others._open
        for found, place in others._texts.items():
            self._texts.setdefault(found, place)

    def finish(self, note_of: Callable[[str], Note | None]) -> Iterator[Finding]:
        """Findings for the remaining orphans, with what the whole vault knows about them."""
        for one in self._open:
            yield self._resolved(one, note_of)

    def _resolved(self, one: _Open, note_of: Callable[[str], Note | None]) -> Finding:
        finding = one.finding
        if one.owner is not None:
            return _named_by_log(finding, one.owner, note_of)
        place = next((self._texts[found] for found in one.prints if found in self._texts), None)
        if place is None:
            return finding
        path, line = place
        where = f"line {line}" if path == finding.path else f"{path}:{line}"
        return replace(
            finding,
            reason=f"{finding.reason}. A card of the same text is at {where}",
            remedy="If it belongs to that card, move the comment below it; else delete it",
        )


def fingerprint(text: str) -> bytes | None:
    """A key for the letters and digits of a text; None if it has too few."""
    if text.isascii():  # the same in a fifth of the time
        said = text.encode().translate(None, _ASCII_SIGNS).decode().lower()
    else:
        said = "".join(filter(str.isalnum, text)).casefold()
    if len(said) < _SHORTEST:
        return None
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()  # the same in each process


def _prints(subject: Subject, above: range) -> tuple[bytes, ...]:
    if not above:
        return ()
    lines = [subject.lines[line] for line in above]
    found = (fingerprint("\n".join(lines)), fingerprint(lines[-1]))
    return tuple(one for one in found if one is not None)


def _bare(subject: Subject, mark: Comment) -> tuple[Finding, range]:
    """The finding as far as the note alone shows, and the lines of the text above."""
    above = subject.above(mark.line) if mark.alone else range(mark.line, mark.line + 1)
    remedy = "Turn that text into a card, or delete the comment; until then it is left alone"
    if not mark.alone:
        said = f"the text beside it, “{shortened(subject.beside[mark.line])}”"
    elif above:
        first = next((line for line in above if not _ENDS_A_CARD.match(subject.lines[line])), above[0])
        said = f"the text above, “{shortened(subject.lines[first])}” (line {first + 1})"
    else:
        said = ""
        remedy = "Delete it, or put it below the card that it belonged to; until then it is left alone"
    reason = "this schedule comment belongs to no card"
    if said:
        reason += f"; it probably belonged to {said}, which isn't a card with your settings"
    return subject.finding("orphan-schedule", mark.line, reason, remedy), above


def _explained(subject: Subject, mark: Comment) -> Finding | None:
    """The finding for an orphan that its own note explains."""
    start = subject.text.place(mark.line)
    beside = trim(subject.text.text[start : mark.start]) if mark.start - start <= _LONGEST else ""
    if subject.is_separator(beside):
        return _misplaced(
            subject,
            mark,
            f"is on the same line as the separator `{beside}`, so the plugin sees neither separator nor card",
            "Move it to a line of its own below the card's last line",
        )
    if any(gap.first <= mark.line <= gap.last and not gap.fence for gap in subject.gaps):
        return _misplaced(
            subject,
            mark,
            "is where the plugin reads nothing: it skips the line below a comment, and everything below one that "
            "does not end on its line",
            "Move the comment that is above it away",
        )
    if not mark.alone:
        return None
    return (
        _near_card(subject, mark) or _in_paragraph(subject, mark) or _above_card(subject, mark) or _cut(subject, mark)
    )


def _near_card(subject: Subject, mark: Comment) -> Finding | None:
    """A comment with only white space between it and the card above."""
    place = mark.line - 1
    while place >= subject.first and not trim(subject.lines[place]):
        place -= 1
    question = subject.question_at.get(place)
    if question is None or question.sources[-1] >= mark.line:
        return None
    what = "is indented" if place == mark.line - 1 else "is separated from it by a blank line"
    if question.entries:
        same = question.raws == tuple(entry.raw for entry in mark.entries)
        entries = list(question.raws)
        removed = "removes the comment that says the same"
        return subject.finding(
            "orphan-schedule",
            mark.line,
            f"this schedule comment belongs to no card: the one above has a schedule already, and this one {what}"
            + ("; both say the same" if same else ""),
            "Keep the one of the later review and delete the other one",
            fix=certain(subject, [drop(subject, mark)], question, entries, removed) if same else None,
        )
    if len(mark.entries) != len(question.cards):
        return _misplaced(
            subject,
            mark,
            f"probably belongs to the card above, but {what}, and it holds "
            f"{count(len(mark.entries), 'schedule')} for {count(len(question.cards), 'card')}",
            "Move it to the line below the card if it is the card's",
        )
    entries = [entry.raw for entry in mark.entries]
    fix = certain(subject, moved(subject, mark, question), question, entries, "moves it to the card's next line")
    return _misplaced(
        subject, mark, f"belongs to the card above, but {what}", "Move it to the line below the card", fix
    )


def _in_paragraph(subject: Subject, mark: Comment) -> Finding | None:
    """A comment below text that goes on below a single line card."""
    above = subject.above(mark.line)
    found = {id(question): question for line in above if (question := subject.question_at.get(line)) is not None}
    if len(found) != 1 or not above or above[-1] != mark.line - 1:
        return None
    (question,) = found.values()
    if question.entries or question.sources[-1] >= above[-1] or len(question.cards) != len(mark.entries):
        return None
    first, last = question.sources[-1] + 2, mark.line
    between = f"line {first} is" if first == last else f"lines {first} to {last} are"
    return _misplaced(
        subject,
        mark,
        f"probably belongs to the card of line {question.sources[0] + 1}, which ends with that line, but {between} "
        "between them",
        "Move it to the line below the card, or join those lines",
    )


def _above_card(subject: Subject, mark: Comment) -> Finding | None:
    """A comment on the line above a card that has none."""
    over = subject.lines[mark.line - 1] if mark.line > subject.first else ""
    question = subject.question_at.get(mark.line + 1)
    if question is None or question.entries or (trim(over) and not _ENDS_A_CARD.match(over)):
        return None
    if question.sources[0] != mark.line + 1 or len(question.cards) != len(mark.entries):
        return None
    return _misplaced(
        subject,
        mark,
        "is above a card that has none; the plugin looks for it below",
        "If it is that card's, move it below the card's last line",
    )


def _cut(subject: Subject, mark: Comment) -> Finding | None:
    """A card whose last part, with the schedule, a blank line cuts off."""
    above = subject.above(mark.line)
    for _ in range(_FARTHEST):
        if not above or any(_ENDS_A_CARD.match(subject.lines[line]) for line in above):
            return None
        first = subject.lines[above[0]]
        if subject.is_separator(first):
            return _cut_finding(subject, mark, above[0], "the question from its separator")
        over = above[0] - 1
        while over >= subject.first and not trim(subject.lines[over]):
            over -= 1
        question = subject.question_at.get(over)
        if question is not None:
            whole = question.kind in _MULTI and not question.entries and len(question.cards) == len(mark.entries)
            return _cut_finding(subject, mark, over + 1, "the end of its answer from the card") if whole else None
        above = subject.above(above[0])
    return None


def _cut_finding(subject: Subject, mark: Comment, blank: int, what: str) -> Finding:
    start = blank - 1 if subject.is_separator(subject.lines[blank]) else blank
    marker = subject.settings.multiline_card_end_marker
    other = "" if marker else ", or set an end marker (multiline_card_end_marker), so that blank lines end nothing"
    return subject.finding(
        "cut-card",
        max(start, 0),
        f"a blank line cuts {what}, so the schedule comment on line {mark.line + 1} belongs to none",
        f"Remove the blank lines down to line {mark.line + 1}{other}",
    )


def _misplaced(subject: Subject, mark: Comment, what: str, remedy: str, fix: Fix | None = None) -> Finding:
    return subject.finding("misplaced-schedule", mark.line, f"this schedule comment {what}", remedy, fix=fix)


def _back_home(subject: Subject, mark: Comment, key: str) -> Fix | None:
    """Move an orphan to the one card of its note that the review log names, if that has no schedule."""
    alike = [one for one in subject.note.questions if one.key == key]
    if len(alike) != 1 or alike[0].entries or len(alike[0].cards) != len(mark.entries):
        return None
    entries = [entry.raw for entry in mark.entries]
    edits = (drop(subject, mark), appended(subject, mark, alike[0]))
    return certain(subject, edits, alike[0], entries, "moves it below the card that the review log names")


def _named_by_log(finding: Finding, owner: tuple[str, str], note_of: Callable[[str], Note | None]) -> Finding:
    path, key = owner
    note = note_of(path)
    question = next((one for one in note.questions if one.key == key), None) if note is not None else None
    if question is None:
        return replace(
            finding,
            reason=f"{finding.reason}. The review log wrote it for a card of {path} that no longer exists",
        )
    where = f"line {question.sources[0] + 1}" if path == finding.path else f"{path}:{question.sources[0] + 1}"
    has = "has a schedule" if question.entries else "has none now"
    return replace(
        finding,
        reason=(
            f"this schedule comment belongs to no card. The review log wrote it for the card at {where}, which {has}"
        ),
        remedy="Delete it" if question.entries else "Move it to the line below that card",
    )
