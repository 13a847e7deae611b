"""Nothing is cut off or squeezed away, and every key shown works, on small screens and large ones."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from studyapp.core.errors import Problem, Severity
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.apps import app_of, make_app, press, review_of, running, shown, until
from tests.helpers.tiers import tiered

SIZES = [(40, 12), (60, 20), (80, 24), (120, 40), (160, 50)]
WHOLE = "---\ntags: [review]\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n\nwords of a whole note\n"
NOTES = {
    "Note.md": "#flashcards/deck\n\nfront::back\n<!--SR:!2024-06-10,4,250-->\n\nother::back\n\n![[nowhere.png]]\n",
    "Whole.md": WHOLE,
    "Bad.md": "#flashcards\n\nx::y\n<!--SR:oops-->\n",
}


def pieces(pilot: Pilot[None]) -> list[tuple[str, str]]:
    """What is on the screen, with its styles."""
    return [(part.text, str(part.style)) for strip in pilot.app.screen._compositor.render_strips() for part in strip]


def looks(pilot: Pilot[None]) -> object:
    """What is on the screen, how many screens there are, and where the keys go."""
    return pieces(pilot), len(pilot.app.screen_stack), pilot.app.focused


@tiered("size, theme", [*zip(SIZES, cycle(themes.NAMES), strict=False)])
async def test_decks_stay_in_sight_whatever_else_is_announced(
    tmp_path: Path, size: tuple[int, int], theme: str
) -> None:
    app = make_app(tmp_path, NOTES, start="decks", settings={"theme": theme})
    async with running(app, size) as pilot:
        screen = app.screen
        assert isinstance(screen, DecksScreen)
        await until(pilot, lambda: app.whole_notes is not None and screen.query("OutlookView"))
        app.problems = [Problem("x", "x", None, "x", "x", Severity.NOTE)]
        app.explain_inferred = True
        screen.say("There is much to be said here, and more than a line of it, as it comes out. " * 3)
        await until(pilot, lambda: "    deck" in shown(pilot))
        assert shown(pilot).splitlines()[-1].endswith("q Quit")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_the_reader_shows_the_last_column_at_once(tmp_path: Path, size: tuple[int, int]) -> None:
    lines = "".join(f"{'x' * 300}\n\n" for _ in range(30))
    async with running(make_app(tmp_path, {"Note.md": lines}, start="decks"), size) as pilot:
        await press(pilot, "n", "enter")
        await until(pilot, lambda: "xxx" in shown(pilot))
        view = pilot.app.screen.query_one(NoteView)
        await until(pilot, lambda: view._next >= len(view._passages))
        assert view.show_vertical_scrollbar
        widest = max(sum(len(part.text) for part in strip) for strip in view._strips.values())
        assert widest <= view.scrollable_content_region.width
        laid = max(len("".join(piece[0] for piece in line)) for line in view._laid.lines if line)
        assert laid + view.margin <= view.scrollable_content_region.width


@pytest.mark.slow
async def test_the_line_that_counts_what_is_below_follows_the_height(tmp_path: Path) -> None:
    text = "#flashcards\n\nfront\n?\n" + "".join(f"- line {number}\n" for number in range(12))
    async with running(make_app(tmp_path, {"Note.md": text}), (80, 16)) as pilot:
        await press(pilot, "space")
        card = pilot.app.screen.query_one(CardView)
        await until(pilot, lambda: "more line" in shown(pilot))
        scroll = card.query_one("#card-scroll")

        def right() -> bool:
            below = round(scroll.max_scroll_y - scroll.scroll_y)
            return (f"↓ {below} more" in shown(pilot)) if below else ("↓" not in shown(pilot))

        for height in (30, 16, 19, 17):
            await pilot.resize_terminal(80, height)
            await until(pilot, right)
        review_of(app_of(pilot)).say("A notice takes a line away.")
        await until(pilot, right)


def extent(pilot: Pilot[None]) -> tuple[int, int]:
    """The columns and rows that the screen behind any dialog takes."""
    strips = next(
        screen for screen in reversed(pilot.app.screen_stack) if not screen.is_modal
    )._compositor.render_strips()
    return max(strip.cell_length for strip in strips), len(strips)


SCREENS = {
    "decks": [],
    "review": ["enter"],
    "answer": ["enter", "space"],
    "notes": ["n"],
    "reader": ["n", "down", "enter"],
    "browse": ["b", "escape"],
    "statistics": ["s"],
    "whole notes": ["c", "up", "enter"],
    "doctor": ["f"],
    "gallery": ["d"],
    "demo": ["d", "enter"],
    "comparison": ["d", "v"],
}
OUTSIDE = {"app.quit", "quit", "edit", "obsidian", "outside"}
"""Actions that leave the app."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notes", "size"),
    [(NOTES, (160, 50)), ({"Empty.md": "words\n"}, (80, 24))],
    ids=["large", "empty"],
)
@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_every_key_that_is_named_does_something(
    tmp_path: Path, keys: list[str], notes: dict[str, str], size: tuple[int, int]
) -> None:
    async def at_the_screen(app: StudyApp, pilot: Pilot[None]) -> None:
        for key in keys:
            await press(pilot, key)
            await until(pilot, lambda: not app.reading and not getattr(app.screen, "examining", False))
        await until(pilot, lambda: not getattr(app.screen, "has_side", False) or app.screen.query("SidePanel"))
        await pilot.pause(0.05)

    async def does_something(app: StudyApp, binding: Binding) -> None:
        async with running(app, size) as pilot:
            await at_the_screen(app, pilot)
            before = looks(pilot)
            await pilot.press(binding.key)
            try:
                await until(pilot, lambda: app._exit or looks(pilot) != before)
            except AssertionError as error:
                error.add_note(f"{binding.description} does nothing")
                raise

    app = make_app(tmp_path / "first", notes, start="decks")
    async with running(app, size) as pilot:
        await at_the_screen(app, pilot)
        named = [one.binding for one in app.screen.active_bindings.values() if one.binding.show and one.enabled]
    for number, binding in enumerate(named):
        if binding.action.partition("(")[0] not in OUTSIDE:
            await does_something(make_app(tmp_path / str(number), notes, start="decks"), binding)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["decks", "answer", "end", "browse", "statistics", "commands", "doctor"])
async def test_a_resize_at_any_moment_leaves_a_whole_screen(tmp_path: Path, name: str) -> None:
    states = SCREENS | {"end": ["enter", *["space", "4"] * 6], "commands": ["ctrl+p"]}
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app, (80, 24)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        for key in states[name]:
            await press(pilot, key)
            await until(pilot, lambda: not app.reading and not getattr(app.screen, "examining", False))
        await app.workers.wait_for_complete()
        await pilot.pause(0.2)
        before = shown(pilot)
        for size in ((200, 60), (20, 6), (120, 40), (40, 12), (1, 1), (160, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size: extent(pilot) == size, size)
        await app.workers.wait_for_complete()
        await until(pilot, lambda: [*filter(None, shown(pilot).split())] == [*filter(None, before.split())])


@pytest.mark.slow
async def test_counts_move_together_before_the_name_of_a_deck_is_cut(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards/organisation\n\na::b\n\nc::d\n"}
    async with running(make_app(tmp_path, notes, start="decks"), (40, 12)) as pilot:
        assert "organisation" in shown(pilot)
        assert "due  new  total" in shown(pilot)
    async with running(make_app(tmp_path, notes, start="decks"), (80, 24)) as pilot:
        assert "due     new    total" in shown(pilot)


@pytest.mark.slow
async def test_the_first_numbers_of_the_statistics_are_not_cut(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, {"A.md": "#flashcards\n\na::b\n"}, start="decks"), (40, 20)) as pilot:
        await press(pilot, "s")
        await until(pilot, lambda: "0 due today" in shown(pilot))
        for word in ("1 card", "in 1 note", "0 young", "0 mature"):
            assert word in " ".join(shown(pilot).split())
