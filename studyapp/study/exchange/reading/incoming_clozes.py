"""Anki's clozes → a question of the vault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from studyapp.study.exchange.fields.cloze_marks import CLOSE, END
from studyapp.study.exchange.fields.markdown import Converted, convert, written_clozes

MOST_CLOZES: Final = 500
"""The most cards of a text with clozes; Anki makes no more."""
_ODD: Final = re.compile(r"\d+|[ash]+")
"""An answer that would be taken for a number, or for letters."""


def numbers_of(found: Converted) -> list[int]:
    """The numbers of a field's clozes, each of which is a card."""
    return sorted({number for one in _numbers(found) for number in one})


def cloze_question(found: Converted, extra: Iterable[Converted]) -> str:
    """The text with its clozes, and what stands below the answer, folded."""
    text = _text(found, numbers_of(found))
    lines = [line for one in extra for line in one.text.split("\n")]
    return "\n".join([text, *(["> [!extra]-", *(f"> {line}" for line in lines)] if lines else ())])


def _numbers(found: Converted) -> list[set[int]]:
    return [set(map(int, several.split(","))) for several, _ in found.clozes.values()]


def _text(found: Converted, numbers: Sequence[int]) -> str:
    """The text with its clozes, in the plain form if each number occurs once, in order; else numbered.

    If one has several numbers, letters say for each card whether it is asked or shown.
    """
    several = _numbers(found)
    if any(len(one) > 1 for one in several):
        orders = iter("".join("a" if number in one else "s" for number in numbers) for one in several)
        return written_clozes(found, lambda _n, text, hint: f"=={next(orders)};;{text}{_hint(hint)}==")
    firsts = [number for one in several for number in one]
    place = {number: rank for rank, number in enumerate(numbers, 1)}
    answers = re.findall(f"{CLOSE}(.*?){END}", found.text, re.DOTALL)
    if firsts == numbers and not any(_ODD.fullmatch(answer.strip()) for answer in answers):
        return written_clozes(found, lambda _n, text, hint: f"=={text}{_hint(hint)}==")
    return written_clozes(found, lambda n, text, hint: f"=={place[int(n.split(',')[0])]};;{text}{_hint(hint)}==")


def _hint(hint: str | None) -> str:
    return f";;{convert(escape(hint, quote=False)).text.replace(';;', ';')}" if hint else ""
