"""Which settings the notes of a vault within a vault are read with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.settings.nested import nested_notice
from studyapp.core.vault.vault import Vault
from tests.helpers.vaults import make_vault, open_vault

EXAM = {"multilineCardSeparator": "!---", "flashcardTags": ["#exam"]}
CARD = "#exam\n\nFront\n!---\nBack\n"
USUAL = "#flashcards\n\nFront::Back\n"


def cards(vault: Vault) -> dict[str, int]:
    """How many cards each note has."""
    return {path: len(list(vault.rows(paths=[path]))) for path in vault.paths()}


def bare(root: Path, *folders: str, config: str = ".obsidian") -> None:
    """Make folders as Obsidian leaves them where it once opened one: without settings of the plugin."""
    for folder in folders:
        for mark in ("app.json", "core-plugins.json"):
            path = root / folder / config / mark
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")


def own(folder: Path, text: str) -> None:
    path = folder / ".studyapp" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("config", [".obsidian", ".obsidian-desktop"])
def test_a_configuration_folder_without_plugin_settings_hides_no_cards(tmp_path: Path, config: str) -> None:
    root = make_vault(
        tmp_path, {"a.md": CARD, "Sub/b.md": CARD, "Sub/Deep/c.md": CARD, "Sub/Deep/Er/d.md": CARD}, EXAM
    )
    bare(root, "Sub", "Sub/Deep/Er", config=config)
    vault = open_vault(root)
    assert set(cards(vault).values()) == {1}
    assert (vault.nested, vault.inheriting) == ({}, {"Sub/", "Sub/Deep/Er/"})


def test_a_plugin_folder_without_a_settings_file_counts_as_none(tmp_path: Path) -> None:
    root = make_vault(tmp_path, {"a.md": CARD, "Sub/b.md": CARD}, EXAM)
    (root / "Sub/.obsidian/plugins/obsidian-spaced-repetition").mkdir(parents=True)
    assert cards(open_vault(root)) == {"a.md": 1, "Sub/b.md": 1}


def test_a_vault_with_plugin_settings_keeps_them_and_hands_them_on(tmp_path: Path) -> None:
    root = make_vault(
        tmp_path, {"a.md": CARD, "Own/b.md": USUAL, "Own/Bare/c.md": USUAL, "Own/Bare/d.md": CARD}, EXAM
    )
    make_vault(root / "Own", {}, {})
    bare(root, "Own/Bare")
    vault = open_vault(root)
    assert cards(vault) == {"a.md": 1, "Own/b.md": 1, "Own/Bare/c.md": 1, "Own/Bare/d.md": 0}
    assert vault.inheriting == {"Own/Bare/"}


def test_our_file_in_an_inheriting_folder_changes_only_what_it_says(tmp_path: Path) -> None:
    root = make_vault(tmp_path, {"a.md": CARD, "Sub/b.md": CARD, "Sub/c.md": "#exam\n\nFront;;Back\n"}, EXAM)
    bare(root, "Sub")
    own(root / "Sub", 'single_line_card_separator = ";;"\n')
    vault = open_vault(root)
    assert cards(vault) == {"a.md": 1, "Sub/b.md": 1, "Sub/c.md": 1}
    assert vault.settings.single_line_card_separator == "::"


@pytest.mark.parametrize("place", ["", "Sub"])
def test_our_settings_can_keep_a_folder_apart(tmp_path: Path, place: str) -> None:
    root = make_vault(tmp_path, {"a.md": CARD, "Sub/b.md": USUAL, "Sub/c.md": CARD}, EXAM)
    bare(root, "Sub")
    own(root / place, 'nested_settings = "own"\n')
    assert cards(open_vault(root)) == {"a.md": 1, "Sub/b.md": 1, "Sub/c.md": 0}


@pytest.mark.parametrize("place", ["", "Sub"])
def test_our_settings_can_let_a_vault_with_plugin_settings_inherit(tmp_path: Path, place: str) -> None:
    root = make_vault(tmp_path, {"a.md": CARD, "Sub/b.md": USUAL, "Sub/c.md": CARD}, EXAM)
    make_vault(root / "Sub", {}, {})
    own(root / place, 'nested_settings = "inherit"\n')
    assert cards(open_vault(root)) == {"a.md": 1, "Sub/b.md": 0, "Sub/c.md": 1}


def test_the_command_line_decides_for_all_of_them(tmp_path: Path) -> None:
    root = make_vault(tmp_path, {"Sub/b.md": USUAL}, EXAM)
    bare(root, "Sub")
    vault = Vault(root, overrides={"nested_settings": "own"})
    vault.scan()
    assert cards(vault) == {"Sub/b.md": 1}


def test_what_the_plugin_has_buried_around_counts_within(tmp_path: Path) -> None:
    root = make_vault(tmp_path, {"Sub/b.md": CARD}, {})
    bare(root, "Sub")
    data: dict[str, Any] = {"settings": EXAM, "buryDate": "2024-06-15", "buryList": ["abc"]}
    (root / ".obsidian/plugins/obsidian-spaced-repetition/data.json").write_text(json.dumps(data))
    assert open_vault(root).loaded_for("Sub/b.md").bury_list == {"abc"}


def test_which_folders_are_read_with_which_settings_is_one_sentence_however_many_there_are() -> None:
    assert nested_notice([], []) == ""
    assert nested_notice(["Own/"], ["A/", "B/"]).startswith(
        "A/ and B/ are read with the settings of the vault around; Own/ is read with settings of its own. "
    )
    many = nested_notice([], [f"{number:02}/" for number in range(40)])
    assert many.startswith("00/, 01/, 02/ and 37 more folders are read with the settings of the vault around.")
    assert "`nested_settings`" in many


def test_what_the_outermost_vault_says_of_nested_ones_holds_at_every_depth(tmp_path: Path) -> None:
    root = make_vault(tmp_path, {"a.md": CARD, "Own/b.md": CARD, "Own/Bare/c.md": USUAL, "Own/Bare/d.md": CARD}, EXAM)
    make_vault(root / "Own", {}, EXAM)
    bare(root, "Own/Bare")
    assert cards(open_vault(root)) == {"a.md": 1, "Own/b.md": 1, "Own/Bare/c.md": 0, "Own/Bare/d.md": 1}
    own(root, 'nested_settings = "own"\n')
    assert cards(open_vault(root)) == {"a.md": 1, "Own/b.md": 1, "Own/Bare/c.md": 1, "Own/Bare/d.md": 0}
    own(root / "Own", 'nested_settings = "inherit"\n')
    assert cards(open_vault(root))["Own/Bare/c.md"] == 0
