from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import pytest
from textual.app import App
from textual.binding import Binding
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.events import AppBlur
from textual.pilot import Pilot
from textual.screen import Screen

from demos.catalog import catalog
from studyapp.core.errors import JournalError, Problem
from studyapp.core.log.journal import Journal
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.renames import Lineage
from studyapp.study.reader.library import Library
from studyapp.study.review.today import begin
from studyapp.tui.app import base
from studyapp.tui.app.app import StudyApp
from studyapp.tui.app.themes import DARK, LIGHT
from studyapp.tui.messages import (
    DemosRead,
    KeysChecked,
    LibraryRead,
    LineageTraced,
    PictureDrawn,
    Unwritten,
    VaultRead,
)
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.dialogs.help import AskScreen, FactsScreen, HelpScreen
from studyapp.tui.screens.dialogs.newer import NewerScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.screens.vault.doctor import DoctorScreen
from studyapp.tui.services.reports import CardRefused, NotDone, Retried
from studyapp.tui.services.watcher import NotWatched
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.wording.numbers import key_text
from tests.helpers.apps import (
    Start,
    make_app,
    press,
    review_of,
    running,
    shown,
    until,
    words,
)

README = Path(__file__).parents[3] / "README.md"

OURS: list[type[DOMNode]] = [
    StudyApp,
    DecksScreen,
    ReviewScreen,
    DoctorScreen,
    HelpScreen,
    AskScreen,
    NewerScreen,
    FactsScreen,
    DeckTree,
]


def bindings(owner: type[DOMNode]) -> Iterator[Binding]:
    ours = (cls for cls in owner.__mro__ if cls.__module__.startswith("studyapp."))
    for binding in (binding for cls in ours for binding in cls.__dict__.get("BINDINGS", ())):
        assert isinstance(binding, Binding)
        yield binding


@pytest.mark.parametrize("owner", OURS)
def test_every_binding_has_an_id_by_which_it_can_be_changed(owner: type[DOMNode]) -> None:
    assert all(binding.id for binding in bindings(owner))


@pytest.mark.parametrize("owner", OURS)
def test_no_key_is_beyond_a_plain_terminal(owner: type[DOMNode]) -> None:
    """Shift, Alt and Super with other keys, function keys and Ctrl with digits do not arrive everywhere."""
    plain = {"space", "enter", "escape", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "comma"}
    for binding in bindings(owner):
        keys = binding.key.split(",")
        ctrl = [key for key in keys if key.startswith("ctrl+") and len(key) == 6 and key[5].isalpha()]
        assert ctrl or [key for key in keys if len(key_text(key)) == 1 or key in plain], keys


def test_grades_and_the_ways_to_other_screens_do_not_clash() -> None:
    keys = [key for binding in bindings(ReviewScreen) for key in binding.key.split(",")]
    keys += [key for binding in bindings(StudyApp) for key in binding.key.split(",")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("title", "owners"), [("in a review", [ReviewScreen]), ("on the decks", [DecksScreen, DeckTree])]
)
def test_the_readme_names_keys_that_are_bound_and_forgets_none_that_is_shown(
    title: str, owners: list[type[DOMNode]]
) -> None:
    table = README.read_text("utf-8").split(f"| {title} |", 1)[1].split("\n\n", 1)[0]
    named = {key for row in table.splitlines()[2:] for key in re.findall("`([^`$]+)`", row)}
    everywhere: list[type[DOMNode]] = [*owners, StudyApp]
    ours = [binding for owner in everywhere for binding in bindings(owner)]
    keys = {key_text(key): binding for binding in ours for key in binding.key.split(",")}
    assert {re.sub(r"(?<=\+)[a-z]$", lambda found: found[0].upper(), key) for key in named} <= keys.keys()
    missing = {binding.id for binding in ours if binding.show} - {
        keys[re.sub(r"(?<=\+)[a-z]$", lambda found: found[0].upper(), key)].id for key in named
    }
    assert missing <= {"app.help", "app.retry", "review.back", "review.leave", "decks.quit"}, (
        "what is said of every screen apart"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "level"),
    [("SSH_CONNECTION", "a 1 b 22", "none"), ("SSH_TTY", "/dev/pts/1", "none"), ("X", "", "full")],
)
async def test_nothing_is_animated_over_ssh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, level: str
) -> None:
    for one in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv(name, value)
    assert make_app(tmp_path).animation_level == level


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["setting", "TEXTUAL_ANIMATIONS", "ssh"])
async def test_nothing_moves_by_itself_if_the_settings_forbid_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    if asked == "ssh":
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    elif asked == "TEXTUAL_ANIMATIONS":
        monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")  # Textual reads it when it is imported
    app = make_app(tmp_path, start="decks", settings={"animations": "false"} if asked == "setting" else {})
    async with running(app, (60, 20)) as pilot:
        await press(pilot, "question_mark")
        box = app.screen.query_one("#box")
        seen: list[float] = []

        def scrolled(place: float) -> None:
            seen.append(place)

        box.watch(box, "scroll_y", scrolled, init=False)
        box.scroll_page_down()
        await until(pilot, lambda: box.scroll_y == box.scroll_target_y > 0)
        assert len(seen) == 1


def test_no_style_of_ours_has_a_transition() -> None:
    folder = Path(base.__file__).parents[1]
    assert [
        file for file in folder.rglob("*") if file.suffix in (".py", ".tcss") and "transition:" in file.read_text()
    ] == []


@pytest.mark.slow
async def test_f1_opens_and_closes_the_keys_everywhere_also_while_typing(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        for way in ([], ["b", "slash", "x"], ["escape", "escape", "n", "slash", "x"]):
            await press(pilot, *way)
            below = app.screen
            await press(pilot, "f1")
            assert isinstance(app.screen, HelpScreen), way
            await press(pilot, "f1")
            assert app.screen is below


@pytest.mark.parametrize("start", ["decks", "review"])
async def test_every_key_of_a_screen_is_listed(tmp_path: Path, start: Start) -> None:
    app = make_app(tmp_path, start=start)
    async with running(app, (100, 60)) as pilot:
        owner = DecksScreen if start == "decks" else ReviewScreen
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        text = shown(pilot)
        for binding in bindings(owner):
            assert binding.description in text
        assert "Every command" in text
        await press(pilot, "question_mark")
        assert isinstance(app.screen, owner)


async def test_the_palette_finds_what_keys_do(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await pilot.press("ctrl+p", *"skip")
        await until(pilot, lambda: "Skip" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Italy" in shown(pilot))


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "title"), [("cram", "Custom"), ("exam", "Move due days"), ("fsrs", "Optimise")])
async def test_the_palette_finds_what_a_command_is_about_and_says_so(tmp_path: Path, typed: str, title: str) -> None:
    async with running(make_app(tmp_path, start="decks")) as pilot:
        await press(pilot, "ctrl+p", *typed)
        (row,) = (line for line in shown(pilot).splitlines() if f" {title} " in line and "│" in line)
        assert typed in row.casefold()


@pytest.mark.slow
async def test_what_has_the_words_in_its_name_comes_before_what_is_about_them(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, start="decks")) as pilot:
        await press(pilot, "ctrl+p", *"note")
        rows = [line for line in shown(pilot).splitlines() if "│" in line]
        place = {
            name: next(n for n, row in enumerate(rows) if name in row) for name in (" Go to a note ", " Reload ")
        }
        assert place[" Go to a note "] < place[" Reload "]


@pytest.mark.slow
async def test_the_palette_has_a_row_for_each_command_with_its_key_at_the_right(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "ctrl+p", *"stat")
        (row,) = (line for line in shown(pilot).splitlines() if " Statistics " in line)
        assert row.rstrip(" │").endswith(" s")
        assert "Enter Run" in shown(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
async def test_the_palette_has_each_command_once_with_its_whole_key_in_a_small_terminal(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, start="decks"), (60, 20)) as pilot:
        await press(pilot, "ctrl+p")
        assert "Ctrl+O" in shown(pilot)
        await press(pilot, *"quit")
        assert shown(pilot).count(" Quit  ") == 1


@pytest.mark.slow
async def test_a_dialog_leaves_the_bar_of_places_as_it_is(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "s")
        bar = app.screen.query_one(PlacesBar)
        before = bar.render()
        await press(pilot, "slash")
        assert app.screen.is_modal
        assert bar.render() == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dark"), [("dark", True), ("light", False)])
async def test_the_theme_of_the_settings_is_taken(tmp_path: Path, name: str, dark: bool) -> None:
    app = make_app(tmp_path, settings={"theme": name})
    async with running(app):
        assert app.theme == name
        assert app.current_theme.dark is dark
        assert not app.no_color


def colours(app: App[None]) -> set[str]:
    strips = app.screen._compositor.render_strips()
    found = set()
    for strip in strips:
        for segment in strip.apply_filter(app.get_line_filters()[-1], app.screen.background_colors[1]):
            for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                found.add(colour.name if colour is not None else "default")
    return found


@pytest.mark.slow
async def test_the_plain_theme_sends_no_colour(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks", settings={"theme": "plain"})
    async with running(app) as pilot:
        assert app.no_color
        assert colours(app) == {"default"}
        await press(pilot, "enter", "space")
        assert colours(app) == {"default"}


async def test_no_color_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(tmp_path, start="decks")
    async with running(app):
        assert colours(app) == {"default"}


async def test_the_theme_changes_while_the_app_runs(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        app.paint("light")
        await pilot.pause()
        assert app.theme == "light"
        assert app.screen.styles.background == Color.parse(LIGHT.background or "")
        app.paint("dark")
        await pilot.pause()
        assert app.screen.styles.background == Color.parse(DARK.background or "")
        app.paint("plain")
        await pilot.pause()
        assert colours(app) == {"default"}


@pytest.mark.slow
@pytest.mark.parametrize("start", ["decks", "review"])
async def test_the_styles_of_the_first_screen_are_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Literal["decks", "review"]
) -> None:
    again: list[object] = []
    app = make_app(tmp_path, start=start)
    update = app.update_styles

    def updated(node: DOMNode, animate: bool = True) -> None:
        again.append(node)
        update(node, animate)

    monkeypatch.setattr(app, "update_styles", updated)
    monkeypatch.setattr(Stylesheet, "update", lambda _, root, animate=False: again.append(root))
    monkeypatch.setattr(Stylesheet, "reparse", lambda _: again.append("parsed"))
    async with running(app):
        assert not [one for one in again if isinstance(one, App | str)]
        assert sum(isinstance(one, Screen) for one in again) <= 1  # it learns how wide it is


async def test_the_rest_is_imported_once_the_notes_have_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(tmp_path, start="decks")
    imported: list[bool] = []
    monkeypatch.setattr("studyapp.tui.app.app.import_the_rest", lambda: imported.append(app.vault_read))
    async with running(app) as pilot:
        await until(pilot, lambda: imported)
        assert imported == [True]


async def test_a_deck_that_is_not_there_ends_the_app_with_a_reason(tmp_path: Path) -> None:
    app = make_app(tmp_path, deck="nope")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit)
    assert app.return_code == 1
    assert app.failure is not None
    assert "there is no deck 'nope'" in app.failure


@pytest.mark.slow
async def test_an_error_while_the_notes_are_read_ends_the_app_instead_of_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Vault) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Vault, "scan", broken)
    app = make_app(tmp_path)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            await until(pilot, lambda: app._exception)


def test_what_cannot_be_saved_is_printed_after_the_screen_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing(self: Journal, line: dict[str, object]) -> None:
        raise JournalError("can't write the review log (No space left on device)")

    monkeypatch.setattr(Journal, "_append", refusing)
    app = make_app(tmp_path)

    def review(self: StudyApp) -> None:
        self.workspace.vault.scan()
        self.writer.start()
        self.writer.save(begin(self.workspace).grade(Grade.GOOD))

    monkeypatch.setattr(StudyApp, "run", review)
    assert app.run_to_exit_code() == 1
    said = capsys.readouterr().err
    assert "1 grade could not be saved: can't write the review log (No space left on device)" in said
    assert "Notes.md:" in said
    assert "good at 2024-06-15 09:30, schedule entry !2024-06-2" in said


def test_grades_are_written_when_the_screen_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(tmp_path)

    def failing(self: StudyApp) -> None:
        self.workspace.vault.scan()
        self.writer.start()
        self.writer.save(begin(self.workspace).grade(Grade.GOOD))
        raise KeyboardInterrupt

    monkeypatch.setattr(StudyApp, "run", failing)
    with pytest.raises(KeyboardInterrupt):
        app.run_to_exit_code()
    assert "2024-06-10" not in (tmp_path / "vault/Notes.md").read_text()


def test_a_thread_that_fails_is_reported_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(tmp_path)
    seen: list[str] = []

    def fail() -> None:
        raise ValueError("no \x1b[31mdemos")

    async def look(pilot: Pilot[Any]) -> None:
        Thread(target=fail, name="demos").start()
        await until(pilot, lambda: "in the background" in shown(pilot))
        seen.append(shown(pilot))
        await press(pilot, "space", "q")

    def run(self: StudyApp) -> None:
        App.run(self, headless=True, size=(160, 50), auto_pilot=look)

    monkeypatch.setattr(StudyApp, "run", run)
    assert app.run_to_exit_code() == 0
    assert "A task in the background (demos) failed: ValueError: no" in seen[0]
    assert "\x1b" not in seen[0]


DEMO_NOTE = {"Soft.md": "#flashcards\n\n# Prefix Tuning\n\nWhat is trained?::A prefix.\n"}


@pytest.mark.slow
async def test_a_card_below_a_method_s_heading_offers_its_demo_and_comes_back_to_the_card(tmp_path: Path) -> None:
    app = make_app(tmp_path, DEMO_NOTE)
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        assert "▶" not in shown(pilot)
        await press(pilot, "space")
        assert "▶ d Watch Prefix Tuning learn" in words(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: type(app.screen).__name__ == "DemoScreen")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        await press(pilot, "3")
        assert (tmp_path / "vault/Soft.md").read_text() != DEMO_NOTE["Soft.md"]


@pytest.mark.slow
@pytest.mark.parametrize("turned", [False, True])
async def test_nothing_moves_when_the_demos_of_the_first_card_become_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    app = make_app(tmp_path, DEMO_NOTE)
    held: list[DemosRead] = []
    learn = StudyApp.on_demos_read
    monkeypatch.setattr(StudyApp, "on_demos_read", lambda _, message: held.append(message))
    async with running(app) as pilot:
        await press(pilot, *["space"] * turned)
        await until(pilot, lambda: bool(held))
        before = shown(pilot).split("\n")
        learn(app, held[0])
        await until(pilot, lambda: app.demos.catalog is not None)
        changed = [old for old, new in zip(before, shown(pilot).split("\n"), strict=True) if old != new]
        assert changed == [""] * turned, "the offer fills the row for messages"
        await press(pilot, "d")
        await until(pilot, lambda: type(app.screen).__name__ == "DemoScreen")


async def test_a_card_without_a_demo_offers_none(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        await press(pilot, "d")
        assert isinstance(app.screen, ReviewScreen)
        assert "demo" not in shown(pilot).lower()


@pytest.mark.slow
async def test_the_gallery_opens_from_the_decks(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "d")
        await until(pilot, lambda: type(app.screen).__name__ == "DemosScreen")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, DecksScreen))


async def test_a_setting_of_keys_that_is_unknown_harms_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path, settings={"keys": json.dumps({"a": 1}).replace(":", "=").replace("1", '"x"')})
    async with running(app) as pilot:
        await press(pilot, "space", "3")
        assert "Italy" in shown(pilot)


async def test_an_app_running_in_another_year_reviews_what_is_due_then(tmp_path: Path) -> None:
    app = make_app(tmp_path, clock=lambda: datetime(2024, 6, 11, 8, 0, tzinfo=UTC))
    async with running(app) as pilot:
        assert "1 due" in shown(pilot)
        session = review_of(app).session
        assert session is not None
        assert session.remaining == 1


@pytest.mark.slow
async def test_a_window_without_the_keyboard_looks_as_with_it_and_so_does_what_opens_there(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        before = shown(pilot)
        app.post_message(AppBlur())
        await pilot.pause()
        assert shown(pilot) == before
        app.push_screen(DecksScreen())
        await pilot.pause()
        assert isinstance(app.screen.focused, DeckTree)


@pytest.mark.slow
async def test_a_terminal_that_is_too_small_is_mentioned_without_covering_the_grades(tmp_path: Path) -> None:
    async with running(make_app(tmp_path), (50, 12)) as pilot:
        assert "50×12 is small: 60×20 shows all." in words(pilot)
        await press(pilot, "space")
        for width in (60, 59, 60, 58):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
        assert words(pilot).count("is small") == 1, "each message takes the place of the one before"
        assert "58×20 is small" in words(pilot)
        await pilot.resize_terminal(55, 20)
        assert "55×20 is small" in words(pilot)
        await pilot.resize_terminal(60, 20)
        assert "is small" not in words(pilot)
        await pilot.resize_terminal(59, 20)
        for shows in ("1 Again", "4 Easy", "q Leave"):
            assert shows in shown(pilot)
        assert not pilot.app._notifications
    async with running(make_app(tmp_path), (60, 20)) as pilot:
        assert "is small" not in shown(pilot)


@pytest.mark.slow
@pytest.mark.parametrize("start", ["decks", "review"])
async def test_the_way_out_and_the_list_of_keys_are_named_in_a_narrow_terminal(tmp_path: Path, start: Start) -> None:
    async with running(make_app(tmp_path, start=start), (60, 20)) as pilot:
        line = shown(pilot).splitlines()[-1]
        assert "? Keys" in line
        assert line.endswith("q Quit" if start == "decks" else "q Leave")


@pytest.mark.slow
async def test_the_collector_continues_once_the_first_card_is_painted(tmp_path: Path) -> None:
    gc.collect()  # what is garbage when the collector goes on is kept for good
    gc.disable()
    try:
        async with running(make_app(tmp_path)):
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize(
    "tell",
    [
        lambda app: app.on_lineage_traced(LineageTraced(Lineage([], []))),
        lambda app: app.on_keys_checked(KeysChecked([Problem("keys", "x", None, "is unknown", "Fix it")])),
        lambda app: app.on_retried(Retried(Unwritten(), asked=True)),
        lambda app: app.on_not_watched(NotWatched("there are too many")),
        lambda app: app.on_card_refused(CardRefused(Unwritten(), "the disk is full")),
    ],
    ids=["lineage", "keys", "retried", "watcher", "card"],
)
def test_what_threads_report_after_the_screens_are_gone_does_no_harm(
    tmp_path: Path, tell: Callable[[StudyApp], None]
) -> None:
    app = make_app(tmp_path)
    assert app.in_front is None
    tell(app)


OPENERS: dict[str, Callable[[StudyApp], object]] = {
    "decks": lambda app: app.push_screen(app.go.decks()),
    "review": lambda app: app.go.review(),
    "browse": lambda app: app.action_place("browse"),
    "notes": lambda app: app.action_place("notes"),
    "statistics": lambda app: app.action_place("stats"),
    "doctor": lambda app: app.go.doctor(()),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPENERS)
async def test_what_the_app_learns_while_a_screen_opens_that_screen_knows(tmp_path: Path, name: str) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        demos, library, before = catalog(), Library(app.workspace.vault), app.screen
        OPENERS[name](app)
        assert app.screen is not before  # it is in front, and has no widgets yet
        app.on_demos_read(DemosRead(demos))
        app.on_library_read(LibraryRead(library))
        app.on_picture_drawn(PictureDrawn())
        app.on_not_done(NotDone(app.standing, "there is nothing to undo"))
        app.on_vault_read(VaultRead(app.decks()))
        for screen in app.study_screens:
            screen.day_began()
        await pilot.pause()
        await until(pilot, lambda: "Capitals" in shown(pilot) if name == "review" else shown(pilot).strip())
