"""Every command of the program, each in a process of its own, and a screen, on a vault from a stranger.

    place = Place.begin(tmp_path)
    (place.root / "evil.md").write_bytes(…)
    place.survives()

That holds for each: it ends in time and without a traceback, writes nothing but schedule comments and `.studyapp`,
and runs nothing that the vault brought. Commands come from the parser, so a new one is tried without being named.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import parser_of
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from tests.helpers.terminal import PATIENCE, Terminal
from tests.helpers.vaults import NOW_TEXT, ROOT, locations_of

LIMIT = 60
"""Seconds after which a command is taken to hang; the slowest takes a few on a busy machine."""
NOTE = "Good.md"
TEXT = "#flashcards\n\nsafe question::safe answer\n\nanother::card\n"
"""A sound note: whatever else is in the vault, it can be reviewed."""
MARKER = "it-ran"
"""Planted code makes a file of this name in the folder above the vault."""
PLANTED = "import pathlib\npathlib.Path({!r}).touch()\n"

PROGRAMS = ("git", "sh", "python3", "vi", "nano", "xdg-open", "update-desktop-database", "less")
"""Programs that a command could start by name."""

_COMMENT = re.compile(rb"[ \r\n]*<!--SR:.*?-->")
_ANSWERS = "\n3\n" * 4 + "u\nq\n"
"""Lines typed into a review: some grades, one of them undone."""
_TIMES = frozenset({"-h", "--help", "--version", "--now", "--set", "--vault", "--yes"})
"""Options that need no run of their own."""
_WITH = {
    ("doctor", "fix"): ["--yes"],
    ("restore", "words"): ["--yes"],
    ("remind", "install"): ["--dry-run"],
    **{("review", one): ["--plain"] for one in ("deck", "note", "words", "ahead", "new", "cram", "forgotten")},
}
"""More words for an option, or instead of words that can be left out, so that no question or screen appears."""
_ALWAYS = {"add": ["--dry-run"], "import": ["--dry-run"], "serve": ["--host", "192.0.2.1"]}
"""More words for commands that change or make notes, or would not end here."""
_STARTED = ("review", "due", "grade", "doctor")
"""Commands that are always started, as the program itself is."""
_ALONE = frozenset({"completion", "init"})
"""Commands whose other words do not concern a vault."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    def check(self) -> None:
        """Check that it ended as a command does.

        Raises:
            AssertionError: if it did not end, or ended with a traceback.
        """
        assert self.code != -signal.SIGALRM, f"it does not end: {self}"
        assert "Traceback" not in self.out + self.err, self
        assert self.code in (0, 1, 2), self
        assert self.code != 2 or "usage:" not in self.err, f"the words do not fit: {self}"


@dataclass
class Place:
    """A vault, with all that is around it."""

    root: Path
    home: Path
    outside: Path
    """A folder that the vault has no business in."""
    environ: dict[str, str] = field(default_factory=dict)
    """More of it than usual."""
    options: tuple[str, ...] = ("-P",)
    """Python's own; without this one it looks for modules where it is started."""

    @classmethod
    def begin(cls, folder: Path) -> Place:
        """Make a vault with a good note, and a folder outside of it."""
        made = cls(folder / "vault", folder / "home", folder / "outside")
        for place in (made.root, made.home, made.outside):
            place.mkdir(parents=True)
        (made.root / NOTE).write_text(TEXT)
        (made.outside / "secret.md").write_text("#flashcards\n\nsecret::words\n")
        (made.outside / "secret.txt").write_text("not a note\n")
        return made

    @property
    def own_log(self) -> Path:
        """Where this device keeps its review log in the vault, as long as nothing is in its way."""
        return locations_of(self.environment()).journal(self.root)

    @property
    def marker(self) -> Path:
        """What is there once something has run that was planted."""
        return self.root.parent / MARKER

    @property
    def planted(self) -> str:
        """Python that leaves the marker."""
        return PLANTED.format(str(self.marker))

    def plant(self, *modules: str) -> None:
        """Put modules into the vault that leave the marker, and programs, and have `PATH` lead there."""
        for name in modules:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.planted)
        for name in PROGRAMS:
            path = self.root / name
            path.write_text(f"#!/bin/sh\n: > '{self.marker}'\n")
            path.chmod(0o755)
        self.environ["PATH"] = f".::{os.environ['PATH']}"

    def environment(self) -> dict[str, str]:
        """What a command finds there."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {"HOME": str(self.home), "TZ": "UTC", "PYTHONPATH": str(ROOT), **self.environ}

    def run(self, words: Sequence[str]) -> Done:
        """Run a command within the vault, in a process of its own.

        Raises:
            AssertionError: if it does not end, or ends with a traceback.
        """
        command = [sys.executable, *self.options, "-m", "studyapp", *words]
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                env=self.environment(),
                input=_ANSWERS,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{words} does not end: {error.stderr!r}") from None
        found = Done(tuple(words), done.returncode, done.stdout, done.stderr)
        found.check()
        return found

    def run_in_copies(self, commands: Sequence[Sequence[str]]) -> list[Done]:
        """Run commands within the vault, see `copies`: to start a process for each takes most of the time.

        Raises:
            AssertionError: if one does not end, or ends with a traceback.
        """
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "commands.json").write_text(json.dumps(commands))
            (folder / "input").write_text(_ANSWERS)
            command = [sys.executable, "-P", "-m", "tests.faults.copies", name, str(LIMIT)]
            codes = subprocess.run(
                command, cwd=self.root, env=self.environment(), stdout=subprocess.PIPE, text=True, check=True
            ).stdout.split()
            assert len(codes) == len(commands)
            done = []
            for number, (words, code) in enumerate(zip(commands, codes, strict=True)):
                out, err = (
                    (folder / f"{number}.{stream}").read_text("utf-8", "replace") for stream in ("out", "err")
                )
                done.append(Done(tuple(words), int(code), out, err))
                done[-1].check()
        return done

    def survives(self, *, apart: bool = False) -> list[Done]:
        """Try every command, and the screens; what each command said.

        Args:
            apart: whether each is also started like the program itself, not just the most important ones.

        Raises:
            AssertionError: if something happens that must not.
        """
        before, commands = self.state(), list(self.commands())
        done = self.run_in_copies(commands)
        for name in parsers() if apart else _STARTED:
            done.append(self.run(next(words for words in commands if words[0] == name)))
        self.opens()
        self.check(before)
        return done

    def opens(self) -> None:
        """Open the decks and a review on a screen, look at a card, and leave.

        Raises:
            AssertionError: if one of them does not come.
        """
        for words in ([str(self.root)], ["review", str(self.root)]):
            terminal = Terminal(
                [*words, "--now", NOW_TEXT],
                self.home,
                environment=self.environment(),
                options=self.options,
                folder=self.root,
            )
            terminal.until(lambda text: re.search(r"Quit|Answer|answer|Nothing|Review", text))
            for _ in range(int(PATIENCE)):  # out of the review, then out of the decks
                terminal.press("q")
                if not all(terminal.read() for _ in range(10)):
                    break
            code = terminal.end()
            assert b"Traceback" not in terminal.raw, terminal.raw.decode("utf-8", "replace")
            assert code == 0, terminal.text

    def state(self) -> dict[str, tuple[object, ...]]:
        """All that must stay as it is: the vault without schedule comments, what is outside, and the marker."""
        found: dict[str, tuple[object, ...]] = {}
        for folder in (self.root, self.outside):
            for above, folders, names in os.walk(folder):
                inner = Path(above)
                if folder == self.root and inner == self.root:
                    folders[:] = [name for name in folders if name not in (".studyapp", ".git")]
                for name in [*names, *(one for one in folders if (inner / one).is_symlink())]:
                    found[str(inner / name)] = _what(inner / name, whole=folder == self.outside)
        return found

    def check(self, before: Mapping[str, tuple[object, ...]]) -> None:
        """Compare with what was there before.

        Raises:
            AssertionError: if something else was changed than schedule comments, or something planted has run.
        """
        assert not self.marker.exists(), "something ran that the vault brought"
        assert self.state() == before

    def commands(self) -> Iterator[list[str]]:
        """The words of each command: in its plain form, with each of its options, and with all of its words."""
        for name, parser in parsers().items():
            options = [one for one in parser._actions if one.option_strings]
            words = [one for one in parser._actions if not one.option_strings]
            begin = [name, *_ALWAYS.get(name, ()), *self._all(name, [one for one in options if one.required])]
            if "--vault" in parser._option_string_actions:
                begin += ["--vault", str(self.root), "--now", NOW_TEXT]
            needed = self._all(name, [one for one in words if one.required])
            yield begin + needed
            for option in options:
                if not (option.required or _TIMES & set(option.option_strings)):
                    yield [*begin, *self._words(name, option), *_WITH.get((name, option.dest), ()), *needed]
            if name not in _ALONE and not all(one.required for one in words):
                yield [*begin, *_WITH.get((name, "words"), ()), *self._all(name, words)]

    def _all(self, command: str, actions: Sequence[argparse.Action]) -> list[str]:
        return [word for action in actions for word in self._words(command, action)]

    def _words(self, command: str, action: argparse.Action) -> list[str]:
        """What stands for an argument: an option with its value, or a word."""
        option = list(action.option_strings[-1:])
        if option and action.nargs == 0:
            return option
        value = self._values().get((command, action.dest), self._values().get(("", action.dest)))
        if value is None and action.choices:
            value = str(next(iter(action.choices)))
        assert value is not None, f"say in `_values` what stands for {action.dest!r} of `studyapp {command}`"
        return [*option, value]

    def _values(self) -> dict[tuple[str, str], str]:
        """What arguments are given, by the command, or for all, and their names in the parser."""
        question = parse_note(NOTE, TEXT.encode(), Settings()).questions[0]
        versions = self.home / "versions"
        versions.mkdir(exist_ok=True)
        for name in ("base", "ours", "theirs"):
            (versions / name).write_text(TEXT + f"{name}\n" * (name != "base"))
        return {
            ("", "folder"): str(self.root),
            ("", "deck"): "flashcards",
            ("", "note"): NOTE,
            ("", "notes"): NOTE,
            ("", "paths"): str(self.root / NOTE),
            ("", "words"): "safe",
            ("demo", "words"): "--list",
            ("", "ahead"): "30",
            ("", "query"): "safe",
            ("", "sort"): "front",
            ("", "front"): "a front",
            ("", "back"): "a back",
            ("", "cards"): f"{NOTE}:{question.hash}:1:1",
            ("", "into"): "Imported",
            ("exam", "date"): "2099-01-01",
            ("exam", "last_days"): "3",
            ("exam", "exam"): "finals",
            ("remind", "install"): "08:30",
            ("serve", "host"): "192.0.2.1",
            ("serve", "port"): "0",
            ("import", "file"): str(ROOT / "tests/data/anki/old.apkg"),
            ("export", "file"): str(self.home / "out.json"),
            ("", "range_"): "all",
            ("", "format"): "{due}",
            ("plan", "kind"): "postpone",
            ("plan", "values"): "3",
            ("", "preset"): "languages",
            ("", "since"): NOW_TEXT[:10],
            ("", "days"): "5",
            ("", "card"): f"{NOTE}:{question.hash}:1:1",
            ("", "grade"): "good",
            ("", "severity"): "note",
            ("", "day"): NOW_TEXT[:10],
            ("", "base"): str(versions / "base"),
            ("", "ours"): str(versions / "ours"),
            ("", "theirs"): str(versions / "theirs"),
            ("", "path"): NOTE,
            ("", "size"): "7",
            ("", "link"): "studyapp://demo/no-such-demo",
        }


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    whole = parser_of(COMMANDS)
    (commands,) = (one for one in whole._actions if isinstance(one, argparse._SubParsersAction))
    return {name: parser for name, parser in commands.choices.items() if name != "app"}


def _what(path: Path, *, whole: bool) -> tuple[object, ...]:
    """What must stay of a file: what it is, and its bytes; of a note in the vault those outside its comments."""
    status = path.lstat()
    kind = stat.S_IFMT(status.st_mode)
    if stat.S_ISLNK(kind):
        return (kind, str(path.readlink()))
    if not stat.S_ISREG(kind) or status.st_size > 10**8:
        return (kind, status.st_size)
    raw = path.read_bytes()
    return (kind, raw) if whole else (kind, _COMMENT.sub(b"", raw).rstrip(b"\r\n"))
