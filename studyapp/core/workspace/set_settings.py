"""Changes settings of the vault as an action: logged first, so that it can be undone, even after a restart."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import to_builtins

from studyapp.core.disk.place import Place
from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError, SettingsError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.log.refusal import NOT_OURS
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.settings.write import put_vault_file, vault_file, with_settings
from studyapp.core.text.note_text import digest_of

_CHANGED = "the setting was changed since then"


class NewSetting(NamedTuple):
    """A value in the vault's settings file, and its place there; None if it has none."""

    key: tuple[str, ...]
    value: Any | None


def set_settings(journal: Journal, place: Place, settings: Sequence[NewSetting], what: str, now: datetime) -> Action:
    """Write settings into the vault's file as an action; if that fails, the file is unchanged."""
    old = vault_file(place.root)
    new = with_settings(place.root, old, settings)
    were = [NewSetting(one.key, value_in(old, one.key)) for one in settings]
    before = {"settings": were, "file": None if old is None else old.decode()}
    after = {"settings": settings, "digest": digest_of(new)}
    seen, texts = Seen.whole(str(VAULT_FILE), ""), (json.dumps(before), json.dumps(after))
    action = Action(new_id(), ActionKind.SETTING, now, seen, None, None, *texts, what=what)
    action = journal.intend(action, None)
    try:
        put_vault_file(place, old, new)
    except SettingsError:
        journal.dropped(action)
        raise
    return action


def put_back(place: Place, action: Action, *, redo: bool) -> None:
    """Write the settings that an action replaced, or with `redo` those that it made, unless they are there.

    Undo restores every byte of the file if it is as the action left it, else only these values. NoteError if they are
    no longer what the action left, or cannot be written; then the file is unchanged.
    """
    if not action.ours:
        raise NoteError(NOT_OURS)
    before, after = json.loads(action.before or "{}"), json.loads(action.after)
    old, new = (
        [NewSetting(tuple(key), value) for key, value in side.get("settings", ())] for side in (before, after)
    )
    there, wanted = (old, new) if redo else (new, old)
    try:
        now = vault_file(place.root)
        if all(value_in(now, one.key) == one.value for one in wanted):
            return  # also where a crash or a full disk came before they were written
        if any(value_in(now, one.key) != one.value for one in there):
            raise NoteError(_CHANGED)
        if not redo and now is not None and digest_of(now) == after.get("digest"):
            file = before.get("file")
            put_vault_file(place, now, None if file is None else file.encode())
        else:
            put_vault_file(place, now, with_settings(place.root, now, wanted))
    except SettingsError as error:
        raise NoteError(str(error)) from error


def value_in(file: bytes | None, key: Sequence[str]) -> Any | None:
    """A settings file's value for a key, days and times as text; None if it has none, or cannot be read."""
    try:
        found: Any = tomllib.loads((file or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    for name in key:
        found = found.get(name) if isinstance(found, dict) else None
    return to_builtins(found)
