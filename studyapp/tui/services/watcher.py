"""Hears from the system which files of the vault other programs change."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from textual.message import Message

from studyapp.core.disk.files import read_file
from studyapp.core.disk.place import Place
from studyapp.tui.messages import FieldMessage

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre"}
    | {"sshfs", "rclone", "davfs", "davfs2", "s3fs"}
)
"""File systems on which other machines write without the system here noticing."""
_STEP = 20
"""Milliseconds without a change after which the changes so far are reported."""
_AWAY = 0.25
"""Seconds between checks whether the folder is back."""
_LONGEST = 80
"""Milliseconds after which changes are reported even while more arrive."""


class FilesChanged(FieldMessage):
    """Files were saved, created, renamed or deleted."""

    notes: frozenset[str]
    """Paths within the vault."""
    others: frozenset[str]
    """Paths that are, or may have been, folders."""


class NotWatched(FieldMessage):
    """Changes made elsewhere go unnoticed."""

    why: str


class FolderSeen(FieldMessage):
    """The folder that is watched is gone, or back."""

    is_there: bool


class Watcher:
    """A thread that watches a folder for changes."""

    def __init__(
        self, place: Place, report: Callable[[Message], object], missed: Callable[[], Collection[str]] = frozenset
    ) -> None:
        """Make it for a vault's folder; each message is reported on the watcher's thread.

        `missed` is called on that thread once changes are noticed, and again whenever the folder is back: it returns
        the notes that have changed by then.
        """
        self._place = place
        self._root = place.root.absolute()
        self._report = report
        self._missed = missed
        self._stop = threading.Event()
        self.ready = threading.Event()
        """Set once changes are noticed."""

    def start(self) -> None:
        """Start watching."""
        threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    def stop(self) -> None:
        """Stop watching; nothing is reported any more."""
        self._stop.set()

    def _watch(self) -> None:
        try:
            os.scandir(self._root).close()  # a missing folder would be watched silently
            if kind := network_of(self._root):
                self._tell(NotWatched(f"network file systems ({kind}) report no changes of other machines"))
            while not self._stop.is_set():
                self._watch_while_there()
                if not self._stop.is_set():
                    self._wait_until_back()
        except Exception as error:  # noqa: BLE001  # without it the app does all but hear of changes
            self._tell(NotWatched(getattr(error, "strerror", None) or str(error)))

    def _watch_while_there(self) -> None:
        from watchfiles import watch

        told = watch(
            self._root,
            watch_filter=None,
            debounce=_LONGEST,
            step=_STEP,
            stop_event=self._stop,
            rust_timeout=100,  # how often to check whether to stop, and whether the folder is there
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        notices = False
        for changes in told:
            if not self._place.is_there:
                return
            if not notices:
                notices = True
                self.ready.set()
                if missed := self._missed():
                    self._tell(FilesChanged(frozenset(missed), frozenset()))
            if found := sort(self._root, (path for _, path in changes)):
                self._tell(found)

    def _wait_until_back(self) -> None:
        self._tell(FolderSeen(is_there=False))
        while not self._place.is_there:
            if self._stop.wait(_AWAY):
                return
        self._tell(FolderSeen(is_there=True))

    def _tell(self, message: Message) -> None:
        try:
            self._report(message)
        except RuntimeError:  # the app has ended
            self._stop.set()


def network_of(root: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of network file system that a folder is on; empty if it is on none, or unknown."""
    try:
        lines = read_file(mounts).decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    found: list[tuple[int, str]] = []
    for line in lines:
        mount, _, system = line.partition(" - ")
        fields, kind = mount.split(), system.partition(" ")[0]
        if len(fields) > 4 and root.resolve().is_relative_to(_unescaped(fields[4])):
            found.append((len(fields[4]), kind))
    kind = max(reversed(found), key=lambda one: one[0])[1] if found else ""  # the last mount hides the others
    return kind if kind.removeprefix("fuse.") in _NETWORK else ""


def _unescaped(path: str) -> str:
    """Decode a path from the mount table, where white space is octal."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)


def sort(root: Path, paths: Iterable[str]) -> FilesChanged | None:
    """Separate notes from possible folders; hidden paths, such as the trash and the log, are left out."""
    prefix = f"{root}{os.sep}"
    notes: set[str] = set()
    others: set[str] = set()
    for path in paths:
        inner = path.removeprefix(prefix).replace(os.sep, "/")
        if not path.startswith(prefix) or "/." in f"/{inner}":
            continue
        (notes if inner[-3:].lower() == ".md" else others).add(inner)
    return FilesChanged(frozenset(notes), frozenset(others)) if notes or others else None
