"""Saves what a screen shows as a picture, to a file that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.screen import Screen

from studyapp.core.disk.home import expanded
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.runs.images.canvas import ENDINGS, MakeCanvas, save
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.prompt import PromptScreen


def save_picture(
    screen: Screen[Any], name: str, draw: Callable[[MakeCanvas], bytes], say: Callable[[str, str], object]
) -> None:
    """Ask for a file, named as here unless another name is typed, and save a picture to it."""

    def wrong(path: str) -> str:
        ends = path.lower().endswith(tuple(ENDINGS))
        return "" if ends else f"The file's name must end in {' or '.join(ENDINGS)}."

    def typed(path: str) -> None:
        file = expanded(Path(path))
        try:
            save(file, draw)
        except StudyError as error:
            say(visible(str(error), newlines=False), "warning")
        else:
            say(f"Saved {visible(str(file), newlines=False)}.", "note")

    ask(screen.app, PromptScreen("Save the picture", "Save to which file?", name, wrong), typed)
