"""Cards that the plugin can't see, and why; questions without cards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Block, Gap, Kind
from studyapp.core.notes.outline import any_within, front_matter_deck_tags, front_matter_tags
from studyapp.core.plural import count
from studyapp.core.schedule.entries import OPEN
from studyapp.core.text.fences import may_fence
from studyapp.core.text.note_text import WHITE_SPACE, trim
from studyapp.study.doctor.checks.fences import Cause, Causes, because
from studyapp.study.doctor.checks.questions import is_unfinished
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, Unseen, shortened

_SINGLE: Final = (Kind.SINGLE_BASIC, Kind.SINGLE_REVERSED)
_MULTI: Final = (Kind.MULTI_BASIC, Kind.MULTI_REVERSED)
_PLAIN_TAG: Final = re.compile(r"[^\W\d_][\w/-]*")
"""A tag that YAML reads as text without quotes."""
_QUOTE: Final = re.compile(r"[ \t]*(?:>[ \t]*)+")
_AROUND: Final = WHITE_SPACE + ">"
_FIELD: Final = re.compile(r"(?:[ \t>]*(?:[-*+][ \t]+)?|.*[\[(])[\w /-]+::[ \t]", re.DOTALL)
"""`name:: value`, a field of the Dataview plugin and not a card."""
_LINK_FIELD: Final = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+)?[\w-]+(?: [\w-]+)?::[ \t]+(?:(?:\[\[[^\[\]\n]*\]\]|\[[^\[\]\n]*\]\([^()\n]*\))[ \t,;]*)+"
)
"""A field of links alone, such as `up:: [[Index]]`: never a card, whatever plugins there are."""


def unseen_note(subject: Subject) -> Iterator[Finding]:
    """A note with cards where the plugin does not look for any."""
    why = subject.unseen
    if why is None or subject.path.endswith(".excalidraw.md"):
        return
    if not subject.marks and not subject.may_hold_cards:
        return
    schedules = sum(len(mark.entries) for mark in subject.marks if mark.fault is None)
    blocks = [block for block in subject.blocks if schedules or _is_surely_card(subject, block)]
    if not blocks and not schedules:
        return
    reason, remedy = _WHY[why](subject)
    if why is not Unseen.TAG and why is not Unseen.NO_FOLDER and not _has_deck(subject):
        return
    what = count(len(blocks), "question") if blocks else "no question"
    if schedules:
        what += f" and {count(schedules, 'schedule')}"
    line = blocks[0].sources[0] if blocks else next(mark.line for mark in subject.marks if mark.fault is None)
    yield subject.finding(
        "unseen-card",
        line,
        f"this note holds {what}, but the plugin does not read it: {reason}",
        remedy + ("; its schedules stay as they are until then" if schedules else ""),
        Severity.NOTE,
    )


def _has_deck(subject: Subject) -> bool:
    """Whether an ignored note would otherwise be read for cards."""
    if subject.settings.convert_folders_to_decks:
        return "/" in subject.path
    return any_within(subject.tags, subject.settings.flashcard_tags)


def _is_surely_card(subject: Subject, block: Block) -> bool:
    """Whether a question in a note without a deck is meant as one, as it has no schedule to show it.

    Highlights and code are not, nor are fields of the Dataview plugin where that is in use.
    """
    if block.kind is Kind.CLOZE or any(line in subject.code for line in block.sources):
        return False
    if block.kind in _MULTI:
        lines = block.text.split("\n")
        place = next((number for number, line in enumerate(lines) if subject.is_separator(line)), 0)
        return any(map(trim, lines[:place])) and any(map(trim, lines[place + 1 :]))
    front, _, back = block.text.partition("::")
    if (
        not trim(front)
        or not trim(back.strip(":"))
        or "`" in front
        or re.search(r"\w::\w+[(<:;]|\w::~?\w+\(", block.text)
    ):
        return False
    if _LINK_FIELD.fullmatch(block.text):
        return False
    return not (subject.around.fields and _FIELD.match(block.text))


_WHY: Final[dict[Unseen, Callable[[Subject], tuple[str, str]]]] = {
    Unseen.FOLDER: lambda subject: (
        f"the settings say that {subject.path.rpartition('/')[0] or subject.path} is ignored",
        "To review its cards, move the note or change note_folders_to_ignore",
    ),
    Unseen.TAG: lambda subject: (
        f"it has none of the deck tags ({', '.join(subject.settings.flashcard_tags) or 'none are set'})"
        + _tag_key(subject),
        f"To review its cards, put {_a_tag(subject)} into it",
    ),
    Unseen.IGNORED_TAG: lambda subject: (
        f"one of its tags is among the ignored ones ({', '.join(subject.settings.flashcard_tags_to_ignore)})",
        "To review its cards, remove that tag",
    ),
    Unseen.NO_FOLDER: lambda _: (
        "folders are decks with your settings, and it lies in none",
        "To review its cards, move it into a folder",
    ),
}


def _a_tag(subject: Subject) -> str:
    return next(iter(subject.settings.flashcard_tags), "#flashcards")


def _tag_key(subject: Subject) -> str:
    wanted = {tag.casefold() for tag in subject.settings.flashcard_tags}
    near = next((tag for tag in subject.tags if tag.casefold() in wanted), None)
    return f"; {near} is not the same, as capital letters matter" if near else ""


def deckless(subject: Subject) -> Iterator[Finding]:
    """Questions that are in no deck although their note is looked at."""
    if subject.unseen is not None or len(subject.blocks) == len(subject.note.questions):
        return
    known = {question.sources[0] for question in subject.note.questions}
    lost = [block for block in subject.blocks if block.sources[0] not in known]
    if lost:
        why, remedy = _no_deck(subject)
        yield subject.finding(
            "unseen-card",
            lost[0].sources[0],
            f"{count(len(lost), 'question is', 'questions are')} in no deck: {why}",
            remedy,
        )


def _no_deck(subject: Subject) -> tuple[str, str]:
    """Why the plugin finds the tag in the front matter and no deck, and what to do."""
    decks = subject.settings.flashcard_tags
    values = subject.note.front_matter.values
    named = [key for key, value in values.items() if any_within(front_matter_tags({key: value}), decks)]
    if "tags" not in named:
        key = next(iter(named), "tag")
        return (
            f"the front matter names the deck under `{key}`, and the plugin takes it from `tags` alone",
            f"Write the tag under `tags` in the front matter, or put {_a_tag(subject)} into the text",
        )
    made = ", ".join(f"`{tag}`" for tag in front_matter_deck_tags(values)[:3])
    names = [tag.removeprefix("#") for tag in front_matter_tags({"tags": values["tags"]})]
    listed = ", ".join(name if _PLAIN_TAG.fullmatch(name) else json.dumps(name, ensure_ascii=False) for name in names)
    return (
        f"the tags are one text, which the plugin splits in another way: it makes {shortened(made)} of it",
        f"Write the tags as a list: `tags: [{listed}]`",
    )


def separators(subject: Subject) -> Iterator[Finding]:
    """Separators that make no card: in a quote, without a question above, in a block that is another card."""
    lines, rules = subject.lines, subject.rules
    if subject.unseen is not None:
        return
    for number in range(subject.first, len(lines)):
        line = lines[number]
        if rules.alone not in line or line.strip(_AROUND) not in rules.multi or number in subject.code:
            continue
        quote = _QUOTE.match(line) if ">" in line else None
        if quote is not None and subject.is_separator(line[quote.end() :]):
            yield from _quoted(subject, number, trim(line))
        elif subject.is_separator(line):
            question = subject.question_at.get(number)
            if question is None or question.kind not in _MULTI:
                yield from _lonely(subject, number, trim(line))


def _quoted(subject: Subject, number: int, line: str) -> Iterator[Finding]:
    question = subject.question_at.get(number)
    above = [] if question is None else [subject.lines[line] for line in question.sources if line < number]
    if question is not None and question.kind in _MULTI and any(map(subject.is_separator, above)):
        return
    paragraph = subject.paragraph(number)
    if number in (paragraph[0], paragraph[-1]):
        return
    yield subject.finding(
        "unseen-card",
        number,
        f"the separator is in a quote (`{line}`), and the plugin takes only one that is alone on its line",
        "Take it out of the quote: end the quote above it and begin a new one below",
    )


def _lonely(subject: Subject, number: int, separator: str) -> Iterator[Finding]:
    """Why a separator that is alone on its line makes no card; what gaps explain is not repeated."""
    if any(gap.first <= number <= gap.last for gap in subject.gaps):
        return
    paragraph = subject.paragraph(number)
    single = next(
        (
            q
            for line in paragraph
            if (q := subject.question_at.get(line)) and q.kind in _SINGLE and q.sources[0] == line
        ),
        None,
    )
    skipped = next((gap for gap in subject.gaps if not gap.fence and paragraph[0] <= gap.opening < number), None)
    if single is not None and number > paragraph[0]:
        line = next(line for line in single.sources if line in paragraph)
        yield subject.finding(
            "unseen-card",
            number,
            f"the plugin makes a card of line {line + 1} alone, “{shortened(subject.lines[line])}”, because it "
            f"holds a single line separator, and drops the one around it with `{separator}`",
            "Put that separator between backticks if it is code, or take it out",
        )
    elif skipped is not None:
        yield subject.finding(
            "unseen-card",
            skipped.opening + 1,
            f"the plugin skips the line below a comment (line {skipped.opening + 1}), so nothing is left above the "
            f"separator on line {number + 1}",
            "Put a blank line below the comment",
        )
    elif number == paragraph[0] != paragraph[-1] and subject.marked.isdisjoint(
        paragraph
    ):  # otherwise it is a cut card
        yield subject.finding(
            "empty-side",
            number,
            f"there is nothing above the separator `{separator}`, so the plugin sees no card",
            "Put the question on the line above it, without a blank line between them",
        )


def swallowed(subject: Subject) -> Iterator[Finding]:
    """Cards below a comment, or in what the plugin takes for a code block and a reader does not."""
    text = subject.text.text
    comments = text.count("<!--") > text.count(OPEN) and any(
        line.startswith("<!--") and not line.startswith(OPEN) for line in subject.lines
    )
    if subject.unseen is not None or not (comments or may_fence(text)):
        return
    hidden: dict[Cause, list[Hidden]] = {}
    causes: Causes | None = None
    for gap in subject.gaps:
        lines = list(subject.readable(gap))
        found = [line for line in lines if subject.looks_like_card(subject.lines[line])]
        lost = sorted(subject.marked.intersection(lines))
        if gap.fence:
            if found or lost:
                causes = causes or Causes(subject)
                hidden.setdefault(causes.of_gap(gap), []).append(Hidden(gap, found, lost))
        elif gap.open_end:
            if found or lost:
                yield _below_comment(subject, Hidden(gap, found, lost))
        elif found := sorted({*found, *_lost_text(subject, gap)}):
            yield _below_remark(subject, found[0])
    for cause, parts in hidden.items():
        yield _taken_for_code(subject, cause, parts)


def _lost_text(subject: Subject, gap: Gap) -> Iterator[int]:
    """The line below a comment where it would belong to a question."""
    line = gap.first
    if line <= gap.last and trim(subject.lines[line]) and OPEN not in subject.lines[line]:
        above, below = subject.question_at.get(gap.opening - 1), subject.question_at.get(line + 1)
        if above is not None and above is below:
            yield line


class Hidden(NamedTuple):
    """What is in lines that the plugin does not read as text."""

    gap: Gap
    cards: list[int]
    """Lines that would make a card."""
    schedules: list[int]
    """Lines with a schedule comment."""


def _taken_for_code(subject: Subject, cause: Cause, parts: list[Hidden]) -> Finding:
    why, remedy = because(cause, subject)
    gap = parts[0].gap
    end = "and never finds its end" if gap.open_end else f"up to line {gap.last + 1}"
    again = (
        f", and so on {len(parts) - 1} more times," if len(parts) > 2 else ", and once more," if parts[1:] else ","
    )
    whole = Hidden(gap, [line for one in parts for line in one.cards], [n for one in parts for n in one.schedules])
    reason = f"the plugin takes what is below line {gap.opening + 1} for code {end}{again} because {why}; "
    return subject.finding("unseen-card", _first(whole), reason + _counted(whole, "in it"), remedy)


def _below_comment(subject: Subject, hidden: Hidden) -> Finding:
    reason = "the plugin reads nothing below a comment that goes over several lines; "
    remedy = "Write the comment on one line, with its `-->`, or move it to the end of the note"
    return subject.finding("unseen-card", _first(hidden), reason + _counted(hidden, "below it"), remedy)


def _below_remark(subject: Subject, line: int) -> Finding:
    what = "would make a card" if subject.looks_like_card(subject.lines[line]) else "belongs to a card"
    reason = f"the plugin skips the line below a comment, and “{shortened(subject.lines[line])}” {what}"
    return subject.finding(
        "unseen-card", line, reason, "Put a blank line below the comment, or move the comment away"
    )


def _first(hidden: Hidden) -> int:
    return min(hidden.cards or hidden.schedules)


def _counted(hidden: Hidden, where: str) -> str:
    cards, schedules = len(hidden.cards), len(hidden.schedules)
    said = [f"{count(cards, 'line')} that would make a card"] if cards else []
    said += [count(schedules, "schedule comment")] if schedules else []
    verb, first = ("is", "") if cards + schedules == 1 else ("are", "the first ")
    return f"{' and '.join(said)} {verb} {where}, {first}on line {_first(hidden) + 1}"


def sides(subject: Subject) -> Iterator[Finding]:
    """Cards with an empty front or back."""
    for question in subject.note.questions:
        if question.kind is Kind.CLOZE or not question.cards:
            continue
        front, back = question.cards[0].front, question.cards[0].back
        if subject.code.issuperset(question.sources):
            continue  # what is wrong with it is that it is code
        if not trim(front) or (not trim(back) and is_unfinished(subject, question)):
            what = "above or before" if not trim(front) else "below or after"
            yield subject.finding(
                "empty-side",
                question.sources[0],
                f"this card has an empty {'front' if not trim(front) else 'back'}: there is nothing {what} its "
                "separator",
                "Write what is missing there; a blank line ends the card",
            )
