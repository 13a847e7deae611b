"""The README's commands do what they say, as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from html import unescape
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from demos.catalog import HERE, TOTAL, load
from studyapp.cli.parser import parser_of
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import own_values
from studyapp.tui.app.app import StudyApp
from studyapp.tui.app.keymap import find_problems
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from tests.bench.picture import FOLDER, draw
from tests.helpers.installed import megabytes, packages
from tests.helpers.vaults import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
NEEDS_A_SCREEN = (
    "studyapp ~/Notes",
    "studyapp serve ~/Notes",
    "studyapp review --deck flashcards",
    "studyapp review --plain",
    "studyapp review --cram --note LoRA.md",
)
"""Tried in a pseudo-terminal elsewhere; the demos have tests of their own."""


def commands(heading: str) -> list[str]:
    block = README.partition(f"## {heading}\n")[2].partition("```sh\n")[2].partition("```")[0]
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


@pytest.mark.slow
def test_the_commands_of_every_day_work_one_after_the_other(tmp_path: Path) -> None:
    listed = [c for c in commands("Every day") if c.startswith("studyapp") and " demo " not in c]
    assert set(NEEDS_A_SCREEN) < set(listed)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ["HOME"] = str(tmp_path)
    for command in listed:
        if command in NEEDS_A_SCREEN:
            continue
        words = shlex.split(command.replace("~", str(tmp_path)))
        if words[1] != "init" and "cards" not in words:
            words += ["--vault", str(tmp_path / "Notes")]  # the app would have opened it before
        done = subprocess.run(
            [sys.executable, "-m", *words], env=environ, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, (command, done.stderr)


def test_it_is_for_users_and_short() -> None:
    assert len(README.splitlines()) <= 150


SETTINGS = README.partition("### Settings\n")[2].partition("```toml\n")[2].partition("```")[0]


def test_the_settings_that_it_shows_can_all_be_used(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS)
    (tmp_path / "vault").mkdir()
    loaded = load_settings(tmp_path / "vault", user_file=file, overrides={})
    assert loaded.problems == ()
    named = tomllib.loads(SETTINGS).keys()
    assert {name for name in named if "settings.toml" in str(loaded.origin[name])} == named
    assert loaded.settings.deck_limits == {"flashcards/peft": (10, 60)}
    assert find_problems(loaded.settings.keys, loaded.origin["keys"], StudyApp) == []


def test_each_setting_takes_the_other_values_that_stand_beside_it() -> None:
    told = re.findall(r"^(\w+) = \S+ +# (?:or|a folder) (.*)$", SETTINGS, re.MULTILINE)
    others = [(name, "".join(one)) for name, beside in told for one in re.findall(r'"(\w+)"|\b([A-Z]\w+)', beside)]
    assert len(others) == 9
    assert [(name, other) for name, other in others if own_values({name: other}).complaints] == []
    (named,) = re.findall(r"underscores \(`(\w+)`\)", README)
    assert named in Settings.__struct_fields__


def test_what_it_calls_a_card_is_one() -> None:
    told = re.findall(r"`([^`]+)`", README.partition("Cards are plain Markdown (")[2].partition(")")[0])
    whole = {"?": "front\n?\nback", "??": "front\n??\nback"}
    assert len(told) == 4
    for text in told:
        note = parse_note("A.md", f"#flashcards\n\n{whole.get(text, text)}\n".encode(), Settings())
        assert [len(question.cards) for question in note.questions] == [2 if text == "??" else 1], text


@pytest.mark.slow
async def test_its_pictures_show_what_the_app_shows(tmp_path: Path) -> None:
    await draw(tmp_path, runs=False)
    drawn, kept = words_in(tmp_path), words_in(FOLDER)
    assert len(drawn) == 4
    assert drawn == {name: kept[name] for name in drawn}
    assert {f".assets/{name}" for name in kept} == set(re.findall(r"\.assets/[\w-]+\.svg", README))


def words_in(folder: Path) -> dict[str, list[str]]:
    """What stands in each picture of a folder."""
    return {
        path.name: [unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", path.read_text("utf-8"))]
        for path in folder.iterdir()
    }


NUMBERS = {10: "Ten", 11: "Eleven", 12: "Twelve"}
KEYS = {"*": "asterisk", "?": "question_mark", "/": "slash", ",": "comma", "esc": "escape"}


def bound_on(*places: type[DOMNode]) -> dict[str, list[Binding]]:
    """What each key does on a screen, in its widgets and in the app, by Textual's name of the key."""
    found: dict[str, list[Binding]] = {}
    for place in dict.fromkeys(one for each in places for one in each.__mro__ if issubclass(one, DOMNode)):
        for binding in place.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding):
                for key in binding.key.split(","):
                    found.setdefault(key, []).append(binding)
    return found


@pytest.mark.parametrize(
    ("heading", "places"),
    [
        ("in a review", (ReviewScreen, StudyApp)),
        ("on the decks", (DecksScreen, DeckTree, StudyApp)),
    ],
)
def test_each_key_of_the_tables_does_what_they_say(heading: str, places: tuple[type[DOMNode], ...]) -> None:
    rows = README.partition(f"| {heading} | does |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [pair for row in rows for pair in batched(row.strip("| ").split(" | "))]
    assert len(cells) >= 10
    bound = bound_on(*places)
    for keys, does in cells:
        for key in re.findall(r"`([^`]+)`", keys):
            name = KEYS.get(key.lower(), key.lower() if len(key) > 1 else key)
            said = " ".join(f"{one.description} {one.tooltip}" for one in bound[name])
            assert stems(said) & stems(does), (key, does)


def stems(text: str) -> set[str]:
    return {word.rstrip("s")[:4] for word in re.findall(r"\w{3,}", text.lower())} - {"the", "and", "for"}


def batched(row: list[str]) -> list[tuple[str, str]]:
    return list(zip(row[::2], row[1::2], strict=True))


def test_the_keys_of_every_screen_are_bound_in_the_app() -> None:
    told = README.partition("On every screen ")[2].partition("`q` leaves")[0]
    keys = [KEYS.get(key, key.lower() if len(key) > 1 else key) for key in re.findall(r"`([^`]+)`", told)]
    assert len(keys) == 6
    assert set(keys) <= {*bound_on(StudyApp), StudyApp.COMMAND_PALETTE_BINDING}


def test_the_numbers_that_it_names_are_those_of_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or later" in README
    assert f"{TOTAL:,} parameters" in README
    assert f"**{NUMBERS[len(load(HERE).demos)]} demos really train**" in README
    assert f"{project['license']} licence" in README


@pytest.mark.slow
def test_an_installation_takes_about_as_much_as_it_says() -> None:
    told = re.search(r"leaves out the demos and torch: (\d+) MB instead of (\d+) GB", README)
    assert told is not None
    assert not packages() & {"torch", "numpy"}
    assert megabytes() == pytest.approx(int(told[1]), rel=0.15)
    everything = ("demos", "anki", "fit")
    if any(name.startswith("nvidia") for name in packages(*everything)):
        pytest.skip("torch is the build for graphics cards here, which is larger")
    assert megabytes(*everything) == pytest.approx(1000 * int(told[2]), rel=0.1)
    assert f"'.[{','.join(everything)}]'" in README


def test_the_keys_of_a_demo_do_what_it_says() -> None:
    told = README.partition("live curves, and answers that come right as it learns.")[2].partition(
        "[demos/README.md]"
    )[0]
    cells = re.findall(r"`(\w)` ([\w ]+)", told)
    assert [key for key, _ in cells] == ["v", "c", "m"]
    bound = bound_on(DemoScreen)
    for key, does in cells:
        assert any(stems(f"{one.description} {one.action}") & stems(does) for one in bound[key]), key


def test_exit_codes_are_those_that_help_explains() -> None:
    helped = dict(re.findall(r"^  (\d+) +(.*)$", parser_of([]).epilog or "", re.MULTILINE))
    assert helped.pop("130") == "interrupted"
    begun = {code: " ".join(means.split()[:4]) for code, means in helped.items()}
    assert begun == {"0": "done", "1": "it can't be done,", "2": "what was typed is"}
    assert "Exit codes: 0 done, 1 not possible (standard error says why), 2 wrong usage." in README.replace("\n", " ")


def test_the_plugin_is_the_one_that_its_cases_were_recorded_from() -> None:
    recorded = re.search(r"recorded from the plugin (\S+);", (ROOT / "tests/data/README.md").read_text("utf-8"))
    assert recorded is not None
    assert f"*Spaced Repetition* ({recorded[1]})" in README
