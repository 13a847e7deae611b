from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.errors import JournalError
from studyapp.core.log.journal import Journal
from studyapp.core.vault.table import intake
from studyapp.core.vault.vault import Vault
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.screens.vault.doctor import DoctorScreen
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.parts.rows import Parts
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    press,
    review_of,
    running,
    shown,
    until,
    words,
)
from tests.helpers.vaults import NOW, ROOT, make_vault, workspace

DECKS = {
    "A.md": "#flashcards/geo/europe\n\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n\nItaly::Rome\n",
    "B.md": "#flashcards/music\n\nBach::Fugue\n<!--SR:!2024-09-10,4,250-->\n",
}


def row(text: str, name: str) -> list[str]:
    """The words of the line with a deck's name."""
    return next(line for line in text.splitlines() if name in line).replace("▎", " ").split()


async def test_each_deck_has_its_due_new_and_total_count(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, DECKS, start="decks")) as pilot:
        text = shown(pilot)
        assert row(text, "flashcards") == ["▾", "flashcards", "1", "1", "3"]
        assert row(text, "europe") == ["europe", "1", "1", "2"]
        assert row(text, "music") == ["music", "·", "·", "1"]


@pytest.mark.slow
async def test_several_top_decks_have_a_row_for_all_of_them(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\na::b\n", "B.md": "#other\n\nc::d\n"}
    app = make_app(tmp_path, notes, start="decks", settings={"flashcard_tags": '["#flashcards", "#other"]'})
    async with running(app) as pilot:
        assert row(shown(pilot), "All decks") == ["All", "decks", "·", "2", "2"]
        await press(pilot, "enter")
        assert review_of(app).deck is None


async def test_today_s_work_is_estimated(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, DECKS, start="decks")) as pilot:
        assert "1 due  ·  1 new  ·  less than a minute" in shown(pilot)


@pytest.mark.slow
async def test_the_estimate_learns_from_how_long_cards_took(tmp_path: Path) -> None:
    times = iter(NOW + timedelta(seconds=60 * step) for step in range(10_000))
    cards = "\n\n".join(f"question {number}::answer" for number in range(40))
    app = make_app(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"}, clock=lambda: next(times))
    async with running(app) as pilot:
        for _ in range(20):
            await press(pilot, "space", "4")
    app = make_app(tmp_path, {}, start="decks")
    async with running(app) as pilot:
        minutes = int(words(pilot).partition("about ")[2].split()[0])
        assert minutes > 20 * 15 / 60 * 2


async def test_the_daily_limits_hold_for_the_counts_and_the_estimate(tmp_path: Path) -> None:
    cards = "\n\n".join(f"question {number}::answer" for number in range(100))
    app = make_app(
        tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"}, start="decks", settings={"new_cards_per_day": "8"}
    )
    async with running(app) as pilot:
        assert "0 due  ·  8 new  ·  about 2 minutes" in shown(pilot)


@pytest.mark.slow
async def test_when_the_limits_leave_nothing_the_screen_says_how_much_waits(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nA::a\n\nB::b\n\nC::c\n"}
    limit = {"new_cards_per_day": "1"}
    async with running(make_app(tmp_path, notes, settings=limit)) as pilot:
        await press(pilot, "space", "4")
        assert "Nothing left" in shown(pilot)
    async with running(make_app(tmp_path, {}, start="decks", settings=limit)) as pilot:
        assert "Nothing left for today; 2 more without limits" in shown(pilot)


@pytest.mark.slow
async def test_a_backlog_is_given_in_days(tmp_path: Path) -> None:
    late = "\n\n".join(f"question {number}::answer\n<!--SR:!2024-06-01,3,250-->" for number in range(9))
    notes = {"A.md": f"#flashcards\n\n{late}\n"}
    async with running(make_app(tmp_path, notes, start="decks", settings={"reviews_per_day": "4"})) as pilot:
        await until(pilot, lambda: "backlog of 9: about 3 days at 4 a day" in shown(pilot))
        assert "4 due  ·  0 new" in shown(pilot)
    app = make_app(tmp_path, {}, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: pilot.app.screen.query("OutlookView"))
        await pilot.pause()
        assert "overdue" not in shown(pilot)


async def test_suspended_and_buried_cards_are_not_counted_as_due(tmp_path: Path) -> None:
    app = make_app(tmp_path, DECKS, start="decks")
    async with running(app) as pilot:
        before = app.top_deck
        await press(pilot, "enter", "z", "q")
        await until(pilot, lambda: app.top_deck is not before and not app.reading)
        after = app.top_deck
        assert before is not None
        assert after is not None
        assert (before.due + before.new) - (after.due + after.new) == 1
        assert after.total == before.total
        await press(pilot, "u")
        await until(pilot, lambda: app.top_deck is not after and not app.reading)
        assert app.top_deck is not None
        assert (app.top_deck.due, app.top_deck.new) == (before.due, before.new)


async def test_enter_reviews_the_deck_under_the_cursor(tmp_path: Path) -> None:
    app = make_app(tmp_path, DECKS, start="decks")
    async with running(app) as pilot:
        await press(pilot, "j", "j", "enter")
        assert review_of(app).deck == "flashcards/geo/europe"
        assert "France" in shown(pilot)


async def test_arrows_and_vim_keys_move_and_fold(tmp_path: Path) -> None:
    app = make_app(tmp_path, DECKS, start="decks")
    async with running(app) as pilot:
        for key, deck in (
            ("k", "flashcards"),
            ("j", "flashcards/geo"),
            ("down", "flashcards/geo/europe"),
            ("up", "flashcards/geo"),
            ("G", "flashcards/music"),
            ("home", "flashcards"),
            ("end", "flashcards/music"),
            ("k", "flashcards/geo/europe"),
            ("h", "flashcards/geo"),
            ("h", "flashcards/geo"),
            ("j", "flashcards/music"),
            ("k", "flashcards/geo"),
            ("l", "flashcards/geo"),
            ("j", "flashcards/geo/europe"),
        ):
            await press(pilot, key)
            selected = app.screen.query_one(DeckTree).selected
            assert selected is not None
            assert selected.path == deck, key


@pytest.mark.slow
async def test_the_mouse_selects_folds_and_enters(tmp_path: Path) -> None:
    app = make_app(tmp_path, DECKS, start="decks")
    async with running(app) as pilot:
        tree = app.screen.query_one(DeckTree)
        await pilot.click(DeckTree, offset=(10, 4))
        assert tree.selected is not None
        assert tree.selected.path == "flashcards/music"
        await pilot.click(DeckTree, offset=(3, 2))
        assert "europe" not in shown(pilot)
        await pilot.click(DeckTree, offset=(10, 3), times=2)
        await pilot.pause()
        assert review_of(app).deck == "flashcards/music"


@pytest.mark.slow
async def test_more_decks_than_lines_scroll_with_the_cursor(tmp_path: Path) -> None:
    notes = {f"{n:02}.md": f"#flashcards/d{n:02}\n\na{n}::b\n" for n in range(60)}
    async with running(make_app(tmp_path, notes, start="decks")) as pilot:
        assert "d59" not in shown(pilot)
        await press(pilot, "G")
        assert "d59" in shown(pilot)
        await press(pilot, "g")
        assert "total" in shown(pilot)


@pytest.mark.slow
async def test_a_move_to_another_deck_lays_nothing_out(tmp_path: Path) -> None:
    notes = {f"{number}.md": f"#flashcards/{number}\n\nfront {number}::back\n" for number in range(4)}
    laid: list[object] = []
    async with running(make_app(tmp_path, notes, start="decks"), (120, 40)) as pilot:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Screen, "_refresh_layout", lambda *given, **_: laid.append(given))
            await press(pilot, "down", "down")
        assert "flashcards/1" in "".join(shown(pilot).splitlines()[:8])
        assert laid == []


async def test_a_move_to_another_deck_draws_two_rows_and_nothing_else_in_little_room(tmp_path: Path) -> None:
    notes = {f"{number}.md": f"#flashcards/{number}\n\nfront {number}::back\n" for number in range(4)}
    drawn: list[object] = []
    draw, row_parts = Widget._render_content, DeckTree.row_parts

    def noted(widget: Widget) -> None:
        drawn.append(widget)
        draw(widget)

    def named(tree: DeckTree, number: int, width: int) -> Parts:
        drawn.append(number)
        return row_parts(tree, number, width)

    async with running(make_app(tmp_path, notes, start="decks")) as pilot:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Widget, "_render_content", noted)
            patch.setattr(DeckTree, "row_parts", named)
            await press(pilot, "down")
    assert drawn == [0, 1]


async def test_the_counts_are_right_after_a_review(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "3", "q")
        await until(pilot, lambda: not app.reading and row(shown(pilot), "flashcards")[1:] == ["1", "·", "2"])


async def test_notes_that_were_changed_elsewhere_are_counted_when_they_are_read_again(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        (tmp_path / "vault/New.md").write_text("#flashcards\n\nSpain::Madrid\n")
        await press(pilot, "f5")
        await until(pilot, lambda: row(shown(pilot), "flashcards") == ["flashcards", "2", "1", "3"])


@pytest.mark.slow
async def test_a_vault_without_cards_says_how_to_write_one(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, {"A.md": "hello"}, start="decks")) as pilot:
        text = words(pilot)
        assert "There are no cards in this vault; press a to add one." in text
        assert "#flashcards" in text
        assert "`question::answer`" in text
        await press(pilot, "enter", "j", "k", "h", "l", "G", "n", "escape")
        assert isinstance(pilot.app.screen, DecksScreen)
        assert "Enter" not in shown(pilot)


@pytest.mark.slow
async def test_findings_are_announced_and_listed_with_place_and_remedy(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\na::b\n\nprose\n\n<!--SR:!2024-01-01,1,250-->\n"}
    app = make_app(tmp_path, notes, start="decks")
    async with running(app) as pilot:
        assert "1 problem in your notes so far f" in words(pilot)
        await press(pilot, "f")
        doctor = app.screen
        assert isinstance(doctor, DoctorScreen)
        await until(pilot, lambda: not doctor.examining)
        text = words(pilot)
        assert "A.md:7" in text
        assert "This schedule comment belongs to no card" in text
        assert "Turn that text into a card" in text
        await press(pilot, "q")
        assert isinstance(app.screen, DecksScreen)


async def test_without_findings_nothing_is_announced(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        assert "finding" not in shown(pilot).lower()


@pytest.mark.slow
async def test_settings_that_are_no_json_are_a_finding_and_the_vault_opens(tmp_path: Path) -> None:
    file = tmp_path / "vault/.obsidian/plugins/obsidian-spaced-repetition/data.json"
    file.parent.mkdir(parents=True)
    file.write_text("{ no json")
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        assert row(shown(pilot), "flashcards")[1:] == ["2", "·", "2"]
        await press(pilot, "f")
        doctor = app.screen
        assert isinstance(doctor, DoctorScreen)
        await until(pilot, lambda: not doctor.examining)
        assert ".obsidian/plugins/obsidian-spaced-repetition/data.json:1" in shown(pilot)
        assert "is not json" in words(pilot).lower()


async def test_a_note_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    app = make_app(tmp_path, dict(TWO_CARDS) | {"Gone.md": ""}, start="decks")
    gone = tmp_path / "vault/Gone.md"
    gone.unlink()
    gone.symlink_to(gone)
    async with running(app) as pilot:
        assert row(shown(pilot), "flashcards")[1:] == ["2", "·", "2"]


@pytest.mark.slow
async def test_inferred_plain_question_marks_are_mentioned_once(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nWhat?\n??\nThat.\n<!--SR:!2024-06-10,4,250-->\n"}
    async with running(make_app(tmp_path, notes, start="decks")) as pilot:
        assert "`??` is taken as the plain separator" in words(pilot)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        assert "plain separator" not in words(pilot)


@pytest.mark.slow
@pytest.mark.parametrize("first", ["decks", "review"])
async def test_which_folders_inherit_settings_is_mentioned_once(
    tmp_path: Path, first: Literal["decks", "review"]
) -> None:
    notes = dict(TWO_CARDS) | {"Sub/n.md": "", "Sub/.obsidian/app.json": "{}"}
    async with running(make_app(tmp_path, notes, start=first)) as pilot:
        assert "Sub/ is read with the settings of the vault around" in words(pilot)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        assert "settings of the vault around" not in words(pilot)


@pytest.mark.slow
async def test_a_review_from_the_start_says_it_too_and_once(tmp_path: Path) -> None:
    notes = {
        "A.md": "#flashcards\n\nWhat?\n??\nThat.\n<!--SR:!2024-06-10,4,250-->\n\na::b\n",
    }
    async with running(make_app(tmp_path, notes)) as pilot:
        assert "`??` is taken as the plain separator" in words(pilot)
        await press(pilot, "space", "3")
        assert "plain separator" not in words(pilot)
    for start in ("review", "decks"):
        async with running(make_app(tmp_path, {}, start=start)) as pilot:
            assert "plain separator" not in words(pilot)


@pytest.mark.slow
async def test_undo_and_redo_on_the_decks_say_which_card_and_count_again(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    old = (tmp_path / "vault/Notes.md").read_bytes()
    async with running(app, (100, 24)) as pilot:
        await press(pilot, "enter", "space", "3", "q")
        await until(pilot, lambda: row(shown(pilot), "flashcards")[1:] == ["1", "·", "2"])
        assert "u Undo" in shown(pilot)
        graded = (tmp_path / "vault/Notes.md").read_bytes()
        await press(pilot, "u")
        assert 'Undid "Good" for “France” in Notes.md.' in words(pilot)
        await until(pilot, lambda: row(shown(pilot), "flashcards")[1:] == ["2", "·", "2"])
        assert (tmp_path / "vault/Notes.md").read_bytes() == old
        await press(pilot, "ctrl+r")
        assert 'Redid "Good" for “France” in Notes.md.' in words(pilot)
        await until(pilot, lambda: row(shown(pilot), "flashcards")[1:] == ["1", "·", "2"])
        assert (tmp_path / "vault/Notes.md").read_bytes() == graded


@pytest.mark.slow
async def test_undo_on_the_decks_reaches_an_earlier_run_and_its_end(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "3", "space", "1")
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "u", "u")
        assert 'Undid "Good" for “France”' in words(pilot)
        await until(pilot, lambda: row(shown(pilot), "flashcards")[1:] == ["2", "·", "2"])
        await press(pilot, "u")
        assert "There is nothing to undo." in words(pilot)


async def test_undo_takes_an_import_of_an_earlier_run_back_as_a_whole(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", TWO_CARDS)
    opened = workspace(root, tmp_path / "home")
    with opened_source(ROOT / "tests/data/anki/old.apkg") as source:
        bring_in(opened, source, plan_import(opened, source, "Anki"))
    changed = root / "Anki/A.md"
    changed.write_text(changed.read_text() + "\nmine::too\n")
    async with running(make_app(tmp_path, {}, start="decks"), (100, 30)) as pilot:
        assert "German" in shown(pilot)
        await press(pilot, "u")
        assert "Undid the import into Anki." in words(pilot)
        await until(pilot, lambda: "German" not in shown(pilot))
        assert [path.name for path in (root / "Anki").rglob("*.*")] == ["A.md"]
        await press(pilot, "u")
        assert "There is nothing to undo." in words(pilot)


@pytest.mark.slow
async def test_undo_in_a_review_is_not_announced_on_the_decks_behind_it(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, start="decks")) as pilot:
        await press(pilot, "enter", "space", "3", "u", "u", "escape")
        assert isinstance(pilot.app.screen, DecksScreen)
        assert "Undone" not in shown(pilot)
        assert "nothing to undo" not in shown(pilot)


@pytest.mark.slow
async def test_grades_that_wait_in_the_log_are_said_at_the_start(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        away = (tmp_path / "vault/Notes.md").rename(tmp_path / "away.md")
        await press(pilot, "space", "3")
    (tmp_path / "vault/Other.md").write_text("#flashcards\n\na::b\n")
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await until(pilot, lambda: "1 grade waits in the review log: Notes.md" in words(pilot))
    away.rename(tmp_path / "vault/Notes.md")
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await until(pilot, lambda: "waits in the review log" not in words(pilot))
        assert "4,250" in (tmp_path / "vault/Notes.md").read_text()
        assert "2024-06-10" not in (tmp_path / "vault/Notes.md").read_text()


async def test_a_review_that_is_asked_for_while_the_notes_are_read_begins_when_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    scan = Vault.scan

    def slow(self: Vault) -> None:
        go_on.wait()
        scan(self)

    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        monkeypatch.setattr(Vault, "scan", slow)
        await press(pilot, "f5", "enter")
        assert isinstance(app.screen, DecksScreen)
        assert "The review starts when that is done" in words(pilot)
        go_on.set()
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "France" in shown(pilot))


async def test_the_first_paint_does_not_wait_for_the_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Vault, "scan", lambda _: go_on.wait())
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Reading the notes" in shown(pilot))
        assert "Quit" in shown(pilot)
        go_on.set()
        await until(pilot, lambda: app.vault_read)


@pytest.mark.slow
async def test_enter_is_not_lost_before_the_first_deck_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    scan = Vault.scan

    def slow(self: Vault, *given: object) -> None:
        go_on.wait()
        scan(self)

    monkeypatch.setattr(Vault, "scan", slow)
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Reading the notes" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        go_on.set()
        await until(pilot, lambda: "France" in shown(pilot))


async def test_names_of_decks_and_vaults_are_neither_markup_nor_raw(tmp_path: Path) -> None:
    root = tmp_path / "[bold]v\x1b[2J"
    (root / "deck\u202e[b]").mkdir(parents=True)
    (root / "deck\u202e[b]" / "A.md").write_text("a::b\n")
    app = make_app(tmp_path, {}, start="decks", settings={"convert_folders_to_decks": "true"})
    app.workspace.vault.root = root
    async with running(app) as pilot:
        text = shown(pilot)
        assert "[bold]v␛[2J" in text
        assert "deck‹U+202E›[b]" in text


@pytest.mark.slow
async def test_a_damaged_line_of_the_review_log_is_set_aside_at_the_start_and_said(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "3")
    log = next((tmp_path / "vault/.studyapp/reviews").iterdir())
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"v":1,"kind"')
    app = make_app(tmp_path, {}, start="decks")
    async with running(app) as pilot:
        await press(pilot, "f")
        await until(pilot, lambda: "a damaged line was set aside" in words(pilot).lower())
    assert log.read_bytes() == whole
    assert b'{"v":1,"kind"' in log.with_name(log.stem + ".damaged").read_bytes()


async def test_a_log_that_refuses_is_reported_on_the_decks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(self: Journal, line: dict[str, object]) -> None:
        raise JournalError("can't write the review log (No space left on device)")

    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        monkeypatch.setattr(Journal, "_append", refusing)
        await press(pilot, "enter", "space", "3", "q")
        assert "1 grade is not saved, only kept in memory" in words(pilot)
        monkeypatch.undo()


async def test_the_counts_of_the_last_run_are_there_before_the_notes_have_been_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "RACY", 0)
    make_app(tmp_path, DECKS).workspace.vault.scan()
    go_on = threading.Event()
    scan = Vault.scan

    def slow(self: Vault) -> None:
        go_on.wait()
        scan(self)

    monkeypatch.setattr(Vault, "scan", slow)
    app = make_app(tmp_path, {}, start="decks")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert row(shown(pilot), "europe") == ["europe", "1", "1", "2"]
        assert "1 due  ·  1 new" in shown(pilot)
        assert "Reading the notes" in shown(pilot)
        await pilot.press("enter")
        go_on.set()
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "France" in shown(pilot))
