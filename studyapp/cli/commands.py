"""The commands, in the order of the help, each with a one-line description."""

from __future__ import annotations

COMMANDS = {
    "app": "open a vault and show its decks (the default)",
    "review": "review what is due, or what you choose",
    "due": "show what is due",
    "search": "list the cards that match a query",
    "stats": "show statistics",
    "cards": "list questions and their cards",
    "facts": "show a card's schedule and history",
    "grade": "grade a card",
    "add": "add a card to a note",
    "suspend": "hide cards from reviews until they are resumed",
    "resume": "bring suspended cards back",
    "bury": "hide cards until tomorrow",
    "flag": "flag cards, or remove their flags",
    "reset": "reset cards: they start over, due today",
    "set-due": "change when cards are due",
    "export": "export cards as an Anki package, JSON, CSV or text",
    "import": "import cards from Anki, a table or an export",
    "notes": "list the notes that are reviewed whole",
    "grade-note": "grade a whole note",
    "undo": "undo the last action",
    "redo": "redo what was undone",
    "plan": "change many schedules at once, after showing the effect",
    "exam": "set the day by which you want to know a deck, or show your pace",
    "optimise": "fit FSRS parameters to your reviews",
    "decide": "show what each desired retention would cost and bring",
    "settings": "show every setting and where its value comes from",
    "doctor": "find problems in the notes",
    "cache": "show, check or delete the caches",
    "restore": "restore one day's schedules",
    "serve": "open the app in a browser, on a phone too",
    "remind": "show what is due, now or every day at a set time",
    "completion": "print the script that completes commands in your shell",
    "init": "make a starter vault, or set up git to merge notes",
    "merge-driver": "merge two versions of a note, for git",
    "demo": "run a live demo, or compare the methods",
    "open": "open a studyapp:// link",
    "install-links": "make the desktop open studyapp:// links, or stop it",
}
WITHOUT_VAULT = frozenset({"completion", "init", "merge-driver", "demo", "open", "install-links"})
SERVED = "served"
"""The command that `studyapp serve` runs for a page; not for users, so it is not listed."""
