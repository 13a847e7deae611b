"""The settings, read from their files, each with where its value came from.

Later places win: the plugin's file in the vault (which is never written), the person's file, our file in the vault,
the command line. A value that cannot be used becomes a finding, and the place before it counts.

The names are the plugin's in snake_case, so that one rule (`plugin_key`) leads from one to the other.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import fields, replace

from studyapp.core.disk.files import OddFileError, read_file
from studyapp.core.errors import Problem, SettingsError, Severity
from studyapp.core.settings.values import (
    HIGHLIGHT_CLOZE,
    Algorithm,
    CardOrder,
    DeckOrder,
    LeechAction,
    NestedSettings,
    Overdue,
    Values,
    override_values,
    own_values,
    plugin_values,
)

PLUGIN_DATA: Final = Path("plugins", "obsidian-spaced-repetition", "data.json")
"""Where the plugin keeps its settings, below the vault's configuration folder."""

VAULT_FILE: Final = Path(".studyapp", "settings.toml")

LARGEST: Final = 5_000_000
"""The most bytes of a settings file."""
_MOST_TOML: Final = 200_000
"""The most characters of one of our own; Python parses TOML slowly."""
_MOST_DOTS: Final = 300
"""The most parts of a key: the time to read one grows with their square."""

_ADDED: Final = frozenset({"keys", "searches", "presets", "deck_presets"})
"""Tables of which each place says a part."""
PERSONAL: Final = frozenset({"editor", "on_grade", "player", "autoplay"})
"""Settings that have a program run. A vault may come from anyone, so its files cannot set these."""


class Settings(Struct, frozen=True):
    """One value for every setting; the defaults are the plugin's."""

    flashcard_tags: tuple[str, ...] = ("#flashcards",)
    flashcard_tags_to_ignore: tuple[str, ...] = ()
    note_folders_to_ignore: tuple[str, ...] = ("**/*.excalidraw.md",)
    """Prefixes of paths, or glob patterns."""
    convert_folders_to_decks: bool = False
    cloze_patterns: tuple[str, ...] = (HIGHLIGHT_CLOZE,)
    single_line_card_separator: str = "::"
    """Never trimmed; as with the other separators, empty means no such cards."""
    single_line_reversed_card_separator: str = ":::"
    multiline_card_separator: str = "?"
    multiline_reversed_card_separator: str = "??"
    multiline_card_end_marker: str = ""
    card_comment_on_same_line: bool = False
    use_callouts_for_scheduling_comments: bool = False
    algorithm: Algorithm = Algorithm.SM2
    base_ease: float = 250
    """Per cent."""
    lapses_interval_change: float = 0.5
    easy_bonus: float = 1.3
    load_balance: bool = True
    maximum_interval: float = 36525
    """Days."""
    fsrs_desired_retention: float = 0.9
    start_of_day: time = time(0)
    """As in the plugin, without effect unless hour, minute and second are all above zero."""
    bury_sibling_cards: bool = False
    tags_to_review: tuple[str, ...] = ("#review",)
    """Of notes that are reviewed whole."""
    note_tags_to_ignore: tuple[str, ...] = ()
    """Of notes that are not, whatever other tags they have."""
    open_random_note: bool = False
    """Whether whole notes come in random order."""
    max_link_factor: float = 1.0
    """The most that linked notes count towards the ease of a new whole note."""

    overdue: Overdue = "plugin"
    """Whether late SM-2 cards get the credit that the plugin's documentation promises and its code does not give."""
    editor: str = ""
    """A command; empty means $VISUAL, then $EDITOR."""
    on_grade: str = ""
    """A command that is told of each grade; empty means none."""
    player: str = ""
    """A command that plays the file behind it; empty means the first of the usual ones that is there."""
    autoplay: bool = False
    """Whether the sounds of a card play as soon as they are on the screen."""
    theme: str = "dark"
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Binding id to keys, several joined by commas."""
    new_cards_per_day: int = 0
    """0 means no limit."""
    reviews_per_day: int = 0
    """0 means no limit."""
    away_after: float = 120
    """The most seconds that count for a card; anyone who takes longer was away."""
    reveal_after: float = 0
    """Seconds after which an answer is shown by itself; 0 means never."""
    deck_limits: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: MappingProxyType({}))
    """For each deck, how many new cards and reviews a day it and the decks below it may have; None means no limit."""
    flashcard_card_order: CardOrder = CardOrder.OVERDUE
    """The plugin's order where it sets one; else the longest overdue cards come first."""
    flashcard_deck_order: DeckOrder = DeckOrder.TOGETHER
    new_card_every: int = 0
    """After how many due cards a new one comes; 0 means that the order of cards decides."""
    spread_siblings: bool = False
    """Whether cards of one question are kept apart."""
    learn_ahead_minutes: int = 20
    """When nothing else is left, a card whose learning step ends within this time is shown right away."""
    leech_lapses: int = 8
    """How many lapses make a card a leech, and again after half as many more; 0 means never."""
    leech_action: LeechAction = "mark"
    """Whether a leech is only marked, or suspended too."""
    nested_settings: NestedSettings = "auto"
    """Which settings apply in a folder with its own configuration folder: those around it (`inherit`), its own
    (`own`), or its own only if the plugin has some there (`auto`).
    """

    searches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Searches of cards by the names that they were saved under."""

    fsrs_parameters: tuple[float, ...] = ()
    """Those of FSRS-6; empty means the plugin's."""
    learning_steps: tuple[str, ...] = ("1m", "10m")
    """Of new cards, with FSRS; see `fsrs_values.minutes_of`."""
    relearning_steps: tuple[str, ...] = ("10m",)
    """Of forgotten cards."""
    fsrs_load_balance: bool = False
    """Whether intervals of FSRS are moved to days nearby that have less to do, and siblings to different days."""
    easy_days: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """For weekdays and dates, how much of a usual day they are to have, from 0 to 1; with FSRS."""
    today_limits: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: MappingProxyType({}))
    """The daily limits of single days, in place of the usual ones; 0 means no limit."""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """Some settings under a name, see `PRESET_NAMES`."""
    deck_presets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The preset of a deck and of those below it that have none of their own."""

    def __hash__(self) -> int:
        return hash(_of_scalars(self))

    @property
    def as_told(self) -> dict[str, Any]:
        """The values as another process can take them; mappings say nothing about what a note means."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if not isinstance(value, Mapping)}

    @property
    def has_limits(self) -> bool:
        """Whether there are daily limits."""
        return bool(self.new_cards_per_day or self.reviews_per_day or self.limits_of_decks)

    @property
    def limits_of_decks(self) -> Mapping[str, tuple[int | None, int | None]]:
        """The limits that decks have by their presets, and by `deck_limits`, which counts before them."""
        if not self.deck_presets:
            return self.deck_limits
        found = {}
        for deck in {**self.deck_presets, **self.deck_limits}:
            preset = self.presets.get(self.deck_presets.get(deck, ""), {})
            limits = preset.get("new_cards_per_day") or None, preset.get("reviews_per_day") or None
            new, reviews = self.deck_limits.get(deck, (None, None))
            both = (limits[0] if new is None else new, limits[1] if reviews is None else reviews)
            if both != (None, None):
                found[deck] = both
        return found

    def on(self, day: date) -> Settings:
        """The settings of a day, which may have limits of its own."""
        new, reviews = self.today_limits.get(day.isoformat(), (None, None))
        if new is None and reviews is None:
            return self
        new = self.new_cards_per_day if new is None else new
        reviews = self.reviews_per_day if reviews is None else reviews
        return replace(self, new_cards_per_day=new, reviews_per_day=reviews)

    def preset_of(self, decks: Iterable[str]) -> str | None:
        """The name of the preset of a card in those decks: the first that one of them, or a deck above it, has."""
        for deck in decks if self.deck_presets else ():
            here = deck
            while here:
                if (name := self.deck_presets.get(here)) in self.presets:
                    return name
                here = here.rpartition("/")[0]
        return None

    def for_decks(self, decks: Iterable[str]) -> Settings:
        """The settings of a card in those decks: those of its preset before the others."""
        name = self.preset_of(decks)
        return self if name is None else _with_preset(self, name)

    def for_preset(self, name: str) -> Settings:
        """The settings of the cards that have a preset; where there is no such preset, the vault's."""
        return _with_preset(self, name) if name in self.presets else self


@lru_cache(maxsize=64)
def _with_preset(settings: Settings, name: str) -> Settings:
    return replace(settings, **settings.presets[name])


NAMES: Final = tuple(f.name for f in fields(Settings))
_TABLES: Final = ("keys", "deck_limits", "searches", "presets", "deck_presets", "easy_days", "today_limits")
_of_scalars: Final = attrgetter(*(name for name in NAMES if name not in _TABLES))
"""What can be hashed."""


class Origin(Struct, frozen=True):
    """Where the value of a setting came from."""

    place: str
    """`default`, `plugin`, `person`, `vault`, `command line` or `inferred from the notes`."""
    file: Path | None = None

    def __str__(self) -> str:
        return self.place if self.file is None else str(self.file)


DEFAULT: Final = Origin("default")
COMMAND_LINE: Final = Origin("command line")
INFERRED: Final = Origin("inferred from the notes")


class LoadedSettings(Struct, frozen=True):
    """The settings for one vault, and what went wrong in reading them."""

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
        """Take `??` as the plain separator, for notes that show this; what the user has set stays."""
        names = ("multiline_card_separator", "multiline_reversed_card_separator")
        if self.plugin_file is not None or any(self.origin[name] != DEFAULT for name in names):
            return self
        origin = self.origin | dict.fromkeys(names, INFERRED)
        return replace(self, settings=with_plain_question_marks(self.settings), origin=origin)


def with_plain_question_marks(settings: Settings) -> Settings:
    """Make `??` the plain multi-line separator and `???` the reversed one.

    The plugin writes two entries under a reversed question. Where `??` questions hold one, their owner had it this
    way.
    """
    return replace(settings, multiline_card_separator="??", multiline_reversed_card_separator="???")


def load_settings(
    vault: Path, *, person_file: Path | None, overrides: Mapping[str, str], above: tuple[Path, ...] = ()
) -> LoadedSettings:
    """Read the settings for a vault.

    Args:
        vault: The vault's root; nothing has to exist in it.
        person_file: See `locations.Locations`; None or a file that is absent says nothing.
        overrides: Name to text, from the command line.
        above: The vaults around it whose settings it inherits, outermost first; the plugin's are those of the first.

    Raises:
        SettingsError: An override cannot be used. Files never make it fail: what is wrong with them is in `problems`.
    """
    problems: list[Problem] = []
    layers: list[tuple[Origin, Values]] = []
    folders = (*above, vault)
    plugin_file, others = _plugin_files(folders[0])
    data: dict[str, Any] = {}
    if plugin_file is not None:
        data = _read_json(plugin_file, problems)
        layers.append((Origin("plugin", plugin_file), plugin_values(_settings_of(data, plugin_file, problems))))
        if others:
            found = ", ".join(str(path) for path in others)
            said = f"is used, and {found} is not"
            problems.append(_problem(plugin_file, said, "Remove what is not in use.", Severity.NOTE))
    for place, path in (("person", person_file), *(("vault", folder / VAULT_FILE) for folder in folders)):
        if path is not None:
            values = own_values(_read_toml(path, problems))
            if place == "vault":
                _refuse_personal(values)
            layers.append((Origin(place, path), values))
    layers.append((COMMAND_LINE, override_values(overrides)))

    merged: dict[str, Any] = {}
    origin = dict.fromkeys(NAMES, DEFAULT)
    for source, layer in layers:
        for key, complaint in layer.complaints.items():
            if source.file is None:
                given = overrides.get(key, overrides.get(key.partition(".")[0]))
                raise SettingsError(f"{key}={given}: it {complaint}. `studyapp settings` lists them all.")
            problems.append(_problem(source.file, f"{json.dumps(key)} {complaint}", "Ignored until you correct it."))
        for name, value in layer.values.items():
            merged[name] = MappingProxyType({**merged.get(name, {}), **value}) if name in _ADDED else value
            origin[name] = source
    settings = Settings(**merged)
    problems += _without_effect(settings, origin)
    bury_date, bury_list = _buried(data)
    return LoadedSettings(settings, origin, tuple(problems), plugin_file, bury_date, bury_list, folders)


def config_folder(directory: Path) -> Path | None:
    """The folder that makes a directory an Obsidian vault; its name need not be `.obsidian`."""
    usual = directory / ".obsidian"
    plugin_file, _ = _plugin_files(directory)
    if plugin_file is not None:
        return plugin_file.parents[len(PLUGIN_DATA.parts) - 1]
    if stat.S_ISDIR(_mode(usual)):
        return usual
    marks = ("app.json", "core-plugins.json")
    return next((path for path in _dot_folders(directory) if all(_mode(path / mark) for mark in marks)), None)


def toml_text(value: Any) -> str:
    """The value of a setting as our own file would have it."""
    match value:
        case time():
            return json.dumps(value.isoformat())
        case tuple():
            return f"[{', '.join(map(toml_text, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{toml_text(key)} = {toml_text(item)}' for key, item in value.items())}}}"
        case _:
            return json.dumps(value, ensure_ascii=False)


def plugin_file_of(vault: Path) -> Path | None:
    """The plugin's file of a vault; None where it has none."""
    return _plugin_files(vault)[0]


def _plugin_files(vault: Path) -> tuple[Path | None, list[Path]]:
    """The plugin's file, and those of any further configuration folders of the vault."""
    usual = vault / ".obsidian" / PLUGIN_DATA
    if _mode(usual, unknown=stat.S_IFREG):  # reading it says what is wrong
        return usual, []
    found = [path for folder in _dot_folders(vault) if _mode(path := folder / PLUGIN_DATA)]
    return (found[0], found[1:]) if found else (None, [])


def _dot_folders(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.name.startswith("."))
    except OSError:  # absent or unreadable: then it is not known to be a vault
        return []


def _mode(path: Path, *, unknown: int = 0) -> int:
    """The mode of a file or folder; 0 where there is none, `unknown` where it cannot be accessed."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return unknown


def _read(path: Path, problems: list[Problem]) -> str | None:
    """A file's text; None if it cannot be read, with a finding unless it is simply absent."""
    try:
        return read_file(path, LARGEST).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OddFileError as error:
        problems.append(_problem(path, f"cannot be used: {error.strerror}", "Remove it.", Severity.ERROR))
    except OSError as error:
        problems.append(_problem(path, f"cannot be read: {error.strerror}", "Make it readable.", Severity.ERROR))
    except UnicodeDecodeError as error:
        problems.append(_problem(path, f"is not UTF-8 (byte {error.start})", "Save it as UTF-8.", Severity.ERROR))
    return None


def _read_json(path: Path, problems: list[Problem]) -> dict[str, Any]:
    text = _read(path, problems)
    if text is None:
        return {}
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(
            _problem(
                path, f"is not JSON: {error.msg}", "Fix it in Obsidian or by hand.", Severity.ERROR, error.lineno
            )
        )
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets within thousands of brackets
        problems.append(_problem(path, "is not JSON that can be read", "Fix it by hand.", Severity.ERROR))
    else:
        if isinstance(data, dict):
            return data
        problems.append(_problem(path, "should be a JSON object", "Fix it by hand.", Severity.ERROR))
    return {}


def _read_toml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    text = _read(path, problems)
    if text is None:
        return {}
    if (unfit := too_much(text)) is not None:
        line, said = unfit
        remedy = "Shorten it; until then the file counts as absent."
        problems.append(_problem(path, said, remedy, Severity.ERROR, line))
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else None
        problems.append(_problem(path, f"is not TOML: {error}", "Fix it by hand.", Severity.ERROR, line))
    return {}


def too_much(toml: str) -> tuple[int | None, str] | None:
    """What in TOML is too large to be read, with its line."""
    if len(toml) > _MOST_TOML:
        return None, f"has more than {_MOST_TOML:,} characters"
    for found in re.finditer(r"[^=\n]+", toml):
        if found[0].count(".") > _MOST_DOTS:
            line = toml.count("\n", 0, found.start()) + 1
            return line, f"has a key of more than {_MOST_DOTS} parts, or as many dots in one value"
    return None


def _settings_of(data: dict[str, Any], path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    settings = data.get("settings")
    if isinstance(settings, dict):
        return settings
    if settings is not None:
        problems.append(_problem(path, '"settings" should be a JSON object', "Fix it by hand.", Severity.ERROR))
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
            said = f"deck_presets gives {json.dumps(deck)} the preset {json.dumps(name)}, which there is not"
            yield _problem(origin["deck_presets"], said, f"Make it under [presets.{name}], or name another one.")


def _buried(data: Mapping[str, Any]) -> tuple[date | None, frozenset[str]]:
    day, hashes = data.get("buryDate"), data.get("buryList")
    try:
        bury_date = date.fromisoformat(day) if isinstance(day, str) else None
    except ValueError:  # "" until something is buried
        bury_date = None
    hashes = hashes if isinstance(hashes, list) else []
    return bury_date, frozenset(item for item in hashes if isinstance(item, str))


def _problem(
    place: Path | Origin, message: str, remedy: str, severity: Severity = Severity.WARNING, line: int | None = None
) -> Problem:
    return Problem("settings", str(place), line, message, remedy, severity)
