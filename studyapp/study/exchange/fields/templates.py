"""Anki's templates: a note's fields put into the sides of a card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from studyapp.study.exchange.fields.formulas import plain_html

_SECTION: Final = re.compile(r"\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^/]).)*?)\{\{/\s*\2\s*\}\}", re.DOTALL)
_FIELD: Final = re.compile(r"\{\{([^{}]+)\}\}")
LONGEST: Final = 150_000
"""The most characters read of a side or a field; nobody could learn a longer one."""


def rendered(template: str, values: Mapping[str, str], *, front: bool) -> str:
    """A side of a card: a template with the fields of its note, filters taken off.

    It ends where it gets longer than what is read: a template can have a long field thousands of times.
    """
    template = template[: LONGEST + 1]
    left = LONGEST + 1

    def one(match: re.Match[str]) -> str:
        nonlocal left
        value = _field(match[1], values, front=front)[:left]
        left -= len(value)
        return value

    for _ in range(10):  # sections within sections
        done = _SECTION.sub(lambda match: _section(match, values), template)
        if done == template:
            break
        template = done
    return _FIELD.sub(one, template)


def _section(match: re.Match[str], values: Mapping[str, str]) -> str:
    holds = bool(plain_html(values.get(match[2].strip(), "")) or "<img" in values.get(match[2].strip(), ""))
    return match[3] if holds == (match[1] == "#") else ""


def _field(name: str, values: Mapping[str, str], *, front: bool) -> str:
    *filters, bare = (part.strip() for part in name.split(":"))
    if bare in ("FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag") or (front and "type" in filters):
        return ""
    return values.get(bare, "")
