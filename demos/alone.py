"""Run one demo from a command line: `python -m demos.lora --rank 4`, its frames as lines of text or of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from demos.frame import Frame, Knob, KnobError, KnobValue, Picture, RunError, Summary, settle

Run = Callable[[Mapping[str, KnobValue]], Iterator[Frame]]

EIGHTHS = " ▁▂▃▄▅▆▇█"


def main(title: str, knobs: tuple[Knob, ...], run: Run, arguments: Sequence[str] | None = None) -> int:
    """Run a demo with knobs from the command line; 0 when it ran, 1 when it could not, 2 for a wrong knob."""
    parser = argparse.ArgumentParser(description=f"{title}, live on the toy model.")
    for knob in knobs:
        words = f"{knob.help}; {knob.domain()} (default {knob.default})"
        parser.add_argument("--" + knob.name.replace("_", "-"), dest=knob.name, metavar="X", help=words)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = vars(parser.parse_args(arguments))
    as_json = asked.pop("json")
    try:
        chosen = settle(knobs, {name: value for name, value in asked.items() if value is not None})
        for frame in run(chosen):
            print(json.dumps(frame.as_json()) if as_json else "\n".join(lines(frame)), flush=True)
    except KnobError as error:
        print(error, file=sys.stderr)
        return 2
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


def lines(frame: Frame) -> Iterator[str]:
    """Write a frame for people: one line, and at both ends of a run the samples and the picture as well."""
    numbers = "  ".join(f"{name} {value:.3f}" for name, value in frame.scalars.items())
    yield f"{frame.step:5}/{frame.total}  {numbers}  {frame.caption}".rstrip()
    if frame.step and not frame.summary:
        return
    for sample in frame.samples:
        mark = "✓" if sample.got == sample.wanted else "✗"
        yield f"      {mark} {sample.given}   wanted {sample.wanted}   got {sample.got}"
    if frame.picture:
        yield from picture(frame.picture)
    if frame.summary:
        yield from summary(frame.summary)


def picture(drawn: Picture) -> Iterator[str]:
    """Write a picture as lines of text: words as they are, numbers as rows of bars against the largest of all."""
    yield f"      {drawn.title}"
    yield from (f"        {line}" for line in drawn.words)
    top = max((abs(value) for row in drawn.values for value in row), default=0.0) or 1.0
    width = max(map(len, drawn.rows), default=0)
    named = " ".join(drawn.columns)
    if drawn.kind == "bars" and named:
        yield f"        {named}"
    for index, row in enumerate(drawn.values):
        name = drawn.rows[index] if index < len(drawn.rows) else ""
        bars = "".join(EIGHTHS[round(8 * abs(value) / top)] for value in row)
        yield f"        {name:{width}}  {bars}  {min(row):.3f} to {max(row):.3f}"


def summary(came_to: Summary) -> Iterator[str]:
    """Write what a run came to."""
    yield f"{came_to.method} on {came_to.job}: {came_to.before:.3f} before, {came_to.after:.3f} after"
    share = came_to.trainable / came_to.total
    yield f"trained {came_to.trainable:,} of {came_to.total:,} ({100 * share:.2f} %) in {came_to.seconds:.1f} s"
    yield f"kept: {came_to.kept}, {came_to.kept_bytes:,} bytes"
    yield f"base model {'unchanged' if came_to.base_unchanged else 'changed'} (was {came_to.base_checksum})"
    yield from came_to.steps
