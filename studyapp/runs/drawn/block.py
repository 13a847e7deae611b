"""The drawing of what a method trains: matrices in proportion, with their real shapes, and lines of text.

A demo declares it as lines (see `demos.frame`): `W[d × d] frozen  + ⟦B[d × rank] zero⟧` is a row of matrices with
text in between; what is trained is in ⟦ ⟧.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from demos.arithmetic import holds, names_of, value_of
from demos.frame import KnobValue
from studyapp.runs.drawn.plots import AXIS, EARLIER, HEAT, NAME, TEXT, Stroke, Strokes
from studyapp.wording.widths import fit

_SETTING: Final = re.compile(r"^(\w+!?=[^:⟦\[]+): ")
_PLACE: Final = re.compile(r"\{(\w+)\}( [a-z]+?s\b)?")
"""A number, with the plural behind it."""
_MATRIX: Final = re.compile(
    r"⟦(?P<name>[^\[\]⟦⟧]+)\[(?P<rows>[^\]×]+)×(?P<columns>[^\]]+)\](?P<turned>ᵀ?)(?P<note>[^⟦⟧]*)⟧"
    r"|(?P<frozen>[^\s\[\]⟦⟧]+)\[(?P<rows2>[^\]×]+)×(?P<columns2>[^\]]+)\](?P<turned2>ᵀ?)"
    r"(?: (?P<note2>[a-z]+(?: [a-z]+)?)(?=  |$))?"
)
_TRAINED: Final = re.compile("⟦[^⟦⟧]*⟧?")
_DRAWN: Final = re.compile("[\u2500-\u257f▲▼◄►]")
"""Lines and arrows, whose place in the row matters."""
_BOUND: Final = "\N{NO-BREAK SPACE}"
_LARGEST: Final = 10**9
"""Rows or columns of a matrix at which its drawing stops growing."""
_SYMBOLS: Final = 9
"""Of a sentence, whose length is T."""
_FINEST, _COARSER = 1.0, 1.08
"""Numbers per column of the screen, and the factor if that is too wide."""


class Matrix(NamedTuple):
    """One matrix of a row."""

    name: str
    shape: str
    rows: int
    columns: int
    note: str
    trained: bool

    def labels(self, *, marked: bool, noted: bool) -> Iterator[Sequence[str]]:
        """The captions below it, the widest first; what is trained is in ⟦ ⟧ where there is no colour."""
        left, right = ("⟦", "⟧") if self.trained and marked else ("", "")
        yield (f"{left}{self.name}  {self.shape}{right}", *[self.note][:noted])
        if noted:
            yield (left + self.name + right, self.shape)


_Line = Sequence[Matrix | str] | str
"""Matrices with text in between, or only text."""


def block_rows(
    drawing: str, knobs: Mapping[str, KnobValue], size: tuple[int, int], *, marked: bool = True
) -> list[Strokes]:
    """Draw what is trained with these knobs, none of which may be missing.

    If `marked`, the labels of what is trained are in ⟦ ⟧.
    """
    width, height = size
    names = names_of(knobs) | {"T": _SYMBOLS}
    drawn = [_parts(line, names) for line in lines_for(drawing, knobs)]
    while (room := _room(drawn, size)) and (crowded := _crowded(drawn, (width, room), marked=marked)) is not None:
        drawn[crowded] = " ".join(map(_in_words, drawn[crowded]))
    rows: list[Strokes] = []
    for parts in drawn:
        more = _text(parts, width) if isinstance(parts, str) else _matrices(parts, (width, room), marked=marked)
        rows += more if len(rows) + len(more) <= height or not rows else []
    return rows[:height]


def _room(drawn: Sequence[_Line], size: tuple[int, int]) -> int:
    """Rows for each line of matrices beside the texts, or 1 if there are none."""
    width, height = size
    texts = sum(len(_text(parts, width)) for parts in drawn if isinstance(parts, str))
    pictures = sum(not isinstance(parts, str) for parts in drawn)
    return max(1, (height - texts) // max(pictures, 1))


def _crowded(drawn: Sequence[_Line], size: tuple[int, int], *, marked: bool) -> int | None:
    """The last line whose matrices have no room with their names and shapes."""
    return next(
        (
            place
            for place, parts in reversed([*enumerate(drawn)])
            if not isinstance(parts, str) and _labels(parts, size, marked=marked) is None
        ),
        None,
    )


def lines_for(text: str, knobs: Mapping[str, KnobValue]) -> list[str]:
    """The lines of a text that hold with some knobs, of which none may be missing."""
    return [line for one in text.strip("\n").split("\n") if (line := _holding(one, knobs)) is not None]


def _holding(line: str, knobs: Mapping[str, KnobValue]) -> str | None:
    """The part of a line to draw; None if the line is for another setting."""
    found = _SETTING.match(line)
    if found is None:
        return line
    try:
        return line[found.end() :] if holds(found[1], knobs) else None
    except ValueError:
        return line


def _parts(line: str, names: Mapping[str, int]) -> _Line:
    """Split a line into matrices and the text between them; one without matrices stays a text."""
    parts: list[Matrix | str] = []
    end = 0
    try:
        for found in _MATRIX.finditer(line):
            parts += [line[end : found.start()].strip(), _matrix(found, names)]
            end = found.end()
    except ValueError:
        parts = []
    if not parts:
        return _with_numbers(line, names)
    parts.append(line[end:].strip())
    return [_with_numbers(part, names) if isinstance(part, str) else part for part in parts if part]


def _with_numbers(text: str, names: Mapping[str, int]) -> str:
    def put(place: re.Match[str]) -> str:
        number, many = names.get(place[1], f"{{{place[1]}}}"), place[2] or ""
        return f"{number}{many.removesuffix('s') if number == 1 else many}"

    return _PLACE.sub(put, text)


def _matrix(found: re.Match[str], names: Mapping[str, int]) -> Matrix:
    trained = found["name"] is not None
    end = "" if trained else "2"
    rows, columns = (min(max(1, value_of(found[s + end], names)), _LARGEST) for s in ("rows", "columns"))
    shape = " × ".join(
        "T" if found[side + end].strip() == "T" else f"{value}"
        for side, value in (("rows", rows), ("columns", columns))
    )
    if found["turned" + end]:
        rows, columns = columns, rows
    name = found["name"] if trained else found["frozen"]
    return Matrix(name.strip(), shape, rows, columns, (found["note" + end] or "").strip(), trained)


def _text(line: str, width: int) -> list[Strokes]:
    """A line in as many rows as it takes, broken around what is trained; one that draws arrows is cut."""
    if cell_len(line) <= width:
        return [_gilded(line.replace(_BOUND, " "))]
    if _DRAWN.search(line):
        return [_gilded(fit(line, width).rstrip())]
    bound = _TRAINED.sub(lambda found: found[0].replace(" ", _BOUND), line)
    return [_gilded(row.replace(_BOUND, " ")) for row in textwrap.wrap(bound, max(width, 1))]


def _gilded(line: str) -> Strokes:
    row: Strokes = []
    end = 0
    for found in _TRAINED.finditer(line):
        row += [Stroke(line[end : found.start()], TEXT), Stroke(found[0], NAME)]
        end = found.end()
    return [*row, Stroke(line[end:], TEXT)]


def _labels(parts: Sequence[Matrix | str], size: tuple[int, int], *, marked: bool) -> Sequence[Sequence[str]] | None:
    """The captions of a row of matrices; None if there is no room."""
    width, height = size
    matrices = [part for part in parts if isinstance(part, Matrix)]
    noted = height > 4
    choices = zip(*(matrix.labels(marked=marked, noted=noted) for matrix in matrices), strict=True)
    fitting = (texts for texts in choices if _wide(texts) + _between(parts) <= width)
    return next(fitting, None) if height - 1 - noted >= 1 else None


def _between(parts: Sequence[Matrix | str]) -> int:
    """Cells of a row that no matrix takes."""
    return sum(cell_len(part) for part in parts if isinstance(part, str)) + len(parts) - 1


def _matrices(parts: Sequence[Matrix | str], size: tuple[int, int], *, marked: bool) -> list[Strokes]:
    """A row of matrices at one scale, the largest that fits with their captions."""
    width, height = size
    labels = _labels(parts, size, marked=marked)
    assert labels is not None
    matrices, between = [part for part in parts if isinstance(part, Matrix)], _between(parts)
    noted = height > 4
    tall = height - 1 - noted
    widest = [max(map(cell_len, texts)) for texts in labels]
    scale = max(_FINEST, *(matrix.rows / (2 * tall) for matrix in matrices))
    while sum(max(_cells(m.columns, scale), w) for m, w in zip(matrices, widest, strict=True)) + between > width:
        scale *= _COARSER
    used = max(_cells(matrix.rows, 2 * scale) for matrix in matrices)
    rows: list[Strokes] = [[] for _ in range(used + 1 + noted)]
    slots = iter(zip(widest, labels, strict=True))
    for place, part in enumerate(parts):
        for row in rows if place else ():
            row.append(Stroke(" ", TEXT))
        if isinstance(part, str):
            for number, row in enumerate(rows):
                row.append(Stroke(part if number == (used - 1) // 2 else " " * cell_len(part), TEXT))
            continue
        least, texts = next(slots)
        across, down = _cells(part.columns, scale), _cells(part.rows, 2 * scale)
        slot, above = max(across, least), (used - down) // 2
        sign, owner = ("█", HEAT + 4) if part.trained else ("░", EARLIER)
        for number, row in enumerate(rows[:used]):
            here = above <= number < above + down
            row += [
                Stroke((sign if here else " ") * across, owner if here else AXIS),
                Stroke(" " * (slot - across), TEXT),
            ]
        for row, text, look in zip(rows[used:], texts, (NAME if part.trained else TEXT, TEXT), strict=False):
            row.append(Stroke(fit(text, slot), look))
    return rows


def _wide(labels: Sequence[Sequence[str]]) -> int:
    return sum(max(map(cell_len, texts)) for texts in labels)


def _in_words(part: Matrix | str) -> str:
    if isinstance(part, str):
        return part
    text = f"{part.name} {part.shape}".replace(" ", _BOUND)
    return f"⟦{text}⟧" if part.trained else text


def _cells(numbers: int, scale: float) -> int:
    return max(1, round(numbers / scale))
