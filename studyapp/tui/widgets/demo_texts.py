"""What the demo screens say in words: samples, what a run came to, earlier runs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from textual.content import Content

from demos.catalog import DemoCard
from demos.frame import Sample, Summary
from studyapp.runs.plots import fit
from studyapp.runs.results import Result, turned

RIGHT, WRONG, QUIET = "$good", "$bad", "$quiet"

Paragraph = tuple[str, str]


def samples_text(samples: Sequence[Sample], width: int) -> Content:
    """Show held-out inputs with the model's answers, marked right or wrong."""
    lines = []
    for sample in samples:
        right = sample.got == sample.wanted
        style = RIGHT if right else WRONG
        given, room = sample.given, max(width - len(sample.got) - 3, 8)
        if len(given) > room:  # what is asked stands at the end, behind the examples
            given = "…" + given[1 - room :]
        parts: list[Paragraph] = [("✓ " if right else "✗ ", style), (f"{given} ", QUIET), (sample.got, style)]
        wanted = f"  {sample.wanted}"
        if not right and sum(len(text) for text, _ in parts) + len(wanted) <= width:
            parts.append((wanted, QUIET))
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def samples_title(samples: Sequence[Sample]) -> str:
    """Count the right ones."""
    if not samples:
        return "samples"
    right = sum(sample.got == sample.wanted for sample in samples)
    return f"samples: {right} of {len(samples)} right" + ("" if right == len(samples) else ", ✗ wanted")


def after_text(came: Summary, width: int, verdicts: Iterable[str] = ()) -> Content:
    """Say what a run came to, wrapped for some columns."""
    share = came.trainable / came.total if came.total else 0.0
    state = "unchanged" if came.base_unchanged else "CHANGED"
    facts = [
        (
            "accuracy",
            f"{came.before:.2f} → {came.after:.2f} {came.job}, {came.seconds:.1f}\N{NO-BREAK SPACE}s",
            _won(came),
        ),
        *(("guess", verdict, RIGHT if verdict.startswith("✓") else WRONG) for verdict in verdicts),
        ("trained", f"{came.trainable:,} of {came.total:,} ({share:.1%})", ""),
        ("kept", f"{came.kept_bytes:,} bytes: {came.kept}", ""),
        ("base", f"the base model is {state}, checksum {came.base_checksum}", "" if came.base_unchanged else WRONG),
        *(("then", step, "") for step in came.steps),
    ]
    lines = []
    for name, text, style in facts:
        for index, line in enumerate(textwrap.wrap(text, max(width - 9, 16)) or [""]):
            lines.append(Content.assemble((f"{name if index == 0 else '':9}", QUIET), (line, style)))
    return Content("\n").join(lines)


def _won(came: Summary) -> str:
    return f"bold {RIGHT}" if came.after > came.before else f"bold {WRONG}"


def runs_text(card: DemoCard, results: Sequence[Result], limit: int = 8) -> Content:
    """List the last runs of a demo, newest first, so that knobs can be compared."""
    if not results:
        return Content.styled("no run yet", QUIET)
    lines = [Content.styled(f"{'accuracy':14}{'trained':>9}{'bytes':>9}{'s':>6}  run", QUIET)]
    for result in results[:limit]:
        came = result.summary
        numbers = f"{came.trainable:>9,}{came.kept_bytes:>9,}{came.seconds:>6.1f}  "
        what = ", ".join(filter(None, (came.job, turned(card, result.knobs), f"seed {result.seed}")))
        marks = "".join(guess[:1] for guess in result.guesses if guess[:1] in "✓✗")
        accuracy = fit(f"{came.before:.2f} → {came.after:.2f}", 14)
        lines.append(Content.assemble((accuracy, "bold"), (numbers, ""), (what, ""), (f"  {marks}", QUIET)))
    return Content("\n").join(lines)
