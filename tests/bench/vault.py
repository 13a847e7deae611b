"""Measures how opening a vault grows with its notes, and what has become of that since a commit.

    python -m tests.bench.vault [--notes 1000 10000 50000] [--rounds 5] [--before 347b3cc] [--after COMMIT]

The program as it was and as it is open the same vault in turn, each with a cache of its own, in fresh processes; a
ratio is the median of those of the rounds. Processor time is that of all processes. The first card and the memory are
those of the real program in a pseudo-terminal; beside it, turn by turn, runs an app of Textual that shows one line
and nothing else. The last line is JSON; what was not measured is null.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.generate import write_vault
from tests.bench.session import COUNTED
from tests.bench.sides import BARE, NOW, ROOT, START, Side, checkout, quickest, ratio, spend
from tests.bench.terminal import Terminal

SIZES = (1_000, 10_000, 50_000)
NAMED = 10_000
"""The size of the figures that the last line gives without a size."""
SETTLED = 2.5
"""Seconds after which a note counts as an old one; a program may read again what was written shortly before."""
PATIENCE = 300.0
"""Seconds after which what is to be painted is taken not to come."""
LARGE = 20_000
"""Notes from which on a first scan is measured once."""
_MEMORY = ("VmRSS:", "RssAnon:")


@dataclass(frozen=True)
class Line:
    """What is measured, in words, and what is hoped for."""

    name: str
    said: str
    digits: int = 0
    goal: str = ""


LINES = (
    Line("first_card", "first card painted, ms"),
    Line("left", "how many are left painted, ms"),
    Line("memory", "memory of the app, MB", 1, "60 MB; 10 more at 50,000"),
    Line("anonymous", "  of it, not from files", 1),
    Line("known", "all is known, processor ms", 0, "0.25 ×; 0.12 × at 50,000"),
    Line("look", "look at all files, processor ms", 1, "0.65 ×"),
    Line("one_note", "a watched change, in every table, processor ms", 1, "5 ms and its parse"),
    Line("parse", "  its parse", 1),
    Line("counted", "  how many each deck has afterwards", 1),
    Line("due", "studyapp due, ms", 0, "250 ms at 10,000"),
    Line("doctor", "studyapp doctor, s", 2, "0.5 ×"),
    Line("doctor_processor", "  processor s", 2),
    Line("cold", "first scan, processor s", 2, "0.5 ×"),
    Line("cold_clock", "  by the clock", 2),
    Line("cold_search", "first scan, and the search table, processor s", 2, "0.35 ×"),
    Line("cold_search_clock", "  by the clock", 2),
    Line("cache", "the caches, MB", 1),
    Line("parsed", "read and parse in one process, processor s", 2, "0.9 × the plugin"),
)


class Size:
    """A vault of one size, and the versions that open it."""

    def __init__(self, folder: Path, notes: int, sides: Sequence[Side]) -> None:
        """Write the vault."""
        self.vault, self.notes = folder / "vault", notes
        self.sides = [Side(side.name, side.root) for side in sides]
        self.after = self.sides[-1]
        self.bare = Side("bare", ROOT)
        self.plugin = Side("plugin", ROOT)
        self._folder = folder
        write_vault(self.vault, notes)
        time.sleep(SETTLED)

    def home(self, side: Side, use: str = "home") -> Path:
        """Where a version keeps its caches."""
        return self._folder / f"{side.name}-{use}"

    def turns(self, number: int) -> list[Side]:
        """The versions in the order of a round: neither is always the first."""
        return self.sides if number % 2 else self.sides[::-1]

    def scan(self, rounds: int) -> None:
        """Open it as one that is not known yet; the first caches that this makes are used from then on."""
        for number in range(rounds):
            for side in self.turns(number):
                home = self.home(side, f"cold-{number}" if number else "home")
                cold = side.ask(side.questions.cold, self.vault, home)
                searched = side.ask(side.questions.cold_search, self.vault, self.home(side, f"search-{number}"))
                side.note(cold=cold.processor, cold_clock=cold.clock)
                side.note(cold_search=searched.processor, cold_search_clock=searched.clock)
                side.note(cache=_megabytes(self.home(side, f"search-{number}") / "cache"))
                side.note(parsed=float(side.ask(side.questions.parsed, self.vault, home).said))

    def ask_plugin(self, command: str, rounds: int) -> None:
        """Have a command read and parse the vault by the plugin's own code."""
        for _ in range(rounds):
            spent = spend([*shlex.split(command), str(self.vault)], Path.cwd(), os.environ)
            self.plugin.note(parsed=spent.processor)

    def open(self, rounds: int) -> None:
        """Open it again, with all that was kept.

        Raises:
            RuntimeError: if two versions find different things.
        """
        for number in range(rounds):
            said = set()
            for side in self.turns(number):
                known = side.ask(side.questions.known, self.vault, self.home(side))
                said.add(known.said)
                side.note(known=1000 * known.processor)
            if len(said) > 1:
                raise RuntimeError("the two versions count other cards, or put them in another order")

    def paint(self, rounds: int) -> None:
        """Begin reviews in a terminal."""
        words = ("-m", "studyapp", "review", str(self.vault), "--now", NOW)
        for side in self.sides:  # fills the program's own caches
            end(self._start(side, COUNTED, *words)[1])
        for number in range(rounds):
            for side in self.turns(number):
                took, terminal = self._start(side, b"show the answer", *words)
                began = time.perf_counter()
                left = took + terminal.wait(COUNTED, began, PATIENCE)
                terminal.drain(1.5)
                side.note(first_card=1000 * took, left=1000 * left)
                side.note(**dict(zip(("memory", "anonymous"), memory(terminal.pid), strict=True)))
                end(terminal)
                side.note(due=1000 * side.run(self.home(side), "due", str(self.vault), "--now", NOW).clock)
            took, terminal = self._start(self.bare, b"nothing else", "-c", BARE)
            self.bare.note(first_card=1000 * took, memory=memory(terminal.pid)[0])
            end(terminal)

    def examine(self, rounds: int) -> None:
        """Have the doctor look at it."""
        for number in range(rounds):
            for side in self.turns(number):
                spent = side.run(self.home(side), "doctor", str(self.vault), "--now", NOW, codes=(0, 1))
                side.note(doctor=spent.clock, doctor_processor=spent.processor)

    def change(self, rounds: int) -> None:
        """Keep it open while notes change; comes last, as their files are others afterwards."""
        for number in range(rounds):
            for side in self.turns(number):
                time.sleep(SETTLED)
                spent = side.ask(side.questions.changes, self.vault, self.home(side, "search-0"))
                found: dict[str, list[float]] = json.loads(spent.said)
                looks, parsed, taken, searched, counted = (
                    sorted(found[name])[len(found[name]) // 2]
                    for name in ("look", "parsed", "taken", "searched", "counted")
                )
                side.note(look=looks, parse=parsed, one_note=taken + searched, counted=counted)

    def _start(self, side: Side, shows: bytes | Sequence[bytes], *words: str) -> tuple[float, Terminal]:
        """Start a program in a terminal; seconds until it shows something."""
        began = time.perf_counter()
        home = str(self.home(side))
        terminal = Terminal(sys.executable, *words, home=home, rows=24, columns=80, checkout=side.root)
        try:
            return terminal.wait(shows, began, PATIENCE), terminal
        except TimeoutError:
            end(terminal)
            raise

    def report(self) -> None:
        """Print the table."""
        print(f"\n{self.notes:,} notes\n")
        print(f"{'':48}" + "".join(f"{side.name:>10}" for side in self.sides) + f"{'ratio':>8}  goal")
        for line in LINES:
            values = [side.of(line.name) for side in self.sides]
            cells = "".join(f"{'—' if value is None else format(value, f',.{line.digits}f'):>10}" for value in values)
            print(f"{line.said:48}{cells}{_shown(self.ratio(line.name)):>8}  {line.goal}".rstrip())
        bare = (self.bare.of("first_card") or 0, self.bare.of("memory") or 0)
        painted = [_shown(ratio(side, self.bare, "first_card")) for side in self.sides]
        best = [_shown(quickest(side, self.bare, "first_card")) for side in self.sides]
        said = f"{' → '.join(painted)}, by the quickest of each {' → '.join(best)}"
        print(f"a bare Textual app: {bare[0]:.0f} ms, {bare[1]:.0f} MB; first card ÷ that: {said} (goal: 1.3)")
        print(f"the plugin's own code: {self._of_plugin()}", flush=True)

    def _of_plugin(self) -> str:
        took = self.plugin.of("parsed")
        if took is None:
            return "not at hand; `--plugin COMMAND` measures it"
        return (
            f"{took:.2f} s; ours takes {_shown(ratio(self.after, self.plugin, 'parsed'))} times as long (goal: 0.9)"
        )

    def ratio(self, name: str) -> float | None:
        """What is now ÷ what was before; None without the latter."""
        return ratio(self.after, self.sides[0], name) if len(self.sides) > 1 else None


def figures(sizes: Sequence[Size]) -> dict[str, float | None]:
    """The figures of the last line: those of each size by its name, and some of 10,000 notes without one."""
    found: dict[str, float | None] = {}
    for size in sizes:
        after = size.after
        one: dict[str, float | None] = {
            "first_card_ratio": ratio(after, size.bare, "first_card"),
            "first_card_quickest_ratio": quickest(after, size.bare, "first_card"),
            "first_card_ms": after.of("first_card"),
            "known_ratio": size.ratio("known"),
            "known_ms": after.of("known"),
            "look_ratio": size.ratio("look"),
            "one_note_ms": after.of("one_note"),
            "memory_mb": after.of("memory"),
            "cold_ratio": size.ratio("cold"),
            "cold_s": after.of("cold"),
            "cold_search_ratio": size.ratio("cold_search"),
            "due_ms": after.of("due"),
            "doctor_s": after.of("doctor"),
            "doctor_ratio": size.ratio("doctor"),
            "parse_s": after.of("parsed"),
            "plugin_ratio": ratio(after, size.plugin, "parsed"),
        }
        found |= {f"{name}_{_named(size.notes)}": value for name, value in one.items()}
    named = next((size.notes for size in sizes if size.notes == NAMED), sizes[-1].notes)
    suffix = f"_{_named(named)}"
    plain = {name.removesuffix(suffix): value for name, value in found.items() if name.endswith(suffix)}
    asked = [f"{name}_{size}" for name in ("known_ratio", "memory_mb", "first_card_ratio") for size in ("10k", "50k")]
    whole = dict.fromkeys(asked) | plain | found
    return {name: None if value is None else round(value, 3) for name, value in whole.items()}


def memory(pid: int) -> tuple[float, ...]:
    """The resident megabytes of a process, and those of them that are not from files."""
    words = Path(f"/proc/{pid}/status").read_text().split()
    return tuple(int(words[words.index(name) + 1]) / 1024 for name in _MEMORY)


def end(terminal: Terminal) -> None:
    """Let a program go."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(terminal.pid, signal.SIGTERM)
    terminal.drain(0.5)
    os.close(terminal.file)
    os.waitpid(terminal.pid, 0)


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*.sqlite*")) / 1e6


def _named(notes: int) -> str:
    return f"{notes // 1000}k" if notes >= 1000 and notes % 1000 == 0 else str(notes)


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def version(sides: Sequence[Side], folder: Path, rounds: int) -> float | None:
    """How much longer `--version` takes than an interpreter that imports `argparse`; prints it."""
    plain = Side("plain", ROOT)
    for _ in range(rounds):
        for side in sides:
            side.note(version=1000 * side.run(folder, "--version").clock)
        plain.note(version=1000 * spend([sys.executable, "-c", "import argparse"], ROOT, plain.environment).clock)
    found = [ratio(side, plain, "version") for side in sides]
    took = f"{plain.of('version') or 0:.0f} ms"
    print(f"--version takes {' → '.join(map(_shown, found))} times as long as importing argparse, {took} (goal: 2)")
    return found[-1]


def measure(folder: Path, notes: int, sides: Sequence[Side], asked: argparse.Namespace) -> Size:
    """Make a vault, open it in all these ways and print what that took."""
    size = Size(folder, notes, sides)
    once = 1 if notes >= LARGE else min(asked.rounds, 3)
    steps = (
        partial(size.scan, once),
        partial(size.open, asked.rounds),
        partial(size.paint, asked.rounds),
        partial(size.examine, once),
        partial(size.change, min(asked.rounds, 3)),
    )
    for step in steps:
        try:
            step()
        except (TimeoutError, RuntimeError) as error:  # what was measured so far is told all the same
            print(f"not all was measured: {error}")
    if asked.plugin:
        size.ask_plugin(asked.plugin, once)
    size.report()
    return size


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, nargs="+", default=list(SIZES), help="sizes, up to 100000 for instance")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", default=START, metavar="COMMIT", help="what to compare with; `none`: nothing")
    parser.add_argument("--after", metavar="COMMIT", help="what is measured; by default the files as they are")
    parser.add_argument(
        "--plugin",
        metavar="COMMAND",
        help="reads and parses the vault that is its last argument, with the plugin's own code",
    )
    asked = parser.parse_args(arguments)
    with contextlib.ExitStack() as held:
        sides = [Side("after", held.enter_context(checkout(asked.after)) if asked.after else ROOT)]
        if asked.before != "none":
            sides.insert(0, Side("before", held.enter_context(checkout(asked.before))))
        against = f", against {asked.before}" if asked.before != "none" else ""
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {asked.rounds}{against}")
        home = Path(held.enter_context(tempfile.TemporaryDirectory()))
        for side in sides:
            side.run(home, "--version")  # compiles
        longer = version(sides, home, asked.rounds)
        sizes = []
        for notes in asked.notes:
            with tempfile.TemporaryDirectory() as made:
                sizes.append(measure(Path(made), notes, sides, asked))
    print(f"\n{json.dumps(figures(sizes) | {'version_ratio': longer and round(longer, 2)})}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
