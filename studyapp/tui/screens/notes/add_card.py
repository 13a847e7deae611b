"""A new card: typed, previewed, added to the end of a note."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from studyapp.core.errors import StudyError
from studyapp.core.text.note_text import trim
from studyapp.core.visible import visible
from studyapp.study.adding.adding import NewCard, Wish, new_card, note_for
from studyapp.study.search.same import with_front
from studyapp.tui import keys
from studyapp.tui.render import render_note
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.surface import Surface
from studyapp.tui.study import Aim, Study
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.wording.numbers import sentence

_PAUSE = 0.15
"""Seconds without a key after which the preview is drawn."""


class AddCardScreen(Surface, ModalScreen[None]):
    """Stays open for the next card; text that was not added is lost when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "add", "Add", id="add-card.add", priority=True),
        Binding("ctrl+o", "note", "Note", id="add-card.note", priority=True, tooltip="where the card goes"),
        Binding("ctrl+b", "both_ways", "Both ways", id="add-card.both-ways", priority=True),
        Binding(keys.PART, "next", "Next field", show=False, id="add-card.next", priority=True),
        Binding(keys.BACK, "leave", "Leave", id="add-card.leave", priority=True),
    ]

    DEFAULT_CSS = """
    AddCardScreen {
        align: center middle;
        .add-name { color: $quiet; margin-top: 1; }
        TextArea, TextArea:focus { height: auto; min-height: 2; max-height: 7; border: none; padding: 0 1; }
        TextArea { background: $raised; }
        #add-preview { height: auto; max-height: 9; margin-top: 1; padding: 0 1; border-left: outer $rule; }
        #add-preview Static { height: auto; }
    }
    """

    def __init__(self, aim: Aim) -> None:
        """Make it for the current note or deck; text selected there becomes the front."""
        super().__init__()
        self._aim = aim
        self._note: str | None = aim.note
        self._both_ways = False
        self._added = ""
        self._drawing: Timer | None = None

    @property
    def _study(self) -> Study:
        return cast("Study", self.app)

    def compose(self) -> ComposeResult:
        with Dialog("Add a card", id="add-card"):
            yield Static(id="add-where", markup=False)
            yield Static("Front", classes="add-name")
            yield TextArea(self._aim.text, id="add-front", tab_behavior="focus")
            yield Static("Back (leave empty for a text with a ==cloze==)", classes="add-name", markup=False)
            yield TextArea(id="add-back", tab_behavior="focus")
            with VerticalScroll(id="add-preview", can_focus=False):
                yield Static(id="add-card-looks")
            yield Static(id="add-said")
            yield KeyLine()

    def on_mount(self) -> None:
        if self._note is None and self._aim.deck:
            self._note = note_for(self._study.workspace, self._aim.deck)
        self._show_where()
        self._draw()
        front = self.query_one("#add-front", TextArea)
        front.move_cursor(front.document.end)
        front.focus()
        self._drawing = self.set_interval(_PAUSE, self._draw, pause=True)

    def on_text_area_changed(self) -> None:
        """Draw the preview once typing pauses."""
        self._added = ""
        if self._drawing is not None:
            self._drawing.reset()
            self._drawing.resume()

    def action_next(self) -> None:
        front, back = self.query_one("#add-front"), self.query_one("#add-back")
        (back if front.has_focus else front).focus()

    def action_both_ways(self) -> None:
        """Turn the reverse card on or off."""
        self._both_ways = not self._both_ways
        self._show_where()
        self._draw()

    def action_note(self) -> None:
        vault = self._study.workspace.vault
        with_cards = vault.paths_with_cards()
        paths = sorted(vault.paths(), key=lambda path: (path != self._note, path not in with_cards, path))
        lines = [
            Choice(path, path.removesuffix(".md"), "" if path in with_cards else "no cards yet") for path in paths
        ]

        def chosen(path: str) -> None:
            self._note = path
            self._show_where()
            self._draw()

        ask(self.app, ChooseScreen("Which note?", lines), chosen)

    def action_add(self) -> None:
        """Add it to the end of the note; a message reports the outcome."""
        try:
            made = new_card(self._study.workspace, self._wish())
        except StudyError as error:
            self.tell(sentence(str(error)), "$bad")
            return
        self._study.writer.add_card(made.note, made.text)

    def tell(self, text: str, style: str = "") -> None:
        """Show the outcome; once the card is added the fields are cleared."""
        if style == "$good":
            for area in self.query(TextArea):
                area.text = ""
            self.query_one("#add-front").focus()
        self._added = text
        self.query_one("#add-said", Static).update(Content.styled(visible(text, newlines=False), style))

    def _wish(self) -> Wish:
        front, back = (self.query_one(f"#add-{side}", TextArea).text for side in ("front", "back"))
        return Wish(front, back, self._both_ways, self._note, None if self._aim.note else self._aim.deck)

    def _show_where(self) -> None:
        note = "choose a note" if self._note is None else visible(self._note.removesuffix(".md"), newlines=False)
        ways = "both ways" if self._both_ways else "front to back"
        self.query_one("#add-where", Static).update(
            Content.assemble(("Into  ", "$quiet"), (note, "bold $strong"), (f"   {ways}", "$quiet"))
        )

    def _draw(self) -> None:
        """Show the preview, or why it is not a card yet."""
        if self._drawing is not None:
            self._drawing.pause()
        wish = self._wish()
        looks, said = self.query_one("#add-card-looks", Static), self.query_one("#add-said", Static)
        self.query_one("#add-preview").display = bool(trim(wish.front))
        if not trim(wish.front):
            said.update(self._added)
            return
        try:
            made = new_card(self._study.workspace, wish)
        except StudyError as error:
            looks.update(render_note(wish.front, width=self._width()).content)
            said.update(Content.styled(sentence(visible(str(error), newlines=False)), "$quiet"))
            return
        looks.update(self._looks(made))
        said.update(self._same(made))

    def _looks(self, made: NewCard) -> Content:
        card = made.question.cards[0]
        front, back = (render_note(side, width=self._width()).content for side in (card.front, card.back))
        return Content.assemble(front, "\n", ("─" * self._width(), "$rule"), "\n", back)

    def _same(self, made: NewCard) -> Content:
        workspace, front = self._study.workspace, made.question.cards[0].front
        same = with_front(workspace.vault, self._study.search_index, front, workspace.clock())
        if not same:
            return Content("")
        where = visible(same[0].path, newlines=False)
        return Content.styled(f"A card with this front already exists in {where}.", "$care")

    def _width(self) -> int:
        return max(20, self.query_one("#add-preview").size.width - 3)
