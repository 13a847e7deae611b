"""A review: one card after the other, its answer, four grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from studyapp.core.demo_links import DemoChoice
from studyapp.core.errors import StudyError
from studyapp.core.schedule import Grade
from studyapp.core.session import Session
from studyapp.core.store import Saved
from studyapp.core.vault import INFERRED_NOTICE, Handle
from studyapp.core.visible import visible
from studyapp.tui.card_texts import CardTexts, card_texts, path_of
from studyapp.tui.review_texts import (
    card_facts,
    deck_text,
    history_lines,
    progress_text,
    summary_text,
    what_text,
)
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.help import AskScreen, FactsScreen
from studyapp.tui.widgets.card_view import CardView
from studyapp.tui.widgets.grade_bar import GradeBar
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.notices import Notice, Notices
from studyapp.tui.widgets.split_line import SplitLine
from studyapp.tui.words import count, interval_text, sentence, shorten_path


class ReviewScreen(StudyScreen):
    """Runs a session; holds no rule of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "go_on", "Show the answer; then Good", show=False, id="review.go-on"),
        Binding("1", "grade('again')", "Again", show=False, id="review.again"),
        Binding("2", "grade('hard')", "Hard", show=False, id="review.hard"),
        Binding("3", "grade('good')", "Good", show=False, id="review.good"),
        Binding("4", "grade('easy')", "Easy", show=False, id="review.easy"),
        Binding("u", "undo", "Undo", id="review.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="review.redo"),
        Binding("s", "skip", "Skip", id="review.skip"),
        Binding("e", "edit", "Edit", id="review.edit"),
        Binding("d", "demo", "Demo", id="review.demo"),
        Binding("r", "reset", "Reset", id="review.reset"),
        Binding("i", "facts", "Facts", id="review.facts"),
        Binding("q", "leave", "Leave", id="review.leave"),
        Binding("escape", "back", "Back to the decks", show=False, id="review.back"),
    ]

    AUTO_FOCUS = "#card-scroll"

    def __init__(self, deck: str | None, *, only: bool = False) -> None:
        """Make the screen of a review.

        Args:
            deck: the deck's path; None for all.
            only: whether leaving it ends the app.
        """
        super().__init__()
        self.deck = deck
        self.only = only
        self.session: Session | None = None
        self._early: Handle | None = None
        """The card that is shown before the notes have been read."""
        self._turned_early = False
        self._texts: CardTexts | None = None
        self._demos: tuple[DemoChoice, ...] = ()
        self._busy = False
        """Whether an undo is on its way; a grade given now would meet another card than the person thinks."""
        self._left_out = 0
        self._grades: Counter[Grade] = Counter()

    def compose(self) -> ComposeResult:
        """Deck and progress, the card's path, the card, notices, grades, keys."""
        yield SplitLine(id="review-head")
        yield SplitLine(id="review-path")
        yield CardView()
        yield Static(id="review-done", markup=False)
        yield Notices()
        yield GradeBar()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at once, or when the notes have been read."""
        self.query_one("#review-done").display = False
        if self.study.vault_read:
            self._begin()
            return
        self._early = self.study.workspace.vault.first_due(self.study.workspace.clock(), self.deck)
        if self._early is None:
            self.query_one(GradeBar).say("Reading the notes …")
        else:
            self._show_front(self._early)
            self._show_path(self._early)

    def on_unmount(self) -> None:
        """No card in sight has a demo any more."""
        self.study.demos.none_in_sight()

    def vault_was_read(self) -> None:
        """Begin, if that had to wait."""
        if self.session is None:
            self._begin()

    def _begin(self) -> None:
        if self.only and not self.study.has_deck(self.deck):
            self.study.fail(f"there is no deck {self.deck!r}; `studyapp due` lists the decks")
            return
        self.session = self.study.session(self.deck)
        self._began = self.study.workspace.clock()
        early, current = self._early, self.session.current
        same = early is not None and current is not None and (early.id, early.note) == (current.id, current.note)
        self._show_card(keep=same)
        if same and self._turned_early:
            self.session.reveal()
            self._show_grades()
            self.refresh_bindings()
        else:
            # All due dates of the vault are counted once; the first turn should not have to wait for that.
            self.call_after_refresh(self._intervals)

    # What is shown

    def _show_card(self, *, keep: bool = False) -> None:
        """Show the front of the current card, or that nothing is left; `keep` it if it is on the screen already."""
        session = self.session
        if session is None:
            return
        handle = session.current
        self._look_for_demo()
        if len(session.left_out) > self._left_out:
            gone = session.left_out[self._left_out :]
            self._left_out = len(session.left_out)
            self.say(
                f"{count(len(gone), 'card')} left out: the question is not in {gone[-1].path} any more.", "warning"
            )
        self._show_head()
        card = self.query_one(CardView)
        done = self.query_one("#review-done", Static)
        card.display, done.display = handle is not None, handle is None
        if handle is None:
            self._texts = None
            card.clear()
            done.update(self._summary())
            self.query_one(GradeBar).say("")
        elif not keep:
            self._show_front(handle)
        self.show_notices()
        self.refresh_bindings()

    def _show_front(self, handle: Handle) -> None:
        self._texts = card_texts(handle, self.study.settings_of(handle))
        self.query_one(CardView).show_front(self._texts.front.text, spans=self._texts.front.spans)
        self.query_one(GradeBar).ask(self.key_of("review.go-on"))

    def _show_answer(self) -> None:
        texts = self._texts
        if texts is None:
            return
        self.query_one(CardView).show_answer(texts.back.text, spans=texts.back.spans, replace=texts.in_place)
        if self.session is None:
            self._turned_early = True
            self.query_one(GradeBar).say("Reading the notes …")
            return
        self.session.reveal()
        self._show_grades()
        self.refresh_bindings()

    def _show_grades(self) -> None:
        intervals = self._intervals()
        if intervals is None:
            reset, skip = self.key_of("review.reset"), self.key_of("review.skip")
            self.query_one(GradeBar).say(f"This card cannot be graded: {reset} resets it, {skip} skips it.")
            return
        keys = {grade: self.key_of(f"review.{grade}") for grade in Grade}
        self.query_one(GradeBar).offer(keys, intervals)

    def _intervals(self) -> dict[Grade, str] | None:
        session = self.session
        if session is None:
            return None
        try:
            previews = session.previews()
        except StudyError as error:
            self.say(str(error), "error")
            return None
        now = self.study.workspace.clock()
        return {grade: interval_text(after, now) for grade, after in previews.items()}

    def _show_head(self) -> None:
        session = self.session
        if session is None:
            return
        self.query_one("#review-head", SplitLine).show(deck_text(session.current, self.deck), progress_text(session))
        self._show_path(session.current)

    def _show_path(self, handle: Handle | None) -> None:
        path = [visible(part, newlines=False) for part in path_of(handle)] if handle is not None else []
        self.query_one("#review-path", SplitLine).show(
            lambda width: Content.styled(shorten_path(path, width), "$text-muted")
        )
        if self.session is None:
            self.query_one("#review-head", SplitLine).show(deck_text(handle, self.deck))

    def _summary(self) -> Content:
        workspace = self.study.workspace
        now = workspace.clock()
        seconds = (now - self._began).total_seconds()
        ahead = workspace.vault.histogram(now)
        return summary_text(self.deck, self._grades, seconds, ahead, self.key_of("review.undo"))

    def notices(self) -> Iterable[Notice]:
        """The demo of this card, if it has one; on the first card of all what else has to be known."""
        if self.only and self.study.explain_inferred and not (self.session and self.session.graded):
            yield Notice(INFERRED_NOTICE, "warning")
        if self._demos:
            key, title = self.key_of("review.demo"), self._demos[0].title
            one = len({choice.name for choice in self._demos}) == 1
            what = f"the demo of this card: {title}" if one else f"one of {len(self._demos)} demos of this card"
            yield Notice(f"{key} runs {what}", "demo")

    def demos_are_known(self) -> None:
        """The catalog of demos has been read: the card in front may have one."""
        session = self.session
        if session is not None and session.current is not None and not self._demos:
            self._look_for_demo()
            self.show_notices()
            self.refresh_bindings()

    def _look_for_demo(self) -> None:
        handle = self.session.current if self.session is not None else None
        self._demos = self.study.demos.of(handle) if handle is not None else ()
        if self._demos:
            self.study.demos.in_sight(self._demos[0].name)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer what can be done now."""
        session = self.session
        here = session is not None and session.current is not None
        match action:
            case "go_on":
                possible = here or self._early is not None
            case "skip" | "edit" | "reset" | "facts":
                possible = here
            case "grade":
                possible = here and session is not None and session.revealed
            case "demo":
                possible = here and bool(self._demos)
            case _:
                possible = True
        return True if possible else None

    def action_go_on(self) -> None:
        """Show the answer; when it is shown, grade Good."""
        if self.session is not None and self.session.revealed:
            self.action_grade(Grade.GOOD)
        else:
            self._show_answer()

    def on_grade_bar_chosen(self, message: GradeBar.Chosen) -> None:
        """Do what was clicked on."""
        if message.grade is not None:
            self.action_grade(message.grade)
        elif self._texts is not None:
            self._show_answer()

    def action_grade(self, grade: str) -> None:
        """Grade the card; the next one is shown while the note is written."""
        session = self.session
        if session is None or session.current is None or not session.revealed or self._busy:
            return
        try:
            action = session.grade(Grade(grade))
        except StudyError as error:
            self.say(str(error), "error")
            return
        self.study.writer.save(action)
        self._grades[Grade(grade)] += 1
        self.say("")
        self._show_card()

    def action_skip(self) -> None:
        """Put the card at the end."""
        if self.session is not None and not self._busy:
            only = self.session.remaining == 1
            self.session.skip()
            self.say("This is the only card that is left." if only else "")
            self._show_card()

    def action_undo(self) -> None:
        """Take back the last grade or reset, also one of an earlier day."""
        if not self._busy:
            self._busy = True
            self.study.writer.undo()

    def action_redo(self) -> None:
        """Do again what was taken back."""
        if not self._busy:
            self._busy = True
            self.study.writer.redo()

    def action_reset(self) -> None:
        """Let the card begin again, if the person is sure."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        if session.current.card.schedule is None and session.current.id not in session.fresh:
            self.say("This card is new already.")
            return
        asked = session.current.id

        def answered(yes: bool | None) -> None:
            if not yes or session.current is None or session.current.id != asked:
                return
            action = session.reset()
            if action is not None:
                self.study.writer.save(action)
                self.say("The card begins again.")
            self._show_card()

        question = "Forget this card's schedule and let it begin again as a new one?"
        self.app.push_screen(AskScreen("Reset", question, "reset it", "keep it"), answered)

    def action_edit(self) -> None:
        """Open the note at this card; afterwards the card is read again."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        revealed, left_out = session.revealed, len(session.left_out)
        if not self.study.edit(session.current.note.path, session.current.question.first_line + 1):
            return
        session.reload()
        self._show_card()
        if revealed and session.current is not None and len(session.left_out) == left_out:  # it is the same card
            self._show_answer()

    def action_demo(self) -> None:
        """Run the demo of this card, or the one that is chosen of several; leaving it comes back here."""
        handle, demos = self.session.current if self.session is not None else None, self._demos
        if handle is None or not demos:
            return
        if len(demos) == 1:
            self.study.demos.show(demos[0], handle.note.path)
            return
        from studyapp.tui.screens.choose import ChooseScreen, Line  # noqa: PLC0415 - few cards have several

        def chosen(name: str | None) -> None:
            if name is not None:
                self.study.demos.show(demos[int(name)], handle.note.path)

        lines = [
            Line(str(number), demo.title, ", ".join(f"{name} {value}" for name, value in demo.knobs.items()))
            for number, demo in enumerate(demos)
        ]
        keys = "Enter: open it   Esc: back to the card"
        self.app.push_screen(ChooseScreen("which demo?", lines, keys=keys, typing=False), chosen)

    def action_facts(self) -> None:
        """Show what is known about the card."""
        session = self.session
        if session is None or session.current is None:
            return
        handle, now = session.current, self.study.workspace.clock()
        facts = card_facts(handle, session.fresh.get(handle.id, handle.card.schedule), now)
        with self.study.writer.quiet() as journal:
            past = [action for action in journal.applied if action.card == handle.id]
        self.app.push_screen(FactsScreen("This card", facts, history_lines(reversed(past))))

    def action_leave(self) -> None:
        """Go back to the decks; end the app where there are none behind."""
        if self.only:
            self.app.exit(return_code=0)
        else:
            self.dismiss()

    def action_back(self) -> None:
        """Go back to the decks; who leaves a demo with one Esc too many does not leave the app."""
        if not self.only:
            self.dismiss()

    # What the writer reports

    def note_was_saved(self) -> None:
        """Count the last card too in what comes next."""
        if self.session is not None and self.session.current is None:
            self.query_one("#review-done", Static).update(self._summary())

    def undone(self, saved: Saved) -> bool:
        """Show the card that has lost its grade."""
        self._busy = False
        session = self.session
        if session is None:
            return False
        session.taken_back(saved)
        action = saved.action
        if action.grade is not None and self._grades[action.grade]:
            self._grades[action.grade] -= 1
        back = session.current is not None and session.current.id == action.card
        gone = "" if back else f" of a card in {action.card.path} that is not there any more"
        self._show_card()
        self.say(f"Undone: {what_text(action)}{gone}.")
        return True

    def redone(self, saved: Saved) -> bool:
        """Show the card that comes after the one that has its grade again."""
        self._busy = False
        session = self.session
        if session is None:
            return False
        session.done_again(saved)
        action = saved.action
        if action.grade is not None:
            self._grades[action.grade] += 1
        self._show_card()
        self.say(f"Redone: {what_text(action)}.")
        return True

    def not_done(self, why: str) -> None:
        """Say why there was no undo."""
        self._busy = False
        self.say(sentence(why), "warning")
