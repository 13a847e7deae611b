"""What a demo's page says of a finished run, one fact below another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from textual.content import Content

from demos.frame import Summary
from studyapp.core.plural import percent
from studyapp.runs.progress.memory import size_text
from studyapp.tui.widgets.parts.quiet import QUIET
from studyapp.wording.widths import fit

_WIDE: Final = 70
"""The least width at which the names of facts have more room."""
_TOLD_SHORT: Final = ("guess", "learned", "perhaps")
_AT_LENGTH: Final = {
    name: rank for rank, name in enumerate(("guess", "learned", "trained", "to keep", "then", "perhaps", "base"))
}
"""The facts that have fewer words too, in the order in which they are told at length where there is room."""
_REASONED: Final = re.compile(", (?:as|and) you guessed|: (?=[a-z0])")
_EXPLAINED: Final = re.compile(": (?=[a-z])")
"""Where the less important part of such a text begins, and of what is done after a run."""


class _Fact(NamedTuple):
    """Something about a result, and the same in fewer words."""

    name: str
    text: Content
    short: Content


def result_text(came: Summary, told: Sequence[tuple[str, str, str]], size: tuple[int, int]) -> Content:
    """The result of a run, one fact below another, each whole; those that have no room are left out.

    What else there is to say is told as a name, a text and a style; what is quiet is said last.
    """
    width, height = size
    facts = [*_facts(came, told)]
    names = [
        one.name * (one.name != before)
        for one, before in zip(facts, ["", *(one.name for one in facts)], strict=False)
    ]
    whole = [_fact(name, one.text, width) for name, one in zip(names, facts, strict=True)]
    brief = [_fact(name, one.short, width) for name, one in zip(names, facts, strict=True)]
    room = height - (sum(map(len, brief)) > height)
    kept: dict[int, list[Content]] = {}
    for place, rows in enumerate(brief):
        if _count(kept) + len(rows) <= room:
            kept[place] = rows
    for place in sorted(kept, key=lambda place: _AT_LENGTH.get(facts[place].name, 0)):
        if _count(kept) - len(brief[place]) + len(whole[place]) <= room:
            kept[place] = whole[place]
    more = [Content.styled("+ shows the rest", QUIET)][: height - room]
    return Content("\n").join([*chain(*(kept[place] for place in sorted(kept))), *more])


def _count(kept: Mapping[int, Sequence[Content]]) -> int:
    return sum(map(len, kept.values()))


def _facts(came: Summary, told: Sequence[tuple[str, str, str]]) -> Iterator[_Fact]:
    won = "bold $good" if came.after > came.before else "bold $bad"
    yield _same("accuracy", Content.assemble(f"{percent(came.before)} → ", (percent(came.after), won)))
    for name, text, style in told:
        if style != QUIET:
            short = _REASONED.split(text)[0] if name in _TOLD_SHORT else text
            yield _Fact(name, Content.styled(text, style), Content.styled(short, style))
    trained, share = (f"{came.trainable:,}", "bold $learn"), percent(came.trainable / max(came.total, 1), 1)
    yield _Fact(
        "trained",
        Content.assemble(trained, (f" of {came.total:,} · {share}", QUIET)),
        Content.assemble(trained, (f" · {share}", QUIET)),
    )
    size = size_text(came.kept_bytes)
    yield _Fact("to keep", Content.assemble(size, (f"  {came.kept}", QUIET)), Content(size))
    yield _base(came)
    for number, step in enumerate(came.steps):
        brief = step if number else _EXPLAINED.split(step)[0]
        yield _Fact("then" if not number else "", Content.styled(step, QUIET), Content.styled(brief, QUIET))
    yield from (_same(name, Content.styled(text, style)) for name, text, style in told if style == QUIET)


def _same(name: str, text: Content) -> _Fact:
    return _Fact(name, text, text)


def _fact(name: str, text: Content, width: int) -> list[Content]:
    """The text of a fact after its name, in as many rows as it takes."""
    names = 9 if width < _WIDE else 12
    rows = text.wrap(max(width - names, 8))
    return [Content.assemble((fit("" if place else name, names), QUIET), row) for place, row in enumerate(rows)]


def _base(came: Summary) -> _Fact:
    sum_of = came.base_checksum[:6]
    said, style, ago = (
        ("unchanged ✓", "$good", "  ")
        if came.base_unchanged
        else ("changed, as intended", "", "  was ")
        if came.trainable >= came.total
        else ("CHANGED ✗", "bold $bad", "  was ")
    )
    short = Content.styled(said, style)
    return _Fact("base", Content.assemble(short, (f"{ago}{sum_of}", QUIET)), short)
