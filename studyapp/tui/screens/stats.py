"""Statistics: charts of the review log and of the cards, of a deck and over a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize

from studyapp.charts.cells import Section
from studyapp.charts.page import GAP, page_of
from studyapp.charts.sections import LOW, STACKED
from studyapp.core.errors import CardNotFoundError
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count, percent
from studyapp.core.vault.decks import Deck
from studyapp.core.visible import visible
from studyapp.study.exams.pace import Pace, paces
from studyapp.study.stats.estimate import in_minutes
from studyapp.study.stats.gather import gather, read_reviews
from studyapp.study.stats.reviews import Review
from studyapp.study.stats.statistics import Statistics
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render.front import shown_front
from studyapp.tui.screens.base import LEAVE, StudyScreen, to_places
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.save_picture import save_picture
from studyapp.tui.screens.scrolled import Scrolled, scroll_keys
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.decks.deck_tree import EVERYTHING
from studyapp.tui.widgets.drawings.chart import coloured, solid
from studyapp.tui.widgets.parts.act import acting
from studyapp.tui.widgets.parts.pane import Pane
from studyapp.tui.widgets.stats.headline import Figure, Headline
from studyapp.tui.widgets.stats.paper import WIDTH, statistics_picture
from studyapp.wording.cards import LISTED
from studyapp.wording.numbers import date_text
from studyapp.wording.widths import cut

RANGES: Final = {
    "week": "last 7 days",
    "month": "last 30 days",
    "quarter": "last 90 days",
    "year": "last year",
    "all": "all time",
}
_SHORT_DECK: Final = 10
"""Width of a deck's name where there is little room."""
_WIDEST: Final = 184
_FEW: Final = 30
"""Rows below which charts are low."""


class Chart(Pane):
    """A chart under its title."""

    DEFAULT_CSS = "Chart { margin-bottom: 1; }"

    def __init__(self, section: Section, *, colours: bool) -> None:
        super().__init__(section.title)
        self.section = section
        self.show(coloured(solid(section.rows) if colours else section.rows), value=coloured([section.value]))


class StatsScreen(Scrolled, StudyScreen):
    """Shows statistics; deck and range can be changed."""

    SCROLLED = "#stats-body"

    BINDINGS: ClassVar[list[BindingType]] = [
        *to_places("stats"),
        Binding(keys.PART, "next(1)", "Next chart", id="stats.next"),
        Binding(keys.PART_BEFORE, "next(-1)", "Previous chart", show=False, id="stats.previous"),
        Binding(keys.RIGHT, "range(1)", "Longer range", id="stats.longer"),
        Binding(keys.LEFT, "range(-1)", "Shorter range", id="stats.shorter"),
        Binding(keys.SEARCH, "deck", "Choose deck", id="stats.deck"),
        Binding(keys.PICTURE, "picture", "Picture", id="stats.save", tooltip="save the page as one"),
        *scroll_keys("stats"),
        LEAVE,
    ]

    DEFAULT_CSS = """
    StatsScreen {
        #stats-body { height: 1fr; margin-top: 1; scrollbar-gutter: stable; align-horizontal: center; }
        #stats-page { height: auto; }
        #stats-whole, #stats-columns { height: auto; }
        .stats-column { height: auto; width: 1fr; }
        #stats-right { margin-left: 4; }
    }
    """

    class Counted(FieldMessage):
        """The numbers of a deck and a range have been counted."""

        found: Statistics
        range_: str
        names: Mapping[str, str]
        """The fronts of the hardest cards."""
        exams: Sequence[Pace]

    def __init__(self, deck: str | None = None) -> None:
        super().__init__()
        self.deck = deck
        self.range_ = "month"
        self._reviews: list[Review] | None = None
        self._counted: StatsScreen.Counted | None = None
        self._charts: list[Chart] = []
        self._at = 0
        self._laid_out: tuple[int, int] = (0, 0)
        """The width of the page and the height of charts, as last drawn."""

    def compose(self) -> ComposeResult:
        yield PlacesBar("stats")
        with VerticalScroll(id="stats-body", classes="page", can_focus=False), Vertical(id="stats-page"):
            yield Headline()
            yield Vertical(id="stats-whole")
            with Horizontal(id="stats-columns"):
                yield Vertical(classes="stats-column", id="stats-left")
                yield Vertical(classes="stats-column", id="stats-right")
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        self._count()

    def cards_changed(self) -> None:
        """Count again."""
        self._reviews = None
        self._count()

    # Counting

    def _count(self) -> None:
        self._show_head()
        self.run_worker(partial(self._work, self.deck, self.range_), thread=True, exclusive=True, group="stats")

    def _work(self, deck: str | None, range_: str) -> None:
        workspace = self.study.workspace
        with self.study.writer.quiet():
            reviews = self._reviews or read_reviews(workspace)
            suspended, exams = workspace.states.suspended, [*paces(workspace)]
        self._reviews = reviews
        found = gather(workspace, reviews, deck, range_, suspended)
        names = {one.card: self._card_words(one.card) for one in found.hardest}
        self.post_message(self.Counted(found, range_, names, exams))

    def _card_words(self, card: str) -> str:
        vault = self.study.workspace.vault
        try:
            handle = vault.find(CardId.parse(card))
        except CardNotFoundError:
            return visible(f"{card} (deleted)", newlines=False)
        return shown_front(handle, LISTED)

    async def on_stats_screen_counted(self, message: Counted) -> None:
        """Draw, unless something else has been requested."""
        if (message.found.deck, message.range_) == (self.deck, self.range_):
            self._counted = message
            await self._draw()

    # Drawing

    def _show_head(self) -> None:
        deck = _named(self.deck)
        before, after = (
            acting(Content.styled(arrow, "bold $act"), f"screen.range({by})") if self._range_at(by) else ""
            for arrow, by in (("‹ ", -1), (" ›", 1))
        )
        long, short = (
            Content.assemble(acting(Content(where), "screen.deck"), "  ", before, (words, "$strong"), after)
            for where, words in (
                (deck, RANGES[self.range_]),
                (cut(deck.rpartition("/")[2], _SHORT_DECK), RANGES[self.range_].removeprefix("last ")),
            )
        )
        self.query_one(PlacesBar).show(long, short)

    def _layout(self) -> tuple[int, int]:
        """The width of the page, and the greatest height of a chart."""
        body = self.query_one("#stats-body")
        room = min(self.size.width - body.gutter.width - 1, _WIDEST)
        return room, LOW if self.size.height < _FEW else STACKED

    async def on_resize(self, _event: Resize) -> None:
        if self._counted is not None and self._layout() != self._laid_out:
            await self._draw()

    async def on_recoloured(self) -> None:
        await self._draw()

    async def _draw(self) -> None:
        if self._counted is None or not self.is_mounted:
            return
        found, names, exams = self._counted.found, self._counted.names, self._counted.exams
        room, high = self._laid_out = self._layout()
        colours = not self.app.no_color
        page = page_of(found, room, lambda card: names.get(card, ""), colours=colours, exams=exams, high=high)
        shown = {"whole": page.whole, "left": page.left, "right": page.right}
        charts = {name: [Chart(one, colours=colours) for one in sections] for name, sections in shown.items()}
        self._charts = [chart for part in charts.values() for chart in part]
        left, right = self.query_one("#stats-left"), self.query_one("#stats-right")
        left.styles.width = page.beside - GAP if page.beside else "1fr"
        right.display = bool(page.beside)
        self.query_one("#stats-page").styles.max_width = room
        self.query_one(Headline).show(self._figures(found))
        body = self.query_one("#stats-body")
        place = body.scroll_y
        with self.app.batch_update():
            for name, mine in charts.items():
                part = self.query_one(f"#stats-{name}")
                await part.remove_children()
                await part.mount_all(mine)
        self._at = min(self._at, len(self._charts) - 1)
        self._charts[self._at].light(on=True)
        self.call_after_refresh(body.scroll_to, y=place, animate=False)

    def _figures(self, found: Statistics) -> list[Figure]:
        due, kept, streak = found.forecast.today, found.retention, found.streak
        per = found.reviews / found.length
        study = f"{found.reviews / len(found.days):.1f} on study days" if found.days else "no study days"
        young, mature = (percent(share.share).removesuffix(" %") for share in (kept.young, kept.mature))
        remembered = percent(kept.all.share).removesuffix(" %")
        longest = streak.current == streak.longest > 1
        return [
            Figure(
                f"{due:,}", "due today", in_minutes(self.study.seconds_a_card * due), "$good" if due else "$quiet"
            ),
            Figure(
                remembered, "% remembered", f"{young} young, {mature} mature", "$good" if kept.all.total else "$quiet"
            ),
            Figure(
                f"{streak.longest:,}",
                "day streak" if longest else "day record",
                "your longest"
                if longest
                else f"{count(streak.current, 'day')} now"
                if streak.current
                else "none now",
            ),
            Figure(f"{per:.1f}".removesuffix(".0"), "reviews a day", study),
        ]

    # Keys

    def action_next(self, by: int) -> None:
        charts = self._charts
        if not charts:
            return
        charts[self._at].light(on=False)
        self._at = (self._at + by) % len(charts)
        charts[self._at].light(on=True)
        self.query_one("#stats-body").scroll_to_widget(charts[self._at], animate=False, top=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No range is offered beyond the shortest and the longest one."""
        if action == "range":
            (by,) = parameters
            return True if isinstance(by, int) and self._range_at(by) is not None else None
        return super().check_action(action, parameters)

    def action_range(self, by: int) -> None:
        """Take the next longer or shorter range."""
        if (range_ := self._range_at(by)) is not None:
            self.range_ = range_
            self.refresh_bindings()
            self._count()

    def _range_at(self, by: int) -> str | None:
        """The range so many steps further; None beyond the ends."""
        names = list(RANGES)
        at = names.index(self.range_) + by
        return names[at] if 0 <= at < len(names) else None

    def action_deck(self) -> None:
        tree = self.study.top_deck
        lines = [Choice("", EVERYTHING)]
        if tree is not None:
            lines += [Choice(deck.path, deck.path, count(deck.total, "card")) for deck in _below(tree)]

        def chosen(path: str) -> None:
            if (path or None) != self.deck:
                self.deck = path or None
                self._count()

        ask(self.app, ChooseScreen("Which deck?", lines, act="Show"), chosen)

    def action_picture(self) -> None:
        """Ask for a file and save the page to it as a picture."""
        if (counted := self._counted) is None:
            self.say("Still counting. Try again in a moment.")
            return
        found, names = counted.found, counted.names
        page = page_of(found, WIDTH, lambda card: names.get(card, ""), colours=True, exams=counted.exams)
        title = f"Statistics: {_named(found.deck)}, {RANGES[counted.range_]}"
        heads, theme = (title, date_text(found.today)), self.app.available_themes["light"]
        draw = partial(statistics_picture, heads, self._figures(found), page, theme)
        save_picture(self, f"statistics-{found.today}.svg", draw, self.say)


def _named(deck: str | None) -> str:
    return EVERYTHING if deck is None else visible(deck, newlines=False)


def _below(deck: Deck) -> Iterator[Deck]:
    for child in sorted(deck.children.values(), key=lambda child: child.name.casefold()):
        yield child
        yield from _below(child)
