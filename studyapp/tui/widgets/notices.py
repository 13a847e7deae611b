"""What a person has to know, until it is no longer so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage, Unwritten
from studyapp.wording.numbers import count

STYLES: Final = {
    "error": "bold $text-error",
    "warning": "$text-warning",
    "note": "$text-muted",
    "demo": "$text-primary",
}


class Notice(Struct, frozen=True):
    """One thing to know."""

    text: str
    kind: str = "note"
    """A key of `STYLES`."""


class Notices(Static):
    """Shows notices one below the other, and takes no room when there are none."""

    DEFAULT_CSS = """
    Notices { height: auto; max-height: 25%; width: 100%; padding: 0 2; }
    """

    class Resized(FieldMessage):
        """They take more or fewer lines than before."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.shown: tuple[Notice, ...] = ()
        self.display = False

    def on_resize(self, _event: Resize) -> None:
        """Let others give way."""
        self.post_message(self.Resized())

    def show(self, notices: Sequence[Notice]) -> None:
        """Show these in place of the ones before."""
        if tuple(notices) == self.shown:
            return
        self.shown = tuple(notices)
        self.display = bool(notices)
        lines = [Content.styled(visible(notice.text, newlines=False), STYLES[notice.kind]) for notice in notices]
        self.update(Content("\n").join(lines))


def standing_notices(standing: Unwritten, key: str) -> list[Notice]:
    """Say what is not in its note, why, and what to do; `key` tries again."""
    notices: list[Notice] = []
    if standing.unsaved:
        why = standing.unsaved[-1].why.rstrip(".")
        kept = count(len(standing.unsaved), "grade is", "grades are")
        text = f"{kept} not saved, only kept in memory: {why}. {key} tries again; so does quitting."
        notices.append(Notice(text, "error"))
    if standing.waiting:
        last = standing.waiting[-1]
        why = (last.why or "the program ended before it was written").rstrip(".")
        kept = count(len(standing.waiting), "grade waits", "grades wait")
        notices.append(Notice(f"{kept} in the review log: {last.card.path}: {why}. {key} tries again.", "warning"))
    return notices
