"""What each command takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from studyapp.cli.due_line import PLACEHOLDERS
from studyapp.core.clock import fixed_clock
from studyapp.core.errors import Severity, StudyError

T = TypeVar("T")
Add = Callable[..., argparse.ArgumentParser]
"""Adds a command, with an example, and whatever its parser takes."""

PLANS = ("reschedule", "to-fsrs", "to-sm2", "postpone", "advance", "holiday", "due", "reset", "resume")
"""What `studyapp plan` can do."""
_FORCE = "if the {} got a newer schedule elsewhere, grade from that one"


def add_vault_options(command: argparse.ArgumentParser) -> None:
    """Add what every command takes that concerns a vault."""
    command.add_argument("--vault", type=named_path, metavar="DIR", help="the vault; by default the last one opened")
    command.add_argument("--now", metavar="ISO", type=_clock, help="pretend it is this time")
    command.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=_pair, help="override a setting"
    )


def _add_deck(options: argparse._ActionsContainer) -> None:
    options.add_argument("--deck", metavar="D", help="only this deck and the ones below it")


def _add_app(add: Add) -> None:
    app = add("studyapp ~/Notes")
    app.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")


def _add_review(add: Add) -> None:
    review = add("studyapp review --deck flashcards/peft")
    review.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    _add_deck(review)
    review.add_argument("--note", metavar="NOTE", help="only this note, by its path in the vault")
    review.add_argument("--words", metavar="WORDS", help="only cards that have all of these words")
    modes = review.add_mutually_exclusive_group()
    modes.add_argument("--ahead", type=_days, metavar="DAYS", help="what is due within this many days; grades count")
    modes.add_argument("--new", action="store_true", help="new cards only; grades count")
    modes.add_argument("--cram", action="store_true", help="every card; nothing is written")
    modes.add_argument("--forgotten", action="store_true", help="what was forgotten today; nothing is written")
    review.add_argument("--plain", action="store_true", help="line by line, for screen readers and pipes")


def _add_due(add: Add) -> None:
    due = add("studyapp due --format '{due} due, {minutes} min'")
    due.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    _add_deck(due)
    form = due.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    form.add_argument("--format", metavar="TEXT", help=f"one line, with {names} in it")


def _add_search(add: Add) -> None:
    search = add("studyapp search 'is:due ivl>30 -tag:exam' --json")
    search.add_argument("query", metavar="QUERY", help="as in the app; one that begins with - goes after --")
    search.add_argument(
        "--sort", default="place", metavar="BY", help="place, front, deck, due, interval, ease, lapses or note"
    )
    search.add_argument("--reverse", action="store_true", help="the other way round")
    search.add_argument("--json", action="store_true")


def _add_stats(add: Add) -> None:
    stats = add("studyapp stats --deck flashcards/peft --range 2026-11")
    stats.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    _add_deck(stats)
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
    cards = add("studyapp cards ~/Notes/LoRA.md --json")
    cards.add_argument(
        "paths", nargs="*", type=named_path, metavar="PATH", help="notes or folders; by default the vault"
    )
    cards.add_argument("--json", action="store_true")


def _add_grade(add: Add) -> None:
    from studyapp.core.schedule.entries import Grade

    grade = add("studyapp grade 'LoRA.md:976f40618e5bc:1:1' --grade good")
    grade.add_argument("card", metavar="CARD_ID", help="as `studyapp cards` lists it: PATH:HASH:OCCURRENCE:SIDE")
    grade.add_argument("--grade", required=True, choices=[*Grade], type=Grade, metavar="{again,hard,good,easy}")
    grade.add_argument("--force", action="store_true", help=_FORCE.format("card"))
    grade.add_argument("--json", action="store_true")


def _add_add(add: Add) -> None:
    command = add("studyapp add 'Capital of France' Paris --deck flashcards/geography")
    command.description = """\
Add a card at the end of a note. A front without a back is a question as it
stands in a note, such as 'The capital of France is ==Paris=='. Without a front,
the card is read from standard input; a tab parts front and back."""
    command.add_argument("front", nargs="?", metavar="FRONT", help="what is asked; - for standard input")
    command.add_argument("back", nargs="?", metavar="BACK", help="the answer")
    command.add_argument("--note", metavar="NOTE", help="the note, by its path in the vault")
    command.add_argument("--deck", metavar="D", help="its deck; without a note, the note with most of its cards")
    command.add_argument("--both-ways", action="store_true", help="ask for the front too")
    command.add_argument("--from-clipboard", action="store_true", help="take the card from the clipboard")
    command.add_argument("--dry-run", action="store_true", help="show what would be added, and where")
    command.add_argument("--json", action="store_true")


def _add_cards_named(add: Add, name: str) -> argparse.ArgumentParser:
    command = add(f"studyapp {name} --query 'tag:exam is:leech'")
    _add_chosen(command)
    return command


def _add_chosen(command: argparse.ArgumentParser) -> None:
    command.add_argument("cards", nargs="*", metavar="CARD_ID", help="as `studyapp search` lists it")
    command.add_argument("--query", metavar="QUERY", help="all cards that it finds, as in the app")
    command.add_argument("--json", action="store_true")


def _add_suspend(add: Add) -> None:
    _add_cards_named(add, "suspend")


def _add_resume(add: Add) -> None:
    _add_cards_named(add, "resume")


def _add_bury(add: Add) -> None:
    _add_cards_named(add, "bury")


def _add_flag(add: Add) -> None:
    what = _add_cards_named(add, "flag").add_mutually_exclusive_group()
    what.add_argument("--number", choices="1234567", default="1", metavar="{1-7}", help="which flag; 1 by default")
    what.add_argument("--remove", action="store_true", help="take the flags away")


def _add_reset(add: Add) -> None:
    _add_cards_named(add, "reset")


def _add_set_due(add: Add) -> None:
    command = add("studyapp set-due 2026-12-20 --query 'deck:exam'")
    command.add_argument("day", metavar="DATE", help="such as 2026-12-20")
    _add_chosen(command)


def _add_export(add: Add) -> None:
    command = add("studyapp export 'tag:exam' exam.apkg")
    command.description = """\
Write cards into a file whose name says what it is: .apkg for Anki, with
schedules, history and pictures; .json with everything; .csv for a spreadsheet;
.txt for Anki's text import."""
    command.add_argument("query", nargs="?", metavar="QUERY", help="only the cards that it finds, as in the app")
    command.add_argument("file", type=named_path, metavar="FILE", help="is replaced if it is there")
    _add_deck(command)
    command.add_argument("--json", action="store_true", help="say what was done as JSON")


def _add_import(add: Add) -> None:
    command = add("studyapp import Spanish.apkg --into Anki")
    command.description = """\
Bring cards into notes, one for each deck: an Anki package (.apkg, .colpkg) with
schedules, history, flags and media; a table (.csv, .tsv, .txt) of fronts and
backs, such as Quizlet and Anki write; or what `studyapp export` wrote (.json).
Shows what comes, and asks. Doing it again brings what is new; what you have
changed here stays."""
    command.add_argument("file", nargs="?", type=named_path, metavar="FILE", help="what is brought in")
    command.add_argument("--deck", metavar="D", help="of rows of a table that name none; by default the file's name")
    command.add_argument(
        "--into", metavar="FOLDER", default="Imported", help="a folder of the vault; by default Imported"
    )
    command.add_argument("--dry-run", action="store_true", help="only show what would come")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--undo", action="store_true", help="take the last import back")
    command.add_argument("--json", action="store_true", help="do not ask, and say what was done as JSON")


def _add_notes(add: Add) -> None:
    notes = add("studyapp notes ~/Notes --json")
    notes.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    notes.add_argument("--json", action="store_true")


def _add_grade_note(add: Add) -> None:
    from studyapp.core.schedule.entries import Grade

    grade = add("studyapp grade-note 'Ideas/LoRA.md' --grade good")
    grade.add_argument("note", metavar="NOTE", help="its path in the vault, as `studyapp notes` lists it")
    grades = [Grade.HARD, Grade.GOOD, Grade.EASY]
    grade.add_argument("--grade", required=True, choices=grades, type=Grade, metavar="{hard,good,easy}")
    grade.add_argument("--force", action="store_true", help=_FORCE.format("note"))
    grade.add_argument("--json", action="store_true")


def _add_undo(add: Add) -> None:
    add("studyapp undo").add_argument("--json", action="store_true")


def _add_redo(add: Add) -> None:
    add("studyapp redo").add_argument("--json", action="store_true")


def _add_facts(add: Add) -> None:
    facts = add("studyapp facts 'LoRA.md:976f40618e5bc:1:1'")
    facts.add_argument("card", metavar="CARD_ID", help="as `studyapp cards` lists it: PATH:HASH:OCCURRENCE:SIDE")
    facts.add_argument("--json", action="store_true")


def _add_plan(add: Add) -> None:
    command = add("studyapp plan holiday 2026-12-20 2027-01-03 --deck flashcards")
    command.description = """\
Change many schedules at once. What that does is shown first; then it is made
note by note, and undone as a whole.

  reschedule        intervals anew, from the present FSRS parameters and retention
  to-fsrs, to-sm2   convert schedules, as the plugin would at the next review
  postpone DAYS     what is due by today is due in so many days
  advance DAYS      what is due within so many days is due today
  holiday FROM TO   nothing is due on these days: half of it before, half after
  due DATE          another due day
  reset             the cards begin again
  resume            finish what was interrupted"""
    command.add_argument("kind", metavar="WHAT", choices=PLANS, help="one of the above")
    command.add_argument("values", nargs="*", metavar="VALUE", help="days or dates")
    scope = command.add_mutually_exclusive_group()
    _add_deck(scope)
    scope.add_argument("--query", metavar="QUERY", help="only cards that this search finds")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true")


def _add_optimise(add: Add) -> None:
    command = add("studyapp optimise --deck flashcards/peft")
    command.description = """\
Fit the parameters of FSRS to your reviews, on all devices, and show how well
they predict the latest ones, to which nothing was fitted. Nothing is changed
without --apply, and undo takes that back."""
    command.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    scope = command.add_mutually_exclusive_group()
    _add_deck(scope)
    scope.add_argument("--preset", metavar="P", help="only the decks that have this preset")
    command.add_argument("--since", type=_day, metavar="DATE", help="only cards first reviewed on this day or later")
    command.add_argument("--apply", action="store_true", help="take the new parameters, if they are better")
    command.add_argument("--force", action="store_true", help="with --apply: also where they are not")
    command.add_argument("--json", action="store_true")


def _add_decide(add: Add) -> None:
    command = add("studyapp decide --deck flashcards/peft --days 180")
    command.description = """\
Simulate the days ahead for desired retentions from 70 to 97 %, from what you
remember now, how you grade, how long that takes you, and your limits."""
    command.add_argument("folder", nargs="?", type=named_path, metavar="VAULT")
    scope = command.add_mutually_exclusive_group()
    _add_deck(scope)
    scope.add_argument("--preset", metavar="P", help="only the decks that have this preset")
    command.add_argument("--days", type=_days, default=365, metavar="N", help="how far to look; 365 by default")
    command.add_argument("--json", action="store_true")


def _add_settings(add: Add) -> None:
    settings = add("studyapp settings")
    settings.add_argument("--keys", action="store_true", help="list every key that can be changed, by its name")
    settings.add_argument("--json", action="store_true")


def _add_doctor(add: Add) -> None:
    doctor = add("studyapp doctor --fix")
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


def _add_cache(add: Add) -> None:
    cache = add("studyapp cache --check")
    cache.description = """\
Show the caches: what each is for, its size, when it was last written. With a
vault named, only those of that vault. All can be made again from the notes and
the review logs."""
    what = cache.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="also look whether they are whole and agree with the notes"
    )
    what.add_argument("--clear", action="store_true", help="delete those that no program has open")
    cache.add_argument("--json", action="store_true")


def _add_restore(add: Add) -> None:
    restore = add("studyapp restore 2026-11-24 LoRA.md")
    restore.add_argument(
        "day", nargs="?", metavar="DAY", help="as `studyapp restore` lists it; shows what would change"
    )
    restore.add_argument("notes", nargs="*", metavar="NOTE", help="only these, by their paths in the vault")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.add_argument("--json", action="store_true")


def _add_remind(add: Add) -> None:
    from studyapp.cli.remind import moment

    command = add("studyapp remind --install 08:30")
    command.description = """\
Say what is due as a notification of the desktop, or in a line; nothing where
nothing is due. With --install a systemd timer, launchd or cron does so every
day, whichever this machine has; each file that is written is named."""
    what = command.add_mutually_exclusive_group()
    what.add_argument("--install", metavar="HH:MM", type=_typed(moment), help="every day at this time")
    what.add_argument("--remove", "--undo", action="store_true", help="not any more")
    command.add_argument("--dry-run", action="store_true", help="with --install: show what would be written")


def _add_completion(add: Add) -> None:
    from studyapp.cli.completion.scripts import ADVICE, SCRIPTS

    completion = add(ADVICE["bash"])
    completion.add_argument("shell", choices=[*SCRIPTS], metavar="{bash,zsh,fish}")


def _add_init(add: Add) -> None:
    init = add("studyapp init ~/Notes")
    init.add_argument("folder", nargs="?", type=named_path, metavar="DIR")
    init.add_argument("--git", action="store_true", help="set up merging in the repository that DIR is in")


def _add_merge_driver(add: Add) -> None:
    command = add("studyapp merge-driver %%O %%A %%B %%P %%L")
    command.add_argument("base", type=named_path, metavar="BASE", help="the version that both come from (%%O)")
    command.add_argument("ours", type=named_path, metavar="OURS", help="is written (%%A)")
    command.add_argument("theirs", type=named_path, metavar="THEIRS", help="%%B")
    command.add_argument("path", type=named_path, metavar="PATH", help="the note's, in the repository (%%P)")
    command.add_argument("size", nargs="?", type=int, metavar="SIZE", help="of conflict markers (%%L)")


def _add_demo(add: Add) -> None:
    # Each demo has its own options, known only when its name is: everything behind `demo` is taken as it stands. No
    # argument begins with NUL, so nothing looks like an option of this parser.
    demo = add("studyapp demo lora --rank 8", prefix_chars="\0", add_help=False)
    demo.add_argument("words", nargs="*")


def _add_open(add: Add) -> None:
    opening = add("studyapp open 'studyapp://demo/lora?rank=8'")
    opening.add_argument("link", help="for example studyapp://demo/lora?rank=8")


def _add_install_links(add: Add) -> None:
    install = add("studyapp install-links --remove")
    install.description = """\
Write a .desktop file so that studyapp:// links, such as those in Obsidian,
open in a terminal."""
    install.add_argument("--remove", "--undo", action="store_true", help="take it away again")


OPTIONS: dict[str, Callable[[Add], None]] = {
    "app": _add_app,
    "review": _add_review,
    "due": _add_due,
    "search": _add_search,
    "stats": _add_stats,
    "cards": _add_cards,
    "facts": _add_facts,
    "grade": _add_grade,
    "add": _add_add,
    "suspend": _add_suspend,
    "resume": _add_resume,
    "bury": _add_bury,
    "flag": _add_flag,
    "reset": _add_reset,
    "set-due": _add_set_due,
    "export": _add_export,
    "import": _add_import,
    "notes": _add_notes,
    "grade-note": _add_grade_note,
    "undo": _add_undo,
    "redo": _add_redo,
    "plan": _add_plan,
    "optimise": _add_optimise,
    "decide": _add_decide,
    "settings": _add_settings,
    "doctor": _add_doctor,
    "cache": _add_cache,
    "restore": _add_restore,
    "remind": _add_remind,
    "completion": _add_completion,
    "init": _add_init,
    "merge-driver": _add_merge_driver,
    "demo": _add_demo,
    "open": _add_open,
    "install-links": _add_install_links,
}


def _clock(text: str) -> Callable[[], object]:
    try:
        return fixed_clock(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time such as 2026-11-23T09:00 or 2026-11-23T09:00Z"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-23") from None


def _typed(read: Callable[[str], T]) -> Callable[[str], T]:
    """A reader whose error is one of the command line."""

    def typed(text: str) -> T:
        try:
            return read(text)
        except StudyError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return typed


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 36_500:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of days, such as 7")


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
