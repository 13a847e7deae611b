"""The keys promised for a review: each is pressed in turn, and does what the table says."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from textual.pilot import Pilot

from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.dialogs.help import AskScreen, FactsScreen, HelpScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.services import programs
from studyapp.tui.widgets.cards.type_answer import TypeAnswer
from tests.helpers.apps import (
    make_app,
    note,
    press,
    review_of,
    running,
    shown,
    until,
    words,
)

TABLE: Final = """\
| key | does | key | does |
|---|---|---|---|
| `Space` / `Enter` | show the answer; then Good | `u` / `Ctrl+r` | undo / redo, across restarts, without limit |
| `1` `2` `3` `4` | Again, Hard, Good, Easy | `d` | run the demo of this card |
| `s` | skip for now | `e` | edit at this card's line in `$EDITOR`; on return the card is read again |
| `b` | bury until tomorrow (with siblings) | `o` | open in Obsidian |
| `z` | suspend / resume | `i` | the card's facts: schedule, history, where it stands |
| `t` | type the answer, then see the difference | `n` | read the note at this place |
| `r` | reset to new (asks first) | `?` | every key of this screen |
"""
"""What was designed; `f` and `x` came later."""

NOTE: Final = "Soft.md"
DUE: Final = "<!--SR:!2024-06-10,4,250-->"
TEXT: Final = (
    "#flashcards\n\n# Prefix Tuning\n\n"
    f"First?::One.\n{DUE}\n\n"
    "Lima:::Peru\n<!--SR:!2024-06-11,4,250!2024-06-11,4,250-->\n\n"
    "Last?::Three.\n<!--SR:!2024-06-12,4,250-->\n"
)

Check = Callable[[Pilot[None], StudyApp, Path], Awaitable[None]]
CHECKS: dict[str, Check] = {}


def does(*keys: str) -> Callable[[Check], Check]:
    """Say which keys of the table a check presses; it begins and ends with the front of the first card."""

    def keep(check: Check) -> Check:
        CHECKS.update(dict.fromkeys(keys, check))
        return check

    return keep


@does("Space")
async def _space(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await turned_and_good(pilot, app, root, "space")


@does("Enter")
async def _enter(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await turned_and_good(pilot, app, root, "enter")


async def turned_and_good(pilot: Pilot[None], app: StudyApp, root: Path, key: str) -> None:
    await press(pilot, key)
    assert "One." in shown(pilot)
    await press(pilot, key)
    assert "One." not in shown(pilot)
    with app.writer.quiet() as journal:
        assert journal.applied[-1].grade == "good"
    assert DUE.encode() not in note(root, NOTE)
    await press(pilot, "u")


def grading(key: str, grade: str) -> None:
    @does(key)
    async def check(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
        await press(pilot, "space", key)
        with app.writer.quiet() as journal:
            assert journal.applied[-1].grade == grade
        assert DUE.encode() not in note(root, NOTE)
        await press(pilot, "u")


for _key, _grade in zip("1234", ("again", "hard", "good", "easy"), strict=True):
    grading(_key, _grade)


@does("u", "Ctrl+r")
async def _undo_and_redo(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "space", "4")
    after = note(root, NOTE)
    await press(pilot, "u")
    assert note(root, NOTE).decode() == TEXT
    await press(pilot, "ctrl+r")
    assert note(root, NOTE) == after
    await press(pilot, "u")


@does("s")
async def _skip(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "s")
    assert "First?" not in shown(pilot)
    await press(pilot, "s", "s", "s")


@does("b")
async def _bury(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "s", "b")
    assert "Buried until tomorrow, with its siblings." in words(pilot)
    assert "2 due" in shown(pilot)
    await press(pilot, "u", "s", "s", "s")


@does("z")
async def _suspend(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "z")
    assert "First?" not in shown(pilot)
    assert "3 due" in shown(pilot)
    await press(pilot, "u")


@does("t")
async def _type(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "t")
    assert pilot.app.screen.query_one(TypeAnswer).is_open
    await press(pilot, *"two", "enter")
    assert "One." in shown(pilot)
    assert "two" in shown(pilot)
    await press(pilot, "s", "s", "s", "s")


@does("r")
async def _reset(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "r")
    assert isinstance(app.screen, AskScreen)
    await press(pilot, "y")
    assert DUE.encode() not in note(root, NOTE)
    await press(pilot, "u")


@does("d")
async def _demo(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await until(pilot, lambda: app.demos.catalog is not None)
    await press(pilot, "d")
    await until(pilot, lambda: type(app.screen).__name__ == "DemoScreen")
    await press(pilot, "q")


@does("e")
async def _edit(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    line = TEXT.split("\n").index("First?::One.") + 1
    await press(pilot, "e")
    assert (root / "edited").read_text() == f"+{line} {root}/vault/{NOTE}\n"
    assert "First? Anew" in shown(pilot)
    (root / "vault" / NOTE).write_text(TEXT)
    session = review_of(app).session
    assert session is not None
    session.reload()
    review_of(app)._show_card()


@does("o")
async def _obsidian(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "o")
    assert f"obsidian://open?vault=vault&file={NOTE}" in words(pilot).replace(" ", "")


@does("i")
async def _facts(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "i")
    assert isinstance(app.screen, FactsScreen)
    assert f"{NOTE}:5" in shown(pilot)
    assert "2024-06-10 (5 days ago)" in shown(pilot)
    await press(pilot, "escape")


@does("n")
async def _read(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "n")
    await until(pilot, lambda: isinstance(app.screen, NotesScreen) and "Prefix Tuning" in shown(pilot))
    await press(pilot, "q")


@does("?")
async def _keys(pilot: Pilot[None], app: StudyApp, root: Path) -> None:
    await press(pilot, "question_mark")
    assert isinstance(app.screen, HelpScreen)
    assert "until tomorrow, with its siblings" in shown(pilot)
    await press(pilot, "escape")


def keys_of(table: str) -> list[str]:
    """The keys of a table, row by row."""
    cells = [row.split("|") for row in table.splitlines()[2:]]
    return [key for row in cells for cell in (row[1], row[3]) for key in re.findall("`([^`]+)`", cell)]


@pytest.mark.slow
async def test_every_key_of_the_table_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = keys_of(TABLE)
    assert set(keys) == CHECKS.keys()
    monkeypatch.setattr(programs, "opener", lambda _: None)
    editor = tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/edited\nsed -i "s/First?/First? Anew/" "$2"\n')
    editor.chmod(0o755)
    app = make_app(tmp_path, {NOTE: TEXT}, settings={"editor": str(editor)})

    @contextmanager
    def suspended() -> Iterator[None]:
        yield

    monkeypatch.setattr(app, "suspend", suspended)
    async with running(app) as pilot:
        for key in keys:
            await CHECKS[key](pilot, app, tmp_path)
            assert note(tmp_path, NOTE).decode() == TEXT, key
            assert "First?" in shown(pilot), key
            assert "4 due" in shown(pilot), key
            assert "One." not in shown(pilot), key
