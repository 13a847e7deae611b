"""The decks with their counts, today's work, and what else there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.study.stats.estimate import in_minutes
from studyapp.tui.screens.decks.view import DEMO, DecksView
from studyapp.tui.widgets.decks.deck_tree import EVERYTHING, DeckTree
from studyapp.tui.widgets.decks.offers import Offers
from studyapp.tui.widgets.decks.today import Today, Work
from studyapp.wording.numbers import backlog_text

if TYPE_CHECKING:
    from studyapp.core.vault.decks import Deck

_NO_CARDS = (
    "There are no cards in this vault; press {add} to add one. A note is read for cards if it has one of the tags "
    "{tags}; there, a line `question{single}answer` is a card, and so is text with a ==cloze==. "
    "`studyapp init FOLDER` makes a vault with examples."
)


class DecksToday(DecksView):
    """Shows what there is to do; a subclass reads the notes and has the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._exams: Sequence[str] = ()
        """What each exam requires, in a line."""

    @property
    def deck_name(self) -> str:
        """What today's work calls the deck under the cursor; empty if there is none."""
        selected = self.query_one(DeckTree).selected
        return (selected.path or EVERYTHING) if selected is not None else ""

    def show_counts(self) -> None:
        """Show the current decks."""
        tree = self.study.top_deck
        if tree is None:
            return
        decks, words, empty = self.query_one(DeckTree), self.query_one("#decks-empty", Static), not tree.total
        decks.show(tree)
        self.look_beside()
        decks.display, words.display = not empty, empty
        if empty:
            settings = self.study.workspace.vault.settings
            tags = visible(", ".join(settings.flashcard_tags), newlines=False)
            separator = visible(settings.single_line_card_separator, newlines=False)
            add = visible(self.key_of("app.add-card"), newlines=False)
            words.update(Content(_NO_CARDS.format(add=add, tags=tags, single=separator)))
        self._show_today()

    def _show_today(self) -> None:
        """Show today's work, and how long a backlog will last."""
        if self.study.top_deck is None:
            return
        lines = [*self._exams]
        if self.outlook is not None and (backlog := self.outlook.backlog) is not None:
            lines.append(backlog_text(backlog))
        whole = self.study.whole_notes
        if whole is not None and whole.notes and (waiting := whole.queue(self.study.standing.notes)):
            number, key = count(len(waiting), "whole note"), self.key_of("decks.custom")
            lines.append(f"{number} to review: {key}")
        self.query_one(Today).show(self._today(self.study.top_deck), tuple(lines))
        self._show_offers()
        self.show_back()
        self.call_after_refresh(self.fit)

    def _show_offers(self) -> None:
        """A demo to watch, and the problems met while reading; in the sample, how to open your own notes."""
        catalog, problems = self.study.demos.catalog, len(self.study.problems)
        title = next((demo.title for demo in catalog.demos if demo.name == DEMO), None) if catalog else None
        demos, doctor = self.key_of("place.demos"), self.key_of("decks.doctor")
        left = (
            Content.assemble(("▶ ", "$learn"), (demos, "bold $act"), f" Watch {title} learn")
            if title
            else Content("")
        )
        right, act = Content(""), "decks.doctor"
        if self.study.workspace.is_trial:
            act = "app.vaults"
            right = Content.assemble((self.key_of(act), "bold $act"), (" Open your own notes", "$quiet"))
        elif problems:
            right = Content.assemble(
                (f"{count(problems, 'problem')} in your notes so far ", "$quiet"), (doctor, "bold $act")
            )
        self.query_one(Offers).show(left, right, (self.bound_to("place.demos"), self.bound_to(act)))

    def demos_are_known(self) -> None:
        """Offer a demo."""
        self._show_offers()
        self.show_back()

    def _exam_lines(self) -> list[str]:
        from studyapp.study.exams.pace import paces
        from studyapp.wording.exams import pace_line

        return [pace_line(one, self.key_of("decks.plan")) for one in paces(self.study.workspace)]

    def _today(self, decks: Deck) -> Work | Content:
        due, new = decks.due, decks.new
        if not due and not new:
            more = decks.held_back
            said = f"Nothing left for today; {more:,} more without limits" if more else "Nothing is due today."
            return Content.styled(said, "$quiet")
        known, settings = self.outlook, self.study.workspace.vault.settings
        return Work(
            due,
            new,
            in_minutes(self.study.seconds_a_card * (due + new)),
            late=min(due, known.forecast.backlog) if known is not None else None,
            limit=settings.new_cards_per_day,
            done=known.calendar.get(known.today, 0) if known is not None else None,
            key=self.key_of("decks.review"),
            deck=self.deck_name,
        )
