"""The options of commands for many cards at once: export, import, plans, FSRS."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from studyapp.cli.options.shared import Add, add_deck, add_folder, add_json, add_yes
from studyapp.cli.options.values import day, days, named_path

PLANS = ("reschedule", "to-fsrs", "to-sm2", "postpone", "advance", "holiday", "due", "exam", "reset", "resume")
"""What `studyapp plan` can do."""


def _add_scope(command: argparse.ArgumentParser, other: str, help_: str) -> None:
    """Add the options that name the cards: those of a deck, or those of the other option."""
    scope = command.add_mutually_exclusive_group()
    add_deck(scope)
    scope.add_argument(other, metavar="QUERY" if other == "--query" else "P", help=help_)


def _add_export(add: Add) -> None:
    command = add("studyapp export 'tag:exam' exam.apkg")
    command.description = """\
Export cards to a file. Its name decides the format: .apkg for Anki, with
schedules, history and pictures; .json with everything; .csv for a spreadsheet;
.txt for Anki's text import."""
    command.add_argument("query", nargs="?", metavar="QUERY", help="only the cards that this search finds")
    command.add_argument("file", type=named_path, metavar="FILE", help="replaced if it exists")
    add_deck(command)
    add_json(command, "report as JSON")


def _add_import(add: Add) -> None:
    command = add("studyapp import Spanish.apkg --into Anki")
    command.description = """\
Import cards into notes: an Anki package (.apkg, .colpkg) with
schedules, history, flags and media; a table (.csv, .tsv, .txt) of fronts and
backs, such as Quizlet and Anki write; text with Q:, A: and C: (.md), as
hashcards has it; or what `studyapp export` wrote (.json).
Shows what would be imported, and asks. Importing again adds what is new; what
you have changed here stays."""
    command.add_argument("file", nargs="?", type=named_path, metavar="FILE", help="what to import")
    command.add_argument("--deck", metavar="D", help="the deck of rows that name none; the file's name by default")
    command.add_argument(
        "--into", metavar="FOLDER", default="Imported", help="a folder in the vault; Imported by default"
    )
    command.add_argument(
        "--decks",
        choices=("folders", "tags"),
        default="folders",
        help="a note for each deck, in folders (the default); or one note, with a tag above each deck",
    )
    command.add_argument("--dry-run", action="store_true", help="only show what would be imported")
    command.add_argument("--yes", action="store_true", help="don't ask; a script without a terminal isn't asked")
    command.add_argument("--undo", action="store_true", help="undo the last import")
    add_json(command, "don't ask, and report as JSON")


def _add_plan(add: Add) -> None:
    command = add("studyapp plan holiday 2026-12-20 2027-01-03 --deck flashcards")
    command.description = """\
Change many schedules at once. Shows the effect first, then asks and writes note
by note; one undo reverts all of it.

  reschedule        new intervals from the current FSRS parameters and retention
  to-fsrs, to-sm2   convert schedules, as the plugin would at the next review
  postpone DAYS     move what is due by today to DAYS from now
  advance DAYS      make what is due within DAYS due today
  holiday FROM TO   keep these days free: half of the cards before, half after
  due DATE          make cards due on this day
  exam NAME         bring cards due only after this exam into the last days before it
  reset             start the cards over
  resume            finish a change that was interrupted"""
    command.add_argument("kind", metavar="WHAT", choices=PLANS, help="one of the above")
    command.add_argument("values", nargs="*", metavar="VALUE", help="days, dates or a name")
    _add_scope(command, "--query", "only the cards that this search finds")
    add_yes(command)


def _add_exam(add: Add) -> None:
    command = add("studyapp exam finals --date 2026-12-18 --deck flashcards/peft")
    command.description = """\
Show upcoming exams and whether your pace is enough, or set one. Each card is
seen once more in the last days before its exam, spread evenly; none becomes
due only after it, or just before those days. Grades keep to this from then on,
and `studyapp plan exam NAME` moves the cards that are already due later.
After its day an exam has no effect."""
    command.add_argument("exam", nargs="?", metavar="NAME", help="only this exam")
    command.add_argument("--date", type=day, metavar="DATE", help="the day of the exam; sets it")
    _add_scope(command, "--query", "the cards that this search finds")
    command.add_argument(
        "--last-days", type=days, metavar="N", help="how many days before it are its last days; 7 by default"
    )
    command.add_argument("--remove", action="store_true", help="remove the exam; undo brings it back")


def _add_optimise(add: Add) -> None:
    command = add("studyapp optimise --deck flashcards/peft")
    command.description = """\
Fit FSRS parameters to your reviews on all devices, and show how well they
predict the latest reviews, which are left out of the fit. Nothing changes
without --apply, which undo takes back."""
    add_folder(command)
    _add_scope(command, "--preset", "only the decks that use this preset")
    command.add_argument("--since", type=day, metavar="DATE", help="only cards first reviewed on this day or later")
    command.add_argument("--apply", action="store_true", help="use the new parameters, if they are better")
    command.add_argument("--force", action="store_true", help="with --apply: even if they are not better")


def _add_decide(add: Add) -> None:
    command = add("studyapp decide --deck flashcards/peft --days 180")
    command.description = """\
Simulate the days ahead for desired retentions from 70 to 97 %, from what you
remember now, how you grade, how long that takes you, and your limits."""
    add_folder(command)
    _add_scope(command, "--preset", "only the decks that use this preset")
    command.add_argument(
        "--days", type=days, default=365, metavar="N", help="how many days to simulate; 365 by default"
    )


MANY: dict[str, Callable[[Add], object]] = {
    "export": _add_export,
    "import": _add_import,
    "plan": _add_plan,
    "exam": _add_exam,
    "optimise": _add_optimise,
    "decide": _add_decide,
}
