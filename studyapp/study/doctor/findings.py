"""The doctor's findings: each with its place, reason and remedy, and a fix if one is certain."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import unified_diff
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from studyapp.core.errors import Problem, Severity
from studyapp.core.plural import count
from studyapp.core.text.note_text import Edit, apply, as_text

KINDS: Final = MappingProxyType(
    {
        "settings-misfit": "Settings that don't fit the vault",
        "merge-conflict": "Merge conflicts",
        "conflict-copy": "Copies made by a sync tool",
        "unreadable-note": "Notes that can't be read",
        "unreadable-folder": "Folders that can't be read",
        "unexamined": "Notes that could not be examined",
        "front-matter": "Front matter that can't be read",
        "settings": "Surprising settings",
        "foreign-schedules": "Schedules in a format that studyapp doesn't read",
        "spliced-schedule": "Schedule comments that ran together",
        "doubled-schedule": "Cards with more than one schedule comment",
        "malformed-schedule": "Schedules that can't be understood",
        "misplaced-schedule": "Schedule comments in the wrong place",
        "cut-card": "Cards cut by a blank line",
        "orphan-schedule": "Schedules that belong to no card",
        "surplus-schedules": "More schedules than cards",
        "missing-schedules": "Fewer schedules than cards",
        "unseen-card": "Cards that the plugin can't see",
        "cut-cloze": "Clozes and the braces of formulas",
        "code-card": "Code taken for a card",
        "empty-side": "Cards with an empty side",
        "no-cards": "Questions without cards",
        "too-many-decks": "Too many decks, or names too long",
        "equal-questions": "Duplicate questions",
        "missing-image": "Missing images",
        "dead-link": "Links to nowhere",
        "ambiguous-link": "Ambiguous links",
        "bare-alias": "Aliases that Obsidian doesn't follow",
        "demo-link": "Demos that don't exist",
        "git-driver": "Git's command for merging notes",
        "review-log": "Ignored lines of the review log",
    }
)
"""Each kind of finding with its title, in the order shown."""

_ORDER: Final = {kind: place for place, kind in enumerate(KINDS)}


class Fix(Struct, frozen=True):
    """Edits of one note that certainly fix a finding; they change only schedule comments."""

    path: str
    digest: str
    """The digest of the bytes that the edits are made for."""
    edits: tuple[Edit, ...]
    what: str
    """What they do, in words that follow "this"."""


class Advice(Struct, frozen=True):
    """Better settings for a vault, and their effect; each pair of numbers is before and after."""

    settings: tuple[tuple[str, Any], ...]
    cards: tuple[int, int]
    orphans: tuple[int, int]
    """Schedule comments that belong to no card."""
    recovered: int
    """How many orphans would belong to a card."""
    halves: tuple[int, int]
    """Reversed questions with one schedule for two cards."""
    fresh: int
    """Questions that would be added without a schedule."""
    gone: int
    """Questions that would be lost."""
    reviewed: tuple[str, ...]
    """Some of the questions that would be added with a schedule, with their places."""
    new: tuple[str, ...]
    """Some of those without."""

    @property
    def told(self) -> list[str]:
        """The numbers and the samples, line by line."""
        changes = [f"{self.cards[0]:,} → {self.cards[1]:,} cards"]
        changes += [f"{self.orphans[0]:,} → {self.orphans[1]:,} schedules without a card"]
        changes += [f"{self.halves[0]:,} → {self.halves[1]:,} with one for two cards"] if any(self.halves) else []
        changes += [f"{count(self.gone, 'question')} would be lost"] if self.gone else []
        said = [", ".join(changes), *self.reviewed]
        if self.fresh:
            said += [f"{self.fresh:,} of the questions that would be added have no schedule:", *self.new]
        return said


class Finding(Struct, frozen=True):
    """Something that the user should know, or do."""

    code: str
    """One of `KINDS`."""
    path: str
    line: int | None
    """1-based, or None where the finding is about the whole file."""
    reason: str
    remedy: str
    severity: Severity = Severity.WARNING
    fix: Fix | None = None
    advice: Advice | None = None

    @classmethod
    def of(cls, problem: Problem) -> Finding:
        """A problem found while reading notes and settings, as a finding."""
        return cls(problem.code, problem.path, problem.line, problem.message, problem.remedy, problem.severity)

    @property
    def place(self) -> str:
        """The path, with the line if there is one."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by kind, then by place."""
    last = len(_ORDER)
    return sorted(findings, key=lambda one: (_ORDER.get(one.code, last), one.code, one.path, one.line or 0))


def difference(path: str, old: bytes, new: bytes) -> list[str]:
    """The effect of a change on a note, as a unified difference without line ends."""
    before, after = (as_text(raw).split("\n") for raw in (old, new))
    return list(unified_diff(before, after, f"a/{path}", f"b/{path}", n=2, lineterm=""))


def combined(fixes: Iterable[Fix], raw: bytes) -> tuple[tuple[Edit, ...], bytes]:
    """The edits of several fixes of a note, and the resulting note; one that touches an earlier one is left out."""
    taken: list[Edit] = []
    for fix in fixes:
        if all(_apart(one, other) for one in fix.edits for other in taken):
            taken += fix.edits
    edits = tuple(sorted(taken, key=lambda edit: (edit.span.start, edit.span.end)))
    return edits, apply(raw, edits)


def _apart(one: Edit, other: Edit) -> bool:
    """Whether two edits do not touch."""
    return one.span.end < other.span.start or other.span.end < one.span.start
