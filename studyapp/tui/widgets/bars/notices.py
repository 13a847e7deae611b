"""What the user has to know, for as long as it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage, Unwritten

STYLES: Final = {
    "error": "bold $bad",
    "warning": "$care",
    "note": "$quiet",
    "demo": "$learn",
}


class Notice(Struct, frozen=True):
    """One thing to know."""

    text: str
    kind: str = "note"
    """A key of `STYLES`."""


class _Told(Static):
    """Shows notices one below the other."""

    DEFAULT_CSS = """
    _Told { height: auto; width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.shown: tuple[Notice, ...] = ()
        self._text = Content("")

    def show(self, notices: Sequence[Notice]) -> None:
        """Show these in place of the ones before."""
        if tuple(notices) == self.shown:
            return
        self.shown = tuple(notices)
        lines = [Content.styled(visible(notice.text, newlines=False), STYLES[notice.kind]) for notice in notices]
        self._text = Content("\n").join(lines)
        self.update(self._text, layout=not self._fits)

    @property
    def _fits(self) -> bool:
        """Whether it has as many lines as it needs, so that nothing else moves."""
        return len(self._text.wrap(max(1, self.content_size.width))) == self.content_size.height

    def on_resize(self, _event: Resize) -> None:
        """Take other room if what was said since the last layout needs it at this width."""
        if not self._fits:
            self.refresh(layout=True)


class Notices(_Told):
    """Shows what holds now, and takes no room when there is nothing."""

    DEFAULT_CSS = """
    Notices { max-height: 25%; display: none; }
    """

    class Resized(FieldMessage):
        """They take more or fewer lines than before."""

    def on_resize(self, _event: Resize) -> None:
        """Resize other widgets."""
        self.post_message(self.Resized())

    def show(self, notices: Sequence[Notice]) -> None:
        """Resize to fit them."""
        super().show(notices)
        self.display = bool(notices)


class Passing(_Told):
    """Shows a message for a while in the row above the keys, which is reserved for it: nothing else moves."""

    DEFAULT_CSS = """
    Passing { min-height: 1; max-height: 25%; }
    """


def standing_notices(standing: Unwritten, key: str, *, is_away: bool = False) -> list[Notice]:
    """What has not reached its note, why, and what to do; `key` retries, and is empty where it would be typed."""
    notices: list[Notice] = []
    if standing.unsaved:
        why = standing.unsaved[-1].why.rstrip(".")
        kept = count(len(standing.unsaved), "grade is", "grades are")
        again = f"{key} or quitting" if key else "Quitting"
        notices.append(Notice(f"{kept} not saved, only kept in memory: {why}. {again} tries again.", "error"))
    kept = count(len(standing.waiting), "grade waits", "grades wait")
    if is_away:
        waits = f"; {kept} for it in the review log" if standing.waiting else ""
        gone = "The vault's folder is gone: moved, replaced, or its drive unplugged. What you see is from before"
        then = "Everything goes on once it is back; to open another folder in its place, start again."
        notices.append(Notice(f"{gone}{waits}. {then}", "warning"))
    elif standing.waiting:
        last = standing.waiting[-1]
        why = (last.why or "the program quit before it was written").rstrip(".")
        again = f" {key} tries again." if key else ""
        notices.append(Notice(f"{kept} in the review log: {last.card.path}: {why}.{again}", "warning"))
    return notices
