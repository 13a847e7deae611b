"""One method in words and bars: for the pane beside the list, and for a card of the gallery."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from demos.catalog import TOTAL, DemoCard
from demos.jobs import JOBS
from studyapp.core.plural import percent
from studyapp.runs.drawn.plots import bar_on_track
from studyapp.runs.results.results import Point
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.methods.method_rows import log_share
from studyapp.tui.widgets.methods.rates import rate_look, rate_style, rate_text

_NAMES = 9
_KILO = 1000
_CAN = {"good": "can", "care": "partly", "bad": "cannot"}


def wrapped(text: str, width: int) -> list[Content]:
    """A text in lines of some width."""
    return [Content(line) for line in textwrap.wrap(text, max(width, 16))]


def head_of(card: DemoCard, known: Mapping[str, Point], *, wide: bool) -> str:
    """What stands at the right of a method's name: how much is trained, and for how long."""
    seconds = sorted(point.seconds for point in known.values())
    took = [f"{seconds[len(seconds) // 2]:.1f} s"] if seconds else []
    return " · ".join([*([] if wide else [share_text(card, known)]), *took])


def share_text(card: DemoCard, known: Mapping[str, Point]) -> str:
    """How much of the model is trained."""
    trained = next((point.trainable for point in known.values()), card.trained)
    if trained is None:
        return "counted when it has run"
    return f"{percent(trained / TOTAL, 1)} trained" if trained else "nothing trained"


def abilities(jobs: Sequence[str], known: Mapping[str, Point]) -> Content:
    """Which tasks the method masters, does in part, or cannot do."""
    parts = [
        Content.assemble(
            (f"{_CAN[kind]} ", "$quiet"), (", ".join(found), "bold $good" if kind == "good" else f"${kind}")
        )
        for kind, found in _by_look(jobs, known).items()
        if found
    ]
    return Content.styled(" · ", "$quiet").join(parts) if parts else Content.styled("not measured yet", "$quiet")


def _by_look(jobs: Sequence[str], known: Mapping[str, Point]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {kind: [] for kind in _CAN}
    for job in jobs:
        if job in known:
            kinds[rate_look(known[job].accuracy)].append(job)
    return kinds


def method_facts(card: DemoCard, jobs: Sequence[str], known: Mapping[str, Point], width: int) -> Iterator[Content]:
    """What a method can do, what it stores, and where it comes from, each with its name."""
    for kind, found in _by_look(jobs, known).items():
        if found:
            style = "bold $good" if kind == "good" else f"${kind}"
            yield from _fact(_CAN[kind], ", ".join(found), width, style)
    sizes = sorted(point.kept_bytes for point in known.values())
    if sizes:
        yield from _fact("keeps", f"{_size(sizes[len(sizes) // 2])} a task" if sizes[-1] else "nothing", width)
    fits = max(map(len, card.paper.split()), default=0) <= width - _NAMES
    yield from _fact("paper", card.paper if fits else card.paper.replace("https://", ""), width)


def _fact(name: str, value: str, width: int, style: str = "") -> Iterator[Content]:
    for number, line in enumerate(wrapped(value, width - _NAMES) or [Content("")]):
        yield Content.assemble((f"{'' if number else name:{_NAMES}}", "$quiet"), line.stylize(style))


def _size(size: int) -> str:
    return f"{size} bytes" if size < _KILO else f"{size / _KILO:.0f} kB"


def tasks_text(jobs: Sequence[str], width: int) -> Content:
    """What each task asks, with an example."""
    told = [JOBS[job] for job in jobs if job in JOBS]
    lines: list[Content] = []
    for job in told:
        titles = wrapped(job.title, width - _NAMES - 1)
        for number, title in enumerate(titles):
            lines.append(Content.assemble((f"{'' if number else job.name:{_NAMES + 1}}", "$quiet"), title))
    for job in told[1:2] or told:
        steps = [job.example.given, *([job.example.between] if job.example.between else [])]
        lines += [Content(""), Content.styled(f"{job.name}, for example", "$quiet")]
        lines += [Content.assemble(("" if not number else "→ ", "$quiet"), step) for number, step in enumerate(steps)]
        lines.append(Content.assemble(("→ ", "$quiet"), (job.example.answer, "bold $good")))
    return Content("\n").join(lines)


def result_bars(jobs: Sequence[str], known: Mapping[str, Point], width: int) -> Iterator[Content]:
    """The method's accuracy on each task, as bars."""
    names = max((len(job) for job in jobs), default=0) + 2
    for job in jobs:
        point = known.get(job)
        if point is None:
            yield Content.styled(f"{job:{names}}", "$quiet")
            continue
        room = max(width - names - 5, 1)
        bar, track = bar_on_track(point.accuracy, room)
        text = rate_text(point.accuracy)
        yield Content.assemble(
            (f"{job:{names}}", "$quiet"),
            (bar.text, f"${rate_look(point.accuracy)}-area"),
            (track.text, "$rule"),
            (("●" if point.own else "").rjust(5 - len(text)), "$learn"),
            (text, rate_style(point.accuracy)),
        )


def trained_bar(card: DemoCard, known: Mapping[str, Point], width: int) -> Content:
    """How many numbers are trained, as a bar on a logarithmic scale, and in figures."""
    trained = next((point.trainable for point in known.values()), card.trained)
    bar = coloured_plot([bar_on_track(log_share(trained or 0), width)])
    if not trained:
        return Content.assemble(bar, ("  " + share_text(card, known), "$quiet"))
    figure = percent(trained / TOTAL, 1)
    return Content.assemble(bar, (f"  {trained:,}", "bold $learn"), (f" trained · {figure}", "$quiet"))
