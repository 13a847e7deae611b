"""The welcome page on a new machine: what this is, and three things to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from demos.needs import how_to_add_torch
from studyapp.charts.calendar import pair_map
from studyapp.charts.outlook import signed
from studyapp.core.notes.blocks import Kind
from studyapp.core.plural import count
from studyapp.core.text.spoken import one_line
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.study.reader.demo_links import DemoChoice
from studyapp.tui import keys
from studyapp.tui.screens.base import StudyScreen, to_places
from studyapp.tui.study import Aim
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.tui.widgets.parts.act import Act
from studyapp.tui.widgets.parts.pane import Pane

_DEMO: Final = "lora"
"""The demo offered first: quick, with a telling picture."""
_SHORT: Final = 100
"""The most characters of the example card."""
_ROOMY: Final = Size(72, 28)
"""The least width or height with room for a card."""
_LOOKED_AT: Final = 300
_HOW: Final = (
    "Your grades are kept in the notes themselves, as comments that Obsidian's Spaced Repetition plugin reads too. "
    "The decks then show what is due, how the last year went and what the next month brings."
)


class FirstScreen(StudyScreen):
    """Shown above the decks of the sample vault until one of its cards has been reviewed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in to_places("decks") if binding.key != "d"),
        Binding(f"{keys.OPEN},{keys.MAIN}", "learn", "Learn a card", id="first.learn"),
        Binding(keys.DEMOS, "demo", "Watch a demo", id="first.demo"),
        Binding(keys.OUTSIDE, "own", "Your own notes", id="first.own"),
        Binding(keys.BACK, "screen.dismiss", "Decks", id="first.decks"),
        Binding(keys.QUIT, "app.quit", "Quit", id="first.quit"),
    ]

    DEFAULT_CSS = """
    FirstScreen {
        #first-page { height: 1fr; align-horizontal: center; padding: 1 2 0 2; }
        #first-column { max-width: 88; height: auto; }
        #first-column > * { height: auto; width: 100%; margin-bottom: 1; }
        #first-acts > * { height: 2; text-wrap: nowrap; text-overflow: ellipsis; }
        #first-boxes Static { width: 1fr; height: 6; border: round $rule; padding: 0 1; }
        #first-boxes Static { border-title-color: $foreground; }
        #first-note { margin-right: 2; }
        #first-how, #first-year { display: none; }
        #first-how > Static { height: auto; }
        &.-tall, &.-high { #first-page { padding: 3 2 0 2; } #first-how, #first-year { display: block; } }
    }
    """

    def compose(self) -> ComposeResult:
        yield PlacesBar("decks")
        with VerticalScroll(id="first-page", can_focus=False), Vertical(id="first-column"):
            yield Static(Content.styled("Remember what you study, without leaving the terminal.", "bold"))
            yield Static(id="first-vault", markup=False)
            with Vertical(id="first-acts"):
                yield from map(Act, ("learn", "demo", "own"))
            with Horizontal(id="first-boxes"):
                yield Static(id="first-note", markup=False)
                yield Static(id="first-card", markup=False)
            with Vertical(id="first-how"):
                yield Pane("What comes next")
                yield Static(Content(_HOW))
            yield Pane("Last year", id="first-year")
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        self.show_day()
        self.query_one("#first-year", Pane).show(self._year, value="begins today")
        self._show()

    def _year(self, size: Size) -> Content:
        """The map of a year without reviews."""
        rows = pair_map({}, self.study.workspace.clock().date(), size.width)
        return coloured(rows if not self.app.no_color else [[signed(cell) for cell in row] for row in rows])

    def on_resize(self) -> None:
        """Leave out the card where it would be cut."""
        self._show()

    def vault_was_read(self) -> None:
        """Count the cards, and show one."""
        self._show()

    def demos_are_known(self) -> None:
        """Name the demo."""
        self._show()

    def _show(self) -> None:
        self.query_one("#first-vault", Static).update(self._vault())
        for act, words in zip(self.query(Act), self._acts(), strict=True):
            act.update(words)
        handle = self._example() if self.study.vault_read else None
        roomy = self.size.width >= _ROOMY.width or self.size.height >= _ROOMY.height
        self.query_one("#first-boxes").display = handle is not None and roomy
        if handle is not None:
            self._show_example(handle)

    def _vault(self) -> Content:
        holds = "It holds cards"
        if self.study.vault_read and self.study.top_deck is not None:
            vault = self.study.workspace.vault
            cards, notes = count(self.study.top_deck.total, "card"), count(len(vault.paths()), "note")
            holds = f"It holds {cards} in {notes}"
        return Content.assemble(
            "This is ",
            ("your copy of a sample vault", "bold"),
            f". {holds} on how large language models are finetuned; you can run each method here, "
            "on a toy model that learns while you watch.",
        )

    def _acts(self) -> Iterable[Content]:
        title = self._demo_title()
        can_run = how_to_add_torch() or "a few seconds; no graphics card, no network"
        acts = (
            ("first.learn", "Learn a card", "a minute; stop at any card, nothing is lost"),
            ("first.demo", f"Watch {title} learn" if title else "Watch a demo", can_run),
            ("first.own", "Open your own notes", "any Obsidian or Markdown folder, where it is"),
        )
        for name, what, more in acts:
            key, gap = visible(self.key_of(name), newlines=False).ljust(9), " " * 9
            yield Content.assemble((key, "bold $act"), (what, "bold"), f"\n{gap}", (more, "$quiet"))

    def _example(self) -> Handle | None:
        """A card of one line that is short on both sides."""
        vault = self.study.workspace.vault
        for row, _ in zip(vault.rows(), range(_LOOKED_AT), strict=False):
            handle = vault.find(row.id)
            short = handle.question.kind is Kind.SINGLE_BASIC and len(handle.question.body) <= _SHORT
            if short and all(one_line(side) == side.strip() for side in (handle.card.front, handle.card.back)):
                return handle
        return None

    def _show_example(self, handle: Handle) -> None:
        settings = self.study.settings_of(handle)
        front, back = (visible(side.strip(), newlines=False) for side in (handle.card.front, handle.card.back))
        note, card = self.query_one("#first-note", Static), self.query_one("#first-card", Static)
        note.border_title = Content(visible(PurePosixPath(handle.note.path).name, newlines=False)).markup
        card.border_title = "what you see"
        separator = visible(settings.single_line_card_separator, newlines=False)
        note.update(
            Content("\n").join(
                [
                    Content.assemble(front, (separator, "bold $act"), back),
                    Content.styled("<!--SR:…--> when it is due", "$quiet"),
                ]
            )
        )
        grades = Content.assemble(
            ("1", "bold $bad"), " Again  ", ("2", "bold $care"), " Hard  ",
            ("3", "bold $good"), " Good  ", ("4", "bold $act"), " Easy",
        )  # fmt: skip
        card.update(Content("\n").join([Content.styled(front, "bold"), Content(back), grades]))

    # Actions

    def action_learn(self) -> None:
        """Review the sample; leaving it leads to the decks."""
        self.dismiss()
        self.study.go.review(None)

    def action_demo(self) -> None:
        """Run a demo; leaving it returns here."""
        if self.study.demos.catalog is None:
            self.say("Still looking for the demos. Try again in a moment.")
        elif (title := self._demo_title()) is not None:
            self.study.go.demo(DemoChoice(_DEMO, title))
        else:
            self.app.push_screen(self.study.go.place("demos", Aim()))

    def _demo_title(self) -> str | None:
        catalog = self.study.demos.catalog
        return next((demo.title for demo in catalog.demos if demo.name == _DEMO), None) if catalog else None

    def action_own(self) -> None:
        self.study.go.vaults()
