"""Hears from the system which files of the vault were changed, by whatever program."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from textual.message import Message

from studyapp.tui.field_message import FieldMessage

_STEP = 20
"""Milliseconds without a change after which those before are told."""
_LONGEST = 80
"""Milliseconds after which changes are told though there are more and more."""


class FilesChanged(FieldMessage):
    """Files were saved, made, renamed or deleted."""

    notes: frozenset[str]
    """Paths within the vault."""
    others: frozenset[str]
    """Paths that may be folders, or may have been."""


class NotWatched(FieldMessage):
    """Changes made elsewhere are not heard of."""

    why: str


class Watcher:
    """A thread that waits for changes below a folder."""

    def __init__(self, root: Path, report: Callable[[Message], object]) -> None:
        """Make it for a vault; `report` is called on its thread."""
        self._root = root.absolute()
        self._report = report
        self._stop = threading.Event()
        self.ready = threading.Event()
        """Set once changes are heard of."""

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    def stop(self) -> None:
        """End; nothing is reported any more."""
        self._stop.set()

    def _watch(self) -> None:
        try:
            from watchfiles import watch  # noqa: PLC0415 - takes a tenth of a second, and the first paint does without

            os.scandir(self._root).close()  # what is not there would be waited for without a word
            told = watch(
                self._root,
                watch_filter=None,
                debounce=_LONGEST,
                step=_STEP,
                stop_event=self._stop,
                rust_timeout=100,  # looks so often whether it should end
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
            for changes in told:
                self.ready.set()
                if found := sort(self._root, (path for _, path in changes)):
                    self._tell(found)
        except Exception as error:  # noqa: BLE001  # without it the app does all but hear of changes
            self._tell(NotWatched(getattr(error, "strerror", None) or str(error)))

    def _tell(self, message: Message) -> None:
        try:
            self._report(message)
        except RuntimeError:  # the app has ended
            self._stop.set()


def sort(root: Path, paths: Iterable[str]) -> FilesChanged | None:
    """Tell notes from what may be folders; what is hidden, as the trash and the log are, is left out."""
    prefix = f"{root}{os.sep}"
    notes: set[str] = set()
    others: set[str] = set()
    for path in paths:
        inner = path.removeprefix(prefix).replace(os.sep, "/")
        if not path.startswith(prefix) or "/." in f"/{inner}":
            continue
        (notes if inner[-3:].lower() == ".md" else others).add(inner)
    return FilesChanged(frozenset(notes), frozenset(others)) if notes or others else None
