"""Cloze patterns → fronts and backs.

A pattern is literal text with the fields `[123;;]` (number), `answer` and `[;;hint]`. A question's clozes are all of
one form: numbered if there is a numbered one, else overlapping (letters a, s, h) if there is one, else plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_INSIDE = r"((?:\\.|[^\[\]\\])*?)"
"""The literal text of a field; a bracket in it is written with a backslash."""
_NUMBER = re.compile(rf"\[{_INSIDE}123{_INSIDE}\]")
_HINT = re.compile(rf"\[{_INSIDE}hint{_INSIDE}\]")
_ESCAPED = re.compile(r"\\(.)")
_SPECIAL = re.compile(r"\$([$&`'])")


class Notation(NamedTuple):
    """What is put around the parts of a card: the cloze that is asked, one that is kept hidden, the answer."""

    asked: tuple[str, str]
    hidden: tuple[str, str]
    answer: tuple[str, str]


NEUTRAL = Notation(("[", "]"), ("(", ")"), ("{{", "}}"))


@dataclass(frozen=True, slots=True)
class Cloze:
    """One cloze as it stands in a question."""

    raw: str
    order: str
    """The number, the letters, or nothing."""
    answer: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The three forms of one pattern."""

    opening: str
    """Text that every cloze of this pattern holds; empty where the pattern starts with the answer."""
    numbered: re.Pattern[str] | None
    overlapping: re.Pattern[str] | None
    plain: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ClozePatterns:
    """The patterns of the settings, in their order."""

    patterns: tuple[_Pattern, ...]

    @staticmethod
    @lru_cache(maxsize=64)
    def of(texts: tuple[str, ...]) -> ClozePatterns:
        """Read the patterns; one without `answer` stands for no cloze."""
        return ClozePatterns(tuple(_pattern(text) for text in texts if "answer" in text))

    def found_in(self, line: str) -> bool:
        """Tell whether the line holds a cloze of any form."""
        return any(
            pattern.opening in line
            and (
                pattern.plain.search(line)
                or (pattern.numbered is not None and pattern.numbered.search(line))
                or (pattern.overlapping is not None and pattern.overlapping.search(line))
            )
            for pattern in self.patterns
        )

    def sides(self, text: str, notation: Notation = NEUTRAL) -> list[tuple[str, str]]:
        """The front and the back of each card of a question."""
        if clozes := self._all(text, "numbered"):
            count = max(int(cloze.order) for cloze in clozes)
            return [_sides(text, clozes, [_is(cloze, n) for cloze in clozes], notation) for n in range(1, count + 1)]
        if clozes := self._all(text, "overlapping"):
            count = max(len(cloze.order) for cloze in clozes)
            return [
                _sides(text, clozes, [cloze.order[n : n + 1] for cloze in clozes], notation) for n in range(count)
            ]
        clozes = self._all(text, "plain")
        return [
            _sides(text, clozes, ["a" if n == m else "s" for m in range(len(clozes))], notation)
            for n in range(len(clozes))
        ]

    def _all(self, text: str, form: str) -> list[Cloze]:
        found: list[Cloze] = []
        for pattern in self.patterns:
            expression: re.Pattern[str] | None = getattr(pattern, form)
            if expression is None or pattern.opening not in text:
                continue
            for match in expression.finditer(text):
                parts = match.groupdict()
                found.append(Cloze(match.group(), parts.get("order") or "", parts["answer"], parts.get("hint")))
        return found


def _is(cloze: Cloze, number: int) -> str:
    return "a" if int(cloze.order) == number else "s"


def _pattern(text: str) -> _Pattern:
    number, hint = _NUMBER.search(text), _HINT.search(text)
    fields = sorted(
        [(found.start(), found.end(), name, found) for name, found in (("order", number), ("hint", hint)) if found],
        key=lambda field: field[0],
    )
    place = next(
        (
            found.start()
            for found in re.finditer("answer", text)
            if not any(start <= found.start() < end for start, end, _, _ in fields)
        ),
        -1,
    )
    if place < 0:
        return _Pattern("", None, None, re.compile(r"(?!)(?P<answer>)"))
    pieces: list[tuple[int, int, str, re.Match[str] | None]] = [
        *fields,
        (place, place + len("answer"), "answer", None),
    ]
    pieces.sort(key=lambda piece: piece[0])
    opening = text[: pieces[0][0]]

    def expression(order: str | None) -> re.Pattern[str]:
        parts: list[str] = []
        done = 0
        for start, end, name, found in pieces:
            parts.append(re.escape(text[done:start]))
            done = end
            if name == "answer":
                parts.append(r"(?P<answer>[^\n\r\u2028\u2029]+?)")
                continue
            before, after = (re.escape(_ESCAPED.sub(r"\1", side)) for side in found.groups())  # type: ignore[union-attr]  # not the answer
            if name == "hint":
                parts.append(rf"(?:{before}(?P<hint>[^\n\r\u2028\u2029]+?){after})?")
            elif order:
                parts.append(rf"{before}(?P<order>{order}){after}")
        parts.append(re.escape(text[done:]))
        return re.compile("".join(parts))

    ordered = number is not None
    return _Pattern(
        opening,
        expression("[0-9]+") if ordered else None,
        expression("[ash]+") if ordered else None,
        expression(None),
    )


def _sides(text: str, clozes: list[Cloze], roles: list[str], notation: Notation) -> tuple[str, str]:
    front = back = text
    for cloze, role in zip(clozes, roles, strict=True):
        if role == "a":
            front = _replace(front, cloze.raw, (cloze.hint or "...").join(notation.asked))
            back = _replace(back, cloze.raw, cloze.answer.join(notation.answer))
        elif role == "h":
            hidden = (cloze.hint or "...").join(notation.hidden)
            front, back = _replace(front, cloze.raw, hidden), _replace(back, cloze.raw, hidden)
        else:
            front, back = _replace(front, cloze.raw, cloze.answer), _replace(back, cloze.raw, cloze.answer)
    return front, back


def _replace(text: str, old: str, new: str) -> str:
    """Replace the first place as ECMAScript's `replace` does, for which `$$`, `$&`, `` $` `` and `$'` are special."""
    place = text.find(old)
    if place < 0:
        return text
    before, after = text[:place], text[place + len(old) :]
    if "$" in new:
        special = {"$": "$", "&": old, "`": before, "'": after}
        new = _SPECIAL.sub(lambda found: special[found.group(1)], new)
    return before + new + after
