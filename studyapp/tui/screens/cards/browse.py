"""Every card: lists of them, and actions on the selected ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from studyapp.core.errors import SettingsError
from studyapp.core.log.actions import Action
from studyapp.core.log.marks import FLAGS, Mark
from studyapp.core.plural import count
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.write import write_setting
from studyapp.core.vault.vault import Handle
from studyapp.study.review.bulk import marked, resets, still_there
from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.study.search.parse import HELP
from studyapp.tui import keys
from studyapp.tui.screens.base import LEAVE, open_keys, plan_key, step_keys, to_places
from studyapp.tui.screens.cards.ask_plan import ask_plan, rows_with_ids
from studyapp.tui.screens.cards.card_list import CardListScreen
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.help import AskScreen, HelpScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.steps import StepsScreen
from studyapp.tui.study import Aim
from studyapp.wording.cards import card_texts
from studyapp.wording.copies import Copy
from studyapp.wording.numbers import sentence

_MOST_ASKED: Final = 10_000
"""The number of cards whose marks decide whether a mark is set or removed."""

_LONGEST_NAME: Final = 60
LISTS: Final = (
    ("is:due", "Due", "waiting for a review"),
    ("is:leech", "Leeches", "forgotten again and again"),
    ("is:suspended", "Suspended", "not shown until they are resumed"),
    ("is:buried", "Buried", "hidden until another day"),
    ("is:flagged", "Flagged", "marked to find again"),
    ("is:new", "New", "never reviewed"),
    ("is:learn", "Learning", "being learned or relearned"),
    ("reviewed:today", "Reviewed today", "graded since the day began"),
    ("due<0", "Overdue", "due before today"),
)


_FOR_CARDS: Final = frozenset(
    {"preview", "cram", "edit", "obsidian", "copy", "mark", "flag", "reset", "plan", "sort", "reverse"}
)
"""Actions on the cards that are listed."""


class BrowseScreen(CardListScreen, StepsScreen):
    """Lists cards; keys act on the selected ones, and steps can be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *to_places("browse"),
        Binding(keys.SEARCH, "search", "Search", id="browse.search"),
        Binding(keys.OPEN, "preview", "Preview", id="browse.preview", tooltip="show or hide the card"),
        Binding(keys.LISTS, "lists", "Lists", id="browse.lists", tooltip="due, leeches, suspended, flagged …"),
        Binding(keys.STUDY, "cram", "Cram", id="browse.cram", tooltip="the selected cards, or all that are listed"),
        *open_keys("browse"),
        Binding(
            keys.COPY, "copy", "Copy", show=False, id="browse.copy", tooltip="the answer, its code, the whole card"
        ),
        Binding(
            keys.PICTURE,
            "picture",
            "Picture",
            show=False,
            id="browse.picture",
            tooltip="open the card's in your viewer",
        ),
        Binding(keys.SUSPEND, "mark('suspended')", "Suspend", id="browse.suspend", tooltip="or resume"),
        Binding(keys.FLAG, "mark('flag')", "Flag", id="browse.flag", tooltip="or remove the flag"),
        *(
            Binding(number, f"flag('{number}')", "Flag with that number", show=False, id=f"browse.flag-{number}")
            for number in FLAGS
        ),
        Binding(keys.RESET, "reset", "Reset", id="browse.reset", tooltip="reset cards to new; asks first"),
        plan_key("browse"),
        Binding(keys.NEXT, "sort(1)", "Sort", id="browse.sort", tooltip="by the next column"),
        Binding(
            keys.BEFORE,
            "sort(-1)",
            "Sort back",
            show=False,
            id="browse.sort-back",
            tooltip="by the previous column",
        ),
        Binding(keys.REVERSE, "reverse", "Reverse", show=False, id="browse.reverse", tooltip="the order"),
        *step_keys("browse"),
        Binding(keys.HELP, "help", "Keys", id="browse.help", tooltip="how to search, and every key"),
        LEAVE,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._batches: list[int] = []
        """The number of actions in each step of this visit; one undo takes all of them back."""

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text while a query is typed; where no card is listed, nothing is offered for one."""
        typing = isinstance(self.focused, Input)
        if action in ("leave", "help"):
            return True
        if action == "picture" and not (self.is_mounted and self.pictures()[1]):
            return None
        return None if typing or (action in _FOR_CARDS and self.is_mounted and not self.table.count) else True

    def on_key(self, event: events.Key) -> None:
        """Let the arrow keys leave the search line, and return to it."""
        if isinstance(self.focused, Input) and event.key in ("down", "pagedown", "up", "pageup"):
            event.stop()
            self.set_focus(self.table)

    def action_leave(self) -> None:
        """Go from the query to the table, and from there back to the decks."""
        if isinstance(self.focused, Input):
            self.set_focus(self.table)
        elif self.table.selected:
            self.table.selected = set()
            self.table.refresh()
            self.say_found()
        else:
            self.dismiss()

    def action_lists(self) -> None:
        """Choose one of the saved searches or built-in lists; or save the current search."""
        line, saved = self.query_one("#browse-query", Input), self._saved()
        others = [one for one in LISTS if one[0] not in saved.values()]

        def chosen(query: str) -> None:
            if query:
                line.value = query
                self.set_focus(self.table)
            else:
                self._save(line.value.strip())

        lines = [Choice(query, name, f"{query}: saved") for name, query in saved.items()]
        lines += [Choice(query, name, f"{query}: {words}") for query, name, words in others]
        typed = line.value.strip()
        if typed and not self._wrong and typed not in [one.value for one in lines]:
            lines.append(Choice("", "Save this search", typed))
        ask(self.app, ChooseScreen("Which list?", lines, act="List it"), chosen)

    def _saved(self) -> Mapping[str, str]:
        """The named searches, as the settings files have them now."""
        vault = self.study.workspace.vault
        return load_settings(vault.root, user_file=vault.user_file, overrides={}).settings.searches

    def _save(self, query: str) -> None:
        """Ask for a name, and save the search in the user's settings."""
        names = self._saved().keys()

        def typed(name: str) -> None:
            try:
                write_setting(self.study.workspace.locations.settings, ["searches", name.strip()], query)
            except SettingsError as error:
                self.say(sentence(str(error)), "error")
            else:
                self.say(f"Saved: {self.key_of('browse.lists')} lists it.")

        def wrong(name: str) -> str:
            if name.strip() in names:
                return "Another search has this name."
            return "" if 0 < len(name.strip()) <= _LONGEST_NAME else "Type a short name."

        ask(self.app, PromptScreen("Save this search", f"A name for {query}", "", wrong), typed)

    def action_cram(self) -> None:
        """Cram the selected cards, or else all that are listed; nothing is written."""
        table = self.table
        numbers = table.chosen if table.selected else table.numbers
        if not numbers:
            self.say("No cards to cram.")
        elif not self._has_to_wait():
            study = CustomStudy(Mode.CRAM, cards=frozenset(self.index.ids(numbers)))
            self.study.go.review(custom=study)

    def action_edit(self) -> None:
        """Edit the note at the card, then read it again."""
        found = self.table.current
        if found is not None and self.study.programs.edit(found.id.path, found.line):
            self.study.read_vault()

    def aim(self) -> Aim:
        """The note at the card under the cursor."""
        found = self.table.current
        return Aim() if found is None else Aim(note=found.id.path, line=found.line - 1)

    def copies(self) -> Sequence[Copy]:
        """The answer of the card under the cursor, its question, their code, the whole card."""
        handle = self.handle()
        if handle is None:
            return ()
        return self.copies_of(handle, card_texts(handle), revealed=True)

    def action_obsidian(self) -> None:
        found = self.table.current
        if found is not None:
            self.study.programs.obsidian(found.id.path)

    def action_help(self) -> None:
        """Show how to search, and every key."""
        self.app.push_screen(HelpScreen(self.active_bindings.values(), first=("Search", [*HELP])))

    # Changing cards

    def _chosen(self) -> list[Handle]:
        """The cards to act on that still exist."""
        return still_there(self.study.workspace.vault, self.index.ids(self.table.chosen))

    def _has_to_wait(self) -> bool:
        """Whether the search or the reading is unfinished; tells the user so."""
        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
        elif not self.table.is_whole:
            self.say("Still searching. Try again in a moment.")
        else:
            return False
        return True

    def action_reset(self) -> None:
        """Reset cards to new, after asking."""
        if self._has_to_wait():
            return
        handles = [handle for handle in self._chosen() if handle.card.schedule is not None]
        if not handles:
            self.say("There is nothing to reset: new cards have no schedule.")
            return
        cards = count(len(handles), "card")

        question = f"Reset {cards} to new? Past reviews stay in the log."
        ask(self.app, AskScreen("Reset", question, "Reset", "Cancel"), lambda _: self._reset(handles))

    def action_plan(self) -> None:
        """Change the schedules of the selected cards, or else of all that are listed, after a preview."""
        table = self.table
        numbers = table.chosen if table.selected else table.numbers
        if not numbers:
            self.say("No cards to change.")
        elif not self._has_to_wait():
            cards = self.index.ids(numbers)
            search = None if table.selected else self._query.strip() or None
            ask_plan(self.study, count(len(cards), "card"), lambda: rows_with_ids(self.study, cards), search=search)

    def action_mark(self, name: str) -> None:
        """Suspend or flag cards; if all of them already are, undo that."""
        if self._has_to_wait():
            return
        mark = Mark(name)
        numbers = self.table.chosen
        handles = self._chosen()
        if not handles:
            self.say("No card is selected.")
            return
        found = [one.marks for one in self.index.cards(numbers[:_MOST_ASKED]) if one is not None]
        has = all(marks.suspended if mark is Mark.SUSPENDED else marks.flagged for marks in found)
        self._act([marked(self.study.workspace, handles, mark, "" if has else "1")])
        done = {
            (Mark.SUSPENDED, False): "Suspended",
            (Mark.SUSPENDED, True): "Resumed",
            (Mark.FLAG, False): "Flagged",
            (Mark.FLAG, True): "Unflagged",
        }[mark, has]
        self.say(f"{done}: {count(len(handles), 'card')}. {self.key_of('browse.undo')} undoes it.")

    def action_flag(self, number: str) -> None:
        if self._has_to_wait():
            return
        if not (handles := self._chosen()):
            self.say("No card is selected.")
        else:
            self._act([marked(self.study.workspace, handles, Mark.FLAG, number)])
            self.say(f"Flag {number}: {count(len(handles), 'card')}. {self.key_of('browse.undo')} undoes it.")

    def _reset(self, handles: Iterable[Handle]) -> None:
        """Reset cards, and say how many were, and why others stay as they are."""
        with self.study.writer.quiet():
            done = resets(self.study.workspace, handles)
        self._act(done.made)
        again = count(len(done.made), "card")
        said = f"Reset to new: {again}. {self.key_of('browse.undo')} undoes it." if done.made else ""
        if done.left_out:
            stay = count(len(done.left_out), "card stays as it is", "cards stay as they are")
            said = f"{said} {stay}: {done.left_out[0].why}.".strip()
        self.say(said, "warning" if done.left_out else "note")

    def _act(self, actions: Sequence[Action]) -> None:
        """Give actions to the writer as one step."""
        for action in actions:
            self.study.writer.save(action)
        if actions:
            self._batches.append(len(actions))

    # Undo

    def action_undo(self) -> None:
        self.take_steps(self.study.writer.undo, self._batches.pop() if self._batches else 1)

    def after_step(self, *, asked: bool) -> None:
        """Read the note again."""
        self.look()
