"""`studyapp settings`: each setting or key, and where its value comes from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json, print_problems, print_table, say_notices
from studyapp.core.errors import Problem, Severity, StudyError
from studyapp.core.schedule.exam import exams_of
from studyapp.core.settings.model import NAMES, Settings
from studyapp.core.settings.values import toml_text
from studyapp.core.vault.decks import paths_of
from studyapp.core.vault.vault import Vault
from studyapp.core.visible import visible
from studyapp.core.workspace.hook import hook_problems
from studyapp.core.workspace.workspace import Workspace
from studyapp.wording.settings import WORDS, beyond_the_plugin


def settings_command(options: argparse.Namespace) -> int:
    """Show the settings, or the keys; the app, which knows the keys, is imported only for these."""
    workspace = open_vault(options)
    loaded = workspace.vault.loaded
    if not options.keys and not loaded.settings.keys:
        return settings(workspace, as_json=options.json)
    from studyapp.tui.app.app import StudyApp
    from studyapp.tui.app.keymap import find_problems, listed, usable

    if options.keys:
        return _keys(listed(StudyApp), usable(loaded.settings.keys), as_json=options.json)
    problems = find_problems(loaded.settings.keys, loaded.origin["keys"], StudyApp)
    return settings(workspace, problems, as_json=options.json)


def settings(workspace: Workspace, more: Sequence[Problem] = (), *, as_json: bool) -> int:
    """Show each setting, its value and origin; then what is wrong, with `more` problems."""
    loaded = workspace.vault.loaded
    more = [*more, *hook_problems(loaded)]
    values = {name: getattr(loaded.settings, name) for name in NAMES}
    if as_json:
        shown = {name: {"value": _plain(value), "origin": str(loaded.origin[name])} for name, value in values.items()}
        problems = [problem._asdict() for problem in (*loaded.problems, *more, *_idle(workspace))]
        within = _nested_json(workspace.vault)
        print_json(
            {
                "vault": str(workspace.vault.root),
                "settings": shown,
                "beyond_the_plugin": beyond_the_plugin(loaded.settings),
                "nested": within,
                "problems": problems,
            }
        )
        return 0
    rows = [("setting", "value", "from")]
    rows += [
        (name, visible(toml_text(value), newlines=False), visible(str(loaded.origin[name])))
        for name, value in values.items()
    ]
    print_table(rows, left=3)
    for prefix, nested in sorted(workspace.vault.nested.items()):
        changed = [name for name in NAMES if getattr(nested.settings, name) != values[name]]
        print(f"\nwithin {visible(prefix)}, {_whose(workspace.vault, prefix)}:")
        print_table(
            [
                (name, visible(toml_text(getattr(nested.settings, name))), visible(str(nested.origin[name])))
                for name in changed
            ],
            left=3,
        )
    _print_presets(loaded.settings)
    if notice := workspace.vault.nested_notice:
        print(f"\n{notice}")
    say_notices(workspace.vault)
    print_problems([*loaded.problems, *more, *_idle(workspace)])
    return 0


def _print_presets(settings: Settings) -> None:
    for name, preset in sorted(settings.presets.items()):
        decks = ", ".join(_decks_of(settings, name)) or "no deck"
        print(f"\npreset {visible(name, newlines=False)}, for {visible(decks, newlines=False)}:")
        rows = [(key, visible(toml_text(value)), WORDS[key]) for key, value in preset.items()]
        print_table(rows, left=3)
    if said := beyond_the_plugin(settings):
        print(f"\nSchedules differ from the plugin's because of: {visible('; '.join(said), newlines=False)}.")


def _decks_of(settings: Settings, preset: str) -> list[str]:
    return sorted(deck for deck, name in settings.deck_presets.items() if name == preset)


def _idle(workspace: Workspace) -> list[Problem]:
    """Unused presets, and decks with a preset or an exam but no cards."""
    settings, origin = workspace.vault.settings, workspace.vault.loaded.origin
    names_decks = settings.deck_presets or settings.exams
    decks = set(paths_of(workspace.vault.decks(workspace.clock()))) if names_decks else set()
    idle = [
        (f"no deck uses the preset {name}", "Assign it to a deck under [deck_presets].", "presets")
        for name in settings.presets
        if not _decks_of(settings, name)
    ]
    idle += [
        (f"the exam {exam.name} is for {exam.deck}, a deck without cards", "Check the name.", "exams")
        for exam in exams_of(settings)
        if exam.deck is not None and exam.deck not in decks
    ]
    for exam in exams_of(settings):
        if exam.search is None:
            continue
        try:
            if not [*workspace.find(exam.search)]:
                said = f"the exam {exam.name} is for {exam.search!r}, a search without cards"
                idle.append((said, "Check the search.", "exams"))
        except StudyError as error:
            idle.append((f"the exam {exam.name} has an invalid search: {error}", "Correct it.", "exams"))
    idle += [
        (f"deck_presets names {deck}, a deck without cards", "Check the name.", "deck_presets")
        for deck in settings.deck_presets
        if deck not in decks
    ]
    return [
        Problem("settings", str(origin[name]), None, message, remedy, Severity.NOTE) for message, remedy, name in idle
    ]


def _whose(vault: Vault, prefix: str) -> str:
    return "on top of the settings around it" if prefix in vault.inheriting else "a vault of its own"


def _nested_json(vault: Vault) -> list[dict[str, Any]]:
    """Each folder with its own configuration folder, and the settings that differ there."""
    found = []
    for prefix in sorted(vault.nested.keys() | vault.inheriting):
        loaded = vault.loaded_for(prefix)
        changed = [name for name in NAMES if getattr(loaded.settings, name) != getattr(vault.settings, name)]
        found.append(
            {
                "folder": prefix,
                "inherits": prefix in vault.inheriting,
                "settings": {
                    name: {"value": _plain(getattr(loaded.settings, name)), "origin": str(loaded.origin[name])}
                    for name in changed
                },
            }
        )
    return found


def _plain(value: Any) -> Any:
    with suppress(TypeError):
        json.dumps(value)
        return value
    return {key: _plain(one) for key, one in value.items()} if hasattr(value, "items") else str(value)


def _keys(bound: Sequence[tuple[str, tuple[str, ...], str]], changed: Mapping[str, str], *, as_json: bool) -> int:
    """List the configurable keys: the setting's name, the current keys, what they do."""
    now = [(name, tuple(changed[name].split(",")) if name in changed else usual, does) for name, usual, does in bound]
    if as_json:
        print_json([{"name": name, "keys": list(keys), "does": does} for name, keys, does in now])
        return 0
    print_table([("name", "keys", "does"), *((name, " ".join(keys), does) for name, keys, does in now)], left=3)
    return 0
