"""How fast the demo screen answers: to keys, idle and while a demo trains; to a run and a walk of each method.

    python -m tests.bench.latency [--rounds 4] [--keys 40] [--demo lora] [--methods lora,prefix]

The real program runs (`studyapp open studyapp://demo/…`) at 160 × 50 in a pseudo-terminal; a time is from writing
a key to the arrival of the bytes that show its effect. Keys are pressed idle and in training by turns. The last line
is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from demos.catalog import catalog
from tests.bench.terminal import Terminal, alive, busy, quantile

PAUSE = 0.03  # seconds between two keys, as a fast typist leaves
STEPS = 2000  # a run that outlasts its keys
GOALS = {"ratio of keys": 1.3, "first point": 0.3, "run": 8.0, "walk": 0.5}

STANDS = "learning rate"
"""What the screen shows once it stands there, before a run,"""
LIVE = [f"step {step} of ".encode() for step in range(10)]
"""once the first point of a run is there,"""
STOPPED = "stopped"
"""once a run is stopped,"""
DONE = "done in "
"""once a run is over,"""
WALKS = "Base answers now"
"""and once a walk through the model is there."""
CURSOR = "▎ {name} "
"""The knob that the keys go to."""


class Watched(NamedTuple):
    """What one method took, in seconds."""

    first: float
    """From the key until the first point, a worker standing ready."""
    run: float
    """Until the run is over."""
    processor: float
    """Of the worker, for the run."""
    walk: float
    """From the key until the first picture of the walk."""


class Demo:
    """The screen of one demo in a terminal."""

    def __init__(self, name: str, home: str, **knobs: int) -> None:
        card = catalog().get(name)
        self.knobs = [knob.name.replace("_", " ") for knob in card.knobs] + ["seeds", "against"]
        asked = "&".join(f"{knob}={value}" for knob, value in knobs.items())
        command = (sys.executable, "-m", "studyapp", "open", f"studyapp://demo/{name}?{asked}")
        self.terminal, self._at = Terminal(*command, home=home), 0
        shown = STANDS if "learning rate" in self.knobs else CURSOR.format(name=self.knobs[0])
        self.terminal.wait(shown.encode(), time.perf_counter())

    def run(self) -> float:
        """Start a run; the seconds until its first point."""
        return self.terminal.press(b" ", LIVE)

    def stop(self) -> float:
        """Stop it; the seconds until that is shown and the process is gone."""
        training = [pid for pid in self.terminal.children() if busy(pid) > 0.5]
        start = time.perf_counter()
        self.terminal.press(b"\x1b", STOPPED.encode())
        alive(training)
        return time.perf_counter() - start

    def keys(self, count: int) -> Iterator[float]:
        """Walk down the knobs; the milliseconds until each is under the cursor."""
        for _ in range(count):
            self._at = (self._at + 1) % len(self.knobs)
            yield 1000 * self.terminal.press(b"j", CURSOR.format(name=self.knobs[self._at]).encode())
            self.terminal.drain(PAUSE)

    def end(self, sign: signal.Signals | None = None) -> int:
        """Leave the program, or kill it; how many of its processes are left behind."""
        left = self.terminal.children()
        if sign is None:
            os.write(self.terminal.file, b"\x11")  # Ctrl+q
        else:
            os.kill(self.terminal.pid, sign)
        while os.waitpid(self.terminal.pid, os.WNOHANG) == (0, 0):
            self.terminal.drain(0.1)  # what is not read away would keep it from ending
        os.close(self.terminal.file)
        return alive(left)


@contextmanager
def standing(name: str, home: str, **knobs: int) -> Iterator[Demo]:
    """The screen of a demo, which is left at the end whatever comes."""
    demo = Demo(name, home, **knobs)
    try:
        yield demo
    finally:
        demo.end()


def of_keys(name: str, home: str, rounds: int, count: int) -> dict[str, float]:
    """Press keys, idle and in training by turns; start cold; stop; kill the program while it trains."""
    idle, training, stops = [], [], []
    demo = Demo(name, home, steps=STEPS)
    cold = demo.run()
    for _ in range(rounds):
        stops.append(demo.stop())
        demo.terminal.until_warm()
        idle += [*demo.keys(count)]
        demo.run()
        training += [*demo.keys(count)]
    behind = demo.end()
    killed = Demo(name, home, steps=STEPS)
    killed.run()
    behind += killed.end(signal.SIGKILL)
    p99 = quantile(idle, 0.99), quantile(training, 0.99)
    return {
        "idle_p50_ms": statistics.median(idle),
        "idle_p99_ms": p99[0],
        "training_p50_ms": statistics.median(training),
        "training_p99_ms": p99[1],
        "ratio": p99[1] / p99[0],
        "first_point_cold_ms": 1000 * cold,
        "stop_ms": 1000 * max(stops),
        "left_behind": behind,
    }


def of_run(name: str, home: str) -> Watched:
    """Run a demo as it is, and walk through what it trained."""
    with standing(name, home) as demo:
        demo.terminal.until_warm()
        before, start = sum(map(busy, demo.terminal.children())), time.perf_counter()
        first = demo.run()
        took = demo.terminal.wait(DONE.encode(), start)
        processor = sum(map(busy, demo.terminal.children())) - before
        return Watched(first, took, processor, demo.terminal.press(b"w", WALKS.encode()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print tables for people, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="of keys, and runs of each method")
    parser.add_argument("--keys", type=int, default=40, help="of a round, idle and again while a demo trains")
    parser.add_argument("--demo", default="lora", help="the method whose screen gets the keys")
    parser.add_argument("--methods", help="those that are run, with commas; all by default")
    asked = parser.parse_args(arguments)
    every = [card.name for card in catalog().demos if not card.own]
    names = every if asked.methods is None else [name for name in asked.methods.split(",") if name]
    found: dict[str, float | dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as home:
        for name, value in of_keys(asked.demo, home, asked.rounds, asked.keys).items():
            print(f"{name:22}{value:10.1f}", flush=True)
            found[name] = round(value, 2)
        print(f"\n{'method, seconds':22}" + "".join(f"{part:>12}" for part in Watched._fields))
        for name in names:
            runs = [of_run(name, home) for _ in range(asked.rounds)]
            middle = Watched(*map(statistics.median, zip(*runs, strict=True)))
            print(f"{name:22}" + "".join(f"{value:12.2f}" for value in middle), flush=True)
            found[name] = {part: round(value, 2) for part, value in middle._asdict().items()}
    print("goals: " + ", ".join(f"{name} {value}" for name, value in GOALS.items()))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
