"""Writes one setting into one of our own files; every other byte stays, including comments and order.

If that is impossible, there is a SettingsError, and the file is unchanged.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any

from studyapp.core.disk.files import read_file
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.place import Place
from studyapp.core.disk.replace import replace_bytes
from studyapp.core.disk.whole import make
from studyapp.core.errors import NoteError, SettingsError
from studyapp.core.settings.files import LARGEST, VAULT_FILE, too_much
from studyapp.core.settings.model import PERSONAL

_BY_HAND = "change it by hand"
_COMMENT = re.compile(r"""^[ \t]*(#[^\r\n]*)|[,\[][ \t]*(#[^"'\r\n]*)\r?$""", re.MULTILINE)


def write_setting(file: Path, key: Sequence[str], value: Any | None) -> None:
    """Set a setting in one of our own files, which is created if missing, or with None remove it.

    For `keys` and `deck_limits`, the key has the name of an entry after that of the setting. The value is as in
    `Settings`, or a table for the limits of a deck.
    """
    old = _read(file)
    _put(file, old, _changed(file, old or b"", key, value))


def write_in_vault_file(place: Place, key: Sequence[str], value: Any | None) -> None:
    """Likewise in the vault's own file; not if a vault may not set it, is gone, or a link leads elsewhere."""
    if key[0] in PERSONAL and value is not None:
        raise SettingsError(f"{key[0]} names a command, which a vault may not do; it belongs in your own file")
    _check_place(place)
    write_setting(place.root / VAULT_FILE, key, value)


def vault_file(vault: Path) -> bytes | None:
    """The bytes of the vault's own file; None if there is none."""
    return _read(vault / VAULT_FILE)


def with_settings(vault: Path, old: bytes | None, settings: Iterable[tuple[Sequence[str], Any | None]]) -> bytes:
    """The vault's own file with other settings; nothing is written."""
    new = old or b""
    for key, value in settings:
        new = _changed(vault / VAULT_FILE, new, key, value)
    return new


def put_vault_file(place: Place, old: bytes | None, new: bytes | None) -> None:
    """Replace the bytes of the vault's own file, or delete it; None means no file."""
    _check_place(place)
    _put(place.root / VAULT_FILE, old, new)


def _check_place(place: Place) -> None:
    file = place.root / VAULT_FILE
    try:
        place.check()
    except NoteError as error:
        raise SettingsError(str(error)) from error
    if Path(os.path.realpath(file)) != Path(os.path.realpath(place.root)) / VAULT_FILE:
        raise SettingsError(f"{file} is a link that leads elsewhere; nothing is written there")


def _read(file: Path) -> bytes | None:
    try:
        return read_file(file, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"can't write {file} ({error.strerror or error}); it is unchanged") from error


def _changed(file: Path, old: bytes, key: Sequence[str], value: Any | None) -> bytes:
    try:
        return changed(old.decode("utf-8"), key, value).encode()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except ValueError as error:
        raise SettingsError(f"{file} {error}; it is unchanged") from error


def _put(file: Path, old: bytes | None, new: bytes | None) -> None:
    try:
        if new is None:
            file.unlink(missing_ok=True)
        elif old is None and new:
            file.parent.mkdir(parents=True, exist_ok=True)
            make(file, new, 0o644)
        elif old is not None and new != old:
            replace_bytes(file, old, new)
    except (OvertakenError, FileExistsError) as error:
        raise SettingsError(f"{file} was changed by another program just now; try again") from error
    except NoteError as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"can't write {file} ({error.strerror or error}); it is unchanged") from error


def changed(text: str, key: Sequence[str], value: Any | None) -> str:
    """The text of a settings file with one value set, or with None removed.

    Raises:
        ValueError: if the text is not TOML, or more would change; with words that follow the file's name.
    """
    import tomlkit

    mark, bare = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    if (unfit := too_much(bare)) is not None:
        raise ValueError(unfit[1])
    before = _read_toml(bare)
    try:
        where = _place(before, key)
        if value is None and not _has(before, where):
            return text
        document = tomlkit.parse(bare)
        table: Any = document
        for name in where[:-1]:
            if name not in table:
                table[name] = tomlkit.table()
            table = table[name]
        old = table[where[-1]].as_string() if where[-1] in table else ""
        if value is None:
            del table[where[-1]]
        else:
            table[where[-1]] = _item(_plain(value))
        after = _spliced(bare, tomlkit.dumps(document), old, removes=value is None)
        read, wanted = tomllib.loads(after), _wanted(before, where, value)
        if read != wanted and not (value is None and read == _without_empty(wanted, where)):
            raise ValueError(f"can't be changed safely; {_BY_HAND}")
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.TOMLKitError, TypeError, AttributeError) as error:
        raise ValueError(f"can't be changed safely; {_BY_HAND}") from error
    return mark + after


def _read_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is not TOML ({error}); fix it by hand") from error
    except RecursionError as error:
        raise ValueError(f"can't be changed safely; {_BY_HAND}") from error


def _place(data: Mapping[str, Any], key: Sequence[str]) -> tuple[str, ...]:
    """Where a value is, or goes: a key binding is one quoted name, or nested tables."""
    table = data.get(key[0])
    if len(key) < 2 or not isinstance(table, Mapping) or key[1] in table:
        return tuple(key)
    parts: list[str] = []
    for part in key[1].split("."):
        if not isinstance(table, Mapping) or part not in table:
            return tuple(key)
        parts.append(part)
        table = table[part]
    return (key[0], *parts) if not isinstance(table, Mapping) else tuple(key)


def _has(data: Any, where: Sequence[str]) -> bool:
    """Whether a file sets anything at a place."""
    for name in where:
        if not isinstance(data, Mapping) or name not in data:
            return False
        data = data[name]
    return True


def _wanted(before: Mapping[str, Any], where: Sequence[str], value: Any | None) -> dict[str, Any]:
    """A file's contents with only one value set."""
    data = dict(before)
    table: dict[str, Any] = data
    for name in where[:-1]:
        table[name] = dict(table.get(name, {}))
        table = table[name]
    if value is None:
        table.pop(where[-1], None)
    else:
        table[where[-1]] = _plain(value)
    return data


def _without_empty(data: dict[str, Any], where: Sequence[str]) -> dict[str, Any]:
    """The same without tables that a removed value leaves empty."""
    for depth in range(len(where) - 1, 0, -1):
        table = data
        for name in where[: depth - 1]:
            table = table[name]
        if table[where[depth - 1]]:
            break
        del table[where[depth - 1]]
    return data


def _spliced(old: str, new: str, value: str, *, removes: bool) -> str:
    """The new text, if it is the old one with a piece added or removed, or with another value."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    same = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    gone, came = old[start : len(old) - same], new[start : len(new) - same]
    if came if removes else gone not in value:
        raise ValueError(f"can't be changed without touching what is beside it; {_BY_HAND}")
    after = old[:start] + came + old[len(old) - same :]
    if _comments(old) - _comments(after):
        raise ValueError(f"has a comment that would be lost; {_BY_HAND}")
    if "\r\n" in old:
        came = came.replace("\r\n", "\n").replace("\n", "\r\n")
    return old[:start] + came + old[len(old) - same :]


def _comments(text: str) -> Counter[str]:
    """The comments of a text that have a line to themselves, or stand beside an item of a list."""
    return Counter(found[1] or found[2] for found in _COMMENT.finditer(text))


def _plain(value: Any) -> Any:
    """A value as Python reads it from TOML."""
    match value:
        case time():
            return value.isoformat()
        case tuple() | list():
            return list(value)
        case Mapping():
            return dict(value)
        case bool() | int() | float():
            return value
        case _:
            return str(value)


def _item(value: Any) -> Any:
    """Likewise, for a table on the line of its key."""
    import tomlkit

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table
