from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.dom import DOMNode

from studyapp.core.disk.replace import replace_bytes
from studyapp.core.errors import JournalError, NoteError
from studyapp.core.log.journal import Journal
from studyapp.core.schedule.entries import Sm2
from studyapp.core.vault.table import intake
from studyapp.core.vault.vault import Vault
from studyapp.core.visible import visible
from studyapp.core.workspace import note_files
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.dialogs.help import AskScreen
from studyapp.tui.screens.dialogs.newer import NewerScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.services.watcher import NotWatched
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    review_of,
    running,
    shown,
    until,
    words,
    written,
)
from tests.helpers.tiers import tiered
from tests.helpers.vaults import SEED

OLD = TWO_CARDS["Notes.md"].encode()
FRANCE = b"<!--SR:!2024-06-10,4,250-->"


async def test_the_front_is_shown_and_the_answer_is_not(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        text = shown(pilot)
        assert "France" in text
        assert "Paris" not in text
        assert "Space show the answer" in text
        assert "Again" not in text


@tiered("key", ["space", "enter"])
async def test_space_and_enter_show_the_answer_and_then_grade_good(tmp_path: Path, key: str) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, key)
        assert "Paris" in shown(pilot)
        await press(pilot, key)
        assert "Italy" in shown(pilot)
        assert "Paris" not in shown(pilot)
    with app.writer.quiet() as journal:
        assert [action.grade for action in journal.applied] == ["good"]


@tiered("key, grade", [("1", "again"), ("2", "hard"), ("3", "good"), ("4", "easy")], quick=2)
async def test_each_number_gives_its_grade_and_only_the_comment_changes(tmp_path: Path, key: str, grade: str) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "space", key)
        with app.writer.quiet() as journal:
            (action,) = journal.applied
        assert action.grade == grade
        assert note(tmp_path) == OLD.replace(FRANCE, b"<!--SR:!" + action.after.encode() + b"-->")


async def test_a_grade_before_the_answer_does_nothing(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "3", "1")
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_each_grade_shows_the_exact_days_of_its_interval(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "space")
        session = review_of(app).session
        assert session is not None
        for grade, after in session.previews().items():
            assert isinstance(after, Sm2)
            assert after.due is not None
            days = (after.due - session.clock().date()).days
            assert f"{grade.capitalize()} {f'{days}d' if days else 'today'}" in shown(pilot)


async def test_fsrs_intervals_are_said_in_minutes_and_days(tmp_path: Path) -> None:
    notes = {"New.md": "#flashcards\n\nFrance::Paris\n"}
    async with running(make_app(tmp_path, notes, plugin={"algorithm": "FSRS"})) as pilot:
        await press(pilot, "space")
        line = words(pilot)
        assert "Again 1m" in line
        assert "Good 10m" in line
        assert "Easy 8d" in line


async def test_undo_gives_the_card_and_the_bytes_back_and_redo_takes_them_again(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "4")
        graded = note(tmp_path)
        await press(pilot, "u")
        assert "France" in shown(pilot)
        assert 'Undid "Easy".' in shown(pilot)
        assert note(tmp_path) == OLD
        await press(pilot, "ctrl+r")
        assert "Italy" in shown(pilot)
        assert note(tmp_path) == graded


@pytest.mark.slow
async def test_undo_reaches_back_to_an_earlier_run(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "3", "space", "3")
    async with running(make_app(tmp_path, {})) as pilot:
        assert "Nothing left" in shown(pilot)
        await press(pilot, "u", "u")
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_the_summary_counts_the_card_that_was_graded_last(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nFrance::Paris\n\nItaly::Rome\n"}
    async with running(make_app(tmp_path, notes)) as pilot:
        await press(pilot, "space", "4", "space", "4")
        assert note(tmp_path, "A.md").count(b"<!--SR:") == 2
        text = words(pilot)
        assert "2 cards are due" in text or "2 within a week" in text


async def test_undo_after_the_last_card_shows_its_front(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "4", "space", "4")
        assert "Nothing left" in shown(pilot)
        await press(pilot, "u")
        assert "Italy" in shown(pilot)
        assert "Nothing left" not in shown(pilot)


async def test_undo_with_an_empty_log_says_so(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "u")
        assert "There is nothing to undo." in shown(pilot)
        await press(pilot, "ctrl+r")
        assert "There is nothing to redo." in shown(pilot)


async def test_a_grade_while_an_undo_is_on_its_way_meets_no_other_card(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "space", "3", "space")
        review = review_of(app)
        review.action_undo()
        review.action_grade("again")
        await written(pilot)
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_skip_puts_the_card_at_the_end(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "s")
        assert "Italy" in shown(pilot)
        await press(pilot, "s")
        assert "France" in shown(pilot)


async def test_the_only_card_that_is_left_cannot_be_skipped_in_silence(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, {"A.md": "#flashcards\n\nFrance::Paris\n"})) as pilot:
        await press(pilot, "s")
        assert "This is the only card left." in shown(pilot)


async def test_reset_asks_and_no_keeps_the_schedule(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "r")
        assert isinstance(app.screen, AskScreen)
        await press(pilot, "n")
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_reset_lets_the_card_begin_again_and_can_be_undone(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "r", "y")
        assert note(tmp_path) != OLD
        await press(pilot, "u")
        assert "Undid the reset." in shown(pilot)
        assert note(tmp_path) == OLD


async def test_a_new_card_needs_no_reset(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": "#flashcards\n\nFrance::Paris\n"})
    async with running(app) as pilot:
        await press(pilot, "r")
        assert "This card is already new." in shown(pilot)
        assert app.screen is review_of(app)


@pytest.mark.slow
async def test_the_head_says_where_the_card_is_and_what_is_left(tmp_path: Path) -> None:
    notes = dict(TWO_CARDS) | {"New.md": "#flashcards/more\n\nSpain::Madrid\n"}
    async with running(make_app(tmp_path, notes)) as pilot:
        text = shown(pilot)
        assert "Notes › Capitals" in text
        assert "2 due  1 new  0 to repeat" in text
        await press(pilot, "space", "1")
        assert "1 due  1 new  1 to repeat" in shown(pilot)


async def test_when_nothing_is_left_it_says_what_was_done_and_what_comes(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "3", "space", "4")
        text = words(pilot)
        assert "Nothing left to review." in text
        assert "2 cards in 0:00, 0 s a card" in text
        assert "In the whole vault, 1 card is due in" in text


async def test_a_vault_without_cards_can_be_reviewed_to_its_end(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, {"A.md": "no cards here"})) as pilot:
        assert "Nothing left to review." in shown(pilot)
        await press(pilot, "space", "3", "e", "r", "i", "d", "u")
        assert "There is nothing to undo." in shown(pilot)


async def test_a_cloze_is_asked_in_place_and_filled_in_place(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": "#flashcards\n\nThe capital of France is ==Paris==.\n"})
    async with running(app) as pilot:
        assert "The capital of France is [...]." in words(pilot)
        await press(pilot, "space")
        assert words(pilot).count("The capital of France is") == 1
        assert "The capital of France is Paris." in words(pilot)


async def test_the_seed_note_shows_its_callout_as_the_front(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"Seed.md": SEED.read_bytes()}, deck="flashcards")
    async with running(app) as pilot:
        await press(pilot, "s")
        text = words(pilot)
        assert "Note" in text
        assert "What's the difference between soft prompt tuning and prefix tuning?" in text
        await press(pilot, "space")
        assert "Soft prompt tuning concatenates the embedding" in words(pilot)


async def test_a_question_that_vanished_meanwhile_is_left_out_and_said(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        file = tmp_path / "vault/Notes.md"
        file.write_bytes(file.read_bytes().replace(b"Italy::Rome", b"nothing to ask"))
        await press(pilot, "space", "3")
        text = words(pilot)
        assert "Nothing left to review." in text
        assert "1 card left out: the question is no longer in Notes.md." in text
        assert b"nothing to ask" in note(tmp_path)


async def test_a_note_deleted_during_the_review_keeps_the_grade_in_the_log(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        (tmp_path / "vault/Notes.md").unlink()
        await press(pilot, "space", "3")
        text = words(pilot)
        assert "1 grade waits in the review log: Notes.md" in text
        assert "W tries again" in text
        with app.writer.quiet() as journal:
            assert [action.grade for action in journal.waiting] == ["good"]


async def test_what_waits_is_written_again_by_key_when_its_note_is_back(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        file = tmp_path / "vault/Notes.md"
        away = file.rename(tmp_path / "away.md")
        await press(pilot, "space", "3")
        assert "waits in the review log" in words(pilot)
        away.rename(file)
        await press(pilot, "W")
        assert "waits in the review log" not in words(pilot)
        assert "Everything is saved." in words(pilot)
        assert FRANCE not in note(tmp_path)


async def test_a_note_that_cannot_be_written_is_reported_for_as_long_as_it_is_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(path: Path, *_: bytes) -> None:
        raise NoteError(f"can't write {path} (Read-only file system)")

    async with running(make_app(tmp_path)) as pilot:
        monkeypatch.setattr(note_files, "replace_bytes", refusing)
        await press(pilot, "space", "3", "space", "3")
        text = words(pilot)
        assert "2 grades wait in the review log" in text
        assert "Read-only file system" in text
        monkeypatch.undo()
        await press(pilot, "W")
        assert "wait in the review log" not in words(pilot)
        assert FRANCE not in note(tmp_path)


async def test_a_log_that_cannot_be_written_is_reported_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Journal._append

    def refusing(self: Journal, line: dict[str, object]) -> None:
        raise JournalError("can't write the review log (No space left on device)")

    app = make_app(tmp_path)
    async with running(app) as pilot:
        monkeypatch.setattr(Journal, "_append", refusing)
        await press(pilot, "space", "3")
        text = words(pilot)
        assert "1 grade is not saved, only kept in memory" in text
        assert "No space left on device" in text
        monkeypatch.setattr(Journal, "_append", append)
        await press(pilot, "W")
        assert "only kept in memory" not in words(pilot)
        assert FRANCE not in note(tmp_path)


async def test_a_schedule_that_cannot_be_continued_is_reported_and_nothing_is_graded(tmp_path: Path) -> None:
    entry = "fsrs,2024-06-01T09:00:00.000Z,5,5,5,2,3,0,0,2030-01-01T09:00:00.000Z"
    notes = {"A.md": f"#flashcards\n\nFrance::Paris\n<!--SR:!{entry}-->\n"}
    async with running(make_app(tmp_path, notes, plugin={"algorithm": "FSRS"})) as pilot:
        await press(pilot, "space")
        before = note(tmp_path, "A.md")
        assert "This card cannot be graded: r resets it, s skips it." in shown(pilot)
        await press(pilot, "3")
        assert "France" in shown(pilot)
        assert "show the answer" not in shown(pilot)
        assert note(tmp_path, "A.md") == before


@pytest.mark.slow
async def test_the_facts_of_a_card_say_its_schedule_and_its_reviews(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "2", "u", "ctrl+r", "s", "s", "i")
        await until(pilot, lambda: "Notes.md:8" in words(pilot))
        text = words(pilot)
        assert "2024-06-12 (3 days ago)" in text
        assert "250 %" in text
        await press(pilot, "escape")
        assert "Italy" in shown(pilot)


async def test_a_click_turns_the_card_and_grades_it(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await pilot.click(GradeBar, offset=(5, 0))
        assert "Paris" in shown(pilot)
        await pilot.click(GradeBar, offset=(70, 0))
        await written(pilot)
        with app.writer.quiet() as journal:
            assert [action.grade for action in journal.applied] == ["easy"]


@pytest.mark.slow
async def test_a_click_on_a_key_presses_it(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        line = shown(pilot).splitlines()[23]
        await pilot.click(offset=(line.index("Skip"), 23))
        await pilot.pause()
        assert "Italy" in shown(pilot)


@pytest.mark.slow
async def test_keys_can_be_changed_and_are_shown_as_changed(tmp_path: Path) -> None:
    app = make_app(tmp_path, settings={"keys": '{"review.skip" = "x", "review.good" = "g"}'})
    async with running(app, (120, 24)) as pilot:
        assert "x Skip" in shown(pilot)
        await press(pilot, "s")
        assert "France" in shown(pilot)
        await press(pilot, "x")
        assert "Italy" in shown(pilot)
        await press(pilot, "space")
        assert "g Good" in shown(pilot)
        await press(pilot, "g")
        assert "France" in shown(pilot)


@tiered("size", [(80, 24), (60, 15), (160, 50)])
async def test_everything_fits_in_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(make_app(tmp_path), size) as pilot:
        await press(pilot, "space")
        lines = shown(pilot).splitlines()
        assert len(lines) == size[1]
        assert "Paris" in shown(pilot)
        assert any(all(grade in line for grade in ("Again", "Hard", "Good", "Easy")) for line in lines)
        assert "Undo" in lines[-1]


@pytest.mark.slow
async def test_the_card_is_laid_out_again_when_the_terminal_changes_its_size(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nfront::" + "word " * 40 + "\n"}
    async with running(make_app(tmp_path, notes)) as pilot:
        await press(pilot, "space")
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        assert shown(pilot).count("word") == 40
        assert all(len(line) <= 40 for line in shown(pilot).splitlines())


@pytest.mark.slow
async def test_a_long_card_scrolls_with_vim_keys(tmp_path: Path) -> None:
    body = "\n".join(f"- line {number}" for number in range(60))
    notes = {"A.md": f"#flashcards\n\nfront\n?\n{body}\n"}
    app = make_app(tmp_path, notes)
    async with running(app) as pilot:
        await press(pilot, "space", "G")
        await until(pilot, lambda: "line 59" in shown(pilot))
        await press(pilot, "g")
        await until(pilot, lambda: "front" in shown(pilot))


@contextmanager
def _no_terminal() -> Iterator[None]:
    yield


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let the editor be a shell script that gets the editor's arguments."""
    file = tmp_path / "vim"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(file))
    monkeypatch.setattr(StudyApp, "suspend", lambda _: _no_terminal())


async def test_edit_opens_the_card_s_line_and_shows_the_card_as_it_is_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; sed -i s/Paris/Lyon/ "$2"')
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "e")
        assert (tmp_path / "asked").read_text().strip() == f"+5 {tmp_path}/vault/Notes.md"
        assert "France" in shown(pilot)
        assert "Lyon" in shown(pilot)


async def test_a_card_that_was_deleted_in_the_editor_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, 'sed -i "/France/d" "$2"')
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "e")
        assert "Italy" in shown(pilot)
        assert "1 card left out" in shown(pilot)


async def test_the_editor_sees_the_last_grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _editor(tmp_path, monkeypatch, f'cp "$2" {tmp_path}/seen')
    async with running(make_app(tmp_path)) as pilot:
        await pilot.press("space", "3", "e")
        assert FRANCE not in (tmp_path / "seen").read_bytes()


@pytest.mark.parametrize(
    ("script", "says"),
    [("exit 3", "ended with exit code 3"), (None, "is not installed")],
)
async def test_an_editor_that_fails_is_reported_and_the_review_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, says: str
) -> None:
    if script is None:
        monkeypatch.setenv("VISUAL", "no-such-editor")
    else:
        _editor(tmp_path, monkeypatch, script)
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "e")
        assert says in words(pilot)
        await press(pilot, "space", "3")
        assert "Italy" in shown(pilot)


HOSTILE = "\x1b]52;c;SGFja2Vk\x07\x1b[2J\x9b31m\u202e[@click=app.quit]x[/][bold]"


async def test_nothing_in_a_note_is_an_action_or_markup_or_reaches_the_terminal_raw(tmp_path: Path) -> None:
    notes = {
        "A [b]x[bold].md": f"#flashcards/{'a'}[bold]\n\n# H {HOSTILE}\n\nfront {HOSTILE}::back {HOSTILE}\n"
        "<!--SR:!2024-06-10,4,250!2024-06-10,4,250-->\n"
    }
    app = make_app(tmp_path, notes)
    async with running(app) as pilot:
        for keys in (("space",), ("i",), ("escape",), ("question_mark",), ("escape",)):
            await press(pilot, *keys)
            text = shown(pilot)
            assert not any(char in text for char in "\x1b\x07\x9b\u202e")
        assert visible("\u202e") in words(pilot)
        assert "[@click=app.quit]" in words(pilot)
        assert "[bold]" in words(pilot)


@pytest.mark.slow
async def test_two_apps_on_one_vault_both_write_their_grades(tmp_path: Path) -> None:
    one = make_app(tmp_path)
    async with running(one) as first:
        two = make_app(tmp_path, {})
        async with running(two) as second:
            await press(first, "space", "3")
            await press(second, "s", "space", "3")
            text = note(tmp_path)
            assert FRANCE not in text
            assert b"<!--SR:!2024-06-12,4,250-->" not in text


@tiered("key", ["q", "escape"])
async def test_leaving_goes_back_to_the_decks(tmp_path: Path, key: str) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter")
        review_of(app)
        await press(pilot, key)
        assert isinstance(app.screen, DecksScreen)


async def test_leaving_a_review_that_was_asked_for_alone_ends_the_app(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="review")
    async with running(app) as pilot:
        await press(pilot, "escape")
        assert not app._exit
        await pilot.press("q")
        await until(pilot, lambda: app._exit)
    assert app.return_code == 0


async def test_the_next_card_is_shown_before_the_last_one_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = threading.Event()

    def slow(path: Path, old: bytes, new: bytes) -> None:
        disk.wait()
        replace_bytes(path, old, new)

    monkeypatch.setattr(note_files, "replace_bytes", slow)
    async with running(make_app(tmp_path)) as pilot:
        await pilot.press("space", "3")
        assert "Italy" in shown(pilot)
        assert note(tmp_path) == OLD
        disk.set()
        await written(pilot)
        assert FRANCE not in note(tmp_path)


@pytest.mark.slow
async def test_once_a_card_is_turned_the_next_note_is_parsed(tmp_path: Path) -> None:
    card = "#flashcards\n\nin {0}::card\n<!--SR:!2024-06-{0},10,250-->\n"
    app = make_app(tmp_path, {f"{day}.md": card.format(day) for day in ("01", "02")})
    async with running(app) as pilot:
        recent, digest = app.workspace.vault.recent, app.workspace.vault.digest("02.md")
        assert digest is not None
        assert recent.find("02.md", digest) is None
        await press(pilot, "space")
        await until(pilot, recent.find, "02.md", digest)


async def test_the_answer_of_the_last_card_is_gone_when_nothing_is_left(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": "#flashcards\n\nFrance::Paris\n"})
    async with running(app) as pilot:
        await press(pilot, "space", "4")
        assert "Paris" not in shown(pilot)
        assert not app.screen.query_one(CardView).display
        assert app.screen.query_one("#review-done").display


@pytest.fixture
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the notes be read only when the event is set."""
    go_on = threading.Event()
    scan = Vault.scan

    def slow(self: Vault) -> None:
        go_on.wait()
        scan(self)

    monkeypatch.setattr(Vault, "scan", slow)
    return go_on


async def remember(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the table know the vault from an earlier run."""
    monkeypatch.setattr(intake, "RACY", 0)
    app = make_app(tmp_path)
    app.workspace.vault.scan()


async def test_the_first_card_is_there_before_the_notes_have_been_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_reading: threading.Event
) -> None:
    slow_reading.set()
    await remember(tmp_path, monkeypatch)
    slow_reading.clear()
    app = make_app(tmp_path, {})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "France" in shown(pilot)
        assert "Notes › Capitals" in shown(pilot)
        await pilot.press("space")
        assert "Paris" in shown(pilot)
        await pilot.press("3")
        assert "Paris" in shown(pilot)
        slow_reading.set()
        await until(pilot, lambda: "Good" in shown(pilot))
        assert "Paris" in shown(pilot)
        await press(pilot, "3")
        assert "Italy" in shown(pilot)
        assert FRANCE not in note(tmp_path)


async def test_a_first_card_that_has_changed_since_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_reading: threading.Event
) -> None:
    slow_reading.set()
    await remember(tmp_path, monkeypatch)
    slow_reading.clear()
    app = make_app(tmp_path, {})
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "France" in shown(pilot))
        await pilot.press("space")
        await until(pilot, lambda: "Paris" in shown(pilot))
        file = tmp_path / "vault/Notes.md"
        file.write_bytes(file.read_bytes().replace(b"France::Paris", b"Spain::Madrid"))
        slow_reading.set()
        await until(pilot, lambda: "show the answer" in shown(pilot))
        assert "Spain" in shown(pilot)
        assert "Madrid" not in shown(pilot)


@pytest.mark.slow
async def test_keys_before_the_notes_have_been_read_do_no_harm(tmp_path: Path, slow_reading: threading.Event) -> None:
    app = make_app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "3", "u", "s", "e", "r", "i", "d", "ctrl+r", "question_mark", "escape")
        assert "Reading the notes" in shown(pilot)
        slow_reading.set()
        await until(pilot, lambda: "France" in shown(pilot))
        assert note(tmp_path) == OLD
        await press(pilot, "space", "3")
        assert FRANCE not in note(tmp_path)


THEIRS = b"<!--SR:!2027-03-01,300,250-->"


@tiered("key, left, grades", [("y", 0, ["good"]), ("n", 0, []), ("q", 1, ["good"]), ("escape", 1, ["good"])])
async def test_a_newer_schedule_that_came_meanwhile_is_asked_about(
    tmp_path: Path, key: str, left: int, grades: list[str]
) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "space")
        (tmp_path / "vault/Notes.md").write_bytes(OLD.replace(FRANCE, THEIRS))
        await press(pilot, "3")
        await until(pilot, lambda: isinstance(app.screen, NewerScreen))
        assert THEIRS in note(tmp_path)
        assert "due on 2027-03-01" in words(pilot)
        assert "y Yes n No Esc Later" in words(pilot)
        await press(pilot, "3", "space", key)  # what grades is no answer
        assert not isinstance(app.screen, NewerScreen)
        app.writer.flush()
        await pilot.pause()
        with app.writer.quiet() as journal:
            assert [action.grade for action in journal.applied] == grades
            assert len(journal.waiting) == left
        assert (THEIRS in note(tmp_path)) is (key != "y")
        assert "Italy" in shown(pilot)
        assert ("1 grade waits" in words(pilot)) is bool(left)


async def test_a_grade_that_waits_for_an_answer_is_asked_about_when_it_is_to_be_written_again(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "space")
        (tmp_path / "vault/Notes.md").write_bytes(OLD.replace(FRANCE, THEIRS))
        await press(pilot, "3")
        await until(pilot, lambda: isinstance(app.screen, NewerScreen))
        await press(pilot, "escape", "W")
        await until(pilot, lambda: isinstance(app.screen, NewerScreen))
        await press(pilot, "n")
        app.writer.flush()
        await until(pilot, lambda: "waits" not in words(pilot))
        assert THEIRS in note(tmp_path)


async def test_the_review_says_that_changes_made_elsewhere_are_not_heard_of(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        app.on_not_watched(NotWatched("too many files"))
        await pilot.pause()
        assert "Changes by other programs go unnoticed while you review (too many" in words(pilot)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "told"), [(3_000_000, True), (9, False)])
async def test_the_user_is_told_that_a_large_note_is_written(tmp_path: Path, size: int, told: bool) -> None:
    async with running(make_app(tmp_path, {"Notes.md": OLD + b"\n" + b"x" * size + b"\n"})) as pilot:
        await press(pilot, "space", "3")
        assert ("Notes.md has 3 MB; reading and writing it takes a while" in words(pilot)) is told


@pytest.mark.slow
async def test_a_card_of_another_kind_gives_only_the_front_new_styles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloze = "A ==cloze== here\n<!--SR:!2024-06-09,4,250-->"
    app = make_app(tmp_path, {"a.md": f"#flashcards\n\n{cloze}\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"})
    async with running(app) as pilot:
        await press(pilot, "space")
        front = app.screen.query_one("#card-front")
        styled: list[DOMNode] = []
        update = app.stylesheet.update_nodes

        def recorded(nodes: Iterable[DOMNode], animate: bool = False) -> None:
            given = list(nodes)
            styled.extend(given)
            update(given, animate=animate)

        monkeypatch.setattr(app.stylesheet, "update_nodes", recorded)
        await press(pilot, "3")
        assert front.styles.text_style.bold
        assert styled == [front]


async def test_a_key_that_comes_before_the_card_is_laid_out_does_no_harm(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        screen = ReviewScreen(None)
        pilot.app.push_screen(screen)
        screen.action_go_on()
        await until(pilot, lambda: screen.session is not None)
