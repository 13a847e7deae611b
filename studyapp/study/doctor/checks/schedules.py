"""The schedule comments of cards: doubled, spliced, damaged, misplaced, of the wrong length."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Question
from studyapp.core.plural import count
from studyapp.core.schedule.entries import OPEN, Entry, read_entries
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.comments import Comment, fault_of
from studyapp.study.doctor.findings import Finding, Fix
from studyapp.study.doctor.repair import certain, drop, merged, reworded
from studyapp.study.doctor.subject import Subject, shortened

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def malformed(subject: Subject) -> Iterator[Finding]:
    """Comments that are damaged as a whole, and invalid entries."""
    for mark in subject.marks:
        if mark.spliced:
            yield subject.finding(
                "spliced-schedule",
                mark.line,
                f"this schedule comment {mark.fault}: two comments have run together, as happens when a sync tool "
                "merges text",
                "Keep the entry of the later review and delete the other one",
                fix=_unspliced(subject, mark),
            )
            continue
        if mark.fault is not None:
            yield subject.finding(
                "malformed-schedule",
                mark.line,
                f"this schedule comment {mark.fault}",
                f"Write it as `{OPEN}!2024-12-31,4,250-->`, or delete it; the card then begins as a new one",
            )
        for entry in mark.entries:
            fault = fault_of(entry)
            if fault is not None:
                yield _unsound(subject, mark, entry, fault)


def is_glued(entry: Entry) -> bool:
    """Whether one entry holds the dates of two."""
    return len(_DATE.findall(entry.raw)) > (2 if entry.raw.lstrip().startswith("fsrs") else 1)


def _unsound(subject: Subject, mark: Comment, entry: Entry, fault: str) -> Finding:
    if is_glued(entry):
        return subject.finding(
            "spliced-schedule",
            mark.line,
            f"the schedule {entry.raw[:80]!r} holds two: two comments have run together, as happens when a sync "
            "tool merges text",
            "Keep the values of the later review and delete the others",
        )
    kept = "it is read as far as it goes" if entry.sound else "it is kept until you grade the card"
    return subject.finding(
        "malformed-schedule",
        mark.line,
        f"the schedule {entry.raw[:60]!r} {fault}; {kept}",
        "Correct its date and numbers (SM-2: due date, days, ease), or reset the card",
    )


def _unspliced(subject: Subject, mark: Comment) -> Fix | None:
    """The comment with the later review's entries, where both comments within it are whole."""
    question = subject.question_at.get(mark.line)
    parts = mark.text.split(OPEN)[1:]
    if question is None or len(parts) != 2:
        return None
    first, second = (read_entries(f"{OPEN}{trim(part.removesuffix('-->'))}-->") for part in parts)
    entries = merged(first, second)
    sound = all(fault_of(entry) is None for entry in (*first, *second))
    if entries is None or not sound or len(entries) != len(question.cards):
        return None
    what = "leaves the entry of the later review"
    return certain(subject, [reworded(subject, mark, entries)], question, entries, what)


def lengths(subject: Subject) -> Iterator[Finding]:
    """More or fewer schedules than cards."""
    owners = [subject.question_at.get(mark.line) for mark in subject.marks if mark.spliced]
    spliced = {question.sources[-1] for question in owners if question is not None}  # their number means nothing
    for question in subject.note.questions:
        schedules, cards = len(question.entries), len(question.cards)
        if not schedules or not cards or schedules == cards or question.sources[-1] in spliced:
            continue
        line = next((one for one in question.sources if OPEN in subject.lines[one]), question.sources[0])
        if schedules > cards:
            more = schedules - cards
            yield subject.finding(
                "surplus-schedules",
                line,
                f"there {'is' if more == 1 else 'are'} {count(more, 'more schedule')} than cards "
                f"({schedules} for {cards})",
                "Delete those of cards that are gone; here all are kept, but the plugin would drop the last ones",
            )
            continue
        owner = ""
        if question.kind is Kind.MULTI_REVERSED and schedules == 1:
            owner = (
                f"; the plugin writes two under the reversed separator, so the author of this has "
                f"`{subject.settings.multiline_reversed_card_separator}` as the plain one"
            )
        yield subject.finding(
            "missing-schedules",
            line,
            f"only {schedules} of these {cards} cards {'has' if schedules == 1 else 'have'} a schedule, so the "
            f"{'last one counts' if cards - schedules == 1 else 'others count'} as new{owner}",
            "Nothing is lost: the next grade writes the others. If the question has more cards than you meant, "
            "look at its separators and clozes",
            Severity.NOTE,
        )


def doubled(subject: Subject) -> Iterator[Finding]:
    """Cards with more than one comment; the plugin reads the first."""
    if len(subject.marks) < 2:
        return
    for question in subject.note.questions:
        marks = _marks_below(subject, question)
        if len(marks) < 2:
            continue
        first = marks[0]
        for other in marks[1:]:
            yield subject.finding(
                "doubled-schedule",
                other.line,
                f"the card above has a schedule comment already (line {first.line + 1}), and this one "
                + ("says the same" if other.text == first.text else "says something else"),
                "Keep the one of the later review and delete the other one; the plugin reads the first",
                fix=_single(subject, question, marks) if len(marks) == 2 else _same(subject, question, marks, other),
            )


def duplicate_comments(subject: Subject) -> set[int]:
    """Where comments start that are in no card's lines and duplicate one that is."""
    if len(subject.marks) < 2:
        return set()
    found = [mark for question in subject.note.questions for mark in _marks_below(subject, question)[1:]]
    return {mark.start for mark in found if mark.line not in subject.owned}


def _marks_below(subject: Subject, question: Question) -> list[Comment]:
    """The whole comments of a question, and those directly below its last line.

    Only the first of those that the plugin takes for code is the question's: the others belong to cards that are
    taken for code as well, and the line that causes it is the finding.
    """
    last = question.sources[-1]
    found: list[Comment] = []
    for number in range(bisect_left(subject.marks, question.sources[0], key=attrgetter("line")), len(subject.marks)):
        mark = subject.marks[number]
        if mark.line > last + 1:
            break
        directly_below = mark.line == last + 1 and mark.alone and mark.line not in subject.owned
        if mark.fault is not None or not (mark.line in question.sources or (found and directly_below)):
            continue
        if not found or mark.line not in subject.hidden:
            found.append(mark)
            last = max(last, mark.line)
    return found


def _same(subject: Subject, question: Question, marks: list[Comment], other: Comment) -> Fix | None:
    """Remove one of several comments if it says the same as the first."""
    if other.text != marks[0].text:
        return None
    entries = list(question.raws)
    return certain(subject, [drop(subject, other)], question, entries, "removes the comment that says the same")


def _single(subject: Subject, question: Question, marks: list[Comment]) -> Fix | None:
    """Merge two comments, with the later review's entries."""
    first, second = marks
    if first.text == second.text:
        return _same(subject, question, marks, second)
    if not all(fault_of(entry) is None for entry in (*first.entries, *second.entries)):
        return None
    if len(first.entries) != len(question.cards):
        return None
    entries = merged(first.entries, second.entries)
    if entries is None:
        return None
    kept = [entry.raw for entry in first.entries]
    edits = [drop(subject, second)]
    if entries == [entry.raw for entry in second.entries] != kept:
        edits = [drop(subject, first)]
    elif entries != kept:
        edits.append(reworded(subject, first, entries))
    return certain(subject, edits, question, entries, "leaves the entries of the later review")


def misplaced(subject: Subject) -> Iterator[Finding]:
    """Comments that are read, but in a place where the plugin would not put them and other programs may lose them."""
    for mark in subject.marks:
        question = subject.question_at.get(mark.line)
        if question is None or mark.fault is not None:
            continue
        behind = trim(subject.text.text[mark.end : subject.text.line_end(mark.line)])
        if behind.startswith(OPEN) or (question.block_id and behind == question.block_id):
            continue
        below = [line for line in question.sources if line > mark.line and trim(subject.lines[line])]
        below = [line for line in below if not subject.lines[line].startswith(OPEN)]
        if not question.entries:
            where = "on the last line of a code block, of which the plugin reads the fence only"
        elif behind:
            where = f"in the middle of its card, before {shortened(behind, 30)!r}"
        elif below:
            where = f"in the middle of its card, which goes on with {shortened(subject.lines[below[0]], 30)!r}"
        else:
            continue
        if mark.line in subject.hidden:
            continue
        yield subject.finding(
            "misplaced-schedule",
            mark.line,
            f"this schedule comment is {where}",
            ("It is read. " if question.entries else "") + "Move it to a line of its own below the card's last line",
            Severity.NOTE if question.entries else Severity.WARNING,
        )
