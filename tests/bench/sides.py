"""The program as it is now and as it was at a commit, so that both are asked for the same in one run.

What is asked stands here as short programs, one for each question, as what a program can be asked for differs from
version to version: `_questions` takes those that fit what a checkout offers. The earlier ones stay as they are.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
START = "347b3cc"
"""The commit that today's program is compared with: the last one that unpacked every note at a start."""
NOW = "2026-01-15T12:00:00+00:00"
_ADOPT_ORPHANS = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux."""

OPEN = f"""
import gc, json, os, sys, time
from datetime import datetime
from pathlib import Path
from studyapp.core.locations import Locations
from studyapp.core.workspace.workspace import Workspace
home, now = Path(sys.argv[2]), datetime.fromisoformat("{NOW}")
names = ("config/settings.toml", "data", "state", "cache")
where = Locations(*(home / name for name in names), "bench")
workspace = Workspace.open(Path(sys.argv[1]), where, lambda: now)
vault = workspace.vault
vault.scan()
"""
KNOWN = OPEN + (
    "from studyapp.study.review.today import decks_of, queue_of\n"
    "tree, queue = decks_of(workspace), queue_of(workspace)\n"
    "first = [str(row.id) for row in queue[:200]]\n"
    "print(json.dumps([tree.due, tree.new, tree.total, len(queue), *first]))"
)
_FILL = (
    "from studyapp.study.search.refresh import refresh\n"
    "from studyapp.study.search.table import SearchIndex\n"
    "table = SearchIndex(where.search(vault.root))\n"
    "refresh(table, vault)\n"
)
"""Where the table for searches is a file of its own."""
_GRAMS = (
    "from studyapp.study.search.table import SearchIndex\n"
    "table = SearchIndex(vault.table)\n"
    "table.make_grams()\n"
    "refresh = lambda table, vault: None  # it is in step by itself\n"
)
COLD = OPEN + "print()"
_CHANGES = """
from studyapp.core.notes.note import parse_note
from studyapp.core.vault.changes import read_again
from studyapp.study.review.today import decks_of
def took(work):
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)
keep = getattr(vault, "keep", lambda: None)  # where what was read is kept only when asked
found = {"look": [took(vault.scan) for _ in range(5)]}
paths = sorted(str(path.relative_to(vault.root)) for path in vault.root.glob("*/*.md"))
for path in paths[:: len(paths) // 20 or 1][:20]:
    note = vault.root / path
    raw = note.read_bytes()
    added = raw + b"\\n\\nwhat was added::at the end\\n"
    note.write_bytes(added)
    parts = {
        "parsed": lambda: parse_note(path, added, vault.settings),
        "taken": lambda: (read_again(vault, [path]), keep()),
        "searched": lambda: refresh(table, vault),
        "counted": lambda: decks_of(workspace),
    }
    for name, work in parts.items():
        found.setdefault(name, []).append(took(work))
    note.write_bytes(raw)
print(json.dumps(found))
"""
PARSED = """
import gc, os, sys, time
from pathlib import Path
from studyapp.core.settings.model import Settings
try:
    from studyapp.core.vault.scan.note_files import read_all
    from studyapp.core.vault.scan.walk import Walk
except ImportError:  # their names before
    from studyapp.core.vault.read import read_all
    from studyapp.core.vault.walk import Walk
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # with one core, no processes are started
root, settings = Path(sys.argv[1]), Settings()
gc.disable()
began = time.process_time()
walk = Walk(root)
found = walk.notes() if hasattr(walk, "notes") else (one for folder in walk.folders() for one in folder.notes())
notes = [path for path, _ in found]
read = sum(len(part) for part in read_all(root, notes, lambda _: settings))
took = time.process_time() - began
assert read == len(notes)
print(took)
"""
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("one line and nothing else")
Bare().run()
"""


@dataclass(frozen=True)
class Questions:
    """The programs that a version is asked with; each is given the vault and a folder for what the program keeps."""

    known: str = KNOWN
    """All that a start finds out: that no note has changed, how many cards each deck has, the queue."""
    cold: str = COLD
    """A first scan."""
    cold_search: str = OPEN + _GRAMS + "print(table.count())"
    """The same, and then all that searches need."""
    changes: str = OPEN + _GRAMS + _CHANGES
    """Looking at all files, and one changed note after the other."""
    parsed: str = PARSED
    """Reading and parsing all notes in one process."""


def _questions(root: Path) -> Questions:
    """Those that fit what a checkout offers."""
    if (root / "studyapp/study/search/refresh.py").exists():
        return Questions(
            cold_search=OPEN + _FILL + "print(table.count())",
            changes=OPEN + _FILL + _CHANGES,
            parsed=PARSED.replace("settings.model", "settings.load"),
        )
    return Questions()


@dataclass
class Side:
    """One version of the program, with what it took."""

    name: str
    root: Path
    """Its checkout."""
    took: dict[str, list[float]] = field(default_factory=dict)
    """What was measured, by its name, round by round."""

    @property
    def questions(self) -> Questions:
        """What it is asked with."""
        return _questions(self.root)

    @property
    def environment(self) -> dict[str, str]:
        """In which its modules are found; only its first start compiles them, as for everybody."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PYTHONPATH": str(self.root)}

    def note(self, **values: float) -> None:
        """Write down what was measured in one round."""
        for name, value in values.items():
            self.took.setdefault(name, []).append(value)

    def of(self, name: str) -> float | None:
        """The median of what was measured; None where nothing was."""
        return median(self.took[name]) if self.took.get(name) else None

    def ask(self, question: str, vault: Path, home: Path) -> Spent:
        """Run one of the questions in a fresh process."""
        return spend([sys.executable, "-c", question, str(vault), str(home)], self.root, self.environment)

    def run(self, home: Path, *words: str, codes: Collection[int] = (0,)) -> Spent:
        """Run the program itself."""
        command = [sys.executable, "-m", "studyapp", *words]
        return spend(command, self.root, self.environment | folders(home), codes)


def folders(home: Path) -> dict[str, str]:
    """The variables by which the program keeps all that it keeps in one folder."""
    return {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "STATE", "CONFIG", "CACHE")}


def ratio(above: Side, below: Side, name: str, of_below: str | None = None) -> float | None:
    """The median of the ratios round by round, in which both ran one right after the other; None without rounds."""
    pairs = list(zip(above.took.get(name, ()), below.took.get(of_below or name, ()), strict=False))
    return median(one / other for one, other in pairs) if pairs else None


def quickest(above: Side, below: Side, name: str) -> float | None:
    """The ratio of the least that was measured of each: what a busy machine disturbs least; None without rounds."""
    one, other = above.took.get(name), below.took.get(name)
    return min(one) / min(other) if one and other else None


@dataclass(frozen=True)
class Spent:
    """What a process took, with those that it started."""

    clock: float
    processor: float
    """Seconds, of all of them."""
    said: str


def spend(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], codes: Collection[int] = (0,)
) -> Spent:
    """Run a command to its end, and to that of all that it started.

    Raises:
        RuntimeError: if its exit code is none of these.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as wrong, _adopting():
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=wrong, cwd=folder, env=environment, process_group=0)
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        processor = used.ru_utime + used.ru_stime + _reap(process.pid)
        out.seek(0)
        wrong.seek(0)
        if process.returncode not in codes:
            raise RuntimeError(f"a process failed in {folder}: {command}\n{wrong.read()}")
        return Spent(clock, processor, out.read())


@contextmanager
def _adopting() -> Iterator[None]:
    """Be the parent of what outlives its own, so that it is counted; not everywhere possible."""
    if sys.platform != "linux":
        yield
        return
    control = ctypes.CDLL(None).prctl
    control(_ADOPT_ORPHANS, 1)
    try:
        yield
    finally:
        control(_ADOPT_ORPHANS, 0)


def _reap(group: int) -> float:
    """Wait for the children that are left of a process group; the processor time that they took."""
    total = 0.0
    with suppress(ChildProcessError):
        while True:
            _, _, used = os.wait4(-group, 0)
            total += used.ru_utime + used.ru_stime
    return total


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A commit of this repository in a worktree of its own, which is gone afterwards.

    Raises:
        RuntimeError: if it cannot be had.
    """
    git = ["git", "-C", str(ROOT)]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "checkout")
        done = subprocess.run(
            [*git, "worktree", "add", "--quiet", "--detach", str(folder), commit],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"there is no commit {commit} to compare with: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(folder)], check=False)
