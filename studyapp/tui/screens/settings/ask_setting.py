"""Asks for the value of a setting, over the settings page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from studyapp.core.settings.exam_values import read_exam
from studyapp.core.settings.load import LoadedSettings
from studyapp.core.settings.values import CHOICES, FLAGS, toml_text
from studyapp.core.text.digits import is_whole_number
from studyapp.core.vault.decks import paths_of
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.settings.ask_preset import PresetAsker, read
from studyapp.tui.study import Study
from studyapp.wording.settings import CHOICE_WORDS, WORDS, title_of, value_text

_TAKE: Final = "OK"
_CHANGE: Final = "Change it"


class SettingAsker:
    """Asks, and passes the value on."""

    def __init__(self, study: Study, loaded: LoadedSettings, write: Callable[[Sequence[str], Any], None]) -> None:
        """Make it; `write` is called with the setting's place and its value, None to unset it."""
        self._study, self._loaded, self._settings, self._write = study, loaded, loaded.settings, write

    def ask(self, name: str) -> None:
        """Toggle what is on or off; ask for anything else."""
        value = getattr(self._settings, name)
        if name in FLAGS:
            self._write([name], not value)
        elif name in CHOICES:
            self._choice(name, value)
        elif name == "keys":
            self._key()
        elif name == "deck_limits":
            self._deck()
        elif name == "searches":
            self._search()
        elif name == "exams":
            self._exam()
        elif name == "presets":
            PresetAsker(self._study, self._loaded, self._write).ask()
        elif name == "deck_presets":
            PresetAsker(self._study, self._loaded, self._write).ask_deck()
        else:
            self._text(name, value)

    def _choice(self, name: str, value: str) -> None:
        names = sorted(CHOICES[name], key=lambda one: one != value)
        lines = [Choice(one, one, CHOICE_WORDS.get(one, "")) for one in names]
        dialog = ChooseScreen(title_of(name), lines, act=_TAKE, typing=False)
        ask(self._study, dialog, lambda picked: self._write([name], picked))

    def _text(self, name: str, value: Any) -> None:
        if isinstance(value, str):
            shown = value
        else:
            shown = toml_text(_plain(name, value)) if isinstance(value, tuple | Mapping) else value_text(name, value)
        dialog = PromptScreen(title_of(name), WORDS[name], shown, lambda text: read(name, text)[1])
        ask(self._study, dialog, lambda text: self._write([name], read(name, text)[0]))

    def _key(self) -> None:
        listed = {name: (keys, words) for name, keys, words in self._study.listed_keys()}
        own = self._settings.keys

        def chosen(name: str) -> None:
            def wrong(text: str) -> str:
                return self._study.wrong_key(name, text) if text.strip() else ""

            question = (
                f"{listed[name][1]}: a key such as s, ?, Ctrl+R or space, or several with commas. Empty: as usual."
            )
            now = own.get(name, ",".join(listed[name][0]))
            dialog = PromptScreen(name, question, now, wrong)
            ask(self._study, dialog, lambda text: self._write(["keys", name], text.strip() or None))

        lines = [
            Choice(name, f"{own.get(name, ', '.join(keys))}  {words}", f"{name}{' (yours)' if name in own else ''}")
            for name, (keys, words) in listed.items()
        ]
        ask(self._study, ChooseScreen("Keys", lines, act=_CHANGE), chosen)

    def _search(self) -> None:
        searches = self._settings.searches

        def chosen(name: str) -> None:
            dialog = PromptScreen(name, "What to search for; leave empty to delete it", searches[name], lambda _: "")
            ask(self._study, dialog, lambda text: self._write(["searches", name], text.strip() or None))

        lines = [Choice(name, name, query) for name, query in searches.items()]
        ask(self._study, ChooseScreen("Searches", lines, act=_CHANGE), chosen)

    def _exam(self) -> None:
        exams = self._settings.exams

        def chosen(name: str) -> None:
            def typed(text: str) -> None:
                if text.strip() == "-":
                    self._write(["exams", name], None)
                else:
                    for key, value in {**exams[name], "date": text.strip()}.items():
                        self._write(["exams", name, key], value)  # all of it, in whichever file it is

            def wrong(text: str) -> str:
                if text.strip() != "-":
                    try:
                        read_exam({**exams[name], "date": text.strip()})
                    except ValueError as error:
                        return f"It {error}."
                return ""

            question = "On which day? Type - to remove it."
            ask(self._study, PromptScreen(f"Exam: {name}", question, exams[name]["date"], wrong), typed)

        lines = [
            Choice(name, name, f"{one['date']}, {one.get('deck') or one['search']}") for name, one in exams.items()
        ]
        ask(self._study, ChooseScreen("Exams: M on a deck adds one", lines, act=_CHANGE), chosen)

    def _deck(self) -> None:
        limits = self._settings.deck_limits
        workspace = self._study.workspace
        decks = {*paths_of(workspace.vault.decks(workspace.clock())), *limits}

        def chosen(deck: str) -> None:
            def typed(text: str) -> None:
                numbers = zip(("new", "reviews"), text.split(), strict=True)
                table = {what: int(number) for what, number in numbers if number != "-"}
                self._write(["deck_limits", deck], table or None)

            question = "New cards and reviews a day, such as 10 60; - for no limit"
            now = " ".join("-" if number is None else str(number) for number in limits.get(deck, (None, None)))
            ask(self._study, PromptScreen(deck, question, now, _wrong_limits), typed)

        lines = [Choice(deck, deck, _limit_text(*limits.get(deck, (None, None)))) for deck in sorted(decks)]
        ask(self._study, ChooseScreen("Limits of a deck", lines, act=_CHANGE), chosen)


def _limit_text(new: int | None, reviews: int | None) -> str:
    parts = [(new, "new"), (reviews, "reviews")]
    return ", ".join(f"{number} {what}" for number, what in parts if number is not None)


def _wrong_limits(text: str) -> str:
    parts = text.split()
    sound = len(parts) == 2 and all(part == "-" or is_whole_number(part) for part in parts)
    return "" if sound else "Type two numbers, or - for no limit, such as 10 60 or 5 -."


def _plain(name: str, value: Any) -> Any:
    """A value as written in a file."""
    if name != "today_limits":
        return value
    pairs = {day: zip(("new", "reviews"), limits, strict=True) for day, limits in value.items()}
    return {day: {what: number for what, number in both if number is not None} for day, both in pairs.items()}
