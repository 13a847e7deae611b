"""Settings that do not do what they seem to say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from studyapp.core.disk.files import read_object
from studyapp.core.errors import Severity
from studyapp.core.notes.outline import within
from studyapp.core.plural import count
from studyapp.core.settings.load import LoadedSettings
from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import plugin_key
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.comments import IN_COMMENTS
from studyapp.study.doctor.findings import Finding

_SEPARATORS: Final = (
    "single_line_card_separator",
    "single_line_reversed_card_separator",
    "multiline_card_separator",
    "multiline_reversed_card_separator",
)


def surprising(loaded: LoadedSettings) -> Iterator[Finding]:
    """Valid settings with no effect, or an unexpected one."""
    for name, reason, remedy in _found(loaded.settings):
        origin = loaded.origin[name]
        place = str(origin.file) if origin.file is not None else str(origin)
        key = plugin_key(name) if origin.place == "plugin" else name
        yield Finding("settings", place, None, f"{key} {reason}", remedy, Severity.WARNING)


def _found(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """The settings' names, with what is surprising about them and what to do."""
    start = settings.start_of_day
    if (start.hour or start.minute or start.second) and not (start.hour and start.minute and start.second):
        yield (
            "start_of_day",
            (
                f"is {start.isoformat()}, which the plugin ignores: a day begins at midnight unless hour, minute and "
                "second are all above zero"
            ),
            (
                f"Write it as {max(start.hour, 1):02d}:{max(start.minute, 1):02d}:{max(start.second, 1):02d}, or as "
                "00:00:00 if midnight is meant"
            ),
        )
    yield from _separators(settings)
    yield from _tags(settings)
    if settings.fsrs_desired_retention > 0.97 or settings.fsrs_desired_retention < 0.7:
        yield (
            "fsrs_desired_retention",
            f"is {settings.fsrs_desired_retention:g}, so cards come back "
            + ("almost every day" if settings.fsrs_desired_retention > 0.97 else "when most are forgotten"),
            "Usual values are from 0.8 to 0.95",
        )
    if settings.base_ease < 130:
        yield ("base_ease", f"is {settings.base_ease:g} percent, less than a card can have", "Set 250")
    if settings.maximum_interval < 30:
        yield (
            "maximum_interval",
            f"is {count(settings.maximum_interval, 'day', form='g')}, so no card ever waits longer",
            "Set it to 36525 for no limit",
        )


def _separators(settings: Settings) -> Iterator[tuple[str, str, str]]:
    values = {name: getattr(settings, name) for name in _SEPARATORS}
    for first, second in ((_SEPARATORS[0], _SEPARATORS[1]), (_SEPARATORS[2], _SEPARATORS[3])):
        if values[first] and values[first] == values[second]:
            kind = "plain" if first == _SEPARATORS[0] else "reversed or plain, as it comes"
            said = f"is {json.dumps(values[second])}, like {first}: every such card is {kind}"
            yield second, said, "Give each of them a separator of its own"
    for name in _SEPARATORS[:2]:
        if values[name] and values[name] in IN_COMMENTS:
            said = f"is {json.dumps(values[name])}, which is in every schedule comment, so that comments become cards"
            yield name, said, "Choose a separator that is in no `<!--SR:!2024-01-01,3,250-->`"
    marker = settings.multiline_card_end_marker
    for name, value in (*list(values.items())[2:], ("multiline_card_end_marker", marker)):
        if value and trim(value) != value:
            said = f"is {json.dumps(value)}, but white space at the ends of lines is dropped: it is never found"
            yield name, said, f"Write it as {json.dumps(trim(value))}"
    if marker and marker in (values[_SEPARATORS[2]], values[_SEPARATORS[3]]):
        said = f"is {json.dumps(marker)}, which is also a separator: no such card is ever seen"
        yield "multiline_card_end_marker", said, "Choose another one"


def _tags(settings: Settings) -> Iterator[tuple[str, str, str]]:
    if not settings.flashcard_tags and not settings.convert_folders_to_decks:
        yield "flashcard_tags", "is empty, so no note is read for cards", 'Put "#flashcards" into it'
    ignored = [tag for tag in settings.flashcard_tags if within(tag, settings.flashcard_tags_to_ignore)]
    if ignored and not settings.convert_folders_to_decks:
        yield (
            "flashcard_tags_to_ignore",
            f"has {', '.join(ignored)}, which is also a deck tag: notes with it are not read for cards",
            "Remove it from one of the two",
        )


def plugin_data(loaded: LoadedSettings) -> Mapping[str, object]:
    """The plugin's file; empty if it cannot be read, which another finding reports."""
    return {} if loaded.plugin_file is None else read_object(loaded.plugin_file)
