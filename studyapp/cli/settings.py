"""What `studyapp settings` prints: each setting or key, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import fields

from studyapp.cli.output import print_json, print_problems, print_table, problem_json, say_notices
from studyapp.core.errors import Problem
from studyapp.core.settings.load import NAMES, Settings, toml_text
from studyapp.core.vault.vault import Vault
from studyapp.core.visible import visible
from studyapp.core.workspace.hook import hook_problems
from studyapp.core.workspace.workspace import Workspace


def settings(workspace: Workspace, more: Sequence[Problem] = (), *, as_json: bool) -> int:
    """Show each setting, its value, and where that came from; then what is wrong, with `more` of it."""
    loaded = workspace.vault.loaded
    more = [*more, *hook_problems(loaded)]
    values = {name: getattr(loaded.settings, name) for name in NAMES}
    if as_json:
        shown = {name: {"value": _plain(value), "origin": str(loaded.origin[name])} for name, value in values.items()}
        problems = [problem_json(problem) for problem in (*loaded.problems, *more)]
        within = _nested_json(workspace.vault)
        print_json({"vault": str(workspace.vault.root), "settings": shown, "nested": within, "problems": problems})
        return 0
    rows = [("setting", "value", "from")]
    rows += [
        (name, visible(toml_text(value), newlines=False), visible(str(loaded.origin[name])))
        for name, value in values.items()
    ]
    print_table(rows, left=3)
    for prefix, nested in sorted(workspace.vault.nested.items()):
        changed = [f.name for f in fields(Settings) if getattr(nested.settings, f.name) != values[f.name]]
        print(f"\nwithin {visible(prefix)}, {_whose(workspace.vault, prefix)}:")
        print_table(
            [
                (name, visible(toml_text(getattr(nested.settings, name))), visible(str(nested.origin[name])))
                for name in changed
            ],
            left=3,
        )
    if notice := workspace.vault.nested_notice:
        print(f"\n{notice}")
    say_notices(workspace.vault)
    print_problems([*loaded.problems, *more])
    return 0


def _whose(vault: Vault, prefix: str) -> str:
    return "beside the settings around it" if prefix in vault.inheriting else "a vault of its own"


def _nested_json(vault: Vault) -> list[dict[str, Any]]:
    """Each folder with a configuration folder of its own, and what is set differently there."""
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
    return dict(value) if hasattr(value, "items") else str(value)


def keys(bound: Sequence[tuple[str, tuple[str, ...], str]], changed: Mapping[str, str], *, as_json: bool) -> int:
    """List what can be bound to other keys: its name in the settings, its keys now, what it does."""
    now = [(name, tuple(changed[name].split(",")) if name in changed else usual, does) for name, usual, does in bound]
    if as_json:
        print_json([{"name": name, "keys": list(keys), "does": does} for name, keys, does in now])
        return 0
    print_table([("name", "keys", "does"), *((name, " ".join(keys), does) for name, keys, does in now)], left=3)
    return 0
