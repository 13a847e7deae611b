"""What there is to say of a finished run besides its numbers, and the curves of earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from demos.catalog import Catalog, DemoCard
from demos.frame import KnobValue
from studyapp.core.plural import fraction
from studyapp.runs.drawn.plots import EARLIER, Curve
from studyapp.runs.progress.failure import learned_nothing, reasons
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.known_points import shipped_points
from studyapp.runs.results.results import Result, turned
from studyapp.tui.widgets.demo.texts import settings_in_words

KEPT: Final = 2
"""Earlier runs of a demo whose curves stay in sight."""
_VERDICTS: Final = {"✓": "$good", "✗": "$bad"}


def told(card: DemoCard, run: DemoRun, verdicts: Sequence[str], spread: str) -> Iterator[tuple[str, str, str]]:
    """What is said of the last run, as a name, a text and its style; the spread is where several seeds ended."""
    for verdict in verdicts:
        yield "guess", verdict, _VERDICTS.get(verdict[:1], "$quiet")
    if learned_nothing(run):
        yield "learned", "nothing: the answers are no better than before", "bold $bad"
        for reason in reasons(card, run):
            yield "perhaps", reason, ""
    if spread:
        yield "spread", spread, ""
    elif not turned(card, run.knobs):
        for point in shipped_points(str(run.knobs.get("job", "")), [card]):
            yield "spread", f"{point.runs} seeds: {fraction(point.lowest)} to {fraction(point.highest)}", "$quiet"


def earlier_curves(
    card: DemoCard, knobs: Mapping[str, KnobValue], results: Sequence[Result], demos: Catalog, others: int
) -> list[Curve]:
    """The curves of the last runs on the same job, of this method and of so many others.

    The results come oldest first.
    """
    titles = {other.name: other.title for other in demos.demos}
    own: dict[str, Curve] = {}
    theirs: dict[str, Curve] = {}
    for result in reversed(results):
        if result.knobs.get("job") != knobs.get("job") or len(result.curve) < 2:
            continue
        mine = result.demo == card.name
        name = settings_in_words(card, result.knobs) if mine else titles.get(result.demo, "")
        found, most = (own, KEPT) if mine else (theirs, others)
        if name and name not in found and len(found) < most:
            found[name] = Curve(result.curve, name, EARLIER)
    return [*reversed([*own.values(), *theirs.values()])]
