"""One key, one meaning: what each printable key does on all screens, and that no binding chooses a key of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from textual.binding import Binding

from studyapp.tui import keys
from studyapp.tui.app import keymap
from studyapp.tui.app.app import StudyApp
from tests.helpers.vaults import ROOT

TUI: Final = ROOT / "studyapp/tui"

ACTS: Final = {
    "question_mark": "app.help browse.help help.close",
    "slash": "browse.search decks.find notes.search stats.deck",
    "comma": "app.settings",
    "asterisk": "browse.flag review.flag",
    "plus": "demo.enlarge walk.enlarge",
    "number_sign": "notes.outline",
    "greater_than_sign": "browse.sort compare.more notes.next-found walk.word",
    "less_than_sign": "browse.sort-back compare.fewer notes.found-before walk.word-before",
    "left_square_bracket": "notes.go-back",
    "right_square_bracket": "notes.go-forward",
    "1": "browse.flag-1 copy.answer demo.guess-1 review.again",
    "2": "browse.flag-2 copy.question demo.guess-2 review.hard whole-notes.hard",
    "3": "browse.flag-3 copy.code demo.guess-3 review.good whole-notes.good",
    "4": "browse.flag-4 copy.whole demo.guess-4 review.easy whole-notes.easy",
    "5": "browse.flag-5",
    "6": "browse.flag-6",
    "7": "browse.flag-7",
    "a": "app.add-card",
    "A": "browse.select-all doctor.mark-all",
    "b": "place.browse review.bury",
    "B": "notes.backlinks",
    "c": "browse.cram decks.custom end.more notes.review demo.source source.back",
    "C": "browse.copy copy.choose notes.copy review.copy whole-notes.copy",
    "d": "first.demo place.demos review.demo",
    "D": "review.delete",
    "e": "browse.edit doctor.edit notes.edit review.edit settings.edit whole-notes.edit",
    "f": "decks.doctor",
    "F": "doctor.mend",
    "i": "facts.close review.facts",
    "I": "decks.who",
    "L": "browse.lists demo.next notes.tree whole-notes.list",
    "m": "demo.card",
    "M": "browse.plan decks.plan",
    "n": "doctor.note place.notes review.note whole-notes.note",
    "o": "browse.obsidian first.own notes.outside review.obsidian whole-notes.obsidian",
    "O": "decks.optimise",
    "p": "browse.picture compare.save notes.picture review.picture stats.save whole-notes.picture",
    "P": "review.play",
    "r": "browse.reset review.reset",
    "s": "end.statistics place.stats review.skip whole-notes.skip",
    "S": "browse.reverse",
    "t": "review.type walk.type",
    "T": "demos.withdraw trust.trust",
    "u": "browse.undo decks.undo doctor.undo review.undo whole-notes.undo",
    "v": "demo.compare demos.compare",
    "V": "app.vaults",
    "w": "demo.walk walk.leave",
    "W": "app.retry",
    "x": "compare.axis walk.other",
    "y": "ask.yes difference.mend make-card.yes newer.mine",
    "z": "browse.suspend review.suspend",
}
"""Every act of a printable key, apart from leaving and moving: all those of a key are one thing."""

REPLACED: Final = {"BURY": "BROWSE", "SKIP": "STATISTICS", "SOURCE": "STUDY", "NO": "NOTES"}
"""Keys with a second meaning, where the first does not exist: in a review, in a demo, in a question."""

BESIDE_A_LINE: Final = {"choose.down", "choose.up", "notes.results"}
"""What arrows do while a line is typed, where other keys are letters."""

MOVES: Final = {"h", "j", "k", "l", "g", "G"}


def bindings() -> list[Binding]:
    """All of ours."""
    return [one for group in keymap.places(StudyApp) for one in group.bindings if one.id]


def printable(key: str) -> bool:
    return len(key) == 1 or key in keymap._SIGNS or key == "comma"


def test_every_key_does_what_its_name_says_and_nothing_else() -> None:
    no = {"ask.no", "difference.leave", "make-card.no", "newer.theirs"}
    found: dict[str, set[str]] = {}
    for one in bindings():
        assert one.id is not None
        if printable(one.key) and one.key not in {*MOVES, "q"} and not (one.key == keys.NO and one.id in no):
            found.setdefault(one.key, set()).add(one.id)
    assert found == {key: set(acts.split()) for key, acts in ACTS.items()}


@pytest.mark.parametrize("key", sorted(MOVES))
def test_the_keys_of_vim_move_wherever_arrows_do_and_do_nothing_else(key: str) -> None:
    twins = {"h": "left", "j": "down", "k": "up", "l": "right", "g": "home", "G": "end"}
    everything = bindings()
    moves = {one.id for one in everything if one.key == twins[key]}
    assert {one.id for one in everything if one.key == key} == moves - BESIDE_A_LINE


def test_q_leaves_everywhere() -> None:
    away = {one.id for one in bindings() if one.key == "escape"}
    only = {one.id for one in bindings() if one.key == "q"} - away
    assert only == {"choose.close", "decks.quit", "first.quit", "notes.leave", "review.leave"}


def test_no_two_meanings_have_one_key() -> None:
    source = ast.parse((TUI / "keys.py").read_text())
    given = {
        one.target.id: one.value
        for one in source.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.value is not None
    }
    aliases = {name: value.id for name, value in given.items() if isinstance(value, ast.Name)}
    assert aliases == REPLACED
    own = [getattr(keys, name) for name, value in given.items() if isinstance(value, ast.Constant)]
    parts = [key for text in own for key in (text if text == keys.NUMBERS else text.split(","))]
    assert len(parts) == len(set(parts))


def bound_here(path: Path) -> Iterator[str]:
    """The keys that the bindings of a file choose for themselves."""
    source = path.read_text()
    for node in ast.walk(ast.parse(source)) if "Binding(" in source else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Binding":
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from (key for key in part.value.split(",") if key)


def test_no_binding_chooses_a_printable_key_of_its_own() -> None:
    files = [path for path in TUI.rglob("*.py") if path.name != "keymap.py"]
    assert [(path.name, key) for path in files for key in bound_here(path) if printable(key)] == []
