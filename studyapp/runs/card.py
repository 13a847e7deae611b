"""A run as a flashcard: its knobs, its result, and the link that runs it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from demos.catalog import DemoCard
from demos.frame import KnobValue, Summary
from studyapp.core.notes.blocks import Kind, scan
from studyapp.core.notes.sides import sides
from studyapp.core.settings.load import Settings
from studyapp.runs.results import turned
from studyapp.study.reader.demo_links import link_to

_MARKS: Final = re.compile(r"[\\`*\[\]<>$~=|]")
"""What would be markup in a value, such as the `<b>` of a place."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A card that is not in a note yet; each side is one line."""

    demo: DemoCard
    """What it is about."""
    front: str
    back: str

    def text(self, settings: Settings) -> str:
        """Write it as a card for a note with those settings.

        The front above the plain separator and the back below it; in one line where only that is read as this card,
        because a side holds one of the vault's other separators, or the vault has no plain one.
        """
        below = [settings.multiline_card_separator, self.back]
        below += [settings.multiline_card_end_marker] if settings.multiline_card_end_marker else []
        forms = ("\n".join([self.front, *below]), f"{self.front}{settings.single_line_card_separator}{self.back}")
        return next((text for text in forms if self._is_read_from(text, settings)), forms[0])

    def _is_read_from(self, text: str, settings: Settings) -> bool:
        blocks = scan(text.split("\n"), 0, settings)
        if len(blocks) != 1 or blocks[0].kind not in (Kind.MULTI_BASIC, Kind.SINGLE_BASIC):
            return False
        return sides(blocks[0].kind, blocks[0].text, settings) == [(self.front, self.back)]


def draft_of(card: DemoCard, knobs: Mapping[str, KnobValue], came: Summary) -> Draft:
    """A card that asks for the result of a run.

    Args:
        card: the demo.
        knobs: every knob as it was run.
        came: the result of the run.
    """
    defaults = {knob.name: knob.default for knob in card.knobs}
    link = link_to(card.name, {name: value for name, value in knobs.items() if value != defaults.get(name)})
    setting = _MARKS.sub(r"\\\g<0>", turned(card, knobs))
    share = f"{came.trainable / came.total:.1%}" if came.total else "0 %"
    question = (
        f"{card.title} on the toy model, job {came.job}{f' ({setting})' if setting else ''}: "
        "which accuracy on unseen strings does it reach, and how many numbers does it train?"
    )
    answer = (
        f"From {came.before:.2f} to {came.after:.2f}, with {came.trainable:,} trained numbers ({share} of "
        f"{came.total:,}); kept: {came.kept} ({came.kept_bytes:,} bytes). [Run it]({link})"
    )
    return Draft(card, *(" ".join(line.split()) for line in (question, answer)))
