"""What a walk says beside its pictures: the question, and the position."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Final

from textual.content import Content

from studyapp.runs.process.walk import DemoWalk
from studyapp.runs.walk.walk_steps import View, WalkStep, acts, shape_of

_ENDS: Final = re.compile(r"(?<=\.) ")
"""Where a sentence ends."""
_RAIL: Final = 36
"""Width of the list of steps."""


def what_is_asked(walk: DemoWalk, task: str) -> Content:
    """The task, the sentence, and its answer: the words given, the one asked for, those to come."""
    given, count = " ".join(walk.given), len(walk.wanted)
    asks = (("Task  ", "$quiet"), (task, "bold"), ("   ", ""), (given, ""), (" → ", "$quiet"))
    words = [
        Content.styled(word, "$good" if at < walk.after else "bold underline $good" if at == walk.after else "$quiet")
        for at, word in enumerate(walk.wanted)
    ]
    return Content.assemble(*asks, Content(" ").join(words), (f"   word {walk.after + 1} of {count}", "$quiet"))


def sentences(text: str, width: int, lines: int) -> str:
    """As many of the first sentences as fit in some lines; at least one."""
    parts = _ENDS.split(text)
    while len(parts) > 1 and len(textwrap.wrap(" ".join(parts), max(1, width))) > lines:
        parts.pop()
    return " ".join(parts)


def steps_line(steps: Sequence[WalkStep], at: int, width: int) -> Content:
    """All steps in one line, with the current one marked; where they don't fit, the first ones passed go."""
    names = [
        Content.styled(step.short, "bold $strong on $raised" if number == at else "" if number < at else "$quiet")
        for number, step in enumerate(steps)
    ]
    arrow = Content.styled("›", "$quiet")
    lines = [arrow.join(names), *(Content.assemble("…", arrow, arrow.join(names[first:])) for first in range(1, at))]
    return next((line for line in lines if line.cell_length <= width), lines[-1].truncate(width, ellipsis=True))


def rail(view: View, steps: Sequence[WalkStep], bar: str) -> Content:
    """The steps as a list with their shapes, `bar` before the current one; gold where trained parts act."""
    seen, at = view.walk.trained or view.walk.base, steps.index(view.step)
    lines = []
    for number, step in enumerate(steps):
        here = number == at
        dot = "◉" if here else "●" if number < at else "○"
        shape = shape_of(step, seen)
        room = max(_RAIL - 4 - len(step.name) - len(shape), 1)
        back = " on $raised" if here else ""
        lines.append(
            Content.assemble(
                (bar if here else " ", f"$act{back}"),
                (f"{dot} ", f"{'$learn' if acts(step, view.walk.trained) else '$quiet'}{back}"),
                (step.name, f"bold $strong{back}" if here else ""),
                (" " * room + shape, f"$quiet{back}"),
            )
        )
    return Content("\n").join(lines)
