"""Cloze patterns → the clozes of a text.

A pattern is literal text with the fields `[123;;]` (number), `answer` and `[;;hint]`. A question's clozes are all of
one form: numbered if there is a numbered one, else overlapping (letters a, s, h) if there is one, else plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from studyapp.core.text.regex import regex

_INSIDE = r"((?:\\.|[^\[\]\\])*?)"
"""The literal text of a field; a bracket in it is written with a backslash."""
_NUMBER = regex(rf"\[{_INSIDE}123{_INSIDE}\]")
_HINT = regex(rf"\[{_INSIDE}hint{_INSIDE}\]")
_ESCAPED = regex(r"\\(.)")


MOST_CARDS = 10_000
"""A question with more cards than this has none: `==999999999;;x==` asks for more than memory holds."""
_MOST_TRIED = 10_000_000
"""Characters examined for the clozes of one pattern on one line; a few hundredths of a second."""
_LINE_ENDS = frozenset("\n\r\u2028\u2029")
_LINE = regex(r"[^\n\r\u2028\u2029]+")


class Cloze(Struct, frozen=True):
    """A cloze in a question."""

    raw: str
    order: str
    """The number, the letters, or nothing."""
    answer: str
    hint: str | None
    place: int
    """Where it starts in the question."""
    opening: str
    """What its pattern starts with."""


class _Pattern(Struct, frozen=True):
    """The three forms of one pattern."""

    opening: str
    """Text that every cloze of this pattern starts with; empty if the pattern starts with a field."""
    closing: str
    """Text that every cloze of this pattern ends with; empty if the pattern ends with a field or has line breaks."""
    sign: str
    """Other text in every numbered or overlapping cloze, such as the `;;` after its number."""
    numbered: re.Pattern[str] | None
    overlapping: re.Pattern[str] | None
    plain: re.Pattern[str]
    tried: str | None
    """Text at which each cloze may be tried again, up to the end of its line, where the pattern is one for which that
    can take long; None where it is not."""

    def asks_too_much(self, text: str) -> bool:
        """Whether finding clozes of this pattern in a text could take too long; then none are looked for."""
        if self.tried is None:
            return False
        openings, again = text.count(self.opening), max(1, text.count(self.tried)) if self.tried else 1
        if openings * again * len(text) <= _MOST_TRIED:
            return False
        longest = max((len(line[0]) for line in _LINE.finditer(text)), default=0)
        return openings * again * longest > _MOST_TRIED

    def found_in(self, line: str) -> bool:
        """Whether the line contains a cloze of this pattern, in any form; excessive ones are reported later."""
        if self.asks_too_much(line):
            return True
        if next(self.matches(self.plain, line), None):
            return True
        ordered = (self.numbered, self.overlapping)
        return any(form is not None and next(self.matches(form, line), None) for form in ordered)

    def clozes(self, form: re.Pattern[str] | None, text: str) -> list[Cloze]:
        """The clozes of one form; of those that are too many for cards as many as show it."""
        if form is None:
            return []
        return [
            Cloze(found[0], found["order"], found["answer"], found["hint"], found.start(), self.opening)
            for found in islice(self.matches(form, text), MOST_CARDS + 1)
        ]

    def matches(self, form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """The clozes of one form.

        A cloze is on one line and ends with the closing text, so nothing after the last one is examined: there each
        opening would be tried with each possible end.
        """
        if self.tried is not None and self.asks_too_much(text):
            return iter(())
        closing = self.closing
        if not closing:
            return form.finditer(text)
        if "\n" in text or "\r" in text or "\u2028" in text or "\u2029" in text:
            return self._on_lines(form, text)
        place = text.rfind(closing)
        return form.finditer(text, 0, place + len(closing)) if place >= 0 else iter(())

    def _on_lines(self, form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        for line in _LINE.finditer(text):
            closing = text.rfind(self.closing, line.start(), line.end())
            if closing >= 0:
                yield from form.finditer(text, line.start(), closing + len(self.closing))


class ClozePatterns(Struct, frozen=True):
    """The patterns of the settings, in order."""

    patterns: tuple[_Pattern, ...]

    @staticmethod
    @lru_cache(maxsize=64)
    def of(texts: tuple[str, ...]) -> ClozePatterns:
        """Parse the patterns; one without `answer` matches no cloze."""
        return ClozePatterns(tuple(_pattern(text) for text in texts if "answer" in text))

    def found_in(self, line: str) -> bool:
        """Whether the line holds a cloze of any form."""
        for pattern in self.patterns:  # noqa: SIM110  # asked of every line: twice as fast as a generator
            if pattern.opening in line and pattern.found_in(line):
                return True
        return False

    def clozes_of(self, text: str) -> list[Cloze]:
        """The clozes of a question: of the one form that counts, pattern by pattern."""
        found: list[Cloze] = []
        patterns = [one for one in self.patterns if one.opening in text]
        ordered = [one for one in patterns if one.numbered is not None and one.sign in text]
        for one in ordered:
            found += one.clozes(one.numbered, text)
        for one in ordered if not found else ():
            found += one.clozes(one.overlapping, text)
        for one in patterns if not found else ():
            found += one.clozes(one.plain, text)
        return found


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
        return _Pattern("", "", "", None, None, regex(r"(?!)(?P<answer>)"), None)
    pieces: list[tuple[int, int, str, re.Match[str] | None]] = [
        *fields,
        (place, place + len("answer"), "answer", None),
    ]
    pieces.sort(key=lambda piece: piece[0])
    opening, closing = text[: pieces[0][0]], text[pieces[-1][1] :] if _LINE_ENDS.isdisjoint(text) else ""

    def expression(order: str | None) -> re.Pattern[str]:
        parts: list[str] = []
        done = 0
        for start, end, name, found in pieces:
            parts.append(re.escape(text[done:start]))
            done = end
            if found is None:
                parts.append(r"(?P<answer>[^\n\r\u2028\u2029]+?)")
                continue
            before, after = (re.escape(_ESCAPED.sub(r"\1", side)) for side in found.groups())
            if name == "hint":
                parts.append(rf"(?:{before}(?P<hint>[^\n\r\u2028\u2029]+?){after})?")
            elif order:
                parts.append(rf"{before}(?P<order>{order}){after}")
        parts.append(re.escape(text[done:]))
        parts += ["" if order else "(?P<order>)", "" if hint else "(?P<hint>(?!))?"]
        return regex("".join(parts))

    ordered = number is not None
    return _Pattern(
        opening,
        closing,
        _ESCAPED.sub(r"\1", number.group(2)) if number else "",
        expression("[0-9]+") if ordered else None,
        expression("[ash]+") if ordered else None,
        expression(None),
        _tried(text, pieces, closing),
    )


def _tried(text: str, pieces: list[tuple[int, int, str, re.Match[str] | None]], closing: str) -> str | None:
    """What each cloze of a pattern may be tried at again; None for one of the usual kind.

    Such a one ends at the next closing text: what was looked at for it is not looked at again.
    """
    tried = None if closing or pieces[-1][2] == "answer" else ""
    done = 0
    for place, (start, end, name, found) in enumerate(pieces):
        is_last = place == len(pieces) - 1
        if name == "hint" and found is not None and not (is_last and closing and not found[2]):
            behind = text[end : len(text) if is_last else pieces[place + 1][0]]
            around = (found[2], behind) if place == 0 else (text[done:start], found[1])
            return _ESCAPED.sub(r"\1", "".join(around))
        if name == "order" and found is not None and not found[1] and start == done:
            tried = ""
        done = end
    return tried
