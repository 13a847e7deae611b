"""What is shown while the vault is being read, and once it has been."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.message import Message

from studyapp.core.errors import JournalError
from studyapp.core.log.ledger import Ledger
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.table import intake
from studyapp.core.workspace import renames
from studyapp.core.workspace import workspace as module
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin
from studyapp.tui.app.app import StudyApp
from studyapp.tui.messages import ReadFailed
from studyapp.tui.screens.decks.decks import DecksScreen
from tests.helpers.apps import TWO_CARDS, Start, make_app, shown, until
from tests.helpers.vaults import NOW, locations, make_vault, workspace


@pytest.fixture
def long_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault that was read before, and whose log was not: the first card is suspended, the second one graded."""
    monkeypatch.setattr(intake, "RACY", 0)
    monkeypatch.setattr(module, "_MUCH", 100)
    root = make_vault(tmp_path / "vault", {**TWO_CARDS, "Third.md": "#flashcards\n\nSpain::Madrid\n"})
    opened = workspace(root, tmp_path / "home")
    session = begin(opened)
    opened.store.save(session.suspend())
    session = begin(opened)
    opened.store.save(session.grade(Grade.GOOD))
    opened.vault.scan()
    opened.locations.ledger(opened.journal.path).unlink()
    return root


@pytest.fixture
def slow_log(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the log be read only when the event is set."""
    go_on = threading.Event()
    update = Ledger.update

    def slow(self: Ledger, tell: Callable[[int, int], object] = lambda _done, _of: None) -> None:
        tell(45, 100)
        go_on.wait()
        update(self, tell)

    monkeypatch.setattr(Ledger, "update", slow)
    return go_on


def app_on(root: Path, tmp_path: Path, start: Start) -> StudyApp:
    opened = Workspace.open(root, locations(tmp_path / "home"), lambda: NOW, later=True)
    return StudyApp(opened, None, start)


async def test_a_review_waits_for_a_long_log_and_shows_no_card_that_it_has_put_away(
    long_log: Path, tmp_path: Path, slow_log: threading.Event
) -> None:
    app = app_on(long_log, tmp_path, "review")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Reading the review log … 45 %" in shown(pilot))
        await pilot.press("space", "3", "s", "e", "i", "d", "question_mark", "escape")
        assert not {"France", "Italy", "Spain"} & set(shown(pilot).split())
        slow_log.set()
        await until(pilot, lambda: "Spain" in shown(pilot))


@pytest.mark.slow
async def test_the_decks_are_there_before_a_long_log_has_been_read(
    long_log: Path, tmp_path: Path, slow_log: threading.Event
) -> None:
    app = app_on(long_log, tmp_path, "decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Reading the review log … 45 %" in shown(pilot))
        assert "flashcards" in shown(pilot)
        await pilot.press("c", "enter")  # both wait
        app.workspace.vault.scan()
        app.workspace.vault.loaded = app.workspace.vault.loaded.with_plain_question_marks()
        assert not app.may_begin
        slow_log.set()
        await until(pilot, lambda: "Spain" in shown(pilot))


async def test_what_is_asked_of_a_long_log_is_done_once_it_has_been_read(
    long_log: Path, tmp_path: Path, slow_log: threading.Event
) -> None:
    app = app_on(long_log, tmp_path, "decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        slow_log.set()
        await until(pilot, lambda: app.vault_read)
        app.writer.flush()
        await until(pilot, lambda: "2 due" not in shown(pilot) and "1 due" in shown(pilot))
        assert app.seconds_a_card > 0


@pytest.mark.slow
async def test_a_long_log_that_undo_has_read_is_known(long_log: Path, tmp_path: Path) -> None:
    app = app_on(long_log, tmp_path, "decks")
    app.workspace.read_log()  # as the writer may
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.vault_read)
        assert app.may_begin
        assert app.seconds_a_card > 0


async def test_a_review_learns_how_long_a_card_takes_after_its_first_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = threading.Event()
    read = StudyApp.read_vault
    monkeypatch.setattr(StudyApp, "read_vault", lambda _: painted.set())
    app = make_app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, painted.is_set)
        assert app.seconds_a_card == 0
        read(app)
        await until(pilot, lambda: app.vault_read)
        assert app.seconds_a_card > 0


async def test_what_waits_in_a_long_log_is_written_once_it_has_been_read(
    long_log: Path, tmp_path: Path, slow_log: threading.Event
) -> None:
    slow_log.set()
    note = long_log / "Third.md"
    note.chmod(0o444)
    opened = workspace(long_log, tmp_path / "home")
    assert opened.store.save(begin(opened).grade(Grade.GOOD)).why_not is not None
    opened.locations.ledger(opened.journal.path).unlink()
    note.chmod(0o644)
    slow_log.clear()
    app = app_on(long_log, tmp_path, "decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.standing.waiting
        slow_log.set()
        await until(pilot, lambda: b"<!--SR:" in note.read_bytes())


async def test_a_long_log_that_cannot_be_read_ends_the_app_with_the_reason(
    long_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise JournalError("can't read the review log")

    app = app_on(long_log, tmp_path, "decks")
    monkeypatch.setattr(Ledger, "update", refuse)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.failure)
    assert (app.failure, app.return_code) == ("can't read the review log", 1)


@pytest.mark.slow
async def test_the_notes_are_read_even_if_the_first_screen_is_covered_before_it_was_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DecksScreen, "_on_timer_update", lambda screen: screen._update_timer.pause())
    app = make_app(tmp_path, start="decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "France" in shown(pilot))


@pytest.mark.parametrize(("error", "fails"), [(JournalError("it is gone"), False), (KeyError("a bug"), True)])
def test_of_errors_met_while_cards_are_traced_only_bugs_end_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, *, fails: bool
) -> None:
    def trace(*_given: object) -> None:
        raise error

    app, posted = make_app(tmp_path), list[Message]()
    monkeypatch.setattr(renames, "trace", trace)
    monkeypatch.setattr(app, "post_message", posted.append)
    app._trace()
    assert list(map(type, posted)) == [ReadFailed] * fails
