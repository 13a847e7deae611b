"""What demos there are, read from their source without running it.

A demo file imports torch, which takes more than a second; its declarations are literals (see `demos.frame`), so the
gallery, the links and the command line read them from the syntax tree instead. Eleven files take a few milliseconds.
"""

from __future__ import annotations

import difflib
import functools
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from demos.arithmetic import Term, Worked, work_out
from demos.declared import count_of, declared_in, knobs_of, literal, next_of, rows_of
from demos.frame import Knob, KnobValue, settle
from demos.headings import mentioned, plain_name, same_case, spellings
from demos.shape import TOY, Shape

HERE = Path(__file__).parent

LARGEST = 1_000_000
"""The most bytes of a demo's file."""

ORDER = (
    "in_context",
    "feature_based",
    "finetuning_1",
    "finetuning_2",
    "hard_prompt",
    "soft_prompt",
    "prefix",
    "adapters",
    "lora",
    "llama_adapter",
    "llama_adapter_v2",
)
"""The order in which the note teaches them; others follow by name."""

TOTAL = TOY.total
"""Numbers in the toy base model."""

SHARED = {"model": HERE / "toy" / "model.py", "training loop": HERE / "toy" / "train.py"}
"""The files that every demo uses and that one reads after it, by what they hold."""

TEXTS = ("TITLE", "IDEA", "PAPER", "BLOCK", "QUESTION")

_DECLARES = re.compile(rb"^(?:TITLE|KNOBS|METHOD)\s*[:=]", re.MULTILINE)


class CatalogError(ValueError):
    """There is no demo of that name, or its file cannot be read; the message says what there is."""


@dataclass(frozen=True, slots=True)
class DemoCard:
    """What a demo declares about itself."""

    name: str
    """The file's name without `.py`: what links, results and the command line call it."""
    title: str
    method: tuple[str, ...]
    idea: str
    paper: str
    block: str
    question: str
    knobs: tuple[Knob, ...]
    path: Path
    count: tuple[Term, ...] = ()
    """What is trained, as formulas; none where the demo does not say."""
    answers: tuple[str, ...] = ()
    """What can be guessed of its question."""
    next: tuple[tuple[str, KnobValue, str], ...] = ()
    """What to try after a run: a knob, a value of it, and what that asks."""
    start: str = ""
    """Why it starts where it starts: a line, or one for each setting."""
    twice: str = ""
    """What doubling something costs, where that is not a count of trained numbers."""

    def worked(self, knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> tuple[Worked, ...]:
        """Work out what is trained with some knobs, every one of them given."""
        return work_out(self.count, knobs, shape)

    def trains(self, knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> int | None:
        """Count the numbers that are trained; None where the demo does not say."""
        return sum(worked.value for worked in self.worked(knobs, shape)) if self.count else None

    @property
    def trained(self) -> int | None:
        """Numbers trained with the default knobs; None where the demo does not say."""
        return self.trains(self.settle({}))

    @property
    def own(self) -> bool:
        """Whether it is the user's own, not one that comes with the program."""
        return self.path.parent != HERE

    def settle(self, given: Mapping[str, object]) -> dict[str, KnobValue]:
        """Every knob with its value: the one given, else the default.

        Raises:
            KnobError: for a name that is not a knob of this demo, or a value that the knob does not take.
        """
        return settle(self.knobs, given)

    def answers_to(self) -> frozenset[str]:
        """Give every name of the demo, in the form that `plain_name` gives."""
        return frozenset(plain_name(text) for text in (self.name, self.title, *self.method)) - {""}


@dataclass(frozen=True, slots=True)
class BrokenDemo:
    """A file that should declare a demo and does not."""

    name: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All demos of some folders."""

    demos: tuple[DemoCard, ...]
    broken: tuple[BrokenDemo, ...] = ()

    def get(self, name: str) -> DemoCard:
        """Find a demo by its name, its title or a heading that it belongs to.

        Raises:
            CatalogError: if there is none, or its file cannot be read.
        """
        for demo in self.demos:
            if demo.name == name:
                return demo
        for broken in self.broken:
            if broken.name == name:
                raise CatalogError(f"can't read the demo {name!r}: {broken.why} ({broken.path})")
        found = self.find([name])
        if found is not None:
            return found
        names = [demo.name for demo in self.demos]
        close = difflib.get_close_matches(plain_name(name[:80]).replace(" ", "_"), names, n=1)
        hint = f" (did you mean {close[0]}?)" if close else f"; there are {', '.join(names)}" if names else ""
        raise CatalogError(f"there is no demo {name[:40]!r}{hint}")

    def find(self, names: Iterable[str]) -> DemoCard | None:
        """Find the demo that the first name that means one means, or None."""
        return next(iter(self.find_all(names)), None)

    def find_all(self, names: Iterable[str]) -> tuple[DemoCard, ...]:
        """Find every demo that one of the names means, in the order of the names."""
        found: dict[str, DemoCard] = {}
        table = [(demo, demo.answers_to()) for demo in self.demos]
        methods = [(demo, (demo.title, *demo.method)) for demo in self.demos]
        for name in names:
            for spelling in spellings(name):
                hits = [demo for demo, answers in table if spelling in answers and same_case(name, demo.method)]
                found.update((demo.name, demo) for demo in hits)
                if hits:
                    break
            found.update((demo.name, demo) for demo in mentioned(name, methods))
        return tuple(found.values())


def load(*folders: Path) -> Catalog:
    """Read the declarations of every demo in some folders; a file that cannot be read is broken alone.

    Args:
        folders: the built-in demos if none is given. Where two hold the same name, the first counts.
    """
    demos: dict[str, DemoCard] = {}
    broken: dict[str, BrokenDemo] = {}
    for folder in folders or (HERE,):
        for path in sorted(folder.glob("*.py")):
            name = path.stem
            if name in demos or name in broken:
                continue
            try:
                source = _source(path)
                if _DECLARES.search(source):
                    demos[name] = read_card(path, source)
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
                broken[name] = BrokenDemo(name, path, str(error) or type(error).__name__)
    rank = {name: place for place, name in enumerate(ORDER)}
    in_order = sorted(demos, key=lambda name: (rank.get(name, len(ORDER)), name))
    return Catalog(tuple(demos[name] for name in in_order), tuple(broken[name] for name in sorted(broken)))


@functools.cache
def catalog() -> Catalog:
    """Give the built-in demos and those of the folders in `STUDYAPP_DEMOS`; read once, when first asked for."""
    return load(*folders())


def _source(path: Path) -> bytes:
    if not path.is_file():  # a pipe would make the reader wait for ever
        raise OSError("it is not a file")
    if path.stat().st_size > LARGEST:
        raise OSError(f"it is larger than {LARGEST:,} bytes")
    return path.read_bytes()


def folders() -> tuple[Path, ...]:
    """The folders of demos: the built-in one, then the user's own from `STUDYAPP_DEMOS`."""
    own = os.environ.get("STUDYAPP_DEMOS", "")
    return (HERE, *(Path(part).expanduser() for part in own.split(os.pathsep) if part))


def read_card(path: Path, source: bytes) -> DemoCard:
    """Read one demo's declarations from its source.

    Raises:
        SyntaxError: if it is not Python.
        ValueError: if a declaration is missing (they stand above the first class and function), no literal, or of
            the wrong type; the message names the line.
    """
    if not path.stem.isidentifier():
        raise ValueError("a demo's name has only letters, digits and _")
    nodes = declared_in(source, path.name)
    missing = [name for name in (*TEXTS, "METHOD", "KNOBS") if name not in nodes]
    if missing:
        raise ValueError(f"it does not declare {', '.join(missing)}")
    texts = {name: literal(nodes[name], name, str) for name in TEXTS}
    if not texts["TITLE"].strip():
        raise ValueError(f"TITLE is empty (line {nodes['TITLE'].lineno})")
    knobs = knobs_of(nodes["KNOBS"])
    return DemoCard(
        name=path.stem,
        title=texts["TITLE"],
        method=rows_of(nodes["METHOD"], "METHOD", str),
        idea=texts["IDEA"],
        paper=texts["PAPER"],
        block=texts["BLOCK"].strip("\n"),
        question=texts["QUESTION"],
        knobs=knobs,
        path=path,
        count=count_of(nodes["COUNT"], knobs) if "COUNT" in nodes else (),
        answers=rows_of(nodes["ANSWERS"], "ANSWERS", str) if "ANSWERS" in nodes else (),
        next=next_of(nodes["NEXT"], knobs) if "NEXT" in nodes else (),
        start=literal(nodes["START"], "START", str).strip("\n") if "START" in nodes else "",
        twice=literal(nodes["TWICE"], "TWICE", str) if "TWICE" in nodes else "",
    )
