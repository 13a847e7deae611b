"""What is wrong or surprising in the vault: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studyapp.core.errors import Problem, Severity
from studyapp.core.visible import visible
from studyapp.tui.screens.base import LEAVE, StudyScreen
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.notices import Notices
from studyapp.tui.widgets.split_line import SplitLine
from studyapp.tui.words import count

_STYLES = {Severity.ERROR: "bold $text-error", Severity.WARNING: "bold $text-warning", Severity.NOTE: "bold"}


class FindingsScreen(StudyScreen):
    """Lists findings; the place of one can be opened in the editor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,e", "edit", "Edit", id="findings.edit"),
        Binding("j", "move(1)", "Down", show=False, id="findings.down"),
        Binding("k", "move(-1)", "Up", show=False, id="findings.up"),
        LEAVE,
    ]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self._problems = tuple(problems)

    def compose(self) -> ComposeResult:
        """The number, the list, keys."""
        yield SplitLine(id="findings-head")
        root = f"{self.study.workspace.vault.root}/"
        options = [_option(problem, problem.path.removeprefix(root)) for problem in self._problems]
        yield OptionList(*options, id="findings-list", markup=False)
        yield Notices()
        yield KeyLine()

    def on_mount(self) -> None:
        """Say how many there are."""
        self.query_one(SplitLine).show(Content.styled(count(len(self._problems), "finding"), "bold"))

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if rows > 0 else options.action_cursor_up)()

    def on_option_list_option_selected(self) -> None:
        """Open the place of the finding."""
        self.action_edit()

    def action_edit(self) -> None:
        """Open the place of the finding under the cursor in the editor."""
        number = self.query_one(OptionList).highlighted
        if number is not None:
            problem = self._problems[number]
            self.study.outside.edit(problem.path, problem.line or 1)

    def action_leave(self) -> None:
        """Go back to the decks."""
        self.dismiss()


def _option(problem: Problem, path: str) -> Option:
    place = path if problem.line is None else f"{path}:{problem.line}"
    return Option(
        Content.assemble(
            (visible(place, newlines=False), _STYLES[problem.severity]),
            "\n",
            visible(problem.message[:1].upper() + problem.message[1:], newlines=False),
            ".\n" if not problem.message.endswith(".") else "\n",
            (visible(problem.remedy, newlines=False), "$text-muted"),
            "\n",
        )
    )
