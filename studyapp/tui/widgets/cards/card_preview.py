"""A card with its place and its schedule, beside or below the list that it is in."""

from __future__ import annotations

from textual.app import ComposeResult

from studyapp.core.visible import visible
from studyapp.tui.widgets.cards.card_view import CardView, Render
from studyapp.tui.widgets.parts.blank import BlankColumn, BlankRow
from studyapp.tui.widgets.parts.pane import Pane
from studyapp.tui.widgets.parts.side_panel import Facts, SidePanel
from studyapp.wording.cards import CardTexts


class CardPreview(BlankRow):
    """Shows a card's front and answer; its schedule beside them, or above them in a narrow room."""

    DEFAULT_CSS = """
    CardPreview {
        height: 45%;
        margin-top: 1;
        BlankColumn { width: 1fr; height: 100%; }
        SidePanel { padding: 0 0 0 4; display: none; }
        CardView #card-scroll { padding: 0 1 0 0; }
        CardView #card-back { margin: 0; padding-top: 0; }
    }
    CardPreview.-narrow {
        height: 100%;
        width: 39%;
        margin: 0 0 0 4;
        layout: vertical;
        BlankColumn { width: 100%; height: 1fr; }
        SidePanel { width: 100%; height: 10; padding: 0; dock: top; }
        CardView #card-back { margin: 1 0 0 0; padding-top: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        with BlankColumn():
            yield Pane("Card")
            yield CardView()
        yield SidePanel()

    @property
    def _view(self) -> CardView:
        return self.query_one(CardView)

    @property
    def _panel(self) -> SidePanel:
        return self.query_one(SidePanel)

    @property
    def has_facts(self) -> bool:
        """Whether the schedule is shown."""
        return self._panel.display

    @has_facts.setter
    def has_facts(self, there: bool) -> None:
        self._panel.display = there

    @property
    def pictures(self) -> list[str]:
        """The card's pictures that can be opened."""
        return self._view.pictures

    def clear(self) -> None:
        """Show no card."""
        self.query_one(Pane).show(value="")
        self._view.clear()
        self._panel.show(())

    def show(self, place: str, texts: CardTexts, render: Render) -> None:
        """Show a card, and the place it has in its note."""
        self.query_one(Pane).show(value=visible(place, newlines=False))
        view = self._view
        if texts.in_place:
            view.show_front(texts.answer, spans=texts.back.spans, render=render)
        else:
            names = [name for name, _ in texts.footnotes]
            view.show_front(texts.front.text, spans=texts.front.spans, render=render, footnotes=names, asks=True)
            # To scroll would reveal the answer: users skim a list by its fronts.
            view.show_answer(texts.answer, spans=texts.back.spans, stay=True)

    def show_facts(self, facts: Facts) -> None:
        """Show the card's schedule."""
        self._panel.show([facts])
