"""The commands, in the order of the help."""

from __future__ import annotations

from typing import NamedTuple


class CliCommand(NamedTuple):
    """What runs a command, and what its help says."""

    runs: str
    """A function of `studyapp.cli`, by its module: it takes the parsed options, and returns the exit code."""
    help: str


COMMANDS = {
    "app": CliCommand("review.open_app", "open a vault and show its decks (the default)"),
    "review": CliCommand("review.review", "review what is due, or what you choose"),
    "due": CliCommand("due.due", "show what is due"),
    "search": CliCommand("search.search", "list the cards that match a query"),
    "stats": CliCommand("stats.stats", "show statistics"),
    "cards": CliCommand("cards.cards", "list questions and their cards"),
    "facts": CliCommand("facts.facts", "show a card's schedule and history"),
    "grade": CliCommand("grade.grade_command", "grade a card"),
    "add": CliCommand("add.add", "add a card to a note"),
    "suspend": CliCommand("marks.mark", "hide cards from reviews until they are resumed"),
    "resume": CliCommand("marks.mark", "bring suspended cards back"),
    "bury": CliCommand("marks.mark", "hide cards until tomorrow"),
    "flag": CliCommand("marks.mark", "flag cards, or remove their flags"),
    "reset": CliCommand("plan.change_chosen", "reset cards: they start over, due today"),
    "set-due": CliCommand("plan.change_chosen", "change when cards are due"),
    "export": CliCommand("export.export_command", "export cards as an Anki package, JSON, CSV or text"),
    "import": CliCommand("importing.import_command", "import cards from Anki, a table or an export"),
    "notes": CliCommand("whole_notes.notes", "list the notes that are reviewed whole"),
    "grade-note": CliCommand("whole_notes.grade_note", "grade a whole note"),
    "undo": CliCommand("grade.undo", "undo the last action"),
    "redo": CliCommand("grade.undo", "redo what was undone"),
    "plan": CliCommand("plan.plan_command", "change many schedules at once, after showing the effect"),
    "exam": CliCommand("exam.exam", "set the day by which you want to know a deck, or show your pace"),
    "optimise": CliCommand("optimise.optimise", "fit FSRS parameters to your reviews"),
    "decide": CliCommand("decide.decide", "show what each desired retention would cost and bring"),
    "settings": CliCommand("settings.settings_command", "show every setting and where its value comes from"),
    "doctor": CliCommand("doctor.doctor", "find problems in the notes"),
    "cache": CliCommand("cache.cache", "show, check or delete the caches"),
    "restore": CliCommand("restore.restore", "restore one day's schedules"),
    "serve": CliCommand("serve.serve_command", "open the app in a browser, on a phone too"),
    "remind": CliCommand("remind.remind", "show what is due, now or every day at a set time"),
    "completion": CliCommand(
        "completion.scripts.print_script", "print the script that completes commands in your shell"
    ),
    "init": CliCommand("init.init", "make a starter vault, or set up git to merge notes"),
    "merge-driver": CliCommand("git.merge_driver", "merge two versions of a note, for git"),
    "demo": CliCommand("demo.demo.demo_command", "run a live demo, or compare the methods"),
    "open": CliCommand("demo.demo.open_command", "open a studyapp:// link"),
    "install-links": CliCommand("demo.demo.install_command", "make the desktop open studyapp:// links, or stop it"),
}
WITHOUT_VAULT = frozenset({"completion", "init", "merge-driver", "demo", "open", "install-links"})
SERVED = "served"
"""The command that `studyapp serve` runs for a page; not for users, so it is not listed."""
