"""The commands, in the order of the help, and what each does in a line."""

from __future__ import annotations

COMMANDS = {
    "app": "open a vault on its decks (the default)",
    "review": "review what is due, or what you choose",
    "due": "show what is due",
    "search": "list the cards that match a query",
    "stats": "show statistics",
    "cards": "list questions with their cards",
    "facts": "show what is known about a card, and its history",
    "grade": "grade a card",
    "add": "add a card to a note",
    "suspend": "put cards away until they are resumed",
    "resume": "bring suspended cards back",
    "bury": "put cards away until tomorrow",
    "flag": "flag cards, or remove their flags",
    "export": "write cards into an Anki package, or as JSON, CSV or text",
    "import": "bring cards of an Anki package into notes",
    "notes": "list the notes to review whole",
    "grade-note": "grade a whole note",
    "undo": "undo the last grade",
    "redo": "redo what was undone",
    "plan": "change many schedules at once, after a look at what that does",
    "optimise": "fit the parameters of FSRS to your reviews",
    "settings": "show each setting and where its value came from",
    "doctor": "look for what is wrong in the notes",
    "cache": "show, check or delete the caches",
    "restore": "restore one day's schedules",
    "remind": "say what is due, now or every day at a time",
    "completion": "complete commands, options and names in the shell",
    "init": "make a starter vault, or set up git to merge notes",
    "merge-driver": "merge two versions of a note, for git",
    "demo": "run a live demo, or compare them",
    "open": "open a studyapp:// link",
    "install-links": "let the desktop open studyapp:// links, or undo that",
}
WITHOUT_VAULT = frozenset({"completion", "init", "merge-driver", "demo", "open", "install-links"})
