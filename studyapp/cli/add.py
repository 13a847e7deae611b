"""`studyapp add`: adds a card to a note."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from studyapp.cli.cards import question_json
from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.core.disk.programs import printed
from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.notes.cards import CardId
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.adding.adding import NewCard, Wish, new_card
from studyapp.study.search.same import with_front
from studyapp.study.search.table import SearchIndex

_LARGEST = 1 << 16
"""The most characters of a card."""
_CLIPBOARDS = (
    (("wl-paste", "--no-newline"), "WAYLAND_DISPLAY"),
    (("xclip", "-selection", "clipboard", "-out"), "DISPLAY"),
    (("xsel", "--clipboard", "--output"), "DISPLAY"),
    (("pbpaste",), ""),
)
"""Commands that print the clipboard, with the environment variable that each needs."""
_SECONDS = 5
_NO_TEXT = "the input is not UTF-8 text; nothing was added"


def add(options: argparse.Namespace) -> int:
    """Add a card, and report where it is and which cards have the same front."""
    if options.dry_run:
        return _add(open_vault(options), options)
    with opened_alone(options) as workspace:
        return _add(workspace, options)


def _add(workspace: Workspace, options: argparse.Namespace) -> int:
    made = new_card(workspace, _wish(options))
    vault, front = workspace.vault, made.question.cards[0].front
    same = with_front(vault, SearchIndex(vault.table), front, workspace.clock())
    if not options.dry_run:
        workspace.store.add_card(made.note, made.text, workspace.clock())
    if options.json:
        written = question_json(made.note, made.question)
        print_json({**written, "text": made.text, "same": [str(one) for one in same], "added": not options.dry_run})
        return 0
    _say(made, same, added=not options.dry_run)
    return 0


def _say(made: NewCard, same: Sequence[CardId], *, added: bool) -> None:
    where = f"{visible(made.note, newlines=False)}:{made.question.sources[0] + 1}"
    decks = visible(", ".join(made.question.decks), newlines=False)
    print(f"{'Added to' if added else 'Would be added to'} {where}, in {decks}:\n")
    print("\n".join(f"    {visible(line)}" for line in made.text.split("\n")))
    if same:
        names = ", ".join(visible(str(one), newlines=False) for one in same[:3])
        more = f" and {len(same) - 3:,} more" if len(same) > 3 else ""
        taken_back = "; `studyapp undo` removes the new one" if added else ""
        print(f"\nstudyapp: a card with this front already exists: {names}{more}{taken_back}", file=sys.stderr)


def _wish(options: argparse.Namespace) -> Wish:
    front, back = options.front, options.back or ""
    if options.from_clipboard:
        front, back = _split(_clipboard())
    elif front in (None, "-"):
        front, back = _split(_typed())
    _check_length(front + back)
    return Wish(front, back, options.both_ways, options.note, options.deck)


def _split(text: str) -> tuple[str, str]:
    """Split input that is not two arguments: a tab separates front and back; else it is a question as written."""
    _check_length(text)
    front, tab, back = text.strip("\n").partition("\t")
    return (front, back) if tab else (text.strip("\n"), "")


def _check_length(text: str) -> None:
    """MisuseError if that is too much for a card."""
    if len(text) > _LARGEST:
        raise MisuseError(f"a card can have {_LARGEST:,} characters at most")


def _typed() -> str:
    """The text on standard input; MisuseError if it is not text."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="strict")
    try:
        return sys.stdin.read(_LARGEST + 1)
    except UnicodeDecodeError as error:
        raise MisuseError(_NO_TEXT) from error


def _clipboard() -> str:
    """The text in the clipboard; MisuseError if it is not text, StudyError if no program provides it."""
    for command, variable in _CLIPBOARDS:
        if (not variable or os.environ.get(variable)) and (text := printed(command, _SECONDS)) is not None:
            try:
                return text.decode()[: _LARGEST + 1]
            except UnicodeDecodeError as error:
                raise MisuseError(_NO_TEXT) from error
    raise StudyError("can't read the clipboard; install wl-clipboard or xclip, or pass the text on standard input")
