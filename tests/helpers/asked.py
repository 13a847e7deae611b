"""Every dialog that screens share, by the line of the app that asks it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

import studyapp
from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.load import load_settings
from studyapp.core.workspace.renames import Undecided
from studyapp.study.reader.demo_links import DemoChoice
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.decks.which_card import ask_which
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.dialogs.help import AskScreen, HelpScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.screens.settings.ask_setting import SettingAsker
from studyapp.tui.screens.vault.vaults import VaultsScreen
from studyapp.tui.widgets.settings.prospect_rows import ProspectRows
from tests.helpers.apps import until
from tests.helpers.vaults import NOW, handles_of

SHARED: Final = (ChooseScreen, PromptScreen, AskScreen, HelpScreen)
"""Those that more than one place opens."""
SETTINGS: Final = """
[presets.exam]
new_cards_per_day = 5
[searches]
hard = "ease<200"
[exams.finals]
date = "2025-09-01"
deck = "flashcards/deck"
"""
"""The vault's own settings, where a dialog lists them."""

Step = Callable[[StudyApp], object]


def act(name: str) -> Step:
    """Run an action of the screen in front."""
    return lambda app: app.screen.run_action(name)


def take(name: str) -> Step:
    """Choose a line."""

    def step(app: StudyApp) -> None:
        assert isinstance(app.screen, ChooseScreen)
        app.screen.take(name)

    return step


def first(app: StudyApp) -> None:
    """Choose the first line."""
    assert isinstance(app.screen, ChooseScreen)
    app.screen.action_choose()


def setting(name: str) -> Step:
    """Ask for a setting."""

    def step(app: StudyApp) -> None:
        vault = app.workspace.vault
        loaded = load_settings(vault.root, user_file=vault.user_file, overrides={})
        SettingAsker(app, loaded, lambda *_: None).ask(name)

    return step


def which(app: StudyApp) -> None:
    """Ask which card an edited one is."""
    handles = [*handles_of(app.workspace.vault)]
    seen = Seen.of(handles[0].note, handles[0].question, handles[0].card)
    last = Action("1", ActionKind.GRADE, NOW, seen, Grade.GOOD, 5.0, None, "2024-07-01,9,250")
    app.undecided = [Undecided(handles[0].id, last, tuple(handle.id for handle in handles[:2]))]
    ask_which(app)


def demos(app: StudyApp) -> Awaitable[object]:
    """Offer two demos with a card."""
    assert isinstance(app.screen, ReviewScreen)
    app.screen.offer.demos = (DemoChoice("lora", "LoRA", {"rank": 2}), DemoChoice("prefix", "Prefix Tuning"))
    return app.screen.run_action("demo")


def empty_folder(app: StudyApp) -> None:
    """Open a folder without notes."""
    assert isinstance(app.screen, VaultsScreen)
    folder = app.workspace.vault.root.parent / "empty"
    folder.mkdir(exist_ok=True)
    app.screen.take(folder)


def address(app: StudyApp) -> None:
    """Follow a link out of a note."""
    assert isinstance(app.screen, NotesScreen)
    app.screen._follow_address("https://example.org/a/page")


def named_search(app: StudyApp) -> None:
    """Save the search that is typed."""
    assert isinstance(app.screen, BrowseScreen)
    app.screen._save("a")


def other_retention(app: StudyApp) -> Awaitable[object]:
    """Set another retention than the present one."""
    app.screen.query_one(ProspectRows).action_first()
    return app.screen.run_action("take")


class Asked(NamedTuple):
    """How a dialog is reached."""

    asks: str
    """Where it is made: module, function, its kind."""
    kind: type[Screen[Any]]
    state: str
    """What it stands over."""
    steps: tuple[Step, ...]


def over(state: str, asks: str, kind: type[Screen[Any]], *steps: Step) -> Asked:
    return Asked(f"{asks} {kind.__name__}", kind, state, steps)


_PRESETS: Final = "ask_preset PresetAsker"
_SETTINGS: Final = "ask_setting SettingAsker"
ASKED: Final = {
    "presets": over("decks", f"{_PRESETS}.ask", ChooseScreen, setting("presets")),
    "new preset": over("decks", f"{_PRESETS}.ask.chosen", PromptScreen, setting("presets"), take("\n")),
    "preset": over("decks", f"{_PRESETS}._settings_of", ChooseScreen, setting("presets"), take("exam")),
    "value of a preset": over(
        "decks", f"{_PRESETS}._value", PromptScreen, setting("presets"), take("exam"), take("new_cards_per_day")
    ),
    "presets of decks": over("decks", f"{_PRESETS}.ask_deck", ChooseScreen, setting("deck_presets")),
    "preset of a deck": over(
        "decks", f"{_PRESETS}.ask_deck.chosen", ChooseScreen, setting("deck_presets"), take("flashcards")
    ),
    "choice of a setting": over("settings", f"{_SETTINGS}._choice", ChooseScreen, setting("theme")),
    "keys to change": over("settings", f"{_SETTINGS}._key", ChooseScreen, setting("keys")),
    "key to change": over("settings", f"{_SETTINGS}._key.chosen", PromptScreen, setting("keys"), first),
    "searches": over("settings", f"{_SETTINGS}._search", ChooseScreen, setting("searches")),
    "search to change": over("settings", f"{_SETTINGS}._search.chosen", PromptScreen, setting("searches"), first),
    "exams": over("settings", f"{_SETTINGS}._exam", ChooseScreen, setting("exams")),
    "exam to change": over("settings", f"{_SETTINGS}._exam.chosen", PromptScreen, setting("exams"), first),
    "limits of decks": over("settings", f"{_SETTINGS}._deck", ChooseScreen, setting("deck_limits")),
    "limits of a deck": over("settings", f"{_SETTINGS}._deck.chosen", PromptScreen, setting("deck_limits"), first),
    "days of a change": over("decks", "ask_plan _values", PromptScreen, act("plan"), take("postpone")),
    "day of an exam": over("decks", "ask_plan _exam_day", PromptScreen, act("plan"), take("set exam")),
    "deletion": over("question", "review ReviewScreen.action_delete", AskScreen, act("delete")),
    "which demo": over("answer", "ways ReviewWays.action_demo", ChooseScreen, demos),
    "which card": over("decks", "which_card ask_which", ChooseScreen, which),
    "note to cram": over(
        "decks", "custom_study CustomChoice._choose_note", ChooseScreen, act("custom"), take("note")
    ),
    "note of a new card": over("new card", "add_card AddCardScreen.action_note", ChooseScreen, act("note")),
    "folder without notes": over("vaults", "vaults VaultsScreen.take", AskScreen, empty_folder),
    "name of a search": over("browse", "browse BrowseScreen._save", PromptScreen, named_search),
    "reset of cards": over("browse", "browse BrowseScreen.action_reset", AskScreen, act("reset")),
    "query language": over("browse", "browse BrowseScreen.action_help", HelpScreen, act("help")),
    "contents of a note": over("page with links", "note NoteScreen.action_outline", ChooseScreen, act("outline")),
    "links to a note": over(
        "page with links", "note NoteScreen.on_note_screen_linked", ChooseScreen, act("backlinks")
    ),
    "address": over("page with links", "outside open_address", AskScreen, address),
    "which picture": over("page with links", "outside open_picture", ChooseScreen, act("picture")),
    "picture to save": over("comparison", "save_picture save_picture", PromptScreen, act("save")),
    "statistics to save": over("statistics", "save_picture save_picture", PromptScreen, act("picture")),
    "try next": over("demo", "demo DemoScreen.action_try_next", ChooseScreen, act("try_next")),
    "note for the card of a run": over(
        "demo that has run", "drafts VaultCards.put", ChooseScreen, act("make_card"), act("answer")
    ),
    "another sentence": over("walk through a run", "walk WalkScreen.action_type", PromptScreen, act("type")),
    "when to set a retention": over(
        "decision with FSRS", "decide DecideScreen.action_take", ChooseScreen, other_retention
    ),
}
"""Reached by what is asked for rather than by keys: the keys are tested where they belong."""
ASKED_BY_KEYS: Final = {
    "keys": "base BaseApp.action_help HelpScreen",
    "reset": "review ReviewScreen.action_reset AskScreen",
    "lists": "browse BrowseScreen.action_lists ChooseScreen",
    "statistics of a deck": "stats StatsScreen.action_deck ChooseScreen",
    "days ahead": "custom_study CustomChoice._next PromptScreen",
    "change of due days": "ask_plan ask_plan ChooseScreen",
    "list of whole notes": "whole_notes WholeNotesScreen.action_list ChooseScreen",
    "what to study": "custom_study CustomChoice.ask ChooseScreen",
    "value of a setting": "ask_setting SettingAsker._text PromptScreen",
}
"""Where the dialogs of other states are made."""


async def follow(pilot: Pilot[None], asked: Asked) -> None:
    """Take the steps to a dialog, from what it stands over."""
    app = pilot.app
    assert isinstance(app, StudyApp)
    for step in asked.steps:
        before = app.screen
        made = step(app)
        if isinstance(made, Awaitable):
            await made
        await until(pilot, lambda before: app.screen is not before, before)


def _place(module: str, qualified: str) -> str:
    return f"{module.rpartition('.')[2]} {qualified.replace('.<locals>', '')}"


def places() -> Iterator[str]:
    """Where the app makes a dialog of the shared kinds."""
    names = {kind.__name__ for kind in SHARED}

    def walk(node: ast.AST, path: tuple[str, ...]) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            inner = (*path, getattr(child, "name", "")) if named else path
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in names:
                yield f"{'.'.join(path)} {child.func.id}"
            yield from walk(child, inner)

    for file in Path(studyapp.__file__).parent.rglob("*.py"):
        for found in walk(ast.parse(file.read_bytes()), ()):
            yield f"{file.stem} {found}"


def watched(monkeypatch: pytest.MonkeyPatch) -> Callable[[Screen[Any]], str]:
    """Watch screens being made; then say where one was."""
    found: dict[int, str] = {}
    init = Screen.__init__

    def noted(screen: Screen[Any], *given: Any, **named: Any) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_name == "__init__":
            frame = frame.f_back
        assert frame is not None
        place = _place(frame.f_globals["__name__"], frame.f_code.co_qualname)
        found[id(screen)] = f"{place} {type(screen).__name__}"
        init(screen, *given, **named)

    monkeypatch.setattr(Screen, "__init__", noted)
    return lambda screen: found[id(screen)]
