"""Copies through the terminal's clipboard, and warns where that may not work."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from studyapp.core.plural import count
from studyapp.tui.host import Host

MOST: Final = 500_000
"""The most characters copied at once; no terminal takes more, and some take less."""
_CONTROLS: Final = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
_LONG: Final = 20.0
"""Seconds for which a warning is shown."""


def harmless(text: str) -> str:
    """A text without the control characters that would act on a terminal it is pasted into."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("\ufffd", text).encode("utf-8", "replace").decode()


def copy(host: Host, text: str, what: str) -> None:
    """Copy a text, and say that `what` is copied; the first time also why it may not arrive."""
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
    """Why a copy may not arrive, and what helps; empty for terminals known to accept it."""
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app accepts no copies from programs: hold Fn to select with the mouse instead."
    if environ.get("VTE_VERSION") and not environ.get("TMUX"):
        return "This terminal may not accept copies from programs: hold Shift to select with the mouse instead."
    if environ.get("TMUX"):
        return "If it doesn't arrive, tmux needs: set -g set-clipboard on"
    if environ.get("STY"):
        return "GNU screen doesn't pass copies on: select with the mouse instead."
    return "The console has no clipboard: the copy stays within studyapp." if environ.get("TERM") == "linux" else ""
