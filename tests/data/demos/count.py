"""A demo without tensors: it counts, so that what shows demos can be tested without training."""

import ctypes
import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from demos.frame import Frame, Knob, Picture, Sample, Summary

TITLE = "Counting"
METHOD = ("Counting", "Counting Fingers")
IDEA = "Nothing is trained; a number rises."
PAPER = "Nobody (2024), On counting"
BLOCK = """
  x ──▶ frozen ──▶ + ──▶ y
  └──▶ ⟦count⟧ ──▶ ┘
"""
QUESTION = "You double the steps: how far does it count?"
KNOBS = (
    Knob("job", "elicit", "what is counted", choices=("elicit", "teach")),
    Knob("steps", 6, "how far", low=1, high=1_000_000, choices=(3, 6, 12)),
    Knob("seed", 0, "where randomness starts", low=0, high=9),
    Knob("pause", 0.0, "seconds between two numbers", low=0, high=1),
    Knob("end", "well", "how it ends", choices=("well", "raise", "memory", "kill", "crash", "print", "strange")),
    Knob("loud", False, "whether it shouts"),
)


def run(knobs: Mapping[str, Any]) -> Iterator[Frame]:
    steps = knobs["steps"]
    for step in range(steps + 1):
        done = step == steps
        if knobs["end"] == "print":
            print("not a frame")
        if step == 2 and knobs["end"] != "well":
            fail(knobs["end"])
        accuracy = step / steps
        yield Frame(
            step,
            steps,
            "counted" if done else "counting",
            {"loss": float("inf") if knobs["end"] == "strange" else 1 - accuracy, "accuracy": accuracy},
            (Sample("abc", "cba", "cba" if done else "a\x1b]0;b"),),
            Picture("bars", "fingers", ((accuracy, 0.5),), columns=("left", "right")),
            Summary("Counting", knobs["job"], 0.0, accuracy, 0, 100, "a number", 8, 0.1, True, "cafe", ("added up",))
            if done
            else None,
        )
        time.sleep(knobs["pause"])


def fail(how: str) -> None:
    if how == "raise":
        raise RuntimeError("five fingers only")
    if how == "memory":
        raise MemoryError
    if how == "kill":
        os.kill(os.getpid(), 9)
    if how == "crash":
        sys.stderr.write("about to fall\n")
        sys.stderr.flush()
        ctypes.string_at(0)
