"""Cards that are put away or marked: buried, suspended, flagged; undone and redone, also in a later run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.core.log.history import History
from studyapp.core.log.marks import CardState
from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.tui.app.app import StudyApp
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    shown,
    words,
)
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, handles_of

OLD = TWO_CARDS["Notes.md"].encode()
SIBLINGS = {"Both.md": "#flashcards\n\nLima:::Peru\n<!--SR:!2024-06-10,4,250!2024-06-11,4,250-->\n\nItaly::Rome\n"}


def states(app: StudyApp) -> dict[str, CardState]:
    """What is known of each card, by its side and front."""
    with app.writer.quiet() as journal:
        known = History(journal).states()
    return {handle.card.front: known.of(handle.id) for handle in handles_of(app.workspace.vault)}


@pytest.mark.slow
async def test_bury_puts_a_card_and_its_siblings_away_until_tomorrow(tmp_path: Path) -> None:
    app = make_app(tmp_path, SIBLINGS)
    before = SIBLINGS["Both.md"].encode()
    async with running(app) as pilot:
        await press(pilot, "b")
        assert "Italy" in shown(pilot)
        assert "Buried until tomorrow, with its siblings." in words(pilot)
        assert "0 due  1 new" in shown(pilot)
        assert note(tmp_path, "Both.md") == before
    async with running(make_app(tmp_path, {})) as pilot:
        assert "0 due  1 new" in shown(pilot)
    async with running(make_app(tmp_path, {}, clock=lambda: NOW + timedelta(days=1))) as pilot:
        assert "2 due  1 new" in shown(pilot)


@pytest.mark.slow
async def test_a_burial_is_undone_and_done_again_across_runs(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, SIBLINGS)) as pilot:
        await press(pilot, "b", "u")
        assert "Undid burying 2 cards." in shown(pilot)
        assert "Lima" in shown(pilot)
        assert "2 due  1 new" in shown(pilot)
        await press(pilot, "ctrl+r")
        assert "Redid burying 2 cards." in shown(pilot)
        assert "0 due  1 new" in shown(pilot)
    async with running(make_app(tmp_path, {})) as pilot:
        await press(pilot, "u")
        assert "Lima" in shown(pilot)


async def test_suspend_puts_a_card_away_for_good(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "z")
        assert "Italy" in shown(pilot)
        assert "Suspended: no review shows it until it is resumed. u undoes that." in shown(pilot)
        assert states(app)["France"] == CardState(suspended=True)
        assert note(tmp_path) == OLD
    async with running(make_app(tmp_path, {}, clock=lambda: NOW + timedelta(days=400))) as pilot:
        assert "1 due" in shown(pilot)
        await press(pilot, "u")
        assert "France" in shown(pilot)


@pytest.mark.slow
async def test_a_card_that_is_suspended_is_resumed_in_a_cram(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "z")
    app = make_app(tmp_path, {})
    app._custom = CustomStudy(Mode.CRAM, words="france")
    async with running(app) as pilot:
        await press(pilot, "i")
        assert "suspended" in shown(pilot)
        await press(pilot, "escape", "z")
        assert "Resumed: reviews show it again." in shown(pilot)
        assert states(app)["France"] == CardState()
    async with running(make_app(tmp_path, {})) as pilot:
        assert "2 due" in shown(pilot)


async def test_a_flag_is_set_and_taken_away_and_the_card_stays(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "asterisk")
        assert "Flagged." in shown(pilot)
        assert "France" in shown(pilot)
        assert states(app)["France"].flagged
        await press(pilot, "asterisk")
        assert "Flag removed." in shown(pilot)
        assert not states(app)["France"].flagged
        await press(pilot, "u")
        assert "Undid removing the flag." in shown(pilot)
        assert states(app)["France"].flagged
        await press(pilot, "space", "3", "u")
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_the_head_line_says_that_a_card_is_flagged_as_long_as_it_is(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        assert "⚑" not in shown(pilot)
        await press(pilot, "asterisk")
        assert "⚑ flagged" in shown(pilot)
        await press(pilot, "u")
        assert "⚑" not in shown(pilot)
        await press(pilot, "ctrl+r")
        assert "⚑ flagged" in shown(pilot)
        await press(pilot, "s")
        assert "⚑" not in shown(pilot)
    async with running(make_app(tmp_path, {})) as pilot:
        assert "⚑ flagged" in shown(pilot)
        await press(pilot, "asterisk")
        assert "⚑" not in shown(pilot)


@pytest.mark.slow
async def test_the_head_line_says_that_z_resumes_a_suspended_card(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "z")
    app = make_app(tmp_path, {})
    app._custom = CustomStudy(Mode.CRAM, words="france")
    async with running(app) as pilot:
        assert "suspended  1 due" in shown(pilot)
        assert "z resumes it." in shown(pilot)
        await press(pilot, "z")
        assert "suspended" not in shown(pilot)


@tiered("action, words_", [("mark", "Consider rewriting it"), ("suspend", "so it is suspended. u undoes")])
async def test_a_card_that_has_just_become_a_leech_is_called_one(tmp_path: Path, action: str, words_: str) -> None:
    days = iter(range(10_000))
    app = make_app(
        tmp_path,
        {"A.md": "#flashcards\n\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n"},
        settings={"leech_lapses": "2", "leech_action": action},
        clock=lambda: NOW + timedelta(seconds=next(days)),
    )
    async with running(app) as pilot:
        await press(pilot, "space", "1")
        assert "eech" not in shown(pilot)
        await press(pilot, "space", "1")
        assert "A leech: this card was forgotten 2 times" in shown(pilot)
        assert words_ in shown(pilot)
        await press(pilot, "u")
        assert not states(app)["France"].leech
        assert "suspended" not in shown(pilot)
