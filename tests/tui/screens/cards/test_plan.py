"""Changes of many schedules and of settings, undone and redone from a review."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.groups import begin_group, carry_out
from studyapp.core.workspace.set_settings import NewSetting, set_settings
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.cards.plan import PlanScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.services.writer import Writer
from tests.helpers.apps import app_of, make_app, press, running, until, words, written
from tests.helpers.vaults import NOW, make_vault, workspace

NOTES = {f"n{n}.md": f"#flashcards\n\nq{n}::a\n<!--SR:!2024-06-{n + 10},3,250-->\n" for n in range(4)}


def texts(tmp_path: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((tmp_path / "vault").glob("*.md"))}


def only_one_is_listed(pilot: Pilot[None]) -> bool:
    screen = pilot.app.screen
    return isinstance(screen, BrowseScreen) and len(screen.table.numbers) == 1


async def test_a_change_of_many_schedules_is_undone_and_redone_as_a_whole(tmp_path: Path) -> None:
    desk = workspace(make_vault(tmp_path / "vault", NOTES, {}), tmp_path / "home")
    found = plan(desk, PlanOrder(PlanKind.POSTPONE, 5), desk.vault.rows())
    begin_group(desk, found.group)
    carry_out(desk, found.group)
    after = texts(tmp_path)
    assert after != NOTES
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 30)) as pilot:
        await press(pilot, "enter", "u")
        await written(pilot)
        await until(pilot, lambda: texts(tmp_path) == NOTES)
        await press(pilot, "ctrl+r")
        await written(pilot)
        await until(pilot, lambda: texts(tmp_path) == after)
        rows = [*app_of(pilot).workspace.vault.rows()]
        assert {str(row.schedule.due) for row in rows if row.schedule} == {"2024-06-20"}


async def test_settings_that_undo_brings_back_are_read_again(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    root = app.workspace.vault.root
    set_settings(app.workspace.journal, app.workspace.place, [NewSetting(("leech_lapses",), 3)], "the leeches", NOW)
    async with running(app, (100, 30)) as pilot:
        await press(pilot, "enter", "u")
        await until(pilot, lambda: app._next == root)
    assert not (root / VAULT_FILE).exists()


@pytest.mark.slow
async def test_a_deck_is_postponed_after_a_look_at_what_that_does(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "M", *"postpone", "enter")
        assert isinstance(pilot.app.screen, PromptScreen)
        await press(pilot, "backspace", *"soon", "enter")
        assert "is not a number of days" in words(pilot)
        await press(pilot, *["backspace"] * 4, "5", "enter")
        await until(pilot, lambda: "4 cards of 4 would get another schedule, in 4 notes." in words(pilot))
        assert "overdue: 4 now, 0 then" in words(pilot)
        assert texts(tmp_path) == NOTES
        await press(pilot, "enter")
        await written(pilot)
        await until(pilot, lambda: not isinstance(pilot.app.screen, PlanScreen))
        assert all("2024-06-20,3,250" in text for text in texts(tmp_path).values())
        await press(pilot, "u")
        await written(pilot)
        await until(pilot, lambda: texts(tmp_path) == NOTES)


@pytest.mark.slow
async def test_what_is_listed_in_browse_is_changed_and_can_be_left_as_it_is(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "slash", *"q2", "enter")
        await until(pilot, lambda: only_one_is_listed(pilot))
        await press(pilot, "down", "M", *"set", "enter", *["backspace"] * 10, *"2024-08-01", "enter")
        await until(pilot, lambda: "1 card of 1 would get another schedule" in words(pilot))
        await press(pilot, "escape")
        assert texts(tmp_path) == NOTES


@pytest.mark.slow
async def test_a_change_is_interrupted_and_finished_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.tui.services.writer._PART", 1)
    make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "M", *"postpone", "enter", "enter")
        await until(pilot, lambda: "4 cards of 4" in words(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, PlanScreen)
        screen._stops = True
        await press(pilot, "enter")
        await written(pilot)
        await until(pilot, lambda: not isinstance(pilot.app.screen, PlanScreen))
        assert sum(text != NOTES[name] for name, text in texts(tmp_path).items()) == 1
        await press(pilot, "M")
        assert "Finish postponing by 3 days" in words(pilot)
        await press(pilot, "enter", "enter")
        await written(pilot)
        await until(pilot, lambda: not isinstance(pilot.app.screen, PlanScreen))
        assert all(text != NOTES[name] for name, text in texts(tmp_path).items())


@pytest.mark.slow
async def test_the_progress_of_a_change_stays_in_sight_in_a_larger_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    held: list[int] = []
    monkeypatch.setattr(Writer, "carry", lambda *given: held.append(given[-1]))
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "M", "enter", "3", "enter")
        await until(pilot, lambda: "Change them" in words(pilot))
        await press(pilot, "enter")
        for size in ((80, 24), (160, 50)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "0 of 4 notes … Esc interrupts" in words(pilot))
            strips = app.screen._compositor.render_strips()
            assert (len(strips), {strip.cell_length for strip in strips}) == (size[1], {size[0]})
        assert held == [0]


async def test_what_stays_as_it_was_is_named_with_the_reason(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "M", *"postpone", "enter", "enter")
        await until(pilot, lambda: "4 cards of 4" in words(pilot))
        assert "Change them" in words(pilot)
        (tmp_path / "vault/n1.md").unlink()
        (tmp_path / "vault/n2.md").write_text(NOTES["n2.md"].replace("12,3", "30,18"))
        await press(pilot, "enter")
        await written(pilot)
        await until(pilot, lambda: "Changed 2 notes. Undo reverts all of it." in words(pilot))
        assert "it has been reviewed since" in words(pilot)
        assert "no longer exists" in words(pilot)
        assert "Change them" not in words(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, PlanScreen)


@pytest.mark.slow
async def test_an_exam_is_set_and_its_last_looks_are_planned_and_it_is_removed(tmp_path: Path) -> None:
    notes = {
        "n.md": "#flashcards\n\n" + "\n\n".join(f"q{n}::a\n<!--SR:!2024-09-{n + 10},90,250-->" for n in range(6))
    }
    root = make_vault(tmp_path / "vault", notes, {})

    def opened() -> StudyApp:
        return StudyApp(workspace(root, tmp_path / "home"))

    async with running(opened(), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "down", "M", *"exam", "enter")
        assert isinstance(pilot.app.screen, PromptScreen)
        await press(pilot, *["backspace"] * 10, *"2024-06-01", "enter")
        assert "The day of an exam must be after today." in words(pilot)
        await press(pilot, *["backspace"] * 10, *"2024-07-15", "enter")
        await until(pilot, lambda: app_of(pilot)._next == root)
    assert 'date = "2024-07-15"' in (root / VAULT_FILE).read_text()
    async with running(opened(), (100, 40)) as pilot:
        await until(pilot, lambda: "Exam flashcards in 30 days: 6 cards would be due only after it" in words(pilot))
        await press(pilot, "down", "M", *"last", "enter")
        await until(pilot, lambda: "6 cards of 6 would get another schedule, in 1 note." in words(pilot))
        await press(pilot, "enter")
        await written(pilot)
        await until(pilot, lambda: not isinstance(pilot.app.screen, PlanScreen))
        await until(pilot, lambda: "Exam flashcards in 30 days: 1 last look a day from 2024-07-08" in words(pilot))
        due = {str(row.schedule.due) for row in app_of(pilot).workspace.vault.rows() if row.schedule}
        assert all("2024-07-08" <= day <= "2024-07-14" for day in due)
        await press(pilot, "M", *"exam", "down", "enter", *["backspace"] * 10, "-", "enter")
        await until(pilot, lambda: app_of(pilot)._next == root)
    assert "exams" not in (root / VAULT_FILE).read_text()


@pytest.mark.slow
@pytest.mark.parametrize("month", ["06", "09"])
async def test_once_an_exam_is_set_the_cards_that_are_due_after_it_are_offered(tmp_path: Path, month: str) -> None:
    notes = {"n.md": f"#flashcards\n\nq::a\n<!--SR:!2024-{month}-20,9,250-->\n"}
    root = make_vault(tmp_path / "vault", notes, {})
    app = StudyApp(workspace(root, tmp_path / "home"))
    async with running(app, (100, 40)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "down", "M", *"exam", "enter", *["backspace"] * 10, *"2024-07-15", "enter")
        await until(pilot, lambda: app._next == root)
    again = StudyApp(workspace(root, tmp_path / "home"))
    again.offered = app.offer
    async with running(again, (100, 40)) as pilot:
        await until(pilot, lambda: not again.reading and again.offered is None)
        if month == "09":
            await until(pilot, lambda: "1 card of 1 would get another schedule" in words(pilot))
        else:
            await until(pilot, lambda: not isinstance(again.screen, PlanScreen))
            assert "another schedule" not in words(pilot)


@pytest.mark.slow
async def test_the_progress_of_an_undo_of_many_notes_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.tui.services.writer._PART", 2)
    desk = workspace(make_vault(tmp_path / "vault", NOTES, {}), tmp_path / "home")
    found = plan(desk, PlanOrder(PlanKind.POSTPONE, 5), desk.vault.rows())
    begin_group(desk, found.group)
    carry_out(desk, found.group)
    app = StudyApp(workspace(tmp_path / "vault", tmp_path / "home"))
    said: list[str] = []
    monkeypatch.setattr(app, "say", lambda text, *_args, **_more: said.append(text))
    async with running(app, (100, 30)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "u")
        await until(pilot, lambda: texts(tmp_path) == NOTES)
        await until(pilot, lambda: "Undoing: 2 of 4 notes …" in said)


@pytest.mark.slow
async def test_an_exam_for_a_search_is_set_in_browse_and_followed_in_a_review(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(root, tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "slash", *"q2", "enter")
        await until(pilot, lambda: only_one_is_listed(pilot))
        await press(pilot, "down", "M", *"exam", "enter", *["backspace"] * 10, *"2024-06-23", "enter")
        await until(pilot, lambda: app_of(pilot)._next == root)
    assert 'search = "q2"' in (root / VAULT_FILE).read_text()
    app = StudyApp(workspace(root, tmp_path / "home"))
    async with running(app, (100, 40)) as pilot:
        await until(pilot, lambda: "Exam q2 in 8 days: 1 last look a day from 2024-06-16" in words(pilot))
        await press(pilot, "enter")
        for _ in range(4):
            await press(pilot, "space", "3")
        await written(pilot)
        await until(pilot, lambda: all(texts(tmp_path)[name] != NOTES[name] for name in NOTES))
    due = {name: text.split("!")[2].split(",")[0] for name, text in texts(tmp_path).items()}
    assert "2024-06-16" <= due["n2.md"] < "2024-06-23"  # and not on the 24th, as without the exam


@pytest.mark.slow
async def test_the_progress_of_a_change_stays_in_sight_at_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Writer, "carry", lambda *_: None)  # it takes long
    make_vault(tmp_path / "vault", NOTES, {})
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 40)) as pilot:
        await until(pilot, lambda: not app_of(pilot).reading)
        await press(pilot, "M", *"postpone", "enter", "enter")
        await until(pilot, lambda: "4 cards of 4" in words(pilot))
        await press(pilot, "enter")
        for size in ((30, 12), (60, 20), (100, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "0 of 4" in words(pilot), size
            assert "Esc Cancel" in words(pilot), size
