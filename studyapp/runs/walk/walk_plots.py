"""A walk as rows of characters: the attention, the stream as cells, what the answer would be now."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rich.cells import cell_len

from studyapp.runs.drawn.pictures import SHADES
from studyapp.runs.drawn.plots import (
    AXIS,
    BAD,
    EARLIER,
    GOOD,
    GREY,
    HEAT,
    NAME,
    STRONG,
    TEXT,
    TRACK,
    Stroke,
    Strokes,
    share_bar,
)
from studyapp.runs.process.walk import Pass, WalkRow
from studyapp.runs.walk.walk_steps import View
from studyapp.wording.widths import fit, fit_right

_HERE: Final = "▸"
_LABEL: Final = 8
"""Width of a position's name."""
_WIDEST: Final = 6
_LEVELS: Final = (0.0, 0.04, 0.15, 0.4)
"""Shares of attention at which a cell is brighter."""


def attention_rows(view: View, seen: Pass, layer: int, size: tuple[int, int]) -> list[Strokes]:
    """The attention: a row for each position, a column for each key, what the method added in gold."""
    (width, height), place, head = size, view.place(seen), view.head
    shares, beside = seen.shares(layer, head), seen.shares_beside(layer, head)
    brought = (True,) * (len(beside[0]) if beside else 0) + seen.trained_keys()
    keys = (*(f"P{number + 1}" for number in range(len(beside[0]) if beside else 0)), *seen.keys)
    rows = [(*(beside[at] if beside else ()), *row) for at, row in enumerate(shares)]
    longest = min(max(map(cell_len, seen.places)), _LABEL)
    label = min(longest, max(width // 5, 3))
    cut = max(0, len(keys) - (width - label - 2))  # what does not fit is left out from the start
    keys, brought, rows = keys[cut:], brought[cut:], [row[cut:] for row in rows]
    extra, room = sum(brought), width - label - 2
    narrow = 2 if room >= 2 * extra + 3 * (len(keys) - extra) else 1  # added keys have numbers as names
    wide = max(1, min(_WIDEST, (room - narrow * extra) // max(len(keys) - extra, 1)))
    cells = [narrow if gold else wide for gold in brought]
    label += min(longest - label, max(0, room - sum(cells)))
    head_row = [Stroke(" " * (label + 2), TEXT), *_heads(keys, brought, cells)]
    first = len(brought) - len(seen.places)
    drawn = [head_row]
    for at in _window(len(rows), place, height - 1):
        line = [
            Stroke(fit_right(fit(seen.places[at], label).strip(), label), STRONG if at == place else TEXT),
            Stroke(_HERE if at == place else " ", NAME if at == place else TEXT),
            Stroke(" ", TEXT),
        ]
        for column, (share, gold, cell) in enumerate(zip(rows[at], brought, cells, strict=True)):
            if column - first > at:
                line.append(Stroke(fit("·", cell), AXIS))
            else:
                line.append(_cell(_level(share), cell, gold=gold))
        drawn.append(line)
    return drawn


def _heads(keys: Sequence[str], brought: Sequence[bool], cells: Sequence[int]) -> list[Stroke]:
    """The names of the keys; added ones that only have numbers as one range."""
    strokes: list[Stroke] = []
    index = 0
    while index < len(keys):
        end = index
        while end < len(keys) and brought[end] == brought[index] and brought[index] and keys[end][:1] in "Pp":
            end += 1
        if end > index + 1:
            wide = sum(cells[index:end])
            name = f"{keys[index]} … {keys[end - 1]}"
            strokes.append(Stroke(fit(name if cell_len(name) <= wide else f"{keys[index]}…", wide), NAME))
            index = end
            continue
        room = max(cells[index] - 1, 1)
        name = keys[index].strip("<>") or keys[index] if room < cell_len(keys[index]) else keys[index]
        strokes.append(Stroke(fit(name[:room], cells[index]), NAME if brought[index] else TEXT))
        index += 1
    return strokes


def layers_rows(view: View, seen: Pass, size: tuple[int, int]) -> list[Strokes]:
    """The attention in all layers, side by side."""
    width, height = size
    each = width // seen.layers
    drawn = [attention_rows(view, seen, layer, (each - 3, height - 1)) for layer in range(seen.layers)]
    rows: list[Strokes] = [[Stroke(fit(f"layer {layer + 1}", each), STRONG) for layer in range(seen.layers)]]
    return rows + [[part for line in lines for part in _padded(line, each)] for lines in zip(*drawn, strict=True)]


def places_rows(view: View, seen: Pass, size: tuple[int, int]) -> list[Strokes]:
    """What a stage adds to the stream at each position, as cells from dark to bright by size."""
    (width, height), stage, place = size, view.step.stage, view.place(seen)
    label = min(max(map(cell_len, seen.places)), _LABEL)
    added = [seen.added(stage, at) for at in range(len(seen.places))]
    top = max(abs(number) for row in added for number in row) or 1.0
    return [
        [
            Stroke(fit_right(fit(seen.places[at], label).strip(), label), STRONG if at == place else TEXT),
            Stroke(_HERE if at == place else " ", NAME if at == place else TEXT),
            Stroke(" ", TEXT),
            *_cells(added[at], top, width - label - 2, gold=seen.put[at]),
        ]
        for at in _window(len(added), place, height)
    ]


def token_rows(view: View, seen: Pass, size: tuple[int, int]) -> list[Strokes]:
    """The symbols read, with what the method added in gold."""
    rows: list[Strokes] = []
    place = view.place(seen)
    for at in _window(len(seen.places), place, size[1]):
        look = NAME if seen.put[at] else STRONG if at == place else TEXT
        mark = _HERE if at == place else " "
        rows.append([Stroke(f"{at + 1:>4} ", TEXT), Stroke(mark, NAME), Stroke(f" {seen.places[at]}", look)])
    return rows


def added_rows(view: View, size: tuple[int, int]) -> list[Strokes]:
    """What a stage adds at one position: the base's numbers, those with the method, and their difference in gold."""
    width, walk, stage = size[0], view.walk, view.step.stage
    label = min(max(cell_len(view.title) + 5, 10), width // 3)
    base = walk.base.added(stage, view.place(walk.base))
    lines: list[tuple[str, WalkRow, bool]] = [("base", base, False)]
    if walk.trained is not None:
        trained = walk.trained.added(stage, view.place(walk.trained))
        difference = tuple(now - was for now, was in zip(trained, base, strict=True))
        lines += [(f"with {view.title}", trained, False), ("difference", difference, True)]
    top = max(abs(number) for _, row, _ in lines for number in row) or 1.0
    return [
        [Stroke(fit(name, label) + " ", NAME if gold else TEXT), *_cells(row, top, width - label - 1, gold=gold)]
        for name, row, gold in lines
    ]


def stream_rows(view: View, size: tuple[int, int]) -> list[Strokes]:
    """The stream at one position after each half block: the base, with the method, and the difference."""
    walk = view.walk
    names = [
        "embeddings",
        *(f"layer {n + 1} {half}" for n in range(walk.base.layers) for half in ("attention", "MLP")),
    ]
    label = max(map(len, names)) + 1
    both = walk.trained is not None
    each = (size[0] - label) // (3 if both else 1) - 2
    base = [grid[view.place(walk.base)] for grid in walk.base.stream]
    sides: list[tuple[str, list[WalkRow], bool]] = [("base", base, False)]
    if walk.trained is not None:
        trained = [grid[view.place(walk.trained)] for grid in walk.trained.stream]
        apart = [tuple(n - w for n, w in zip(now, was, strict=True)) for now, was in zip(trained, base, strict=True)]
        sides += [(f"with {view.title}", trained, False), ("difference", apart, True)]
    head = [Stroke(fit(f"{name}", each) + "  ", NAME if gold else TEXT) for name, _, gold in sides]
    drawn: list[Strokes] = [[Stroke(" " * label, TEXT), *head]]
    for row, name in enumerate(names):
        line = [Stroke(fit(name, label), STRONG if row == view.step.stage else TEXT)]
        for _, rows, gold in sides:
            most = max(map(abs, rows[row])) or 1.0
            line += [*_padded(_cells(rows[row], most, each, gold=gold), each + 2)]
        drawn.append(line)
    return drawn


def answer_rows(view: View, seen: Pass, size: tuple[int, int]) -> list[Strokes]:
    """How likely each candidate is if the model had to answer now; the best ones if not all fit."""
    (width, height), walk = size, view.walk
    likely = seen.likely[view.step.stage]
    best = max(range(len(likely)), key=likely.__getitem__)
    order: Sequence[int] = range(len(likely))
    if height < len(likely):
        order = sorted(order, key=lambda index: -likely[index])[:height]
    label = min(max(map(cell_len, walk.candidates)), max(width // 3, 3))
    rows: list[Strokes] = []
    for index in order:
        name, share = walk.candidates[index], likely[index]
        right = name == walk.asked
        look = (GOOD if right else BAD) if index == best else TEXT
        bar = share_bar(share, max(width - label - 9, 4)) or ("╸" if share >= 0.005 else "")
        mark = (" ✓" if right else " ✗") if index == best else "  "
        rows.append(
            [
                Stroke(fit(name, label) + "  ", look),
                Stroke(bar, look if index == best else EARLIER),
                Stroke("─" * (max(width - label - 9, 4) - cell_len(bar)), TRACK),
                Stroke(f" {share:4.2f}".replace(" 0.", "  ."), STRONG if index == best else TEXT),
                Stroke(mark, look),
            ]
        )
    return rows


def said_rows(view: View, size: tuple[int, int]) -> list[Strokes]:
    """The whole answer, symbol by symbol: what is wanted, and what each model says."""
    walk = view.walk
    label = min(cell_len(view.title) + 5, size[0] // 2)
    sides = [("base", walk.base.says)] + ([(f"with {view.title}", walk.trained.says)] if walk.trained else [])
    rows: list[Strokes] = [[Stroke(fit("wanted", label) + "  ", TEXT), Stroke(" ".join(walk.wanted), STRONG)]]
    for name, says in sides:
        line = [Stroke(fit(name, label) + "  ", TEXT)]
        for at, symbol in enumerate(says[: len(walk.wanted)]):
            line.append(Stroke(f"{symbol} ", GOOD if symbol == walk.wanted[at] else BAD))
        line.append(Stroke(" ✓" if says[: len(walk.wanted)] == walk.wanted else " ✗", TEXT))
        rows.append(line)
    return rows


def map_rows(view: View, seen: Pass, size: tuple[int, int]) -> list[Strokes]:
    """What a step looks like in one model."""
    match view.step.kind:
        case "tokens" | "answer":
            return token_rows(view, seen, size)
        case "attention":
            return attention_rows(view, seen, view.step.layer, size)
        case _:
            return places_rows(view, seen, size)


def _window(count: int, here: int, room: int) -> range:
    start = max(0, min(count - room, here - room + 1 if here >= room else 0))
    return range(start, min(count, start + max(room, 1)))


def _cells(row: WalkRow, top: float, width: int, *, gold: bool) -> Strokes:
    """Numbers as cells; if not all fit, neighbours share one and the largest counts."""
    count = max(1, min(len(row), width))
    ends = [number * len(row) // count for number in range(count + 1)]
    pooled = [max(map(abs, row[start:end])) for start, end in pairwise(ends)]
    wide = max(1, min(2, width // count))
    return [_cell(max(1, min(4, round(4 * (number / top) ** 0.5))), wide, gold=gold) for number in pooled]


def _level(share: float) -> int:
    return sum(share >= level for level in _LEVELS)


def _cell(level: int, width: int, *, gold: bool) -> Stroke:
    return Stroke(SHADES[level] * width, (HEAT if gold else GREY) + level)


def _padded(line: Sequence[Stroke], width: int) -> Strokes:
    used = sum(cell_len(stroke.text) for stroke in line)
    return [*line, Stroke(" " * max(width - used, 0), TEXT)]
