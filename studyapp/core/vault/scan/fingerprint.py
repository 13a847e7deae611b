"""What decides the meaning of a note's bytes: the relevant settings, and this version of the program."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from studyapp import __version__
from studyapp.core.disk.files import read_file
from studyapp.core.settings.model import Settings
from studyapp.core.text.digest import blake2b
from studyapp.core.vault.table.schema import VERSION

_UNRELATED = frozenset(
    {
        *("editor", "on_grade", "player", "autoplay", "keys", "theme", "animations", "away_after", "reveal_after"),
        *("new_cards_per_day", "reviews_per_day", "deck_limits", "flashcard_card_order", "flashcard_deck_order"),
        *("new_card_every", "spread_siblings", "learn_ahead_minutes", "leech_lapses", "leech_action"),
        *("tags_to_review", "note_tags_to_ignore", "open_random_note", "max_link_factor", "nested_settings"),
        *("searches", "fsrs_parameters", "learning_steps", "relearning_steps", "presets", "deck_presets"),
        *("fsrs_load_balance", "easy_days", "today_limits", "exams"),
    }
)
"""Settings that do not affect a note's meaning."""
_PARSER = ("text", "settings", "schedule", "notes", "vault")
"""The packages that decide a note's meaning."""


@lru_cache(maxsize=64)
def fingerprint(settings: Settings) -> bytes:
    """A digest of what decides the meaning of a note's bytes: the relevant settings and this version."""
    values = {name: getattr(settings, name) for name in settings.__struct_fields__ if name not in _UNRELATED}
    return blake2b(repr((_program(), values)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=1)
def _program() -> tuple[object, ...]:
    """A digest of the parser's source files, so that equal installs agree; takes a millisecond."""
    core, digest = Path(__file__).parents[2], blake2b(digest_size=16)
    for package in _PARSER:
        for folder, rooms, names in os.walk(core / package):
            rooms.sort()
            for name in sorted(names):
                if name.endswith(".py"):
                    with suppress(OSError):
                        digest.update(read_file(Path(folder, name)))
    return __version__, VERSION, digest.digest()
