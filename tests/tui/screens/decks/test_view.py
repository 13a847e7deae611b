"""What is beside and below the decks, where there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.schedule.entries import Grade
from studyapp.study.review.today import begin
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.vault.doctor import DoctorScreen
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.decks.offers import Offers
from studyapp.tui.widgets.parts.side_panel import SidePanel
from tests.helpers.apps import TWO_CARDS, make_app, press, review_of, running, shown, until, words
from tests.helpers.vaults import make_vault, workspace

MIDDLE, LARGE = (120, 40), (200, 60)
NOTES: dict[str, str | bytes] = {
    "Geo.md": "#flashcards/geo\n\n# Capitals\n\nFrance::Paris\n<!--SR:!2024-06-10,30,250-->\n",
    "Music.md": "#flashcards/music\n\nWho wrote the Art of Fugue?::Bach\n",
    "Bad.md": "#flashcards/bad\n\nx::y\n<!--SR:oops-->\n",
}


def studied(tmp_path: Path) -> None:
    """A card that was learned is forgotten today."""
    make_vault(tmp_path / "vault", NOTES)
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    opened.store.save(begin(opened, "flashcards/geo").grade(Grade.AGAIN))


async def test_the_next_card_of_the_deck_under_the_cursor_is_beside_the_decks(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app, MIDDLE) as pilot:
        await until(pilot, lambda: "Geo › Capitals" in shown(pilot) and "France" in shown(pilot))
        assert "interval 30d · no reviews here yet" in shown(pilot), "no review log knows of it"
        assert "Paris" not in shown(pilot)
        app.screen.query_one(DeckTree).select("flashcards/music")
        await until(pilot, lambda: "Who wrote the Art of Fugue?" in shown(pilot))
        assert "new, never seen" in shown(pilot)


async def test_a_review_begins_with_the_card_that_was_shown_as_the_next_one(tmp_path: Path) -> None:
    cards = "\n\n".join(f"question {number}::answer" for number in range(30))
    order = {"flashcard_card_order": "DueFirstRandom"}
    app = make_app(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"}, start="decks", settings=order)
    async with running(app, MIDDLE) as pilot:
        screen = app.screen
        assert isinstance(screen, DecksScreen)
        await until(pilot, lambda: screen.next is not None)
        assert screen.next is not None
        following = screen.next.id
        await press(pilot, "enter")
        session = review_of(app).session
        assert session is not None
        assert session.current is not None
        assert session.current.id == following


@pytest.mark.slow
async def test_where_nothing_is_left_it_says_so(tmp_path: Path) -> None:
    async with running(
        make_app(tmp_path, {"A.md": "#flashcards\n\na::b\n<!--SR:!2034-06-10,30,250-->\n"}, start="decks"), MIDDLE
    ) as pilot:
        await until(pilot, lambda: "Nothing left here for today." in shown(pilot))


@pytest.mark.slow
async def test_a_large_screen_shows_past_reviews_hard_cards_problems_and_a_demo(tmp_path: Path) -> None:
    studied(tmp_path)
    app = make_app(tmp_path, {}, start="decks")
    async with running(app, LARGE) as pilot:
        await until(pilot, lambda: "Hardest cards" in shown(pilot) and "A demo" in shown(pilot))
        await until(pilot, lambda: "1 in 30 days" in shown(pilot))
        text = words(pilot)
        assert "1× France 1" in text
        assert "today 1 ━" in text
        assert "Problems so far" in text
        assert "1 Schedules that can't be understood Bad.md" in text, shown(pilot)
        assert "LoRA" in text
        assert not app.screen.query_one(Offers).display, "all that they say is there"


@pytest.mark.slow
async def test_what_is_beside_the_decks_can_be_clicked_on(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app, LARGE) as pilot:
        await until(pilot, lambda: "Check all notes" in shown(pilot))
        await pilot.click("#decks-back", offset=(8, 4))
        await until(pilot, lambda: isinstance(app.screen, DoctorScreen))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (99, 40), (120, 29)])
async def test_without_room_nothing_is_looked_up(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(DecksScreen, "_find_next", lambda *_: asked.append(1))
    monkeypatch.setattr(DecksScreen, "_look_back", lambda *_: asked.append(2))
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app, size) as pilot:
        await until(pilot, lambda: app.screen.query("OutlookView"))
        await press(pilot, "j", "k")
        assert not app.screen.query(SidePanel)
        assert not asked
        await pilot.resize_terminal(*LARGE)
        await until(pilot, lambda: 1 in asked and 2 in asked)


@pytest.mark.slow
async def test_decks_get_the_lines_back_that_the_hardest_cards_had_on_a_large_screen(tmp_path: Path) -> None:
    studied(tmp_path)
    more = {f"{name}.md": f"#flashcards/{name}\n\na::b\n" for name in ("art", "law", "physics", "zoology")}
    async with running(make_app(tmp_path, more, start="decks"), LARGE) as pilot:
        await until(pilot, lambda: "Hardest cards" in shown(pilot) and "A demo" in shown(pilot))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Hardest cards" not in shown(pilot))
        assert "zoology" in shown(pilot)


@pytest.mark.slow
async def test_a_resize_hides_what_has_no_room_any_more(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), LARGE) as pilot:
        await until(pilot, lambda: "A demo" in shown(pilot) and "Last reviews" in shown(pilot))
        await pilot.resize_terminal(*MIDDLE)
        await until(pilot, lambda: "A demo" not in shown(pilot) and "Last reviews" not in shown(pilot))
        await until(pilot, lambda: "Next card" in shown(pilot))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Next card" not in shown(pilot))
        assert shown(pilot).splitlines()[-1].endswith("q Quit")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), MIDDLE, LARGE])
async def test_nothing_moves_when_more_is_known(tmp_path: Path, size: tuple[int, int]) -> None:
    studied(tmp_path)
    app = make_app(tmp_path, {}, start="decks")
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, DecksScreen)
        tree = screen.query_one(DeckTree)
        seen: set[object] = set()
        await until(pilot, lambda: tree.rows)
        for _ in range(40):
            await pilot.pause()
            seen.add((tree.region.x, tree.region.y, tree.region.width))
        await until(pilot, lambda: screen.outlook is not None)
        await pilot.pause()
        seen.add((tree.region.x, tree.region.y, tree.region.width))
        assert len(seen) == 1, seen
