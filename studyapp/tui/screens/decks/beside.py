"""What is shown beside the decks where there is room: the next card, a demo, past reviews, problems."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.geometry import Size

from studyapp.core.plural import count, fraction
from studyapp.core.schedule.entries import Grade, Schedule
from studyapp.core.visible import visible
from studyapp.runs.drawn.block import block_rows
from studyapp.runs.drawn.plots import Curve, line_plot
from studyapp.runs.process.frames import safe_card
from studyapp.tui.render import Palette, render_note
from studyapp.tui.widgets.cards.grade_bar import HUES
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.parts.side_panel import Facts, PanelRow
from studyapp.tui.widgets.parts.stack import stack
from studyapp.wording.cards import CardTexts, path_of
from studyapp.wording.numbers import clock_text, date_text, days_text, shorten_path, span_text
from studyapp.wording.widths import cut, joined

if TYPE_CHECKING:
    from demos.catalog import DemoCard
    from studyapp.core.errors import Problem
    from studyapp.core.log.ledger_rows import Done
    from studyapp.core.vault.vault import Handle
    from studyapp.runs.results.results import Result
    from studyapp.study.stats.past import Day, Hard

DAYS: Final = 5
"""The most days with reviews listed."""
LOOKED_BACK: Final = 30
"""The days whose reviews are looked up."""
HARDEST: Final = 5
"""The most cards listed."""
_KINDS: Final = 4
"""The most kinds of problems listed."""
_PLACES: Final = 48
"""The least width at which the place of a problem is shown."""
_BLOCK: Final = 9
"""The most lines of a drawing."""
_CURVE: Final = 6
"""Lines that a curve needs."""


def card_ahead(
    handle: Handle, texts: CardTexts, past: Sequence[Done], today: date, palette: Palette, key: str
) -> Facts:
    """The card that a review would start with, as it will be asked."""
    front = texts.front

    def rows(size: Size) -> Sequence[PanelRow]:
        laid = render_note(front.text, width=size.width, spans=front.spans, palette=palette).content
        asked = laid.stylize_before("$strong" if texts.in_place else "bold $strong").split("\n")
        room = max(1, size.height - 4)
        if len(asked) > room:
            asked = [*asked[: room - 1], Content.styled("…", "$quiet")]
        way = visible(shorten_path(path_of(handle), size.width), newlines=False)
        lines = [Content.styled(way, "$quiet"), Content(""), *asked, Content("")]
        seen = joined(_past_texts(handle.card.schedule, past, today), size.width)
        return [("", line) for line in [*lines, Content.styled(seen, "$quiet")]]

    return Facts("Next card", rows, key=key)


def _past_texts(schedule: Schedule | None, past: Sequence[Done], today: date) -> list[str]:
    grades = [done for done in past if done.grade is not None]
    if not grades:
        return (
            ["new, never seen"]
            if schedule is None
            else [f"interval {span_text(schedule.interval)}", "no reviews here yet"]
        )
    lapses = sum(done.grade is Grade.AGAIN for done in grades)
    seen = days_text((grades[-1].at.date() - today).days)
    return [f"last seen {seen}", count(len(grades), "review"), *[f"{lapses:,} again"] * bool(lapses)]


def hardest_cards(found: Sequence[tuple[str, Hard]]) -> Facts:
    """The cards that are forgotten again and again, by their fronts."""

    def rows(size: Size) -> Sequence[PanelRow]:
        lines: list[PanelRow] = []
        for front, one in found:
            times = Content.assemble((f"{one.again:>4,}", "bold $bad"), ("×", "$quiet"), "  ")
            of = f"{one.reviews:,}".rjust(5)
            words = cut(visible(front, newlines=False), size.width - times.cell_length - len(of) - 1)
            gap = size.width - times.cell_length - Content(words).cell_length - len(of)
            lines.append(("", Content.assemble(times, words, " " * max(1, gap), (of, "$quiet"))))
        return lines

    return Facts("Hardest cards", rows, "again of")


def last_reviews(days: Mapping[date, Day], today: date, key: str, *, ever: bool, colours: bool) -> Facts:
    """The grades of the last days with reviews, and the time they took; `ever`: whether there are older ones."""
    total = sum(day.reviews for day in days.values())
    none = f"None in {LOOKED_BACK} days." if ever else "None yet."

    def rows(size: Size) -> Sequence[PanelRow]:
        most = max((day.reviews for day in days.values()), default=1)
        lines: list[PanelRow] = []
        for day, done in sorted(days.items(), reverse=True)[:DAYS]:
            room = max(4, size.width - 26)
            given = [(HUES[grade], number) for grade in Grade if (number := done.grades[grade])]
            bar = stack(given, max(len(given), round(room * done.reviews / most)), colours=colours)
            head = Content.assemble((_day_text(day, today).ljust(11), "$quiet"), f"{done.reviews:>5,}   ", bar)
            took = clock_text(done.seconds)
            lines.append(
                ("", Content.assemble(head, " " * (size.width - head.cell_length - len(took)), (took, "$quiet")))
            )
        return lines or [("", Content.styled(none, "$quiet"))]

    return Facts("Last reviews", rows, f"{total:,} in {LOOKED_BACK} days" if total else "", key)


def _day_text(day: date, today: date) -> str:
    return days_text((day - today).days) if today - day < timedelta(2) else date_text(day, short=True)


def problems(found: Sequence[Problem], key: str, pressed: str) -> Facts:
    """Each kind of problem met while reading, with its count and its first place; the doctor looks for more."""
    from studyapp.study.doctor.findings import KINDS

    kinds: defaultdict[str, list[Problem]] = defaultdict(list)
    for one in found:
        kinds[one.code].append(one)

    def rows(size: Size) -> Sequence[PanelRow]:
        lines: list[PanelRow] = []
        wide = max((len(f"{len(those):,}") for those in kinds.values()), default=0)
        for those in sorted(kinds.values(), key=len, reverse=True)[:_KINDS]:
            first = those[0]
            where = visible(first.path.rpartition("/")[2], newlines=False) + (f":{first.line}" if first.line else "")
            where = cut(where, size.width // 3 if size.width >= _PLACES else 0)
            room = size.width - wide - 2 - (Content(where).cell_length + 2 if where else 0)
            said = KINDS.get(first.code) or first.message[:1].upper() + first.message[1:]
            what = cut(visible(said, newlines=False), room)
            gap = " " * (size.width - wide - 2 - Content(what).cell_length - Content(where).cell_length)
            number = (f"{len(those):>{wide},}  ", "$care")
            lines.append(("", Content.assemble(number, what, gap, (where, "$quiet"))))
        if not lines:
            return [("", Content.assemble(("✓", "$good"), (" none", "$quiet")))]
        return [*lines, ("", Content("")), ("", Content.assemble((key, "bold $act"), " Check all notes"))]

    return Facts("Problems so far", rows, key=pressed)


def own_notes(key: str, pressed: str) -> Facts:
    """How to get from the sample to your own notes."""

    def rows(size: Size) -> Sequence[PanelRow]:
        text = "This is a sample. Open an Obsidian vault, or any folder of Markdown, where it is."
        lines = [Content.styled(line, "$quiet") for line in textwrap.wrap(text, size.width)]
        return [("", line) for line in (*lines, Content(""), Content.assemble((key, "bold $act"), " Open them"))]

    return Facts("Your own notes", rows, key=pressed)


def a_demo(card: DemoCard, last: Result | None, key: str, pressed: str, *, colours: bool) -> Facts:
    """A method in a sentence and a drawing, and how its last run learned."""
    card = safe_card(card)

    def rows(size: Size) -> Sequence[PanelRow]:
        idea = textwrap.wrap(card.idea, size.width)
        drawing = block_rows(card.block, card.settle({}), (size.width, _BLOCK), marked=not colours)
        lines = [*(Content.styled(line, "$quiet") for line in idea), Content(""), *coloured_plot(drawing).split("\n")]
        room = size.height - len(lines) - 3
        if last is not None and last.curve and room >= _CURVE:
            lines += [Content(""), *_curve(last, Size(size.width, room))]
        lines += [Content(""), Content.assemble(("▶ ", "$learn"), (key, "bold $act"), " Watch it learn")]
        return [("", line) for line in lines]

    return Facts("A demo", rows, Content.styled(card.title, "$learn"), pressed)


def _curve(last: Result, size: Size) -> list[Content]:
    steps = max((step for step, _ in last.curve), default=1)
    curve = Curve(last.curve, fraction(last.summary.after))
    return coloured_plot(
        line_plot([curve], (size.width, size.height), (0, steps), (0, 1), ("0", f"{steps:,} steps"))
    ).split("\n")
