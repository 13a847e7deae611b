"""The statistics on the screen: which deck, which range, which chart."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.charts.cells import plain
from studyapp.core.schedule.entries import Grade
from studyapp.study.review.today import begin
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.stats import Chart, StatsScreen
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.stats.headline import Headline
from tests.helpers.apps import (
    make_app,
    press,
    running,
    shown,
    until,
    words,
)
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace

NOTES: dict[str, str | bytes] = {
    "A.md": "#flashcards/a\n\n[bold]France::Paris\n<!--SR:!2024-06-10,30,250-->\n\n"
    "Italy::Rome\n<!--SR:!2024-06-12,4,250-->\n",
    "B.md": "#flashcards/b\n\nBach::Fugue\n",
}
SIZES = [(60, 20), (80, 24), (160, 50)]


def studied(tmp_path: Path) -> None:
    """Grades of today, by this device, in the log."""
    make_vault(tmp_path / "vault", NOTES)
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    session = begin(opened, "flashcards/a")
    for grade in (Grade.AGAIN, Grade.GOOD):
        opened.store.save(session.grade(grade))


async def counted(pilot: Pilot[None]) -> StatsScreen:
    await until(pilot, lambda: isinstance(pilot.app.screen, StatsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, StatsScreen)
    await until(pilot, lambda: screen._counted is not None and screen._counted.range_ == screen.range_)
    await until(pilot, lambda: screen._counted is not None and screen._counted.found.deck == screen.deck)
    await pilot.pause()
    return screen


@tiered("size", SIZES)
async def test_charts_show_what_was_reviewed(tmp_path: Path, size: tuple[int, int]) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks"), size) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        assert "Stat" in shown(pilot)
        assert "2 on 1 of 30 days" in shown(pilot)
        for _ in range(2 if size[0] >= 100 else 1):  # a wide page has the calendar in between
            await press(pilot, "tab")
        await until(pilot, lambda: "Reviews a day ━" in shown(pilot))
        wide = "   ".join(f"■ {name}" for name in ("Again 50 %", "Hard 0 %", "Good 50 %", "Easy 0 %"))
        await until(pilot, lambda: "■ Again 1 (50 %)" in shown(pilot) or wide in shown(pilot))


@pytest.mark.slow
async def test_keys_change_the_range_and_its_name_is_shown(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        await press(pilot, "l")
        assert "90 days" in shown(pilot)
        await counted(pilot)
        assert "2 on 1 of 90 days" in shown(pilot)
        await press(pilot, "left", "h", "h")
        assert screen.range_ == "week"
        await press(pilot, "l", "l", "l", "l", "l")
        assert screen.range_ == "all"


@pytest.mark.slow
async def test_the_deck_is_the_one_under_the_cursor_and_can_be_chosen(tmp_path: Path) -> None:
    studied(tmp_path)
    app = make_app(tmp_path, {}, start="decks")
    async with running(app) as pilot:
        app.screen.query_one(DeckTree).select("flashcards/b")
        await press(pilot, "s")
        await counted(pilot)
        assert "1 card ━" in shown(pilot)
        assert "in 1 note" in shown(pilot)
        await press(pilot, "slash", "/", "a", "enter")
        await counted(pilot)
        assert "  a  ‹ 30 days ›" in shown(pilot)
        assert "2 cards ━" in shown(pilot)
        await press(pilot, "q")
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
async def test_every_chart_is_reached_and_the_first_follows_the_last(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        titles = [chart.section.title for chart in screen._charts]
        for title in [*titles[1:], titles[0]]:
            await press(pilot, "tab")
            await until(pilot, lambda title: f"{title} ━" in shown(pilot), title)
        await press(pilot, "shift+tab")
        await until(pilot, lambda: f"{titles[-1]} ━" in shown(pilot))
        assert "[bold]France" in shown(pilot), "the hardest card, as it stands in its note"


@pytest.mark.slow
async def test_they_scroll(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        body = screen.query_one("#stats-body")
        for key, place in (
            ("j", 1),
            ("k", 0),
            ("pagedown", body.size.height - 2),
            ("g", 0),
            ("G", body.max_scroll_y),
        ):
            await press(pilot, key)
            await until(pilot, lambda place: body.scroll_y == place, place)


@pytest.mark.slow
async def test_a_streak_that_is_the_longest_says_so(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES)
    for days in (1, 0):
        opened = workspace(tmp_path / "vault", tmp_path / "home", NOW - timedelta(days))
        opened.store.save(begin(opened, None).grade(Grade.GOOD))
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        assert "2 day streak" in words(pilot)
        assert "your longest" in words(pilot)


@pytest.mark.slow
async def test_past_reviews_leave_room_for_a_chart_beside_the_year(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks"), (160, 50)) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        assert any("Last year ─" in line and "True retention ─" in line for line in shown(pilot).splitlines())
        await pilot.resize_terminal(158, 50)
        await until(pilot, lambda: "Reviews a day ─" in shown(pilot))
        await until(
            pilot,
            lambda: any(
                line.strip().startswith("Last year") and "True" not in line for line in shown(pilot).splitlines()
            ),
        )


@pytest.mark.slow
async def test_the_numbers_that_matter_most_come_first(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        text = words(pilot)
        assert "1 due today 50 % remembered 1 day record 0.1 reviews a day" in text
        assert "0 young, 100 mature" in text or "young" in text
        assert "■ 1 new" in text


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_no_number_of_the_head_is_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks"), size) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        head = screen.query_one(Headline)
        assert "…" not in head.render().plain or size[0] < 80


@pytest.mark.slow
async def test_without_colour_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        await press(pilot, "tab")
        await until(pilot, lambda: "░ Again" in shown(pilot) and "█ Good" in shown(pilot))


@pytest.mark.slow
async def test_a_vault_without_reviews_says_so(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        assert "No reviews in this range." in words(pilot)


@pytest.mark.slow
async def test_the_decks_show_streak_year_and_month_below_them(tmp_path: Path) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        await until(pilot, lambda: "1-day streak" in shown(pilot) and "Next days" in shown(pilot))
        assert "Mon " in shown(pilot)
        await pilot.resize_terminal(80, 14)
        await until(pilot, lambda: "Last year" not in shown(pilot))
        assert "flashcards" in shown(pilot)
        assert shown(pilot).splitlines()[-1].endswith("q Quit")
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: "Next 30 days" in shown(pilot))


@pytest.mark.slow
async def test_many_decks_keep_most_of_the_room(tmp_path: Path) -> None:
    notes = {f"{number}.md": f"#flashcards/d{number:02d}\n\na::b\n" for number in range(40)}
    app = make_app(tmp_path, notes, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: "begins today" in shown(pilot))
        await pilot.pause()
        assert app.screen.query_one(DeckTree).size.height >= 11
        assert shown(pilot).splitlines()[-1].endswith("q Quit")


@pytest.mark.slow
async def test_the_streak_counts_a_review_of_this_run(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES)
    async with running(make_app(tmp_path, {}, start="decks", clock=lambda: NOW)) as pilot:
        await until(pilot, lambda: "begins today" in shown(pilot))
        await press(pilot, "enter", "space", "3", "q")
        await until(pilot, lambda: "1-day streak" in shown(pilot))


@pytest.mark.slow
@pytest.mark.parametrize(("size", "rows"), [((80, 24), 7), ((160, 50), 14)])
async def test_charts_are_low_where_there_are_few_rows(tmp_path: Path, size: tuple[int, int], rows: int) -> None:
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks"), size) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        (reviews,) = (chart.section for chart in screen._charts if chart.section.name == "reviews")
        axis = next(number for number, row in enumerate(reviews.rows) if "▔" in "".join(cell.text for cell in row))
        assert axis + 2 == rows  # the days stand below it
        await pilot.resize_terminal(size[0], 50)
        await until(pilot, lambda: screen._laid_out[-1] == 14)


@pytest.mark.slow
async def test_the_hardest_cards_are_named_with_formulas_as_text_and_cut_with_a_sign(tmp_path: Path) -> None:
    front = "Why does $W_0 + BA$ need no more time when the model answers"
    make_vault(tmp_path / "vault", {"A.md": f"#flashcards\n\n{front}::x\n<!--SR:!2024-06-10,30,250-->\n"})
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    opened.store.save(begin(opened, None).grade(Grade.AGAIN))
    async with running(make_app(tmp_path, {}, start="decks"), (60, 20)) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        await press(pilot, "G")
        (row,) = (line.rstrip(" ▁▂▃▄▅▆▇█") for line in shown(pilot).splitlines() if "Why does" in line)
        assert "W₀ + BA" in row
        assert row.endswith("…")


async def test_p_saves_the_page_as_a_picture_however_small_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    studied(tmp_path)
    async with running(make_app(tmp_path, {}, start="decks"), (60, 20)) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        for name in ("s.svg", "s.png"):
            await press(pilot, "p")
            assert "statistics-2024-06-15.svg" in words(pilot)
            await press(pilot, *name, "enter")  # in place of the name that is offered
            assert "Saved" in words(pilot)
    saved = (tmp_path / "here/s.svg").read_bytes()
    assert b">Reviews a day<" in saved
    assert b">Hardest cards<" in saved, "also what is out of sight"
    assert (tmp_path / "here/s.png").read_bytes().startswith(b"\x89PNG")


async def test_a_hard_card_is_named_as_far_as_there_is_room(tmp_path: Path) -> None:
    long = "Which of the matrices that stand beside a frozen one begins with nothing but zeros?"
    note = f"#flashcards/a\n\n{long}::B\n<!--SR:!2024-06-10,30,250-->\n"
    make_vault(tmp_path / "vault", {"A.md": note})
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    opened.store.save(begin(opened, None).grade(Grade.AGAIN))
    async with running(make_app(tmp_path, {}, start="decks"), (200, 80)) as pilot:
        await press(pilot, "s")
        await counted(pilot)
        await until(pilot, lambda: "Hardest cards" in shown(pilot))
        assert f"{long[:52]}" in shown(pilot)


@tiered("size", [(120, 40), (60, 20)])
async def test_without_reviews_the_text_fits_its_column(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size) as pilot:
        await press(pilot, "s")
        screen = await counted(pilot)
        charts = [*screen.query(Chart)]
        assert charts
        assert not any(chart.children for chart in charts), "each widget takes its time to open"
        for chart in charts:
            assert all(len(plain(row)) <= chart.size.width for row in chart.section.rows), chart.section.name
