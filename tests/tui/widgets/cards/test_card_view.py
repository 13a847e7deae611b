"""The card view shows front and answer, fits its width, and says when there is more."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from studyapp.tui.render import Rendered
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.bare import BareApp
from tests.helpers.rendered import alone

LONG = "\n".join(f"line {number}" for number in range(50))


class OneCard(BareApp):
    def compose(self) -> ComposeResult:
        yield CardView()


def shown(app: BareApp, part: str) -> str:
    widget = app.query_one(f"#card-{part}", Static)
    return str(widget.content) if widget.display else ""


async def test_the_answer_joins_the_front() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front("**Question**?", render=alone)
        await pilot.pause()
        assert (shown(app, "front"), shown(app, "back")) == ("Question?", "")
        assert not card.answered
        card.show_answer("*Answer*.")
        await pilot.pause()
        assert (shown(app, "front"), shown(app, "back")) == ("Question?", "Answer.")
        assert "───" in app.screen._compositor.render_strips()[3].text
        assert card.answered


async def test_a_front_is_rendered_once_until_its_embeds_are_known() -> None:
    rendered: list[str] = []

    def render(markdown: str, **given: Any) -> Rendered:
        rendered.append(markdown)
        return alone(markdown, **given)

    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front("front", render=render)
        card.show_answer("back")
        await pilot.pause()
        assert rendered == ["front", "back"]
        card.draw_again()
        assert rendered == ["front", "back", "front", "back"]


async def test_a_filled_cloze_takes_the_place_of_its_front() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front("the [...] is", spans=[(4, 9, "cloze-asked")], render=alone)
        card.show_answer("the cloze is", spans=[(4, 9, "cloze-answer")], replace=True)
        await pilot.pause()
        assert (shown(app, "front"), shown(app, "back")) == ("the cloze is", "")


async def test_no_two_footnotes_of_front_and_answer_are_called_the_same() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front("front ^[one]", footnotes=["1"], render=alone)
        await pilot.pause()
        assert shown(app, "front").startswith("front [2]")
        card.show_answer("back ^[two] [^1]\n\n[^1] three")
        await pilot.pause()
        assert shown(app, "front").startswith("front [2]")
        assert shown(app, "back").startswith("back [3] [1]")
        assert shown(app, "back").endswith("[3] two")


async def test_a_new_front_hides_the_last_answer() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front("one", render=alone)
        card.show_answer(LONG)
        card.show_front("two", render=alone)
        await pilot.pause()
        assert (shown(app, "front"), shown(app, "back"), card.answered) == ("two", "", False)
        card.clear()
        await pilot.pause()
        assert shown(app, "front") == ""


@pytest.mark.slow
async def test_a_long_card_scrolls_with_keys_and_says_how_much_is_left() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front(LONG, render=alone)
        await pilot.pause()
        scroll = app.query_one("#card-scroll")
        scroll.focus()
        left = int(scroll.max_scroll_y)
        assert shown(app, "more") == f"↓ {left} more lines"
        scroll.scroll_to(y=10, animate=False)
        await pilot.pause()
        assert shown(app, "more") == f"↓ {left - 10} more lines"
        await pilot.press("G")
        await pilot.wait_for_animation()
        await pilot.pause()
        assert "end" in shown(app, "more")
        await pilot.press("g")
        await pilot.wait_for_animation()
        assert scroll.scroll_y == 0


async def test_the_start_of_a_long_answer_is_in_view() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front(LONG, render=alone)
        await pilot.pause()
        card.show_answer("\n".join(["ANSWER"] * 40))
        await pilot.pause()
        await pilot.pause()
        answer, scroll = app.query_one("#card-back"), app.query_one("#card-scroll")
        assert scroll.region.y <= answer.region.y <= scroll.region.y + 2


async def test_a_short_answer_is_shown_whole_with_the_end_of_the_front() -> None:
    app = OneCard()
    async with app.run_test(size=(60, 20)) as pilot:
        card = app.query_one(CardView)
        card.show_front(LONG, render=alone)
        await pilot.pause()
        card.show_answer("ANSWER")
        await pilot.pause()
        await pilot.pause()
        back, scroll = app.query_one("#card-back"), app.query_one("#card-scroll")
        assert scroll.region.contains_region(back.region)
        assert back.region.y > scroll.region.y + 5


async def test_a_change_of_width_lays_the_card_out_again() -> None:
    app = OneCard()
    async with app.run_test(size=(100, 20)) as pilot:
        app.query_one(CardView).show_front("word " * 30, render=alone)
        await pilot.pause()
        wide = shown(app, "front")
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        narrow = shown(app, "front")
        assert max(map(len, narrow.split("\n"))) <= 36 < max(map(len, wide.split("\n")))


class AtOnce(BareApp):
    """Shows a card as soon as it is there, as a review does, and keeps what each frame said below it."""

    CSS = "CardView { max-width: 75; }"

    def __init__(self, *, alone: bool) -> None:
        super().__init__()
        self.card = CardView(alone=alone)
        self.widths: list[int] = []
        self.before_the_first_frame: list[int] = []
        self.said: set[str] = set()

    def compose(self) -> ComposeResult:
        yield self.card

    def on_mount(self) -> None:
        more = self.query_one("#card-more", Static)
        update = more.update

        def say(text: Content, *, layout: bool = True) -> None:
            self.said.add(str(text))
            update(text, layout=layout)

        vars(more)["update"] = say  # to see each text, even one that is gone at once
        self.card.show_front("a front", render=self.render_front)
        self.before_the_first_frame = list(self.widths)

    def render_front(self, markdown: str, *, width: int, **how: Any) -> Rendered:
        self.widths.append(width)
        return alone(markdown, width=width, **how)


@pytest.mark.parametrize("columns", [70, 80])
async def test_a_card_that_stands_alone_is_laid_out_once_and_in_the_first_frame(columns: int) -> None:
    app = AtOnce(alone=True)
    async with app.run_test(size=(columns, 20)) as pilot:
        await pilot.pause()
        assert app.before_the_first_frame == app.widths == [min(columns, 75) - 4]
        assert app.widths == [app.card._text_width()]
        assert shown(app, "front") == "a front"


async def test_no_frame_says_that_a_short_card_continues_below() -> None:
    app = AtOnce(alone=True)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert app.said <= {""}


async def test_a_card_with_something_beside_it_waits_for_its_width() -> None:
    app = AtOnce(alone=False)
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        assert app.before_the_first_frame == []
        assert app.widths == [71]
