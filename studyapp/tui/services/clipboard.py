"""The clipboard of the terminal: what is put there, and what is said where it may not arrive."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from studyapp.core.plural import count
from studyapp.tui.host import Host

MOST: Final = 500_000
"""Characters that are copied at once; a terminal takes no more, and some take less."""
_CONTROLS: Final = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
_LONG: Final = 20.0
"""Seconds in which what may be wrong is read."""


def harmless(text: str) -> str:
    """A text as it is written, without the control characters that act on a terminal that it is pasted into."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("\ufffd", text).encode("utf-8", "replace").decode()


def copy(host: Host, text: str, what: str) -> None:
    """Copy a text, and say so; at the first time also why it may not arrive.

    Args:
        host: the app.
        text: the text.
        what: its name in the sentence, such as "the answer".
    """
    if len(text) > MOST:
        host.say(f"Not copied: {what} is too long for a clipboard ({len(text):,} characters).", "warning")
        return
    host.copy_to_clipboard(text)
    lines = text.count("\n") + 1
    size = count(lines, "line") if lines > 1 else count(len(text), "character")
    doubt = doubt_of(os.environ)
    if doubt and host.tell_once(doubt):
        host.say(f"Copied {what} ({size}). {doubt}", seconds=_LONG)
    else:
        host.say(f"Copied {what} ({size}).")


def doubt_of(environ: Mapping[str, str]) -> str:
    """Why what was copied may not arrive, and what helps; empty for terminals that are known to take it."""
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app takes no copies from programs: hold Fn to select with the mouse instead."
    if environ.get("VTE_VERSION") and not environ.get("TMUX"):
        return "This terminal may take no copies from programs: hold Shift to select with the mouse instead."
    if environ.get("TMUX"):
        return "If it doesn't arrive, tmux needs: set -g set-clipboard on"
    if environ.get("STY"):
        return "GNU screen passes no copies on: select with the mouse instead."
    return "The console has no clipboard: it stays within studyapp." if environ.get("TERM") == "linux" else ""
