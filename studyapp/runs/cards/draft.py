"""A run as a flashcard: its knobs, its result, and the link that runs it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from demos.catalog import DemoCard
from demos.frame import KnobValue, Summary
from studyapp.core.edits.draft import card_text
from studyapp.core.plural import fraction, percent
from studyapp.core.settings.model import Settings
from studyapp.runs.results.results import turned
from studyapp.study.reader.demo_links import link_to

_ESCAPED: Final = r"\\\g<0>"
_MARKS: Final = re.compile(r"[\\`*\[\]<>$~=|]")
"""What would be markup in a value, such as the `<b>` of a position."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A card not yet in a note; each side is one line."""

    demo: DemoCard
    """The question."""
    front: str
    back: str
    more: tuple[Draft, ...] = ()
    """Cards that belong below it."""

    def text(self, settings: Settings) -> str:
        """The card as a note with those settings would have it, with those below it."""
        return "\n\n".join(self.texts(settings))

    def texts(self, settings: Settings) -> tuple[str, ...]:
        """Each card, its sides on lines of their own if possible."""
        text = card_text(self.front, self.back, settings, in_one_line=False)
        # A card that the settings do not allow is refused when it is added, with the reason.
        text = text or f"{self.front}\n{settings.multiline_card_separator}\n{self.back}"
        return (text, *(one for draft in self.more for one in draft.texts(settings)))


def draft_of(card: DemoCard, knobs: Mapping[str, KnobValue], came: Summary) -> Draft:
    """A card that asks for the result of a run."""
    question = (
        f"{card.title} on the toy model, job {came.job}{_turned(card, knobs)}: what accuracy on unseen sentences "
        "does it reach, and how many numbers does it train?"
    )
    answer = (
        f"From {fraction(came.before)} to {fraction(came.after)}, with {came.trainable:,} trained numbers "
        f"({_share(came)} of {came.total:,}); kept: {came.kept} ({came.kept_bytes:,} bytes). {_link(card, knobs)}"
    )
    return Draft(card, _line(question), _line(answer))


def three_of(card: DemoCard, knobs: Mapping[str, KnobValue], came: Summary) -> Draft:
    """Three cards about a run: what the method does, why the run ended as it did, and the numbers."""
    fact = Draft(
        card,
        _line(f"{card.title}: what is trained, and where?"),
        _line(f"{_MARKS.sub(_ESCAPED, card.idea)} {_link(card, knobs)}"),
    )
    verdict = next((step for step in came.steps), f"it went from {fraction(came.before)} to {fraction(came.after)}")
    asked = _MARKS.sub(_ESCAPED, card.question)
    answered = f"{came.answer}; {verdict}" if came.answer else verdict
    why = Draft(card, _line(f"{card.title}, job {came.job}{_turned(card, knobs)}. {asked}"),
                _line(f"{_MARKS.sub(_ESCAPED, answered)}. {_link(card, knobs)}"))  # fmt: skip
    return Draft(fact.demo, fact.front, fact.back, (why, draft_of(card, knobs, came)))


def _link(card: DemoCard, knobs: Mapping[str, KnobValue]) -> str:
    defaults = {knob.name: knob.default for knob in card.knobs}
    changed = {name: value for name, value in knobs.items() if value != defaults.get(name)}
    return f"[Run it]({link_to(card.name, changed)})"


def _turned(card: DemoCard, knobs: Mapping[str, KnobValue]) -> str:
    setting = _MARKS.sub(_ESCAPED, turned(card, knobs))
    return f" ({setting})" if setting else ""


def _share(came: Summary) -> str:
    return percent(came.trainable / came.total, 1) if came.total else "0 %"


def _line(text: str) -> str:
    return " ".join(text.split())
