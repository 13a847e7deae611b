"""The part of a note rendered so far: its lines, their anchors, and their lines in the source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container

from msgspec import Struct, field

from studyapp.tui.render import Anchor, Rendered, Spot
from studyapp.tui.render.lines import Line


class LaidNote(Struct):
    """The rendered lines of a note, passage by passage."""

    lines: list[Line] = field(default_factory=list)
    places: list[Spot] = field(default_factory=list)
    """In the order of their lines."""
    rows: list[tuple[int, int]] = field(default_factory=list)
    """Rendered lines and the source lines that they start."""
    footnotes: frozenset[str] = frozenset()
    """The names that footnotes have or will have."""

    def add(self, rendered: Rendered, first: int, anchors: int) -> None:
        """Add a passage that starts at a source line; `anchors` is added to the numbers of its anchors."""
        self.footnotes |= rendered.footnotes
        if self.lines:
            self.lines.append([])
        offset = len(self.lines)
        self.lines += rendered.lines
        for place in rendered.places:
            anchor = place.anchor
            numbered = Anchor(anchor.kind, anchor.target, anchor.number + anchors, anchor.more)
            self.places.append(Spot(place.line + offset, place.start, place.end, numbered))
        self.rows += [(row + offset, source + first) for row, source in rendered.rows]

    @property
    def last_source(self) -> int:
        """The last source line known to start here; -1 for none."""
        return self.rows[-1][1] if self.rows else -1

    def row_of(self, source_line: int) -> int:
        """The rendered line that shows a source line."""
        place = bisect_right(self.rows, source_line, key=lambda pair: pair[1]) - 1
        if place < 0:
            return 0
        row, source = self.rows[place]
        end = self.rows[place + 1][0] if place + 1 < len(self.rows) else len(self.lines)
        return min(row + max(0, source_line - source), max(row, end - 1))

    def source_at(self, row: int) -> int:
        """The source line that a rendered line comes from, as far as known."""
        place = bisect_right(self.rows, row, key=lambda pair: pair[0]) - 1
        return self.rows[place][1] if place >= 0 else 0

    def source_to(self, row: int) -> int:
        """The last source line that may be shown on this rendered line or above it."""
        place = bisect_right(self.rows, row, key=lambda pair: pair[0])
        return self.rows[place][1] - 1 if place < len(self.rows) else self.last_source + 1_000_000

    def sources_at(self, row: int) -> range | None:
        """The source lines up to the next known one, where one starts on this rendered line."""
        place = bisect_right(self.rows, row, key=lambda pair: pair[0]) - 1
        if place < 0 or self.rows[place][0] != row:
            return None
        source = self.rows[place][1]
        return range(source, self.rows[place + 1][1] if place + 1 < len(self.rows) else source + 1_000_000)

    def places_on(self, row: int) -> list[Spot]:
        """The anchors on a line."""
        first, last = (bisect_right(self.places, line, key=lambda place: place.line) for line in (row - 1, row))
        return self.places[first:last]

    def first_places(self, kinds: Container[str]) -> list[Spot]:
        """The first piece of each anchor of those kinds."""
        found: dict[int, Spot] = {}
        for place in self.places:
            if place.anchor.kind in kinds:
                found.setdefault(place.anchor.number, place)
        return list(found.values())
