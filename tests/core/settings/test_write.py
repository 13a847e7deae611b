"""The program changes a setting: one value in the file, and every other byte stays."""

from __future__ import annotations

import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studyapp.core.disk.place import Place
from studyapp.core.errors import SettingsError
from studyapp.core.settings.files import PLUGIN_DATA, VAULT_FILE
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.model import CardOrder
from studyapp.core.settings.write import changed, write_in_vault_file, write_setting
from tests.helpers.rows import each_row
from tests.helpers.vaults import make_vault

COMMENTS = (
    '# mine\n\ntheme = "dark"   # at night\nnew_cards_per_day=20\n\n[keys]  # mine too\n"review.skip" = \'S\'\n# end'
)


@each_row(
    "before, key, value, after",
    [
        ("", ["theme"], "light", 'theme = "light"\n'),
        (COMMENTS, ["theme"], "light", COMMENTS.replace("dark", "light")),
        (COMMENTS, ["new_cards_per_day"], 5, COMMENTS.replace("20", "5")),
        (COMMENTS, ["keys", "review.skip"], "x", COMMENTS.replace("'S'", '"x"')),
        (COMMENTS, ["reviews_per_day"], 7, COMMENTS.replace("=20\n", "=20\nreviews_per_day = 7\n")),
        (COMMENTS, ["new_cards_per_day"], None, COMMENTS.replace("new_cards_per_day=20\n", "")),
        (COMMENTS, ["reviews_per_day"], None, COMMENTS),
        ("[keys]\nreview.skip = 'S'\n", ["keys", "review.skip"], "x", '[keys]\nreview.skip = "x"\n'),
        ("a = 1\r\n", ["theme"], "light", 'a = 1\r\ntheme = "light"\r\n'),
        ("\ufefftheme='dark'", ["theme"], "light", '\ufefftheme="light"'),
        ("", ["flashcard_tags"], ("#a", "#b"), 'flashcard_tags = ["#a", "#b"]\n'),
        ("", ["start_of_day"], time(4, 30, 1), 'start_of_day = "04:30:01"\n'),
        ("", ["flashcard_card_order"], CardOrder.OVERDUE, 'flashcard_card_order = "Overdue"\n'),
        ("", ["deck_limits", "a/b"], {"new": 3}, '[deck_limits]\n"a/b" = {new = 3}\n'),
    ],
)
def test_one_value_changes(before: str, key: list[str], value: Any, after: str) -> None:
    assert changed(before, key, value) == after


names = st.sampled_from(["theme", "editor", "other", "new_cards_per_day", "a-b", '"quoted.key"', "x.y", "'' "])
values = st.sampled_from(
    [
        '"dark"',
        "'x'",
        "1",
        "0x1F",
        "1_000",
        "true",
        "[1,\n  2, # two\n]",
        "{ a = 1 }",
        '"""\nlong\n"""',
        "1979-05-27",
        "2.5e3",
    ]
)
OF_VALUES = ("  2, # two", "]", "long", '"""')
"""Lines of values above, which go with them."""
rest = st.sampled_from(["", " # why", "\t# [keys]"])
pair = st.builds("{} = {}{}".format, names, values, rest)
heads = st.sampled_from(["[keys]", "[deck_limits]", "[ other.inner ]", "[[list]]", "# said = 1", "", "   "])
files = st.lists(st.one_of(pair, heads), max_size=8).map("\n".join)


@given(files, st.sampled_from(["", "\n", "\n\n\n"]), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.data())
def test_every_other_byte_stays_or_nothing_is_changed(
    text: str, end: str, bare: bool, line_end: str, data: st.DataObject
) -> None:
    text = (text + end).replace("\n", line_end)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    key = data.draw(
        st.sampled_from([["theme"], ["new_cards_per_day"], ["keys", "review.skip"], ["deck_limits", "d"]])
    )
    value = data.draw(st.sampled_from([None, 3, "light"]))
    try:
        after = changed(text, key, value)
    except ValueError:
        return
    found = tomllib.loads(after)
    inner = found.get(key[0])
    if len(key) > 1:
        inner = inner.get(key[1]) if isinstance(inner, dict) else None
    assert inner == value
    assert {k: v for k, v in found.items() if k != key[0]} == {k: v for k, v in before.items() if k != key[0]}
    kept = [
        line
        for line in text.split(line_end)
        if line.strip() and key[-1] not in line and not line.startswith(OF_VALUES)
    ]
    if value is not None:
        assert all(line in after for line in kept)
    assert after.count("\r\n") == after.count("\n") or line_end not in text or line_end == "\n"


@pytest.mark.parametrize("text", ["theme = ", "a = 1\na = 2\n", "\0", "a" + ".b" * 400 + " = 1", "x = " + "[" * 3000])
def test_a_file_that_is_not_toml_is_kept_and_reported(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"settings\.toml .*it is unchanged"):
        write_setting(file, ["theme"], "light")
    assert file.read_text() == text
    assert [one.name for one in tmp_path.iterdir()] == ["settings.toml"]


def test_what_is_not_utf_8_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"theme = '\xff'")
    with pytest.raises(SettingsError, match="not UTF-8"):
        write_setting(file, ["theme"], "light")
    assert file.read_bytes() == b"theme = '\xff'"


@pytest.mark.parametrize(
    "text", ["", "# only this", "x = 1", "[presets]\n\n[exams]\n", "presets = 3\n", "[[presets]]\nx = 1\n"]
)
def test_what_is_not_there_is_taken_out_without_a_change(tmp_path: Path, text: str) -> None:
    for key in (["presets", "a", "leech_lapses"], ["deck_presets", "x"], ["theme"]):
        assert changed(text, key, None) == text
    write_in_vault_file(Place.of(tmp_path), ["presets", "a", "leech_lapses"], None)
    assert not (tmp_path / VAULT_FILE).exists()


def test_toml_that_only_a_user_can_change_is_not_called_wrong() -> None:
    with pytest.raises(ValueError, match="can't be changed safely"):
        changed("presets = {a = {leech_lapses = 3}}\n", ["presets", "b c", "leech_lapses"], 5)


def test_a_file_is_made_with_its_folders(tmp_path: Path) -> None:
    file = tmp_path / "config" / "studyapp" / "settings.toml"
    write_setting(file, ["theme"], "light")
    assert file.read_text() == 'theme = "light"\n'
    assert [one.name for one in file.parent.iterdir()] == ["settings.toml"]


def test_a_linked_file_of_the_user_stays_a_link(tmp_path: Path) -> None:
    real, file = tmp_path / "dotfiles.toml", tmp_path / "settings.toml"
    real.write_text("# mine\n")
    file.symlink_to(real)
    write_setting(file, ["theme"], "light")
    assert file.is_symlink()
    assert real.read_text() == '# mine\ntheme = "light"\n'


def test_the_vault_may_set_what_names_no_command(tmp_path: Path) -> None:
    write_in_vault_file(Place.of(tmp_path), ["new_cards_per_day"], 5)
    assert load_settings(tmp_path, user_file=None, overrides={}).settings.new_cards_per_day == 5
    with pytest.raises(SettingsError, match="a vault may not"):
        write_in_vault_file(Place.of(tmp_path), ["editor"], "sh")


@pytest.mark.parametrize("link", [".studyapp", ".studyapp/settings.toml"])
def test_nothing_is_written_through_a_link_of_the_vault(tmp_path: Path, link: str) -> None:
    vault, outside = tmp_path / "vault", tmp_path / "outside"
    vault.mkdir()
    if link == ".studyapp":
        outside.mkdir()
    else:
        (vault / ".studyapp").mkdir()
        outside.write_text("# mine\n")
    (vault / link).symlink_to(outside)
    with pytest.raises(SettingsError, match="leads elsewhere"):
        write_in_vault_file(Place.of(vault), ["theme"], "light")
    assert not outside.is_dir() or not list(outside.iterdir())
    assert outside.is_dir() or outside.read_text() == "# mine\n"


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_anything_but_a_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    file = tmp_path / VAULT_FILE
    file.parent.mkdir()
    file.mkdir() if kind == "folder" else os.mkfifo(file)
    with pytest.raises(SettingsError, match="can't write"):
        write_in_vault_file(Place.of(tmp_path), ["theme"], "light")


def test_the_last_table_within_a_table_can_be_taken_out() -> None:
    text = 'a = 1 # mine\n\n[exams.finals]\ndate = "2024-07-01"\ndeck = "x"\n'
    assert changed(text, ("exams", "finals"), None) == "a = 1 # mine\n\n"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ('tags_to_review = [\n  "#review",\n  # the rest later\n]\n', ["tags_to_review"], ("#a",)),
        ('tags_to_review = [\n  "#review", # mine\n]\n', ["tags_to_review"], ("#a",)),
        ('[exams.bio]\ndate = "2027-01-01"\ndeck = "x"\n\n# what follows\n[keys]\n', ["exams", "bio"], None),
    ],
)
def test_a_comment_is_never_lost(text: str, key: list[str], value: tuple[str, ...] | None) -> None:
    with pytest.raises(ValueError, match="comment that would be lost; change it by hand"):
        changed(text, key, value)


@pytest.mark.parametrize("other", [False, True], ids=["nothing", "another folder"])
def test_a_vault_that_is_gone_is_not_made_anew(tmp_path: Path, *, other: bool) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    place = Place.of(vault)
    vault.rename(tmp_path / "elsewhere")
    if other:
        vault.mkdir()
    with pytest.raises(SettingsError, match="not the folder that was opened"):
        write_in_vault_file(place, ["spread_siblings"], True)
    assert not other or not list(vault.iterdir())
    assert vault.exists() == other


def test_a_setting_of_the_plugin_is_changed_in_our_own_files_and_not_in_its_own(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {}, {"baseEase": 230, "flashcardCardOrder": "NewFirstRandom"})
    data, mine = root / ".obsidian" / PLUGIN_DATA, tmp_path / "settings.toml"
    raw, written = data.read_bytes(), data.stat().st_mtime_ns
    write_setting(mine, ["base_ease"], 240)
    write_in_vault_file(Place.of(root), ["flashcard_card_order"], CardOrder.OVERDUE)
    loaded = load_settings(root, user_file=mine, overrides={})
    assert (loaded.settings.base_ease, loaded.settings.flashcard_card_order) == (240, CardOrder.OVERDUE)
    write_setting(mine, ["base_ease"], None)
    assert load_settings(root, user_file=mine, overrides={}).settings.base_ease == 230
    assert (data.read_bytes(), data.stat().st_mtime_ns) == (raw, written)
