"""The memory that training a demo's method takes, beside training everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from demos.catalog import DemoCard
from demos.frame import KnobValue, Memory
from demos.shape import LLAMA_7B, TOY
from studyapp.runs.progress.memory import EXPLAINED, FORMULA, large_memory, size_text, toy_memory
from studyapp.tui.widgets.drawings.colours import shade
from studyapp.tui.widgets.parts.quiet import QUIET, quiet_rows
from studyapp.wording.widths import fit

_LONGEST: Final = 10
"""The most characters of a method's name beside its bar."""
_STACK: Final = (
    ("weights", "$faint"),
    ("gradients", shade("learn", 4)),
    ("Adam", shade("learn", 2)),
    ("activations", "$rule"),
)
"""The kinds of memory in training, and how each is painted."""
_SIGNS: Final = "█▓▒░"
"""The same without colour."""


class MemoryBar(NamedTuple):
    """What training takes in one model with one method."""

    model: str
    """Bars of one model stand below its name."""
    name: str
    memory: Memory


def memory_bars(card: DemoCard, knobs: Mapping[str, KnobValue], measured: Memory | None) -> Sequence[MemoryBar]:
    """What a method takes beside training everything, in the toy and in a large model.

    Until the first step has `measured` it, the toy's is by formula; there is none if the demo declares no number of
    trained ones.
    """
    trained = card.trains(knobs)
    if trained is None and measured is None:
        return ()
    toy = measured or toy_memory(trained or 0)
    name = "this" if len(card.title) > _LONGEST else card.title
    model = f"this toy, {'measured' if measured else 'by formula'}"
    everything = "all ≈" if measured else "all"
    bars = [MemoryBar(model, name, toy), MemoryBar(model, everything, toy_memory(TOY.total, toy.activations))]
    if (at_large := card.trains(knobs, LLAMA_7B)) is not None:
        large = "7 billion numbers, by formula"
        bars.append(MemoryBar(large, name, large_memory(at_large)))
        bars.append(MemoryBar(large, "all", large_memory(LLAMA_7B.total)))
    return bars


def memory_text(bars: Sequence[MemoryBar], size: tuple[int, int], *, colour: bool) -> Content:
    """The memory that training takes, as stacked bars with the formula below; bars of one model come together."""
    width, height = size
    if not bars:
        return Content.styled("measured in the first step", QUIET)
    names = max(cell_len(name) for _, name, _ in bars) + 2
    parts: list[list[Content]] = []
    for model, of_model in groupby(bars, key=attrgetter("model")):
        same = [*of_model]
        top = max(memory.total for _, _, memory in same)
        parts.append([_heading(model, width)])
        for _, name, memory in same:
            stack = _stack(memory, top, max(width - names - 9, 4), colour=colour)
            parts[-1].append(Content.assemble((fit(name, names), QUIET), stack, f"{size_text(memory.total):>9}"))
    parts.append(_legend(width, colour=colour).wrap(max(width, 16)))
    parts.append([*quiet_rows(f"large: {FORMULA}", width), *quiet_rows(EXPLAINED, width)])
    lines: list[Content] = []
    for part in parts:  # one that doesn't fit is left out whole, with all after it
        if lines and len(lines) + len(part) > height:
            break
        lines += part
    return Content("\n").join(lines)


def _legend(width: int, *, colour: bool) -> Content:
    """What each part of a bar stands for; in fewer cells where the whole words have no room."""
    parts = [part for part, _ in _STACK]
    short = [{"activations": "act.", "gradients": "grads"}.get(part, part) for part in parts]
    for words, gap in ((parts, "  "), (short, "  "), (short, " ")):
        named = Content(gap).join(
            Content.assemble(("▇" if colour else sign, style), (f"\N{NO-BREAK SPACE}{word}", QUIET))
            for sign, word, (_, style) in zip(_SIGNS, words, _STACK, strict=True)
        )
        if named.cell_length <= width:
            break
    return named


def _heading(text: str, width: int) -> Content:
    """A model's name, with how its numbers were found where there is room."""
    name, _, remark = text.partition(",")
    return Content.assemble((name, "bold"), (f",{remark}" if cell_len(text) <= width else "", QUIET))


def _stack(memory: Memory, top: int, width: int, *, colour: bool) -> Content:
    parts = (memory.weights, memory.gradients, memory.states, memory.activations)
    cells, taken, done = [], 0, 0
    for number, part in enumerate(parts):
        done += part
        until = min(max(round(done / top * width), taken + bool(part)), width)
        cells.append((("▇" if colour else _SIGNS[number]) * (until - taken), _STACK[number][1]))
        taken = until
    return Content.assemble(*cells, " " * (width - taken))
