"""One line that says which keys do what here; a click does it too."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.words import key_text


class KeyLine(Widget):
    """Lists the bindings of the screen that ask to be shown, as many as there is room for."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 100%; padding: 0 2; color: $text-muted; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, str]] = []
        """Where each key stands, in cells, and its name."""

    def on_mount(self) -> None:
        """Follow the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """Make the line out of the bindings that are active now."""
        shown: dict[str, Binding] = {}
        if self.screen.is_attached:
            for _, binding, enabled, _ in self.screen.active_bindings.values():
                if binding.show and enabled:
                    shown.setdefault(binding.action, binding)
        # The keys that lead away come last, wherever they are bound.
        ordered = sorted(shown.values(), key=lambda binding: binding.action.startswith(("leave", "app.")))
        parts: list[Content] = []
        self._places = []
        place = 0
        for binding in ordered:
            key = visible(key_text(binding.key), newlines=False)
            part = Content.assemble((key, "bold $text-accent"), f" {binding.description}")
            end = place + part.cell_length
            if end > self.size.width:
                break
            parts.append(part)
            self._places.append((place, end, binding.key))
            place = end + 3
        return Content("   ").join(parts)

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked on."""
        place = event.get_content_offset(self)
        if place is None:
            return
        for start, end, key in self._places:
            if start <= place.x < end:
                self.app.simulate_key(key)
