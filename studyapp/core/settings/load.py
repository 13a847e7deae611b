"""The settings, read from their files, each with its origin.

Later places win: the plugin's file in the vault (which is never written), the user's file, our file in the vault, the
command line. An invalid value becomes a finding, and the place before it counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.errors import MisuseError, Problem, Severity
from studyapp.core.settings.files import VAULT_FILE, plugin_files, read_json, read_toml, unusable
from studyapp.core.settings.model import HIGHLIGHT_CLOZE, NAMES, PERSONAL, Settings, with_plain_question_marks
from studyapp.core.settings.values import Values, override_values, own_values, plugin_values

_ADDED: Final = frozenset({"keys", "searches", "presets", "deck_presets", "exams"})
"""Tables that are merged from all places."""


class Origin(Struct, frozen=True):
    """Where the value of a setting came from."""

    place: str
    """`default`, `plugin`, `user`, `vault`, `command line` or `inferred from the notes`."""
    file: Path | None = None

    def __str__(self) -> str:
        return self.place if self.file is None else str(self.file)


DEFAULT: Final = Origin("default")
COMMAND_LINE: Final = Origin("command line")
INFERRED: Final = Origin("inferred from the notes")


class LoadedSettings(Struct, frozen=True):
    """The settings for one vault, and their problems."""

    settings: Settings
    origin: dict[str, Origin]
    """One for each name in `NAMES`."""
    problems: tuple[Problem, ...] = ()
    plugin_file: Path | None = None
    """The plugin's data.json, usable or not; None where the vault has none."""
    bury_date: date | None = None
    """The day on which the plugin buried the questions in `bury_list`."""
    bury_list: frozenset[str] = frozenset()
    """The plugin's hashes of questions."""
    folders: tuple[Path, ...] = ()
    """The vaults whose settings these are, outermost first: the plugin's are those of the first one."""

    def with_plain_question_marks(self) -> LoadedSettings:
        """Take `??` as the plain separator, as the notes show; the user's own setting stays."""
        names = ("multiline_card_separator", "multiline_reversed_card_separator")
        if self.plugin_file is not None or any(self.origin[name] != DEFAULT for name in names):
            return self
        origin = self.origin | dict.fromkeys(names, INFERRED)
        return replace(self, settings=with_plain_question_marks(self.settings), origin=origin)


def load_settings(
    vault: Path, *, user_file: Path | None, overrides: Mapping[str, str], above: tuple[Path, ...] = ()
) -> LoadedSettings:
    """Read the settings for a vault, of which nothing needs to exist.

    Args:
        vault: its root.
        user_file: see `locations.Locations`.
        overrides: name to text, from the command line.
        above: the vaults around it whose settings it inherits, outermost first; the plugin's are those of the first.

    Raises:
        MisuseError: if an override cannot be used. What is wrong with files is in `problems`.
    """
    problems: list[Problem] = []
    layers: list[tuple[Origin, Values]] = []
    folders = (*above, vault)
    plugin_file, others = plugin_files(folders[0])
    data: dict[str, Any] = {}
    if plugin_file is not None:
        data = read_json(plugin_file, problems)
        layers.append((Origin("plugin", plugin_file), plugin_values(_settings_of(data, plugin_file, problems))))
        if others:
            found = ", ".join(str(path) for path in others)
            said = f"is used, and {found} is not"
            problems.append(_problem(plugin_file, said, "Remove what is not in use.", Severity.NOTE))
    for place, path in (("user", user_file), *(("vault", folder / VAULT_FILE) for folder in folders)):
        if path is not None:
            values = own_values(read_toml(path, problems))
            if place == "vault":
                _refuse_personal(values)
            layers.append((Origin(place, path), values))
    layers.append((COMMAND_LINE, overridden(overrides)))

    merged: dict[str, Any] = {}
    origin = dict.fromkeys(NAMES, DEFAULT)
    for source, layer in layers:
        for key, complaint in layer.complaints.items():
            problems.append(_problem(source, f"{json.dumps(key)} {complaint}", "Ignored until you correct it."))
        for name, value in layer.values.items():
            merged[name] = _together(name, merged.get(name, {}), value) if name in _ADDED else value
            origin[name] = source
    settings = Settings(**merged)
    problems += _without_effect(settings, origin)
    bury_date, bury_list = _buried(data)
    return LoadedSettings(settings, origin, tuple(problems), plugin_file, bury_date, bury_list, folders)


def overridden(overrides: Mapping[str, str]) -> Values:
    """The values given on the command line, name to text; MisuseError if one cannot be used."""
    values = override_values(overrides)
    for key, complaint in values.complaints.items():
        given = overrides.get(key, overrides.get(key.partition(".")[0]))
        raise MisuseError(f"{key}={given}: it {complaint}. `studyapp settings` lists them all.")
    return values


def _together(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table merged from two places; a preset is such a table too."""
    if name == "presets":
        now = {preset: MappingProxyType({**before.get(preset, {}), **values}) for preset, values in now.items()}
    return MappingProxyType({**before, **now})


def _settings_of(data: dict[str, Any], path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    settings = data.get("settings")
    if isinstance(settings, dict):
        return settings
    if settings is not None:
        problems.append(unusable(path, '"settings" should be a JSON object', "Fix it by hand."))
    return {}


def _refuse_personal(values: Values) -> None:
    for name in PERSONAL & values.values.keys():
        del values.values[name]
        values.complaints[name] = "names a command, which a vault may not set; put it in your own settings file"


def _without_effect(settings: Settings, origin: Mapping[str, Origin]) -> Iterable[Problem]:
    """Values that have the right type and still cannot work."""
    for name in ("flashcard_tags", "flashcard_tags_to_ignore"):
        for tag in getattr(settings, name):
            if not tag.startswith("#"):
                yield _problem(
                    origin[name], f"{name} has {json.dumps(tag)}, which is not a tag", "Put a # before it."
                )
    for pattern in settings.cloze_patterns:
        if "answer" not in pattern:
            said = f"cloze_patterns has {json.dumps(pattern)}, which leaves no place for the answer"
            yield _problem(origin["cloze_patterns"], said, f'Write it like "{HIGHLIGHT_CLOZE}".')
    for deck, name in settings.deck_presets.items():
        if name not in settings.presets:
            said = f"deck_presets gives {json.dumps(deck)} the preset {json.dumps(name)}, which does not exist"
            yield _problem(origin["deck_presets"], said, f"Make it under [presets.{name}], or name another one.")


def _buried(data: Mapping[str, Any]) -> tuple[date | None, frozenset[str]]:
    day, hashes = data.get("buryDate"), data.get("buryList")
    try:
        bury_date = date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:  # "" until something is buried
        bury_date = None
    hashes = hashes if isinstance(hashes, list) else []
    return bury_date, frozenset(item for item in hashes if isinstance(item, str))


def _problem(place: Path | Origin, message: str, remedy: str, severity: Severity = Severity.WARNING) -> Problem:
    return Problem("settings", str(place), None, message, remedy, severity)
