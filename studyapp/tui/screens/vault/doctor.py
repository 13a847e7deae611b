"""What is wrong or surprising in the vault: where, why, and what to do; what is certain can be fixed here."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from studyapp.core.errors import Problem, Severity
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.runs.cards.link_check import wrong_demo_links
from studyapp.study.doctor.examine import Examination, Progress
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.groups import grouped
from studyapp.study.doctor.repair import Repaired
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import LEAVE, step_keys
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.steps import StepsScreen
from studyapp.tui.screens.vault.difference import DifferenceScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notice, Notices, Passing
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.vault.finding_about import FindingAbout
from studyapp.tui.widgets.vault.finding_list import LOOKS, FindingList
from studyapp.wording.numbers import sentence

_WELL = "No problems found."


class DoctorScreen(StepsScreen):
    """Examines the vault on a thread, and lists the findings."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.EDIT, "edit", "Edit", id="doctor.edit"),
        Binding(keys.NOTES, "note", "Note", show=False, id="doctor.note"),
        Binding(keys.MAIN, "mark", "Mark to fix", id="doctor.mark"),
        Binding(keys.ALL, "mark_all", "Mark all", id="doctor.mark-all"),
        Binding(keys.FIX, "mend", "Fix", id="doctor.mend"),
        *step_keys("doctor"),
        Binding(keys.RELOAD, "examine", "Examine again", show=False, id="doctor.examine"),
        LEAVE,
    ]

    AUTO_FOCUS = "FindingList"

    DEFAULT_CSS = """
    DoctorScreen {
        ProgressRule { visibility: hidden; }
        #doctor-well { padding: 1 2; height: 1fr; width: 100%; color: $quiet; }
        #doctor-body { height: 1fr; }
        FindingList { height: auto; max-height: 60%; }
        &.-tall FindingList, &.-high FindingList { max-height: 75%; }
        &.-large FindingList { height: 100%; max-height: 100%; }
        &.-large FindingAbout { width: 64; height: 100%; max-height: 100%; margin: 0 0 0 4; }
        &.-large #doctor-body { layout: horizontal; }
        &.-examining ProgressRule { visibility: visible; }
    }
    """

    class Told(FieldMessage):
        """The progress of the examination."""

        progress: Progress

    class Examined(FieldMessage):
        """The examination is over."""

        examination: Examination
        findings: list[Finding]

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        """Make the screen; `problems` are those outside the vault's notes."""
        super().__init__()
        self._problems = tuple(problems)
        self._examination: Examination | None = None
        self._findings: list[Finding] = []
        self._stop: threading.Event | None = None
        """Ends the current examination."""
        self._again = False
        """Whether something has changed since it began."""

    def compose(self) -> ComposeResult:
        yield PathBar(id="doctor-head")
        yield ProgressRule()
        with Container(id="doctor-page", classes="centred"), Container(id="doctor-body", classes="page"):
            yield FindingList()
            yield FindingAbout()
        yield Static(_WELL, id="doctor-well", markup=False)
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#doctor-well").display = False
        self.action_examine()

    def on_unmount(self) -> None:
        if self._stop is not None:
            self._stop.set()

    @property
    def examining(self) -> bool:
        """Whether an examination is running, or waits for the notes to be read."""
        return self._stop is not None or self.study.reading

    # Examining

    def action_examine(self) -> None:
        """Examine the vault, once its notes have been read."""
        if self._stop is not None:
            self._again = True
        elif self.study.reading:
            self._head(Content.styled("Reading the notes …", "$quiet"))
        else:
            self._stop = threading.Event()
            self._head(Content.styled("Examining the notes …", "$quiet"))
            with self.study.writer.quiet() as journal:
                history, vault = self.study.workspace.history, self.study.workspace.vault
                examination = Examination(vault, history.reviews(), [partial(wrong_demo_links, vault=vault.root)])
                problems = [*self._problems, *journal.problems, *history.problems]
            work = (examination, problems, self._stop)
            threading.Thread(target=self._examine, args=work, name="doctor", daemon=True).start()

    def _examine(self, examination: Examination, problems: list[Problem], stop: threading.Event) -> None:
        findings = examination.run(problems, tell=self._pass_on, going=lambda: not stop.is_set())
        if not stop.is_set():
            with suppress(RuntimeError):  # the app has ended
                self.post_message(self.Examined(examination, findings))

    def _pass_on(self, progress: Progress) -> None:
        with suppress(RuntimeError):  # the app has ended
            self.post_message(self.Told(progress))

    def on_doctor_screen_told(self, message: Told) -> None:
        done, notes = message.progress.done, message.progress.notes
        self._head(Content.styled(f"Examining the notes … {done:,} of {notes:,}", "$quiet"))
        self.query_one(ProgressRule).show(done, notes)
        self.add_class("-examining")

    def on_doctor_screen_examined(self, message: Examined) -> None:
        self._stop = None
        self._examination, self._findings = message.examination, message.findings
        findings = self.query_one(FindingList)
        findings.show(self._findings, f"{self.study.workspace.vault.root}/")
        self.query_one("#doctor-page").display = bool(self._findings)
        self.query_one("#doctor-well").display = not self._findings
        self.remove_class("-examining")
        self._head(_counts(self._findings))
        if self._findings:
            findings.focus()
        self.show_notices()
        self.refresh_bindings()
        if self._again:
            self._again = False
            self.action_examine()

    def notices(self) -> Iterable[Notice]:
        """Show which folders are read with which settings."""
        if notice := self.study.workspace.vault.nested_notice:
            yield Notice(notice)

    def _head(self, right: Content) -> None:
        self.query_one(PathBar).show((self.app.title, "Problems in your notes"), right)

    def vault_was_read(self) -> None:
        """Examine what has changed."""
        self.action_examine()

    def note_was_saved(self) -> None:
        """Examine what has changed."""
        self.action_examine()

    # Going to a finding

    def on_finding_list_chosen(self) -> None:
        """Open the place of the finding."""
        self.action_edit()

    def action_edit(self) -> None:
        """Open the place of the finding under the cursor in the editor, and examine again afterwards."""
        here = self.query_one(FindingList).here
        if here is None:
            self.say("Go to one of the problems below first.")
        elif not (self.study.workspace.vault.root / here.path).is_file():
            self.say("There is no file to open here.")
        elif self.study.programs.edit(here.path, here.line or 1):
            self.study.read_vault()

    def action_note(self) -> None:
        """Read the note at the finding under the cursor; leaving it returns here."""
        here = self.query_one(FindingList).here
        if here is None or not here.path.casefold().endswith(".md"):
            self.say("There is no note to read here.")
        else:
            self.study.go.notes(here.path, (here.line or 1) - 1)

    # Fixing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to fix only where something can be fixed, and to open or read only where something was found."""
        fixable = any(one.fix for one in self._findings)
        possible = {
            "mark": fixable,
            "mark_all": fixable,
            "mend": fixable,
            "edit": bool(self._findings),
            "note": bool(self._findings),
        }
        return possible.get(action, True) or None

    def action_mark(self) -> None:
        """Mark or unmark what is under the cursor."""
        self.query_one(FindingList).mark()

    def action_mark_all(self) -> None:
        """Mark all that can be fixed, or none if all are marked."""
        self.query_one(FindingList).mark_all()

    def on_rows_moved(self) -> None:
        self.query_one(FindingAbout).show(self.query_one(FindingList))

    def on_finding_list_marked(self) -> None:
        found = self.query_one(FindingList)
        if found.any_marked:
            self.say(
                f"{count(len(found.marked), 'problem')} marked; {self.key_of('doctor.mend')} shows the difference."
            )
        else:
            self.say("")

    def action_mend(self) -> None:
        """Preview the fix of the marked findings, or of the one under the cursor."""
        marked = self.query_one(FindingList).marked
        if not marked or self._examination is None:
            mark, every = self.key_of("doctor.mark"), self.key_of("doctor.mark-all")
            self.say(f"This one can't be fixed safely. Mark those that can with {mark}, or all with {every}.")
            return
        repairs = self._examination.planned(marked)
        if not repairs:
            self.say("The notes have changed; examining them again.", "warning")
            self.study.read_vault()
            return

        ask(self.app, DifferenceScreen(repairs), lambda _: self.study.writer.mend(repairs))

    def mended(self, repaired: Sequence[Repaired]) -> None:
        """Report what was fixed, and examine again."""
        failed = [one for one in repaired if one.why_not is not None]
        if failed:
            self.say(sentence(visible(failed[0].why_not or "", newlines=False)), "warning")
        else:
            undoes = "undoes it" if len(repaired) == 1 else "undoes them one by one"
            self.say(f"{count(len(repaired), 'note')} fixed; {self.key_of('doctor.undo')} {undoes}.")
        self.action_examine()

    def not_done(self, why: str) -> None:
        """Say why there was no undo, or no repair."""
        self._answered()
        self.say(sentence(why), "warning")

    def after_step(self, *, asked: bool) -> None:
        """Examine again."""
        self.action_examine()


def _counts(findings: Sequence[Finding]) -> Content:
    """How many there are of each severity."""
    counts = Counter(group.first.severity for group in grouped(findings))
    shown = [severity for severity in reversed(Severity) if counts[severity]]
    parts = [Content.styled(count(counts[severity], severity.noun), f"bold ${LOOKS[severity]}") for severity in shown]
    return Content(", ").join(parts) if parts else Content.styled("no problems", "$quiet")
