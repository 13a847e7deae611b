"""Clozes cut short by a formula's own characters, and formulas mistaken for a cloze."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Question
from studyapp.core.notes.clozes import Cloze
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, shortened

_FORMULA: Final = re.compile(
    r"(?<!\\)(?:\$\$(?:\\.|[^\\$]|\$(?!\$))*+\$\$|\$(?![\s$])(?:\\.|[^\\$\n])*+(?<!\s)\$(?!\d))", re.DOTALL
)
_ARGUMENT: Final = re.compile(r"(?:\\[A-Za-z]+|[}\]_^])\s*$")
"""What comes before a brace that belongs to a formula."""


def clozes(subject: Subject) -> Iterator[Finding]:
    """Clozes that end in the middle of a formula, or begin with one of its braces."""
    if "$" not in subject.text.text and not _in_braces(subject):
        return
    for question in subject.note.questions:
        if question.kind is Kind.CLOZE:
            yield from _of_question(subject, question)


def _in_braces(subject: Subject) -> bool:
    """Whether there are clozes that begin with a brace."""
    return any("{" in one.opening for one in subject.rules.clozes.patterns)


def _of_question(subject: Subject, question: Question) -> Iterator[Finding]:
    text = "\n".join(subject.lines[line] for line in question.sources)
    formulas = [found.span() for found in _FORMULA.finditer(text)] if "$" in text else []
    if not formulas and not _in_braces(subject):
        return
    for one in subject.rules.clozes.clozes_of(text):
        start, end = one.place, one.place + len(one.raw)
        line = question.sources[text.count("\n", 0, start)]
        crossed = any(start < first < end < last or first < start < last < end for first, last in formulas)
        if crossed or ("{" in one.opening and one.answer.count("{") > one.answer.count("}")):
            yield _cut(subject, line, one, formula=crossed)
        elif (
            "{" in one.opening
            and any(first < start and end < last for first, last in formulas)
            and _ARGUMENT.search(text, 0, start)
        ):
            yield _taken(subject, line, one)


def _cut(subject: Subject, line: int, one: Cloze, *, formula: bool) -> Finding:
    signs = "braces" if "{" in one.opening else "signs"
    closing = one.raw[len(one.raw.rstrip(one.raw[-1])) :]
    where = "to the formula" if formula else "to the text"
    return subject.finding(
        "cut-cloze",
        line,
        f"{f'the {signs} of a formula' if formula else f'{signs} within it'} cut this cloze: the plugin ends it at "
        f"the first `{closing}`, so that it asks for “{shortened(one.answer)}” alone",
        f"Put a space between the signs of `{closing}` where they belong {where} (`{' '.join(closing)}`)"
        + ("; the formula looks the same" if formula else "")
        if len(closing) > 1
        else "Choose longer signs for clozes (cloze_patterns), which the text does not hold",
    )


def _taken(subject: Subject, line: int, one: Cloze) -> Finding:
    return subject.finding(
        "cut-cloze",
        line,
        f"the plugin takes braces of a formula for a cloze, “{shortened(one.raw)}”",
        f"If it isn't one, put a space between the first two braces (`{' '.join(one.opening)}`)",
        Severity.NOTE,
    )
