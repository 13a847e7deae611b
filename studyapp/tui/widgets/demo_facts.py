"""What a demo's page says of a run: samples, first gradients, memory."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from demos.frame import Gradient, Memory, Sample
from studyapp.runs.memory import EXPLAINED, FORMULA, size_text
from studyapp.runs.plots import bar_on_track, number_text
from studyapp.tui.widgets.colours import shade
from studyapp.tui.widgets.plot import coloured
from studyapp.wording.widths import fit

RIGHT, WRONG, QUIET = "$good", "$bad", "$quiet"
_GAP: Final = 2
_ASKED_ROWS: Final = 2
"""Rows that an input may take before only the question at its end is shown."""
_BAR: Final = 8
"""Cells of a gradient's bar and its number, at least."""
_TWO_COLUMNS: Final = 70
"""The least width at which gradients stand in two columns if they do not fit below each other."""
_STACK: Final = (
    ("weights", "$faint"),
    ("gradients", shade("learn", 4)),
    ("Adam", shade("learn", 2)),
    ("activations", "$rule"),
)
"""The kinds of memory in training, and how each is painted."""
_SIGNS: Final = "█▓▒░"
"""The same without colour."""


# Samples


def samples_text(samples: Sequence[Sample], before: Sequence[str], size: tuple[int, int]) -> Content:
    """Held-out inputs with the model's answers before the run and now.

    Args:
        samples: as they are now.
        before: what the base model said to each of them: the inputs themselves may have changed, as with a prompt.
        size: columns and rows.
    """
    width, height = size
    if not samples:
        return _wrapped("the base model's answers, without help, come first", width)
    pairs = [*zip(samples, chain(before, repeat("")), strict=False)]
    columns = [max(map(cell_len, texts)) for texts in zip(*(_texts(*pair) for pair in pairs), strict=True)]
    if sum(columns) + 2 * _GAP + 4 <= width:
        return Content("\n").join([*_in_columns(pairs[: height - 1], columns)])
    return Content("\n").join(_below_each_other(pairs, width, height)[:height])


def _wrapped(text: str, width: int) -> Content:
    """A quiet text in as many rows as it takes."""
    return Content.styled("\n".join(textwrap.wrap(text, max(width, 8))), QUIET)


def _texts(sample: Sample, before: str) -> tuple[str, str, str]:
    return _asked(sample), before, sample.got if len(sample.got) > len(sample.wanted) else sample.wanted


def _in_columns(pairs: Sequence[tuple[Sample, str]], columns: Sequence[int]) -> Iterator[Content]:
    given, was, _ = (max(wide, len(name)) for wide, name in zip(columns, ("given", "before", "now"), strict=True))
    yield Content.styled(f"{fit('given', given)}  {fit('before', was)}    now", QUIET)
    for sample, old in pairs:
        yield Content.assemble(
            fit(_asked(sample), given), "  ", (f"{fit(old, was)} → ", QUIET), " ", answered(sample)
        )


def _below_each_other(pairs: Sequence[tuple[Sample, str]], width: int, height: int) -> list[Content]:
    """An input above its answers, as many as fit whole, where they do not fit side by side."""
    same = all(old == _asked(sample) for sample, old in pairs)
    blocks = [_stacked(sample, None if same else old, width) for sample, old in pairs]
    rows = [*blocks[0]]
    if same and len(rows) < height and len(blocks[0]) + sum(map(len, blocks[1:])) != height:
        rows = [*_wrapped("before: the sentence again", width).split("\n"), *rows]
    for block in blocks[1:]:
        if len(rows) + len(block) > height:
            break
        rows += block
    return rows


def _stacked(sample: Sample, old: str | None, width: int) -> list[Content]:
    """One input, what was said to it before if that is given, and what is said now."""
    rows = [*_wrapped(_asked(sample), width).split("\n")]
    if len(rows) > _ASKED_ROWS:
        rows = [*_wrapped("… " + _asked(sample).rpartition(" ; ")[2], width).split("\n")]
    if old is not None:
        rows += _hung("  was ", Content(old or "no answer"), width, QUIET)
    right = sample.got == sample.wanted
    return rows + _hung("✓ " if right else "✗ ", answered(sample, marked=False), width, RIGHT if right else WRONG)


def _hung(mark: str, text: Content, width: int, style: str) -> list[Content]:
    """A text behind a mark; what does not fit continues below, two cells in."""
    whole = Content.assemble((mark, style), text if text.spans else text.stylize(style))
    if whole.cell_length <= width:
        return [whole]
    first, *rest = text.wrap(max(width - len(mark), 8))
    more = Content(" ").join(rest).wrap(max(width - 2, 8))
    rows = [Content.assemble((mark, style), first), *(Content.assemble("  ", row) for row in more)]
    return [row if text.spans else row.stylize(style) for row in rows]


def _asked(sample: Sample) -> str:
    return sample.given.removesuffix(">").strip()


def answered(sample: Sample, *, marked: bool = True) -> Content:
    """An answer: green if it is right; mistakes are red and underlined; a mark follows."""
    if sample.got == sample.wanted:
        return Content.styled(sample.got + " ✓" * marked, RIGHT)
    mark = " " if " " in sample.wanted + sample.got else ""
    got = sample.got.split(" ") if mark else [*sample.got]
    wanted = sample.wanted.split(" ") if mark else [*sample.wanted]
    parts: list[tuple[str, str]] = []
    for number, piece in enumerate(got):
        right = number < len(wanted) and wanted[number] == piece
        parts += [(mark * bool(number), ""), (piece, "" if right else f"underline {WRONG}")]
    return Content.assemble(*parts, (" ✗" * marked, WRONG))


def samples_value(samples: Sequence[Sample]) -> Content:
    """How many are right."""
    if not samples:
        return Content("")
    right = sum(sample.got == sample.wanted for sample in samples)
    return Content.assemble((f"{right}", f"bold {RIGHT}" if right else "bold"), (f" of {len(samples)} right", QUIET))


# The first step


def gradients_text(gradients: Sequence[Gradient], size: tuple[int, int], *, untrained: bool) -> Content:
    """The norm of each tensor's gradient in the first step, and the reason for those that are 0."""
    width, height = size
    if not gradients:
        said = "this method follows no gradient" if untrained else "the first step shows which tensors it moves"
        return _wrapped(said, width)
    told = _moved_only(gradients, width)
    room = height - len(told)
    columns = 2 if len(gradients) > room and width >= _TWO_COLUMNS else 1
    more = len(gradients) - room * columns
    shown = gradients[: room * columns - 1 if more > 0 else room * columns]
    wide = (width - _GAP * (columns - 1)) // columns
    longest = wide - _BAR
    if max((cell_len(one.name) for one in shown), default=0) > longest:
        shown = [replace(one, name=one.name.replace("attention", "attn")) for one in shown]
    names = min(max((cell_len(one.name) for one in shown), default=0) + 2, longest)
    top = max(one.length for one in gradients) or 1.0
    lines = [_gradient(one, top, names, wide) for one in shown]
    if more > 0:
        lines.append(Content.styled(f"and {len(gradients) - len(shown)} more; + shows all", QUIET))
    if columns == 2:
        beside = [*lines[room:], *repeat(Content(""), 2 * room - len(lines))]
        lines = [
            Content.assemble(left.pad_right(wide + _GAP - left.cell_length), right)
            for left, right in zip(lines[:room], beside, strict=True)
        ]
    return Content("\n").join([*lines, *told])


def _gradient(one: Gradient, top: float, names: int, width: int) -> Content:
    """A tensor's name, and its gradient's length against the longest or what stops it."""
    if one.length == 0:
        stopped = Content.assemble(fit(one.name, names), ("0", "bold"), (f"  {one.why}", QUIET))
        return stopped.truncate(width, ellipsis=True)
    bar = coloured([bar_on_track(one.length / top, max(width - names - 6, 2))])
    return Content.assemble(fit(one.name, names), bar, f" {_three(one.length):>5}")


def _three(length: float) -> str:
    return f"{length:.3f}".removeprefix("0") if length < 10 else number_text(length)


def _moved_only(gradients: Sequence[Gradient], width: int) -> list[Content]:
    """What the first step moves, if that is not everything."""
    moved = dict.fromkeys(_kind(one.name) for one in gradients if one.length)
    still = {_kind(one.name) for one in gradients if not one.length}
    if not still or not moved or still & set(moved):
        return []
    said, kinds = ("moves only", [*moved]) if len(moved) <= 3 else ("does not move", sorted(still))
    return Content.assemble((f"Step 1 {said} ", QUIET), (", ".join(kinds), "bold $learn"), (".", QUIET)).wrap(
        max(width, 8)
    )


def _kind(name: str) -> str:
    """What tensors of one kind are called: `q.B` is a `B`, `gate 3` a `gate`."""
    return name.rstrip(" 0123456789").rpartition(".")[2]


# Memory


def memory_text(rows: Sequence[tuple[str, str, Memory]], size: tuple[int, int], *, colour: bool) -> Content:
    """The memory that training takes, as stacked bars with the formula below.

    Args:
        rows: of each bar the group it belongs to, its name, and what it shows.
        size: columns and rows.
        colour: whether the parts are told by colour.
    """
    width, height = size
    names = max(cell_len(name) for _, name, _ in rows) + 2
    lines: list[Content] = []
    group = ""
    for this, name, memory in rows:
        if this != group:
            lines.append(Content.styled(this, "bold") if "," not in this else _with_remark(this))
            group = this
        top = max(other.total for where, _, other in rows if where == this)
        stack = _stack(memory, top, max(width - names - 9, 4), colour=colour)
        lines.append(Content.assemble((fit(name, names), QUIET), stack, f"{size_text(memory.total):>9}"))
    lines += [*_legend(width, colour=colour).wrap(max(width, 16)), *_wrapped(f"large: {FORMULA}", width).split("\n")]
    lines += _wrapped(EXPLAINED, width).split("\n")
    return Content("\n").join(lines[:height])


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


def _with_remark(text: str) -> Content:
    name, _, remark = text.partition(",")
    return Content.assemble((name, "bold"), ("," + remark, QUIET))


def _stack(memory: Memory, top: int, width: int, *, colour: bool) -> Content:
    parts = (memory.weights, memory.gradients, memory.states, memory.activations)
    cells, taken, done = [], 0, 0
    for number, part in enumerate(parts):
        done += part
        until = min(max(round(done / top * width), taken + bool(part)), width)
        cells.append((("▇" if colour else _SIGNS[number]) * (until - taken), _STACK[number][1]))
        taken = until
    return Content.assemble(*cells, " " * (width - taken))
