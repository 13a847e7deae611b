"""The samples of a demo's run: inputs that it never saw, with the model's answers before the run and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from demos.frame import Sample
from studyapp.tui.widgets.parts.quiet import QUIET, quiet_rows
from studyapp.wording.widths import fit

_RIGHT, _WRONG = "$good", "$bad"
_GAP: Final = 2
_ASKED_ROWS: Final = 2
"""Rows that an input may take before only the question at its end is shown."""


def samples_text(samples: Sequence[Sample], before: Sequence[str], size: tuple[int, int]) -> Content:
    """Held-out inputs with the model's answers `before` the run and now.

    The inputs themselves may have changed, as with a prompt.
    """
    width, height = size
    if not samples:
        return Content("\n").join(quiet_rows("the base model's answers, without help, come first", width))
    pairs = [*zip(samples, chain(before, repeat("")), strict=False)]
    columns = [max(map(cell_len, texts)) for texts in zip(*(_texts(*pair) for pair in pairs), strict=True)]
    if sum(columns) + 2 * _GAP + 4 <= width:
        return Content("\n").join([*_in_columns(pairs[: height - 1], columns)])
    return Content("\n").join(_below_each_other(pairs, width, height)[:height])


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
        rows = [*quiet_rows("before: the sentence again", width), *rows]
    for block in blocks[1:]:
        if len(rows) + len(block) > height:
            break
        rows += block
    return rows


def _stacked(sample: Sample, old: str | None, width: int) -> list[Content]:
    """One input, what was said to it before if that is given, and what is said now."""
    rows = quiet_rows(_asked(sample), width)
    if len(rows) > _ASKED_ROWS:
        rows = quiet_rows("… " + _asked(sample).rpartition(" ; ")[2], width)
    if old is not None:
        rows += _hung("  was ", Content(old or "no answer"), width, QUIET)
    right = sample.got == sample.wanted
    return rows + _hung("✓ " if right else "✗ ", answered(sample, marked=False), width, _RIGHT if right else _WRONG)


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
        return Content.styled(sample.got + " ✓" * marked, _RIGHT)
    mark = " " if " " in sample.wanted + sample.got else ""
    got = sample.got.split(" ") if mark else [*sample.got]
    wanted = sample.wanted.split(" ") if mark else [*sample.wanted]
    parts: list[tuple[str, str]] = []
    for number, piece in enumerate(got):
        right = number < len(wanted) and wanted[number] == piece
        parts += [(mark * bool(number), ""), (piece, "" if right else f"underline {_WRONG}")]
    return Content.assemble(*parts, (" ✗" * marked, _WRONG))


def samples_value(samples: Sequence[Sample]) -> Content:
    """How many are right."""
    if not samples:
        return Content("")
    right = sum(sample.got == sample.wanted for sample in samples)
    return Content.assemble((f"{right}", f"bold {_RIGHT}" if right else "bold"), (f" of {len(samples)} right", QUIET))
