"""A note laid out passage by passage on a page that scrolls, with a margin for its cards."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size, Spacing
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.visual import Visual

from studyapp.study.reader.passages import Passage, named_footnotes
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render import COLOUR, PLAIN
from studyapp.tui.render.copied import copied
from studyapp.tui.render.lines import to_content
from studyapp.tui.widgets.cards.card_view import Render
from studyapp.tui.widgets.notes.laid_note import LaidNote

_MOST_WIDTH: Final = 100
"""Longer lines are hard to read."""
_MARGIN: Final = 9
"""Width of the margin, with what is known about a card."""
_NARROW: Final = 2
_ROOM: Final = 70
"""The least width at which the margin has words."""
_AT_ONCE: Final = 1
_LEAST_PICTURE: Final = 6


class NotePage(ScrollView, can_focus=True):
    """Shows one note; a subclass knows what is marked in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "note-page--margin",
        "note-page--due",
    }

    DEFAULT_CSS = """
    NotePage {
        height: 1fr; width: 1fr; padding: 0 1; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        .note-page--margin { color: $quiet; }
        .note-page--due { color: $good; text-style: bold; }
    }
    """

    class Laid(FieldMessage):
        """All that can be shown has been rendered."""

    def __init__(self) -> None:
        super().__init__()
        self._passages: Sequence[Passage] = ()
        self._lay: Render | None = None
        self._marks: Mapping[int, tuple[str, bool]] = {}
        self._laid = LaidNote()
        self._next = 0
        self._width = 0
        self._timer: Timer | None = None
        self._strips: dict[int, Strip] = {}
        self._wanted: int | None = None
        """The source line to scroll to as soon as it is rendered."""
        self.notice = ""

    @property
    def _is_laid(self) -> bool:
        """Whether all of the note is laid out."""
        return self._next >= len(self._passages)

    def unmark(self) -> None:
        """Forget what was marked, as another note is shown."""
        raise NotImplementedError

    def marked_on(self, row: int) -> Iterator[tuple[int, int, str]]:
        """What is marked on a line: from and to which cell, and its component class."""
        raise NotImplementedError

    def all_laid(self) -> None:
        """Say that all that can be shown has been laid out."""
        self.post_message(self.Laid())

    # What is shown

    def show(
        self,
        passages: Sequence[Passage],
        *,
        render: Render,
        marks: Mapping[int, tuple[str, bool]] | None = None,
        line: int | None = None,
    ) -> None:
        """Show a note from a source line on.

        The first passage is laid out at once, the others while nothing else is to be done. Marks stand in the margin,
        by their source lines: a few words, and whether they matter now.
        """
        self._take(passages, render, marks or {})
        self._wanted = line
        self.unmark()
        self.lay_out()
        if line is None:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)

    def show_again(
        self, passages: Sequence[Passage], *, render: Render, marks: Mapping[int, tuple[str, bool]]
    ) -> None:
        """Show the same note as it is now; the top line stays, and so does what is marked."""
        same = (passages, marks) == (self._passages, self._marks)
        self._take(passages, render, marks)
        if not same or any("![" in passage.text or "<img" in passage.text for passage in passages):
            self.draw_again()

    def _take(self, passages: Sequence[Passage], render: Render, marks: Mapping[int, tuple[str, bool]]) -> None:
        self._passages, self._lay, self._marks = passages, render, marks
        self.notice = "too large, shown in part" if any(passage.cut for passage in passages) else ""

    @property
    def top(self) -> int:
        """The source line at the top."""
        return self._laid.source_at(round(self.scroll_offset.y))

    @property
    def bottom(self) -> int:
        """The source line that the last line in sight belongs to, as far as known."""
        return self._laid.source_to(round(self.scroll_offset.y) + self.scrollable_content_region.height - 1)

    @property
    def margin(self) -> int:
        """The width of the margin."""
        if not self._marks:
            return 0
        return _MARGIN if self.size.width >= _ROOM else _NARROW

    def lay_out(self) -> None:
        """Lay the note out again, at once as far as it is in sight."""
        self._stop()
        self._laid, self._next, self._strips = LaidNote(footnotes=named_footnotes(self._passages)), 0, {}
        self._width = self._room()
        if self.scrollable_content_region.width and self._passages:
            self._lay_out_more(_AT_ONCE)
            if self._is_laid:
                self.all_laid()
            else:
                self._timer = self.set_interval(0.02, self._go_on)

    def _go_on(self) -> None:
        self._lay_out_more(1)
        if self._is_laid:
            self._stop()
            gc.freeze()  # the collector would walk all lines again and again, and scrolling would stutter
            self.all_laid()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _lay_out_more(self, number: int) -> None:
        laid = self._laid
        for passage in islice(self._passages, self._next, self._next + number):
            assert self._lay is not None  # there are passages, so there was something to show
            rendered = self._lay(
                passage.text,
                width=self._width,
                height=max(_LEAST_PICTURE, self.size.height - 2),
                spans=(),
                palette=PLAIN if self.app.no_color else COLOUR,
                taken=laid.footnotes,
            )
            laid.add(rendered, passage.first, self._next * 1_000_000)
        self._next += number
        self.virtual_size = Size(self.scrollable_content_region.width, len(laid.lines) + 1)
        wanted, known = self._wanted, laid.last_source
        if wanted is not None and (known >= wanted or self._is_laid):
            self._wanted = None
            self.go_to(wanted)
        self.refresh()

    def go_to(self, source_line: int) -> None:
        """Scroll to a source line, now or once it is rendered."""
        if not self._is_laid and self._laid.last_source < source_line:
            self._wanted = source_line
            return
        self.scroll_to(y=self._laid.row_of(source_line), animate=False, immediate=True, force=True)

    def draw_again(self) -> None:
        """Render the note again, now that more of its embeds are known; the top line stays."""
        if self._wanted is None and self._laid.lines:
            self._wanted = self.top
        self.lay_out()

    def _room(self) -> int:
        """The cells of a line; one before the scroll bar stays free."""
        return max(1, min(self.scrollable_content_region.width - self.margin - 1, _MOST_WIDTH))

    def on_resize(self, _event: Resize) -> None:
        """Render the note for the new width; the top line stays."""
        if self._room() != self._width:
            if self._wanted is None and self._laid.lines:
                self._wanted = self.top
            self.lay_out()

    def on_recoloured(self) -> None:
        """Render the note again; the top line stays."""
        self.draw_again()

    def notify_style_update(self) -> None:
        """Paint the lines again: their colours may have changed."""
        self._strips = {}
        super().notify_style_update()

    # Painting

    def render_line(self, y: int) -> Strip:
        """One line, with the margin, the link under the cursor and the matches of the search."""
        row = round(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        base = self.rich_style
        if row >= len(self._laid.lines):
            if row == len(self._laid.lines) and self.notice and self._is_laid:
                style = base + self.get_component_rich_style("note-page--margin", partial=True)
                return Strip([Segment(f"{' ' * self.margin}— {self.notice} —", style)]).adjust_cell_length(
                    width, base
                )
            return Strip.blank(width, base)
        strip = self._strips.get(row)
        if strip is None:
            if len(self._strips) > 2000:
                self._strips.clear()
            content = to_content([self._laid.lines[row]])
            strip = self._strips[row] = self._painted(content)
        strip = self._with_highlights(strip, row).apply_offsets(0, row)
        if self.margin:
            strip = Strip.join([self._margin_of(row, base), strip])
        return strip.adjust_cell_length(width, base)

    def _painted(self, content: Content) -> Strip:
        strips = Visual.to_strips(self, content, self._width, 1, self.visual_style, apply_selection=False)
        return strips[0] if strips else Strip([])

    def _with_highlights(self, strip: Strip, row: int) -> Strip:
        marked = [
            (start, end, self.get_component_rich_style(name, partial=True))
            for start, end, name in self.marked_on(row)
        ]
        if (span := self._selected_on(row)) is not None:
            marked.append((*span, self.screen.get_component_rich_style("screen--selection")))
        for start, end, style in marked:
            pieces = strip.divide([start, end, strip.cell_length])
            parts = [*pieces[:1], *(_over(piece, style) for piece in pieces[1:2]), *pieces[2:]]
            strip = Strip.join(parts)
        return strip

    def _selected_on(self, row: int) -> tuple[int, int] | None:
        """The selected cells of a line."""
        span = selection.get_span(row) if (selection := self.text_selection) is not None else None
        if span is None:
            return None
        text = "".join([part for part, _ in self._laid.lines[row]])
        start, end = (cell_len(text[:place]) for place in (span[0], span[1] if span[1] >= 0 else len(text)))
        return (start, end) if end > start else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected words, and what ends them."""
        return copied(self._laid.lines, selection), "\n"

    def _margin_of(self, row: int, base: RichStyle) -> Strip:
        words, now = "", False
        if (sources := self._laid.sources_at(row)) is not None:
            marks = [mark for line, mark in self._marks.items() if line in sources]
            if marks:
                now = any(mark[1] for mark in marks)
                words = marks[0][0] if len(marks) == 1 else f"{len(marks)}× {marks[0][0]}"
        style = base + self.get_component_rich_style(f"note-page--{'due' if now else 'margin'}", partial=True)
        text = ("●" if now else "○") if words else ""
        if self.margin > _NARROW and words:
            text = set_cell_size(f"{text} {words}", _MARGIN - 1).rstrip()
        return Strip([Segment(text.ljust(self.margin), style)]).adjust_cell_length(self.margin, base)

    # Moving

    def _show_row(self, row: int) -> None:
        self.scroll_to_region(
            Region(0, row, 1, 1), animate=False, immediate=True, x_axis=False, spacing=Spacing(2, 0, 3, 0)
        )

    def action_scroll_lines(self, lines: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True, force=True)

    def action_page(self, pages: int) -> None:
        self.action_scroll_lines(pages * max(1, self.scrollable_content_region.height - 2))


def _over(strip: Strip, style: RichStyle) -> Strip:
    """A strip with a style laid over its own."""
    return Strip([Segment(text, (own or RichStyle()) + style) for text, own, _ in strip], strip.cell_length)
