"""Small vaults for tests, and a stopped clock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from studyapp.core.locations import Locations
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Handle, Vault
from studyapp.core.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]
SEED = ROOT / "vault" / "Parameter Efficient Fine-Tuning.md"
NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
NOW_TEXT = "2024-06-15T09:30:00+00:00"


def make_vault(root: Path, notes: Mapping[str, str | bytes], plugin: Mapping[str, Any] | None = None) -> Path:
    """Write notes, and the plugin's settings if given.

    It is a vault of its own, whatever the folder of temporary files is in.
    """
    (root / ".obsidian").mkdir(parents=True, exist_ok=True)
    for name, text in notes.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if plugin is not None:
        path = root / ".obsidian/plugins/obsidian-spaced-repetition/data.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"settings": dict(plugin)}))
    return root


def open_vault(root: Path) -> Vault:
    vault = Vault(root)
    vault.scan()
    return vault


def handles_of(vault: Vault) -> list[Handle]:
    """Every card with its text, in order of path and line."""
    return [vault.find(row.id) for row in vault.rows()]


def fronts_of(vault: Vault, rows: Iterable[CardRow]) -> list[str]:
    """The fronts of those cards."""
    return [vault.find(row.id).card.front for row in rows]


def locations(home: Path) -> Locations:
    return Locations(home / "settings.toml", home / "data", home / "state", home / "cache", "laptop")


def locations_of(environ: Mapping[str, str]) -> Locations:
    with patch.dict(os.environ, environ, clear=True):
        return Locations.of_user()


def workspace(root: Path, home: Path, now: datetime = NOW) -> Workspace:
    opened = Workspace.open(root, locations(home), lambda: now)
    opened.vault.scan()
    return opened
