"""What every app of ours has: themes, the user's keys, a help screen, a command palette."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.css.stylesheet import Stylesheet
from textual.driver import Driver
from textual.events import AppBlur, DescendantFocus
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.settings.model import Settings
from studyapp.core.visible import over_ssh, visible, wants_no_colour
from studyapp.tui import keys
from studyapp.tui.app.job_control import can_be_stopped
from studyapp.tui.app.key_order import KeyOrder
from studyapp.tui.app.output import lasting
from studyapp.tui.app.themes import DARK, LIGHT, NAMES, PLAIN
from studyapp.tui.messages import Recoloured
from studyapp.wording.numbers import key_text

if TYPE_CHECKING:
    from studyapp.tui.screens.dialogs.commands import AppCommand


class BaseApp(KeyOrder):
    """Knows no vault and no card."""

    TITLE = "studyapp"
    CSS_PATH = Path(__file__).with_name("app.tcss")

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by App
        (0, "-narrow"),
        (70, "-small"),
        (100, "-middle"),
        (160, "-large"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-short"), (30, "-tall"), (50, "-high")]  # noqa: RUF012 - declared so by App

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.HELP, "help", "Keys", id="app.help"),
        Binding(
            "ctrl+c,ctrl+q",
            "quit",
            "Quit",
            show=False,
            id="app.quit",
            tooltip="Ctrl+c copies what is selected",
        ),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="app.suspend"),
    ]

    _has_themes = False
    """Whether the themes are known; Textual asks for colours before."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        if over_ssh(os.environ) or not settings.animations:  # over ssh each frame would be sent over the network
            self.animation_level = "none"
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self._has_themes = True
        self._paint_as(settings.theme)
        self.stylesheet = Stylesheet(variables=self.get_css_variables())
        self._styled_for: str | None = self.theme
        """The theme whose styles have been applied; None as soon as Textual has applied its own."""
        if settings.keys:
            self.take_keys(settings.keys)

    def get_driver_class(self) -> type[Driver]:
        """A driver that lets the app end when its terminal is gone."""
        return lasting(super().get_driver_class())

    def get_css_variables(self) -> dict[str, str]:
        """The colours and other variables of the theme."""
        return super().get_css_variables() if self._has_themes else {}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colour variables, including those that a theme does not define."""
        return DARK.variables

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer other places only where there are any."""
        return None if action == "place" else super().check_action(action, parameters)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Press a key; one that a screen uses, but not now, does not fall through to the app."""
        if priority:
            return await super()._check_bindings(key, priority)
        held = False
        for node, bindings in self.screen._modal_binding_chain:  # noqa: SLF001 - as in what this overrides
            if node is self and held:
                return False
            for binding in bindings.key_to_bindings.get(key, ()):
                if binding.priority:
                    continue
                if await self.run_action(binding.action, node):
                    return True
                held |= not self._check_action_state(binding.action, node)
        return False

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._come_back)
        if not self.is_headless and not can_be_stopped():
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # editors stop the whole group

    def on_app_blur(self, event: AppBlur) -> None:
        """Keep the focus in a window that loses it.

        Textual would take it away, so that keys and cursor vanish from the screen while another program is used
        beside it; and a screen that opens meanwhile, or an app that starts so, would be left without any.
        """
        event.prevent_default()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the cursor of a field from blinking where nothing is to move by itself."""
        field: Any = event.widget  # by its attribute, as the classes of fields take a while to import
        if self.animation_level == "none" and hasattr(field, "cursor_blink"):
            field.cursor_blink = False

    def _come_back(self, _app: object) -> None:
        """Repaint everything: another program had the terminal."""
        self.refresh(layout=True)

    def action_suspend_process(self) -> None:
        """Stop, if a shell can continue the program."""
        if can_be_stopped():
            super().action_suspend_process()

    def _paint_as(self, name: str) -> None:
        """Set a theme; without colour only attributes are sent, as NO_COLOR asks."""
        plain = name == PLAIN or wants_no_colour(os.environ)
        self.no_color = plain
        kept: list[LineFilter] = [item for item in self._filters if not isinstance(item, Monochrome | NoColor)]
        self._filters = [*kept, NoColor()] if plain else kept
        self.theme = name if name in (DARK.name, LIGHT.name) else DARK.name

    def refresh_css(self, animate: bool = True) -> None:
        """Reapply the styles, except for the first theme, whose styles every widget has just received."""
        styled_for, self._styled_for = self._styled_for, None
        if self.theme != styled_for:
            super().refresh_css(animate)

    def add_filter(self, item: LineFilter) -> None:
        """Pass each painted line through a filter."""
        self._filters = [*self._filters, item]

    def take_keys(self, keys: Mapping[str, str]) -> None:
        """Use these keys from now on."""
        from studyapp.tui.app.keymap import usable

        self.set_keymap(usable(keys))

    def paint(self, name: str) -> None:
        """Change the theme until the app ends."""
        before, colourless = self.theme, self.no_color
        self._paint_as(name)
        if self.theme == before:  # for another theme Textual does it
            self.refresh_css(animate=False)
        for screen in self.screen_stack:
            for node in screen.walk_children(Widget, with_self=True):
                node.refresh(layout=True)
                if self.no_color != colourless:
                    node.post_message(Recoloured())

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """The screens that shine through the one in front; Textual counts one even where nothing does."""
        in_front = self.in_front
        return super()._background_screens if in_front and in_front.styles.background.a < 1 else []

    @property
    def in_front(self) -> Screen[Any] | None:
        """The screen in front; None once all are gone, when threads may still report."""
        return next(iter(self.screen_stack[-1:]), None)

    def refresh_bindings(self) -> None:
        """Refresh what the keys can do."""
        if self.in_front is not None:
            super().refresh_bindings()

    def push_screen(self, screen: Any, *given: Any, **named: Any) -> Any:
        """Open a screen, unless the screen that asks for it has already opened another.

        Two quick presses of Enter on a list would otherwise open the choice twice.
        """
        asks = active_message_pump.get(self)
        if isinstance(asks, Screen) and asks in self.screen_stack[:-1]:
            return AwaitComplete()
        return super().push_screen(screen, *given, **named)

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen in front, unless the screen that asks was already left.

        Two quick presses of Enter in a dialog would otherwise also leave the screen behind it.
        """
        asks = active_message_pump.get(self)
        if isinstance(asks, Screen) and asks not in self.screen_stack:
            return AwaitComplete()
        return super().pop_screen()

    def panic(self, *renderables: Any) -> None:
        """End the app with an error; Textual's own threads end it like this, and would call it a success."""
        self._return_code = self._return_code or 1
        super().panic(*renderables)

    def _handle_exception(self, error: Exception) -> None:
        """End the app with an error, unless it comes from something no longer visible."""
        from studyapp.tui.app.late_errors import is_late

        if not (self._exit or is_late(error)):
            super()._handle_exception(error)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text, without control characters that would act on the terminal it is pasted into."""
        from studyapp.tui.services.clipboard import harmless

        super().copy_to_clipboard(harmless(text))

    def action_help(self) -> None:
        """Show every key of the screen in front."""
        from studyapp.tui.screens.dialogs.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.active_bindings.values()))

    def action_command_palette(self) -> None:
        from studyapp.tui.screens.dialogs.ask import ask
        from studyapp.tui.screens.dialogs.commands import CommandsScreen

        if isinstance(self.screen, CommandsScreen):
            return
        commands = sorted(self.commands(self.screen), key=lambda one: one.text.casefold())
        ask(self, CommandsScreen(commands), self.call_later)

    def commands(self, screen: Screen[object]) -> Iterator[AppCommand]:
        """Every action available here, and the themes."""
        from studyapp.tui.screens.dialogs.commands import AppCommand

        seen: set[str] = set()
        """Actions and their names: two ways out are one command."""
        for node, binding, enabled, _ in screen.active_bindings.values():
            ours = binding.id is not None and (binding.show or isinstance(node, Screen | App))
            if not enabled or not ours or not binding.description or seen & {binding.action, binding.description}:
                continue
            seen |= {binding.action, binding.description}
            run = partial(self.run_action, binding.action, node)
            key = visible(key_text(binding.key), newlines=False)
            yield AppCommand(run, binding.description, key, binding.tooltip)
        for name in NAMES:
            yield AppCommand(partial(self.paint, name), f"Theme: {name}", "Until the app ends")
