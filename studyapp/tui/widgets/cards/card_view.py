"""The card in review: its front, and once turned its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final, Protocol

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.css.scalar import Unit
from textual.events import Click, Resize
from textual.selection import Selection
from textual.widgets import Static

from studyapp.core.plural import count
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render import COLOUR, PLAIN, Palette, Rendered, Spot
from studyapp.tui.render.copied import copied
from studyapp.tui.render.lines import Line
from studyapp.tui.widgets.parts.blank import Blank

Spans = Sequence[tuple[int, int, str]]
"""Half-open character ranges of a card's text with a cloze style; see `render_note`."""


class Render(Protocol):
    """Renders a text; see `render_note`."""

    def __call__(
        self, markdown: str, *, width: int, height: int, spans: Spans, palette: Palette, taken: frozenset[str]
    ) -> Rendered:
        """Render it `width` cells wide; a picture takes at most `height` lines."""


_LEAST_PICTURE: Final = 6
"""Lines that a picture may take on the smallest screen."""
_AROUND: Final = 2
"""Lines around a card: a blank one above, and below it the one that says whether there is more."""
_RULE: Final = 3
"""Lines of the rule above an answer, with its blank lines."""
_BESIDES: Final = 9
"""Lines taken by other widgets."""
_MAX_TEXT: Final = 88
"""Longer lines are hard to read; a wide screen has margins instead."""


class _Text(Struct, frozen=True):
    markdown: str
    spans: Spans = ()


class _Scroll(Blank, VerticalScroll):
    """The part that scrolls; it takes the keys while the card has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.DOWN, "scroll_down", "Down", show=False, id="card.down"),
        Binding(keys.UP, "scroll_up", "Up", show=False, id="card.up"),
        Binding(keys.TOP, "scroll_home", "Top", show=False, id="card.top"),
        Binding(keys.END, "scroll_end", "End", show=False, id="card.end"),
    ]


class LaidText(Static):
    """A rendered text, as it is; its words can be selected without the drawing around them."""

    DEFAULT_CSS = """
    LaidText { height: auto; width: 100%; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._lines: list[Line] = []

    def lay(self, rendered: Rendered) -> None:
        """Show another text."""
        self._lines = rendered.lines
        self.update(rendered.content)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected words, and what ends them."""
        return copied(self._lines, selection), "\n"


class Unselected(Static):
    """A frame line, which is not selected with the text."""

    ALLOW_SELECT = False


class CardView(Blank, Vertical):
    """Shows one card's texts, rendered for the current width.

    It takes plain values and knows no card: a front and a back, or for a cloze the same text twice with other spans.
    """

    DEFAULT_CSS = """
    CardView {
        height: 1fr;
        align-horizontal: center;
        #card-scroll { height: 1fr; padding: 1 1 0 2; scrollbar-gutter: stable; }
        #card-front { color: $strong; }
        #card-front.-asks { text-style: bold; }
        #card-back { max-width: 88; margin-top: 1; padding-top: 1; border-top: solid $rule; }
        #card-more { height: 1; width: 100%; padding: 0 2; color: $quiet; text-align: right; text-wrap: nowrap; }
    }
    """

    class PictureChosen(FieldMessage):
        """A picture was clicked on."""

        target: str

    def __init__(self, *, alone: bool = False, id: str | None = None) -> None:
        """Make an empty view.

        If nothing stands beside it, it is `alone`: its width is known, and a card is shown, from the first frame on;
        it is no higher than its card, and what is below follows at once.
        """
        super().__init__(id=id)
        self._alone = alone
        self._front: _Text | None = None
        self._back: _Text | None = None
        self.answered = False
        self._lay: Render | None = None
        self._footnotes: frozenset[str] = frozenset()
        self._drawn_width = 0
        self._drawn: dict[str, tuple[tuple[object, ...], Rendered]] = {}
        """For each text, what it was rendered from, and how it looks."""
        self._more = ""
        self.lines = 0
        """The lines that the card takes, with its blank lines."""

    def compose(self) -> ComposeResult:
        with _Scroll(id="card-scroll"):
            yield LaidText(id="card-front")
        yield Unselected(id="card-more", markup=False)

    def on_mount(self) -> None:
        """Follow the scrolling, to keep the last line right."""
        scroll = self._scroll
        self.watch(scroll, "scroll_y", self._show_more, init=False)
        self.watch(scroll, "virtual_size", self._grew, init=False)
        self._draw()
        self.call_after_refresh(self._add_answer)

    def _add_answer(self) -> None:
        """Mount the answer, once; the first frame, which doesn't show it, is painted before."""
        if self._scroll.query_children("#card-back"):
            return
        back = LaidText(id="card-back")
        back.display = False
        self._scroll.mount(back)

    @property
    def _scroll(self) -> _Scroll:
        return self.query_one("#card-scroll", _Scroll)

    @property
    def palette(self) -> Palette:
        """Use no colour if the user asked for none."""
        return PLAIN if self.app.no_color else COLOUR

    def show_front(
        self,
        front: str,
        *,
        render: Render,
        spans: Spans = (),
        footnotes: Iterable[str] = (),
        asks: bool = False,
    ) -> None:
        """Show a new card's front, from its top.

        It is laid out with what it embeds. The footnotes are those that the card calls by their names. A front `asks`
        if its answer comes below it, rather than into a gap of it.
        """
        self.query_one("#card-front").set_class(asks, "-asks")
        self._lay, self._footnotes = render, frozenset(footnotes)
        self._front, self._back = _Text(front, tuple(spans)), None
        self.answered = False
        self._draw()
        self._scroll.scroll_home(animate=False, force=True)

    def show_answer(self, back: str, *, spans: Spans = (), replace: bool = False, stay: bool = False) -> None:
        """Show the answer below the front, or with `replace` in its place (a cloze that is now filled in).

        Scrolls to the start of the answer, with as much of the front above it as fits; with `stay` it does not.
        """
        text = _Text(back, tuple(spans))
        self._front, self._back = (text, None) if replace else (self._front, text)
        self.answered = True
        self._draw()
        if not stay:
            self.call_after_refresh(self._scroll_to_answer)

    @property
    def pictures(self) -> list[str]:
        """The pictures of the texts that are shown, each named once, as they are named there."""
        return [*dict.fromkeys(place.anchor.target for _, place in self._pictures())]

    def _pictures(self) -> Iterator[tuple[LaidText, Spot]]:
        """Where pictures stand in the texts that are shown."""
        texts = self._scroll.query_children(LaidText)
        for shown, text in zip(texts, (self._front, self._back), strict=False):
            if text is None or not ("![" in text.markdown or "<img" in text.markdown):
                continue
            of, rendered = self._drawn.get(shown.id or "", (None, None))
            if rendered is not None and of is not None and of[0] == text:
                yield from ((shown, place) for place in rendered.places if place.anchor.kind == "image")

    def on_click(self, event: Click) -> None:
        for shown, spot in self._pictures():
            place = event.get_content_offset(shown)
            if place is not None and place.y == spot.line and spot.start <= place.x < spot.end:
                self.post_message(self.PictureChosen(spot.anchor.target))
                return

    def clear(self) -> None:
        """Show nothing."""
        self._front, self._back = None, None
        self.answered = False
        self._draw()

    def draw_again(self) -> None:
        """Render the card again, now that more of its embeds are known; it stays where it is."""
        self._drawn.clear()
        self._draw()

    def on_resize(self, _event: Resize) -> None:
        """Render the card again if its width has changed; a new height shows more or less below."""
        if self._text_width() != self._drawn_width:
            self._draw()
        else:
            self.call_after_refresh(self._show_more)

    def on_recoloured(self) -> None:
        self._draw()

    def _width(self) -> int:
        """Its width; before the first layout, the width that it will have."""
        if self.size.width or not self._alone:
            return self.size.width
        most = self.styles.max_width
        width = self.screen.size.width
        return min(width, int(most.value)) if most is not None and most.unit is Unit.CELLS else width

    def _room(self) -> int:
        """The most lines in sight at a time."""
        return self.screen.size.height - _BESIDES if self._alone else self._scroll.size.height - 2

    def _text_width(self) -> int:
        return min(self._width() - self._scroll.gutter.width, _MAX_TEXT)

    def _draw(self) -> None:
        if not self.is_mounted or self._width() == 0:
            self._drawn_width = 0  # the next size draws, including one already drawn for
            return
        width = self._drawn_width = self._text_width()
        if self._back is not None:
            self._add_answer()
        taken, lines = self._footnotes, _AROUND
        texts = self._scroll.query_children(LaidText)
        for drawn, text in zip(texts, (self._front, self._back), strict=False):
            drawn.display = text is not None
            if text is not None:
                rendered = self._rendered(drawn, text, width, taken)
                taken |= rendered.footnotes
                lines += len(rendered.lines)
        self.lines = lines + (_RULE if self._back is not None else 0)
        if self._alone:
            self.styles.max_height = self.lines
        self.call_after_refresh(self._show_more)

    def _rendered(self, shown: LaidText, text: _Text, width: int, taken: frozenset[str]) -> Rendered:
        """A text as it looks, which is shown; it is rendered unless it was shown last."""
        assert self._lay is not None
        height, palette = max(_LEAST_PICTURE, self._room()), self.palette
        of = (text, self._lay, width, height, palette, taken)
        was, rendered = self._drawn.get(shown.id or "", (None, None))
        if rendered is None or of != was:
            rendered = self._lay(
                text.markdown, width=width, height=height, spans=text.spans, palette=palette, taken=taken
            )
            self._drawn[shown.id or ""] = of, rendered
            shown.lay(rendered)
        return rendered

    def _scroll_to_answer(self) -> None:
        scroll = self._scroll
        if self._back is None or scroll.max_scroll_y == 0:
            return
        answer = self.query_one("#card-back")
        top, lines = answer.virtual_region.y, answer.virtual_region.height
        height = scroll.scrollable_content_region.height
        # The whole answer if it fits below part of the front, else its rule at the top.
        target = max(0, min(top, top + lines - height)) if lines <= height else top
        scroll.scroll_to(y=target, animate=False, force=True)

    def _grew(self) -> None:
        self.call_later(self._show_more)  # a widget hears of its new content before it knows its new size

    def _show_more(self) -> None:
        scroll = self._scroll
        below = round(scroll.max_scroll_y - scroll.scroll_y)
        above = round(scroll.scroll_y)
        words = ""
        if below > 0:
            words = f"↓ {count(below, 'more line')}"
        elif above > 0:
            words = "end · ↑ back up"
        if words != self._more:  # an update lays everything out again
            self._more = words
            self.query_one("#card-more", Static).update(Content(words), layout=False)
