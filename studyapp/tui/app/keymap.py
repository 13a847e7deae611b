"""The user's keys: which are valid, and what is wrong with the others.

Several bindings are active together on a screen: its own, its widgets', the app's. So a duplicate key is a conflict
only where both can be pressed at the same time.
"""

from __future__ import annotations

import pkgutil
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec import Struct
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from studyapp.core.disk.files import read_file
from studyapp.core.errors import Problem
from studyapp.core.settings.load import Origin
from studyapp.wording.numbers import key_text

_PACKAGES: Final = ("studyapp.tui.screens", "studyapp.tui.widgets")
_SIGNS: Final[Mapping[str, str]] = {
    binding.key: sign
    for sign in string.punctuation
    if sign != ","
    for binding in Binding.make_bindings([Binding(sign, "", "")])
}
"""Textual's names for punctuation keys: `question_mark` is `?`."""
_NAMED: Final = frozenset(key.value for key in Keys if "<" not in key.value) | _SIGNS.keys() | {"comma"}
_RENAMED: Final[Mapping[str, str]] = {
    "browse.note": "place.notes",
    "copy.down": "choose.next",
    "copy.up": "choose.previous",
    "decks.browse": "place.browse",
    "decks.demos": "place.demos",
    "decks.notes": "place.notes",
    "decks.stats": "place.stats",
    "difference.page": "difference.page-down",
    "doctor.end": "doctor.last",
    "doctor.top": "doctor.first",
    "save.leave": "prompt.leave",
}
"""Bindings by their names in earlier versions, which settings files may still have."""
_PALETTE: Final = Binding(App.COMMAND_PALETTE_BINDING, "command_palette", "Every command", show=False)


class KeyGroup(Struct, frozen=True):
    """Bindings that are active together."""

    screen: str
    """The class of the screen."""
    bindings: tuple[Binding, ...]
    """One for each key, in the order in which they are tried: widgets first, then the screen, then the app."""


def key_name(text: str) -> str | None:
    """Textual's name for a key as a user writes it, such as `?`, `Ctrl+R` or `space`; None if it is not a key."""
    *modifiers, key = text.strip().split("+") if len(text.strip()) > 1 else [text.strip()]
    modifiers = [modifier.lower() for modifier in modifiers]
    if not key or any(modifier not in ("ctrl", "shift", "alt") for modifier in modifiers):
        return None
    if key == ",":
        key = "comma"
    elif len(key) == 1:
        if not key.isprintable() or key.isspace():
            return None
        if modifiers == ["shift"] and key.isalpha():
            modifiers, key = [], key.upper()  # as a terminal sends it
        key = key.lower() if "ctrl" in modifiers else key
        (binding,) = Binding.make_bindings([Binding(key, "", "")])
        key = binding.key
    else:
        key = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter"}.get(key.lower(), key.lower())
        if key not in _NAMED:
            return None
    return "+".join([*modifiers, key])


def usable(keys: Mapping[str, str]) -> dict[str, str]:
    """The configured keys that are valid, by the present names; the other bindings keep their default keys."""
    found = {name: [key for text in texts.split(",") if (key := key_name(text))] for name, texts in keys.items()}
    valid = {name: ",".join(dict.fromkeys(names)) for name, names in found.items() if names}
    return {now: valid[name] for name in valid if (now := _RENAMED.get(name, name)) == name or now not in valid}


def find_problems(keys: Mapping[str, str], origin: Origin, app: type[App[None]]) -> list[Problem]:
    """What is wrong with the configured keys: unknown ids, unknown keys, duplicate keys.

    They are listed by the ids of bindings, several joined by commas; `origin` is where they come from.
    """
    if not keys:
        return []
    ids = {binding.id for place in places(app) for binding in place.bindings if binding.id}
    known = [name for name in keys if _RENAMED.get(name, name) in ids]
    problems = [_unknown(name, keys[name], origin, sorted(ids)) for name in keys.keys() - known]
    for name in known:
        for text in keys[name].split(","):
            if key_name(text) is None:
                said = f'"{name}" = "{keys[name]}" has {text.strip()!r}, which is not a key'
                problems.append(_problem(name, origin, said, 'Name keys like "s", "?", "Ctrl+R" or "space".'))
    return sorted({*problems, *_conflicts(keys, origin, app)}, key=lambda found: (found.line or 0, found.message))


def _unknown(name: str, keys: str, origin: Origin, ids: list[str]) -> Problem:
    near = get_close_matches(name, ids, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    said = f'"{name}" = "{keys}" changes nothing: there is no such binding'
    return _problem(name, origin, said, f"{meant}`studyapp settings --keys` lists them all.")


def _conflicts(keys: Mapping[str, str], origin: Origin, app: type[App[None]]) -> Iterator[Problem]:
    changed = usable(keys)
    for place in places(app):
        usual: dict[str | None, set[str]] = {}
        for binding in place.bindings:
            usual.setdefault(binding.id, set()).add(binding.key)
        for mine in {binding.id: binding for binding in place.bindings if binding.id in changed}.values():
            assert mine.id is not None
            for key in changed[mine.id].split(","):
                for other in place.bindings:
                    now = changed.get(other.id or "", other.key).split(",")
                    alike = other.id == mine.id or other.action == mine.action
                    by_design = key in usual[mine.id] and other.id not in changed
                    if key in now and not alike and not by_design:
                        yield _conflict(mine, other, key, origin)


def _conflict(mine: Binding, other: Binding, key: str, origin: Origin) -> Problem:
    named = f"{other.description or other.action!r}" + (f" ({other.id})" if other.id else "")
    remedy = f"Give {mine.id} or {other.id} another key." if other.id else f"Give {mine.id} another key."
    said = f'"{mine.id}" has the key {key_text(key)} that is also the key of {named}'
    return _problem(mine.id or "", origin, said, remedy)


def _problem(name: str, origin: Origin, message: str, remedy: str) -> Problem:
    return Problem("key", str(origin), _line_of(name, origin.file), message, remedy)


def _line_of(name: str, file: Path | None) -> int | None:
    """The line that most likely contains it, 1-based."""
    try:
        lines = read_file(file).decode("utf-8", "replace").splitlines() if file is not None else []
    except OSError:
        return None
    for part in (name, name.rpartition(".")[2]):
        for number, line in enumerate(lines, 1):
            before, equals, _ = line.partition("=")
            if equals and part in before:
                return number
    return None


def listed(app: type[App[None]]) -> list[tuple[str, tuple[str, ...], str]]:
    """Every configurable binding: its id, its default keys, what it does."""
    found: dict[str, tuple[list[str], str]] = {}
    for place in places(app):
        for binding in place.bindings:
            if binding.id:
                keys, _ = found.setdefault(binding.id, ([], binding.description))
                if binding.key not in keys:
                    keys.append(binding.key)
    return [(name, tuple(keys), words) for name, (keys, words) in sorted(found.items())]


@cache
def places(app: type[App[None]]) -> tuple[KeyGroup, ...]:
    """Every screen with all its bindings; imports all screens."""
    for package in map(import_module, _PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)

    of_app = (*_own(app), _PALETTE)  # unreachable while a small screen is in front
    screens = {cls: _widgets_of(cls) for cls in sorted(_heirs(Screen), key=lambda cls: cls.__name__)}
    placed = {widget for widgets in screens.values() for widget in widgets}
    late = [cls for cls in _heirs(Widget) if cls not in placed and cls not in screens]
    return (
        *(
            KeyGroup(
                cls.__name__,
                (
                    *(one for widget in widgets for one in _own(widget)),
                    *_own(cls),
                    *(() if issubclass(cls, ModalScreen) else of_app),
                ),
            )
            for cls, widgets in screens.items()
        ),
        *(KeyGroup(cls.__name__, tuple(_own(cls))) for cls in late),
    )


def _heirs(cls: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for heir in cls.__subclasses__():
        if heir.__module__.startswith("studyapp."):
            yield heir
        yield from _heirs(heir)


def _own(cls: type[DOMNode]) -> Iterable[Binding]:
    """The bindings of a class and its bases."""
    for above in cls.__mro__:
        yield from Binding.make_bindings(above.__dict__.get("BINDINGS", ()))


def _widgets_of(screen: type[DOMNode]) -> list[type[DOMNode]]:
    """Our widgets on a screen: those that its modules name, and their children."""
    found: dict[type[DOMNode], None] = {}
    modules = [cls.__module__ for cls in screen.__mro__ if cls.__module__.startswith("studyapp.")]
    seen: set[str] = set()
    while modules:
        name = modules.pop()
        if name in seen:
            continue
        seen.add(name)
        for value in vars(sys.modules[name]).values():
            ours = isinstance(value, type) and issubclass(value, Widget) and not issubclass(value, Screen)
            if ours and value.__module__.startswith("studyapp.tui."):
                found.setdefault(value)
                modules.append(value.__module__)
    return list(found)
