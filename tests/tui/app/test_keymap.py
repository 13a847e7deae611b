"""Keys in the settings: what can be written there, and the error for what can't be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.core.settings.load import Origin
from studyapp.tui.app import keymap
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.dialogs.help import AskScreen
from tests.helpers.apps import (
    make_app,
    note,
    press,
    running,
    shown,
    until,
    words,
)
from tests.helpers.vaults import ROOT

FILE = Origin("user")


def said(**keys: str) -> list[str]:
    return [
        str(found)
        for found in keymap.find_problems({n.replace("__", "."): k for n, k in keys.items()}, FILE, StudyApp)
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("s", "s"),
        ("S", "S"),
        ("?", "question_mark"),
        ("Ctrl+R", "ctrl+r"),
        ("shift+s", "S"),
        ("Esc", "escape"),
        ("space", "space"),
        ("PgUp", "pageup"),
        (",", "comma"),
        ("f5", "f5"),
        ("ö", "ö"),
    ],
)
def test_keys_are_written_as_people_name_them(written: str, name: str) -> None:
    assert keymap.key_name(written) == name


@pytest.mark.parametrize("written", ["", " ", "foo", "hyper+x", "ctrl+", "\x07"])
def test_something_that_is_not_a_key_is_ignored(written: str) -> None:
    assert keymap.key_name(written) is None


def test_what_cannot_be_used_leaves_the_usual_keys() -> None:
    assert keymap.usable({"review.skip": "foo", "review.edit": "foo,x"}) == {"review.edit": "x"}


def test_a_key_under_the_name_of_an_earlier_version_counts_unless_the_present_one_has_one() -> None:
    assert keymap.usable({"decks.browse": "y", "review.skip": "x"}) == {"place.browse": "y", "review.skip": "x"}
    assert keymap.usable({"decks.browse": "y", "place.browse": "x"}) == {"place.browse": "x"}
    assert [found for name in keymap._RENAMED for found in said(**{name.replace(".", "__"): "f8"})] == []
    assert ["not a key" in found for found in said(decks__browse="foo")] == [True]


def test_without_keys_there_is_nothing_to_say() -> None:
    assert said() == []


def test_an_unknown_id_is_reported_with_the_nearest_that_is_known() -> None:
    (found,) = said(review__skp="x")
    assert '"review.skp" = "x" changes nothing: there is no such binding' in found
    assert "Did you mean review.skip?" in found
    assert "`studyapp settings --keys` lists them all" in found


def test_an_unknown_key_is_reported() -> None:
    (found,) = said(decks__read="foo")
    assert "'foo', which is not a key" in found


def test_a_key_of_another_binding_of_the_screen_is_a_conflict() -> None:
    (found,) = said(review__skip="u")
    assert "\"review.skip\" has the key u that is also the key of 'Undo' (review.undo)" in found
    assert "Give review.skip or review.undo another key." in found


def test_a_key_of_what_moves_on_the_screen_is_a_conflict() -> None:
    assert any("card.down" in found for found in said(review__skip="j"))
    assert any("Scroll Up" in found for found in said(review__skip="up"))


def test_a_key_of_the_app_is_a_conflict_with_that_of_a_screen() -> None:
    assert any("review.skip" in found for found in said(app__help="s"))


def test_keys_of_different_screens_are_no_conflict() -> None:
    assert said(decks__read="e") == []


def test_two_keys_that_change_places_are_no_conflict() -> None:
    assert said(review__skip="u", review__undo="s") == []


def test_a_default_key_that_is_written_down_is_not_a_conflict() -> None:
    assert said(review__skip="s", compare__save="p") == []


def test_the_line_of_the_settings_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('theme = "light"\n\n[keys]\n"review.skip" = "u"\n')
    (found,) = keymap.find_problems({"review.skip": "u"}, Origin("user", file), StudyApp)
    assert str(found).startswith(f"{file}:4: ")


def test_every_id_is_listed_once_with_its_keys() -> None:
    listed = keymap.listed(StudyApp)
    names = [name for name, _, _ in listed]
    assert len(names) == len(set(names)) > 50
    assert ("review.undo", ("u",), "Undo") in listed


async def test_the_app_says_what_is_wrong_with_the_keys_and_lists_it(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks", settings={"keys": '{"review.skip" = "u"}'})
    async with running(app, (100, 30)) as pilot:
        await until(pilot, lambda: "review.undo" in words(pilot) and "1 problem in your notes so far" in words(pilot))
        await press(pilot, "r")
        await until(pilot, lambda: not app.reading)
        assert [found.code for found in app.problems] == ["key"]


async def test_the_one_that_was_changed_wins_a_conflict(tmp_path: Path) -> None:
    app = make_app(tmp_path, settings={"keys": '{"review.skip" = "u"}'})
    async with running(app) as pilot:
        await press(pilot, "u")
        assert "Italy" in shown(pilot)


EARLIER = {
    "app.retry": "w",
    "compare.fewer": "minus",
    "compare.more": "plus",
    "copy.answer": "a",
    "copy.choose": "y",
    "copy.code": "c",
    "copy.question": "q",
    "copy.whole": "w",
    "decks.who": "A",
    "demo.next": "t",
    "demos.withdraw": "t",
    "difference.page-up": "b",
    "doctor.mark-all": "a",
    "doctor.mend": "m",
    "browse.lists": "l",
    "make-card.three": "3",
    "newer.later": "l",
    "newer.mine": "m",
    "newer.theirs": "t",
    "notes.copy": "y",
    "notes.found-before": "N",
    "notes.next-found": "n",
    "notes.tree": "t",
    "optimise.decide": "d",
    "review.copy": "y",
    "review.delete": "x",
    "review.play": "p",
    "source.page-up": "b",
    "trust.trust": "t",
    "walk.other": "g",
    "walk.word": "n",
    "walk.word-before": "N",
    "whole-notes.copy": "y",
    "whole-notes.list": "l",
}
"""The keys that acts had before each key had one meaning."""


def test_acts_keep_their_names_so_that_old_key_maps_hold() -> None:
    found = keymap.find_problems(EARLIER, FILE, StudyApp)
    assert not [problem for problem in found if "changes nothing" in problem.message]
    assert keymap.usable(EARLIER).keys() == EARLIER.keys()


@pytest.mark.slow
async def test_a_key_map_with_old_keys_does_the_same_acts_and_they_are_shown(tmp_path: Path) -> None:
    keys = ", ".join(f'"{name}" = "{key}"' for name, key in EARLIER.items())
    app = make_app(tmp_path, settings={"keys": f"{{{keys}}}"})
    async with running(app, (100, 30)) as pilot:
        await press(pilot, "space", "y")
        assert "a  Answer" in shown(pilot)
        await press(pilot, "a")
        assert app.clipboard == "Paris"
        await press(pilot, "y", "q")
        assert app.clipboard == "France"
        await press(pilot, "x")
        assert isinstance(app.screen, AskScreen)
        await press(pilot, "y")
        assert b"France" not in note(tmp_path)


def settings(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "vault/.studyapp").mkdir(parents=True, exist_ok=True)
    (tmp_path / "vault/.studyapp/settings.toml").write_text('theme = "pink"\n[keys]\n"review.skip" = "u"\n')
    command = [sys.executable, "-m", "studyapp", "settings", "--vault", str(tmp_path / "vault"), *words]
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True)


@pytest.mark.slow
def test_the_command_line_says_it_too(tmp_path: Path) -> None:
    said = settings(tmp_path).stderr
    assert "settings.toml:3:" in said
    assert "review.undo" in said
    assert '"theme" should be "dark", "light" or "plain"' in said
    assert "review.undo" in settings(tmp_path, "--json").stdout


@pytest.mark.slow
def test_the_command_line_lists_every_key_as_it_is_now(tmp_path: Path) -> None:
    lines = settings(tmp_path, "--keys").stdout.splitlines()
    assert ["review.skip", "u", "Skip"] in [line.split() for line in lines]
