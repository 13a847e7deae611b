"""Asks for a preset, for one of its settings, and for the preset of a deck, over the settings page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from studyapp.core.plural import count
from studyapp.core.settings.load import DEFAULT, LoadedSettings
from studyapp.core.settings.values import CHOICES, FLAGS, PRESET_NAMES, override_values, toml_text
from studyapp.core.vault.decks import paths_of
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.settings.decide import DecideScreen
from studyapp.tui.study import Study
from studyapp.wording.settings import WORDS, default_text, origin_text, title_of, value_text

_CHANGE: Final = "Change it"
_DECIDE: Final = "decide"
_NEW: Final = "\n"
"""Stands for a preset to be created."""


class PresetAsker:
    """Asks, and passes the value on."""

    def __init__(self, study: Study, loaded: LoadedSettings, write: Callable[[Sequence[str], Any], None]) -> None:
        """Make it; `write` is the same as for `SettingAsker`."""
        self._study, self._loaded, self._settings, self._write = study, loaded, loaded.settings, write

    def ask(self) -> None:
        """Ask which preset, or for the name of a new one."""
        presets = self._settings.presets
        lines = [
            Choice(name, name, f"{count(len(preset), 'setting')}, {self._decks(name)}")
            for name, preset in presets.items()
        ]

        def chosen(name: str) -> None:
            if name == _NEW:
                question = "What it is for, such as languages or exam"
                ask(self._study, PromptScreen("A new preset", question, "", _wrong_name), self._settings_of)
            else:
                self._settings_of(name)

        lines.append(Choice(_NEW, "another preset", "under a name of yours"))
        ask(self._study, ChooseScreen("Presets", lines, act=_CHANGE), chosen)

    def _decks(self, preset: str) -> str:
        decks = sorted(deck for deck, name in self._settings.deck_presets.items() if name == preset)
        return f"for {', '.join(decks)}" if decks else "for no deck yet"

    def _settings_of(self, typed: str) -> None:
        """Ask which of a preset's settings, each with its value and whether the vault has the same."""
        preset = typed.strip()
        own = self._settings.presets.get(preset, {})

        def chosen(name: str) -> None:
            if name == _DECIDE:
                self._study.push_screen(DecideScreen(self._study, None, preset))
            else:
                self._value(preset, name)

        lines = [
            Choice(
                name,
                f"{title_of(name)}: {value_text(name, own.get(name, getattr(self._settings, name)))}",
                "set here" if name in own else f"as the vault has it, {self._source(name)}",
            )
            for name in PRESET_NAMES
        ]
        if preset in self._study.workspace.vault.settings.presets:
            at = PRESET_NAMES.index("fsrs_desired_retention") + 1
            lines.insert(at, Choice(_DECIDE, "Help me decide", "what each desired retention costs and brings"))
        ask(self._study, ChooseScreen(preset, lines, act=_CHANGE), chosen)

    def _source(self, name: str) -> str:
        origin = self._loaded.origin[name]
        return "the default" if origin == DEFAULT else f"from {origin_text(origin)}"

    def _value(self, preset: str, name: str) -> None:
        value = self._settings.presets.get(preset, {}).get(name, getattr(self._settings, name))

        def wrong(text: str) -> str:
            return "" if text.strip() == "-" else read(name, text)[1]

        def typed(text: str) -> None:
            self._write(["presets", preset, name], None if text.strip() == "-" else read(name, text)[0])

        more = f" One of {', '.join(CHOICES[name])}." if name in CHOICES else " on or off." if name in FLAGS else ""
        shown = toml_text(value) if isinstance(value, tuple | Mapping) else value_text(name, value)
        shown = str(value) if name in CHOICES else shown
        question = f"{WORDS[name]}{more} Default: {default_text(name)}. Type - to keep the vault's."
        ask(self._study, PromptScreen(f"{title_of(name)}, {preset}", question, shown, wrong), typed)

    def ask_deck(self) -> None:
        """Ask which deck, then which preset it should have."""
        given, workspace = self._settings.deck_presets, self._study.workspace
        decks = {*paths_of(workspace.vault.decks(workspace.clock())), *given}

        def chosen(deck: str) -> None:
            def picked(preset: str) -> None:
                self._write(["deck_presets", deck], None if preset == _NEW else preset)

            lines = [Choice(name, name, self._decks(name)) for name in self._settings.presets]
            lines.append(Choice(_NEW, "none of its own", "as the deck above it has it"))
            ask(self._study, ChooseScreen(f"Preset of {deck}", lines, act=_CHANGE), picked)

        lines = [Choice(deck, deck, self._settings.preset_of((deck,)) or "") for deck in sorted(decks)]
        ask(self._study, ChooseScreen("Presets of decks", lines, act=_CHANGE), chosen)


def read(name: str, text: str) -> tuple[Any, str]:
    """The value of a setting as typed, and what is wrong with it; empty if nothing is."""
    found = override_values({name: text})
    why = found.complaints.get(name, "")
    return found.values.get(name), f"{title_of(name)} {why}." if why else ""


def _wrong_name(text: str) -> str:
    return "" if text.strip() else "Type a name."
