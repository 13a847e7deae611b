"""What each key means: one thing on every screen. All bindings take their keys from here.

A name set to another, such as `BURY = BROWSE`, has its key where the other act does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from studyapp.wording.numbers import key_text

if TYPE_CHECKING:
    from textual.screen import Screen

# Everywhere
HELP: Final = "question_mark,f1"
BACK: Final = "escape"
"""Go back, close, cancel."""
QUIT: Final = "q"
"""Leave; from the decks, quit."""
LEAVE: Final = f"{BACK},{QUIT}"
MAIN: Final = "space"
"""The main act: turn, run, select, read on."""
OPEN: Final = "enter"
"""Open, or take what is under the cursor."""
SEARCH: Final = "slash"
UNDO: Final = "u"
REDO: Final = "ctrl+r"
ADD: Final = "a"
SETTINGS: Final = "comma"
VAULTS: Final = "V"
RETRY: Final = "W"
"""Write again what could not be written."""
RELOAD: Final = "f5,ctrl+l"
"""Read or examine the notes again."""

# Places, and what replaces them in a review
NOTES: Final = "n"
"""Read notes; in a review, the card's note."""
BROWSE: Final = "b"
BURY: Final = BROWSE
DEMOS: Final = "d"
"""Watch demos; in a review, the card's demo."""
STATISTICS: Final = "s"
SKIP: Final = STATISTICS
PROBLEMS: Final = "f"
"""What is wrong in the notes."""

# Questions
YES: Final = "y"
NO: Final = NOTES
"""Only where a question is in front of everything."""

# Cards
NUMBERS: Final = "1234567"
"""Take the choice with that number: a grade, a guess, a flag, a part."""
TYPE: Final = "t"
"""Type the answer, or a sentence."""
EDIT: Final = "e"
OUTSIDE: Final = "o"
"""Open outside: in Obsidian, with another program, your own notes."""
FACTS: Final = "i"
IDENTIFY: Final = "I"
"""Match an edited card with its history."""
SUSPEND: Final = "z"
FLAG: Final = "asterisk"
RESET: Final = "r"
DELETE: Final = "D"
"""Delete a question from its note."""
COPY: Final = "C"
PLAY: Final = "P"
MOVE_DAYS: Final = "M"
OPTIMISE: Final = "O"
"""Fit FSRS."""
FIX: Final = "F"

# Demos
STUDY: Final = "c"
SOURCE: Final = STUDY
"""In a demo."""
COMPARE: Final = "v"
WALK: Final = "w"
"""Walk through a forward pass."""
MAKE_CARD: Final = "m"
TRUST: Final = "T"
"""Trust a demo, or no longer."""
ENLARGE: Final = "plus"
PICTURE: Final = "p"
"""Open the picture; where a page shows charts, save it as one."""

# Lists and what is shown
ALL: Final = "A"
"""Select or mark all."""
LISTS: Final = "L"
"""Show the list to choose from: of searches, of notes, of what to try."""
CONTENTS: Final = "number_sign"
BACKLINKS: Final = "B"
OTHER: Final = "x"
"""Change to the other axis or sentence."""
NEXT: Final = "greater_than_sign"
"""The next match, word or column; more of what can be counted."""
BEFORE: Final = "less_than_sign"
REVERSE: Final = "S"
TRAIL_BACK: Final = "left_square_bracket"
"""Go back to where a link was followed."""
TRAIL_ON: Final = "right_square_bracket"
CLEAR: Final = "delete,backspace"
"""Back to the default."""

# Moving
UP: Final = "up,k"
DOWN: Final = "down,j"
LEFT: Final = "left,h"
RIGHT: Final = "right,l"
TOP: Final = "g,home"
END: Final = "G,end"
PAGE_UP: Final = "pageup,ctrl+b"
PAGE_DOWN: Final = "pagedown,ctrl+f"
PART: Final = "tab"
"""Go to the next part: a field, a chart, a link, a task."""
PART_BEFORE: Final = "shift+tab"


def keys_bound(screen: Screen[Any]) -> dict[str, str]:
    """The names of the keys bound to a screen's actions now, by the ids of their bindings."""
    found: dict[str, str] = {}
    for _, bindings in screen._binding_chain:  # noqa: SLF001 - the only place that knows the user's keys
        for key, binding in bindings:
            if binding.id:
                found.setdefault(binding.id, key)
    return found


def key_of(screen: Screen[Any], binding_id: str) -> str:
    """The key bound to an action of a screen now, as users write it; empty if there is none."""
    return key_text(keys_bound(screen).get(binding_id, ""))
