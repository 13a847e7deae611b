"""What a service may ask of the app that it works for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from textual.filter import LineFilter
from textual.message import Message

from studyapp.core.workspace.workspace import Workspace

PASSES = 4.0
"""Seconds after which a message goes by itself."""


class Host(Protocol):
    """An app with an open vault; textual's own members are named as there."""

    workspace: Workspace

    @property
    def is_headless(self) -> bool: ...

    @property
    def is_web(self) -> bool:
        """Whether the person sits at a browser, and not at this machine."""

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message on the screen in front for a while."""

    def tell_once(self, what: str) -> bool:
        """Whether something has not been told about this vault before; from now on it has."""

    def write_all(self) -> None:
        """Wait until every grade is in its note: another program is about to open it."""

    def post_message(self, message: Message, /) -> bool: ...

    def call_from_thread(self, callback: Callable[..., object], *args: object) -> Any: ...

    def open_url(self, url: str) -> None:
        """Have the browser at which the person sits offer an address."""

    def copy_to_clipboard(self, text: str) -> None: ...

    def suspend(self) -> AbstractContextManager[None]: ...

    def add_filter(self, item: LineFilter) -> None:
        """Pass each line that is painted through a filter."""

    def get_css_variables(self) -> dict[str, str]: ...
