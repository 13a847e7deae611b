"""The doctor's screen: what it lists, how it leads there, and how it fixes."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.core.log.actions import ActionKind
from studyapp.study.doctor.examine import Examination, Progress
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.vault.difference import DifferenceScreen
from studyapp.tui.screens.vault.doctor import DoctorScreen
from studyapp.tui.services.programs import Programs
from studyapp.tui.widgets.vault.finding_about import FindingAbout
from studyapp.tui.widgets.vault.finding_list import FindingList
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    shown,
    until,
    words,
)

ONE = "<!--SR:!2024-01-04,3,250-->"
LATER = "<!--SR:!2024-02-11,10,270-->"
HURT = f"#flashcards\n\na::b\n{ONE}\n{LATER}\n\nc::d\n\n{ONE}\n\ntext\n{ONE}\n\ne::f\n{LATER}\n{ONE}\n"
MENDED = f"#flashcards\n\na::b\n{LATER}\n\nc::d\n{ONE}\n\n\ntext\n{ONE}\n\ne::f\n{LATER}\n"


@asynccontextmanager
async def doctor(app: StudyApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The app with the doctor's screen in front, and the examination over."""
    async with running(app, size) as pilot:
        await press(pilot, "f")
        await examined(pilot)
        yield pilot


async def examined(pilot: Pilot[None]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, DoctorScreen)
    await until(pilot, lambda: not screen.examining)
    await pilot.pause()


def listed(pilot: Pilot[None]) -> FindingList:
    return pilot.app.screen.query_one(FindingList)


@pytest.mark.slow
async def test_findings_are_grouped_by_kind_with_their_number_place_reason_and_remedy(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks"), (100, 50)) as pilot:
        text = words(pilot)
        assert "Problems in your notes 4 warnings" in text
        assert re.search(r"▾ Cards with more than one schedule comment ─+ 2, 2 can be fixed", text)
        assert "[ ] ! A.md:5 The card above has a schedule comment already (line 4)" in text
        assert "Keep the one of the later review" in text
        assert re.search(r"▾ Schedules that belong to no card ─+ 1", text)
        await press(pilot, "j")
        text = words(pilot)
        assert re.search(r"A.md:5 ─+ warning The card above has a schedule comment already \(line 4\), and", text)
        assert "Fixing leaves" in text


@pytest.mark.slow
async def test_places_begin_in_one_column_whether_they_can_be_fixed_or_not(tmp_path: Path) -> None:
    notes = {"A.md": f"#flashcards\n\na::b\n{ONE}\n{LATER}\n", "B.md": "[[Nowhere]]\n"}
    async with doctor(make_app(tmp_path, notes, start="decks"), (100, 50)) as pilot:
        lines = shown(pilot).splitlines()
        places = [
            (found[1], found.start(1)) for line in lines if (found := re.search(r"[!·] ([AB]\.md:\d+)  ", line))
        ]
        assert {name for name, _ in places} >= {"A.md:5", "B.md:1"}
        assert len({column for _, column in places}) == 1
        assert "1 warning, 1 remark" in lines[0]


@pytest.mark.slow
async def test_marking_where_nothing_can_be_fixed_does_nothing_else_of_the_app(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": f"#flashcards\n\na::b\n\ntext\n{ONE}\n"}, start="decks")) as pilot:
        assert "Schedules that belong to no card" in words(pilot)
        await press(pilot, "A")
        assert isinstance(pilot.app.screen, DoctorScreen)


@pytest.mark.slow
async def test_the_page_stands_in_the_middle_of_a_wide_screen(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks"), (150, 30)) as pilot:
        page = pilot.app.screen.query_one("#doctor-body").region
        assert page.x == 150 - page.right > 0


@pytest.mark.slow
async def test_where_nothing_was_found_its_keys_do_nothing_else_of_the_app(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, TWO_CARDS, start="decks")) as pilot:
        await press(pilot, "A", "space", "F")
        assert isinstance(pilot.app.screen, DoctorScreen)


@pytest.mark.slow
@pytest.mark.parametrize("height", [20, 60])
async def test_the_text_about_a_finding_follows_the_list_and_is_whole(tmp_path: Path, height: int) -> None:
    notes = {"A.md": f"#flashcards\n\n{'word ' * 40}\n{ONE}\n"}
    async with doctor(make_app(tmp_path, notes, start="decks"), (60, height)) as pilot:
        about, found = pilot.app.screen.query_one(FindingAbout), listed(pilot)
        assert found.size.height == found.count
        assert about.region.y - found.region.bottom == 1
        assert "until then it is left alone." in words(pilot)


@pytest.mark.slow
async def test_a_vault_in_which_all_is_well_says_so(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, TWO_CARDS, start="decks")) as pilot:
        assert "No problems found." in words(pilot)
        assert "no problems" in words(pilot)
        await press(pilot, "F", "e", "space", "j", "k", "h", "l", "q")
        assert isinstance(pilot.app.screen, DecksScreen)


@pytest.mark.slow
async def test_which_folders_inherit_settings_is_reported(tmp_path: Path) -> None:
    notes = dict(TWO_CARDS) | {"Sub/n.md": "", "Sub/.obsidian/app.json": "{}"}
    async with doctor(make_app(tmp_path, notes, start="decks")) as pilot:
        assert "Sub/ is read with the settings of the vault around" in words(pilot)
        assert "No problems found." in words(pilot)


@pytest.mark.slow
async def test_a_small_terminal_shows_it_too(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks"), (60, 20)) as pilot:
        assert "A.md:5" in shown(pilot)
        assert "Esc Back" in shown(pilot)


@pytest.mark.slow
async def test_enter_and_e_open_the_place_of_the_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr(Programs, "edit", lambda _, path, line: opened.append((path, line)))
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks")) as pilot:
        await press(pilot, "j", "e", "j", "enter")
        assert opened == [("A.md", 5), ("A.md", 16)]


@pytest.mark.slow
async def test_after_the_editor_the_note_is_examined_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(_: Programs, path: str, __: int) -> bool:
        (tmp_path / "vault" / path).write_text(MENDED)
        return True

    monkeypatch.setattr(Programs, "edit", edit)
    app = make_app(tmp_path, {"A.md": HURT}, start="decks")
    async with doctor(app) as pilot:
        await press(pilot, "j", "e")
        await until(pilot, lambda: "1 warning" in shown(pilot))
        assert "A.md:11" in shown(pilot)


@pytest.mark.slow
async def test_a_finding_without_a_file_says_that_there_is_none(tmp_path: Path) -> None:
    lost = "\n\n".join(f"text {number}\n{ONE}" for number in range(4))
    async with doctor(make_app(tmp_path, {"A.md": f"#flashcards\n\n{lost}\n"}, start="decks")) as pilot:
        await press(pilot, "j", "e")
        assert "There is no file to open here" in words(pilot)


async def test_what_is_marked_is_shown_as_a_difference_written_and_taken_back(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": HURT}, start="decks")
    async with doctor(app) as pilot:
        await press(pilot, "A")
        assert "3 problems marked; F shows the difference." in words(pilot)
        await press(pilot, "F")
        assert isinstance(app.screen, DifferenceScreen)
        assert "Fix these? 3 problems in 1 note" in words(pilot)
        assert f"-{ONE}" in shown(pilot)
        assert note(tmp_path, "A.md").decode() == HURT
        await press(pilot, "y")
        await examined(pilot)
        assert note(tmp_path, "A.md").decode() == MENDED
        assert "1 note fixed; u undoes it" in words(pilot)
        assert "1 warning" in shown(pilot)
        assert [action.kind for action in app.workspace.journal.applied] == [ActionKind.EDIT]
        await press(pilot, "u")
        await examined(pilot)
        assert note(tmp_path, "A.md").decode() == HURT
        assert "4 warnings" in shown(pilot)
        await press(pilot, "ctrl+r")
        await examined(pilot)
        assert note(tmp_path, "A.md").decode() == MENDED


@pytest.mark.slow
async def test_only_the_marked_findings_are_mended_and_leaving_the_difference_mends_none(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": HURT}, start="decks")
    async with doctor(app) as pilot:
        await press(pilot, "j", "space", "F", "escape")
        assert note(tmp_path, "A.md").decode() == HURT
        assert isinstance(app.screen, DoctorScreen)
        await press(pilot, "F", "enter")
        await examined(pilot)
        assert note(tmp_path, "A.md").decode() == HURT.replace(f"{ONE}\n{LATER}\n\nc", f"{LATER}\n\nc")


@pytest.mark.slow
async def test_without_marks_the_finding_under_the_cursor_is_mended_if_that_is_certain(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": HURT}, start="decks")
    async with doctor(app) as pilot:
        await press(pilot, "F")
        assert "be fixed safely" in words(pilot)
        await press(pilot, "j", "F")
        assert isinstance(app.screen, DifferenceScreen)
        assert "1 problem in 1 note" in words(pilot)


@pytest.mark.slow
async def test_space_on_a_kind_marks_all_of_it_and_again_none(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks")) as pilot:
        await press(pilot, "space")
        assert [one.line for one in listed(pilot).marked] == [5, 16]
        await press(pilot, "space")
        assert not listed(pilot).any_marked


@pytest.mark.slow
async def test_a_note_that_changed_meanwhile_is_left_alone_and_examined_again(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": HURT}, start="decks")
    async with doctor(app) as pilot:
        await press(pilot, "A")
        file = tmp_path / "vault" / "A.md"
        file.write_text(HURT + "\nmore\n")
        await press(pilot, "F")
        assert "The notes have changed; examining" in words(pilot)
        await until(pilot, lambda: not app.reading)
        await examined(pilot)
        await press(pilot, "A", "F")
        file.write_text(HURT + "\neven more\n")
        await press(pilot, "y")
        await examined(pilot)
        assert "has changed in the meantime; nothing was done" in words(pilot)
        assert file.read_text() == HURT + "\neven more\n"


@pytest.mark.slow
async def test_kinds_open_and_close(tmp_path: Path) -> None:
    async with doctor(make_app(tmp_path, {"A.md": HURT}, start="decks")) as pilot:
        await press(pilot, "g", "h")
        assert "▸ Cards with more than one schedule comment" in shown(pilot)
        assert "! A.md:5" not in shown(pilot)
        await press(pilot, "enter")
        assert "▾ Cards with more than one schedule comment" in shown(pilot)
        assert "! A.md:5" in shown(pilot)


@pytest.mark.slow
async def test_many_equal_findings_are_one_with_examples_that_opens_and_closes(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\n" + "\n\n".join(f"text {number}\n{ONE}" for number in range(300))}
    async with doctor(make_app(tmp_path, notes, start="decks"), (80, 40)) as pilot:
        assert re.search(r"▾ Schedules that belong to no card ─+ 300 ! ▸ 300 of these in 1 note", words(pilot))
        assert "2 warnings" in shown(pilot)
        await press(pilot, "G")
        assert "A.md:16" in shown(pilot)
        assert "A.md:19" not in shown(pilot)
        here = listed(pilot).here
        assert here is not None
        assert here.line == 4
        assert "200 of them are shown; `studyapp doctor --json` lists all" in words(pilot)
        await press(pilot, "l", "j", "j")
        assert "▾ 300 of these in 1 note" in words(pilot)
        here = listed(pilot).here
        assert here is not None
        assert here.line == 7
        await press(pilot, "G")
        assert "A.md:601" in shown(pilot)
        await press(pilot, "h")
        assert "▸ 300 of these in 1 note" in words(pilot)
        await press(pilot, "h")
        assert re.search("▸ Schedules that belong to no card ─+ 300", words(pilot))
        assert "of these" not in shown(pilot)


@pytest.mark.slow
async def test_space_on_equal_findings_marks_all_that_can_be_mended(tmp_path: Path) -> None:
    text = "#flashcards\n\n" + "\n\n".join(f"a{number}::b\n\n{ONE}" for number in range(20)) + "\n"
    app = make_app(tmp_path, {"A.md": text}, start="decks")
    async with doctor(app, (80, 40)) as pilot:
        await press(pilot, "j", "space")
        assert len(listed(pilot).marked) == 20
        assert "[x] ! ▸ 20 of these in 1 note" in words(pilot)
        await press(pilot, "F", "y")
        await examined(pilot)
        assert note(tmp_path, "A.md").decode().count(f"::b\n{ONE}") == 20
        assert "No problems found." in words(pilot)


@pytest.mark.slow
async def test_progress_is_shown_and_leaving_ends_the_examination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def run(_: object, __: object, *, tell: Callable[[Progress], object], going: Callable[[], bool]) -> list[object]:
        tell(Progress(1200, 10000))
        while going():
            time.sleep(0.001)  # lets the app work
        asked.append(True)
        return []

    monkeypatch.setattr(Examination, "run", run)
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        await press(pilot, "f")
        await until(pilot, lambda: "1,200 of 10,000" in shown(pilot))
        await press(pilot, "q")
        assert isinstance(app.screen, DecksScreen)
        await until(pilot, lambda: asked)


async def test_text_of_notes_is_shown_harmless_and_never_as_markup(tmp_path: Path) -> None:
    text = f"#flashcards\n\n[bold]x[/bold] \x1b]0;title\x07\n{ONE}\n"
    async with doctor(make_app(tmp_path, {"A.md": text}, start="decks")) as pilot:
        await press(pilot, "G")
        assert "[bold]x[/bold] ␛]0;title␇" in words(pilot)


@pytest.mark.slow
async def test_a_damaged_line_in_the_log_of_another_device_is_found(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": f"#flashcards\n\na::b\n{ONE}\n"}, start="decks")
    log = app.workspace.journal.path.with_name("phone.jsonl")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text('{"v":1,"kind":"gra')
    async with doctor(app) as pilot:
        assert "phone.jsonl" in shown(pilot)
        assert "1 warning" in shown(pilot)
