"""A run as a flashcard: what was turned, what came of it, and the link that runs it again."""

from __future__ import annotations

from collections.abc import Mapping

from demos.catalog import DemoCard
from demos.frame import KnobValue, Summary
from studyapp.core.demo_links import link_to
from studyapp.demo.results import turned


def card_text(card: DemoCard, knobs: Mapping[str, KnobValue], came: Summary, separator: str = "?") -> str:
    """Write a card in the plugin's multi-line form, without a line that is empty, so that it is one card.

    Args:
        card: the demo.
        knobs: every knob as it was run.
        came: what the run came to.
        separator: the line between front and back (`multilineCardSeparator` in the plugin's settings).
    """
    defaults = {knob.name: knob.default for knob in card.knobs}
    link = link_to(card.name, {name: value for name, value in knobs.items() if value != defaults.get(name)})
    setting = turned(card, knobs)
    share = f"{came.trainable / came.total:.1%}" if came.total else "0 %"
    question = (
        f"{card.title} on the toy model, job {came.job}{f' ({setting})' if setting else ''}: "
        "which accuracy on unseen strings does it reach, and how many numbers does it train?"
    )
    answer = (
        f"From {came.before:.2f} to {came.after:.2f}, with {came.trainable:,} trained numbers ({share} of "
        f"{came.total:,}); kept: {came.kept} ({came.kept_bytes:,} bytes). [Run it]({link})"
    )
    return "\n".join(" ".join(line.split()) for line in (question, separator, answer))
