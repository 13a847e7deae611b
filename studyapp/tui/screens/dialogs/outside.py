"""What lies outside the terminal: a web address, after asking, and pictures, in the desktop's viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.study.reader.web import is_web, real_address
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.help import AskScreen
from studyapp.tui.study import Study

STILL_READING: Final = "Still reading the vault's files. Try again in a moment."


def open_address(study: Study, address: str) -> None:
    """Open a web address in the browser, after showing where it really leads and asking."""
    try:
        real = real_address(address)
    except StudyError as error:
        study.say(str(error), "warning")
        return

    dialog = AskScreen("Open this address in the browser?", real, "Open it", "Stay here")
    ask(study, dialog, lambda _: study.programs.address(real, "Opened in the browser."))


def open_picture(study: Study, note: str, targets: Sequence[str]) -> None:
    """Open the only picture of several targets in a note, or the one chosen."""
    if len(targets) == 1:
        _open(study, note, targets[0])
        return

    lines = [Choice(target, visible(target, newlines=False)) for target in targets]
    dialog = ChooseScreen("Which picture?", lines, act="Open it", typing=False)
    ask(study, dialog, lambda target: _open(study, note, target))


def _open(study: Study, note: str, target: str) -> None:
    library = study.embeds.library
    if is_web(target):
        open_address(study, target)
    elif library is None:
        study.embeds.read()
        study.say(STILL_READING)
    elif (found := library.follow(target, note)) is not None:
        study.programs.file(found[0].path)
    elif not study.embeds.are_known:
        study.say(STILL_READING)
    else:
        study.say(f"There is no image {visible(target, newlines=False)} in the vault.", "warning")
