"""What a demo's page says before a run: the task, the arithmetic, the guess, what to try next, earlier runs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from demos.arithmetic import Worked
from demos.catalog import TOTAL, DemoCard
from demos.frame import KnobError, KnobValue
from demos.jobs import JOBS
from studyapp.core.plural import percent
from studyapp.runs.drawn.block import lines_for
from studyapp.runs.drawn.plots import TEXT, Stroke, bar_on_track
from studyapp.runs.progress.guess import GuessQuestion
from studyapp.runs.results.results import Result, shown, turned
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.methods.rates import rate_text
from studyapp.tui.widgets.parts.act import acting
from studyapp.wording.widths import fit

_NAMES: Final = 9
_SHORTEST: Final = 6
"""Cells of a bar."""


def task_text(job: str, width: int) -> Content:
    """What the model is asked, with one sentence worked out, in as few rows as hold it whole."""
    told = JOBS.get(job)
    label = Content.styled("Task  ", "$quiet")
    if told is None:
        return Content.assemble(label, (job, "bold $strong"))
    title = Content.styled(told.title, "bold $strong")
    head, given = Content.assemble(label, title), Content(told.example.given)
    between, answer = (
        Content.assemble(("→ ", "$quiet"), (text, style))
        for text, style in ((told.example.between, "$quiet"), (told.example.answer, "$good"))
    )
    worked = Content.assemble(given, " ", answer)
    long = Content.assemble(given, " ", between, " ", answer) if told.example.between else worked
    for example in (long, worked):
        if (row := Content.assemble(head, "    ", example)).cell_length <= width:
            return row
    indent = " " * label.cell_length if label.cell_length + worked.cell_length <= width else ""
    ways = (
        (head, Content.assemble(indent, worked)),
        (Content.assemble(head, "  ", given), answer),
        (Content.assemble(title, "  ", given), answer),
        (head, given, answer),
    )
    return Content("\n").join(
        next((rows for rows in ways if all(row.cell_length <= width for row in rows)), ways[-1])
    )


def numbers_text(
    card: DemoCard, knobs: Mapping[str, KnobValue], counted: int | None, width: int, *, table: bool, at: str = ""
) -> Content:
    """How many numbers are trained, what doubling a knob costs, and why they start where they start.

    A run has `counted` what the demo may not declare. In a table each term has a line. The knob `at` the cursor is
    doubled, if that changes the count.
    """
    declared = card.trains(knobs)
    trained = counted if declared is None else declared
    lines: list[Content] = []
    if declared:
        worked = card.worked(knobs)
        lines = _table(worked, declared) if table else _in_a_row(worked, declared, width)
    twice = Content(twice_text(card, knobs, at))
    if trained is None:
        lines += _named("trained", f"? of {TOTAL:,}, counted when it has run", width)
    else:
        figures = Content.assemble(
            (f"{trained:,}", "bold $learn"), (f" of {TOTAL:,} · {percent(trained / TOTAL, 1)}", "$quiet")
        )
        room = width - _NAMES - figures.cell_length
        beside = not table and bool(twice) and room >= twice.cell_length + 3
        room -= 2 + (twice.cell_length + 3) * beside
        bar = coloured_plot([[*bar_on_track(trained / TOTAL, room), Stroke("  ", TEXT)]] if room >= _SHORTEST else [])
        row = Content.assemble((f"{'trained':{_NAMES}}", "$quiet"), bar, figures)
        lines.append(Content.assemble(row, "   ", twice) if beside else row)
        twice = Content("") if beside else twice
    lines += _named("", twice.plain, width)
    for number, line in enumerate(lines_for(card.start, knobs)):
        lines += _named("" if number else "start", line, width)
    return Content("\n").join(lines)


def _named(name: str, text: str, width: int) -> list[Content]:
    """A fact behind its name, in as many rows as it takes."""
    rows = textwrap.wrap(text, max(width - _NAMES, 16))
    return [
        Content.assemble((f"{'' if number else name:{_NAMES}}", "$quiet"), row) for number, row in enumerate(rows)
    ]


def twice_text(card: DemoCard, knobs: Mapping[str, KnobValue], at: str = "") -> str:
    """What doubling a knob costs, or halving it where it takes no more; `at` names the knob that is asked first."""
    here = card.trains(knobs)
    for sign in ("×", "÷") if here is not None else ():
        for knob in sorted(card.knobs, key=lambda knob: knob.name != at):
            value = knobs[knob.name]
            if isinstance(value, bool) or not isinstance(value, int) or (sign == "÷" and value % 2):
                continue
            other = value * 2 if sign == "×" else value // 2
            try:
                then = card.trains({**knobs, knob.name: knob.value(other)})
            except KnobError:
                continue
            if then is not None and then != here:
                return f"{spoken_name(knob.name)} {sign} 2: {then:,}"
    return card.twice


def _table(worked: Sequence[Worked], total: int) -> list[Content]:
    names = max(_NAMES, *(cell_len(term.name) + 2 for term in worked), 0)
    texts = max(cell_len(term.text) for term in worked)
    lines = []
    for term in worked:
        last = len(worked) == 1
        value = Content.styled(f"{term.value:>8,}", "bold $learn" if last else "")
        lines.append(
            Content.assemble((fit(term.name, names), "$quiet"), fit(term.text, texts), (" = ", "$quiet"), value)
        )
    if len(worked) > 1:
        together = Content.assemble((fit("together", names + texts), "$quiet"), (" = ", "$quiet"))
        lines.append(Content.assemble(together, (f"{total:>8,}", "bold $learn")))
    return lines


def _in_a_row(worked: Sequence[Worked], total: int, width: int) -> list[Content]:
    """The terms side by side, wrapped between two of them."""
    pieces = [Content.assemble((term.name + "  ", "$quiet"), term.text) for term in worked]
    pieces = [
        piece if not number else Content.assemble((" + ", "$quiet"), piece) for number, piece in enumerate(pieces)
    ]
    pieces.append(Content.assemble((" = ", "$quiet"), (f"{total:,}", "bold $learn")))
    rows = [Content.styled(f"{'numbers':{_NAMES}}", "$quiet")]
    used = False
    for piece in pieces:
        if used and rows[-1].cell_length + piece.cell_length > width:
            rows.append(Content(" " * _NAMES))
        rows[-1] = Content.assemble(rows[-1], piece)
        used = True
    return rows


def guess_text(question: GuessQuestion, guess: int | None, size: tuple[int, int]) -> Content:
    """A question with its answers; the chosen one is underlined and marked, and alone where there is no room."""
    width, height = size
    told = [Content(line) for line in textwrap.wrap(question.text, max(width, 16))]
    rows = _answers(question, guess, width)
    if len(told) + len(rows) > height and guess is not None:
        rows = [next(row for row in rows if "◂" in row.plain)]
    return Content("\n").join([*told, *rows])


def _answers(question: GuessQuestion, guess: int | None, width: int) -> list[Content]:
    lines: list[Content] = []
    answers = Content("")
    for number, answer in enumerate(question.answers):
        chosen = number == guess
        text = Content.assemble(
            (f"{number + 1}", "bold $act"), " ", (answer, "bold underline $strong" if chosen else ""), " ◂" * chosen
        )
        text = acting(text, f"screen.guess({number})")
        if answers and answers.cell_length + 3 + text.cell_length > width:
            lines.append(answers)
            answers = text
        else:
            answers = Content.assemble(answers, "   ", text) if answers else text
    return [*lines, answers]


def next_text(card: DemoCard, width: int) -> Content:
    """What to try after a run: a knob, its value, and the question that this answers."""
    knobs = {knob.name: knob for knob in card.knobs}
    changes = [
        Content.assemble((f"{spoken_name(name)} = ", "$quiet"), (shown(knobs[name], value), "bold"))
        for name, value, _ in card.next
    ]
    questions = [question for _, _, question in card.next]
    names = max((change.cell_length for change in changes), default=0) + 2
    in_columns = all(names + cell_len(question) <= width for question in questions)
    lines = []
    for change, question in zip(changes, questions, strict=True):
        gap = names - change.cell_length if in_columns else 2
        first, *more = Content.assemble(change, " " * gap, (question, "$quiet")).wrap(max(width, 16))
        lines += [first, *(Content.assemble("  ", row) for row in Content(" ").join(more).wrap(max(width - 2, 14)))]
    return acting(Content("\n").join(line for line in lines if line.plain.strip()), "screen.try_next")


def spoken_name(name: str) -> str:
    """A knob's name in plain words."""
    return name.replace("_", " ")


def runs_text(card: DemoCard, results: Sequence[Result], now: datetime, size: tuple[int, int]) -> Content:
    """The last runs of a demo, newest first: when, how far, with which knobs."""
    width, height = size
    lines = []
    for number, result in enumerate(results[:height]):
        bar = bar_on_track(result.summary.after, 12, 0 if number == 0 else 1)
        seed = f"seed {result.seed}" if result.seed else ""
        what = ", ".join(filter(None, (settings_in_words(card, result.knobs), result.summary.job, seed)))
        marks = "".join(guess[:1] for guess in result.guesses if guess[:1] in "✓✗")
        came = rate_text(result.summary.after)
        head = Content.assemble(
            (fit(_when(result.when, now), 7), "$quiet"), coloured_plot([bar]), (f"  {came:>4}  ", "bold")
        )
        first, *more = textwrap.wrap(f"{what}  {marks}".rstrip(), max(width - head.cell_length, 8))
        lines += [Content.assemble(head, first), *(Content(" " * head.cell_length + line) for line in more)]
    return Content("\n").join(lines[:height])


def _when(when: str, now: datetime) -> str:
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return ""
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%d %b}"


def settings_in_words(card: DemoCard, knobs: Mapping[str, KnobValue]) -> str:
    """The name of a run's curve: the knobs that are not at their defaults."""
    return turned(card, knobs).replace("_", " ") or "defaults"
