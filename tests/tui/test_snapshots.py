"""How the screens look: a picture of each, to be looked at when one changes (`pytest --snapshot-update`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.vault import first
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.apps import (
    make_app,
    press,
    until,
)
from tests.helpers.idle import idle
from tests.helpers.reviewed import reviewed
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, SEED, locations, make_vault

Compare = Callable[..., bool]

CARD = """\
---
tags: [flashcards/peft]
---
# Low-rank updates

## What is trained

Which matrices does **LoRA** train, and how many numbers are that for $W \\in \\mathbb{R}^{d \\times k}$?
??
> [!tip] Two thin ones
> $A \\in \\mathbb{R}^{r \\times k}$ and $B \\in \\mathbb{R}^{d \\times r}$, so `r * (d + k)` numbers.
- for $d = k = 1024$ and rank 8 that is **16,384** instead of 1,048,576
- the frozen weight stays as it is; see [[LoRA]]
<!--SR:!2024-06-10,4,250-->
"""


@pytest.fixture(autouse=True)
def _no_demos(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that offers a demo comes when the catalog has been read, which is not at the same moment each time."""
    monkeypatch.setattr(StudyApp, "_read_demos", lambda _: None)


async def at_rest(pilot: Pilot[None]) -> None:
    """Wait for what is looked up once a cursor rests, or a card has been in front for a moment; no cursor blinks."""
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await idle(moment=0.15)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, StudyApp)
        await until(pilot, lambda: app.vault_read and not app.reading)
        for key in keys:
            await press(pilot, key)
            await until(pilot, lambda: not app.reading and not getattr(app.screen, "examining", False))
        await at_rest(pilot)

    return run


NOTES: dict[str, str | bytes] = {
    "Seed.md": SEED.read_bytes(),
    "Low-rank updates.md": CARD,
    "Other.md": "#flashcards/x\n\na::b\n",
}
DAMAGED: dict[str, str | bytes] = {
    "Damaged.md": "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n<!--SR:!2024-06-20,9,270-->\n\nc::d\n\n"
    "<!--SR:!2024-06-11,4,250-->\n",
}
SIZES = [(80, 24), (120, 40), (200, 60)]
NAMES = ["80x24", "120x40", "200x60"]


@tiered("size", SIZES, ids=NAMES)
def test_decks(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after("j")(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, DecksScreen)
        await until(pilot, lambda: screen.outlook is not None)
        await until(pilot, lambda: screen.next is not None or size == SIZES[0])
        await until(pilot, lambda: screen._back is not None or size != SIZES[2])
        await at_rest(pilot)

    assert snap_compare(reviewed(make_app(tmp_path, NOTES, start="decks")), terminal_size=size, run_before=run)


@tiered("size", SIZES, ids=NAMES)
def test_an_answer(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft")
    assert snap_compare(app, terminal_size=size, run_before=after("space"))


@pytest.mark.slow
def test_the_light_theme(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft", settings={"theme": "light"})
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("space"))


@pytest.mark.slow
def test_the_plain_theme(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft", settings={"theme": "plain"})
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("space"))


@pytest.mark.slow
def test_the_keys(tmp_path: Path, snap_compare: Compare) -> None:
    assert snap_compare(make_app(tmp_path, NOTES), terminal_size=(80, 24), run_before=after("question_mark"))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_the_doctor(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    app = make_app(tmp_path, NOTES | DAMAGED, start="decks")
    assert snap_compare(app, terminal_size=size, run_before=after("f", "j", "space"))


@pytest.mark.slow
def test_the_difference_that_mending_makes(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES | DAMAGED, start="decks")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("f", "A", "F"))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_statistics(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after("s")(pilot)
        await until(pilot, lambda: bool(pilot.app.screen.query("Chart")))
        await pilot.press("tab")
        await pilot.pause()

    assert snap_compare(reviewed(make_app(tmp_path, NOTES, start="decks")), terminal_size=size, run_before=run)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("the-answer-typed", ("t", *"thin", "enter")),
        ("an-answer-being-typed", ("t", *"thin")),
        ("facts", ("i",)),
        ("reset-asked", ("r",)),
        ("deletion-asked", ("D",)),
    ],
)
def test_what_opens_over_a_card(tmp_path: Path, snap_compare: Compare, name: str, keys: tuple[str, ...]) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(*keys))


def test_the_end_of_a_review(tmp_path: Path, snap_compare: Compare) -> None:
    app = make_app(tmp_path, NOTES, deck="flashcards/peft")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after("space", "3", "space", "1"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("the-choice", ("c",)),
        ("days-ahead", ("c", "enter")),
        ("notes-to-cram", ("c", "down", "down", "down", "down", "enter")),
        ("a-cram", ("c", "down", "down", "down", "enter", "space")),
    ],
)
def test_custom_study(tmp_path: Path, snap_compare: Compare, name: str, keys: tuple[str, ...]) -> None:
    app = make_app(tmp_path, {"Other.md": "#flashcards/x\n\na::b\n"}, start="decks")
    assert snap_compare(app, terminal_size=(80, 24), run_before=after(*keys))


@pytest.mark.slow
def test_a_whole_note(tmp_path: Path, snap_compare: Compare) -> None:
    front = "---\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n"
    text = CARD.partition("---\n")[2].partition("---\n")[2]
    app = make_app(tmp_path, {"Ideas/Adapters.md": f"{front}#review\n\n{text}", "B.md": "#review\n"}, start="decks")

    async def run(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.whole_notes is not None)
        await after("c", "up", "enter")(pilot)
        await at_rest(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


@pytest.mark.slow
def test_the_list_of_whole_notes(tmp_path: Path, snap_compare: Compare) -> None:
    notes = {f"Ideas/{name}.md": "#review\n" for name in ("Adapters", "Prompts", "Routers")}
    app = make_app(tmp_path, notes, start="decks")

    async def run(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.whole_notes is not None)
        await after("c", "up", "enter")(pilot)
        await app.workers.wait_for_complete()
        await after("L")(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


@tiered("size", SIZES, ids=NAMES)
def test_a_note_in_the_reader(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after("n")(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, NotesScreen)
        await until(pilot, lambda: screen._note is not None)
        await at_rest(pilot)

    app = make_app(tmp_path, NOTES, deck="flashcards/peft")
    assert snap_compare(app, terminal_size=size, run_before=run)


@pytest.mark.slow
def test_the_query_language_explained(tmp_path: Path, snap_compare: Compare) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after("b", "f1")(pilot)
        await at_rest(pilot)

    app = make_app(tmp_path, {"Other.md": "#flashcards/x\n\na::b\n"}, start="decks")
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


@pytest.mark.slow
def test_a_vault_without_cards(tmp_path: Path, snap_compare: Compare) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after()(pilot)
        await at_rest(pilot)

    assert snap_compare(make_app(tmp_path, {}, start="decks"), terminal_size=(80, 24), run_before=run)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_browse(tmp_path: Path, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await after("b", "d", "i", "enter", "space")(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, BrowseScreen)
        await pilot.app.workers.wait_for_complete()
        await until(pilot, lambda: not screen._looking)
        await pilot.app.workers.wait_for_complete()
        view = screen.query_one(CardView)
        await until(pilot, lambda: view.answered or not view.display)
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(reviewed(make_app(tmp_path, NOTES, start="decks")), terminal_size=size, run_before=run)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=NAMES)
def test_the_first_page(
    tmp_path: Path, snap_compare: Compare, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first, "how_to_add_torch", lambda: None)
    places = locations(tmp_path / "home")
    make_vault(places.trial_vault, NOTES | {"Capitals.md": "#flashcards\n\nThe capital of Peru::Lima\n"})
    app = StudyApp(Workspace.open(places.trial_vault, places, lambda: NOW))
    assert snap_compare(app, terminal_size=size, run_before=after())
