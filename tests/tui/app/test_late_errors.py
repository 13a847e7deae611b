"""What comes too late for a screen changes nothing, and ends no app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Input

from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.review.view import ReviewView
from studyapp.tui.screens.stats import StatsScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from tests.helpers.apps import make_app, press, running, until
from tests.helpers.idle import PATIENCE
from tests.helpers.tiers import tiered

WIDE = (160, 50)


@pytest.mark.slow
async def test_facts_that_are_read_as_a_review_is_left_are_not_shown(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app, WIDE) as pilot:
        await press(pilot, "enter")
        review = app.screen
        assert isinstance(review, ReviewView)
        assert review.session is not None
        assert review.session.current is not None
        left = app.pop_screen()
        review.post_message(review.PastRead(review.session.current, []))
        await left
        await pilot.pause()
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
async def test_statistics_that_are_counted_as_they_are_left_are_not_drawn(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app, WIDE) as pilot:
        await press(pilot, "s")
        stats = app.screen
        assert isinstance(stats, StatsScreen)
        await until(pilot, lambda: stats._counted is not None)
        assert stats._counted is not None
        left = app.pop_screen()
        stats.post_message(stats._counted)
        await left
        await pilot.pause()
        assert isinstance(app.screen, DecksScreen)


def after_paint(review: ReviewView, late: Callable[[], None]) -> None:
    review.app.screen._invoke_later(late, review)


def after_a_while(review: ReviewView, late: Callable[[], None]) -> None:
    review.app.set_timer(0.001, late)


def on_a_thread(review: ReviewView, late: Callable[[], None]) -> None:
    review.app.run_worker(late, thread=True)


@pytest.mark.slow
@pytest.mark.parametrize("when", [after_paint, after_a_while, on_a_thread])
async def test_what_is_done_to_a_screen_that_was_left_does_not_end_the_app(
    tmp_path: Path, when: Callable[[ReviewView, Callable[[], None]], None]
) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter")
        review = app.screen
        assert isinstance(review, ReviewView)
        await app.pop_screen()
        tried: list[bool] = []

        def late() -> None:
            tried.append(True)
            review.head.show_time()

        when(review, late)
        await until(pilot, lambda: tried)
        await pilot.pause()
        await press(pilot, "enter")  # the app goes on
        assert isinstance(app.screen, ReviewView)


async def test_what_is_asked_for_as_the_app_ends_does_not_change_its_exit_code(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")

    async def leave(_pilot: object) -> None:
        app.screen.call_later(app.screen.query_one, "#not-there")
        app.exit()

    await app.run_async(headless=True, auto_pilot=leave)
    assert app.return_code == 0


async def ends_by_asking(app: StudyApp, what: Callable[[Screen[None]], DOMNode]) -> bool:
    """Whether the app ends as the decks look for something that is not there, in what is given for a left screen."""

    async def ask(_pilot: object) -> None:
        left: Screen[None] = Screen()
        await app.push_screen(left)
        await app.pop_screen()
        app.screen.call_later(what(left).query_one, "#not-there")
        await asyncio.wait_for(app._exception_event.wait(), PATIENCE)

    await app.run_async(headless=True, auto_pilot=ask)
    return isinstance(app._exception, NoMatches)


@pytest.mark.slow
async def test_an_error_on_a_screen_that_stays_ends_the_app(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    assert await ends_by_asking(app, lambda _: app.screen.query_one(KeyLine))


async def test_an_error_met_by_a_screen_that_stays_ends_the_app_though_it_is_about_one_that_was_left(
    tmp_path: Path,
) -> None:
    """Its messages would not be read any more."""
    app = make_app(tmp_path, start="decks")
    assert await ends_by_asking(app, lambda left: left)


@pytest.mark.slow
async def test_a_second_enter_leaves_only_the_dialog(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    given: list[str | None] = []
    async with running(app) as pilot:
        await press(pilot, "s")
        behind = app.screen
        dialog = PromptScreen("Name", "What is it called?", "this", lambda _: "")
        await app.push_screen(dialog, given.append)
        for _ in range(2):
            dialog.query_one(Input).post_message(Input.Submitted(dialog.query_one(Input), "that"))
        await pilot.pause()
        assert app.screen is behind
        assert given == ["that"]


@tiered("place", ["", "d", "comma"])
async def test_a_second_enter_on_a_list_opens_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """On the decks, the gallery and the settings; what the first one opens gets the second."""
    app = make_app(tmp_path, start="decks")
    opened: list[type[Screen[Any]]] = []
    push = App.push_screen

    def pushed(app: StudyApp, screen: Screen[Any], *given: Any, **named: Any) -> object:
        opened.append(type(screen))
        return push(app, screen, *given, **named)

    async with running(app, WIDE) as pilot:
        await press(pilot, *([place] if place else []))
        monkeypatch.setattr(App, "push_screen", pushed)
        for _ in range(2):
            app.post_message(Key("enter", "\r"))
        await until(pilot, lambda: opened)
        await pilot.pause()
        assert len(opened) == len({*opened})


async def test_screens_without_widgets_are_not_told_what_the_app_learns(tmp_path: Path) -> None:
    """Neither one that is being made nor one that is being removed."""
    app = make_app(tmp_path, {"a.md": "#flashcards\n\na::b\n"})
    async with running(app):
        (screen,) = app.study_screens
        screen._is_mounted = False
        assert app.study_screens == []
        screen._is_mounted = True
        screen._pruning = True
        assert app.study_screens == []
        screen._pruning = False
        assert app.study_screens == [screen]
