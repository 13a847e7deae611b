"""What each command takes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from studyapp import __version__
from studyapp.cli.completion.scripts import ADVICE, SCRIPTS
from studyapp.cli.due_line import PLACEHOLDERS
from studyapp.cli.review import add_review_options
from studyapp.core.clock import fixed_clock
from studyapp.core.errors import Severity
from studyapp.core.schedule.entries import Grade

Add = Callable[..., argparse.ArgumentParser]
"""Adds a command: what it does in words, an example; `vault=False` for one that concerns no vault."""
Handler = Callable[[argparse.Namespace], int]

_NOTE_NAME = re.compile(r"-.*\.md(?::[^:]*:\d+:\d+)?", re.DOTALL | re.IGNORECASE)
"""The name of a note, or the id of a card, that begins as an option does."""

_FORCE = "if the {} got a newer schedule elsewhere, grade from that one"

_DESCRIPTION = """\
Review the flashcards of an Obsidian vault in the terminal.

Without a command, opens the vault that is named, the last one, or a copy of the bundled one."""

_EXAMPLES = """\
examples:
  studyapp ~/Notes                    open a vault
  studyapp review --deck flashcards   review one deck of the last vault
  studyapp due --json                 what is due, for a status bar
  studyapp cards ~/Notes/LoRA.md      the cards of a note, with their ids
  studyapp demo lora --rank 8         watch LoRA learn"""


class _Parser(argparse.ArgumentParser):
    """Takes a word that is the name of a note for one, also where it begins with a dash."""

    def _parse_optional(self, arg_string: str) -> Any:
        return None if _NOTE_NAME.fullmatch(arg_string) else super()._parse_optional(arg_string)


def without_more(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """What a command line says; one that says more than there is ends the program."""
    options, more = parser.parse_known_args(words)
    if more:
        from studyapp.cli.meant import surplus

        command: argparse.ArgumentParser = getattr(options, "parser", parser)
        command.error(surplus(more, list(command._option_string_actions)))  # noqa: SLF001 - there is no public list
    return options


def parser_of(
    handlers: Mapping[str, Handler], only: str | None = None, add_others: Callable[[Any], None] | None = None
) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Args:
        handlers: what does each command.
        only: the command that is known to be meant: to build all of them costs time that the first card feels.
        add_others: adds more commands to these.
    """
    parser = _Parser(
        "studyapp",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, text: str, example: str, *, vault: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(handler=handlers[name], name=name, parser=command)
        if vault:
            command.add_argument(
                "--vault", type=named_path, metavar="DIR", help="the vault; by default the last one opened"
            )
            command.add_argument("--now", metavar="ISO", type=_clock, help="pretend it is this time")
            command.add_argument(
                "--set", action="append", default=[], metavar="KEY=VALUE", type=_pair, help="override a setting"
            )
        return command

    for name, add_command in _COMMANDS.items():
        if only in (None, name):
            add_command(partial(add, name))
    if add_others is not None:
        add_others(commands)
    return parser


def _add_app(add: Add) -> None:
    app = add("open a vault on its decks (the default)", "studyapp ~/Notes")
    app.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")


def _add_review(add: Add) -> None:
    review = add("review what is due, or what you choose", "studyapp review --deck flashcards/peft")
    review.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    add_review_options(review)


def _add_due(add: Add) -> None:
    due = add("show what is due", "studyapp due --format '{due} due, {minutes} min'")
    due.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    due.add_argument("--deck", metavar="D", help="only this deck and the ones below it")
    form = due.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    form.add_argument("--format", metavar="TEXT", help=f"one line, with {names} in it")


def _add_search(add: Add) -> None:
    search = add("list the cards that match a query", "studyapp search 'is:due ivl>30 -tag:exam' --json")
    search.add_argument("query", metavar="QUERY", help="as in the app; one that begins with - goes after --")
    search.add_argument(
        "--sort", default="place", metavar="BY", help="place, front, deck, due, interval, ease, lapses or note"
    )
    search.add_argument("--reverse", action="store_true", help="the other way round")
    search.add_argument("--json", action="store_true")


def _add_stats(add: Add) -> None:
    stats = add("show statistics", "studyapp stats --deck flashcards/peft --range 2026-11")
    stats.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    stats.add_argument("--deck", metavar="D", help="only this deck and the ones below it")
    stats.add_argument(
        "--range",
        dest="range_",
        default="month",
        type=_range,
        metavar="R",
        help="week, month (the default), quarter, year, all, 90d, 12w, 2026, 2026-11, or 2026-01-01..2026-06-30",
    )
    stats.add_argument("--json", action="store_true")


def _add_cards(add: Add) -> None:
    cards = add("list questions with their cards", "studyapp cards ~/Notes/LoRA.md --json")
    cards.add_argument(
        "paths", nargs="*", type=named_path, metavar="PATH", help="notes or folders; by default the vault"
    )
    cards.add_argument("--json", action="store_true")


def _add_grade(add: Add) -> None:
    grade = add("grade a card", "studyapp grade 'LoRA.md:976f40618e5bc:1:1' --grade good")
    grade.add_argument("card", metavar="CARD_ID", help="as `studyapp cards` lists it: PATH:HASH:OCCURRENCE:SIDE")
    grade.add_argument("--grade", required=True, choices=[*Grade], type=Grade, metavar="{again,hard,good,easy}")
    grade.add_argument("--force", action="store_true", help=_FORCE.format("card"))
    grade.add_argument("--json", action="store_true")


def _add_notes(add: Add) -> None:
    notes = add("list the notes to review whole", "studyapp notes ~/Notes --json")
    notes.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    notes.add_argument("--json", action="store_true")


def _add_grade_note(add: Add) -> None:
    grade = add("grade a whole note", "studyapp grade-note 'Ideas/LoRA.md' --grade good")
    grade.add_argument("note", metavar="NOTE", help="its path in the vault, as `studyapp notes` lists it")
    grades = [Grade.HARD, Grade.GOOD, Grade.EASY]
    grade.add_argument("--grade", required=True, choices=grades, type=Grade, metavar="{hard,good,easy}")
    grade.add_argument("--force", action="store_true", help=_FORCE.format("note"))
    grade.add_argument("--json", action="store_true")


def _add_undo(add: Add) -> None:
    add("undo the last grade", "studyapp undo").add_argument("--json", action="store_true")


def _add_redo(add: Add) -> None:
    command = add("redo what was undone", "studyapp redo")
    command.add_argument("--json", action="store_true")


def _add_settings(add: Add) -> None:
    settings = add("show each setting and where its value came from", "studyapp settings")
    settings.add_argument("--keys", action="store_true", help="list every key that can be changed, by its name")
    settings.add_argument("--json", action="store_true")


def _add_doctor(add: Add) -> None:
    doctor = add("look for what is wrong in the notes", "studyapp doctor --fix")
    doctor.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    doctor.add_argument("--fix", action="store_true", help="repair what is certain: show it, ask, write it")
    doctor.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    doctor.add_argument(
        "--severity",
        type=Severity,
        choices=[*Severity],
        default=Severity.NOTE,
        metavar="{note,warning,error}",
        help="only findings of at least this severity",
    )
    doctor.add_argument("--json", action="store_true")


def _add_restore(add: Add) -> None:
    restore = add("restore one day's schedules", "studyapp restore 2026-11-24 LoRA.md")
    restore.add_argument(
        "day", nargs="?", metavar="DAY", help="as `studyapp restore` lists it; shows what would change"
    )
    restore.add_argument("notes", nargs="*", metavar="NOTE", help="only these, by their paths in the vault")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.add_argument("--json", action="store_true")


def _add_completion(add: Add) -> None:
    completion = add("complete commands, options and names in the shell", ADVICE["bash"], vault=False)
    completion.add_argument("shell", choices=[*SCRIPTS], metavar="{bash,zsh,fish}")


def _add_init(add: Add) -> None:
    init = add("make a starter vault, or set up git to merge notes", "studyapp init ~/Notes", vault=False)
    init.add_argument("folder", nargs="?", type=named_path, metavar="DIR")
    init.add_argument("--git", action="store_true", help="set up merging in the repository that DIR is in")


def _add_merge_driver(add: Add) -> None:
    text = "merge two versions of a note, for git"
    command = add(text, "studyapp merge-driver %%O %%A %%B %%P %%L", vault=False)
    command.add_argument("base", type=named_path, metavar="BASE", help="the version that both come from (%%O)")
    command.add_argument("ours", type=named_path, metavar="OURS", help="is written (%%A)")
    command.add_argument("theirs", type=named_path, metavar="THEIRS", help="%%B")
    command.add_argument("path", type=named_path, metavar="PATH", help="the note's, in the repository (%%P)")
    command.add_argument("size", nargs="?", type=int, metavar="SIZE", help="of conflict markers (%%L)")


_COMMANDS: dict[str, Callable[[Add], None]] = {
    "app": _add_app,
    "review": _add_review,
    "due": _add_due,
    "search": _add_search,
    "stats": _add_stats,
    "cards": _add_cards,
    "grade": _add_grade,
    "notes": _add_notes,
    "grade-note": _add_grade_note,
    "undo": _add_undo,
    "redo": _add_redo,
    "settings": _add_settings,
    "doctor": _add_doctor,
    "restore": _add_restore,
    "completion": _add_completion,
    "init": _add_init,
    "merge-driver": _add_merge_driver,
}
"""In the order of the help."""


def _clock(text: str) -> Callable[[], object]:
    try:
        return fixed_clock(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2026-11-23T09:00 or 2026-11-23T09:00Z"
        ) from None


def named_path(text: str) -> Path:
    """A path that was typed.

    Raises:
        argparse.ArgumentTypeError: if it is empty, as it is where a variable of the shell is not set.
    """
    if not text:
        raise argparse.ArgumentTypeError("an empty path names nothing; `.` is the current folder")
    return Path(text)


def _range(text: str) -> str:
    from studyapp.study.stats.period import PeriodError, period

    try:
        period(text, date.max)
    except PeriodError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KEY=VALUE")
    return name.strip(), value
