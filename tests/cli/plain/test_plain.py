"""The review line by line: through pipes, and in a terminal that gets nothing but text."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studyapp.cli.main import main
from studyapp.cli.plain.plain import review_plainly
from studyapp.core.errors import CardNotFoundError, JournalError
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.tui import keys
from studyapp.wording.numbers import key_text
from tests.helpers.apps import TWO_CARDS
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import NOW_TEXT, ROOT, locations, make_vault, workspace
from tests.helpers.written import full_disk

OLD = TWO_CARDS["Notes.md"]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", TWO_CARDS)


def said(vault: Path, typed: str, deck: str | None = None) -> str:
    """The output while that is typed."""
    target = io.StringIO()
    assert review_plainly(workspace(vault, vault.parent / "home"), deck, io.StringIO(typed), target) == 0
    return target.getvalue()


def text(vault: Path) -> str:
    return (vault / "Notes.md").read_text()


def test_a_card_is_asked_turned_and_graded(vault: Path) -> None:
    lines = said(vault, "\n3\nq\n")
    assert re.search(r"Card 1 of 2\. Notes\. Capitals\.\nQuestion:\nFrance\n", lines)
    assert "Answer:\nParis\n1 again (today), 2 hard (" in lines
    assert "Good.\n" in lines
    assert "Card 2 of 2." in lines
    assert "1 grade: 1 good.\n1 card is left.\n" in lines
    assert "2024-06-10" not in text(vault)
    assert "2024-06-12" in text(vault)


@pytest.mark.parametrize(("typed", "grade"), [("1", "again"), ("hard", "hard"), ("", "good"), (" EASY ", "easy")])
def test_numbers_words_and_enter_grade(vault: Path, typed: str, grade: str) -> None:
    assert f"1 grade: 1 {grade}." in said(vault, f"\n{typed}\nq\n")


class Typing(io.StringIO):
    """A user who types the lines; something happens just before one of them."""

    def __init__(self, typed: str, line: int, happens: Callable[[], object]) -> None:
        super().__init__(typed)
        self.left, self.happens = line, happens

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # as the stubs have it for StringIO too
        self.left -= 1
        if self.left == 0:
            self.happens()
        return super().readline()


@pytest.mark.parametrize(
    ("typed", "midnight", "cards"),
    [
        ("\n4\n\n4\n\n4\n\n", 2, ["today", "tomorrow", "also tomorrow"]),  # while the first card is in front
        ("\n4\n\n\n4\n\n4\n\n", 3, ["today", "tomorrow", "also tomorrow"]),  # when nothing was left
        ("\n4\n\n", 9, ["today"]),
    ],
)
def test_the_cards_of_a_day_that_begins_meanwhile_join(
    tmp_path: Path, typed: str, midnight: int, cards: list[str]
) -> None:
    due = "#flashcards\n\ntoday::1\n<!--SR:!2024-06-15,4,250-->\n\ntomorrow::2\n<!--SR:!2024-06-16,4,250-->\n"
    more = "#flashcards\n\nalso tomorrow::3\n<!--SR:!2024-06-16,4,250-->\n"
    root = make_vault(tmp_path / "vault", {"A.md": due, "B.md": more})
    times = [datetime(2024, 6, 15, 23, 55, tzinfo=UTC), datetime(2024, 6, 16, 0, 5, tzinfo=UTC)]
    source, target = Typing(typed, midnight, lambda: times.pop(0)), io.StringIO()
    opened = Workspace.open(root, locations(tmp_path / "home"), lambda: times[0])
    opened.vault.scan()
    assert review_plainly(opened, None, source, target) == 0
    lines = target.getvalue()
    assert re.findall(r"Question:\n(.*)\n", lines) == cards
    assert lines.count("A new day has begun: 2 more cards to review.\n") == (len(cards) > 1)
    assert ("In the whole vault, 2 cards are due tomorrow." in lines) == (len(cards) == 1)


def test_the_end_says_what_is_due_in_other_decks_by_then(tmp_path: Path) -> None:
    notes = {
        "A.md": "#flashcards/a\n\none::1\n<!--SR:!2024-06-15,4,250-->\n",
        "B.md": "#flashcards/b\n\ntwo::2\n<!--SR:!2024-06-15,4,250-->\n\nthree::3\n<!--SR:!2024-06-14,4,250-->\n",
        "C.md": "#flashcards/b\n\nfour::4\n<!--SR:!2024-06-23,4,250-->\n",
    }
    assert "In the whole vault, 2 cards are due now.\n" in said(
        make_vault(tmp_path / "vault", notes), "\n4\n\n", "flashcards/a"
    )


def test_a_grade_before_the_answer_is_refused(vault: Path) -> None:
    assert "Press Enter first" in said(vault, "3\nq\n")
    assert text(vault) == OLD


def test_undo_and_redo_reach_back_to_an_earlier_run(vault: Path) -> None:
    said(vault, "\n4\nq\n")
    graded = text(vault)
    assert 'Undid "Easy".' in said(vault, "u\nq\n")
    assert text(vault) == OLD
    assert 'Redid "Easy".' in said(vault, "redo\nq\n")
    assert text(vault) == graded


def test_the_last_grade_can_be_undone_when_nothing_is_left(vault: Path) -> None:
    lines = said(vault, "\n3\n\n3\nu\nq\n")
    assert "Nothing left to review." in lines
    assert 'Undid "Good".' in lines
    assert "1 grade: 1 good." in lines
    assert "2024-06-12" in text(vault)


def test_skip_puts_the_card_at_the_end(vault: Path) -> None:
    lines = said(vault, "s\nq\n")
    assert lines.index("France") < lines.index("Skipped.") < lines.index("Italy")
    assert text(vault) == OLD


def test_reset_asks_first(vault: Path) -> None:
    assert "Not reset." in said(vault, "r\nn\nq\n")
    assert text(vault) == OLD
    assert "Reset to new." in said(vault, "r\ny\nq\n")
    assert "2024-06-10" not in text(vault)


def test_the_end_of_what_is_typed_ends_the_review_and_keeps_the_grades(vault: Path) -> None:
    assert "1 grade: 1 good." in said(vault, "\n\n")
    assert "2024-06-10" not in text(vault)


def test_text_that_is_not_a_command_is_reported(vault: Path) -> None:
    lines = said(vault, "x\x1b\n?\ni\ng\nq\n")
    assert "x␛ is not a command here. Type ? for help." in lines
    assert "s: skip" in lines
    assert "interval: 4 days" in lines
    assert lines.count("Question:\nFrance") == 2


def test_a_deck_that_is_not_there_is_an_error(vault: Path) -> None:
    with pytest.raises(CardNotFoundError, match="there is no deck 'x'"):
        said(vault, "", "x")
    assert "Card 1 of 2" in said(vault, "q\n", "flashcards")


def test_a_note_that_cannot_be_written_is_reported(vault: Path) -> None:
    note = vault / "Notes.md"
    note.write_text(OLD + "\n<<<<<<< ours\na::b\n=======\na::c\n>>>>>>> theirs\n")
    lines = said(vault, "\n3\nq\n")
    assert "The note was not written: " in lines
    assert "It is kept in the review log and will be retried." in lines


def test_what_the_review_log_cannot_take_is_not_done_and_its_card_is_asked_again(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = io.StringIO()
    with monkeypatch.context() as patched:
        full_disk(patched, lambda _: True)
        with pytest.raises(JournalError, match="what was done to 1 card could not be kept"):
            review_plainly(workspace(vault, tmp_path), None, io.StringIO("\n3\nz\nb\n*\nq\n"), target)
    lines = target.getvalue()
    assert lines.count("No space left") == 4
    assert lines.count("France\n") == 4  # at first, and after all but the flag, which never leaves the card
    assert not re.search(r"Suspended|Buried|Flagged|\d grade", lines)
    assert "2 cards are left." in lines
    assert text(vault) == OLD


def test_what_the_log_takes_the_second_time_is_kept(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = iter([True])
    full_disk(monkeypatch, lambda _: next(refused, False))
    assert "1 grade: 1 good." in said(vault, "\n3\n\n3\nq\n")
    assert "2024-06-10" not in text(vault)


@pytest.mark.slow
def test_it_works_through_pipes(vault: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "studyapp", "review", str(vault), "--plain", "--now", NOW_TEXT]
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, input="\n3\n\n2\n", env=environ, capture_output=True, text=True, check=True)
    assert "2 grades: 1 hard, 1 good." in done.stdout
    assert done.stderr == ""
    assert not re.search(r"2024-06-1[02]", text(vault))


def graded_once(vault: Path, tmp_path: Path) -> Terminal:
    """A review in a terminal, at its second card."""
    home = tmp_path / "home"
    home.mkdir()
    terminal = Terminal(["review", str(vault), "--plain", "--now", NOW_TEXT], home)
    terminal.until_shown("Enter shows the answer:")
    terminal.press("\r")
    terminal.until_shown("Grade:")
    terminal.press("4\r")
    terminal.until_shown("Italy")
    return terminal


@pytest.mark.slow
def test_nothing_but_text_reaches_the_terminal(vault: Path, tmp_path: Path) -> None:
    terminal = graded_once(vault, tmp_path)
    terminal.press("q\r")
    assert terminal.end() == 0
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", terminal.raw)
    assert "2024-06-10" not in text(vault)


@pytest.mark.slow
def test_ctrl_c_ends_it_and_keeps_the_grades(vault: Path, tmp_path: Path) -> None:
    terminal = graded_once(vault, tmp_path)
    terminal.press("\x03")
    assert terminal.end() == 130
    assert "2024-06-10" not in text(vault)


def test_a_typed_answer_is_compared_word_by_word(tmp_path: Path) -> None:
    vault = make_vault(
        tmp_path / "vault", {"N.md": "#flashcards\n\nWhich city?::the old Paris\n\nA ==gap;;a hole== here\n"}
    )
    lines = said(vault, "t\nthe new Paris\n3\nt\nthe old paris\nq\n")
    assert "Not in the answer: new\nMissing: old\nAnswer:\nthe old Paris\n" in lines
    lines = said(vault, "t\ngap\nt\nq\n")
    assert "Right.\n" in lines
    assert "The answer is already shown." in lines


def crammed(vault: Path, typed: str, study: CustomStudy) -> str:
    target = io.StringIO()
    desk = workspace(vault, vault.parent / "home")
    assert review_plainly(desk, None, io.StringIO(typed), target, study) == 0
    assert not desk.journal.actions
    return target.getvalue()


def test_a_cram_writes_nothing_and_goes_back(vault: Path) -> None:
    lines = crammed(vault, "\n1\nu\n\n3\n\n3\nredo\nr\nq\n", CustomStudy(Mode.CRAM))
    assert "Cram. Nothing is written: the schedules stay as they are." in lines
    assert "1 again: it comes back." in lines
    assert "Back: again did not count." in lines
    assert "Nothing left to review." in lines
    assert "2 grades: 2 good." in lines
    assert text(vault) == OLD


def test_what_is_typed_in_a_cram_is_refused_where_it_would_write(vault: Path) -> None:
    lines = crammed(vault, "r\nredo\nu\nq\n", CustomStudy(Mode.CRAM))
    assert "so nothing is reset." in lines
    assert "so there is nothing to redo." in lines
    assert "Nothing to go back to." in lines


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--cram",), "Cram. Nothing is written"),
        (("--ahead", "3"), "3 days ahead."),
        (("--new",), "0 due, 0 new"),
        (("--note", "Notes.md"), "2 due, 0 new"),
        (("--words", "rome italy"), "1 due, 0 new"),
        (("--forgotten",), "Forgotten. Nothing is written"),
    ],
)
def test_what_is_studied_is_chosen_on_the_command_line(
    vault: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    flags: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.setenv("HOME", str(vault.parent / "home"))
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    assert main(["review", str(vault), "--plain", "--now", NOW_TEXT, *flags]) == 0
    assert says in capsys.readouterr().out


def test_days_that_are_none_are_misuse(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["review", str(vault), "--ahead", "soon"])
    assert "'soon' is not a number of days, such as 7" in capsys.readouterr().err


def test_a_note_that_is_not_there_is_an_error(vault: Path) -> None:
    with pytest.raises(CardNotFoundError, match=r"there is no note 'x\.md'"):
        crammed(vault, "", CustomStudy(Mode.CRAM, note="x.md"))


def test_a_question_is_deleted_after_it_was_read_out_and_brought_back(vault: Path) -> None:
    lines = said(vault, "D\nn\nD\ny\nq\n")
    assert "This would go from Notes.md:\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n" in lines
    assert "Kept.\n" in lines
    assert "Deleted. u undoes that.\n" in lines
    assert text(vault) == "#flashcards\n\n# Capitals\n\nItaly::Rome\n<!--SR:!2024-06-12,4,250-->\n"
    assert "Undid the deletion of a question." in said(vault, "u\nq\n")
    assert text(vault) == OLD


def test_the_letters_are_those_of_the_screens(vault: Path) -> None:
    acts = {
        keys.SKIP: "skip",
        keys.UNDO: "undo",
        keys.BURY: "bury",
        keys.SUSPEND: "suspend",
        keys.FLAG: "flag",
        keys.DELETE: "delete",
        keys.TYPE: "type",
        keys.RESET: "reset",
        keys.EDIT: "edit",
        keys.FACTS: "the card's facts",
        keys.TOP.partition(",")[0]: "the card again",
        keys.HELP.partition(",")[0]: "this help",
        keys.QUIT: "quit",
    }
    lines = said(vault, "?\nq\n")
    for key, act in acts.items():
        assert f"\n{key_text(key)}: {act}" in lines


def test_a_card_is_flagged_and_the_flag_taken_away(vault: Path) -> None:
    assert re.search(r"Flagged\.\n.*Flag removed.\n", said(vault, "*\n*\nq\n"), re.DOTALL)
    assert text(vault) == OLD


def test_cards_are_buried_and_suspended_and_brought_back(vault: Path) -> None:
    lines = said(vault, "b\nz\nu\nu\nq\n")
    assert "Buried until tomorrow." in lines
    assert "Suspended. u undoes that." in lines
    assert "Undid suspending." in lines
    assert "Undid burying." in lines
    assert "2 cards are left." in lines
    assert text(vault) == OLD


def test_a_card_stays_suspended_when_its_note_was_renamed_meanwhile(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Suspended." in said(vault, "z\nq\n")
    (vault / "Notes.md").rename(vault / "NOTES.md")
    with monkeypatch.context() as patched:
        full_disk(patched, lambda _: True)
        assert re.search(r"No space left.*\n(.*\n)*Card 1 of 2\.", said(vault, "q\n"))
    lines = said(vault, "q\n")
    assert "Card 1 of 1." in lines
    assert "France" not in lines


def test_a_link_that_names_no_demo_is_reported(vault: Path) -> None:
    (vault / "Notes.md").write_text("#flashcards\n\nWhat?::[run](studyapp://demo/lora?rnk=8)\n")
    assert "Demo link: “studyapp://demo/lora?rnk=8”: there is no knob 'rnk'" in said(vault, "q\n")


def reviewed_elsewhere(vault: Path, typed: str) -> Typing:
    """A user who types the lines; just before the second one another program reviews the card."""
    newer = OLD.replace("2024-06-10,4,250", "2027-03-01,300,250")
    return Typing(typed, 2, lambda: (vault / "Notes.md").write_text(newer))


@pytest.mark.parametrize(
    ("answer", "says", "left"),
    [
        ("y", "Graded from the newer schedule.", 0),
        ("n", "The newer schedule stays; yours does not count.", 0),
        ("", "waits in the review log", 1),
        ("what", "waits in the review log", 1),
    ],
)
def test_a_newer_schedule_that_came_meanwhile_is_asked_about(vault: Path, answer: str, says: str, left: int) -> None:
    opened, target = workspace(vault, vault.parent / "home"), io.StringIO()
    assert review_plainly(opened, None, reviewed_elsewhere(vault, f"\n3\n{answer}\nq\n"), target) == 0
    assert "it was due on 2024-06-10 when you saw it, and is due on 2027-03-01 in its note" in target.getvalue()
    assert says in target.getvalue()
    assert len(opened.journal.waiting) == left
    assert ("2027-03-01,300,250" in text(vault)) == (answer != "y")
    assert "2024-06-10" not in text(vault)


def test_where_nobody_answers_a_newer_schedule_stays_and_the_grade_waits(vault: Path) -> None:
    opened, target = workspace(vault, vault.parent / "home"), io.StringIO()
    assert review_plainly(opened, None, reviewed_elsewhere(vault, "\n3\n"), target) == 0
    assert "2027-03-01,300,250" in text(vault)
    assert [action.grade for action in opened.journal.waiting] == ["good"]


def test_a_card_that_has_vanished_meanwhile_is_reported_as_left_out(vault: Path) -> None:
    gone = OLD.replace("Italy::Rome", "nothing to ask")
    source, target = Typing("\n3\n\n", 2, lambda: (vault / "Notes.md").write_text(gone)), io.StringIO()
    review_plainly(workspace(vault, vault.parent / "home"), None, source, target)
    assert "1 card left out: the question is no longer in Notes.md." in target.getvalue()


@pytest.mark.parametrize(("size", "told"), [(3_000_000, True), (9, False)])
def test_the_user_is_told_before_a_large_note_is_written(vault: Path, size: int, told: bool) -> None:
    (vault / "Notes.md").write_text(f"{OLD}\n{'x' * size}\n")
    lines = said(vault, "\n3\n*\nq\n")
    assert lines.count("Notes.md has 3 MB; reading and writing it takes a while …\n") == told
