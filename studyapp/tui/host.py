"""What a service may ask of the app."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from textual.filter import LineFilter
from textual.message import Message

from studyapp.core.workspace.workspace import Workspace

PASSES = 4.0
"""Seconds until a message disappears."""


class Host(Protocol):
    """An app with an open vault; Textual's own members have Textual's names."""

    workspace: Workspace

    @property
    def is_headless(self) -> bool: ...

    @property
    def is_web(self) -> bool:
        """Whether the user is at a browser rather than at this machine."""

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message on the screen in front for a while."""

    def tell_once(self, what: str) -> bool:
        """Whether this is the first call about `what` for this vault; remembers that it was called."""

    def write_all(self) -> None:
        """Wait until every grade is in its note: another program is about to open it."""

    def post_message(self, message: Message, /) -> bool: ...

    def call_from_thread(self, callback: Callable[..., object], *args: object) -> Any: ...

    def open_url(self, url: str) -> None:
        """Have the user's browser offer an address."""

    def copy_to_clipboard(self, text: str) -> None: ...

    def suspend(self) -> AbstractContextManager[None]: ...

    def add_filter(self, item: LineFilter) -> None:
        """Pass each painted line through a filter."""

    def get_css_variables(self) -> dict[str, str]: ...
