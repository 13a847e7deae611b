"""The options of daily study: review, list, grade, mark."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from studyapp.cli.due_line import PLACEHOLDERS
from studyapp.cli.options.shared import Add, add_deck, add_folder, add_json
from studyapp.cli.options.values import days, named_path, one_of, span

_FORCE = "if the {} got a newer schedule elsewhere, grade from that one"


def _add_review(add: Add) -> None:
    review = add("studyapp review --deck flashcards/peft")
    add_folder(review)
    add_deck(review)
    review.add_argument("--note", metavar="NOTE", help="only this note, by its path in the vault")
    review.add_argument("--words", metavar="WORDS", help="only cards that contain all of these words")
    modes = review.add_mutually_exclusive_group()
    modes.add_argument("--ahead", type=days, metavar="DAYS", help="cards due within this many days; grades count")
    for mode, words in (
        ("new", "new cards only; grades count"),
        ("cram", "every card; nothing is written"),
        ("forgotten", "what was forgotten today; nothing is written"),
    ):
        modes.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=words)
    review.add_argument("--plain", action="store_true", help="line by line, for screen readers and pipes")


def _add_due(add: Add) -> None:
    due = add("studyapp due --format '{due} due, {minutes} min'")
    add_folder(due)
    add_deck(due)
    form = due.add_mutually_exclusive_group()
    add_json(form)
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    form.add_argument("--format", metavar="TEXT", help=f"print one line, with {names} filled in")


def _add_search(add: Add) -> None:
    search = add("studyapp search 'is:due ivl>30 -tag:exam' --json")
    search.add_argument("query", metavar="QUERY", help="as in the app")
    search.add_argument(
        "--sort", default="place", metavar="BY", help="place, front, deck, due, interval, ease, lapses or note"
    )
    search.add_argument("--reverse", action="store_true", help="reverse the order")


def _add_stats(add: Add) -> None:
    stats = add("studyapp stats --deck flashcards/peft --range 2026-11")
    add_folder(stats)
    add_deck(stats)
    stats.add_argument(
        "--range",
        dest="range_",
        default="month",
        type=span,
        metavar="R",
        help="week, month (the default), quarter, year, all, 90d, 12w, 2026, 2026-11, or 2026-01-01..2026-06-30",
    )


def _add_cards(add: Add) -> None:
    cards = add("studyapp cards ~/Notes/LoRA.md --json")
    cards.add_argument(
        "paths", nargs="*", type=named_path, metavar="PATH", help="notes or folders; the whole vault by default"
    )


def _add_facts(add: Add) -> None:
    facts = add("studyapp facts 'LoRA.md:976f40618e5bc:1:1'")
    facts.add_argument("card", metavar="CARD_ID", help="as listed by `studyapp cards`: PATH:HASH:OCCURRENCE:SIDE")


def _add_grade(add: Add) -> None:
    from studyapp.core.schedule.entries import Grade

    grade = add("studyapp grade 'LoRA.md:976f40618e5bc:1:1' --grade good")
    grade.add_argument("card", metavar="CARD_ID", help="as listed by `studyapp cards`: PATH:HASH:OCCURRENCE:SIDE")
    grade.add_argument(
        "--grade", required=True, choices=[*Grade], type=one_of(*Grade), metavar="{again,hard,good,easy}"
    )
    grade.add_argument("--force", action="store_true", help=_FORCE.format("card"))


def _add_add(add: Add) -> None:
    command = add("studyapp add 'Capital of France' Paris --deck flashcards/geography")
    command.description = """\
Add a card at the end of a note. A front without a back is a question as notes
write it, such as 'The capital of France is ==Paris=='. Without a front,
the card is read from standard input; a tab separates front and back."""
    command.add_argument("front", nargs="?", metavar="FRONT", help="what is asked; - for standard input")
    command.add_argument("back", nargs="?", metavar="BACK", help="the answer")
    command.add_argument("--note", metavar="NOTE", help="the note, by its path in the vault")
    command.add_argument(
        "--deck", metavar="D", help="its deck; without --note, the note with most of that deck's cards takes it"
    )
    command.add_argument("--both-ways", action="store_true", help="also ask for the front")
    command.add_argument("--from-clipboard", action="store_true", help="take the card from the clipboard")
    command.add_argument("--dry-run", action="store_true", help="show what would be added, and where")


def _add_cards_named(add: Add, name: str) -> argparse.ArgumentParser:
    command = add(f"studyapp {name} --query 'tag:exam is:leech'")
    _add_chosen(command)
    return command


def _add_chosen(command: argparse.ArgumentParser) -> None:
    command.add_argument("cards", nargs="*", metavar="CARD_ID", help="as listed by `studyapp search`")
    command.add_argument("--query", metavar="QUERY", help="every card that this search finds")


def _add_flag(add: Add) -> None:
    what = _add_cards_named(add, "flag").add_mutually_exclusive_group()
    what.add_argument("--number", choices="1234567", default="1", metavar="{1-7}", help="which flag; 1 by default")
    what.add_argument("--remove", action="store_true", help="remove the flags")


def _add_set_due(add: Add) -> None:
    command = add("studyapp set-due 2026-12-20 --query 'deck:exam'")
    command.add_argument("day", metavar="DATE", help="such as 2026-12-20")
    _add_chosen(command)


def _add_grade_note(add: Add) -> None:
    from studyapp.core.schedule.entries import Grade

    grade = add("studyapp grade-note 'Ideas/LoRA.md' --grade good")
    grade.add_argument("note", metavar="NOTE", help="its path in the vault, as listed by `studyapp notes`")
    grades = [Grade.HARD, Grade.GOOD, Grade.EASY]
    grade.add_argument("--grade", required=True, choices=grades, type=one_of(*grades), metavar="{hard,good,easy}")
    grade.add_argument("--force", action="store_true", help=_FORCE.format("note"))


STUDY: dict[str, Callable[[Add], object]] = {
    "app": lambda add: add_folder(add("studyapp ~/Notes")),
    "review": _add_review,
    "due": _add_due,
    "search": _add_search,
    "stats": _add_stats,
    "cards": _add_cards,
    "facts": _add_facts,
    "grade": _add_grade,
    "add": _add_add,
    "suspend": partial(_add_cards_named, name="suspend"),
    "resume": partial(_add_cards_named, name="resume"),
    "bury": partial(_add_cards_named, name="bury"),
    "flag": _add_flag,
    "reset": partial(_add_cards_named, name="reset"),
    "set-due": _add_set_due,
    "notes": lambda add: add_folder(add("studyapp notes ~/Notes --json")),
    "grade-note": _add_grade_note,
    "undo": lambda add: add("studyapp undo"),
    "redo": lambda add: add("studyapp redo"),
}
