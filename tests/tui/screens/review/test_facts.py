from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.tui.widgets.parts.side_panel import SidePanel
from tests.helpers.apps import make_app, press, review_of, running, shown, until

WIDE = (160, 50)


async def test_what_is_known_of_a_card_is_beside_it_and_a_key_hides_it(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app, WIDE) as pilot:
        await until(pilot, lambda: "This card" in shown(pilot) and "In the note" in shown(pilot))
        await press(pilot, "i")
        await until(pilot, lambda: "This card" not in shown(pilot))
        await press(pilot, "i")
        await until(pilot, lambda: "This card" in shown(pilot))


async def test_the_questions_beside_a_card_give_no_answer_away(tmp_path: Path) -> None:
    notes = "France::Paris\n\nIn ==Oslo== it snows\n\nWho?\n?\nNobody\n"
    app = make_app(tmp_path, {"Notes.md": f"#flashcards\n\n{notes}"})
    async with running(app, WIDE) as pilot:
        for number, name in enumerate(("● France", "● In [...] it snows", "● Who?")):
            await press(pilot, *["space", "3"] * bool(number))
            await until(pilot, lambda name: name in shown(pilot), name)
            assert not [answer for answer in ("Paris", "Oslo", "Nobody") if answer in shown(pilot)]


@pytest.mark.slow
async def test_no_cloze_of_another_question_is_given_away_beside_a_card(tmp_path: Path) -> None:
    clozes = "In ==Oslo== it snows in ==May==\n\n==1;;Bern== lies in ==2;;Alps;;what==\n"
    async with running(make_app(tmp_path, {"Notes.md": f"#flashcards\n\nFrance::Paris\n\n{clozes}"}), WIDE) as pilot:
        await until(pilot, lambda: "○ In [...] it snows in [...]" in shown(pilot))
        assert "● France" in shown(pilot)
        assert not [answer for answer in ("Oslo", "May", "Bern", "Alps") if answer in shown(pilot)]


@pytest.mark.slow
async def test_it_is_hidden_where_there_is_no_room_and_comes_back_with_it(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app, WIDE) as pilot:
        await until(pilot, lambda: "This card" in shown(pilot))
        await pilot.resize_terminal(100, 50)
        await until(pilot, lambda: "This card" not in shown(pilot))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: "This card" in shown(pilot))


async def test_what_was_read_once_it_is_hidden_stays_hidden(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app, WIDE) as pilot:
        screen = review_of(app)
        await until(pilot, lambda: screen.session is not None)
        await press(pilot, "i")
        assert screen.session is not None
        assert screen.session.current is not None
        screen.post_message(screen.PastRead(screen.session.current, []))
        await pilot.pause()
        await pilot.pause()
        assert not any(panel.display for panel in screen.query(SidePanel))
