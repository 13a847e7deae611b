"""A part of a page under a title rule: `Name ───────── value`."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

Body = Callable[[Size], Content]
"""From columns and rows to the content below the rule."""


def title_rule(name: str, value: Content | str, width: int, *, focused: bool = False) -> Content:
    """A rule with a name at its left and a value at its right end; if both do not fit, the value goes.

    The name is short, in sentence case, without a colon. The rule is heavy if what is below has the focus.
    """
    shown = Content.styled(value, "$quiet") if isinstance(value, str) else value
    line = "━" if focused else "─"
    title = Content.styled(name, "bold").truncate(width, ellipsis=True)
    room = width - title.cell_length - 2
    if shown.cell_length and room - shown.cell_length - 1 >= 1:
        middle = Content.styled(line * (room - shown.cell_length), "$act" if focused else "$rule")
        return Content.assemble(title, " ", middle, " ", shown)
    if room < 0:
        return title
    return Content.assemble(title, " ", (line * (room + 1), "$act" if focused else "$rule"))


class Pane(Widget):
    """Draws a title rule with its content below; `lines` of it, or as many as it needs."""

    DEFAULT_CSS = """
    Pane { height: auto; width: 100%; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, name: str = "", body: Body | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False
        self._title, self._value, self._body = name, Content(""), body
        self._lit = False
        self._shown: Content | None = None
        """What was drawn last."""

    def renew(self, *, value: str | None = None) -> None:
        """Draw again if that changes anything, with another value at the right of the rule if one is given."""
        if value is not None:
            self._value = Content.styled(value, "$quiet")
        if self._shown is None or not self._shown.is_same(self._drawn_now()):
            self.refresh()

    def show(
        self, body: Body | Content | None = None, *, name: str | None = None, value: Content | str | None = None
    ) -> None:
        """Show a text, or what draws one for a size in cells, under another rule; what is not given stays."""
        if body is not None:
            self._body = (lambda _: body) if isinstance(body, Content) else body
        if name is not None:
            self._title = name
        if value is not None:
            self._value = Content.styled(value, "$quiet") if isinstance(value, str) else value
        self.refresh(layout=body is not None and self.styles.is_auto_height)

    def light(self, *, on: bool) -> None:
        """Show by the rule whether the content has the focus."""
        if on != self._lit:
            self._lit = on
            self.refresh(Region(0, 0, self.size.width, 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self._body is None:
            return 1
        return 1 + len(self._body(Size(width, max(0, container.height - 1))).split("\n"))

    def render(self) -> Content:
        self._shown = self._drawn_now()
        return self._shown

    def _drawn_now(self) -> Content:
        size = self.size
        rule = title_rule(self._title, self._value, size.width, focused=self._lit)
        if self._body is None or size.height < 2:
            return rule
        return Content("\n").join([rule, self._body(Size(size.width, size.height - 1))])
