"""A list over another screen, to choose one line from; typing narrows down a long one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Generic, TypeVar

from msgspec import Struct
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from studyapp.core.text.names import as_compared
from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.parts.dialog import Dialog, inner_height, inner_width
from studyapp.tui.widgets.parts.rows import cursor_bar
from studyapp.tui.widgets.parts.typed_line import TypedLine

_SHOWN: Final = 200
"""The most lines at once: nobody scrolls through more, and typing finds the others."""

_HIGHEST: Final = 14
"""Lines in sight."""
_BAR, _GAP = 2, 2
"""Cells before a line, and before its remark."""
_OTHERS: Final = 4
"""Lines of the box beside them: what is typed, the keys, the gaps."""


Chosen = TypeVar("Chosen")


class Choice(Struct, Generic[Chosen], frozen=True):
    """A choice."""

    value: Chosen
    """What the screen closes with."""
    text: str
    remark: str = ""
    about: str = ""
    """What it is about, where that is said between the two."""


class _Typed(TypedLine):
    """Narrows the list down; has no Enter where that would take nothing."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        screen = self.screen
        return action != "submit" or not isinstance(screen, ChooseScreen) or screen.takes(self.value) or None


class _Lines(OptionList):
    """The list itself; its keys are letters where a line above it takes them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.DOWN, "screen.move(1)", "Down", show=False, id="choose.next"),
        Binding(keys.UP, "screen.move(-1)", "Up", show=False, id="choose.previous"),
        Binding(keys.TOP, "first", "First", show=False, id="choose.first"),
        Binding(keys.END, "last", "Last", show=False, id="choose.last"),
        Binding(keys.MAIN, "screen.choose", "Choose", show=False, id="choose.main"),
    ]

    def _on_click(self, event: Click) -> None:  # type: ignore[override]  # Textual's runs too
        """Leave a click on a line alone that has gone since it was painted: Textual would look for it in vain."""
        if event.style.meta.get("option", 0) >= self.option_count:
            event.prevent_default()


class ChooseScreen(Surface, ModalScreen[Chosen]):
    """Closes with the value of the chosen line, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+k,ctrl+p", "move(-1)", "Up", show=False, id="choose.up", priority=True),
        Binding("down,ctrl+j,ctrl+n", "move(1)", "Down", show=False, id="choose.down", priority=True),
        Binding("pageup", "page(-1)", "A page up", show=False, id="choose.page-up", priority=True),
        Binding("pagedown", "page(1)", "A page down", show=False, id="choose.page-down", priority=True),
        Binding(keys.OPEN, "choose", "Choose", id="choose.choose"),
        Binding(keys.BACK, "leave", "Back", id="choose.leave", priority=True),
        Binding(keys.QUIT, "leave", "Back", show=False, id="choose.close", tooltip="where nothing is typed"),
    ]

    DEFAULT_CSS = """
    ChooseScreen {
        align: center middle;
        Input, Input:focus { border: none; height: 1; padding: 0; }
        #choose-list { text-wrap: nowrap; text-overflow: ellipsis; }
        OptionList, OptionList:focus { height: auto; border: none; padding: 0; margin-top: 1; }
        OptionList, OptionList:focus { background: $surface; background-tint: $surface 0%; }
        OptionList, OptionList:focus {
            & > .option-list--option-highlighted { background: $raised; color: $foreground; text-style: none; }
        }
    }
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[Choice[Chosen]],
        *,
        act: str = "Choose",
        away: str = "Back",
        typing: bool = True,
        placeholder: str = "type a part of the name",
    ) -> None:
        """Make it for lines, which typing narrows down; `act` is what Enter does, and `away` what Escape does."""
        super().__init__()
        self._title, self._lines, self._typing = title, tuple(lines), typing
        # The key belongs to the search line, the list, or the screen, whichever has the focus.
        self._names = {"choose": act, "submit": act, "select": act, "leave": away}
        self._placeholder = placeholder
        self._found: Sequence[Choice[Chosen]] = ()
        self._column = 0
        """The cells before the remarks, where all stand below each other."""

    def compose(self) -> ComposeResult:
        with Dialog(self._title, id="choose"):
            if self._typing:
                yield _Typed(placeholder=self._placeholder, select_on_focus=False)
            yield _Lines(id="choose-list", markup=False)
            yield KeyLine(self._names)

    def on_mount(self) -> None:
        (self.query_one(Input) if self._typing else self.query_one(OptionList)).focus()
        self._list("")

    def before_layout(self, size: Size) -> None:
        """Leave room in the box for the keys."""
        room = inner_height(size.height) - _OTHERS
        options = self.query_one(OptionList)
        options.styles.max_height = max(1, min(_HIGHEST, room))
        self._align(size.width)
        self._mark(options)

    def on_input_changed(self, message: Input.Changed) -> None:
        self._list(message.value)

    def on_input_submitted(self) -> None:
        """Choose the line under the cursor; what was typed before Enter has been handled by now."""
        self.action_choose()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.take(self._found[message.option_index].value)

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Mark the line under the cursor, so that it is visible without colour."""
        self._mark(message.option_list)

    def on_recoloured(self) -> None:
        """Mark it as the theme does."""
        self._mark(self.query_one(OptionList))

    def _mark(self, options: OptionList) -> None:
        for index, line in enumerate(self._found):
            marked = self._written(line, here=index == options.highlighted)
            if str(options.options[index].prompt) != str(marked):
                options.replace_option_prompt_at_index(index, marked)

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    def action_page(self, by: int) -> None:
        options = self.query_one(OptionList)
        options.action_page_down() if by > 0 else options.action_page_up()  # type: ignore[no-untyped-call]  # Textual's

    def action_choose(self) -> None:
        if (line := self.line_here) is not None:
            self.take(line.value)

    @property
    def line_here(self) -> Choice[Chosen] | None:
        """The line under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def take(self, value: Chosen) -> None:
        """Close with the value of a line."""
        self.dismiss(value)

    def found_for(self, typed: str) -> list[Choice[Chosen]]:
        """The lines that contain all of the words."""
        words = as_compared(typed).split()
        return [
            line for line in self._lines if all(word in as_compared(f"{line.text} {line.remark}") for word in words)
        ]

    def why_empty(self, typed: str) -> str:
        """What stands in an empty list."""
        return "no match" if typed.strip() else "there is nothing here yet"

    def _list(self, typed: str) -> None:
        found = self.found_for(typed)
        self._found = found[:_SHOWN]
        self._align(self.size.width)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(self._written(line, here=False)) for line in self._found])
        if not found:
            options.add_option(Option(Content.styled(f"  {self.why_empty(typed)}", "$quiet"), disabled=True))
        elif len(found) > _SHOWN:
            more = f"  and {len(found) - _SHOWN:,} more; type to find them"
            options.add_option(Option(Content.styled(more, "$quiet"), disabled=True))
        options.highlighted = 0 if found else None
        self.refresh_bindings()

    def _align(self, width: int) -> None:
        """Have the remarks stand below each other on a screen of a width, if each fits beside its line so."""
        remarked = [line for line in self._found if line.remark]
        self._column = max((cell_len(visible(line.text, newlines=False)) for line in remarked), default=0)
        longest = max((cell_len(visible(line.remark, newlines=False)) for line in remarked), default=0)
        if _BAR + self._column + _GAP + longest > inner_width(width):
            self._column = 0

    def takes(self, typed: str) -> bool:
        """Whether Enter takes a line, or what is typed."""
        return bool(self._found)

    def _written(self, line: Choice[Chosen], *, here: bool) -> Content:
        bar = (cursor_bar(plain=self.app.no_color) if here else " ", "$act")
        text, remark = (visible(one, newlines=False) for one in (line.text, line.remark))
        gap = " " * (max(0, self._column - cell_len(text)) + _GAP)
        shown = (text, "bold $strong" if here else "")
        return Content.assemble(bar, " ", shown, (f"{gap}{remark}" if remark else "", "$quiet"))
