"""Settings that do not fit the vault, and which would: tried on the notes whose schedules belong to no card."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from studyapp.core.notes.note import parse_text
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.load import Settings
from studyapp.core.settings.values import BOLD_CLOZE, CURLY_CLOZE
from studyapp.core.text.note_text import NoteText, trim
from studyapp.study.doctor.comments import Mark
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient, Unseen

_FEW: Final = 3
"""Orphans from which on their number says something; fewer do if other settings explain all of them."""
_SHARE: Final = 5
"""One in so many comments may be an orphan."""
_TRIED_NOTES: Final = 60
_TRIED: Final = 6
"""Separators of each kind that are tried."""
_STEPS: Final = 4
"""Settings that are changed at most."""

INLINE: Final = ("::", ":::", ";;", ";;;", "->->->", "→", "⇌", ":@:", ":: ", "==>", ">>", "|||", "::::")
LINES: Final = ("?", "??", "???", "!---", "?---?", "&&&", "---?", "%%%")
"""Separators that public vaults use."""
_INLINE_CAUGHT: Final = re.compile(r"(?<=[^\W_]) ?([^\w\s\[\](){}'\"`*#<>!.,\\$=~-]{1,6}|-+>(?:->)*|=+>)(?= ?[^\W_])")
_LINE_CAUGHT: Final = re.compile(r"[^\w\s\[\](){}'\"`*#>|=]{1,3}[^\w\s`|]{0,5}")


class _Count(Struct):
    """What is counted of one vault (a vault may hold others, with settings of their own)."""

    comments: int = 0
    orphans: int = 0
    tagless: int = 0
    """Of the orphans, those in notes without a deck tag."""
    notes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The lines of the orphans of each note."""
    inline: Counter[str] = field(default_factory=Counter)
    """Signs on the lines above orphans."""
    lines: Counter[str] = field(default_factory=Counter)
    """Lines without a word in the text above orphans."""
    ends: Counter[str] = field(default_factory=Counter)
    """Lines without a word around orphans, which may be end markers."""
    tags: Counter[str] = field(default_factory=Counter)
    """Tags of the notes without a deck tag, each weighing as much as the note has comments."""


class Fit:
    """Counts the schedule comments that belong to a card and those that do not, vault by vault."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def look(self, patient: Patient, lost: Sequence[Mark], prefix: str) -> None:
        """Count the comments of one note.

        Args:
            patient: the note.
            lost: its comments that no card near them explains.
            prefix: the vault that it is in.
        """
        marks = [mark for mark in patient.marks if mark.text.startswith(OPEN) and mark.entries]
        if not marks or patient.unseen in (Unseen.FOLDER, Unseen.IGNORED_TAG):
            return
        count = self._counts.setdefault(prefix, _Count())
        count.comments += len(marks)
        orphans = marks if patient.unseen is not None else lost
        if not orphans:
            return
        count.orphans += len(orphans)
        count.notes[patient.path] = tuple(mark.line for mark in orphans)
        if patient.unseen is Unseen.TAG:
            count.tagless += len(orphans)
            for tag in set(patient.tags):
                count.tags[tag] += len(orphans)
        for mark in orphans:
            beside = trim(patient.lines[mark.line].replace(mark.text, ""))
            above = [patient.lines[line] for line in patient.above(mark.line)]
            nearest = beside or (above[-1] if above else "")
            count.inline.update(set(_INLINE_CAUGHT.findall(nearest[:400])))
            count.inline.update(sign for sign in INLINE if sign in nearest)
            ends = {trim(line) for line in (nearest, *patient.lines[mark.line + 1 : mark.line + 3])}
            count.ends.update(line for line in ends if _LINE_CAUGHT.fullmatch(line))
            inner = {trim(line) for line in above[1:]}
            count.lines.update(line for line in inner if _LINE_CAUGHT.fullmatch(line))

    def finish(
        self, settings_of: Callable[[str], Settings], read: Callable[[str], bytes | None]
    ) -> Iterator[Finding]:
        """Say for each vault with too many orphans which settings would fit.

        Args:
            settings_of: the settings of a vault, by its prefix.
            read: a note's bytes; None if there is none.
        """
        for prefix, count in sorted(self._counts.items()):
            if count.orphans * _SHARE <= count.comments:
                continue
            settings = settings_of(prefix)
            texts = [
                (path, NoteText(raw), orphans)
                for path, orphans in islice(count.notes.items(), _TRIED_NOTES)
                if (raw := read(path)) is not None
            ]
            trial = _Trial(texts, settings)
            found = trial.search(_candidates(count, settings))
            if count.orphans < _FEW and (trial.left.lost or not found):
                continue
            yield _finding(prefix, count, settings, found, trial)


class _Left(NamedTuple):
    """What settings leave unexplained."""

    lost: int
    """Comments that belong to no card."""
    unequal: int
    """Questions that have another number of schedules than of cards."""

    @property
    def score(self) -> int:
        """The less the better."""
        return self.lost + self.unequal


class _Trial:
    """The notes with orphans, parsed with one setting after the other changed."""

    def __init__(self, texts: Sequence[tuple[str, NoteText, tuple[int, ...]]], settings: Settings) -> None:
        self.texts = texts
        self.settings = settings
        self.before = self.left = self._left(settings)

    def search(self, candidates: Sequence[Change]) -> list[Change]:
        """The changes that leave the fewest orphans, one after the other as long as each explains a good part."""
        chosen: list[Change] = []
        for _ in range(_STEPS):
            if not self.left.lost:
                break
            tried = [(self._left(change.of(self.settings)), place) for place, change in enumerate(candidates)]
            best, place = min(tried, key=lambda one: (one[0].score, one[1]), default=(self.left, 0))
            if self.left.score - best.score < max(1, self.before.lost // 20):
                break
            chosen.append(candidates[place])
            self.settings, self.left = candidates[place].of(self.settings), best
        return chosen

    def _left(self, settings: Settings) -> _Left:
        found = [_left(*one, settings) for one in self.texts]
        return _Left(sum(one.lost for one in found), sum(one.unequal for one in found))


def _left(path: str, text: NoteText, orphans: Sequence[int], settings: Settings) -> _Left:
    note = parse_text(path, text, settings)
    owned = {line for question in note.questions for line in question.sources}
    lost = sum(line not in owned for line in orphans)
    unequal = sum(len(one.entries) != len(one.cards) for one in note.questions if one.entries)
    return _Left(lost, unequal)


class Change(Struct, frozen=True):
    """One setting with another value."""

    name: str
    value: Any

    def of(self, settings: Settings) -> Settings:
        """The settings with it; two kinds of cards never get the same separator."""
        values: dict[str, Any] = {self.name: self.value}
        for one, other in _PAIRS:
            if self.name == one and getattr(settings, other) == self.value:
                values[other] = getattr(settings, one)
        return replace(settings, **values)

    def __str__(self) -> str:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return f"{self.name} = {json.dumps(value, ensure_ascii=False)}"


_PAIRS: Final = (
    ("single_line_card_separator", "single_line_reversed_card_separator"),
    ("single_line_reversed_card_separator", "single_line_card_separator"),
    ("multiline_card_separator", "multiline_reversed_card_separator"),
    ("multiline_reversed_card_separator", "multiline_card_separator"),
)


def _candidates(count: _Count, settings: Settings) -> list[Change]:
    """What may be set otherwise: separators in use elsewhere, ones that recur above orphans, clozes, tags."""
    inline = _likely(INLINE, count.inline)
    lines = _likely(LINES, count.lines)
    changes: list[Change] = []
    for names, signs in ((_PAIRS[0], inline), (_PAIRS[2], lines)):
        changes += [Change(name, sign) for sign in signs for name in names if getattr(settings, name) != sign]
    ends = _likely((), count.ends)
    changes += [Change("multiline_card_end_marker", sign) for sign in ends if sign not in lines]
    patterns = settings.cloze_patterns
    extra = [pattern for pattern in (BOLD_CLOZE, CURLY_CLOZE) if pattern not in patterns]
    changes += [Change("cloze_patterns", (*patterns, pattern)) for pattern in extra]
    if count.tagless and not settings.convert_folders_to_decks:
        tops = Counter({tag: number for tag, number in count.tags.items() if tag not in settings.flashcard_tags})
        for tag, number in list(tops.items()):
            top = tag.partition("/")[0]
            if top != tag:
                tops[top] += number
        changes += [Change("flashcard_tags", (*settings.flashcard_tags, tag)) for tag, _ in tops.most_common(6)]
    return changes


def _likely(known: Sequence[str], seen: Counter[str]) -> list[str]:
    """The signs that were seen, the most frequent first; of equally frequent ones those in use elsewhere."""
    ranked = sorted(seen, key=lambda sign: (-seen[sign], known.index(sign) if sign in known else len(known), sign))
    return ranked[:_TRIED]


def _finding(prefix: str, count: _Count, settings: Settings, found: Sequence[Change], trial: _Trial) -> Finding:
    where = f"the vault {prefix.rstrip('/')}" if prefix else "this vault"
    reason = (
        f"{count.orphans} of the {count.comments} schedule comments of {where} belong to no card, more than a fifth: "
        "the settings do not fit"
    )
    if count.tagless:
        tags = ", ".join(settings.flashcard_tags) or "none is set"
        reason += f" ({count.tagless} are in notes without a deck tag: {tags})"
    if not found:
        lines = "`, `".join(filter(None, (getattr(settings, one) for one, _ in _PAIRS)))
        remedy = (
            f"None of the separators that are in use elsewhere fits better than `{lines}`; look at the lines "
            "above such "
            "a comment and set what stands there"
        )
        return Finding("settings-misfit", prefix.rstrip("/") or ".", None, reason, remedy)
    changes = "; ".join(map(str, _joined(found)))
    tried = f" in the {len(trial.texts)} notes that were tried" if len(trial.texts) < len(count.notes) else ""
    remedy = (
        f"With {changes} {trial.before.lost - trial.left.lost} of {trial.before.lost}{tried} would belong to one. "
        "Put that into .studyapp/settings.toml, or set it in the plugin"
    )
    return Finding("settings-misfit", prefix.rstrip("/") or ".", None, reason, remedy)


def _joined(found: Sequence[Change]) -> list[Change]:
    """Of changes to one setting the last, which holds the others."""
    return list({change.name: change for change in found}.values())
